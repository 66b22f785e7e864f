/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What each filter does with a knote: which file has it, and USER, which needs
 * none.  Called with the lock held.
 */
#include "kq_native.h"
#include "kqueue.h"

/* Whether the ident is a descriptor. */
int
kq_is_fd_filter(int filter)
{

	return (filter == EVFILT_READ || filter == EVFILT_WRITE ||
	    filter == EVFILT_EXCEPT || filter == EVFILT_EMPTY ||
	    filter == EVFILT_VNODE);
}

long
kq_attach(struct knote *kn)
{

	switch (kn->ev.filter) {
	case EVFILT_READ:
	case EVFILT_WRITE:
	case EVFILT_EXCEPT:
	case EVFILT_EMPTY:
		return (kq_fd_attach(kn));
	case EVFILT_VNODE:
		return (kq_file_attach(kn, 1));
	case EVFILT_PROC:
		return (kq_proc_attach(kn));
	case EVFILT_SIGNAL:
		return (kq_signal_attach(kn));
	case EVFILT_TIMER:
		return (kq_timer_attach(kn));
	case EVFILT_USER:
		if (kn->sfflags & NOTE_TRIGGER)
			kn->status |= KN_TRIGGERED;
		kn->sfflags &= NOTE_FFLAGSMASK;
		return (0);
	case EVFILT_FS:
		return (0);		/* nothing is ever mounted */
	}
	return (-EINVAL);
}

void
kq_detach(struct knote *kn)
{

	switch (kn->ev.filter) {
	case EVFILT_READ:
	case EVFILT_WRITE:
	case EVFILT_EXCEPT:
	case EVFILT_EMPTY:
		kq_fd_detach(kn);
		break;
	case EVFILT_VNODE:
		kq_file_detach(kn);
		break;
	case EVFILT_PROC:
		kq_proc_detach(kn);
		break;
	case EVFILT_SIGNAL:
		kq_signal_detach(kn);
		break;
	case EVFILT_TIMER:
		kq_timer_detach(kn);
		break;
	}
}

/* Whether kn has an event now; then it is in *out. */
int
kq_ready(struct knote *kn, uint32_t call, struct kev *out)
{

	*out = kn->ev;
	if (kn->status & KN_FORCED)
		return (1);
	switch (kn->ev.filter) {
	case EVFILT_READ:
	case EVFILT_WRITE:
	case EVFILT_EXCEPT:
	case EVFILT_EMPTY:
		return (kq_fd_ready(kn, call, out));
	case EVFILT_VNODE:
	case EVFILT_PROC:
		return (kn->ev.fflags != 0);
	case EVFILT_SIGNAL:
		kq_signal_ready(kn);
		out->data = kn->ev.data;
		return (kn->ev.data != 0);
	case EVFILT_TIMER:
		return (kn->ev.data != 0);
	case EVFILT_USER:
		out->fflags = kn->sfflags;
		out->data = kn->sdata;
		return ((kn->status & KN_TRIGGERED) != 0);
	}
	return (0);
}

/* Puts kn on the queue if it has an event. */
void
kq_look_at(struct knote *kn)
{
	struct kev ev;

	if ((kn->status & KN_DISABLED) == 0 && kq_ready(kn, 0, &ev))
		kq_enqueue(kn);
}

static void
user_changed(struct knote *kn, const struct kev *kev)
{
	uint32_t bits = kev->fflags & NOTE_FFLAGSMASK;

	if (kev->fflags & NOTE_TRIGGER)
		kn->status |= KN_TRIGGERED;
	switch (kev->fflags & NOTE_FFCOPY) {
	case NOTE_FFAND:
		kn->sfflags &= bits;
		break;
	case NOTE_FFOR:
		kn->sfflags |= bits;
		break;
	case NOTE_FFCOPY:
		kn->sfflags = bits;
		break;
	}
	kn->sdata = kev->data;
	if (kev->flags & EV_CLEAR) {
		kn->status &= ~KN_TRIGGERED;
		kn->ev.fflags = 0;
		kn->ev.data = 0;
	}
}

/* An existing knote is touched: what it keeps of the change. */
long
kq_changed(struct knote *kn, const struct kev *kev)
{

	kn->ev.udata = kev->udata;
	pimg_memcpy(kn->ev.ext, kev->ext, sizeof(kn->ev.ext));
	switch (kn->ev.filter) {
	case EVFILT_USER:
		user_changed(kn, kev);
		return (0);
	case EVFILT_TIMER:
		return (kev->flags & EV_ADD ? kq_timer_changed(kn, kev) : 0);
	}
	kn->sfflags = kev->fflags;
	kn->sdata = kev->data;
	return (0);
}
