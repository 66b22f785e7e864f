/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct ucond, struct _usem and struct _usem2.
 *
 * A condition's word is 1 while somebody may wait, and is what they sleep on.
 * A signal that finds nobody asleep may have met one between the unlocking of
 * the mutex and its sleep: the word becomes 0, so that one does not sleep,
 * and then everybody is woken who did in the meantime.  A wait may always end
 * early.
 */
#include "umtx.h"

#define	C_FLAGS		4
#define	C_CLOCK		8
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
	long r, flags;

	if ((r = get_until(cv, ts, wflags, &until)) != 0)
		return (r);
	if ((flags = umtx_load(cv + C_FLAGS)) < 0)
		return (flags);
	if ((r = umtx_cas(cv, 0, 1)) < 0)
		return (r);
	if ((r = umtx_mutex_unlock(m, 0)) != 0)
		return (r);
	r = futex_wait(cv, 1, &until, umtx_private((uint32_t)flags),
	    FUTEX_ANY);
	return (r == -EAGAIN ? 0 : r);
}

/* Wakes one that sleeps on a word of this kind. */
static long
signal_one(pimg_addr word, int flags)
{
	long r = futex_wake(word, 1, flags, FUTEX_ANY);

	if (r != 0)
		return (r < 0 ? r : 0);
	if ((r = umtx_cas(word, 1, 0)) < 0)
		return (r);
	r = futex_wake(word, INT32_MAX, flags, FUTEX_ANY);
	return (r < 0 ? r : 0);
}

long
umtx_cv_signal(pimg_addr cv)
{
	long flags = umtx_load(cv + C_FLAGS);

	if (flags < 0)
		return (flags);
	return (signal_one(cv, umtx_private((uint32_t)flags)));
}

long
umtx_cv_broadcast(pimg_addr cv)
{
	long r, flags = umtx_load(cv + C_FLAGS);

	if (flags < 0)
		return (flags);
	if ((r = umtx_cas(cv, 1, 0)) < 0)
		return (r);
	r = futex_wake(cv, INT32_MAX, umtx_private((uint32_t)flags),
	    FUTEX_ANY);
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
	long flags = umtx_load(sem + SEM_FLAGS);

	if (flags < 0)
		return (flags);
	return (signal_one(sem, umtx_private((uint32_t)flags)));
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
