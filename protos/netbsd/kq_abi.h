/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * NetBSD's numbers for kqueue (sys/sys/event.h).  Filters that it lacks
 * have numbers that no program can give.
 */
#ifndef KQ_ABI_H
#define KQ_ABI_H

#define	EVFILT_READ	0
#define	EVFILT_WRITE	1
#define	EVFILT_VNODE	3
#define	EVFILT_PROC	4
#define	EVFILT_SIGNAL	5
#define	EVFILT_TIMER	6
#define	EVFILT_FS	7
#define	EVFILT_USER	8
#define	EVFILT_EMPTY	9
#define	EVFILT_EXCEPT	(-2)

#define	EV_FORCEONESHOT	0
#define	EV_SYSFLAGS	0xf000
#define	EV_NODATA	0
#define	EV_HUP		0
#define	NOTE_OOB	0
#define	NOTE_FILE_POLL	0

/* Units of a timer. */
#define	NOTE_UNITS	0x03U
#define	NOTE_SECONDS	1
#define	NOTE_USECONDS	2
#define	NOTE_NSECONDS	3

#define	KQ_SKIP_ZERO	0
#define	KQ_KEEP_ADD	EV_ADD
#define	KQ_ABS_ONESHOT	EV_ONESHOT

#define	KQ_LAYOUT	WIDE		/* of struct kevent, kqueue.c */

#endif
