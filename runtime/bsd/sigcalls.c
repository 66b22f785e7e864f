/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The BSDs' signal calls on the guest's virtual signals (mask.c).  The
 * numbers of SA_* and SIG_BLOCK are the same on all of them; the order of the
 * fields of struct sigaction, 32 bytes, is not (struct pimg_frame_layout).
 */
#include "bsd.h"

#define	BSD_SA_ONSTACK		0x0001
#define	BSD_SA_RESTART		0x0002
#define	BSD_SA_RESETHAND	0x0004
#define	BSD_SA_NOCLDSTOP	0x0008
#define	BSD_SA_NODEFER		0x0010
#define	BSD_SA_NOCLDWAIT	0x0020
#define	BSD_SA_SIGINFO		0x0040
#define	BSD_SA_KNOWN		0x00ff	/* NetBSD: SA_NOKERNINFO is 0x80 */
#define	BSD_SS_ONSTACK		1
#define	BSD_SS_DISABLE		4
#define	SI_QUEUE_NATIVE		(-1)
#define	SIGACTION_SIZE		32

static const struct sa_flag {
	uint32_t	bsd, native;
} sa_flags[] = {
	{ BSD_SA_ONSTACK, SA_ONSTACK }, { BSD_SA_RESTART, SA_RESTART },
	{ BSD_SA_RESETHAND, SA_RESETHAND },
	{ BSD_SA_NOCLDSTOP, SA_NOCLDSTOP }, { BSD_SA_NODEFER, SA_NODEFER },
	{ BSD_SA_NOCLDWAIT, SA_NOCLDWAIT }, { BSD_SA_SIGINFO, SA_SIGINFO },
};
#define	NFLAGS	(sizeof(sa_flags) / sizeof(sa_flags[0]))

/* Reads the guest's struct sigaction.  Returns 0, -EFAULT or -EINVAL. */
static long
action_in(struct pimg_sigaction *sa, pimg_addr src)
{
	uint8_t raw[SIGACTION_SIZE];
	struct pimg_frame_layout l;
	struct pimg_sigset set;
	uint32_t flags;
	size_t i;

	pimg_system_frame(&l);
	if (pimg_copyin(raw, src, sizeof(raw)) != 0)
		return (-EFAULT);
	pimg_memcpy(&sa->handler, raw, sizeof(sa->handler));
	pimg_memcpy(&flags, raw + l.sa_flags, sizeof(flags));
	pimg_memcpy(&set, raw + l.sa_mask, sizeof(set));
	if ((flags & ~(uint32_t)BSD_SA_KNOWN) != 0)
		return (-EINVAL);
	sa->flags = 0;
	for (i = 0; i < NFLAGS; i++)
		if (flags & sa_flags[i].bsd)
			sa->flags |= sa_flags[i].native;
	sa->mask = pimg_sigset_in(&set) & ~PIMG_UNBLOCKABLE;
	sa->restorer = 0;
	return (0);
}

static long
action_out(pimg_addr dst, const struct pimg_sigaction *sa)
{
	uint8_t raw[SIGACTION_SIZE];
	struct pimg_frame_layout l;
	struct pimg_sigset set;
	uint32_t flags = 0;
	size_t i;

	pimg_system_frame(&l);
	pimg_memset(raw, 0, sizeof(raw));
	for (i = 0; i < NFLAGS; i++)
		if (sa->flags & sa_flags[i].native)
			flags |= sa_flags[i].bsd;
	if (sa->handler <= PIMG_SIG_IGN)
		flags &= (uint32_t)~BSD_SA_SIGINFO;
	pimg_sigset_out(&set, sa->mask);
	pimg_memcpy(raw, &sa->handler, sizeof(sa->handler));
	pimg_memcpy(raw + l.sa_flags, &flags, sizeof(flags));
	pimg_memcpy(raw + l.sa_mask, &set, sizeof(set));
	return (pimg_copyout(dst, raw, sizeof(raw)));
}

/* sigaction(sig, new, old); NetBSD: and the trampoline */
static long
sigaction(struct pimg_frame *f, unsigned long restorer)
{
	struct pimg_thread *t = pimg_self();
	struct pimg_sigaction new, old;
	int sig = pimg_signal_in((int)f->arg[0]);
	long r;

	if (sig < 1 || sig > PIMG_NSIG)
		return (-EINVAL);
	if (f->arg[1] != 0) {
		if ((r = action_in(&new, f->arg[1])) != 0)
			return (r);
		if ((PIMG_SIGBIT(sig) & PIMG_UNBLOCKABLE) &&
		    new.handler != PIMG_SIG_DFL)
			return (-EINVAL);
		new.restorer = restorer;
	}
	if (PIMG_SIGBIT(sig) & PIMG_UNBLOCKABLE) {
		pimg_memset(&old, 0, sizeof(old));
		return (f->arg[2] != 0 ? action_out(f->arg[2], &old) : 0);
	}
	r = pimg_action_set(t->sighand, sig, f->arg[1] != 0 ? &new : NULL,
	    &old);
	if (r != 0)
		return (r);
	if (f->arg[1] != 0 && new.handler == PIMG_SIG_IGN)
		t->vpending &= ~PIMG_SIGBIT(sig);
	return (f->arg[2] != 0 ? action_out(f->arg[2], &old) : 0);
}

long
pimg_rt_bsd_sigaction(struct pimg_frame *f)
{

	return (sigaction(f, 0));
}

/* NetBSD: __sigaction_sigtramp(sig, new, old, trampoline, version) */
long
pimg_rt_bsd_sigaction_tramp(struct pimg_frame *f)
{

	/* version 0 is the kernel's own trampoline, 2 the one for siginfo */
	if (f->arg[1] != 0 && f->arg[4] != 0 && f->arg[4] != 2)
		return (-EINVAL);
	return (sigaction(f, f->arg[4] == 0 ? 0 : f->arg[3]));
}

/* sigprocmask(how, set, old) */
long
pimg_rt_bsd_sigprocmask(struct pimg_frame *f)
{
	struct pimg_sigset set;
	uint64_t mask = 0, old;
	int how = (int)f->arg[0] - 1;
	long r;

	if (f->arg[1] != 0) {
		if (pimg_copyin(&set, f->arg[1], sizeof(set)) != 0)
			return (-EFAULT);
		if (how < SIG_BLOCK || how > SIG_SETMASK)
			return (-EINVAL);
		mask = pimg_sigset_in(&set) & ~PIMG_UNBLOCKABLE;
	} else
		how = SIG_BLOCK;
	r = pimg_mask_change(how, f->arg[1] != 0 ? &mask : NULL, &old);
	if (r != 0 || f->arg[2] == 0)
		return (r);
	pimg_sigset_out(&set, old);
	return (pimg_copyout(f->arg[2], &set, sizeof(set)));
}

/* sigpending(set) */
long
pimg_rt_bsd_sigpending(struct pimg_frame *f)
{
	struct pimg_sigset set;
	uint64_t mask;
	long r;

	if ((r = pimg_mask_pending(&mask)) != 0)
		return (r);
	pimg_sigset_out(&set, mask);
	return (pimg_copyout(f->arg[0], &set, sizeof(set)));
}

/* sigsuspend(set) */
long
pimg_rt_bsd_sigsuspend(struct pimg_frame *f)
{
	struct pimg_sigset set;

	if (pimg_copyin(&set, f->arg[0], sizeof(set)) != 0)
		return (-EFAULT);
	return (pimg_mask_wait(pimg_sigset_in(&set)));
}

/* sigaltstack(new, old) */
long
pimg_rt_bsd_sigaltstack(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	struct pimg_altstack old = pimg_altstack_report(t, f->sp), new;
	struct pimg_bsd_stack ss;
	long r;

	if (f->arg[0] != 0) {
		if (pimg_copyin(&ss, f->arg[0], sizeof(ss)) != 0)
			return (-EFAULT);
		if ((ss.flags & ~BSD_SS_DISABLE) != 0)
			return (-EINVAL);
		pimg_memset(&new, 0, sizeof(new));
		new.sp = ss.sp;
		new.size = ss.size;
		new.flags = ss.flags & BSD_SS_DISABLE ? SS_DISABLE : 0;
		if ((r = pimg_altstack_set(t, &new, f->sp)) != 0)
			return (r);
	}
	if (f->arg[1] == 0)
		return (0);
	pimg_bsd_stack_out(&ss, &old);
	return (pimg_copyout(f->arg[1], &ss, sizeof(ss)));
}

void
pimg_bsd_stack_out(struct pimg_bsd_stack *ss, const struct pimg_altstack *native)
{

	pimg_memset(ss, 0, sizeof(*ss));
	ss->sp = native->sp;
	ss->size = native->size;
	ss->flags = native->flags == SS_DISABLE ? BSD_SS_DISABLE :
	    native->flags == SS_ONSTACK ? BSD_SS_ONSTACK : 0;
}

/* Waits for a signal of the set at src; *info gets what it brings. */
static long
wait(pimg_addr src, siginfo_t *info, pimg_addr timeout)
{
	struct pimg_sigset set;

	if (pimg_copyin(&set, src, sizeof(set)) != 0)
		return (-EFAULT);
	pimg_memset(info, 0, sizeof(*info));
	return (pimg_mask_timedwait(pimg_sigset_in(&set),
	    (pimg_addr)(unsigned long)info, timeout));
}

/* sigtimedwait(set, info, timeout): the signal */
long
pimg_rt_bsd_sigtimedwait(struct pimg_frame *f)
{
	uint8_t out[PIMG_FRAME_MAX];
	struct pimg_frame_layout l;
	siginfo_t si;
	long r = wait(f->arg[0], &si, f->arg[2]);

	if (r <= 0)
		return (r);
	if (f->arg[1] != 0) {
		pimg_system_frame(&l);
		pimg_memset(out, 0, l.info_size);
		pimg_system_info_out(out, &si);
		if (pimg_copyout(f->arg[1], out, l.info_size) != 0)
			return (-EFAULT);
	}
	return (pimg_signal_out((int)r));
}

/* sigwaitinfo(set, info) */
long
pimg_rt_bsd_sigwaitinfo(struct pimg_frame *f)
{

	f->arg[2] = 0;
	return (pimg_rt_bsd_sigtimedwait(f));
}

/* sigwait(set, &sig): its result is an errno, and no interruption is one */
long
pimg_rt_bsd_sigwait(struct pimg_frame *f)
{
	siginfo_t si;
	long r;
	int sig;

	do {
		r = wait(f->arg[0], &si, 0);
	} while (r == -EINTR && pimg_self()->pending == 0);
	if (r == -EINTR)
		return (-PIMG_RESTART);
	if (r < 0)
		return (r == -PIMG_RESTART ? r : pimg_errno_out((int)-r));
	sig = pimg_signal_out((int)r);
	return (pimg_copyout(f->arg[1], &sig, sizeof(sig)) != 0 ?
	    pimg_errno_out(EFAULT) : 0);
}

/* sigqueue(pid, sig, value) */
long
pimg_rt_bsd_sigqueue(struct pimg_frame *f)
{
	int sig = pimg_signal_in((int)f->arg[1]);
	siginfo_t si;

	if (sig == 0 && f->arg[1] != 0)
		return (-EINVAL);
	pimg_memset(&si, 0, sizeof(si));
	si.si_signo = sig;
	si.si_code = SI_QUEUE_NATIVE;
	si.si_pid = (int)pimg_sys(__NR_getpid);
	si.si_uid = (unsigned)pimg_sys(__NR_getuid);
	si.si_value.sival_ptr = (void *)f->arg[2];
	return (pimg_call(__NR_rt_sigqueueinfo, f->arg[0], sig, &si));
}
