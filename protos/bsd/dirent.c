/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Entries of directories.
 *
 * The native call gives whole records, and how many foreign ones fit into the
 * program's buffer is known only when they have been made.  So the position
 * is put back to the first entry that did not fit; a position is the native
 * one, and d_off, *basep and lseek(2) of the program speak of the same.
 */
#include <asm/unistd.h>
#include <linux/errno.h>

#include <hook.h>

#include "dirent.h"

#define	NATIVE_SIZE	8192UL	/* what is read at once */
#define	HEAD		19UL	/* struct linux_dirent64 up to its name */
#define	SEEK_SET	0
#define	SEEK_CUR	1

struct native_entry {		/* linux/dirent.h; the name follows */
	uint64_t	ino;
	int64_t		off;	/* where the next one is */
	uint16_t	reclen;
	uint8_t		type;
	char		name[];
} __attribute__((__packed__));

/*
 * Packs entries into out, which has room for size bytes.  Returns what was
 * written, and where to go on: *next, -1 if all were taken.
 */
static size_t
pack_all(char *out, size_t size, const char *in, size_t got, int64_t start,
    int64_t *next, int old)
{
	char record[BSD_DIRENT_MAX];
	const struct native_entry *e;
	size_t at, done = 0, n, len;
	int64_t here = start;

	for (at = 0; at + HEAD < got; at += e->reclen) {
		e = (const struct native_entry *)(in + at);
		len = pimg_strlen(e->name);
		pimg_memset(record, 0, sizeof(record));
		n = old ? bsd_dirent_old(record, e->ino, e->off, e->type,
		    e->name, len) : bsd_dirent(record, e->ino, e->off, e->type,
		    e->name, len);
		if (done + n > size) {
			*next = here;
			return (done);
		}
		pimg_memcpy(out + done, record, n);
		done += n;
		here = e->off;
	}
	*next = -1;
	return (done);
}

/* Fills the program's buffer; *start is where it began. */
static long
entries(struct pimg_frame *f, int64_t *start, int old)
{
	size_t size = f->arg[2] < NATIVE_SIZE ? f->arg[2] : NATIVE_SIZE, done;
	char *in = pimg_scratch(NATIVE_SIZE), *out = pimg_scratch(NATIVE_SIZE);
	int64_t next;
	long got, r;

	if (in == NULL || out == NULL)
		return (-ENOMEM);
	if ((*start = pimg_sys(__NR_lseek, f->arg[0], 0, SEEK_CUR)) < 0)
		return (*start == -ESPIPE ? -EINVAL : *start);
	got = pimg_call(__NR_getdents64, f->arg[0], in, NATIVE_SIZE);
	if (got <= 0)
		return (got == -ENOTDIR ? -EINVAL : got);
	done = pack_all(out, size, in, (size_t)got, *start, &next, old);
	if (next >= 0)
		pimg_sys(__NR_lseek, f->arg[0], next, SEEK_SET);
	if (done == 0)
		return (-EINVAL);
	r = pimg_copyout(f->arg[1], out, done);
	return (r < 0 ? r : (long)done);
}

/* (fd, buf, count, basep) */
static long
with_base(struct pimg_frame *f, int old)
{
	int64_t start;
	long r = entries(f, &start, old), e;

	if (r >= 0 && f->arg[3] != 0 &&
	    (e = pimg_copyout(f->arg[3], &start, sizeof(start))) < 0)
		return (e);
	return (r);
}

long
hook_getdirentries(struct pimg_frame *f)
{

	return (with_base(f, 0));
}

/* Of the time when inode numbers had 32 bits. */
long
hook_getdirentries_old(struct pimg_frame *f)
{

	return (with_base(f, 1));
}

long
hook_getdents(struct pimg_frame *f)
{
	int64_t start;

	return (entries(f, &start, 0));
}

long
hook_getdents_old(struct pimg_frame *f)
{
	int64_t start;

	return (entries(f, &start, 1));
}
