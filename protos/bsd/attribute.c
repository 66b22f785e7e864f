/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Modes of links, which have none here, and microseconds where Linux wants
 * nanoseconds.
 */
#include <asm/stat.h>
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include <hook.h>

#include "conv.h"

#ifndef __NR_fchmodat2
#define	__NR_fchmodat2	452
#endif

/* A link has no mode of its own here: EOPNOTSUPP; what is no link is changed. */
static long
chmod_nofollow(unsigned long dir, const char *path, unsigned long mode)
{
	struct stat st;
	long r;

	r = pimg_sys(__NR_fchmodat2, dir, path, mode, AT_SYMLINK_NOFOLLOW);
	if (r != -ENOSYS && r != -EPERM)
		return (r);
	r = pimg_sys(__NR_newfstatat, dir, path, &st, AT_SYMLINK_NOFOLLOW);
	if (r < 0)
		return (r);
	if (S_ISLNK(st.st_mode))
		return (-EOPNOTSUPP);
	return (pimg_call(__NR_fchmodat, dir, path, mode));
}

/* (path, mode): the path has been copied. */
long
hook_lchmod(struct pimg_frame *f)
{

	return (chmod_nofollow((unsigned long)AT_FDCWD,
	    (const char *)f->arg[0], f->arg[1]));
}

/* (dir, path, mode, AT_SYMLINK_NOFOLLOW): the program's. */
long
hook_fchmodat_nofollow(struct pimg_frame *f)
{
	char path[PIMG_PATH_MAX];
	uint64_t dir;
	long r;

	if ((r = map_dirfds_in((uint64_t)(int)f->arg[0], &dir)) != 0 ||
	    (r = pimg_pathin(path, f->arg[1])) < 0)
		return (r);
	return (chmod_nofollow(dir, path, f->arg[2]));
}

/* tv_usec as nanoseconds; of NetBSD's it is the lower half of a word. */
long
map_microseconds_in(uint64_t foreign, uint64_t *native)
{
	int32_t usec = (int32_t)foreign;

	if (usec < 0 || usec >= 1000000)
		return (-EINVAL);
	*native = (uint64_t)usec * 1000;
	return (0);
}

long
map_microseconds_out(uint64_t native, uint64_t *foreign)
{

	*foreign = native / 1000;
	return (0);
}
