/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Processes: both results of fork, vfork and rfork; threads; indirect calls.
 */
#include "start.h"

enum {
	SYS_syscall = 0, SYS___syscall = 198, SYS_rfork = 251,
	RFFDG = 4, RFPROC = 0x10, RFMEM = 0x20, RFCFDG = 0x1000,
};

CASE(fork_has_two_results)
{
	long pid = sys(SYS_fork), second = sys_second;

	if (pid == 0)
		exit_process(second == 1 ? 0 : 1);
	EQUAL(second, 0);
	EQUAL(reap((int)pid), 0);
}

static volatile int shared;

CASE(vfork_shares_and_waits)
{
	long pid;

	/* here: the child runs on this frame */
	__asm__ volatile("syscall" : "=a"(pid) : "a"(SYS_vfork) : "rcx", "rdx",
	    "rdi", "rsi", "r8", "r9", "r10", "r11", "memory");
	if (pid == 0) {
		shared = 5;
		exit_process(3);
	}
	CHECK(pid > 0);
	EQUAL(shared, 5);
	EQUAL(reap((int)pid), 3 << 8);
}

#if !defined(NETBSD)
CASE(rfork_flags)
{
	long pid;
	int fd[2];

	EQUAL(sys(SYS_rfork, RFPROC | RFFDG | RFCFDG), -EINVAL);
	make_pipe(fd);
	/* the table is shared: what the child closes is closed */
	if ((pid = sys(SYS_rfork, RFPROC)) == 0) {
		sys(SYS_close, fd[0]);
		exit_process(0);
	}
	EQUAL(reap((int)pid), 0);
	EQUAL(sys(SYS_close, fd[0]), -EBADF);
	/* an empty table */
	if ((pid = sys(SYS_rfork, RFPROC | RFCFDG)) == 0)
		exit_process(sys(SYS_close, fd[1]) == -EBADF ? 0 : 1);
	EQUAL(reap((int)pid), 0);
	EQUAL(sys(SYS_close, fd[1]), 0);
}
#endif

static void
count(void *arg)
{

	__atomic_add_fetch((int *)arg, 1, __ATOMIC_RELAXED);
}

CASE(threads_come_and_go)
{
	int n = 0, i, k;

	for (i = 0; i < 2; i++) {
		for (k = 0; k < 8; k++)
			thread(count, &n);
		join_threads();
	}
	EQUAL(n, 16);
}

CASE(indirect_calls)
{
	int fd[2];
	char c = 0;

	make_pipe(fd);
	EQUAL(sys(SYS_syscall, SYS_getpid), sys(SYS_getpid));
	EQUAL(sys(SYS___syscall, SYS_write, fd[1], "z", 1), 1);
	EQUAL(sys(SYS_syscall, SYS_read, fd[0], &c, 1), 1);
	EQUAL(c, 'z');
	EQUAL(sys(SYS_syscall, SYS_close, 99), -EBADF);
	EQUAL(sys(SYS_syscall, 9999), -ENOSYS);
	EQUAL(sys(SYS_syscall, SYS_syscall), -ENOSYS);
}

CASE(indirect_call_with_stack_arguments)
{
	/* mmap of NetBSD and DragonFly has a pad before the offset */
	long p = sys8(SYS___syscall, SYS_mmap, 0, 4096, 3, 0x1002, -1, 0, 0);

	CHECK(p > 0);
	*(volatile char *)p = 1;
	EQUAL(sys(SYS_munmap, p, 4096), 0);
}

CASE(unknown_calls)
{

	EQUAL(sys(5000), -ENOSYS);
	EQUAL(sys(0x7fffffffffff), -ENOSYS);
	EQUAL(sys(-1L), -ENOSYS);
}
