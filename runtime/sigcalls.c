/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The guest's signal calls on its virtual signals.
 *
 * The host's mask is the guest's without SIGSEGV, SIGBUS and SIGSYS; those
 * three are in vmask, and while they are blocked they are held in vpending.
 * Every call that changes the mask goes through pimg_call(), so it is never
 * made while a signal is kept: the mask then in force is not the guest's.
 */
#include "runtime.h"
#include "signal.h"

#define	SIGSET_SIZE	8
#define	KNOWN_FLAGS	(SA_NOCLDSTOP | SA_NOCLDWAIT | SA_SIGINFO |	\
			 SA_ONSTACK | SA_RESTART | SA_NODEFER |		\
			 SA_RESETHAND | SA_RESTORER)

long
pimg_rt_rt_sigaction(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	struct pimg_sigaction new, old;
	int sig = (int)f->arg[0];
	long r;

	if (f->arg[3] != SIGSET_SIZE)
		return (-EINVAL);
	if (f->arg[1] != 0) {
		if (pimg_copyin(&new, f->arg[1], sizeof(new)) != 0)
			return (-EFAULT);
		new.mask &= ~PIMG_UNBLOCKABLE;
	}
	if (sig < 1 || sig > PIMG_NSIG || (f->arg[1] != 0 &&
	    (PIMG_SIGBIT(sig) & PIMG_UNBLOCKABLE)))
		return (-EINVAL);
	r = pimg_action_set(t->sighand, sig, f->arg[1] != 0 ? &new : NULL,
	    &old);
	if (r != 0)
		return (r);
	if (f->arg[1] != 0 && new.handler == PIMG_SIG_IGN)
		t->vpending &= ~PIMG_SIGBIT(sig);
	if (f->arg[2] != 0 && pimg_copyout(f->arg[2], &old, sizeof(old)) != 0)
		return (-EFAULT);
	return (0);
}

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

long
pimg_rt_rt_sigprocmask(struct pimg_frame *f)
{
	uint64_t set, old;
	long r;

	if (f->arg[3] != SIGSET_SIZE)
		return (-EINVAL);
	if (f->arg[1] != 0 && pimg_copyin(&set, f->arg[1], sizeof(set)) != 0)
		return (-EFAULT);
	r = pimg_mask_change((int)f->arg[0], f->arg[1] != 0 ? &set : NULL,
	    &old);
	if (r == 0 && f->arg[2] != 0)
		r = pimg_copyout(f->arg[2], &old, sizeof(old));
	return (r);
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

long
pimg_rt_rt_sigpending(struct pimg_frame *f)
{
	uint64_t set;
	long r;

	if (f->arg[1] > SIGSET_SIZE)
		return (-EINVAL);
	r = pimg_mask_pending(&set);
	return (r != 0 ? r : pimg_copyout(f->arg[0], &set, f->arg[1]));
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
 * While the guest waits for a virtual signal it counts as blocked, so that
 * the handler holds it; the native wait then ends with EINTR.
 */
long
pimg_rt_rt_sigtimedwait(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	uint64_t set, host, vmask = t->vmask;
	long r, held;

	if (f->arg[3] != SIGSET_SIZE)
		return (-EINVAL);
	if (pimg_copyin(&set, f->arg[0], sizeof(set)) != 0)
		return (-EFAULT);
	host = set & ~PIMG_VIRTUAL;
	t->vmask |= set & PIMG_VIRTUAL;
	if ((r = take_held(t, set, f->arg[1])) == 0) {
		r = pimg_call(__NR_rt_sigtimedwait, &host, f->arg[1],
		    f->arg[2], SIGSET_SIZE);
		if ((r == -EINTR || r == -EAGAIN) &&
		    (held = take_held(t, set, f->arg[1])) != 0)
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

long
pimg_rt_rt_sigsuspend(struct pimg_frame *f)
{
	uint64_t set;

	if (f->arg[1] != SIGSET_SIZE)
		return (-EINVAL);
	if (pimg_copyin(&set, f->arg[0], sizeof(set)) != 0)
		return (-EFAULT);
	return (pimg_mask_wait(set));
}

/*
 * Makes the call nr with the frame's arguments, of which argument i is a
 * pointer to a mask (or NULL) that is replaced by its host part.
 */
static long
call_masked(struct pimg_frame *f, long nr, unsigned i)
{
	struct pimg_thread *t = pimg_self();
	uint64_t set, host;
	pimg_reg a[6];
	int held;

	pimg_memcpy(a, f->arg, sizeof(a));
	if (a[i] == 0)
		return (pimg_call(nr, a[0], a[1], a[2], a[3], a[4], a[5]));
	if (pimg_copyin(&set, a[i], sizeof(set)) != 0)
		return (-EFAULT);
	host = set & ~PIMG_VIRTUAL;
	a[i] = (unsigned long)&host;
	held = (t->vpending & ~set) != 0;
	wait_begin(t, set);
	if (held)
		return (-EINTR);
	return (wait_end(t, pimg_call(nr, a[0], a[1], a[2], a[3], a[4], a[5])));
}

long
pimg_rt_ppoll(struct pimg_frame *f)
{

	if (f->arg[3] != 0 && f->arg[4] != SIGSET_SIZE)
		return (-EINVAL);
	return (call_masked(f, __NR_ppoll, 3));
}

long
pimg_rt_epoll_pwait(struct pimg_frame *f)
{

	if (f->arg[4] != 0 && f->arg[5] != SIGSET_SIZE)
		return (-EINVAL);
	return (call_masked(f, __NR_epoll_pwait, 4));
}

/* The sixth argument of pselect6 points to the mask's address and size. */
long
pimg_rt_pselect6(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	struct { unsigned long set, size; } arg, host_arg;
	uint64_t set, host;
	int held;

	if (f->arg[5] == 0)
		return (pimg_call(__NR_pselect6, f->arg[0], f->arg[1],
		    f->arg[2], f->arg[3], f->arg[4], 0));
	if (pimg_copyin(&arg, f->arg[5], sizeof(arg)) != 0)
		return (-EFAULT);
	if (arg.set == 0)
		return (pimg_call(__NR_pselect6, f->arg[0], f->arg[1],
		    f->arg[2], f->arg[3], f->arg[4], 0));
	if (arg.size != SIGSET_SIZE)
		return (-EINVAL);
	if (pimg_copyin(&set, arg.set, sizeof(set)) != 0)
		return (-EFAULT);
	host = set & ~PIMG_VIRTUAL;
	host_arg.set = (unsigned long)&host;
	host_arg.size = SIGSET_SIZE;
	held = (t->vpending & ~set) != 0;
	wait_begin(t, set);
	if (held)
		return (-EINTR);
	return (wait_end(t, pimg_call(__NR_pselect6, f->arg[0], f->arg[1],
	    f->arg[2], f->arg[3], f->arg[4], &host_arg)));
}

/* Virtual signals are never read from a signalfd: they are not the host's. */
static long
signalfd(struct pimg_frame *f, long nr)
{
	uint64_t set;

	if (f->arg[2] != SIGSET_SIZE)
		return (-EINVAL);
	if (pimg_copyin(&set, f->arg[1], sizeof(set)) != 0)
		return (-EFAULT);
	set &= ~PIMG_VIRTUAL;
	return (pimg_call(nr, f->arg[0], &set, f->arg[2], f->arg[3]));
}

long
pimg_rt_signalfd(struct pimg_frame *f)
{

	return (signalfd(f, __NR_signalfd));
}

long
pimg_rt_signalfd4(struct pimg_frame *f)
{

	return (signalfd(f, __NR_signalfd4));
}
