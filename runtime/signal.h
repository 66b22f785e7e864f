/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Virtual signals: what signal.c (when and whether), sigcalls.c (the guest's
 * calls) and CONVENTION/MACHINE/sigframe.c (how) share.
 */
#ifndef PIMG_RUNTIME_SIGNAL_H
#define PIMG_RUNTIME_SIGNAL_H

#include <linux/signal.h>

#include <asm/sigcontext.h>
#include <asm/ucontext.h>

#include "convention.h"
#include "thread.h"

#define	PIMG_SIG_DFL	0
#define	PIMG_SIG_IGN	1

/*
 * Signals that the guest's system ignores by default and the native one does
 * not: SIGIO, NetBSD's SIGPWR, and those that are native real-time signals here (SIGINFO and
 * what thread libraries use).
 */
#ifdef PIMG_CONVENTION_BSD
#define	PIMG_DEFAULT_IGNORED						\
	(PIMG_SIGBIT(SIGIO) | PIMG_SIGBIT(36) | PIMG_SIGBIT(37) | PIMG_SIGBIT(38) | \
	 PIMG_SIGBIT(SIGPWR))
#else
#define	PIMG_DEFAULT_IGNORED	0ULL
#endif

#ifndef SA_RESTORER
#define	SA_RESTORER	0x04000000
#endif

/* action.c */
void	pimg_signal_init(struct pimg_thread *t);
long	pimg_native_action(int sig, const void *new, void *old);
void	pimg_action_get(struct pimg_sighand *sh, int sig,
	    struct pimg_sigaction *sa);
long	pimg_action_set(struct pimg_sighand *sh, int sig,
	    const struct pimg_sigaction *new, struct pimg_sigaction *old);
long	pimg_host_action(int sig, const struct pimg_sigaction *sa,
	    struct pimg_sigaction *old);
struct pimg_sighand *pimg_sighand_copy(struct pimg_sighand *sh);
long	pimg_action_again(struct pimg_sighand *sh, int sig);

/* watch.c */
int	pimg_watched(int sig);
int	pimg_watch_arrived(struct pimg_thread *t, int sig);
int	pimg_watch_stop(int sig);

/* signal.c */
void	pimg_signal(int sig, siginfo_t *si, struct ucontext *uc);
void	pimg_signal_raise(struct pimg_thread *t, const siginfo_t *si);
void	pimg_signal_release(struct pimg_thread *t);

/* x86_64/context.c */
unsigned long pimg_fpstate_size(const struct ucontext *uc);
void	pimg_context_leave(struct pimg_thread *t, struct ucontext *uc,
	    uint64_t mask) __attribute__((__noreturn__));

/* altstack.c; linux/MACHINE/sigframe.c, bsd/sigframe.c */
int	pimg_frame_push(struct pimg_thread *t, int sig, const siginfo_t *si,
	    struct ucontext *uc, const struct pimg_sigaction *sa,
	    uint64_t mask);
void	pimg_frame_complete(struct pimg_thread *t, struct ucontext *uc);
int	pimg_on_altstack(const struct pimg_altstack *ss, unsigned long sp);
long	pimg_altstack_set(struct pimg_thread *t, const struct pimg_altstack *ss,
	    unsigned long sp);
struct pimg_altstack pimg_altstack_report(struct pimg_thread *t,
	    unsigned long sp);
void	pimg_altstack_host(struct pimg_thread *t, struct pimg_altstack *ss);
void	pimg_sigreturn_bad(struct pimg_thread *t);

/* message.c: one line on descriptor 2 about a fault in the image itself. */
void	pimg_fault_report(int sig, const siginfo_t *si,
	    const struct ucontext *uc, unsigned long nr);

#endif
