/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * _umtx_op(2): the call, its times, and waiting on a plain word (facts:
 * sys/kern/kern_umtx.c).
 */
#include "umtx.h"
#include "token.h"
#include "wait.h"

enum op {
	OP_WAIT = 2, OP_WAKE, OP_MUTEX_TRYLOCK, OP_MUTEX_LOCK,
	OP_MUTEX_UNLOCK, OP_SET_CEILING, OP_CV_WAIT, OP_CV_SIGNAL,
	OP_CV_BROADCAST, OP_WAIT_UINT, OP_RW_RDLOCK, OP_RW_WRLOCK,
	OP_RW_UNLOCK, OP_WAIT_UINT_PRIVATE, OP_WAKE_PRIVATE, OP_MUTEX_WAIT,
	OP_MUTEX_WAKE, OP_SEM_WAIT, OP_SEM_WAKE, OP_NWAKE_PRIVATE,
	OP_MUTEX_WAKE2, OP_SEM2_WAIT, OP_SEM2_WAKE, OP_SHM, OP_ROBUST_LISTS,
	OP_GET_MIN_TIMEOUT, OP_SET_MIN_TIMEOUT
};

#define	UMTX_ABSTIME		1
#define	CLOCK_REALTIME		0
#define	CLOCK_MONOTONIC		4
#define	CLOCK_REALTIME_PRECISE	9
#define	CLOCK_REALTIME_FAST	10
#define	CLOCK_SECOND		13
#define	CLOCK_TAI		16

#define	BATCH			128

/* struct _umtx_time */
struct time {
	int64_t		ts[2];
	uint32_t	flags, clock;
};

static uint32_t shared_waits;		/* waits on words that may be shared */

static int
is_realtime(int clock)
{

	return (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_PRECISE ||
	    clock == CLOCK_REALTIME_FAST || clock == CLOCK_SECOND ||
	    clock == CLOCK_TAI);
}

/* When a wait for ts ends.  The clocks that are not real time are one. */
long
umtx_until(int clock, int absolute, const int64_t ts[2],
    struct futex_until *until)
{

	if (ts[0] < 0 || ts[1] < 0 || ts[1] >= 1000000000)
		return (-EINVAL);
	until->ns = ts[0] > 4000000000 ? 4000000000000000000 :
	    ts[0] * 1000000000 + ts[1];
	until->realtime = absolute && is_realtime(clock);
	if (!absolute)
		until->ns += kq_now(N_CLOCK_MONOTONIC);
	return (0);
}

/* The time at addr, whose kind its size tells; 0 means for ever. */
static long
get_until(pimg_addr addr, pimg_reg size, struct futex_until *until,
    struct time *t)
{

	until->ns = FUTEX_FOREVER;
	until->realtime = 0;
	if (addr == 0)
		return (0);
	t->flags = 0;
	t->clock = CLOCK_REALTIME;
	if (pimg_copyin(t, addr, size <= sizeof(t->ts) ? sizeof(t->ts) :
	    sizeof(*t)) != 0)
		return (-EFAULT);
	return (umtx_until((int)t->clock, t->flags & UMTX_ABSTIME, t->ts,
	    until));
}

/* ------------------------------------------------------------------ */
/* Plain words                                                        */

static long
wait_uint(pimg_addr addr, uint32_t value, const struct futex_until *until,
    int flags)
{
	long r;

	if (flags == 0)
		shared_waits = 1;
	r = futex_wait(addr, value, until, flags, FUTEX_ANY);
	return (r == -EAGAIN ? 0 : r);
}

/* A long is compared whole, then waited for by its lower half. */
static long
wait_long(pimg_addr addr, uint64_t value, const struct futex_until *until)
{
	uint64_t now;

	if (pimg_copyin(&now, addr, sizeof(now)) != 0)
		return (-EFAULT);
	if (now != value)
		return (0);
	return (wait_uint(addr, (uint32_t)value, until, 0));
}

/*
 * To FreeBSD a private word is the same whether a wait or a wake says that
 * it is private, or leaves it to the kernel to see.
 */
static long
wake(pimg_addr addr, int n, int private)
{
	long r, more;

	if (private && !__atomic_load_n(&shared_waits, __ATOMIC_SEQ_CST)) {
		r = futex_wake(addr, n, FUTEX_PRIVATE, FUTEX_ANY);
		return (r < 0 ? r : 0);
	}
	r = futex_wake(addr, n, private ? FUTEX_PRIVATE : 0, FUTEX_ANY);
	if (r < 0 || r >= n)
		return (r < 0 ? r : 0);
	more = futex_wake(addr, n - (int)r, private ? 0 : FUTEX_PRIVATE,
	    FUTEX_ANY);
	return (more < 0 && more != -EFAULT ? more : 0);
}

static int
count_of(pimg_reg val)
{

	return ((int)val < 0 || val > INT32_MAX ? INT32_MAX : (int)val);
}

static long
wake_many(pimg_addr list, int n)
{
	pimg_addr a[BATCH];
	int i, m;

	for (; n > 0; n -= m, list += sizeof(a)) {
		m = n < BATCH ? n : BATCH;
		if (pimg_copyin(a, list, (size_t)m * sizeof(a[0])) != 0)
			return (-EFAULT);
		for (i = 0; i < m; i++)
			wake(a[i], INT32_MAX, 1);
	}
	return (0);
}

/* ------------------------------------------------------------------ */
/* The call                                                           */

/* A relative wait that was interrupted leaves what remains, if asked to. */
static long
sem2_wait(struct pimg_frame *f, const struct futex_until *until,
    const struct time *t)
{
	pimg_addr where = f->arg[4] + sizeof(*t);
	int64_t left, ts[2];
	long r = umtx_sem2_wait(f->arg[0], until);

	if (r != -EINTR || f->arg[4] == 0 || (t->flags & UMTX_ABSTIME) != 0 ||
	    f->arg[3] < sizeof(*t) + sizeof(ts))
		return (r);
	left = until->ns - kq_now(N_CLOCK_MONOTONIC);
	left = left > 0 ? left : 0;
	ts[0] = left / 1000000000;
	ts[1] = left % 1000000000;
	return (pimg_copyout(where, ts, sizeof(ts)) != 0 ? -EFAULT : r);
}

/* Operations that wait until a time: (obj, op, val, its size, the time). */
long
hook_umtx_timed(struct pimg_frame *f)
{
	struct futex_until until;
	struct time t;
	pimg_addr obj = f->arg[0];
	long r;

	if ((r = get_until(f->arg[4], f->arg[3], &until, &t)) != 0)
		return (r);
	switch ((enum op)f->arg[1]) {
	case OP_WAIT:
		return (wait_long(obj, f->arg[2], &until));
	case OP_WAIT_UINT:
		return (wait_uint(obj, (uint32_t)f->arg[2], &until, 0));
	case OP_WAIT_UINT_PRIVATE:
		return (wait_uint(obj, (uint32_t)f->arg[2], &until,
		    FUTEX_PRIVATE));
	case OP_MUTEX_LOCK:
		r = umtx_mutex_lock(obj, &until, UMTX_LOCK);
		/* locking is made again after a signal, unless it is timed */
		return (r == -EINTR && f->arg[4] == 0 ? -PIMG_RESTART : r);
	case OP_MUTEX_WAIT:
		return (umtx_mutex_lock(obj, &until, UMTX_WAIT));
	case OP_RW_RDLOCK:
		return (umtx_rdlock(obj, (long)f->arg[2], &until));
	case OP_RW_WRLOCK:
		return (umtx_wrlock(obj, &until));
	case OP_SEM_WAIT:
		return (umtx_sem_wait(obj, &until));
	default:
		return (sem2_wait(f, &until, &t));
	}
}

/* The others: (obj, op, val, uaddr1, uaddr2). */
long
hook_umtx_now(struct pimg_frame *f)
{
	pimg_addr obj = f->arg[0];
	pimg_reg val = f->arg[2];
	static const uint64_t zero;

	switch ((enum op)f->arg[1]) {
	case OP_WAKE:
		return (wake(obj, count_of(val), 0));
	case OP_WAKE_PRIVATE:
		return (wake(obj, count_of(val), 1));
	case OP_NWAKE_PRIVATE:
		return (wake_many(obj, (int)val));
	case OP_MUTEX_TRYLOCK:
		return (umtx_mutex_lock(obj, NULL, UMTX_TRY));
	case OP_MUTEX_UNLOCK:
		return (umtx_mutex_unlock(obj, 0));
	case OP_MUTEX_WAKE:
		return (umtx_mutex_wake(obj));
	case OP_MUTEX_WAKE2:
		return (umtx_mutex_wake2(obj, (uint32_t)val));
	case OP_SET_CEILING:
		return (umtx_set_ceiling(obj, (uint32_t)val, f->arg[3]));
	case OP_CV_WAIT:
		return (umtx_cv_wait(obj, f->arg[3], f->arg[4], (long)val));
	case OP_CV_SIGNAL:
		return (umtx_cv_signal(obj));
	case OP_CV_BROADCAST:
		return (umtx_cv_broadcast(obj));
	case OP_RW_UNLOCK:
		return (umtx_rw_unlock(obj));
	case OP_SEM_WAKE:
		return (umtx_sem_wake(obj));
	case OP_SEM2_WAKE:
		return (umtx_sem2_wake(obj));
	case OP_ROBUST_LISTS:
		return (umtx_robust_lists(f->arg[3], (long)val));
	case OP_GET_MIN_TIMEOUT:
		return (pimg_copyout(f->arg[3], &zero, sizeof(zero)));
	case OP_SET_MIN_TIMEOUT:
		return ((long)val < 0 ? -EINVAL : 0);
	default:
		return (-EINVAL);
	}
}

void
bsd_wait_forked(void)
{

	shared_waits = 0;
	token_forked();
	umtx_mutex_forked();
	umtx_robust_forked();
}
