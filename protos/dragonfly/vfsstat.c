/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * getvfsstat(2) fills two arrays; the size is that of the second, and with it
 * the number of elements of both.
 */
#include <hook.h>

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
