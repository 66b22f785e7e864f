/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The trace's descriptor is not in the lists of the process's own that /proc
 * gives: its entry is taken out of what getdents has read.
 */
#include "arch.h"
#include "gen.h"
#include "runtime.h"
#include "trace.h"

#define	RECLEN		(2 * sizeof(long))	/* in struct linux_dirent */
#define	RECLEN_64	16			/* in struct linux_dirent64 */
#define	CHUNK		512

/* Is fd a /proc/PID/fd, whichever task's? */
static int
lists_descriptors(int fd)
{
	char link[40] = "/proc/self/fd/", path[64];
	long n;

	pimg_utoa(link + 14, (unsigned long)fd, 10);
	n = pimg_sys(__NR_readlinkat, PIMG_AT_FDCWD, link, path,
	    sizeof(path) - 1);
	if (n < 10)
		return (0);
	path[n] = '\0';
	path[6] = '\0';
	return (pimg_strcmp(path, "/proc/") == 0 &&
	    pimg_strcmp(path + n - 3, "/fd") == 0);
}

/* Moves what is behind an entry over it.  0 if memory does not allow. */
static int
close_gap(pimg_addr to, pimg_addr from, unsigned long len)
{
	char buf[CHUNK];
	unsigned long n;

	for (; len > 0; len -= n, to += n, from += n) {
		n = len < CHUNK ? len : CHUNK;
		if (pimg_copyin(buf, from, n) != 0 ||
		    pimg_copyout(to, buf, n) != 0)
			return (0);
	}
	return (1);
}

/* How long the list is without the entry of that name. */
static long
without(pimg_addr list, long len, unsigned reclen_at, unsigned name_at,
    const char *name)
{
	char found[16];
	uint16_t reclen;
	long at;

	for (at = 0; at < len; at += reclen) {
		pimg_addr entry = list + (unsigned long)at;

		if (pimg_copyin(&reclen, entry + reclen_at,
		    sizeof(reclen)) != 0 || reclen == 0)
			return (len);
		if (pimg_strin(found, entry + name_at, sizeof(found)) < 0 ||
		    pimg_strcmp(found, name) != 0)
			continue;
		return (close_gap(entry, entry + reclen,
		    (unsigned long)(len - at - reclen)) ? len - reclen : len);
	}
	return (len);
}

/*
 * The result of a call that has read a list, r bytes, without the entry; 0
 * would be its end, so a list of that entry alone is read again by again().
 */
long
pimg_trace_hide(const struct pimg_traced *s, long r,
    long (*again)(const struct pimg_traced *))
{
	int is_64;
	char name[24];

	if (s->call == NULL || s->call->flags & PIMG_TC_CONSTANT ||
	    r <= 0)
		return (r);
	is_64 = s->call->value == __NR_getdents64;
	if ((!is_64 && s->call->value != __NR_getdents) ||
	    !lists_descriptors((int)s->arg[0]))
		return (r);
	pimg_utoa(name, (unsigned long)pimg_trace.fd, 10);
	r = without(s->arg[1], r, is_64 ? RECLEN_64 : RECLEN,
	    is_64 ? RECLEN_64 + 3 : RECLEN + 2, name);
	return (r == 0 ? again(s) : r);
}
