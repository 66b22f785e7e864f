/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * bsd calls: raw calls of a BSD for trace_test, between two getppid() that
 * mark them.  See tests/bsd/start.h.
 */
#include "start.h"

#if defined(FREEBSD)
#define	MMAP(len)	sys(SYS_mmap, 0, len, 3, 0x1002, -1, 0)
#else	/* a pad, and the offset on the stack */
#define	MMAP(len)	sys8(SYS_mmap, 0, len, 3, 0x1002, -1, 0, 0, 0)
#endif

CASE(calls)
{
	struct timespec ts = { 0, 1000 };
	unsigned char in[16] = { 16, 2, 0, 80, 127, 0, 0, 1 };
	char buf[4];
	int one = 1, fd[2];
	long s;

	sys(SYS_getppid);
	sys(SYS_open, "/absent/file", 0x601, 0644);
	s = sys(SYS_pipe2, fd, 4);
#if defined(DRAGONFLY)	/* both in registers */
	fd[0] = (int)s;
#endif
	sys(SYS_read, fd[0], buf, sizeof(buf));
	sys(SYS_kill, 0x7ffffff0, 30);
	sys(SYS_nanosleep, &ts, 0);
	s = sys(SYS_socket, 2, 1, 0);
	sys(SYS_setsockopt, s, 0xffff, 4, &one, sizeof(one));
	sys(SYS_bind, s, in, 3);
	sys(SYS_connect, 99, in, sizeof(in));
	sys(SYS_fcntl, fd[0], 3);
	sys(SYS_ioctl, fd[0], 0x12345678, 0);
	MMAP(4096);
	sys(SYS_open, 0x10, 0);
	sys(SYS_getppid);
}
