/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * _lwp_park, _lwp_unpark and _lwp_wakeup (facts: sys/kern/sys_lwp.c): tokens.
 */
#include "futex.h"
#include "token.h"
#include "wait.h"

#define	UNPARK_MAX	1024		/* LWP_UNPARK_MAX */
#define	TIMER_ABSTIME	1
#define	CLOCK_REALTIME	0
#define	CLOCK_MONOTONIC	3

static long
unpark(uint32_t tid)
{
	long r = token_give(tid);

	return (r < 0 ? r : 0);
}

/* When a wait with these arguments ends.  0 or a negated errno. */
static long
deadline(int clock, int flags, const int64_t ts[2], struct futex_until *until)
{

	if ((clock != CLOCK_REALTIME && clock != CLOCK_MONOTONIC) ||
	    ts[1] < 0 || ts[1] >= 1000000000)
		return (-EINVAL);
	if (ts[0] < 0 || (ts[0] == 0 && ts[1] == 0))
		return (-ETIMEDOUT);
	until->ns = ts[0] > 4000000000 ? 4000000000000000000 :
	    ts[0] * 1000000000 + ts[1];
	until->realtime = 0;
	if (flags & TIMER_ABSTIME)
		until->realtime = clock == CLOCK_REALTIME;
	else
		until->ns += kq_now(N_CLOCK_MONOTONIC);
	return (0);
}

/* _lwp_park(clock_id, flags, ts, unpark, hint, unparkhint) */
long
hook__lwp_park(struct pimg_frame *f)
{
	struct futex_until until = { FUTEX_FOREVER, 0 };
	int flags = (int)f->arg[1];
	pimg_addr where = f->arg[2];
	int64_t ts[2];
	long r;

	if (where != 0 && pimg_copyin(ts, where, sizeof(ts)) != 0)
		return (-EFAULT);
	if ((int)f->arg[3] != 0 && (r = unpark((uint32_t)f->arg[3])) != 0)
		return (r);
	if (where != 0 && (r = deadline((int)f->arg[0], flags, ts,
	    &until)) != 0)
		return (r);
	r = token_take(&until);
	if (r == 1)
		return (-EALREADY);
	if (where != 0 && (flags & TIMER_ABSTIME) == 0) {
		until.ns -= kq_now(N_CLOCK_MONOTONIC);
		if (until.ns < 0 || r == -ETIMEDOUT)
			until.ns = 0;
		ts[0] = until.ns / 1000000000;
		ts[1] = until.ns % 1000000000;
		pimg_copyout(where, ts, sizeof(ts));
	}
	return (r);
}

long
hook__lwp_unpark(struct pimg_frame *f)
{

	return (unpark((uint32_t)f->arg[0]));
}

/* _lwp_unpark_all(targets, ntargets, hint) */
long
hook__lwp_unpark_all(struct pimg_frame *f)
{
	uint32_t tid;
	pimg_reg i;
	long r, error = 0;

	if (f->arg[0] == 0)
		return (UNPARK_MAX);
	if (f->arg[1] == 0 || f->arg[1] > UNPARK_MAX)
		return (-EINVAL);
	for (i = 0; i < f->arg[1]; i++) {
		if (pimg_copyin(&tid, f->arg[0] + i * sizeof(tid),
		    sizeof(tid)) != 0)
			return (-EFAULT);
		if ((r = unpark(tid)) != 0)
			error = r;
	}
	return (error);
}

/* To one that does not wait it is given too, for its next wait. */
long
hook__lwp_wakeup(struct pimg_frame *f)
{
	long r = token_give((uint32_t)f->arg[0]);

	return (r < 0 ? r : r == 1 ? 0 : -ENODEV);
}

void
bsd_wait_forked(void)
{

	token_forked();
}
