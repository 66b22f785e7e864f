/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Watched signals: a personality wants to know of every arrival, whatever the
 * guest does with the signal (kqueue's EVFILT_SIGNAL).  The host's handler is
 * installed for them always, and what the kernel would do by default is done
 * here.  A watched signal that the guest ignores interrupts what the kernel
 * does not restart.
 */
#include "arch.h"
#include "convention.h"

/* Those whose default is to do nothing, on every system. */
#define	IGNORED								\
	(PIMG_SIGBIT(SIGCHLD) | PIMG_SIGBIT(SIGURG) |			\
	 PIMG_SIGBIT(SIGWINCH) | PIMG_SIGBIT(SIGCONT) | PIMG_DEFAULT_IGNORED)
#define	STOPS								\
	(PIMG_SIGBIT(SIGTSTP) | PIMG_SIGBIT(SIGTTIN) | PIMG_SIGBIT(SIGTTOU))

static uint32_t watched[2];		/* no 64-bit atomics on i386 */
static uint32_t counts[PIMG_NSIG + 1];

void	bsd_signal_seen(int sig) __attribute__((__weak__));

void
bsd_signal_seen(int sig)
{

	(void)sig;
}

int
pimg_watched(int sig)
{

	return ((__atomic_load_n(&watched[(sig - 1) / 32], __ATOMIC_RELAXED) >>
	    (sig - 1) % 32 & 1) != 0);
}

/* Starts or stops watching a native signal.  0 or a negated errno. */
long
pimg_signal_watch(int sig, int on)
{
	struct pimg_sighand *sh = pimg_self()->sighand;
	uint32_t bit = 1U << (sig - 1) % 32;

	if (sig < 1 || sig > PIMG_NSIG ||
	    (PIMG_SIGBIT(sig) & (PIMG_VIRTUAL | PIMG_UNBLOCKABLE)))
		return (-EINVAL);
	if (on)
		__atomic_or_fetch(&watched[(sig - 1) / 32], bit,
		    __ATOMIC_RELAXED);
	else
		__atomic_and_fetch(&watched[(sig - 1) / 32], ~bit,
		    __ATOMIC_RELAXED);
	return (pimg_action_again(sh, sig));
}

/* How often a watched signal has arrived. */
uint32_t
pimg_signal_count(int sig)
{

	return (__atomic_load_n(&counts[sig], __ATOMIC_ACQUIRE));
}

/*
 * A watched signal has arrived.  Returns whether that was all.  In the handler,
 * which may have interrupted the holder of any lock.
 */
int
pimg_watch_arrived(struct pimg_thread *t, int sig)
{
	unsigned long handler = t->sighand->action[sig].handler;

	__atomic_add_fetch(&counts[sig], 1, __ATOMIC_ACQ_REL);
	bsd_signal_seen(sig);
	return (handler == PIMG_SIG_IGN || (handler == PIMG_SIG_DFL &&
	    (PIMG_SIGBIT(sig) & IGNORED) != 0));
}

/* Whether the default action of a watched signal was to stop: it is done. */
int
pimg_watch_stop(int sig)
{

	if ((PIMG_SIGBIT(sig) & STOPS) == 0)
		return (0);
	pimg_sys(__NR_kill, pimg_sys(__NR_getpid), SIGSTOP);
	return (1);
}
