/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * TIMER: one timerfd per kqueue, set to whatever is due next.  It is in the
 * epoll instance, so that a thread that waits already, poll(2) and an outer
 * kqueue learn of it.  Times are nanoseconds of CLOCK_MONOTONIC.
 */
#include "kq_native.h"
#include "kqueue.h"

#define	SECOND		1000000000LL
#define	FOREVER		(INT64_MAX / 2)

/* The unit of a timer's data, in nanoseconds. */
static int64_t
unit(uint32_t fflags)
{

	switch (fflags & NOTE_UNITS) {
	case NOTE_SECONDS:
		return (SECOND);
	case NOTE_USECONDS:
		return (1000);
	case NOTE_NSECONDS:
		return (1);
	}
	return (1000000);
}

static int
is_absolute(const struct knote *kn)
{

	return (NOTE_UNITS != 0 && (kn->sfflags & NOTE_ABSTIME) != 0);
}

/* Sets the timerfd to what is due next: a timer, or a look at a process. */
void
kq_timer_set(struct kqueue *kq)
{
	struct { int64_t isec, insec, sec, nsec; } when = { 0, 0, 0, 0 };
	struct knote *kn;
	int64_t due = FOREVER;

	for (kn = kq->watched; kn != NULL; kn = kn->wnext) {
		if (kn->ev.filter == EVFILT_TIMER && kn->timer.due < due)
			due = kn->timer.due;
		if (kn->ev.filter == EVFILT_PROC && kn->proc.due < due)
			due = kn->proc.due;
	}
	if (due < FOREVER) {
		due = due > 0 ? due : 1;	/* 0 would disarm it */
		when.sec = due / SECOND;
		when.nsec = due % SECOND;
	}
	pimg_sys(__NR_timerfd_settime, kq->timerfd, 1 /* absolute */, &when,
	    NULL);
}

/* Makes the timerfd if there is none yet. */
long
kq_timer_start(struct kqueue *kq)
{
	long r;

	if (kq->timerfd >= 0)
		return (0);
	r = pimg_sys(__NR_timerfd_create, N_CLOCK_MONOTONIC,
	    N_CLOEXEC | N_NONBLOCK);
	if (r < 0)
		return (r);
	kq->timerfd = kq_hide((int)r);
	return (kq_epoll(kq, N_EPOLL_ADD, kq->timerfd, N_EPOLLIN | N_EPOLLET,
	    KQ_TIMER));
}

/* Computes when kn is due from what was asked. */
static long
compute(struct knote *kn)
{
	int64_t u = unit(kn->sfflags), span, now = kq_now(N_CLOCK_MONOTONIC);

	if (kn->sdata < 0 || (NOTE_UNITS != 0 &&
	    (kn->sfflags & ~(NOTE_UNITS | NOTE_ABSTIME)) != 0))
		return (-EINVAL);
	if (NOTE_UNITS == 0x0f && (kn->sfflags & NOTE_UNITS &
	    ((kn->sfflags & NOTE_UNITS) - 1)) != 0)
		return (-EINVAL);	/* more than one unit */
	if (kn->sdata == 0 && (kn->ev.flags & EV_ONESHOT) == 0 &&
	    !is_absolute(kn))
		kn->sdata = 1;
	span = kn->sdata > FOREVER / u ? FOREVER : kn->sdata * u;
	kn->ev.data = 0;
	kn->timer.period = 0;
	if (is_absolute(kn)) {
		if (span < FOREVER)
			span -= kq_now(N_CLOCK_REALTIME);
	} else if ((kn->ev.flags & EV_ONESHOT) == 0)
		kn->timer.period = span;
	kn->timer.due = span > FOREVER - now ? FOREVER : now + span;
	return (0);
}

long
kq_timer_attach(struct knote *kn)
{
	long r;

	if ((r = compute(kn)) != 0 || (r = kq_timer_start(kn->kq)) != 0)
		return (r);
	if (is_absolute(kn))
		kn->ev.flags |= KQ_ABS_ONESHOT;
	else
		kn->ev.flags |= EV_CLEAR;
	kq_watch(kn);
	kq_timer_set(kn->kq);
	return (0);
}

/* A timer that is added again starts anew. */
long
kq_timer_changed(struct knote *kn, const struct kev *kev)
{
	uint32_t fflags = kn->sfflags;
	int64_t data = kn->sdata;
	long r;

	kn->sfflags = kev->fflags;
	kn->sdata = kev->data;
	if ((r = compute(kn)) != 0) {
		kn->sfflags = fflags;
		kn->sdata = data;
		return (r);
	}
	kq_timer_set(kn->kq);
	return (0);
}

void
kq_timer_detach(struct knote *kn)
{

	kn->timer.due = FOREVER;	/* it is on the list still */
	kq_timer_set(kn->kq);
}

void
kq_timer_event(struct kqueue *kq)
{
	int64_t now = kq_now(N_CLOCK_MONOTONIC), times;
	struct knote *kn;

	for (kn = kq->watched; kn != NULL; kn = kn->wnext) {
		if (kn->ev.filter == EVFILT_PROC && kn->proc.due <= now)
			kq_track_event(kn);
		if (kn->ev.filter != EVFILT_TIMER || kn->timer.due > now)
			continue;
		if (kn->timer.period == 0) {
			kn->ev.data++;
			kn->timer.due = FOREVER;
		} else {
			times = (now - kn->timer.due) / kn->timer.period + 1;
			kn->ev.data += times;
			kn->timer.due += times * kn->timer.period;
		}
		kq_enqueue(kn);
	}
	kq_timer_set(kq);
}
