/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Modes of links, which have none here.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include <hook.h>

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

/* (dir, path, mode, flags): native. */
long
hook_fchmodat(struct pimg_frame *f)
{
	const char *path = (const char *)f->arg[1];

	if (f->arg[3] & AT_EMPTY_PATH && path[0] == '\0')
		return (pimg_call(__NR_fchmod, f->arg[0], f->arg[2]));
	if (f->arg[3] & AT_SYMLINK_NOFOLLOW)
		return (chmod_nofollow(f->arg[0], path, f->arg[2]));
	return (pimg_call(__NR_fchmodat, f->arg[0], path, f->arg[2]));
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
