/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The two clocks that programs read all the time, without a native call.
 */
#include <hook.h>

#define	CLOCK_REALTIME	0
#define	CLOCK_MONOTONIC	1

static long
get(int clock, pimg_addr dst)
{
	int64_t t[2];
	long r = pimg_clock_gettime(clock, t);

	return (r != 0 ? r : pimg_copyout(dst, t, sizeof(t)));
}

/* clock_gettime(clock_id, tp) */
long
hook_clock_realtime(struct pimg_frame *f)
{

	return (get(CLOCK_REALTIME, f->arg[1]));
}

long
hook_clock_monotonic(struct pimg_frame *f)
{

	return (get(CLOCK_MONOTONIC, f->arg[1]));
}
