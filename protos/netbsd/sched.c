/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Scheduling of NetBSD's threads (kern/sys_sched.c) and its sysarch(2).  An
 * unprivileged program may not choose processors, and a thread that has no
 * choice of its own has an empty set.
 */
#include <asm/unistd.h>
#include <linux/errno.h>

#include <hook.h>

#define	PRI_NONE	(-1)
#define	SCHED_KEEP	(-1)		/* SCHED_NONE: the policy stays */
#define	RESET_ON_FORK	0x40000000

#define	ARCH_SET_FS	0x1002
#define	ARCH_GET_FS	0x1003
/* x86/sysarch.h */
#define	GET_GSBASE	14
#define	GET_FSBASE	15
#define	SET_GSBASE	16
#define	SET_FSBASE	17

static long
target(long pid, long lid)
{

	if (lid > 0)
		return (lid);
	return (pid > 0 ? pid : 0);
}

/* _sched_getparam(pid, lid, policy, params) */
long
hook__sched_getparam(struct pimg_frame *f)
{
	long who = target((int)f->arg[0], (int)f->arg[1]), r;
	int32_t policy, prio = 0;

	if ((r = pimg_sys(__NR_sched_getscheduler, who)) < 0)
		return (r);
	policy = (int32_t)(r & ~RESET_ON_FORK);
	if (policy > 2)
		policy = 0;
	if ((r = pimg_sys(__NR_sched_getparam, who, &prio)) < 0)
		return (r);
	if (policy == 0)
		prio = PRI_NONE;
	if (f->arg[2] != 0 &&
	    pimg_copyout(f->arg[2], &policy, sizeof(policy)) != 0)
		return (-EFAULT);
	return (pimg_copyout(f->arg[3], &prio, sizeof(prio)));
}

/* _sched_setparam(pid, lid, policy, params): policies have native numbers */
long
hook__sched_setparam(struct pimg_frame *f)
{
	long who = target((int)f->arg[0], (int)f->arg[1]), r;
	int32_t policy = (int32_t)f->arg[2], prio;

	if (pimg_copyin(&prio, f->arg[3], sizeof(prio)) != 0)
		return (-EFAULT);
	if (policy == SCHED_KEEP) {
		if ((r = pimg_sys(__NR_sched_getscheduler, who)) < 0)
			return (r);
		policy = (int32_t)(r & ~RESET_ON_FORK);
	}
	if (policy < 0 || policy > 2)
		return (-EINVAL);
	if (policy == 0)
		prio = 0;
	else if (prio == PRI_NONE)
		prio = 1;
	return (pimg_sys(__NR_sched_setscheduler, who, policy, &prio));
}

/* _sched_getaffinity(pid, lid, size, set) */
long
hook__sched_getaffinity(struct pimg_frame *f)
{

	if (f->arg[2] == 0)
		return (-EINVAL);
	return (pimg_zeroout(f->arg[3], f->arg[2]));
}

/* sysarch(what, pointer to a base): GS is the image's and reads as 0 */
long
hook_sysarch(struct pimg_frame *f)
{
	uint64_t base = 0;

	switch ((int)f->arg[0]) {
	case GET_FSBASE:
		pimg_sys(__NR_arch_prctl, ARCH_GET_FS, &base);
		return (pimg_copyout(f->arg[1], &base, sizeof(base)));
	case GET_GSBASE:
		return (pimg_copyout(f->arg[1], &base, sizeof(base)));
	case SET_FSBASE:
		if (pimg_copyin(&base, f->arg[1], sizeof(base)) != 0)
			return (-EFAULT);
		return (pimg_sys(__NR_arch_prctl, ARCH_SET_FS, base) == 0 ?
		    0 : -EINVAL);
	case SET_GSBASE:
		if (pimg_copyin(&base, f->arg[1], sizeof(base)) != 0)
			return (-EFAULT);
		return (base == 0 ? 0 : -EINVAL);
	default:
		return (-EINVAL);
	}
}
