/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Linux's signal calls on the guest's virtual signals (mask.c).
 */
#include "runtime.h"
#include "signal.h"

#define	SIGSET_SIZE	8

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

long
pimg_rt_rt_sigtimedwait(struct pimg_frame *f)
{
	uint64_t set;

	if (f->arg[3] != SIGSET_SIZE)
		return (-EINVAL);
	if (pimg_copyin(&set, f->arg[0], sizeof(set)) != 0)
		return (-EFAULT);
	return (pimg_mask_timedwait(set, f->arg[1], f->arg[2]));
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
 * pointer to a mask (or NULL).
 */
static long
call_masked(struct pimg_frame *f, long nr, unsigned i)
{
	uint64_t set, host;
	pimg_reg a[6];

	pimg_memcpy(a, f->arg, sizeof(a));
	if (a[i] == 0)
		return (pimg_call(nr, a[0], a[1], a[2], a[3], a[4], a[5]));
	if (pimg_copyin(&set, a[i], sizeof(set)) != 0)
		return (-EFAULT);
	a[i] = (unsigned long)&host;
	return (pimg_mask_call(nr, a, set, &host));
}

long
pimg_rt_sigaltstack(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	struct pimg_altstack old = pimg_altstack_report(t, f->sp), new;
	long r;

	if (f->arg[0] != 0) {
		if (pimg_copyin(&new, f->arg[0], sizeof(new)) != 0)
			return (-EFAULT);
		if ((r = pimg_altstack_set(t, &new, f->sp)) != 0)
			return (r);
	}
	if (f->arg[1] != 0 && pimg_copyout(f->arg[1], &old, sizeof(old)) != 0)
		return (-EFAULT);
	return (0);
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
	struct { unsigned long set, size; } arg = { 0 };
	uint64_t set, host;
	pimg_reg a[6];

	if (f->arg[5] != 0 && pimg_copyin(&arg, f->arg[5], sizeof(arg)) != 0)
		return (-EFAULT);
	pimg_memcpy(a, f->arg, sizeof(a));
	if (arg.set == 0)
		return (pimg_call(__NR_pselect6, a[0], a[1], a[2], a[3], a[4],
		    0));
	if (arg.size != SIGSET_SIZE)
		return (-EINVAL);
	if (pimg_copyin(&set, arg.set, sizeof(set)) != 0)
		return (-EFAULT);
	arg.set = (unsigned long)&host;
	a[5] = (unsigned long)&arg;
	return (pimg_mask_call(__NR_pselect6, a, set, &host));
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
