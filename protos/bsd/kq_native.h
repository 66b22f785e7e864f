/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Constants and structures of the native kernel that kqueue and its kin use.
 * The uapi headers are the source; those that drag in a C library's types
 * are not included.
 */
#ifndef BSD_KQ_NATIVE_H
#define BSD_KQ_NATIVE_H

#include <asm/unistd.h>
#include <linux/errno.h>

#include "hook.h"

#define	N_EPOLLIN	0x001U
#define	N_EPOLLPRI	0x002U
#define	N_EPOLLOUT	0x004U
#define	N_EPOLLERR	0x008U
#define	N_EPOLLHUP	0x010U
#define	N_EPOLLRDHUP	0x2000U
#define	N_EPOLLONESHOT	(1U << 30)
#define	N_EPOLLET	(1U << 31)
#define	N_EPOLL_ADD	1
#define	N_EPOLL_DEL	2
#define	N_EPOLL_MOD	3
#define	N_CLOEXEC	02000000
#define	N_NONBLOCK	04000

#define	N_F_GETFD	1
#define	N_F_GETPIPE_SZ	1032
#define	N_F_DUPFD_CLOEXEC 1030
#define	N_FIONREAD	0x541b
#define	N_TIOCOUTQ	0x5411
#define	N_SOL_SOCKET	1
#define	N_SO_TYPE	3
#define	N_SO_SNDBUF	7
#define	N_SO_ACCEPTCONN	30
#define	N_SOCK_STREAM	1
#define	N_SOCK_SEQPACKET 5
#define	N_IPPROTO_TCP	6
#define	N_TCP_INFO	11

#define	N_CLOCK_REALTIME 0
#define	N_CLOCK_MONOTONIC 1

#define	N_S_IFMT	0170000
#define	N_S_IFSOCK	0140000
#define	N_S_IFREG	0100000
#define	N_S_IFBLK	0060000
#define	N_S_IFDIR	0040000
#define	N_S_IFIFO	0010000

/* struct stat of x86-64 (asm/stat.h) */
struct kq_stat {
	uint64_t	dev, ino, nlink;
	uint32_t	mode, uid, gid, pad;
	uint64_t	rdev;
	int64_t		size, blksize, blocks;
	uint64_t	times[6];
	int64_t		unused[3];
};
_Static_assert(sizeof(struct kq_stat) == 144, "struct stat");

struct kq_pollfd {
	int32_t		fd;
	int16_t		events, revents;
};

static inline int64_t
kq_now(int clock)
{
	struct { int64_t sec, nsec; } ts = { 0, 0 };

	pimg_sys(__NR_clock_gettime, clock, &ts);
	return (ts.sec * 1000000000 + ts.nsec);
}

#endif
