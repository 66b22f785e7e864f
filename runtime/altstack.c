/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The guest's alternate signal stack, which is virtual: the host's is in the
 * thread block and serves the image's own handler.
 */
#include "runtime.h"
#include "signal.h"

#define	MINSIGSTKSZ_2_6	2048

/* The host's alternate stack of t. */
void
pimg_altstack_host(struct pimg_thread *t, struct pimg_altstack *ss)
{

	pimg_memset(ss, 0, sizeof(*ss));
	ss->sp = (unsigned long)t - PIMG_BLOCK_THREAD + PIMG_BLOCK_SIG;
	ss->size = PIMG_BLOCK_THREAD - PIMG_BLOCK_SIG;
}

int
pimg_on_altstack(const struct pimg_altstack *ss, unsigned long sp)
{

	return (ss->size != 0 && sp > ss->sp && sp - ss->sp <= ss->size);
}

/* The guest's alternate stack as sigaltstack(2) reports it at sp. */
struct pimg_altstack
pimg_altstack_report(struct pimg_thread *t, unsigned long sp)
{
	struct pimg_altstack ss;

	pimg_memset(&ss, 0, sizeof(ss));	/* padding goes out too */
	ss.sp = t->altstack.sp;
	ss.size = t->altstack.size;
	ss.flags = ss.size == 0 ? SS_DISABLE :
	    pimg_on_altstack(&ss, sp) ? SS_ONSTACK : 0;
	return (ss);
}

/* Sets it as sigaltstack(2) does.  Returns 0, -EPERM, -EINVAL or -ENOMEM. */
long
pimg_altstack_set(struct pimg_thread *t, const struct pimg_altstack *ss,
    unsigned long sp)
{

	if (pimg_on_altstack(&t->altstack, sp))
		return (-EPERM);
	if (ss->flags != SS_DISABLE && ss->flags != SS_ONSTACK &&
	    ss->flags != 0)
		return (-EINVAL);
	if (ss->flags == SS_DISABLE) {
		t->altstack.sp = t->altstack.size = 0;
		return (0);
	}
	if (ss->size < MINSIGSTKSZ_2_6)
		return (-ENOMEM);
	t->altstack.sp = ss->sp;
	t->altstack.size = ss->size;
	return (0);
}

/*
 * A frame that cannot be read: the thread gets SIGSEGV as the kernel forces
 * it, whether or not it is blocked or ignored.
 */
void
pimg_sigreturn_bad(struct pimg_thread *t)
{
	static const struct pimg_sigaction dfl;
	struct pimg_sigaction sa;
	siginfo_t si;

	pimg_memset(&si, 0, sizeof(si));
	si.si_signo = SIGSEGV;
	si.si_code = SI_KERNEL;
	pimg_action_get(t->sighand, SIGSEGV, &sa);
	if (sa.handler <= PIMG_SIG_IGN ||
	    (t->vmask & PIMG_SIGBIT(SIGSEGV)) != 0) {
		pimg_action_set(t->sighand, SIGSEGV, &dfl, NULL);
		t->vmask &= ~PIMG_SIGBIT(SIGSEGV);
	}
	pimg_signal_raise(t, &si);
}
