/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * sendfile of FreeBSD and DragonFly: seven arguments, the last on the stack.
 */
#include "sock.h"

#if !defined(NETBSD)
#define	NAME	"pimg-test-file"

static int
file(size_t size)
{
	int fd = (int)sys(SYS_open, NAME, O_RDWR | O_CREAT | O_TRUNC, 0600);
	char b[1000];
	size_t i;

	for (i = 0; i < sizeof(b); i++)
		b[i] = (char)(i % 100);
	for (i = 0; i < size; i += sizeof(b))
		sys(SYS_write, fd, b, size - i < sizeof(b) ? size - i :
		    sizeof(b));
	sys(SYS_unlink, NAME);
	return (fd);
}

CASE(part_between_others)
{
	struct iovec head = { (void *)"head", 4 }, tail = { (void *)"tail", 4 };
	struct {
		struct iovec *h; int hn; struct iovec *t; int tn;
	} hdtr = { &head, 1, &tail, 1 };
	int fd[2], f = file(1000);
	int64_t sent = -1;
	char b[64];

	connection(fd);
	EQUAL(sys8(SYS_sendfile, f, fd[0], 10, 20, (long)&hdtr, (long)&sent, 0,
	    0), 0);
	EQUAL(sent, 28);
	EQUAL(sys(SYS_read, fd[1], b, sizeof(b)), 28);
	EQUAL(memcmp(b, "head", 4), 0);
	EQUAL(b[4], 10);
	EQUAL(b[23], 29);
	EQUAL(memcmp(b + 24, "tail", 4), 0);
	/* Up to the end of the file. */
	EQUAL(sys8(SYS_sendfile, f, fd[0], 990, 0, 0, (long)&sent, 0, 0), 0);
	EQUAL(sent, 10);
	EQUAL(sys8(SYS_sendfile, f, fd[0], 2000, 0, 0, (long)&sent, 0, 0), 0);
	EQUAL(sent, 0);
}

CASE(told_when_full)
{
	int fd[2], f = file(8000000);
	int64_t sent = -1, more = -1;

	connection(fd);
	sys(SYS_fcntl, fd[0], F_SETFL, O_NONBLOCK | O_RDWR);
	EQUAL(sys8(SYS_sendfile, f, fd[0], 0, 0, 0, (long)&sent, 0, 0),
	    -EAGAIN);
	CHECK(sent > 0);
	EQUAL(sys8(SYS_sendfile, f, fd[0], sent, 0, 0, (long)&more, 0, 0),
	    -EAGAIN);
	EQUAL(more, 0);
}

CASE(refused)
{
	int fd[2], f = file(10), p[2];
	int64_t sent = -1;

	make_pipe(p);
	connection(fd);
	EQUAL(sys8(SYS_sendfile, 99, fd[0], 0, 0, 0, (long)&sent, 0, 0),
	    -EBADF);
	EQUAL(sent, 0);
	EQUAL(sys8(SYS_sendfile, p[0], fd[0], 0, 0, 0, 0, 0, 0), -EINVAL);
	EQUAL(sys8(SYS_sendfile, f, p[1], 0, 0, 0, 0, 0, 0), -ENOTSOCK);
	EQUAL(sys8(SYS_sendfile, f, fd[0], -1, 0, 0, 0, 0, 0), -EINVAL);
	EQUAL(sys8(SYS_sendfile, f, fd[0], 0, 1, 8, 0, 0, 0), -EFAULT);
}
#else
/* There is no such call. */
CASE(absent)
{
	CHECK(1);
}
#endif
