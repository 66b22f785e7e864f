/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * kqueue(2): how one is made, found and ended.
 *
 * A thread that waits is woken by an edge in the epoll instance.  What another
 * thread changes makes one: epoll's own for a descriptor, the timerfd's, or
 * the wake descriptor's when something was put on the queue ("armed").
 */
#include "conv.h"
#include "kq_native.h"
#include "kqueue.h"
#include "fdhide.h"

struct pimg_lock kq_lock;

static struct kqueue *kqueues;
static int wake_fd;			/* always readable; 0: not yet */
static uint32_t owner;			/* the process whose state this is */
static uint32_t last_id;

/* Whether this process, which may share memory with the owner, is the owner. */
int
kq_mine(void)
{

	return (owner == (uint32_t)pimg_sys(__NR_getpid));
}

/* ------------------------------------------------------------------ */
/* Making and finding a kqueue                                        */

int
kq_wake_fd(void)
{

	return (wake_fd);
}

static long
make_wake_fd(void)
{
	long r;

	if (wake_fd != 0)
		return (0);
	r = pimg_sys(__NR_eventfd2, 1, N_CLOEXEC | N_NONBLOCK);
	if (r < 0)
		return (r);
	wake_fd = kq_hide((int)r);
	return (0);
}

/* Makes the instance readable, and wakes a thread that waits, once. */
void
kq_arm(struct kqueue *kq)
{

	if (kq->armed)
		return;
	kq->armed = 1;
	kq_epoll(kq, N_EPOLL_MOD, wake_fd, N_EPOLLIN | N_EPOLLONESHOT,
	    KQ_TAG(kq->id, KQ_WAKE));
}

static long
set_up(int fd)
{
	struct kqueue *kq;
	long r;

	if (kqueues == NULL)
		owner = (uint32_t)pimg_sys(__NR_getpid);
	if (!kq_mine())
		return (-ENOMEM);
	if ((r = make_wake_fd()) != 0)
		return (r);
	if ((kq = pimg_map_private(sizeof(*kq))) == NULL)
		return (-ENOMEM);
	kq->id = ++last_id;
	kq->fds[0] = fd;
	kq->nfds = 1;
	kq->timerfd = kq->inotify = kq->signalfd = -1;
	kq->tail = &kq->head;
	r = kq_epoll(kq, N_EPOLL_ADD, wake_fd, 0, KQ_TAG(kq->id, KQ_WAKE));
	if (r != 0) {
		pimg_unmap_private(kq, sizeof(*kq));
		return (r);
	}
	kq->next = kqueues;
	kqueues = kq;
	kq_fd_noticed(fd);
	return (0);
}

/* The result of epoll_create1(2) becomes that of kqueue(2). */
long
map_kqueue_fd_out(uint64_t native, uint64_t *foreign)
{
	long r;

	pimg_lock(&kq_lock);
	r = set_up((int)native);
	pimg_unlock(&kq_lock);
	if (r != 0)
		pimg_sys(__NR_close, native);
	*foreign = native;
	return (r);
}

long
map_kqueue_fd_in(uint64_t foreign, uint64_t *native)
{

	*native = foreign;
	return (0);
}

/* The id in the wake registration that /proc shows of an unknown instance. */
static uint32_t
id_of(int fd)
{
	char path[40] = "/proc/self/fdinfo/", buf[1024], digits[12];
	char *p = path + pimg_strlen(path);
	uint64_t v = 0;
	long in, i, n = 0;
	unsigned u = (unsigned)fd;

	do
		digits[n++] = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	while (n > 0)
		*p++ = digits[--n];
	in = pimg_sys(__NR_open, path, N_CLOEXEC, 0);
	if (in < 0)
		return (0);
	n = pimg_sys(__NR_read, in, buf, sizeof(buf));
	pimg_sys(__NR_close, in);
	/* "tfd: 3 events: 19 data: <16 digits> ..." */
	for (i = 0; i + 22 < n; i++) {
		if (buf[i] != 'd' || buf[i + 4] != ':')
			continue;
		for (i += 6, v = 0; buf[i] == ' '; i++)
			;
		for (; i < n && buf[i] != ' '; i++)
			v = v << 4 | (uint64_t)(buf[i] <= '9' ? buf[i] - '0' :
			    buf[i] - 'a' + 10);
		if ((uint32_t)v == KQ_WAKE)
			return ((uint32_t)(v >> 32));
	}
	return (0);
}

/* The kqueue that the program calls fd, or NULL; the caller holds the lock. */
struct kqueue *
kq_of(int fd)
{
	struct kqueue *kq;
	uint32_t i, id;

	for (kq = kqueues; kq != NULL; kq = kq->next)
		for (i = 0; i < kq->nfds; i++)
			if (kq->fds[i] == fd)
				return (kq);
	if (kqueues == NULL || (id = id_of(fd)) == 0)
		return (NULL);
	for (kq = kqueues; kq != NULL && kq->id != id; kq = kq->next)
		;
	if (kq != NULL && kq->nfds < KQ_FDS) {	/* made by dup(2) */
		kq->fds[kq->nfds++] = fd;
		kq_fd_noticed(fd);
	}
	return (kq);
}

/* ------------------------------------------------------------------ */
/* Its end                                                            */

static void
destroy(struct kqueue *kq)
{
	int i;

	for (i = 0; i < KQ_BUCKETS; i++)
		while (kq->bucket[i] != NULL)
			kq_drop(kq->bucket[i]);
	if (kq->timerfd >= 0)
		kq_unhide(kq->timerfd);
	if (kq->inotify >= 0)
		kq_unhide(kq->inotify);
	if (kq->signalfd >= 0)
		kq_unhide(kq->signalfd);
	pimg_unmap_private(kq, sizeof(*kq));
}

/* A thread has done with it. */
void
kq_release(struct kqueue *kq)
{

	if (--kq->users == 0 && kq->closing)
		destroy(kq);
}

/* One of its descriptors goes; returns whether it was the last. */
static int
forget_fd(struct kqueue *kq, int fd)
{
	uint32_t i;

	for (i = 0; i < kq->nfds; i++) {
		if (kq->fds[i] != fd)
			continue;
		if (kq->nfds == 1)
			return (1);
		kq->fds[i] = kq->fds[--kq->nfds];
		i--;
	}
	return (0);
}

/* What a descriptor that is about to be closed means to all kqueues. */
void
kq_closing(int fd)
{
	struct kqueue **p, *kq;

	pimg_lock(&kq_lock);
	for (p = &kqueues; (kq = *p) != NULL;) {
		kq_drop_fd(kq, fd);
		if (!forget_fd(kq, fd)) {
			p = &kq->next;
			continue;
		}
		*p = kq->next;
		kq->closing = 1;
		kq->armed = 0;
		kq_arm(kq);
		kq->fds[0] = -1;	/* the number may be another's soon */
		kq->users++;
		kq_release(kq);
	}
	pimg_unlock(&kq_lock);
}

/*
 * A hidden descriptor is in the way of a number that the program wants: it
 * moves, and what epoll knows about it with it.
 */
static void
move(struct kqueue *kq, int32_t *slot, int from, int to, uint32_t events,
    uint64_t tag)
{

	if (*slot != from)
		return;
	kq_epoll(kq, N_EPOLL_DEL, from, 0, 0);
	kq_epoll(kq, N_EPOLL_ADD, to, events, tag);
	*slot = to;
}

void
kq_moved(int from, int to)
{
	struct kqueue *kq;
	struct knote *kn;
	int32_t w;

	for (kq = kqueues; kq != NULL; kq = kq->next) {
		move(kq, &kq->timerfd, from, to, N_EPOLLIN | N_EPOLLET,
		    KQ_TIMER);
		move(kq, &kq->inotify, from, to, N_EPOLLIN | N_EPOLLET,
		    KQ_INOTIFY);
		move(kq, &kq->signalfd, from, to, N_EPOLLIN | N_EPOLLET,
		    KQ_SIGNAL);
		for (kn = kq->watched; kn != NULL; kn = kn->wnext)
			if (kn->ev.filter == EVFILT_PROC)
				move(kq, &kn->proc.pidfd, from, to, N_EPOLLIN |
				    N_EPOLLET, KQ_TAG(kn->ev.ident, KQ_PROC));
		w = wake_fd;
		move(kq, &w, from, to, kq->armed ? N_EPOLLIN |
		    N_EPOLLONESHOT : 0, KQ_TAG(kq->id, KQ_WAKE));
	}
	if (wake_fd == from)
		wake_fd = to;
}

/*
 * In a forked child, before the program's code runs: kqueues are not
 * inherited.  Nothing is told to the epoll instances, which are the parent's.
 */
void
kq_forked(void)
{
	struct kqueue *kq;
	struct knote *kn;
	uint32_t i;

	kq_lock.owner = 0;
	while ((kq = kqueues) != NULL) {
		kqueues = kq->next;
		for (i = 0; i < kq->nfds; i++)
			pimg_sys(__NR_close, kq->fds[i]);
		if (kq->timerfd >= 0)
			kq_unhide(kq->timerfd);
		if (kq->inotify >= 0)
			kq_unhide(kq->inotify);
		if (kq->signalfd >= 0)
			kq_unhide(kq->signalfd);
		for (kn = kq->watched; kn != NULL; kn = kn->wnext)
			if (kn->ev.filter == EVFILT_PROC) {
				kq_track_stop(kn);
				kq_unhide(kn->proc.pidfd);
			}
		pimg_unmap_private(kq, sizeof(*kq));
	}
	kq_forget_knotes();
	kq_signal_forked();
}
