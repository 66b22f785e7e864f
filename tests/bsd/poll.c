/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * poll, select and their kin with a mask.
 */
#include "start.h"

struct pollfd {
	int	fd;
	short	events, revents;
};

#define	POLLIN		0x001
#define	POLLOUT		0x004
#define	POLLHUP		0x010
#define	POLLNVAL	0x020
#define	POLLRDNORM	0x040
#define	POLLWRBAND	0x100

struct sigset {
	uint32_t	bits[4];
};

CASE(poll_events)
{
	struct pollfd p[3];
	int fd[2];

	make_pipe(fd);
	p[0] = (struct pollfd){ fd[0], POLLIN | POLLRDNORM, -1 };
	p[1] = (struct pollfd){ fd[1], POLLOUT, -1 };
	p[2] = (struct pollfd){ 999, POLLIN, -1 };
	EQUAL(sys(SYS_poll, p, 3, 0), 2);
	EQUAL(p[0].revents, 0);
	EQUAL(p[1].revents, POLLOUT);
	EQUAL(p[2].revents, POLLNVAL);
	EQUAL(p[0].events, POLLIN | POLLRDNORM);
	EQUAL(sys(SYS_write, fd[1], "x", 1), 1);
	EQUAL(sys(SYS_poll, p, 1, 1000), 1);
	EQUAL(p[0].revents, POLLIN | POLLRDNORM);
	EQUAL(sys(SYS_close, fd[1]), 0);
	EQUAL(sys(SYS_poll, p, 1, -1), 1);
	CHECK(p[0].revents & POLLHUP);
	p[0].fd = -1;
	EQUAL(sys(SYS_poll, p, 1, 0), 0);
	EQUAL(sys(SYS_poll, 8, 1, 0), -EFAULT);
}

CASE(poll_timeout)
{
	int64_t t = now();

	EQUAL(sys(SYS_poll, 0, 0, 30), 0);
	CHECK(now() - t >= 30000000);
}

CASE(select_sets)
{
	uint64_t in[16] = { 0 }, out[16] = { 0 };
	struct { int64_t sec; int usec, pad; } tv = { 0, 30000, 0 };
	int64_t t = now();
	int fd[2];

	make_pipe(fd);
	in[0] = 1ULL << fd[0];
	EQUAL(sys(SYS_select, fd[1] + 1, in, 0, 0, &tv), 0);
	CHECK(now() - t >= 30000000);
	EQUAL(in[0], 0);
	EQUAL(tv.usec, 30000);		/* what is left is not told */
	in[0] = 1ULL << fd[0];
	out[0] = 1ULL << fd[1];
	EQUAL(sys(SYS_write, fd[1], "x", 1), 1);
	EQUAL(sys(SYS_select, fd[1] + 1, in, out, 0, 0), 2);
	EQUAL(in[0], 1ULL << fd[0]);
	EQUAL(out[0], 1ULL << fd[1]);
	EQUAL(sys(SYS_close, fd[0]), 0);
	EQUAL(sys(SYS_select, fd[1] + 1, in, 0, 0, 0), -EBADF);
	tv.usec = 1000000;
	EQUAL(sys(SYS_select, 0, 0, 0, 0, &tv), -EINVAL);
}

static volatile int handled;

static void
handler(int sig)
{

	handled = sig;
}

/* sigaction: FreeBSD and DragonFly agree, NetBSD wants a trampoline. */
static void
catch(int sig)
{
#if defined(NETBSD)
	struct { void (*f)(int); uint32_t mask[4]; int flags; } sa =
	    { handler, { 0 }, 0 };
	extern char tramp[];

	EQUAL(sys(SYS_sigaction, sig, &sa, 0, tramp, 2), 0);
#else
	struct { void (*f)(int); int flags; uint32_t mask[4]; } sa =
	    { handler, 0, { 0 } };

	EQUAL(sys(SYS_sigaction, sig, &sa, 0), 0);
#endif
}

#if defined(NETBSD)
__asm__(
"	.globl	tramp\n"
"tramp:	mov	%r15, %rdi\n"
"	mov	$308, %eax\n"		/* setcontext */
"	syscall\n"
"	hlt\n");
#endif

/* A blocked signal comes in while the call waits, and only then. */
CASE(masks)
{
	struct sigset block = { { 1U << (SIGUSR1 - 1), 0, 0, 0 } },
	    none = { { 0 } };
	struct timespec ts = { 5, 0 };
	int fd[2];
	struct pollfd p;
	uint64_t in[16] = { 0 };

	make_pipe(fd);
	catch(SIGUSR1);
	EQUAL(sys(SYS_sigprocmask, 1, &block, 0), 0);
	EQUAL(sys(SYS_kill, sys(SYS_getpid), SIGUSR1), 0);
	nap(10);
	EQUAL(handled, 0);
	p = (struct pollfd){ fd[0], POLLIN, 0 };
	EQUAL(sys(SYS_ppoll, &p, 1, &ts, &none), -EINTR);
	EQUAL(handled, SIGUSR1);
	handled = 0;
	EQUAL(sys(SYS_kill, sys(SYS_getpid), SIGUSR1), 0);
	EQUAL(handled, 0);
	in[0] = 1ULL << fd[0];
	EQUAL(sys(SYS_pselect, fd[0] + 1, in, 0, 0, &ts, &none), -EINTR);
	EQUAL(handled, SIGUSR1);
	EQUAL(ts.tv_sec, 5);
	ts.tv_sec = 0;
	EQUAL(sys(SYS_ppoll, &p, 1, &ts, 0), 0);
}
