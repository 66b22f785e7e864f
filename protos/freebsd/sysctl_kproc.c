/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * kern.proc of FreeBSD: {1, 14, what, argument} (kern/kern_proc.c).
 */
#include <asm/unistd.h>
#include <linux/errno.h>

#include "abi.h"
#include "procfs.h"
#include "sysctl_proc.h"

/* sys/sysctl.h */
#define	KERN_PROC_ARGS		7
#define	KERN_PROC_PROC		8
#define	KERN_PROC_SV_NAME	9
#define	KERN_PROC_RGID		10
#define	KERN_PROC_GID		11
#define	KERN_PROC_PATHNAME	12
#define	KERN_PROC_INC_THREAD	0x10
#define	KERN_PROC_GROUPS	34
#define	KERN_PROC_ENV		35
#define	KERN_PROC_UMASK		39
#define	KERN_PROC_OSREL		40
#define	KERN_PROC_NFDS		43

static long
list(struct sysctl_req *q, int what)
{
	struct proc_list l = { q, what, 0, 0, SIZE_MAX };

	if (what == KERN_PROC_PROC || what == SELECT_ALL)
		l.select = SELECT_ALL;
	else if (q->namelen != 4)
		return (-EINVAL);
	else
		l.arg = q->name[3];
	if (what == KERN_PROC_GID)
		l.select = SELECT_GID;
	else if (what == KERN_PROC_RGID)
		l.select = SELECT_RGID;
	return (proc_listing(&l));
}

static long
groups(struct sysctl_req *q, int32_t pid)
{
	struct proc_info p;
	long r = proc_get(pid, &p);

	if (r != 0)
		return (r);
	return (sysctl_out(q, p.groups, (size_t)p.ngroups * 4));
}

static long
file_mask(struct sysctl_req *q, int32_t pid)
{
	char text[2048];
	const char *p;
	uint16_t mask = 0;
	long r = proc_read_pid(pid, "status", text, sizeof(text));

	if (r < 0)
		return (r);
	if ((p = proc_field(text, "Umask:\t")) != NULL)
		for (; *p >= '0' && *p <= '7'; p++)
			mask = (uint16_t)(mask * 8 + (*p - '0'));
	return (sysctl_out(q, &mask, sizeof(mask)));
}

static long
count(void *arg, int32_t number)
{

	(void)number;
	++*(int32_t *)arg;
	return (0);
}

static long
descriptors(struct sysctl_req *q, int32_t pid)
{
	char path[64];
	int32_t n = 0;
	long r;

	proc_path(path, sizeof(path), pid, "fd");
	if ((r = proc_each(path, count, &n)) != 0)
		return (r == -ENOENT ? -ESRCH : r == -EACCES ? -EPERM : r);
	return (sysctl_out(q, &n, sizeof(n)));
}

/* A facility of one process; its pid is the last word. */
static long
one(struct sysctl_req *q, int what)
{
	int32_t pid = q->name[3], number = BSD_OSRELDATE;

	if (what == KERN_PROC_PATHNAME)
		return (proc_pathname(q, pid));
	if (pid == -1)
		return (-ESRCH);
	switch (what) {
	case KERN_PROC_ARGS:
		return (proc_strings(q, pid, "cmdline"));
	case KERN_PROC_ENV:
		return (proc_strings(q, pid, "environ"));
	case KERN_PROC_SV_NAME:
		return (sysctl_string(q, "FreeBSD ELF64"));
	case KERN_PROC_GROUPS:
		return (groups(q, pid));
	case KERN_PROC_UMASK:
		return (file_mask(q, pid));
	case KERN_PROC_OSREL:
		return (sysctl_out(q, &number, sizeof(number)));
	case KERN_PROC_NFDS:
		return (descriptors(q, pid));
	default:
		sysctl_unknown(q, NULL);
		return (-ENOENT);
	}
}

long
sysctl_proc(struct sysctl_req *q, const struct pimg_mib *m)
{
	int what;

	(void)m;
	if (q->namelen < 3)
		return (-EISDIR);
	if (q->new != 0)
		return (-EPERM);
	what = q->name[2];
	if (what <= SELECT_RUID || what == KERN_PROC_PROC ||
	    what == KERN_PROC_RGID || what == KERN_PROC_GID ||
	    ((what & KERN_PROC_INC_THREAD) && what <= (KERN_PROC_INC_THREAD | 15)))
		return (list(q, what & ~KERN_PROC_INC_THREAD));
	if (q->namelen != 4)
		return (-EINVAL);
	return (one(q, what));
}
