/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct umutex.  Its word is the owner's thread id, with a bit that says
 * that somebody waits.
 *
 * Waiters of a process's own mutexes are counted, by a hash of the address,
 * so the bit goes when the last one has been woken.  The count may be too
 * high, never too low.  Those of a mutex that processes share are not known:
 * its bit stays.  Priorities are not lent: an inheriting mutex is an ordinary
 * one that knows of a deadlock with itself.
 */
#include "umtx.h"

#define	COUNTERS	1024
#define	MANY		2

static uint32_t waiting[COUNTERS];

static uint32_t *
counter(pimg_addr m)
{

	return (&waiting[(m >> 3 ^ m >> 13) % COUNTERS]);
}

static uint32_t
waiters(pimg_addr m, uint32_t flags)
{

	return ((flags & USYNC_PROCESS_SHARED) ? MANY :
	    __atomic_load_n(counter(m), __ATOMIC_SEQ_CST));
}

void
umtx_mutex_forked(void)
{

	pimg_memset(waiting, 0, sizeof(waiting));
}

static int
is_free(uint32_t owner)
{

	return (owner == UMUTEX_UNOWNED || owner == UMUTEX_CONTESTED ||
	    owner == UMUTEX_RB_OWNERDEAD || owner == UMUTEX_RB_NOTRECOV);
}

/*
 * Takes the mutex if it is free: 0, -EOWNERDEAD (taken too),
 * -ENOTRECOVERABLE, -EFAULT; 1: it is not, and *owner is what it was.
 */
static long
take(pimg_addr m, uint32_t *owner)
{
	uint32_t id = umtx_self(), new;
	long r;

	for (;;) {
		if ((r = umtx_load(m)) < 0)
			return (r);
		*owner = (uint32_t)r;
		if (*owner == UMUTEX_RB_NOTRECOV)
			return (-ENOTRECOVERABLE);
		if (!is_free(*owner))
			return (1);
		new = id | (*owner & UMUTEX_CONTESTED);
		if ((r = umtx_cas(m, *owner, new)) < 0)
			return (r);
		if (r == 1)
			return (*owner == UMUTEX_RB_OWNERDEAD ? -EOWNERDEAD :
			    0);
	}
}

/* Sleeps while the mutex is owner's. */
static long
sleep_on(pimg_addr m, uint32_t owner, uint32_t flags,
    const struct futex_until *until)
{
	uint32_t *c = counter(m);
	long r;

	__atomic_add_fetch(c, 1, __ATOMIC_SEQ_CST);
	r = umtx_cas(m, owner, owner | UMUTEX_CONTESTED);
	if (r == 1)
		r = futex_wait(m, owner | UMUTEX_CONTESTED, until,
		    umtx_private(flags), FUTEX_ANY);
	__atomic_sub_fetch(c, 1, __ATOMIC_SEQ_CST);
	return (r == -EAGAIN ? 0 : r);
}

long
umtx_mutex_lock(pimg_addr m, const struct futex_until *until,
    enum umtx_mode mode)
{
	uint32_t owner, flags;
	long r, error = 0;

	if ((r = umtx_load(m + M_FLAGS)) < 0)
		return (r);
	flags = (uint32_t)r;
	if ((flags & (UMUTEX_PRIO_INHERIT | UMUTEX_PRIO_PROTECT)) ==
	    (UMUTEX_PRIO_INHERIT | UMUTEX_PRIO_PROTECT))
		return (-EINVAL);
	for (;;) {
		if (mode == UMTX_WAIT) {
			if ((r = umtx_load(m)) < 0)
				return (r);
			owner = (uint32_t)r;
			if (is_free(owner))
				return (0);
		} else if ((r = take(m, &owner)) <= 0)
			return (r);
		if ((flags & UMUTEX_PRIO_INHERIT) && mode == UMTX_LOCK &&
		    (owner & ~UMUTEX_CONTESTED) == umtx_self())
			return (-EDEADLK);
		if (mode == UMTX_TRY)
			return (-EBUSY);
		if (error != 0)		/* it has been tried once more */
			return (error);
		error = sleep_on(m, owner, flags, until);
		if (error == 1)
			error = 0;
	}
}

static uint32_t
unlocked_value(uint32_t flags, int dead)
{

	return (dead ? UMUTEX_RB_OWNERDEAD : flags & UMUTEX_NONCONSISTENT ?
	    UMUTEX_RB_NOTRECOV : flags & UMUTEX_PRIO_PROTECT ?
	    UMUTEX_CONTESTED : UMUTEX_UNOWNED);
}

/* dead: the owner, which is the calling thread, ends without unlocking. */
long
umtx_mutex_unlock(pimg_addr m, int dead)
{
	uint32_t owner, flags, new;
	long r;

	if ((r = umtx_load(m + M_FLAGS)) < 0)
		return (r);
	flags = (uint32_t)r;
	do {
		if ((r = umtx_load(m)) < 0)
			return (r);
		owner = (uint32_t)r;
		if ((owner & ~UMUTEX_CONTESTED) != umtx_self())
			return (-EPERM);
		new = unlocked_value(flags, dead);
		if ((owner & UMUTEX_CONTESTED) && waiters(m, flags) > 1)
			new |= UMUTEX_CONTESTED;
		if ((r = umtx_cas(m, owner, new)) < 0)
			return (r);
	} while (r == 0);
	if ((owner & UMUTEX_CONTESTED) == 0)
		return (0);
	r = futex_wake(m, 1, umtx_private(flags), FUTEX_ANY);
	/* one that came while the bit was cleared */
	if ((new & UMUTEX_CONTESTED) == 0 && waiters(m, flags) > 1)
		umtx_change(m, ~0U, UMUTEX_CONTESTED, 0);
	return (r < 0 ? r : 0);
}

/* Wakes one that waits for a mutex that nobody owns. */
long
umtx_mutex_wake(pimg_addr m)
{
	uint32_t flags;
	long r;

	if ((r = umtx_load(m)) < 0)
		return (r);
	if (!is_free((uint32_t)r))
		return (0);
	if ((r = umtx_load(m + M_FLAGS)) < 0)
		return (r);
	flags = (uint32_t)r;
	r = futex_wake(m, 1, umtx_private(flags), FUTEX_ANY);
	return (r < 0 ? r : 0);
}

/* As above, and repairs the bit; flags are the mutex's. */
long
umtx_mutex_wake2(pimg_addr m, uint32_t flags)
{
	uint32_t n = waiters(m, flags);
	long r;

	if ((r = umtx_load(m)) < 0)
		return (r);
	if (n > 1 || (n == 1 && !is_free((uint32_t)r)))
		r = umtx_change(m, ~0U, UMUTEX_CONTESTED, 0);
	if (r < 0 || !is_free((uint32_t)r))
		return (r < 0 ? r : 0);
	r = futex_wake(m, 1, umtx_private(flags), FUTEX_ANY);
	return (r < 0 ? r : 0);
}

long
umtx_set_ceiling(pimg_addr m, uint32_t ceiling, pimg_addr old)
{
	struct futex_until until = { FUTEX_FOREVER, 0 };
	uint32_t before;
	long r;
	int mine;

	if ((r = umtx_load(m + M_FLAGS)) < 0)
		return (r);
	if ((r & UMUTEX_PRIO_PROTECT) == 0 || ceiling > 31)
		return (-EINVAL);
	if ((r = umtx_load(m)) < 0)
		return (r);
	mine = ((uint32_t)r & ~UMUTEX_CONTESTED) == umtx_self();
	if (!mine && (r = umtx_mutex_lock(m, &until, UMTX_LOCK)) != 0)
		return (r == -EINTR ? -PIMG_RESTART : r);
	if (pimg_copyin(&before, m + M_CEILING, sizeof(before)) != 0 ||
	    pimg_copyout(m + M_CEILING, &ceiling, sizeof(ceiling)) != 0)
		return (-EFAULT);
	if (!mine && (r = umtx_mutex_unlock(m, 0)) != 0)
		return (r);
	if (old != 0 && pimg_copyout(old, &before, sizeof(before)) != 0)
		return (-EFAULT);
	return (0);
}
