/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * kqueue(2) on epoll: what its parts share, and what the rest of the BSD
 * personalities must tell it about descriptors, processes and threads.
 *
 *	kqueue.c	kqueues: how one is made and ended
 *	kevent.c	the call
 *	knote.c		knotes, the queue of those that may have an event
 *	kq_filter.c	what each filter does with a knote
 *	kq_fd.c		READ, WRITE and kin: descriptors that epoll knows
 *	kq_file.c	the same for files, and VNODE: inotify
 *	kq_timer.c	TIMER: one timerfd per kqueue
 *	kq_proc.c	PROC: a pidfd per process
 *	kq_track.c	NOTE_FORK, NOTE_EXEC and NOTE_TRACK
 *	kq_signal.c	SIGNAL
 *	fdclose.c	calls that close descriptors
 *	fdhide.c	the image's own descriptors
 *
 * The program's descriptor is an epoll instance.  Everything is registered
 * in it edge-triggered; an edge puts the knote on the kqueue's queue, and
 * kevent() looks at what is on the queue and drops what is no longer so.
 * While something stays on the queue after a call, the instance is kept
 * readable ("armed") by a descriptor that always is, so that poll(2), other
 * threads and an outer kqueue see it.
 *
 * One lock guards all of it.  State belongs to one process: a forked child
 * starts with none (bsd_forked), and a child that shares memory but not
 * descriptors (vfork) is refused by kq_mine().
 */
#ifndef BSD_KQUEUE_H
#define BSD_KQUEUE_H

#include "hook.h"
#include "kq_abi.h"

#pragma GCC visibility push(hidden)

/* sys/sys/event.h: the same on all three systems. */
#define	EV_ADD		0x0001
#define	EV_DELETE	0x0002
#define	EV_ENABLE	0x0004
#define	EV_DISABLE	0x0008
#define	EV_ONESHOT	0x0010
#define	EV_CLEAR	0x0020
#define	EV_RECEIPT	0x0040
#define	EV_DISPATCH	0x0080
#define	EV_ERROR	0x4000
#define	EV_EOF		0x8000

#define	NOTE_FFAND	0x40000000U
#define	NOTE_FFOR	0x80000000U
#define	NOTE_FFCOPY	0xc0000000U
#define	NOTE_FFLAGSMASK	0x00ffffffU
#define	NOTE_TRIGGER	0x01000000U

#define	NOTE_LOWAT	0x0001U

#define	NOTE_DELETE	0x0001U
#define	NOTE_WRITE	0x0002U
#define	NOTE_EXTEND	0x0004U
#define	NOTE_ATTRIB	0x0008U
#define	NOTE_LINK	0x0010U
#define	NOTE_RENAME	0x0020U
#define	NOTE_REVOKE	0x0040U
#define	NOTE_OPEN	0x0080U
#define	NOTE_CLOSE	0x0100U
#define	NOTE_CLOSE_WRITE 0x0200U
#define	NOTE_READ	0x0400U

#define	NOTE_EXIT	0x80000000U
#define	NOTE_FORK	0x40000000U
#define	NOTE_EXEC	0x20000000U
#define	NOTE_TRACK	0x00000001U
#define	NOTE_TRACKERR	0x00000002U
#define	NOTE_CHILD	0x00000004U

#define	NOTE_ABSTIME	0x00000010U

/* An event in no particular system's layout. */
struct kev {
	uint64_t	ident;
	int32_t		filter;
	uint32_t	flags;
	uint32_t	fflags;
	int64_t		data;
	uint64_t	udata;
	uint64_t	ext[4];
};

struct kq_timespec {
	int64_t		sec, nsec;
};

struct kqueue;
struct kq_track;

struct knote {
	struct knote	*next;			/* same hash bucket, or free */
	struct knote	*qnext, **qprev;	/* the queue */
	struct knote	*wnext, **wprev;	/* kqueue's list of the watched */
	struct kqueue	*kq;
	struct kev	ev;		/* fflags and data: what has happened */
	uint32_t	sfflags;	/* as asked for */
	int64_t		sdata;
	uint32_t	status;
#define	KN_QUEUED	0x01
#define	KN_DISABLED	0x02
#define	KN_TRIGGERED	0x04		/* USER */
#define	KN_WATCHED	0x08		/* on the list of the watched */
#define	KN_FORCED	0x10		/* reported whatever is the case */
	uint32_t	call;		/* whose epoll events `revents` are */
	uint32_t	reported;	/* in which call */
	uint32_t	revents;
	uint32_t	gen;		/* of its registration in epoll, or 0 */
	uint32_t	kind;		/* of its file */
	union {
		struct {
			int64_t	size;		/* WRITE: of the buffer */
		} fd;
		struct {
			int64_t	due, period;	/* CLOCK_MONOTONIC, ns */
		} timer;
		struct {
			int32_t	 wd;		/* inotify's */
			uint32_t links;
			int64_t	 size;
		} file;
		struct {
			int32_t	 pidfd;
			int64_t	 due;		/* the next look */
			struct kq_track *track;
		} proc;
		struct {
			uint32_t native;
			uint32_t seen;		/* of the signal's counter */
			uint32_t pending;	/* counted as such */
		} sig;
	};
};

#define	KQ_BUCKETS	512
#define	KQ_FDS		8

struct kqueue {
	struct kqueue	*next;
	uint32_t	id;		/* unique in this process */
	uint32_t	users;		/* threads in kevent() */
	uint32_t	closing, armed;
	uint32_t	nfds;
	int32_t		fds[KQ_FDS];	/* the program's names for it */
	int32_t		timerfd, inotify, signalfd;	/* or -1 */
	struct knote	*head, **tail;	/* the queue */
	uint32_t	length;
	struct knote	*watched;	/* TIMER, VNODE, PROC, SIGNAL, files */
	struct knote	*bucket[KQ_BUCKETS];
};

/*
 * What epoll gives back: the registration's number and the descriptor, or
 * something of our own, which the upper bit of the lower half tells.
 */
#define	KQ_OWN		0x80000000U
#define	KQ_WAKE		(KQ_OWN | 1)	/* upper half: the kqueue's id */
#define	KQ_TIMER	(KQ_OWN | 2)
#define	KQ_INOTIFY	(KQ_OWN | 3)
#define	KQ_PROC		(KQ_OWN | 4)	/* upper half: the process id */
#define	KQ_SIGNAL	(KQ_OWN | 5)
#define	KQ_TAG(hi, lo)	((uint64_t)(hi) << 32 | (uint32_t)(lo))

struct kq_epoll_event {
	uint32_t	events;
	uint64_t	data;
} __attribute__((__packed__));

/* kqueue.c */
extern struct pimg_lock kq_lock;
int	kq_mine(void);
int	kq_wake_fd(void);
struct kqueue *kq_of(int fd);
void	kq_arm(struct kqueue *kq);
void	kq_release(struct kqueue *kq);

/* knote.c; the caller holds the lock */
struct knote *kq_find(struct kqueue *kq, int filter, uint64_t ident);
long	kq_register(struct kqueue *kq, struct kev *kev);
void	kq_drop(struct knote *kn);
void	kq_drop_fd(struct kqueue *kq, int fd);
void	kq_enqueue(struct knote *kn);
void	kq_watch(struct knote *kn);
void	kq_activate(struct kqueue *kq, const struct kq_epoll_event *ev, int n,
	    uint32_t call);
int	kq_collect(struct kqueue *kq, struct kev *out, int max, uint32_t call);
void	kq_forget_knotes(void);
long	kq_epoll(struct kqueue *kq, int op, int fd, uint32_t events,
	    uint64_t data);

/* kq_filter.c */
int	kq_is_fd_filter(int filter);
long	kq_attach(struct knote *kn);
void	kq_detach(struct knote *kn);
int	kq_ready(struct knote *kn, uint32_t call, struct kev *out);
void	kq_look_at(struct knote *kn);
long	kq_changed(struct knote *kn, const struct kev *kev);

/*
 * Each filter: attach makes the knote known (0 or a negated errno), changed
 * is called when an existing one is touched, detach undoes attach, and
 * ready says whether there is an event, with ev filled in.
 */
long	kq_fd_attach(struct knote *kn);
void	kq_fd_changed(struct knote *kn);
void	kq_fd_detach(struct knote *kn);
int	kq_fd_ready(struct knote *kn, uint32_t call, struct kev *out);
void	kq_fd_event(struct kqueue *kq, const struct kq_epoll_event *ev,
	    uint32_t call);

long	kq_file_attach(struct knote *kn, int vnode);
void	kq_file_detach(struct knote *kn);
int	kq_file_ready(struct knote *kn, struct kev *out);
void	kq_file_event(struct kqueue *kq);

long	kq_timer_attach(struct knote *kn);
long	kq_timer_changed(struct knote *kn, const struct kev *kev);
void	kq_timer_detach(struct knote *kn);
long	kq_timer_start(struct kqueue *kq);
void	kq_timer_set(struct kqueue *kq);
void	kq_timer_event(struct kqueue *kq);

long	kq_proc_attach(struct knote *kn);
void	kq_proc_detach(struct knote *kn);
void	kq_proc_event(struct kqueue *kq, int pid);
long	kq_track_start(struct knote *kn, int fresh);
void	kq_track_stop(struct knote *kn);
void	kq_track_event(struct knote *kn);

long	kq_signal_attach(struct knote *kn);
void	kq_signal_detach(struct knote *kn);
int	kq_signal_ready(struct knote *kn);
void	kq_signal_event(struct kqueue *kq);
void	kq_signal_pending(struct kqueue *kq);
void	kq_signal_forked(void);

/* fdhide.c: descriptors of the image's own, -1 for none */
int	kq_hide(int fd);
void	kq_unhide(int fd);

/* fdclose.c */
void	kq_fd_noticed(int fd);

/*
 * For everybody.  bsd_closing: the descriptor is about to be closed or
 * replaced.  bsd_hidden: it is the image's; to the program it is not open.
 */
void	bsd_closing(int fd);
int	bsd_hidden(int fd);
long	bsd_close_from(int low, int high);
long	bsd_dup_over(int from, int to, int flags);

#pragma GCC visibility pop

#endif
