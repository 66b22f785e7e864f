/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * SIGNAL: how often a signal has been sent, whatever becomes of it.
 *
 * A signal that is not blocked arrives in the host's handler, which counts
 * it (runtime/watch.c) and makes the kqueues readable without a lock: their
 * wake registrations are in a small table.  One that is blocked only becomes
 * pending: that is seen by a signalfd in the epoll instance, which is never
 * read.  It is counted then, and not again when it is let in.
 */
#include "kq_native.h"
#include "kqueue.h"

#define	SIGNALS		64
#define	BIT(sig)	(1ULL << ((sig) - 1))
#define	QUEUES		16

/* Instances to wake: the descriptor, with KQ_OWN so that it is never 0. */
static struct {
	uint32_t	fd, id, notes;
} wake[QUEUES];

static uint32_t watchers[SIGNALS + 1];	/* knotes of each signal */

/* In the signal handler. */
void
bsd_signal_seen(int sig)
{
	struct kq_epoll_event e = { N_EPOLLIN | N_EPOLLONESHOT, 0 };
	uint32_t fd;
	int i;

	(void)sig;
	for (i = 0; i < QUEUES; i++) {
		fd = __atomic_load_n(&wake[i].fd, __ATOMIC_ACQUIRE);
		if (fd == 0)
			continue;
		e.data = KQ_TAG(wake[i].id, KQ_WAKE);
		pimg_sys(__NR_epoll_ctl, fd & ~KQ_OWN, N_EPOLL_MOD,
		    kq_wake_fd(), &e);
	}
}

static long
enter(struct kqueue *kq)
{
	int i, free = -1;

	for (i = 0; i < QUEUES; i++) {
		if (wake[i].notes != 0 && wake[i].id == kq->id) {
			wake[i].notes++;
			return (0);
		}
		if (wake[i].notes == 0)
			free = i;
	}
	if (free < 0)
		return (-ENOMEM);
	wake[free].id = kq->id;
	wake[free].notes = 1;
	__atomic_store_n(&wake[free].fd, (uint32_t)kq->fds[0] | KQ_OWN,
	    __ATOMIC_RELEASE);
	return (0);
}

static void
leave(struct kqueue *kq)
{
	int i;

	for (i = 0; i < QUEUES; i++)
		if (wake[i].notes != 0 && wake[i].id == kq->id &&
		    --wake[i].notes == 0)
			__atomic_store_n(&wake[i].fd, 0, __ATOMIC_RELEASE);
}

/* The instance's signalfd reports all signals that it has knotes for. */
static long
listen(struct kqueue *kq)
{
	struct knote *kn;
	uint64_t set = 0;
	long r;

	for (kn = kq->watched; kn != NULL; kn = kn->wnext)
		if (kn->ev.filter == EVFILT_SIGNAL)
			set |= BIT(kn->sig.native);
	r = pimg_sys(__NR_signalfd4, kq->signalfd, &set, sizeof(set),
	    N_CLOEXEC | N_NONBLOCK);
	if (r < 0 || kq->signalfd >= 0)
		return (r < 0 ? r : 0);
	kq->signalfd = kq_hide((int)r);
	return (kq_epoll(kq, N_EPOLL_ADD, kq->signalfd, N_EPOLLIN | N_EPOLLET,
	    KQ_SIGNAL));
}

long
kq_signal_attach(struct knote *kn)
{
	int sig = kn->ev.ident < 129 ? pimg_signal_in((int)kn->ev.ident) : 0;
	long r;

	if (sig <= 0 || sig > SIGNALS)
		return (-EINVAL);
	kn->sig.native = (uint32_t)sig;
	kn->sig.seen = pimg_signal_count(sig);
	kn->sig.pending = 0;
	if ((r = enter(kn->kq)) != 0)
		return (r);
	if (watchers[sig]++ == 0)
		pimg_signal_watch(sig, 1);	/* SIGKILL: nothing to see */
	kn->ev.flags |= EV_CLEAR;
	kq_watch(kn);
	listen(kn->kq);
	return (0);
}

void
kq_signal_detach(struct knote *kn)
{

	leave(kn->kq);
	if (--watchers[kn->sig.native] == 0)
		pimg_signal_watch((int)kn->sig.native, 0);
}

/* Adds what has arrived since the last time. */
int
kq_signal_ready(struct knote *kn)
{
	uint32_t count = pimg_signal_count((int)kn->sig.native);
	uint32_t n = count - kn->sig.seen;

	kn->sig.seen = count;
	if (n > 0 && kn->sig.pending) {
		kn->sig.pending = 0;	/* counted when it became pending */
		n--;
	}
	kn->ev.data += n;
	return (kn->ev.data != 0);
}

/* Before the queue is looked at: what the handler has seen. */
void
kq_signal_event(struct kqueue *kq)
{
	struct knote *kn;

	if (kq->signalfd < 0)
		return;
	for (kn = kq->watched; kn != NULL; kn = kn->wnext)
		if (kn->ev.filter == EVFILT_SIGNAL && kq_signal_ready(kn))
			kq_enqueue(kn);
}

/* A blocked signal has become pending. */
void
kq_signal_pending(struct kqueue *kq)
{
	uint64_t set = 0;
	struct knote *kn;

	pimg_sys(__NR_rt_sigpending, &set, sizeof(set));
	for (kn = kq->watched; kn != NULL; kn = kn->wnext)
		if (kn->ev.filter == EVFILT_SIGNAL &&
		    (set & BIT(kn->sig.native)) != 0 && !kn->sig.pending) {
			kn->sig.pending = 1;
			kn->ev.data++;
			kq_enqueue(kn);
		}
}

/* In a forked child: nothing is watched. */
void
kq_signal_forked(void)
{
	int sig;

	pimg_memset(wake, 0, sizeof(wake));
	for (sig = 1; sig <= SIGNALS; sig++)
		if (watchers[sig] != 0) {
			watchers[sig] = 0;
			pimg_signal_watch(sig, 0);
		}
}
