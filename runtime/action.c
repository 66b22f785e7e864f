/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Signal dispositions: the guest's table, and what the host needs so that it
 * works.  The table is shared as CLONE_SIGHAND says; its lock is held for a
 * few stores and, where the host must be told, one call.
 */
#include "arch.h"

#define	ALL_SIGNALS	(~0ULL)

/* rt_sigaction(2) of the host. */
long
pimg_native_action(int sig, const void *new, void *old)
{

	return (pimg_sys(__NR_rt_sigaction, sig, new, old, 8));
}

/*
 * Installs what the host needs so that the guest's action sa for sig works:
 * the default and "ignore" are the kernel's own, except for the virtual
 * signals.  Gives the host's old action if old is not NULL.  Returns 0 or a
 * negated errno.
 */
long
pimg_host_action(int sig, const struct pimg_sigaction *sa,
    struct pimg_sigaction *old)
{
	struct pimg_sigaction host = { .handler = sa->handler,
	    .flags = sa->flags & (SA_NOCLDSTOP | SA_NOCLDWAIT | SA_RESTART),
	    .restorer = (unsigned long)pimg_restorer };

	host.flags |= SA_SIGINFO | SA_ONSTACK | SA_RESTORER;
	if (PIMG_SIGBIT(sig) & PIMG_VIRTUAL) {
		host.handler = (unsigned long)pimg_signal;
		host.flags |= SA_NODEFER;
		if (sa->handler <= PIMG_SIG_IGN)
			host.flags |= SA_RESTART;
	} else if (sa->handler > PIMG_SIG_IGN) {
		host.handler = (unsigned long)pimg_signal;
		host.flags |= sa->flags & SA_RESETHAND;
	} else if (pimg_watched(sig) &&
	    (sig != SIGCHLD || sa->handler == PIMG_SIG_DFL)) {
		/* an ignored SIGCHLD is what reaps children */
		host.handler = (unsigned long)pimg_signal;
		host.flags |= SA_RESTART;
	} else if (sa->handler == PIMG_SIG_DFL &&
	    (PIMG_SIGBIT(sig) & PIMG_DEFAULT_IGNORED))
		host.handler = PIMG_SIG_IGN;
	host.mask = ALL_SIGNALS & ~(PIMG_SIGBIT(SIGSEGV) | PIMG_SIGBIT(SIGBUS));
	return (pimg_native_action(sig, &host, old));
}

/*
 * The table's entry for sig; the caller holds the lock.  What the process
 * inherited (an ignored signal) is asked for when it is first needed.
 */
static struct pimg_sigaction *
entry(struct pimg_sighand *sh, int sig)
{
	struct pimg_sigaction *sa = &sh->action[sig];

	if ((sh->known & PIMG_SIGBIT(sig)) == 0) {
		pimg_native_action(sig, NULL, sa);
		sh->known |= PIMG_SIGBIT(sig);
	}
	return (sa);
}

void
pimg_action_get(struct pimg_sighand *sh, int sig, struct pimg_sigaction *sa)
{

	pimg_lock(&sh->lock);
	*sa = *entry(sh, sig);
	pimg_unlock(&sh->lock);
}

/* Sets (new may be NULL) and gives the old action (old may be NULL). */
long
pimg_action_set(struct pimg_sighand *sh, int sig,
    const struct pimg_sigaction *new, struct pimg_sigaction *old)
{
	struct pimg_sigaction *sa;
	long r = 0;

	pimg_lock(&sh->lock);
	sa = entry(sh, sig);
	if (old != NULL)
		*old = *sa;
	if (new != NULL && (r = pimg_host_action(sig, new, NULL)) == 0)
		*sa = *new;
	pimg_unlock(&sh->lock);
	return (r);
}

/* Installs the host's action anew: what it depends on has changed. */
long
pimg_action_again(struct pimg_sighand *sh, int sig)
{
	long r;

	pimg_lock(&sh->lock);
	r = pimg_host_action(sig, entry(sh, sig), NULL);
	pimg_unlock(&sh->lock);
	return (r);
}

/* A copy with one reference, or NULL. */
struct pimg_sighand *
pimg_sighand_copy(struct pimg_sighand *sh)
{
	struct pimg_sighand *new = pimg_map_private(sizeof(*sh));

	if (new == NULL)
		return (NULL);
	pimg_lock(&sh->lock);
	new->known = sh->known;
	pimg_memcpy(new->action, sh->action, sizeof(new->action));
	pimg_unlock(&sh->lock);
	new->refs = 1;
	return (new);
}

/*
 * First thread of a process, before guest code: the virtual signals get
 * their handler; what was ignored or blocked of them becomes the guest's.
 */
void
pimg_signal_init(struct pimg_thread *t)
{
	static const struct pimg_sigaction dfl;
	struct pimg_sigaction old;
	uint64_t virt = PIMG_VIRTUAL, mask = 0;
	int sig;

	for (sig = 1; sig <= PIMG_NSIG; sig++) {
		if ((PIMG_SIGBIT(sig) & (PIMG_VIRTUAL | PIMG_DEFAULT_IGNORED)) == 0)
			continue;
		pimg_host_action(sig, &dfl, &old);
		t->sighand->known |= PIMG_SIGBIT(sig);
		if (old.handler == PIMG_SIG_IGN)
			t->sighand->action[sig].handler = PIMG_SIG_IGN;
	}
	pimg_sys(__NR_rt_sigprocmask, SIG_UNBLOCK, &virt, &mask, 8);
	t->vmask = mask & PIMG_VIRTUAL;
}
