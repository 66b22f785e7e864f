/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * _lwp_park and _lwp_unpark (facts: sys/kern/sys_lwp.c): every thread has one
 * token.  Unparking gives it, parking takes it or waits for it, so an unpark
 * before the park is not lost.
 *
 * Tokens are kept by thread id in a table of buckets that are never moved.  A
 * slot of a thread that is gone is taken over when a bucket is full; that a
 * new thread with an old one's id finds a token does no harm, since parking
 * may always end early.
 */
#include "futex.h"
#include "wait.h"

#define	BUCKETS		256
#define	SLOTS		62
#define	UNPARK_MAX	1024		/* LWP_UNPARK_MAX */
#define	TIMER_ABSTIME	1
#define	CLOCK_REALTIME	0
#define	CLOCK_MONOTONIC	3

struct slot {
	uint32_t	tid, token;
};

struct page {
	struct page	*next;
	struct slot	 slots[SLOTS];
};

static struct pimg_lock lock;
static struct page *buckets[BUCKETS];

static int
alive(uint32_t tid)
{

	return (tid != 0 && pimg_sys(__NR_tgkill, pimg_sys(__NR_getpid), tid,
	    0) != -ESRCH);
}

/* A slot of bucket b for tid: a free one, or a dead thread's. */
static struct slot *
claim(uint32_t b, uint32_t tid)
{
	struct page *p;
	int i;

	for (p = buckets[b]; p != NULL; p = p->next)
		for (i = 0; i < SLOTS; i++)
			if (!alive(p->slots[i].tid)) {
				p->slots[i].token = 0;
				p->slots[i].tid = tid;
				return (&p->slots[i]);
			}
	if ((p = pimg_map_private(sizeof(*p))) == NULL)
		return (NULL);
	p->slots[0].tid = tid;
	p->next = buckets[b];
	buckets[b] = p;
	return (&p->slots[0]);
}

/* The slot of tid, made if there is none; NULL: no memory. */
static struct slot *
slot_of(uint32_t tid)
{
	uint32_t b = tid % BUCKETS;
	struct slot *s = NULL;
	struct page *p;
	int i;

	pimg_lock(&lock);
	for (p = buckets[b]; p != NULL && s == NULL; p = p->next)
		for (i = 0; i < SLOTS && s == NULL; i++)
			if (p->slots[i].tid == tid)
				s = &p->slots[i];
	if (s == NULL)
		s = claim(b, tid);
	pimg_unlock(&lock);
	return (s);
}

static long
unpark(uint32_t tid)
{
	struct slot *s;

	if (!alive(tid))
		return (-ESRCH);
	if ((s = slot_of(tid)) == NULL)
		return (-ENOMEM);
	if (__atomic_exchange_n(&s->token, 1, __ATOMIC_ACQ_REL) == 0)
		futex_wake((pimg_addr)&s->token, 1, FUTEX_PRIVATE, FUTEX_ANY);
	return (0);
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

static long
park(const struct futex_until *until)
{
	struct slot *s = slot_of((uint32_t)pimg_sys(__NR_gettid));
	long r;

	if (s == NULL)
		return (-ENOMEM);
	if (__atomic_exchange_n(&s->token, 0, __ATOMIC_ACQ_REL) != 0)
		return (-EALREADY);
	r = futex_wait((pimg_addr)&s->token, 0, until, FUTEX_PRIVATE,
	    FUTEX_ANY);
	if (__atomic_exchange_n(&s->token, 0, __ATOMIC_ACQ_REL) != 0 ||
	    r == -EAGAIN)
		return (0);
	return (r);
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
	r = park(&until);
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

/* The only thread left has another id; its parent's token is not its own. */
void
bsd_wait_forked(void)
{

	lock.owner = 0;
}
