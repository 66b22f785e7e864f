/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * _umtx_op on futexes: what its parts share.  Numbers and layouts are those
 * of sys/sys/umtx.h and sys/sys/_umtx.h.
 *
 *	umtx.c		the call, times, plain waiting
 *	umtx_mutex.c	struct umutex
 *	umtx_rwlock.c	struct urwlock
 *	umtx_cond.c	struct ucond and the semaphores
 *	umtx_robust.c	mutexes of threads that have ended
 *
 * The kernel of FreeBSD counts an object's waiters and locks it meanwhile; a
 * futex does neither.  So a bit that says "somebody waits" may stay set here
 * when nobody does any more, which costs a call, but is never clear when
 * somebody sleeps: whoever clears it looks again afterwards, and wakes those
 * that came in between; they find out for themselves whether to go on.
 */
#ifndef FREEBSD_UMTX_H
#define FREEBSD_UMTX_H

#include "futex.h"

#pragma GCC visibility push(hidden)

#define	USYNC_PROCESS_SHARED	0x0001U

/* struct umutex */
#define	M_OWNER		0
#define	M_FLAGS		4
#define	M_CEILING	8
#define	M_OLD_CEILING	12
#define	M_LINK		16
#define	UMUTEX_PRIO_INHERIT	0x0004U
#define	UMUTEX_PRIO_PROTECT	0x0008U
#define	UMUTEX_ROBUST		0x0010U
#define	UMUTEX_NONCONSISTENT	0x0020U
#define	UMUTEX_UNOWNED		0U
#define	UMUTEX_CONTESTED	0x80000000U
#define	UMUTEX_RB_OWNERDEAD	(UMUTEX_CONTESTED | 0x10)
#define	UMUTEX_RB_NOTRECOV	(UMUTEX_CONTESTED | 0x11)

enum umtx_mode { UMTX_LOCK, UMTX_TRY, UMTX_WAIT };

/* The word at addr, or -EFAULT.  It must be writable, as these objects are. */
static inline long
umtx_load(pimg_addr addr)
{

	return (pimg_cas_guest(addr, 0, 0));
}

/* 1: replaced; 0: the word was another; -EFAULT. */
static inline long
umtx_cas(pimg_addr addr, uint32_t old, uint32_t new)
{
	long r = pimg_cas_guest(addr, old, new);

	return (r < 0 ? r : r == (long)old);
}

/* *word = (*word & mask | set) + add; the new value, or -EFAULT. */
static inline long
umtx_change(pimg_addr addr, uint32_t mask, uint32_t set, uint32_t add)
{
	uint32_t new;
	long old = umtx_load(addr), r;

	while (old >= 0) {
		new = (((uint32_t)old & mask) | set) + add;
		if ((r = pimg_cas_guest(addr, (uint32_t)old, new)) == old)
			return ((long)new);
		old = r;
	}
	return (old);
}

static inline int
umtx_private(uint32_t flags)
{

	return ((flags & USYNC_PROCESS_SHARED) ? 0 : FUTEX_PRIVATE);
}

static inline uint32_t
umtx_self(void)
{

	return ((uint32_t)pimg_sys(__NR_gettid));
}

long	umtx_mutex_lock(pimg_addr m, const struct futex_until *until,
	    enum umtx_mode mode);
long	umtx_mutex_unlock(pimg_addr m, int dead);
long	umtx_mutex_wake(pimg_addr m);
long	umtx_mutex_wake2(pimg_addr m, uint32_t flags);
long	umtx_set_ceiling(pimg_addr m, uint32_t ceiling, pimg_addr old);
void	umtx_mutex_forked(void);

long	umtx_rdlock(pimg_addr rw, long fflag, const struct futex_until *until);
long	umtx_wrlock(pimg_addr rw, const struct futex_until *until);
long	umtx_rw_unlock(pimg_addr rw);

long	umtx_cv_wait(pimg_addr cv, pimg_addr m, pimg_addr ts, long flags);
long	umtx_cv_signal(pimg_addr cv);
long	umtx_cv_broadcast(pimg_addr cv);
long	umtx_sem_wait(pimg_addr sem, const struct futex_until *until);
long	umtx_sem_wake(pimg_addr sem);
long	umtx_sem2_wait(pimg_addr sem, const struct futex_until *until);
long	umtx_sem2_wake(pimg_addr sem);

long	umtx_robust_lists(pimg_addr params, long size);
void	umtx_robust_forked(void);

/* umtx.c */
long	umtx_until(int clock, int absolute, const int64_t ts[2],
	    struct futex_until *until);

#pragma GCC visibility pop

#endif
