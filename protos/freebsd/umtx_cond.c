/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct ucond, struct _usem and struct _usem2.
 *
 * A condition's first word tells the library whether somebody waits.  What
 * they sleep on is its spare word, a number that every signal changes: one
 * that comes between the unlocking of a mutex and the sleep is not lost.  The
 * number is read before the first word is set, and changed after that is
 * cleared, so nobody sleeps while it is clear.  A wait may always end early.
 *
 * The older semaphore has no spare word; its count tells what a wake-up means.
 */
#include "umtx.h"

#define	C_FLAGS		4
#define	C_CLOCK		8
#define	C_NUMBER	12		/* c_spare */
#define	CVWAIT_ABSTIME	0x02
#define	CVWAIT_CLOCKID	0x04
#define	CLOCKS		14		/* CLOCK_THREAD_CPUTIME_ID */

#define	SEM_COUNT	4		/* struct _usem */
#define	SEM_FLAGS	8
#define	SEM2_FLAGS	4		/* struct _usem2 */
#define	HAS_WAITERS	0x80000000U

static long
get_until(pimg_addr cv, pimg_addr addr, long wflags,
    struct futex_until *until)
{
	int64_t ts[2];
	long clock = 0;

	if ((wflags & CVWAIT_CLOCKID) != 0) {
		if ((clock = umtx_load(cv + C_CLOCK)) < 0)
			return (clock);
		if (clock >= CLOCKS)
			return (-EINVAL);
	}
	if (addr == 0)
		return (0);
	if (pimg_copyin(ts, addr, sizeof(ts)) != 0)
		return (-EFAULT);
	return (umtx_until((int)clock, (wflags & CVWAIT_ABSTIME) != 0, ts,
	    until));
}

long
umtx_cv_wait(pimg_addr cv, pimg_addr m, pimg_addr ts, long wflags)
{
	struct futex_until until = { FUTEX_FOREVER, 0 };
	long r, flags, number;

	if ((r = get_until(cv, ts, wflags, &until)) != 0)
		return (r);
	if ((flags = umtx_load(cv + C_FLAGS)) < 0)
		return (flags);
	if ((number = umtx_load(cv + C_NUMBER)) < 0)
		return (number);
	if ((r = umtx_cas(cv, 0, 1)) < 0)
		return (r);
	if ((r = umtx_mutex_unlock(m, 0)) != 0)
		return (r);
	r = futex_wait(cv + C_NUMBER, (uint32_t)number, &until,
	    umtx_private((uint32_t)flags), FUTEX_ANY);
	return (r == -EAGAIN ? 0 : r);
}

static long
wake(pimg_addr cv, int n, uint32_t flags)
{
	long r = umtx_change(cv + C_NUMBER, ~0U, 0, 1);

	if (r < 0)
		return (r);
	return (futex_wake(cv + C_NUMBER, n, umtx_private(flags), FUTEX_ANY));
}

long
umtx_cv_broadcast(pimg_addr cv)
{
	long r, flags = umtx_load(cv + C_FLAGS);

	if (flags < 0)
		return (flags);
	if ((r = umtx_change(cv, 0, 0, 0)) < 0)
		return (r);
	r = wake(cv, INT32_MAX, (uint32_t)flags);
	return (r < 0 ? r : 0);
}

long
umtx_cv_signal(pimg_addr cv)
{
	long r, flags = umtx_load(cv + C_FLAGS);

	if (flags < 0)
		return (flags);
	r = wake(cv, 1, (uint32_t)flags);
	if (r == 0)		/* nobody, or one that does not sleep yet */
		return (umtx_cv_broadcast(cv));
	return (r < 0 ? r : 0);
}

/* ------------------------------------------------------------------ */

long
umtx_sem_wait(pimg_addr sem, const struct futex_until *until)
{
	long r, flags, count;

	if ((flags = umtx_load(sem + SEM_FLAGS)) < 0)
		return (flags);
	if ((r = umtx_cas(sem, 0, 1)) < 0)
		return (r);
	if ((count = umtx_load(sem + SEM_COUNT)) != 0)
		return (count < 0 ? count : 0);
	r = futex_wait(sem, 1, until, umtx_private((uint32_t)flags),
	    FUTEX_ANY);
	return (r == -EAGAIN ? 0 : r);
}

long
umtx_sem_wake(pimg_addr sem)
{
	long r, flags = umtx_load(sem + SEM_FLAGS);
	int private;

	if (flags < 0)
		return (flags);
	private = umtx_private((uint32_t)flags);
	r = futex_wake(sem, 1, private, FUTEX_ANY);
	if (r != 0)
		return (r < 0 ? r : 0);
	if ((r = umtx_cas(sem, 1, 0)) < 0)
		return (r);
	r = futex_wake(sem, INT32_MAX, private, FUTEX_ANY);
	return (r < 0 ? r : 0);
}

/* Count and bit in one word: one sleeps while the count is 0. */
long
umtx_sem2_wait(pimg_addr sem, const struct futex_until *until)
{
	long r, flags;

	if ((flags = umtx_load(sem + SEM2_FLAGS)) < 0)
		return (flags);
	if ((r = umtx_load(sem)) < 0)
		return (r);
	if (r == 0 && (r = umtx_cas(sem, 0, HAS_WAITERS)) < 0)
		return (r);
	r = futex_wait(sem, HAS_WAITERS, until,
	    umtx_private((uint32_t)flags), FUTEX_ANY);
	return (r == -EAGAIN ? 0 : r);
}

long
umtx_sem2_wake(pimg_addr sem)
{
	long r, flags = umtx_load(sem + SEM2_FLAGS);
	int private;

	if (flags < 0)
		return (flags);
	private = umtx_private((uint32_t)flags);
	r = futex_wake(sem, 1, private, FUTEX_ANY);
	if (r != 0)
		return (r < 0 ? r : 0);
	if ((r = umtx_change(sem, ~HAS_WAITERS, 0, 0)) < 0)
		return (r);
	r = futex_wake(sem, INT32_MAX, private, FUTEX_ANY);
	return (r < 0 ? r : 0);
}
