/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The calls that close descriptors.  A knote belongs to a descriptor and goes
 * when that is closed, while epoll keeps what it knows until the last
 * descriptor of the file is: so it must be told.
 *
 * A bit per descriptor says whether any kqueue knows it; closing another one
 * costs nothing.
 */
#include "conv.h"
#include "kq_native.h"
#include "kqueue.h"
#include "fdhide.h"
#include "wait.h"

#define	FDS		(1 << 20)	/* Linux's largest, fs.nr_open */
#define	RLIMIT_NOFILE	7
#define	CLOSE_RANGE_CLOEXEC 4		/* the same on FreeBSD */

static uint64_t noticed[FDS / 64];
static uint32_t highest;

void
kq_fd_noticed(int fd)
{

	if (fd < 0 || fd >= FDS)
		return;
	if ((uint32_t)fd > highest)
		highest = (uint32_t)fd;
	__atomic_fetch_or(&noticed[fd / 64], 1ULL << fd % 64,
	    __ATOMIC_RELAXED);
}

void
bsd_closing(int fd)
{

	if (fd < 0 || fd >= FDS || (noticed[fd / 64] >> fd % 64 & 1) == 0)
		return;
	if (!kq_mine())
		return;		/* a vfork child's own descriptor */
	__atomic_fetch_and(&noticed[fd / 64], ~(1ULL << fd % 64),
	    __ATOMIC_RELAXED);
	kq_closing(fd);
}

void
bsd_forked(void)
{

	pimg_memset(noticed, 0, (highest / 64 + 1) * sizeof(noticed[0]));
	highest = 0;
	kq_forked();
	bsd_wait_forked();
}

/* The argument of close(2). */
long
map_closing_fd_in(uint64_t foreign, uint64_t *native)
{
	int fd = (int)foreign;

	if (bsd_hidden(fd))
		return (-EBADF);
	bsd_closing(fd);
	*native = (uint64_t)fd;
	return (0);
}

long
map_closing_fd_out(uint64_t native, uint64_t *foreign)
{

	*foreign = native;
	return (0);
}

/* dup3(2) for the program: `to` may be open, and may be one of ours. */
long
bsd_dup_over(int from, int to, int flags)
{

	if (bsd_hidden(from) ||
	    pimg_sys(__NR_fcntl, from, N_F_GETFD, 0) < 0)
		return (-EBADF);
	if (from == to)
		return (to);
	if (kq_mine())
		fd_make_way(to);
	bsd_closing(to);
	return (pimg_sys(__NR_dup3, from, to, flags));
}

/* Without close_range(2): what /proc lists, until nothing more is found. */
static void
close_listed(int low, int high)
{
	char buf[1024] __attribute__((__aligned__(8)));
	long dir, n, at, fd, closed;
	char *name;

	dir = pimg_sys(__NR_open, "/proc/self/fd", N_CLOEXEC, 0);
	if (dir < 0)
		return;
	do {
		closed = 0;
		pimg_sys(__NR_lseek, dir, 0, 0);
		while ((n = pimg_sys(__NR_getdents64, dir, buf,
		    sizeof(buf))) > 0)
			for (at = 0; at < n;
			    at += *(uint16_t *)(buf + at + 16)) {
				name = buf + at + 19;
				for (fd = 0; *name >= '0' && *name <= '9';)
					fd = fd * 10 + *name++ - '0';
				if (*name != '\0' || fd < low || fd > high ||
				    fd == dir || bsd_hidden((int)fd))
					continue;
				pimg_sys(__NR_close, fd);
				closed++;
			}
	} while (closed > 0);
	pimg_sys(__NR_close, dir);
}

static void
close_range(int low, int high)
{
	long r;

	if (low > high)
		return;
	r = pimg_close_range((unsigned)low, (unsigned)high, 0);
	if (r == -ENOSYS || r == -EPERM)
		close_listed(low, high);
}

/* Closes [low, high] but what is hidden. */
long
bsd_close_from(int low, int high)
{
	int fd;

	for (fd = low; fd <= high && (uint32_t)fd <= highest && fd < FDS;
	    fd++) {
		if (noticed[fd / 64] == 0)
			fd |= 63;
		else
			bsd_closing(fd);
	}
	while ((fd = fd_next_hidden(low)) >= 0 && fd <= high) {
		close_range(low, fd - 1);
		low = fd + 1;
	}
	close_range(low, high);
	return (0);
}

long
hook_dup2(struct pimg_frame *f)
{

	return (bsd_dup_over((int)f->arg[0], (int)f->arg[1], 0));
}

/* The flags are native. */
long
hook_dup3(struct pimg_frame *f)
{

	return (bsd_dup_over((int)f->arg[0], (int)f->arg[1],
	    (int)f->arg[2]));
}

long
hook_closefrom(struct pimg_frame *f)
{
	int low = (int)f->arg[0];

	return (bsd_close_from(low < 0 ? 0 : low, INT32_MAX));
}

long
hook_close_range(struct pimg_frame *f)
{
	uint32_t low = (uint32_t)f->arg[0], high = (uint32_t)f->arg[1];
	int flags = (int)f->arg[2];

	if (low > high || (flags & ~CLOSE_RANGE_CLOEXEC) != 0)
		return (-EINVAL);
	if (flags != 0)
		return (pimg_close_range(low, high, (unsigned)flags));
	if (low > INT32_MAX)
		return (0);
	return (bsd_close_from((int)low, high > INT32_MAX ? INT32_MAX :
	    (int)high));
}
