/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Clocks.  A BSD program has no vDSO that it could use here, and FreeBSD's
 * page of time factors (AT_TIMEKEEP) needs a kernel that renews it: a program
 * computes with the lower 32 bits of the time-stamp counter's advance, which
 * wrap within seconds, and knows nothing of the clock's slewing.  So programs
 * make the call, and it is answered from the native vDSO, whose figures the
 * native kernel keeps.
 *
 * The vDSO's code runs on the private stack: a signal that finds it there
 * waits for the boundary (signal.c).  When it has no clock to read it makes
 * a native call itself, from where calls are not let through: that trap is
 * answered in the handler.  In map mode a native call costs little and the
 * module could not tell it from the guest's: no vDSO there.
 */
#include <linux/time.h>

#include "bsd.h"

static unsigned long vdso_gettime;	/* int (clockid_t, struct timespec *) */

void
pimg_clock_start(unsigned long vdso)
{

	if (!pimg_process.mapped)
		vdso_gettime = pimg_vdso_symbol(vdso, "__vdso_clock_gettime");
}

void
pimg_clock_trap(struct ucontext *uc)
{
	struct sigcontext *mc = &uc->uc_mcontext;

	mc->rax = (uint64_t)pimg_sys6((long)mc->rax, (long)mc->rdi,
	    (long)mc->rsi, (long)mc->rdx, (long)mc->r10, (long)mc->r8,
	    (long)mc->r9);
}

/* The clocks that the vDSO reads without a call. */
static int
is_cheap(long clock)
{

	return (clock == CLOCK_REALTIME || clock == CLOCK_MONOTONIC ||
	    clock == CLOCK_REALTIME_COARSE ||
	    clock == CLOCK_MONOTONIC_COARSE || clock == CLOCK_BOOTTIME);
}

/* For hooks: a native clock, into memory of the image's own. */
long
pimg_clock_gettime(int clock, int64_t t[2])
{
	int (*gettime)(long, int64_t *) =
	    (int (*)(long, int64_t *))vdso_gettime;

	if (gettime != NULL && is_cheap(clock) && gettime(clock, t) == 0)
		return (0);
	return (pimg_sys(__NR_clock_gettime, clock, t));
}
