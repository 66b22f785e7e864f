/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Descriptors of the image's own (timerfd, inotify, pidfd, eventfd).  The
 * program is not to find them: they have high numbers, do not survive exec,
 * and to the calls that close and copy descriptors they are not open.
 */
#include "kq_native.h"
#include "kqueue.h"
#include "fdhide.h"

#define	RLIMIT_NOFILE	7
#define	HIDDEN		8192

static uint64_t hidden[HIDDEN / 64];
static uint32_t highest;		/* no hidden one is above it */

/* Where hidden ones begin: below the limit, and no larger than needed. */
static uint64_t
lowest(void)
{
	uint64_t limit[2] = { 1024, 1024 };

	pimg_sys(__NR_prlimit64, 0, RLIMIT_NOFILE, NULL, limit);
	return (limit[0] >= 4096 ? 4000 : limit[0] - limit[0] / 16);
}

static void
mark(int fd)
{

	if (fd >= HIDDEN)
		return;			/* then it is not hidden well */
	__atomic_fetch_or(&hidden[fd / 64], 1ULL << fd % 64, __ATOMIC_RELAXED);
	if ((uint32_t)fd > highest)
		highest = (uint32_t)fd;
}

/* Moves a new descriptor out of sight.  Returns its number. */
int
kq_hide(int fd)
{
	long r = pimg_sys(__NR_fcntl, fd, N_F_DUPFD_CLOEXEC, lowest());

	if (r >= 0) {
		pimg_sys(__NR_close, fd);
		fd = (int)r;
	}
	mark(fd);
	return (fd);
}

static void
unmark(int fd)
{

	if (fd < HIDDEN)
		__atomic_fetch_and(&hidden[fd / 64], ~(1ULL << fd % 64),
		    __ATOMIC_RELAXED);
}

void
kq_unhide(int fd)
{

	unmark(fd);
	pimg_sys(__NR_close, fd);
}

int
bsd_hidden(int fd)
{

	return (fd >= 0 && fd < HIDDEN &&
	    (hidden[fd / 64] >> fd % 64 & 1) != 0);
}

/* The first hidden one at or above fd, or -1. */
int
fd_next_hidden(int fd)
{
	uint32_t i;

	for (i = (uint32_t)fd; i <= highest && i < HIDDEN; i++)
		if (hidden[i / 64] == 0)
			i |= 63;
		else if (bsd_hidden((int)i))
			return ((int)i);
	return (-1);
}

/* Makes the number of a hidden descriptor free for the program. */
void
fd_make_way(int fd)
{
	long to;

	if (!bsd_hidden(fd))
		return;
	pimg_lock(&kq_lock);
	to = pimg_sys(__NR_fcntl, fd, N_F_DUPFD_CLOEXEC, lowest());
	if (to >= 0) {
		mark((int)to);
		kq_moved(fd, (int)to);
		unmark(fd);
	}
	pimg_unlock(&kq_lock);
}
