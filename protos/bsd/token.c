/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * One token per thread, for NetBSD's _lwp_park and FreeBSD's thr_suspend: it
 * is given to a thread by its id, and taken or waited for by the thread.  One
 * that is given before the thread waits is not lost.
 *
 * Tokens are in a table of buckets that are never moved.  A slot of a thread
 * that is gone is taken over when a bucket is full; that a new thread with an
 * old one's id finds a token does no harm, since such waits may end early.
 */
#include "futex.h"
#include "token.h"

#define	BUCKETS		256
#define	SLOTS		62
#define	WAITING		2

struct slot {
	uint32_t	tid;
	uint32_t	token;		/* 0, 1 or WAITING */
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

/* The slot of tid, made if there is none and it is wanted, or NULL. */
static struct slot *
slot_of(uint32_t tid, int make)
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
	if (s == NULL && make)
		s = claim(b, tid);
	pimg_unlock(&lock);
	return (s);
}

/*
 * Gives thread tid its token.  1: it waited for it; 0: it did not;
 * -ESRCH: there is no such thread in this process.
 */
long
token_give(uint32_t tid)
{
	struct slot *s = slot_of(tid, 0);
	uint32_t waiting = WAITING;

	if (s != NULL && __atomic_compare_exchange_n(&s->token, &waiting, 1,
	    0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED)) {
		futex_wake((pimg_addr)&s->token, 1, FUTEX_PRIVATE, FUTEX_ANY);
		return (1);
	}
	if (!alive(tid))
		return (-ESRCH);
	if ((s = slot_of(tid, 1)) == NULL)
		return (-ENOMEM);
	if (__atomic_exchange_n(&s->token, 1, __ATOMIC_ACQ_REL) != WAITING)
		return (0);
	futex_wake((pimg_addr)&s->token, 1, FUTEX_PRIVATE, FUTEX_ANY);
	return (1);
}

/*
 * Takes the calling thread's token.  1: it was there; 0: it came;
 * -ETIMEDOUT, -EINTR.
 */
long
token_take(const struct futex_until *until)
{
	struct slot *s = slot_of((uint32_t)pimg_sys(__NR_gettid), 1);
	uint32_t old = 0;
	long r;

	if (s == NULL)
		return (-ENOMEM);
	if (!__atomic_compare_exchange_n(&s->token, &old, WAITING, 0,
	    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE) && old == 1) {
		__atomic_store_n(&s->token, 0, __ATOMIC_RELEASE);
		return (1);
	}
	r = futex_wait((pimg_addr)&s->token, WAITING, until, FUTEX_PRIVATE,
	    FUTEX_ANY);
	if (__atomic_exchange_n(&s->token, 0, __ATOMIC_ACQ_REL) == 1 ||
	    r == -EAGAIN)
		return (0);
	return (r);
}

/* In a forked child: its only thread has another id than its parent. */
void
token_forked(void)
{

	lock.owner = 0;
}
