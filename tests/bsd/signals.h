/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Signals of the three systems, for tests.
 */
#ifndef TESTS_BSD_SIGNALS_H
#define TESTS_BSD_SIGNALS_H

#include "start.h"

enum {
	SA_ONSTACK = 1, SA_RESTART = 2, SA_RESETHAND = 4, SA_NODEFER = 0x10,
	SA_NOCLDWAIT = 0x20, SA_SIGINFO = 0x40,
	SIG_BLOCK = 1, SIG_UNBLOCK = 2, SIG_SETMASK = 3,
	SS_ONSTACK = 1, SS_DISABLE = 4,
	SIGILL = 4, SIGFPE = 8, SIGBUS = 10, SIGSEGV = 11, SIGSYS = 12,
	SIGPIPE = 13, SIGIO = 23, SIGINFO = 29,
#if defined(FREEBSD)
	SYS_sigaltstack = 53, SYS_sigsuspend = 341, SYS_sigpending = 343,
	SYS_sigtimedwait = 345, SYS_sigwaitinfo = 346, SYS_sigreturn = 417,
	SYS_getcontext = 421, SYS_setcontext = 422, SYS_sigwait = 429,
	SYS_sigqueue = 456,
	SI_USER = 0x10001, SI_QUEUE = 0x10002, FPE_INTDIV = 2,
#elif defined(DRAGONFLY)
	SYS_sigaltstack = 53, SYS_sigsuspend = 341, SYS_sigpending = 343,
	SYS_sigreturn = 344, SYS_sigtimedwait = 345, SYS_sigwaitinfo = 346,
	SI_USER = 0, SI_QUEUE = -1, FPE_INTDIV = 2,
#else
	SYS_sigqueueinfo = 245, SYS_sigaltstack = 281, SYS_sigpending = 292,
	SYS_sigsuspend = 294, SYS_setcontext = 308, SYS_sigtimedwait = 431,
	SI_USER = 0, SI_QUEUE = -1, FPE_INTDIV = 1,
#endif
	SEGV_MAPERR = 1, SEGV_ACCERR = 2,
};

struct sigset {
	uint32_t	bits[4];
};

struct sigaction {
	void		*handler;
#if defined(NETBSD)
	struct sigset	mask;
	int		flags;
#else
	int		flags;
	struct sigset	mask;
#endif
};

struct stack {
	void		*sp;
	size_t		size;
	int		flags;
};

#if defined(NETBSD)
struct siginfo {
	int		signo, code, error, pad;
	union {
		struct {
			int	pid, uid;
			void	*value;
		};
		void	*addr;
		char	size[112];
	};
};
#else
struct siginfo {
	int		signo, error, code, pid, uid, status;
	void		*addr, *value;
	long		rest[4];
};
#endif

/* sigaction(2) with the system's trampoline. */
static inline long
action(int sig, const struct sigaction *new, struct sigaction *old)
{

	return (sys(SYS_sigaction, sig, new, old, 0, 0));
}

static inline long
catch(int sig, void *handler, int flags)
{
	struct sigaction sa = { .handler = handler, .flags = flags };

	return (action(sig, &sa, NULL));
}

static inline struct sigset
set_of(int sig)
{
	struct sigset s = { { 0 } };

	s.bits[(sig - 1) / 32] = 1U << (sig - 1) % 32;
	return (s);
}

static inline long
raise(int sig)
{

	return (sys(SYS_kill, sys(SYS_getpid), sig));
}

#endif
