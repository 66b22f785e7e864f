/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Children and their statuses, limits, ids, priorities.
 */
#include "start.h"

enum {
	SYS_getpriority = 100, SYS_setpriority = 96, SYS_getpgrp = 81,
	SYS_setpgid = 82, SYS_issetugid_nb = 305, SYS_umask = 60,
	SYS_getrlimit = 194, SYS_setrlimit = 195, SYS_getgroups = 79,
	SYS_getlogin = 49,
#if defined(FREEBSD)
	SYS_wait6 = 532, SYS_getrusage = 117, SYS_issetugid = 253,
	SYS_getsid = 310, SYS_getpgid = 207, SYS_getdtablesize = 89,
#elif defined(DRAGONFLY)
	SYS_wait6 = 548, SYS_getrusage = 117, SYS_issetugid = 253,
	SYS_getsid = 310, SYS_getpgid = 207, SYS_getdtablesize = 89,
#else
	SYS_wait6 = 481, SYS_getrusage = 445, SYS_issetugid = 305,
	SYS_getsid = 286, SYS_getpgid = 207,
#endif
};

enum {
	SIGABRT = 6, SIGBUS = 10, SIGSYS = 12, SIGTSTP = 18, SIGINFO = 29,
	WNOHANG = 1, WUNTRACED = 2,
#if defined(NETBSD)
	WCONTINUED = 0x10, WEXITED = 0x20, WNOWAIT = 0x10000, P_ALL = 0,
	P_PID = 1, P_PGID = 4,
#else
	WCONTINUED = 4, WEXITED = 0x10, WNOWAIT = 8, P_PID = 0, P_PGID = 2,
	P_ALL = 7,
#endif
};

static int
child_ends_by(int sig)
{
	int pid = child();

	if (pid == 0) {
		sys(SYS_kill, sys(SYS_getpid), sig);
		exit_process(99);
	}
	return (reap(pid) & ~0x80);
}

CASE(exit_statuses)
{
	int pid = child();

	if (pid == 0)
		exit_process(7);
	EQUAL(reap(pid), 7 << 8);
	EQUAL(child_ends_by(SIGKILL), 9);
	EQUAL(child_ends_by(SIGTERM), 15);
	EQUAL(child_ends_by(SIGBUS), 10);
	EQUAL(child_ends_by(SIGSYS), 12);
	EQUAL(child_ends_by(SIGUSR1), 30);
	EQUAL(child_ends_by(SIGABRT), 6);
}

CASE(stop_and_continue)
{
	int pid = child(), status = 0;

	if (pid == 0) {
		for (;;)
			nap(1000);
	}
	EQUAL(sys(SYS_wait4, pid, &status, WNOHANG | WUNTRACED, 0), 0);
	EQUAL(sys(SYS_kill, pid, SIGSTOP), 0);
	EQUAL(sys(SYS_wait4, pid, &status, WUNTRACED, 0), pid);
	EQUAL(status, 0x117f);			/* SIGSTOP is 17 */
	EQUAL(sys(SYS_kill, pid, SIGCONT), 0);
	EQUAL(sys(SYS_wait4, pid, &status, WCONTINUED, 0), pid);
#if defined(NETBSD)
	EQUAL(status, 0xffff);
#else
	EQUAL(status, 0x13);
#endif
	EQUAL(sys(SYS_kill, pid, SIGTSTP), 0);
	EQUAL(sys(SYS_wait4, pid, &status, WUNTRACED, 0), pid);
	EQUAL(status, 0x127f);
	EQUAL(sys(SYS_kill, pid, SIGKILL), 0);
	EQUAL(sys(SYS_wait4, pid, &status, 0, 0), pid);
	EQUAL(status, 9);
	EQUAL(sys(SYS_wait4, pid, &status, 0, 0), -ECHILD);
	EQUAL(sys(SYS_wait4, -1, &status, 0x8000000, 0), -EINVAL);
}

CASE(wait6_statuses)
{
	int pid = child(), status = -1;
	long usage[36];
	uint32_t info[32];

	if (pid == 0)
		exit_process(3);
	memset(usage, 0xff, sizeof(usage));
	EQUAL(sys(SYS_wait6, P_PID, pid, 0, WEXITED | WNOWAIT, 0, 0), pid);
	EQUAL(sys(SYS_wait6, P_PID, pid, &status, WEXITED, usage, info), pid);
	EQUAL(status, 3 << 8);
	EQUAL(usage[35], 0);
	EQUAL(info[0], SIGCHLD);
	EQUAL(sys(SYS_wait6, P_ALL, 0, &status, WEXITED, 0, 0), -ECHILD);
	EQUAL(sys(SYS_wait6, 77, 0, &status, WEXITED, 0, 0), -EINVAL);
}

/* What was not waited for is not touched. */
CASE(wait6_of_nobody)
{
	int pid = child(), status = 4711;

	if (pid == 0) {
		for (;;)
			nap(1000);
	}
	EQUAL(sys(SYS_wait6, P_PID, pid, &status, WEXITED | WNOHANG, 0, 0), 0);
	EQUAL(status, 4711);
	EQUAL(sys(SYS_kill, pid, SIGKILL), 0);
	EQUAL(reap(pid), 9);
}

CASE(limits)
{
	uint64_t l[2], was[2];
	int which;

	for (which = 0; which <= 11; which++)
		EQUAL(sys(SYS_getrlimit, which, l), 0);
	EQUAL(sys(SYS_getrlimit, 77, l), -EINVAL);
	EQUAL(sys(SYS_getrlimit, 8, was), 0);		/* RLIMIT_NOFILE */
	l[0] = 100;
	l[1] = was[1];
	EQUAL(sys(SYS_setrlimit, 8, l), 0);
	EQUAL(sys(SYS_dup2, 0, 100), -EBADF);
	EQUAL(sys(SYS_dup2, 0, 99), 99);
#if !defined(NETBSD)
	EQUAL(sys(SYS_getdtablesize), 100);
#endif
	EQUAL(sys(SYS_getrlimit, 2, l), 0);		/* RLIMIT_DATA */
	EQUAL(l[0], 0x7fffffffffffffff);
	EQUAL(sys(SYS_setrlimit, 2, l), 0);
}

CASE(identity)
{
	char name[33] = "x";
	uint32_t groups[128];
	long n;

	EQUAL(sys(SYS_issetugid), 0);
	EQUAL(sys(SYS_getpgid, 0), sys(SYS_getpgrp));
	CHECK(sys(SYS_getsid, 0) > 0);
	n = sys(SYS_getgroups, 0, 0);
	CHECK(n >= 0);
	EQUAL(sys(SYS_getgroups, 128, groups), n);
	EQUAL(sys(SYS_getlogin, name, sizeof(name)), 0);
	EQUAL(name[0], 0);
	EQUAL(sys(SYS_umask, 027), 022);
	EQUAL(sys(SYS_umask, 022), 027);
}

CASE(priorities)
{
	long was = sys(SYS_getpriority, 0, 0);

	EQUAL(sys(SYS_setpriority, 0, 0, was + 3), 0);
	EQUAL(sys(SYS_getpriority, 0, 0), was + 3);
}

CASE(usage)
{
	long ru[18];
	int i;

	memset(ru, 0xff, sizeof(ru));
	EQUAL(sys(SYS_getrusage, 0, ru), 0);
	for (i = 0; i < 18; i++)
		CHECK(ru[i] >= 0);
	CHECK(ru[4] > 0);			/* ru_maxrss */
	EQUAL(sys(SYS_getrusage, 5, ru), -EINVAL);
}
