/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Knotes: where they live, how a change makes, alters or removes one, and
 * the queue of those that may have an event (facts: sys/kern/kern_event.c).
 *
 *	edge, trigger, time ──► queue ──► ready? ──no──► off the queue
 *	                          ▲         │ yes: reported
 *	                          └─────────┴── again, unless EV_CLEAR,
 *	                                        EV_DISPATCH or EV_ONESHOT
 *
 * Everything here is called with the lock held.
 */
#include "kq_native.h"
#include "kqueue.h"

#define	CHUNK	(64 * 1024UL)

static struct chunk {
	struct chunk	*next;
	struct knote	 knotes[];
} *chunks;
static struct knote *free_knotes;

static struct knote *
take(void)
{
	struct knote *kn;
	struct chunk *c;
	size_t i, n = (CHUNK - sizeof(*c)) / sizeof(*kn);

	if (free_knotes == NULL) {
		if ((c = pimg_map_private(CHUNK)) == NULL)
			return (NULL);
		c->next = chunks;
		chunks = c;
		for (i = 0; i < n; i++) {
			c->knotes[i].next = free_knotes;
			free_knotes = &c->knotes[i];
		}
	}
	kn = free_knotes;
	free_knotes = kn->next;
	pimg_memset(kn, 0, sizeof(*kn));
	return (kn);
}

/* In a forked child: all of them belonged to the parent's kqueues. */
void
kq_forget_knotes(void)
{
	struct chunk *c;

	free_knotes = NULL;
	while ((c = chunks) != NULL) {
		chunks = c->next;
		pimg_unmap_private(c, CHUNK);
	}
}

/* ------------------------------------------------------------------ */
/* Lists                                                              */

/* Filters of one descriptor share a bucket. */
static struct knote **
bucket(struct kqueue *kq, uint64_t ident)
{

	return (&kq->bucket[(ident ^ ident >> 9 ^ ident >> 20) % KQ_BUCKETS]);
}

struct knote *
kq_find(struct kqueue *kq, int filter, uint64_t ident)
{
	struct knote *kn;

	for (kn = *bucket(kq, ident); kn != NULL; kn = kn->next)
		if (kn->ev.ident == ident && kn->ev.filter == filter)
			return (kn);
	return (NULL);
}

void
kq_enqueue(struct knote *kn)
{
	struct kqueue *kq = kn->kq;

	if (kn->status & (KN_QUEUED | KN_DISABLED))
		return;
	kn->status |= KN_QUEUED;
	kn->qnext = NULL;
	kn->qprev = kq->tail;
	*kq->tail = kn;
	kq->tail = &kn->qnext;
	kq->length++;
}

static void
dequeue(struct knote *kn)
{
	struct kqueue *kq = kn->kq;

	if ((kn->status & KN_QUEUED) == 0)
		return;
	kn->status &= ~KN_QUEUED;
	*kn->qprev = kn->qnext;
	if (kn->qnext != NULL)
		kn->qnext->qprev = kn->qprev;
	else
		kq->tail = kn->qprev;
	kq->length--;
}

/* On the list of those that something other than epoll's edges concerns. */
void
kq_watch(struct knote *kn)
{
	struct kqueue *kq = kn->kq;

	kn->status |= KN_WATCHED;
	kn->wnext = kq->watched;
	kn->wprev = &kq->watched;
	if (kn->wnext != NULL)
		kn->wnext->wprev = &kn->wnext;
	kq->watched = kn;
}

static void
unwatch(struct knote *kn)
{

	if ((kn->status & KN_WATCHED) == 0)
		return;
	kn->status &= ~KN_WATCHED;
	*kn->wprev = kn->wnext;
	if (kn->wnext != NULL)
		kn->wnext->wprev = kn->wprev;
}

/* ------------------------------------------------------------------ */
/* Changes                                                            */

void
kq_drop(struct knote *kn)
{
	struct knote **p;

	for (p = bucket(kn->kq, kn->ev.ident); *p != kn; p = &(*p)->next)
		;
	*p = kn->next;
	dequeue(kn);
	kq_detach(kn);
	unwatch(kn);
	kn->next = free_knotes;
	free_knotes = kn;
}

/* The descriptor goes, and what is attached to it. */
void
kq_drop_fd(struct kqueue *kq, int fd)
{
	struct knote *kn, *next;

	for (kn = *bucket(kq, (uint64_t)fd); kn != NULL; kn = next) {
		next = kn->next;
		if (kn->ev.ident == (uint64_t)fd && kq_is_fd_filter(kn->ev.filter))
			kq_drop(kn);
	}
}

static long
create(struct kqueue *kq, const struct kev *kev)
{
	struct knote *kn, **p = bucket(kq, kev->ident);
	long r;

	if ((kn = take()) == NULL)
		return (-ENOMEM);
	kn->kq = kq;
	kn->ev = *kev;
	kn->ev.flags &= ~(uint32_t)(EV_DELETE | EV_ENABLE | EV_DISABLE |
	    EV_FORCEONESHOT | (EV_ADD & ~KQ_KEEP_ADD));
	kn->ev.fflags = 0;
	kn->ev.data = 0;
	kn->sfflags = kev->fflags;
	kn->sdata = kev->data;
	if (kev->flags & EV_DISABLE)
		kn->status |= KN_DISABLED;
	kn->next = *p;
	*p = kn;
	if ((r = kq_attach(kn)) != 0) {
		kn->gen = 0;
		*p = kn->next;
		unwatch(kn);
		kn->next = free_knotes;
		free_knotes = kn;
		return (r);
	}
	if (kq_is_fd_filter(kev->filter))
		kq_fd_noticed((int)kev->ident);
	if (kn->gen == 0)		/* else epoll makes an edge of it */
		kq_look_at(kn);
	return (0);
}

static int
fd_is_open(uint64_t fd)
{

	return (fd <= INT32_MAX && !bsd_hidden((int)fd) &&
	    pimg_sys(__NR_fcntl, fd, N_F_GETFD, 0) >= 0);
}

/* Carries out one change.  Returns 0 or a negated errno. */
long
kq_register(struct kqueue *kq, struct kev *kev)
{
	struct knote *kn;
	long r;

	if ((kev->flags & (EV_ENABLE | EV_DISABLE)) ==
	    (EV_ENABLE | EV_DISABLE))
		return (-EINVAL);
	kn = kq_find(kq, kev->filter, kev->ident);
	if (kn == NULL) {
		if (kq_is_fd_filter(kev->filter) && !fd_is_open(kev->ident))
			return (-EBADF);
		if ((kev->flags & EV_ADD) == 0)
			return (-ENOENT);
		return (create(kq, kev));
	}
	if (kev->flags & EV_DELETE) {
		kq_drop(kn);
		return (0);
	}
	if (kev->flags & EV_FORCEONESHOT) {
		kn->ev.flags |= EV_ONESHOT;
		kn->status |= KN_FORCED;
	}
	if (kev->flags & EV_ENABLE)
		kn->status &= ~KN_DISABLED;
	else if (kev->flags & EV_DISABLE) {
		dequeue(kn);
		kn->status |= KN_DISABLED;
	}
	if ((r = kq_changed(kn, kev)) != 0)
		return (r);
	if (kn->gen != 0)
		kq_fd_changed(kn);
	if (kn->gen == 0 || (kn->status & KN_FORCED) != 0)
		kq_look_at(kn);
	return (0);
}

/* ------------------------------------------------------------------ */
/* Events                                                             */

long
kq_epoll(struct kqueue *kq, int op, int fd, uint32_t events, uint64_t data)
{
	struct kq_epoll_event e = { events, data };

	return (pimg_sys(__NR_epoll_ctl, kq->fds[0], op, fd, &e));
}

/* What epoll_wait(2) has given in this call. */
void
kq_activate(struct kqueue *kq, const struct kq_epoll_event *ev, int n,
    uint32_t call)
{
	int i;

	for (i = 0; i < n; i++) {
		switch ((uint32_t)ev[i].data) {
		case KQ_WAKE:
			kq->armed = 0;
			break;
		case KQ_TIMER:
			kq_timer_event(kq);
			break;
		case KQ_INOTIFY:
			kq_file_event(kq);
			break;
		case KQ_PROC:
			kq_proc_event(kq, (int)(ev[i].data >> 32));
			break;
		case KQ_SIGNAL:
			kq_signal_pending(kq);
			break;
		default:
			kq_fd_event(kq, &ev[i], call);
			break;
		}
	}
}

/* kn's event has been reported: what becomes of kn. */
static void
reported(struct knote *kn, uint32_t call)
{

	kn->reported = call;
	if (kn->ev.flags & EV_ONESHOT) {
		kq_drop(kn);
		return;
	}
	if (kn->ev.flags & EV_CLEAR) {
		kn->ev.fflags = 0;
		kn->ev.data = 0;
		kn->status &= ~KN_TRIGGERED;
	}
	if (kn->ev.flags & EV_DISPATCH)
		kn->status |= KN_DISABLED;
	else if ((kn->ev.flags & EV_CLEAR) == 0)
		kq_enqueue(kn);
}

/*
 * Fills out with up to max events of the queue, each knote at most once in a
 * call.  Returns how many.
 */
int
kq_collect(struct kqueue *kq, struct kev *out, int max, uint32_t call)
{
	struct knote *kn;
	uint32_t left;
	int n = 0;

	kq_signal_event(kq);
	for (left = kq->length; left > 0 && n < max && kq->head != NULL;
	    left--) {
		kn = kq->head;
		dequeue(kn);
		if (kn->reported == call)
			kq_enqueue(kn);
		else if (kq_ready(kn, call, &out[n])) {
			n++;
			reported(kn, call);
		}
	}
	return (n);
}
