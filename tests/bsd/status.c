/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What wait4 and wait6 tell of a child (sys/sys/wait.h).
 */
#include "start.h"

enum { WNOHANG = 1, WUNTRACED = 2 };
#if defined(NETBSD)
enum { WCONTINUED = 0x10, CONTINUED = 0xffff };
#else
enum { WCONTINUED = 4, CONTINUED = 0x13, WEXITED = 16, WNOWAIT = 8 };
#endif

static int
wait_for(int pid, int options)
{
	int status = -1;
	long r;

	do
		r = sys(SYS_wait4, pid, &status, options, 0);
	while (r == -EINTR);
	EQUAL(r, pid);
	return (status);
}

static void
sleep_forever(void)
{

	for (;;)
		nap(1000);
}

CASE(exits)
{
	int pid;

	if ((pid = child()) == 0)
		exit_process(0);
	EQUAL(wait_for(pid, 0), 0);
	if ((pid = child()) == 0)
		exit_process(0x1ff);
	EQUAL(wait_for(pid, 0), 0xff00);
	EQUAL(sys(SYS_wait4, -1, 0, 0, 0), -ECHILD);
	EQUAL(sys(SYS_wait4, pid, 0, 0, 0), -ECHILD);
}

CASE(signals)
{
	int pid, i;
	static const unsigned char sigs[] = { SIGKILL, SIGTERM, SIGUSR1,
	    SIGUSR2, SIGALRM };

	for (i = 0; i < (int)sizeof(sigs); i++) {
		if ((pid = child()) == 0)
			sleep_forever();
		EQUAL(sys(SYS_kill, pid, sigs[i]), 0);
		EQUAL(wait_for(pid, 0) & 0x7f, sigs[i]);
	}
}

CASE(stops_and_goes_on)
{
	int pid;

	if ((pid = child()) == 0)
		sleep_forever();
	EQUAL(sys(SYS_wait4, pid, 0, WNOHANG, 0), 0);
	EQUAL(sys(SYS_kill, pid, SIGSTOP), 0);
	EQUAL(wait_for(pid, WUNTRACED), SIGSTOP << 8 | 0x7f);
	EQUAL(sys(SYS_kill, pid, SIGCONT), 0);
	EQUAL(wait_for(pid, WCONTINUED), CONTINUED);
	EQUAL(sys(SYS_kill, pid, SIGKILL), 0);
	EQUAL(wait_for(pid, 0), SIGKILL);
}

CASE(usage)
{
	uint64_t ru[18];
	int pid, status, i;
	volatile int x = 0;

	memset(ru, 0xff, sizeof(ru));
	if ((pid = child()) == 0) {
		for (i = 0; i < 50000000; i++)
			x += i;
		exit_process(0);
	}
	EQUAL(sys(SYS_wait4, pid, &status, 0, ru), pid);
	EQUAL(ru[0], 0);		/* less than a second of user time */
	CHECK((uint32_t)ru[1] < 1000000 && (uint32_t)ru[1] > 0);
	CHECK(ru[4] > 0 && ru[4] < 1000000);	/* ru_maxrss */
}

#if !defined(NETBSD)
/* wait6(idtype, id, status, options, wrusage, info) */
#if defined(FREEBSD)
#define	SYS_wait6	532
#else
#define	SYS_wait6	548
#endif
enum { P_PID = 0, P_ALL = 7, CLD_EXITED = 1, CLD_KILLED = 2 };

CASE(wait6)
{
	int info[20] = { 0 }, status = -1, pid;

	if ((pid = child()) == 0)
		exit_process(7);
	/* looked at, and still there */
	EQUAL(sys(SYS_wait6, P_PID, pid, &status, WEXITED | WNOWAIT, 0, info),
	    pid);
	EQUAL(status, 0x700);
	EQUAL(info[0], SIGCHLD);
	EQUAL(info[2], CLD_EXITED);
	EQUAL(info[3], pid);
	EQUAL(info[5], 7);
	EQUAL(sys(SYS_wait6, P_ALL, 0, &status, WEXITED, 0, 0), pid);
	EQUAL(sys(SYS_wait6, P_PID, pid, &status, WEXITED, 0, 0), -ECHILD);
	EQUAL(sys(SYS_wait6, P_PID, pid, &status, 0, 0, 0), -EINVAL);
	if ((pid = child()) == 0)
		sleep_forever();
	EQUAL(sys(SYS_kill, pid, SIGUSR1), 0);
	EQUAL(sys(SYS_wait6, P_PID, pid, &status, WEXITED, 0, info), pid);
	EQUAL(status, SIGUSR1);
	EQUAL(info[2], CLD_KILLED);
	EQUAL(info[5], SIGUSR1);
}
#endif
