/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * statvfs(2), which has no names, and getvfsstat(2), which fills two arrays:
 * the size is that of the second, and with it the number of elements of both.
 */
#include <asm/statfs.h>
#include <linux/errno.h>

#include <hook.h>

#include "conv.h"
#include "statfs.h"

long	hook_getfsstat(struct pimg_frame *f);
long	hook_getfsstat_old(struct pimg_frame *f);

/* (buf, vbuf, size of vbuf, flags) */
long
hook_getvfsstat(struct pimg_frame *f)
{
	struct pimg_frame sub = *f;
	unsigned long n = f->arg[2] / BSD_STATFS_OLD_SIZE;
	long r;

	if (f->arg[1] == 0)
		n = 0;
	sub.arg[1] = n * BSD_STATFS_SIZE;
	r = hook_getfsstat(&sub);
	if (r < 0 || f->arg[1] == 0)
		return (r);
	sub.arg[0] = f->arg[1];
	sub.arg[1] = n * BSD_STATFS_OLD_SIZE;
	return (hook_getfsstat_old(&sub));
}

long
out_statvfs(struct f_statvfs *f, const struct n_statfs *n)
{
	struct bsd_mount m;

	pimg_memset(f, 0, sizeof(*f));
	pimg_memcpy(&m.fs, n, sizeof(m.fs));
	bsd_statfs_old(f, &m);
	return (0);
}

/* No call takes one. */
long
in_statvfs(struct n_statfs *n, const struct f_statvfs *f)
{

	(void)n;
	(void)f;
	return (-EINVAL);
}
