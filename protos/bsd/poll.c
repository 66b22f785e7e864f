/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pselect and ppoll: by pselect6 and ppoll with a time and a mask of our own,
 * since the native kernel writes into the time and has another layout of the
 * mask.
 */
#include "kq_native.h"

#define	SIGSET_SIZE	8

struct span {
	int64_t		sec, nsec;
};

/* Waits by call nr, whose argument i leads to the mask at guest address. */
static long
wait_masked(long nr, pimg_reg a[6], int i, pimg_addr mask)
{
	struct { uint64_t *set; uint64_t size; } indirect;
	uint64_t set, host;

	if (mask == 0)
		return (pimg_call(nr, a[0], a[1], a[2], a[3], a[4], 0));
	if (pimg_sigset_copyin(&set, mask) != 0)
		return (-EFAULT);
	indirect.set = &host;
	indirect.size = SIGSET_SIZE;
	a[i] = nr == __NR_pselect6 ? (pimg_reg)&indirect : (pimg_reg)&host;
	if (nr == __NR_ppoll)
		a[4] = SIGSET_SIZE;
	return (pimg_mask_call(nr, a, set, &host));
}

/* The time of a wait at addr in *s; where it is for the native call. */
static long
span_in(struct span *s, pimg_addr addr, pimg_reg *where)
{

	*where = 0;
	if (addr == 0)
		return (0);
	if (pimg_copyin(s, addr, sizeof(*s)) != 0)
		return (-EFAULT);
	*where = (pimg_reg)s;
	return (0);
}

/* pselect(nd, in, ou, ex, ts, sm) */
long
hook_pselect(struct pimg_frame *f)
{
	pimg_reg a[6] = { f->arg[0], f->arg[1], f->arg[2], f->arg[3], 0, 0 };
	struct span s;

	if (span_in(&s, f->arg[4], &a[4]) != 0)
		return (-EFAULT);
	return (wait_masked(__NR_pselect6, a, 5, f->arg[5]));
}

/* ppoll(fds, nfds, ts, set): fds is native and ours. */
long
hook_ppoll(struct pimg_frame *f)
{
	pimg_reg a[6] = { f->arg[0], f->arg[1], 0, 0, 0, 0 };
	struct span s;

	if (span_in(&s, f->arg[2], &a[2]) != 0)
		return (-EFAULT);
	return (wait_masked(__NR_ppoll, a, 3, f->arg[3]));
}
