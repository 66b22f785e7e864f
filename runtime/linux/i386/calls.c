/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Calls that only i386 has and that concern what the image uses: the signal
 * calls with 32-bit masks, the first mmap, ipc's shmat, and the TLS slots, of
 * which the highest is the image's.
 */
#include <asm/ldt.h>

#include "arch.h"
#include "runtime.h"

#define	IPC_SHMAT	21
#define	SHM_REMAP	040000

/* struct old_sigaction */
struct old_sigaction {
	uint32_t	handler;
	uint32_t	mask;
	uint32_t	flags;
	uint32_t	restorer;
};

long
pimg_rt_sigaction(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	struct pimg_sigaction new, old;
	struct old_sigaction o;
	int sig = (int)f->arg[0];
	long r;

	if (f->arg[1] != 0) {
		if (pimg_copyin(&o, f->arg[1], sizeof(o)) != 0)
			return (-EFAULT);
		new.handler = o.handler;
		new.flags = o.flags;
		new.restorer = o.restorer;
		new.mask = o.mask & ~PIMG_UNBLOCKABLE;
	}
	if (sig < 1 || sig > PIMG_NSIG || (f->arg[1] != 0 &&
	    (PIMG_SIGBIT(sig) & PIMG_UNBLOCKABLE)))
		return (-EINVAL);
	r = pimg_action_set(t->sighand, sig, f->arg[1] != 0 ? &new : NULL,
	    &old);
	if (r != 0 || f->arg[2] == 0)
		return (r);
	o.handler = old.handler;
	o.mask = (uint32_t)old.mask;
	o.flags = old.flags;
	o.restorer = old.restorer;
	return (pimg_copyout(f->arg[2], &o, sizeof(o)));
}

long
pimg_rt_signal(struct pimg_frame *f)
{
	struct pimg_sigaction old, new = { .handler = f->arg[1],
	    .flags = SA_RESETHAND | SA_NODEFER };
	int sig = (int)f->arg[0];
	long r;

	if (sig < 1 || sig > PIMG_NSIG || (PIMG_SIGBIT(sig) & PIMG_UNBLOCKABLE))
		return (-EINVAL);
	r = pimg_action_set(pimg_self()->sighand, sig, &new, &old);
	return (r != 0 ? r : (long)old.handler);
}

/* SIG_SETMASK keeps the upper half, which this call does not know. */
long
pimg_rt_sigprocmask(struct pimg_frame *f)
{
	uint64_t set = 0, old;
	uint32_t low;
	long r;

	if (f->arg[1] != 0) {
		if (pimg_copyin(&low, f->arg[1], sizeof(low)) != 0)
			return (-EFAULT);
		set = low;
		if ((int)f->arg[0] == SIG_SETMASK) {
			if ((r = pimg_mask_change(SIG_BLOCK, NULL, &old)) != 0)
				return (r);
			set |= old & ~0xffffffffULL;
		}
	}
	r = pimg_mask_change((int)f->arg[0], f->arg[1] != 0 ? &set : NULL,
	    &old);
	low = (uint32_t)old;
	if (r == 0 && f->arg[2] != 0)
		r = pimg_copyout(f->arg[2], &low, sizeof(low));
	return (r);
}

long
pimg_rt_sigpending(struct pimg_frame *f)
{
	uint64_t set;
	uint32_t low;
	long r = pimg_mask_pending(&set);

	low = (uint32_t)set;
	return (r != 0 ? r : pimg_copyout(f->arg[0], &low, sizeof(low)));
}

long
pimg_rt_sigsuspend(struct pimg_frame *f)
{

	return (pimg_mask_wait(f->arg[2]));
}

long
pimg_rt_sgetmask(struct pimg_frame *f)
{
	uint64_t old;
	long r = pimg_mask_change(SIG_BLOCK, NULL, &old);

	(void)f;
	return (r != 0 ? r : (long)(uint32_t)old);
}

long
pimg_rt_ssetmask(struct pimg_frame *f)
{
	uint64_t old, set = f->arg[0];
	long r = pimg_mask_change(SIG_SETMASK, &set, &old);

	return (r != 0 ? r : (long)(uint32_t)old);
}

long
pimg_rt_old_mmap(struct pimg_frame *f)
{
	unsigned long a[6];

	if (pimg_copyin(a, f->arg[0], sizeof(a)) != 0)
		return (-EFAULT);
	if (a[5] % PIMG_PAGE != 0)
		return (-EINVAL);
	a[5] /= PIMG_PAGE;
	return (pimg_guest_mmap(a));
}

long
pimg_rt_ipc(struct pimg_frame *f)
{

	if ((f->arg[0] & 0xffff) == IPC_SHMAT && (f->arg[2] & SHM_REMAP) &&
	    f->arg[4] != 0 &&
	    pimg_guarded(f->arg[4], PIMG_TASK_SIZE - f->arg[4]))
		return (-EINVAL);
	return (pimg_call(__NR_ipc, f->arg[0], f->arg[1], f->arg[2],
	    f->arg[3], f->arg[4], f->arg[5]));
}

static long
thread_area(struct pimg_frame *f, long nr)
{
	struct user_desc d;
	long r;

	if (pimg_copyin(&d, f->arg[0], sizeof(d)) != 0)
		return (-EFAULT);
	if (d.entry_number == PIMG_TLS_SLOT)
		return (-EINVAL);
	if ((r = pimg_sys(nr, &d)) != 0)
		return (r);
	return (pimg_copyout(f->arg[0], &d, sizeof(d)));
}

long
pimg_rt_set_thread_area(struct pimg_frame *f)
{

	return (thread_area(f, __NR_set_thread_area));
}

long
pimg_rt_get_thread_area(struct pimg_frame *f)
{

	return (thread_area(f, __NR_get_thread_area));
}
