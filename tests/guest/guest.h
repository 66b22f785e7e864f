/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The harness of the guest programs: programs that check the kernel they run
 * on.  Each must pass natively on a correct Linux, and then give the same
 * under a personality.
 *
 *	PROGRAM -l	lists its cases
 *	PROGRAM CASE	runs one case
 *	PROGRAM		runs all, each in a process of its own
 *
 * A case that finds something wrong says what and where on stdout and exits
 * 1.  What a case prints beside that is compared with the native run's, so
 * it prints nothing that differs from run to run.
 */
#ifndef GUEST_H
#define GUEST_H

#include <errno.h>
#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

struct guest_case {
	const char	*name;
	void		(*run)(void);
};

extern const struct guest_case guest_cases[];	/* ends with a NULL name */
extern char	**guest_argv;

/* A program that plays other parts (a child's) looks at its words first. */
extern int	(*guest_role)(int argc, char **argv);	/* -1: none of mine */

void	guest_fail(const char *file, int line, const char *fmt, ...)
	    __attribute__((format(printf, 3, 4), noreturn));

#define	FAIL(...)	guest_fail(__FILE__, __LINE__, __VA_ARGS__)
#define	CHECK(e)	do {						\
	if (!(e))							\
		FAIL("%s is false (errno %d)", #e, errno);		\
} while (0)
#define	EQUAL(a, b)	do {						\
	long long a_ = (long long)(a), b_ = (long long)(b);		\
	if (a_ != b_)							\
		FAIL("%s is %lld (%#llx), not %s %lld (errno %d)", #a,	\
		    a_, a_, #b, b_, errno);				\
} while (0)
#define	OK(e)		do {						\
	if ((long)(e) == -1)						\
		FAIL("%s: %s", #e, strerror(errno));			\
} while (0)
#define	FAILS(e, n)	do {						\
	errno = 0;							\
	long r_ = (long)(e);						\
	if (r_ != -1 || errno != (n))					\
		FAIL("%s gives %ld, errno %d, not %s", #e, r_, errno, #n); \
} while (0)

/* A call without the C library's help: the kernel's own result. */
long	raw6(long nr, long a, long b, long c, long d, long e, long f);
#define	RAW_(nr, a, b, c, d, e, f, ...)					\
	raw6((long)(nr), (long)(a), (long)(b), (long)(c), (long)(d),	\
	    (long)(e), (long)(f))
#define	RAW(...)	RAW_(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

/* Registers of a ucontext_t, by what they do on either machine. */
#if defined(__x86_64__)
#define	GREG_IP	REG_RIP
#define	GREG_CX	REG_RCX
#define	GREG_DX	REG_RDX
#elif defined(__i386__)
#define	GREG_IP	REG_EIP
#define	GREG_CX	REG_ECX
#define	GREG_DX	REG_EDX
#endif

/* Words of an argument vector. */
#define	STR(s)	((char *)(uintptr_t)(s))

/* Runs fn in a forked child and gives its wait status. */
int	guest_child(void (*fn)(void));

/* The child must exit with 0, or die of the signal. */
void	guest_passes(void (*fn)(void));
void	guest_dies(void (*fn)(void), int sig);

/*
 * How often to do something that is worth doing n times: a tenth of it where
 * the machine is slow and says so (GUEST_QUICK in the environment).
 */
int	guest_times(int n);

/* Milliseconds of the monotonic clock; sleeping that a signal cannot end. */
int64_t	guest_ms(void);
void	guest_sleep(int ms);

/*
 * A child that sends the caller a signal: at once if ms is 0, else ms after
 * it has seen the caller asleep in a call.  Reaped with guest_reap().
 */
pid_t	guest_kick(int sig, int ms);
void	guest_reap(pid_t kid);

/* Waits until a process is asleep. */
void	guest_asleep(pid_t pid);

/* Waits until *p equals v, or fails after ten seconds. */
void	guest_until(volatile int *p, int v);

/* Sets a handler. */
void	guest_on(int sig, void (*fn)(int, siginfo_t *, void *), int flags);

/* Blocks, unblocks: one signal. */
void	guest_block(int sig);
void	guest_unblock(int sig);

#endif
