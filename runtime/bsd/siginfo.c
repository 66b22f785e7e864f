/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What a native siginfo says, for the systems' own (pimg_system_info_out).
 */
#include "bsd.h"

#define	CODE_KERNEL	0x80
#define	CLD_KILLED_N	2
#define	CLD_DUMPED_N	3

/* Which fields si has besides number, errno and code. */
int
pimg_bsd_si_kind(const siginfo_t *si)
{

	if (si->si_code == -2)
		return (PIMG_SI_TIMER);
	if (si->si_code <= 0 || si->si_code == CODE_KERNEL)
		return (si->si_code == CODE_KERNEL &&
		    (PIMG_SIGBIT(si->si_signo) & PIMG_VIRTUAL) ?
		    PIMG_SI_FAULT : PIMG_SI_SENT);
	switch (si->si_signo) {
	case SIGILL:
	case SIGFPE:
	case SIGSEGV:
	case SIGBUS:
	case SIGTRAP:
		return (PIMG_SI_FAULT);
	case SIGCHLD:
		return (PIMG_SI_CHILD);
	case SIGPOLL:
		return (PIMG_SI_POLL);
	default:
		return (PIMG_SI_SENT);
	}
}

/*
 * The code of a fault or child, which all systems number alike, but for
 * FPE_INTDIV and FPE_INTOVF, which some have swapped; kernel is the system's
 * SI_KERNEL.  Linux gives that to a general protection fault.
 */
int32_t
pimg_bsd_si_code(const siginfo_t *si, int32_t kernel, int fpe_swapped)
{

	if (si->si_signo == SIGFPE && fpe_swapped &&
	    (si->si_code == FPE_INTDIV || si->si_code == FPE_INTOVF))
		return (FPE_INTDIV + FPE_INTOVF - si->si_code);
	if (si->si_code == CODE_KERNEL)
		return (PIMG_SIGBIT(si->si_signo) & PIMG_VIRTUAL ?
		    SEGV_MAPERR : kernel);
	return (si->si_code);
}

/* A child's exit status, or the foreign number of its signal. */
int32_t
pimg_bsd_si_status(const siginfo_t *si)
{

	return (si->si_code >= CLD_KILLED_N ? pimg_signal_out(si->si_status) :
	    si->si_status);
}

/*
 * The trap number that FreeBSD and DragonFly give (sys/x86/include/trap.h)
 * for a processor's exception.
 */
uint32_t
pimg_bsd_trapno(int exception)
{
	static const uint8_t traps[] = {
		18, 10, 19, 3, 23, 22, 1, 24, 27, 30, 33, 25, 26, 9, 12, 0,
		31, 28, 29, 32,
	};

	return ((unsigned)exception < sizeof(traps) ? traps[exception] : 0);
}
