/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The guest's signal mask, whose virtual signals the host never masks.
 *
 * The host's mask is the guest's without SIGSEGV, SIGBUS and SIGSYS; those
 * three are in vmask, and while they are blocked they are held in vpending.
 * Every call that changes the mask goes through pimg_call(), so it is never
 * made while a signal is kept: the mask then in force is not the guest's.
 * Masks here have the native numbering.
 */
#include "runtime.h"
#include "signal.h"

#define	SIGSET_SIZE	8

/*
 * Changes the guest's mask by set (NULL: not at all) and gives the old one.
 * Returns 0, -EINVAL or -PIMG_RESTART.
 */
long
pimg_mask_change(int how, const uint64_t *set, uint64_t *old)
{
	struct pimg_thread *t = pimg_self();
	uint64_t host = set != NULL ? *set & ~PIMG_VIRTUAL : 0, virt;
	long r;

	*old = 0;
	r = pimg_call(__NR_rt_sigprocmask, how, set != NULL ? &host : NULL,
	    old, SIGSET_SIZE);
	if (r != 0)
		return (r);
	*old |= t->vmask;
	if (set == NULL)
		return (0);
	virt = *set & PIMG_VIRTUAL;
	if (how == SIG_BLOCK)
		t->vmask |= virt;
	else if (how == SIG_UNBLOCK)
		t->vmask &= ~virt;
	else
		t->vmask = virt;
	if (t->pending)		/* arrived since the call */
		t->kept_mask = (t->kept_mask & ~PIMG_VIRTUAL) | t->vmask;
	pimg_signal_release(t);
	return (0);
}

/* The guest's pending signals. */
long
pimg_mask_pending(uint64_t *set)
{
	long r;

	*set = 0;
	r = pimg_sys(__NR_rt_sigpending, set, SIGSET_SIZE);
	*set |= pimg_self()->vpending;
	return (r);
}

/* Takes a held signal of set and copies its siginfo out; 0 if none. */
static long
take_held(struct pimg_thread *t, uint64_t set, pimg_addr info)
{
	static const unsigned char sigs[3] = { SIGBUS, SIGSEGV, SIGSYS };
	static const unsigned char slot[3] = { 1, 0, 2 };
	int i;

	for (i = 0; i < 3; i++) {
		if ((t->vpending & set & PIMG_SIGBIT(sigs[i])) == 0)
			continue;
		t->vpending &= ~PIMG_SIGBIT(sigs[i]);
		if (info != 0 && pimg_copyout(info, &t->vinfo[slot[i]],
		    sizeof(t->vinfo[0])) != 0)
			return (-EFAULT);
		return (sigs[i]);
	}
	return (0);
}

/*
 * Waits for a signal of set, as rt_sigtimedwait(2): info and timeout may be
 * NULL, and may lie in the guest's memory or the image's.
 *
 * While the guest waits for a virtual signal it counts as blocked, so that
 * the handler holds it; the native wait then ends with EINTR.
 */
long
pimg_mask_timedwait(uint64_t set, pimg_addr info, pimg_addr timeout)
{
	struct pimg_thread *t = pimg_self();
	uint64_t host = set & ~PIMG_VIRTUAL, vmask = t->vmask;
	long r, held;

	t->vmask |= set & PIMG_VIRTUAL;
	if ((r = take_held(t, set, info)) == 0) {
		r = pimg_call(__NR_rt_sigtimedwait, &host, info,
		    timeout, SIGSET_SIZE);
		if ((r == -EINTR || r == -EAGAIN) &&
		    (held = take_held(t, set, info)) != 0)
			r = held;
	}
	t->vmask = vmask;
	if (t->pending)
		t->kept_mask = (t->kept_mask & ~PIMG_VIRTUAL) | vmask;
	pimg_signal_release(t);
	return (r);
}

/*
 * Temporary masks (sigsuspend, ppoll, pselect6, epoll_pwait).  The kernel
 * swaps the host's part for the time of the call; wait_mask tells the
 * handlers what the guest's whole mask is meanwhile.  It stays in force until
 * the boundary when the call was interrupted, so that the guest's handler
 * runs under it, as it does natively.
 */
static void
wait_begin(struct pimg_thread *t, uint64_t mask)
{

	t->wait_mask = mask & ~PIMG_UNBLOCKABLE;
	t->waiting = 1;
	pimg_signal_release(t);
}

static long
wait_end(struct pimg_thread *t, long r)
{

	if (r != -EINTR || !t->pending)
		t->waiting = 0;
	return (r);
}

/* Waits for a signal under mask set, as sigsuspend. */
long
pimg_mask_wait(uint64_t set)
{
	struct pimg_thread *t = pimg_self();
	uint64_t host = set & ~PIMG_VIRTUAL;
	int held = (t->vpending & ~set) != 0;

	wait_begin(t, set);
	if (held)
		return (-EINTR);
	return (wait_end(t, pimg_call(__NR_rt_sigsuspend, &host, SIGSET_SIZE)));
}

/*
 * Makes the call nr, which may block, under the guest's mask set for as long
 * as it takes.  *host, to which one of the arguments leads the kernel, gets
 * the host's part.
 */
long
pimg_mask_call(long nr, const pimg_reg a[6], uint64_t set, uint64_t *host)
{
	struct pimg_thread *t = pimg_self();
	int held = (t->vpending & ~set) != 0;

	*host = set & ~PIMG_VIRTUAL;
	wait_begin(t, set);
	if (held)
		return (-EINTR);
	return (wait_end(t, pimg_call(nr, a[0], a[1], a[2], a[3], a[4], a[5])));
}
