/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * open(2) with what Linux's does not do: a lock that is taken with it, and
 * an error of its own for a link that O_NOFOLLOW forbids.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <hook.h>

/* Bits that open_flags makes for this file; no flag of Linux has them. */
#define	F_SHLOCK	0x10000000UL
#define	F_EXLOCK	0x20000000UL

static long
lock(long fd, unsigned long flags)
{
	long how = flags & F_EXLOCK ? LOCK_EX : LOCK_SH, r;

	if (flags & O_NONBLOCK)
		how |= LOCK_NB;
	r = pimg_call(__NR_flock, fd, how);
	if (r == 0)
		return (fd);
	pimg_sys(__NR_close, fd);
	return (r);
}

/* ELOOP is also for links that go in circles: EMLINK if it is a link at all. */
static long
refused(unsigned long dir, const char *path)
{
	struct stat st;

	if (pimg_sys(__NR_newfstatat, dir, path, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    S_ISLNK(st.st_mode))
		return (-EMLINK);
	return (-ELOOP);
}

/* (dir, path, flags, mode): the path has been copied, all else is native. */
long
hook_openat(struct pimg_frame *f)
{
	const char *path = (const char *)f->arg[1];
	unsigned long flags = f->arg[2];
	long fd;

	fd = pimg_call(__NR_openat, f->arg[0], path,
	    flags & ~(F_SHLOCK | F_EXLOCK), f->arg[3] & 07777);
	if (fd == -ELOOP && flags & O_NOFOLLOW)
		return (refused(f->arg[0], path));
	if (fd >= 0 && flags & (F_SHLOCK | F_EXLOCK))
		return (lock(fd, flags));
	return (fd);
}
