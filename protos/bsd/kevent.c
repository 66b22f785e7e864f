/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * kevent(2).
 *
 *	changes, each under the lock
 *	   └─► queue empty? ─► epoll_pwait2 without the lock ◄─┐
 *	                         └─► activate, collect ─ none ─┘
 *
 * It is never restarted: when changes have been made they must not be made
 * again, and the BSDs end it with EINTR in any case.
 */
#include "kq_native.h"
#include "kqueue.h"

#define	BATCH	32

enum layout { PLAIN, EXTENDED, WIDE };

static uint32_t last_call;
static uint32_t no_pwait2;		/* the kernel lacks epoll_pwait2 */

/* ------------------------------------------------------------------ */
/* Layouts                                                            */

struct plain_kevent {			/* FreeBSD 11, DragonFly */
	uint64_t	ident;
	int16_t		filter;
	uint16_t	flags;
	uint32_t	fflags;
	int64_t		data;
	uint64_t	udata;
};
_Static_assert(sizeof(struct plain_kevent) == 32, "struct kevent");

struct extended_kevent {		/* FreeBSD since 12 */
	struct plain_kevent k;
	uint64_t	ext[4];
};
_Static_assert(sizeof(struct extended_kevent) == 64, "struct kevent");

struct wide_kevent {			/* NetBSD */
	uint64_t	ident;
	uint32_t	filter, flags, fflags, pad;
	int64_t		data;
	uint64_t	udata;
};
_Static_assert(sizeof(struct wide_kevent) == 40, "struct kevent");

static size_t
size_of(enum layout l)
{

	return (l == WIDE ? sizeof(struct wide_kevent) : l == EXTENDED ?
	    sizeof(struct extended_kevent) : sizeof(struct plain_kevent));
}

static long
get(struct kev *k, pimg_addr addr, enum layout l)
{
	union { struct extended_kevent e; struct wide_kevent w; } u;

	pimg_memset(&u, 0, sizeof(u));
	if (pimg_copyin(&u, addr, size_of(l)) != 0)
		return (-EFAULT);
	if (l == WIDE) {
		*k = (struct kev){ .ident = u.w.ident,
		    .filter = (int32_t)u.w.filter, .flags = u.w.flags,
		    .fflags = u.w.fflags, .data = u.w.data,
		    .udata = u.w.udata };
		return (0);
	}
	*k = (struct kev){ .ident = u.e.k.ident, .filter = u.e.k.filter,
	    .flags = u.e.k.flags, .fflags = u.e.k.fflags,
	    .data = u.e.k.data, .udata = u.e.k.udata };
	pimg_memcpy(k->ext, u.e.ext, sizeof(k->ext));
	return (0);
}

static long
put(const struct kev *k, pimg_addr addr, enum layout l)
{
	union { struct extended_kevent e; struct wide_kevent w; } u;

	if (l == WIDE)
		u.w = (struct wide_kevent){ .ident = k->ident,
		    .filter = (uint32_t)k->filter, .flags = k->flags,
		    .fflags = k->fflags, .data = k->data, .udata = k->udata };
	else {
		u.e.k = (struct plain_kevent){ .ident = k->ident,
		    .filter = (int16_t)k->filter, .flags = (uint16_t)k->flags,
		    .fflags = k->fflags, .data = k->data, .udata = k->udata };
		pimg_memcpy(u.e.ext, k->ext, sizeof(k->ext));
	}
	return (pimg_copyout(addr, &u, size_of(l)));
}

/* ------------------------------------------------------------------ */
/* kevent                                                             */

struct call {
	struct kqueue	*kq;
	int		 fd;
	enum layout	 layout;
	pimg_addr	 changes, events;
	int64_t		 nchanges, nevents;
	int64_t		 deadline;	/* CLOCK_MONOTONIC; -1: none, 0: now */
	uint32_t	 serial;
};

/* Makes the changes.  Returns how many are reported in events, or an error. */
static long
make_changes(struct call *c)
{
	struct kev k;
	int64_t i;
	long r, n = 0;

	for (i = 0; i < c->nchanges; i++) {
		if (get(&k, c->changes + (pimg_addr)i * size_of(c->layout),
		    c->layout) != 0)
			return (-EFAULT);
		if (KQ_SKIP_ZERO && k.filter == 0)
			continue;
		k.flags &= ~(uint32_t)EV_SYSFLAGS;
		pimg_lock(&kq_lock);
		r = c->kq->closing ? -EBADF : kq_register(c->kq, &k);
		pimg_unlock(&kq_lock);
		if (r == 0 && (k.flags & EV_RECEIPT) == 0)
			continue;
		if (c->nevents == 0) {
			if (r != 0)
				return (r);
			continue;
		}
		k.flags = EV_ERROR;
		k.data = r == 0 ? 0 : pimg_errno_out((int)-r);
		if (put(&k, c->events, c->layout) != 0)
			return (-EFAULT);
		c->events += size_of(c->layout);
		c->nevents--;
		n++;
	}
	return (n);
}

/* Fetches edges, waiting for them if the deadline is not past. */
static long
fetch(struct call *c, struct kq_epoll_event *ev, int wait)
{
	struct { int64_t sec, nsec; } left;
	int64_t ns = 0;
	long r, max = c->nevents < BATCH ? (long)c->nevents : BATCH;

	if (wait && c->deadline > 0) {
		ns = c->deadline - kq_now(N_CLOCK_MONOTONIC);
		wait = ns > 0;
	}
	if (!wait)
		return (pimg_sys(__NR_epoll_wait, c->fd, ev, max, 0));
	if (!no_pwait2) {
		left.sec = ns / 1000000000;
		left.nsec = ns % 1000000000;
		r = pimg_call(__NR_epoll_pwait2, c->fd, ev, max,
		    c->deadline < 0 ? NULL : &left, NULL, 8);
		if (r != -ENOSYS && r != -EPERM)
			return (r);
		no_pwait2 = 1;
	}
	ns = (ns + 999999) / 1000000;
	return (pimg_call(__NR_epoll_wait, c->fd, ev, max,
	    c->deadline < 0 ? -1 : ns > INT32_MAX ? INT32_MAX : ns));
}

/*
 * One round: n edges become events as far as there are, which are copied
 * out.  Returns how many, or an error.
 */
static long
round_of(struct call *c, const struct kq_epoll_event *ev, int n)
{
	struct kev out[BATCH];
	struct kqueue *kq = c->kq;
	int i, got, max = c->nevents < BATCH ? (int)c->nevents : BATCH;

	pimg_lock(&kq_lock);
	if (kq->closing) {
		pimg_unlock(&kq_lock);
		return (-EBADF);
	}
	kq_activate(kq, ev, n, c->serial);
	got = kq_collect(kq, out, max, c->serial);
	if (kq->length > 0)
		kq_arm(kq);
	pimg_unlock(&kq_lock);
	for (i = 0; i < got; i++) {
		if (put(&out[i], c->events, c->layout) != 0)
			return (-EFAULT);
		c->events += size_of(c->layout);
	}
	c->nevents -= got;
	return (got);
}

static long
wait_for_events(struct call *c)
{
	struct kq_epoll_event ev[BATCH];
	long n, r, total = 0;
	int wait = c->deadline != 0 && c->kq->head == NULL;

	for (;; wait = c->deadline != 0 && total == 0) {
		n = fetch(c, ev, wait);
		if (n == -PIMG_RESTART)
			return (total > 0 ? total : -EINTR);
		if (n == -EINTR)	/* if it is for the program, */
			n = 0;		/* the next call is refused */
		if (n < 0)
			return (total > 0 ? total : n == -EINVAL ? -EBADF : n);
		r = round_of(c, ev, (int)n);
		if (r < 0)
			return (r);
		total += r;
		if (c->nevents == 0 || (total > 0 && r < BATCH))
			return (total);
		if (total == 0 && (c->deadline == 0 || (c->deadline > 0 &&
		    kq_now(N_CLOCK_MONOTONIC) >= c->deadline)))
			return (0);
	}
}

static long
get_deadline(struct call *c, pimg_addr timeout)
{
	struct kq_timespec ts;
	int64_t now;

	c->deadline = -1;
	if (timeout == 0)
		return (0);
	if (pimg_copyin(&ts, timeout, sizeof(ts)) != 0)
		return (-EFAULT);
	if (ts.sec < 0 || ts.nsec < 0 || ts.nsec >= 1000000000)
		return (-EINVAL);
	c->deadline = 0;
	if (ts.sec == 0 && ts.nsec == 0)
		return (0);
	now = kq_now(N_CLOCK_MONOTONIC);
	if (ts.sec > 1000000000)
		ts.sec = 1000000000;
	c->deadline = now + ts.sec * 1000000000 + ts.nsec;
	return (0);
}

static long
kevent(struct call *c, pimg_addr timeout)
{
	long r;

	if ((r = get_deadline(c, timeout)) != 0)
		return (r);
	pimg_lock(&kq_lock);
	if ((c->kq = kq_of(c->fd)) != NULL) {
		c->kq->users++;
		c->serial = ++last_call != 0 ? last_call : ++last_call;
	}
	pimg_unlock(&kq_lock);
	if (c->kq == NULL)
		return (-EBADF);
	r = c->nchanges < 0 || c->nevents < 0 ? -EINVAL : make_changes(c);
	if (r == 0 && c->nevents > 0)
		r = wait_for_events(c);
	pimg_lock(&kq_lock);
	if (c->kq->length > 0 && !c->kq->closing)
		kq_arm(c->kq);
	kq_release(c->kq);
	pimg_unlock(&kq_lock);
	return (r);
}

static long
kevent_hook(struct pimg_frame *f, enum layout layout)
{
	struct call c = {
		.fd = (int)f->arg[0], .layout = layout,
		.changes = f->arg[1], .events = f->arg[3],
		/* the counts are int; NetBSD's are size_t */
		.nchanges = layout == WIDE ? (int64_t)f->arg[2] :
		    (int)f->arg[2],
		.nevents = layout == WIDE ? (int64_t)f->arg[4] :
		    (int)f->arg[4],
	};

	return (kevent(&c, f->arg[5]));
}

long
hook_kevent(struct pimg_frame *f)
{

	return (kevent_hook(f, KQ_LAYOUT));
}

/* FreeBSD's before release 12. */
long
hook_freebsd11_kevent(struct pimg_frame *f)
{

	return (kevent_hook(f, PLAIN));
}
