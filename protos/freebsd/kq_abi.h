/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * FreeBSD's numbers for kqueue (sys/sys/event.h).  Filters that it lacks
 * have numbers that no program can give.
 */
#ifndef KQ_ABI_H
#define KQ_ABI_H

#define	EVFILT_READ	(-1)
#define	EVFILT_WRITE	(-2)
#define	EVFILT_VNODE	(-4)
#define	EVFILT_PROC	(-5)
#define	EVFILT_SIGNAL	(-6)
#define	EVFILT_TIMER	(-7)
#define	EVFILT_FS	(-9)
#define	EVFILT_USER	(-11)
#define	EVFILT_EMPTY	(-13)
#define	EVFILT_EXCEPT	0x10000

#define	EV_FORCEONESHOT	0x0100
#define	EV_SYSFLAGS	0xf000
#define	EV_NODATA	0
#define	EV_HUP		0
#define	NOTE_OOB	0
#define	NOTE_FILE_POLL	0x0002U		/* a file is always ready */

/* Units of a timer. */
#define	NOTE_UNITS	0x0fU
#define	NOTE_SECONDS	1
#define	NOTE_USECONDS	4
#define	NOTE_NSECONDS	8

#define	KQ_SKIP_ZERO	1		/* filter 0 is passed over */
#define	KQ_KEEP_ADD	0		/* EV_ADD is not seen in events */
#define	KQ_ABS_ONESHOT	0

#define	KQ_LAYOUT	EXTENDED		/* of struct kevent, kqueue.c */

#endif
