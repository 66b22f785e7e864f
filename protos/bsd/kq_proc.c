/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * PROC: the end of a process, by a pidfd.  A child's status is looked at
 * without taking it from wait(2).  What else a process does: kq_track.c.
 */
#include "kq_native.h"
#include "kqueue.h"

#define	P_PID		1
#define	WNOHANG		0x00000001
#define	WEXITED		0x00000004
#define	WNOWAIT		0x01000000
#define	CLD_EXITED	1
#define	CLD_DUMPED	3

/* siginfo_t of a child (asm-generic/siginfo.h) */
struct child {
	int32_t		signo, error, code, pad, pid, uid, status;
	int32_t		rest[25];
};
_Static_assert(sizeof(struct child) == 128, "siginfo_t");

/* Its wait status in the BSDs' encoding, or 0 if it is not our child. */
static int64_t
wait_status(int pid)
{
	struct child c;
	int sig;

	pimg_memset(&c, 0, sizeof(c));
	if (pimg_sys(__NR_waitid, P_PID, pid, &c,
	    WNOHANG | WEXITED | WNOWAIT, NULL) != 0 || c.pid != pid)
		return (0);
	if (c.code == CLD_EXITED)
		return ((c.status & 0xff) << 8);
	sig = pimg_signal_out(c.status);
	return (sig | (c.code == CLD_DUMPED ? 0x80 : 0));
}

long
kq_proc_attach(struct knote *kn)
{
	int child = (kn->sfflags & NOTE_CHILD) != 0;
	long r;

	kn->proc.pidfd = -1;
	if (kn->ev.ident == 0 || kn->ev.ident > INT32_MAX)
		return (-ESRCH);
	r = pimg_sys(__NR_pidfd_open, kn->ev.ident, 0);
	if (r < 0)		/* a thread's id is nobody's process */
		return (r == -EINVAL ? -ESRCH : r);
	kn->proc.pidfd = kq_hide((int)r);
	r = kq_epoll(kn->kq, N_EPOLL_ADD, kn->proc.pidfd,
	    N_EPOLLIN | N_EPOLLET, KQ_TAG(kn->ev.ident, KQ_PROC));
	if (r != 0) {
		kq_unhide(kn->proc.pidfd);
		return (r);
	}
	kn->ev.flags |= EV_CLEAR;
	kn->sfflags &= ~NOTE_CHILD;
	if ((r = kq_track_start(kn, child)) != 0) {
		kq_proc_detach(kn);
		return (r);
	}
	if (child) {		/* found by kq_track.c: its parent is told */
		kn->ev.fflags = NOTE_CHILD;
		kn->ev.data = kn->sdata;
	}
	kq_watch(kn);
	if (kn->proc.track != NULL)
		kq_timer_set(kn->kq);
	return (0);
}

void
kq_proc_detach(struct knote *kn)
{

	kq_track_stop(kn);
	if (kn->proc.pidfd < 0)
		return;
	/* the instance forgets it, even where a forked child holds it */
	kq_epoll(kn->kq, N_EPOLL_DEL, kn->proc.pidfd, 0, 0);
	kq_unhide(kn->proc.pidfd);
	kn->proc.pidfd = -1;
}

void
kq_proc_event(struct kqueue *kq, int pid)
{
	struct knote *kn = kq_find(kq, EVFILT_PROC, (uint64_t)pid);

	if (kn == NULL)
		return;
	if (kn->proc.track != NULL)
		kq_track_event(kn);	/* what was done at the end */
	kn->ev.flags |= EV_EOF | EV_ONESHOT | EV_NODATA;
	kq_track_stop(kn);
	if ((kn->sfflags & NOTE_EXIT) != 0) {
		kn->ev.fflags |= NOTE_EXIT;
		kn->ev.data = wait_status(pid);
	}
	if (kn->ev.fflags != 0)
		kq_enqueue(kn);
	else
		kq_drop(kn);
}
