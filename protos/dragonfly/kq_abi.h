/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * DragonFly's numbers for kqueue (sys/sys/event.h).  Filters that it lacks
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
#define	EVFILT_EXCEPT	(-8)
#define	EVFILT_USER	(-9)
#define	EVFILT_FS	(-10)
#define	EVFILT_EMPTY	0x10000

#define	EV_FORCEONESHOT	0
#define	EV_SYSFLAGS	0xf800
#define	EV_NODATA	0x1000		/* end of file, and all has been read */
#define	EV_HUP		0x0800		/* both directions are shut */
#define	NOTE_OOB	0x0002U
#define	NOTE_FILE_POLL	0

/* Timers are in milliseconds. */
#define	NOTE_UNITS	0
#define	NOTE_SECONDS	1
#define	NOTE_USECONDS	2
#define	NOTE_NSECONDS	3

#define	KQ_SKIP_ZERO	0
#define	KQ_KEEP_ADD	EV_ADD
#define	KQ_ABS_ONESHOT	0

#define	KQ_LAYOUT	PLAIN		/* of struct kevent, kqueue.c */

#endif
