/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * NetBSD's threads (sys/kern/sys_lwp.c): _lwp_create(2) from a ucontext, and
 * _lwp_wait(2).  A thread that is not detached has an entry in a table, where
 * it says that it has ended; waiters sleep on the table's word, which counts
 * such events.
 */
#include "bsd/bsd.h"

#define	LWP_DETACHED	0x00000040
#define	LWP_SUSPENDED	0x00000080
#define	JOINABLE_MAX	4096
#define	FUTEX_WAIT	0
#define	FUTEX_WAKE	1

static struct {
	struct pimg_lock lock;
	uint32_t	ended;			/* the futex: counts ends */
	uint32_t	used;			/* entries in use, from 0 */
	struct {
		uint32_t tid;			/* 0: free */
		uint32_t gone;
	} lwp[JOINABLE_MAX];
} joinable;

/* The entry of tid (0: a free one), or -1; the lock is held. */
static int
find(uint32_t tid)
{
	uint32_t i;

	for (i = 0; i < joinable.used; i++)
		if (joinable.lwp[i].tid == tid)
			return ((int)i);
	if (tid != 0 || joinable.used == JOINABLE_MAX)
		return (-1);
	return ((int)joinable.used++);
}

/* A new thread's entry; the lock is held since before it could end. */
static void
enter(uint32_t tid)
{
	int i = find(0);

	if (i >= 0) {
		joinable.lwp[i].tid = tid;
		joinable.lwp[i].gone = 0;
	}
}

static void
remove_lwp(uint32_t tid)
{
	int i;

	pimg_lock(&joinable.lock);
	if ((i = find(tid)) >= 0)
		joinable.lwp[i].tid = 0;
	pimg_unlock(&joinable.lock);
}

/* _lwp_create(ucontext, flags, lwpid) */
long
hook__lwp_create(struct pimg_frame *f)
{
	uint8_t uc[PIMG_FRAME_MAX] __attribute__((__aligned__(16)));
	struct pimg_frame child = *f;
	struct pimg_frame_layout l;
	struct pimg_context c;
	int32_t tid = 0;
	long r;

	pimg_system_frame(&l);
	pimg_memset(&c, 0, sizeof(c));
	if (f->arg[1] & ~(unsigned long)(LWP_DETACHED | LWP_SUSPENDED))
		return (-EINVAL);
	if (f->arg[1] & LWP_SUSPENDED)
		return (-EOPNOTSUPP);	/* nothing can hold it before it runs */
	if (pimg_copyin(uc, f->arg[0], l.uc_size) != 0 ||
	    pimg_copyout(f->arg[2], &tid, sizeof(tid)) != 0)
		return (-EFAULT);
	if ((r = pimg_system_uc_in(uc, &c)) != 0)
		return (r);
	if (!c.has_regs)
		return (-EINVAL);
	pimg_bsd_frame_of(&c.mc, &child);
	pimg_lock(&joinable.lock);
	r = pimg_bsd_thread_new(&child, c.has_fsbase ? c.fsbase : 0,
	    f->arg[2], c.has_mask ? &c.mask : NULL);
	if (!pimg_failed(r) && (f->arg[1] & LWP_DETACHED) == 0)
		enter((uint32_t)r);
	pimg_unlock(&joinable.lock);
	return (pimg_failed(r) ? r : 0);
}

/* _lwp_exit() */
long
hook__lwp_exit(struct pimg_frame *f)
{
	uint32_t tid = (uint32_t)pimg_sys(__NR_gettid);
	int i;

	(void)f;
	pimg_lock(&joinable.lock);
	if ((i = find(tid)) >= 0) {
		joinable.lwp[i].gone = 1;
		__atomic_add_fetch(&joinable.ended, 1, __ATOMIC_RELEASE);
	}
	pimg_unlock(&joinable.lock);
	if (i >= 0)
		pimg_sys(__NR_futex, &joinable.ended, FUTEX_WAKE, 0x7fffffff);
	pimg_bsd_thread_end();
}

/* _lwp_detach(lwp) */
long
hook__lwp_detach(struct pimg_frame *f)
{
	int known;

	pimg_lock(&joinable.lock);
	known = find((uint32_t)f->arg[0]) >= 0;
	pimg_unlock(&joinable.lock);
	if (!known)
		return (pimg_sys(__NR_tgkill, pimg_sys(__NR_getpid),
		    (int)f->arg[0], 0) == 0 ? -EINVAL : -ESRCH);
	remove_lwp((uint32_t)f->arg[0]);
	return (0);
}

/* An ended thread that fits which (0: any): its id; 0: wait; or -ESRCH. */
static long
reap(uint32_t which)
{
	uint32_t i, waiting = 0;
	long r = 0;

	pimg_lock(&joinable.lock);
	for (i = 0; i < joinable.used && r == 0; i++) {
		if (joinable.lwp[i].tid == 0 ||
		    (which != 0 && joinable.lwp[i].tid != which))
			continue;
		waiting = 1;
		if (joinable.lwp[i].gone) {
			r = joinable.lwp[i].tid;
			joinable.lwp[i].tid = 0;
		}
	}
	pimg_unlock(&joinable.lock);
	return (r == 0 && !waiting ? -ESRCH : r);
}

/* _lwp_wait(lwp, departed) */
long
hook__lwp_wait(struct pimg_frame *f)
{
	uint32_t seen;
	int32_t tid;
	long r;

	if ((uint32_t)f->arg[0] == pimg_sys(__NR_gettid))
		return (-EDEADLK);
	for (;;) {
		seen = __atomic_load_n(&joinable.ended, __ATOMIC_ACQUIRE);
		if ((r = reap((uint32_t)f->arg[0])) != 0)
			break;
		r = pimg_call(__NR_futex, &joinable.ended, FUTEX_WAIT, seen, 0);
		if (r != 0 && r != -EAGAIN)
			return (r);
	}
	if (r < 0)
		return (r);
	tid = (int32_t)r;
	return (f->arg[1] != 0 ? pimg_copyout(f->arg[1], &tid, sizeof(tid)) : 0);
}
