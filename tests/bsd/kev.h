/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct kevent and its numbers on the three systems (sys/sys/event.h).
 */
#ifndef TESTS_BSD_KEV_H
#define TESTS_BSD_KEV_H

#include "start.h"

struct kevent {
	uint64_t	ident;
#if defined(NETBSD)
	uint32_t	filter, flags, fflags;
#else
	int16_t		filter;
	uint16_t	flags;
	uint32_t	fflags;
#endif
	int64_t		data;
	uint64_t	udata;
#if defined(FREEBSD)
	uint64_t	ext[4];
#endif
};

#if defined(NETBSD)
enum { READ = 0, WRITE = 1, VNODE = 3, PROC = 4, SIGNAL = 5, TIMER = 6,
	USER = 8 };
enum { MSECONDS = 0, SECONDS = 1, USECONDS = 2, NSECONDS = 3 };
#elif defined(DRAGONFLY)
enum { READ = -1, WRITE = -2, VNODE = -4, PROC = -5, SIGNAL = -6, TIMER = -7,
	USER = -9 };
#else
enum { READ = -1, WRITE = -2, VNODE = -4, PROC = -5, SIGNAL = -6, TIMER = -7,
	USER = -11 };
enum { MSECONDS = 2, SECONDS = 1, USECONDS = 4, NSECONDS = 8 };
#endif

enum { ADD = 1, DELETE = 2, ENABLE = 4, DISABLE = 8, ONESHOT = 0x10,
	CLEAR = 0x20, RECEIPT = 0x40, DISPATCH = 0x80, ERROR = 0x4000,
	END = 0x8000 };

#define	NOTE_DELETE	0x01U
#define	NOTE_WRITE	0x02U
#define	NOTE_EXTEND	0x04U
#define	NOTE_ATTRIB	0x08U
#define	NOTE_LINK	0x10U
#define	NOTE_RENAME	0x20U
#define	NOTE_EXIT	0x80000000U
#define	NOTE_FORK	0x40000000U
#define	NOTE_EXEC	0x20000000U
#define	NOTE_TRACK	0x01U
#define	NOTE_CHILD	0x04U
#define	NOTE_ABSTIME	0x10U
#define	NOTE_TRIGGER	0x01000000U
#define	NOTE_FFOR	0x80000000U
#define	NOTE_FFCOPY	0xc0000000U

#endif
