/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Locks that survive the death of their holder and a fork by another thread.
 *
 * The word holds the owner's thread id.  Sections are short, make no call
 * that blocks and are never interrupted by guest code, so a waiter yields;
 * when that does not help it asks whether the owner still exists and takes
 * the lock over if not.  What a lock guards is valid at every store.  fork
 * takes the locks first (thread.c), so a child never inherits one held by
 * a thread that it does not have.
 */
#include "hook.h"
#include "sys.h"
#include "thread.h"

void
pimg_lock(struct pimg_lock *l)
{
	uint32_t me = pimg_self()->tid, owner;
	int tries;

	for (tries = 1;; tries++) {
		owner = 0;
		if (__atomic_compare_exchange_n(&l->owner, &owner, me, 0,
		    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return;
		if (tries % 64 == 0 &&
		    pimg_sys(__NR_tkill, owner, 0) == -ESRCH &&
		    __atomic_compare_exchange_n(&l->owner, &owner, me, 0,
		    __ATOMIC_ACQUIRE, __ATOMIC_RELAXED))
			return;
		pimg_sys(__NR_sched_yield);
	}
}

void
pimg_unlock(struct pimg_lock *l)
{

	__atomic_store_n(&l->owner, 0, __ATOMIC_RELEASE);
}
