/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct urwlock: its word is the number of readers or the writer's bit, and
 * two bits that say who waits.  Readers and writers sleep on the same word
 * and are told apart by the futex's bits.
 */
#include "umtx.h"

#define	RW_FLAGS	4
#define	RW_READERS	8		/* how many of each are blocked */
#define	RW_WRITERS	12
#define	PREFER_READER	0x0002U

#define	WRITE_OWNER	0x80000000U
#define	WRITE_WAITERS	0x40000000U
#define	READ_WAITERS	0x20000000U
#define	MAX_READERS	0x1fffffffU

#define	READERS		1U		/* futex bits */
#define	WRITERS		2U

/* One side of the lock. */
struct side {
	pimg_addr	rw;
	uint32_t	busy;		/* with these bits set it must wait */
	uint32_t	waits;		/* its bit in the word */
	pimg_addr	blocked;	/* its counter */
	uint32_t	bits;
	int		flags;		/* the futex's */
};

static int
must_wait(const struct side *s, uint32_t state)
{

	return ((state & s->busy) != 0);
}

/* The last of a side that waited clears its bit; see umtx.h. */
static long
clear(const struct side *s)
{
	long r;

	if ((r = umtx_change(s->rw, ~s->waits, 0, 0)) < 0 ||
	    (r = umtx_load(s->blocked)) <= 0)
		return (r);
	if ((r = umtx_change(s->rw, ~0U, s->waits, 0)) < 0)
		return (r);
	return (futex_wake(s->rw, INT32_MAX, s->flags, s->bits));
}

/* Sleeps until the lock may be had, or there is an error. */
static long
block(const struct side *s, const struct futex_until *until)
{
	long r, state, n;

	if ((r = umtx_change(s->blocked, ~0U, 0, 1)) < 0)
		return (r);
	for (r = 0;;) {
		if ((state = umtx_load(s->rw)) < 0) {
			r = state;
			break;
		}
		if (!must_wait(s, (uint32_t)state))
			break;
		if (((uint32_t)state & s->waits) == 0) {
			umtx_cas(s->rw, (uint32_t)state,
			    (uint32_t)state | s->waits);
			continue;
		}
		r = futex_wait(s->rw, (uint32_t)state, until, s->flags,
		    s->bits);
		if (r != 0 && r != -EAGAIN)
			break;
		r = 0;
	}
	n = umtx_change(s->blocked, ~0U, 0, (uint32_t)-1);
	if (n == 0)
		n = clear(s);
	return (r == 0 && n < 0 ? n : r);
}

long
umtx_rdlock(pimg_addr rw, long fflag, const struct futex_until *until)
{
	struct side s = { rw, WRITE_OWNER, READ_WAITERS, rw + RW_READERS,
	    READERS, 0 };
	long r, state, error = 0;

	if ((r = umtx_load(rw + RW_FLAGS)) < 0)
		return (r);
	s.flags = umtx_private((uint32_t)r);
	if (((fflag | r) & PREFER_READER) == 0)
		s.busy |= WRITE_WAITERS;
	for (;;) {
		if ((state = umtx_load(rw)) < 0)
			return (state);
		if (!must_wait(&s, (uint32_t)state)) {
			if (((uint32_t)state & MAX_READERS) == MAX_READERS)
				return (-EAGAIN);
			r = umtx_cas(rw, (uint32_t)state,
			    (uint32_t)state + 1);
			if (r != 0)
				return (r < 0 ? r : 0);
			continue;
		}
		if (error != 0)
			return (error);
		error = block(&s, until);
	}
}

long
umtx_wrlock(pimg_addr rw, const struct futex_until *until)
{
	struct side s = { rw, WRITE_OWNER | MAX_READERS, WRITE_WAITERS,
	    rw + RW_WRITERS, WRITERS, 0 };
	long r, state, error = 0;

	if ((r = umtx_load(rw + RW_FLAGS)) < 0)
		return (r);
	s.flags = umtx_private((uint32_t)r);
	for (;;) {
		if ((state = umtx_load(rw)) < 0)
			return (state);
		if (!must_wait(&s, (uint32_t)state)) {
			r = umtx_cas(rw, (uint32_t)state,
			    (uint32_t)state | WRITE_OWNER);
			if (r != 0)
				return (r < 0 ? r : 0);
			continue;
		}
		if (error != 0)
			break;
		error = block(&s, until);
	}
	/* readers that waited for this writer wait for nobody now */
	if ((state & (WRITE_OWNER | WRITE_WAITERS)) == 0)
		futex_wake(rw, INT32_MAX, s.flags, READERS);
	return (error);
}

/* Whom an unlock in this state wakes. */
static void
wake_next(pimg_addr rw, uint32_t state, uint32_t flags)
{
	uint32_t read = state & READ_WAITERS, write = state & WRITE_WAITERS;

	if (read && ((flags & PREFER_READER) || !write))
		futex_wake(rw, INT32_MAX, umtx_private(flags), READERS);
	else if (write)
		futex_wake(rw, 1, umtx_private(flags), WRITERS);
}

long
umtx_rw_unlock(pimg_addr rw)
{
	uint32_t state, new, flags;
	long r;

	if ((r = umtx_load(rw + RW_FLAGS)) < 0)
		return (r);
	flags = (uint32_t)r;
	do {
		if ((r = umtx_load(rw)) < 0)
			return (r);
		state = (uint32_t)r;
		if (state & WRITE_OWNER)
			new = state & ~WRITE_OWNER;
		else if (state & MAX_READERS)
			new = state - 1;
		else
			return (-EPERM);
		if ((r = umtx_cas(rw, state, new)) < 0)
			return (r);
	} while (r == 0);
	wake_next(rw, state, flags);
	return (0);
}
