/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Sets of processors (kern/kern_cpuset.c).  There is one set, number 1, and
 * a mask for each thread, the native kernel's.  A process's mask is its
 * first thread's when it is read; when it is set all threads get it.
 */
#include <asm/unistd.h>
#include <linux/errno.h>

#include <hook.h>

#include "procfs.h"

/* sys/cpuset.h */
#define	LEVEL_WHICH	3
#define	WHICH_TID	1
#define	WHICH_PID	2
#define	WHICH_CPUSET	3
#define	MASK_MAX	512	/* CPU_MAXSIZE in bytes, what a program may give */
#define	MASK		128	/* 1024 processors */
#define	THE_SET		1

#define	POLICY_ROUNDROBIN 1	/* sys/_domainset.h */
#define	DOMAIN_MASK	32

/* Whom a call is about, as the native kernel is asked; -errno if nobody. */
static long
target(long which, long id)
{
	long r;

	if (which == WHICH_CPUSET)
		return (id == -1 || id == THE_SET ? 0 : -ESRCH);
	if (which != WHICH_TID && which != WHICH_PID)
		return (-EINVAL);
	if (id == -1)
		return (which == WHICH_TID ? 0 : pimg_sys(__NR_getpid));
	if (id <= 0 || id > INT32_MAX)
		return (-ESRCH);
	r = pimg_sys(__NR_kill, id, 0);
	return (r == -ESRCH ? r : id);
}

/*
 * cpuset_getaffinity(level, which, id, size, mask): a shorter mask is allowed
 * if what it leaves out is empty.
 */
long
hook_cpuset_getaffinity(struct pimg_frame *f)
{
	unsigned char mask[MASK];
	long level = (int)f->arg[0], who, r, i;
	unsigned long size = f->arg[3];

	if (size == 0 || size > MASK_MAX)
		return (-ERANGE);
	if ((who = target((int)f->arg[1], (long)f->arg[2])) < 0)
		return (who);
	pimg_memset(mask, 0, sizeof(mask));
	r = pimg_sys(__NR_sched_getaffinity, level == LEVEL_WHICH ? who : 0,
	    sizeof(mask), mask);
	if (r < 0)
		return (r);
	for (i = (long)size; i < MASK; i++)
		if (mask[i] != 0)
			return (-ERANGE);
	if (size <= MASK)
		return (pimg_copyout(f->arg[4], mask, size));
	r = pimg_copyout(f->arg[4], mask, MASK);
	return (r != 0 ? r : pimg_zeroout(f->arg[4] + MASK, size - MASK));
}

static long
set_one(void *arg, int32_t tid)
{

	return (pimg_sys(__NR_sched_setaffinity, tid, MASK, arg));
}

static long
copy_mask(unsigned char mask[MASK], pimg_addr src, unsigned long size)
{
	unsigned char rest;
	unsigned long i;

	pimg_memset(mask, 0, MASK);
	if (pimg_copyin(mask, src, size < MASK ? size : MASK) != 0)
		return (-EFAULT);
	for (i = MASK; i < size; i++) {
		if (pimg_copyin(&rest, src + i, 1) != 0)
			return (-EFAULT);
		if (rest != 0)
			return (-EINVAL);
	}
	for (i = 0; i < MASK; i++)
		if (mask[i] != 0)
			return (0);
	return (-EDEADLK);	/* no processor at all */
}

long
hook_cpuset_setaffinity(struct pimg_frame *f)
{
	unsigned char mask[MASK];
	char path[64];
	unsigned long size = f->arg[3];
	long which = (int)f->arg[1], who, r;

	if (size == 0 || size > MASK_MAX)
		return (-ERANGE);
	if ((r = copy_mask(mask, f->arg[4], size)) != 0)
		return (r);
	if ((who = target(which, (long)f->arg[2])) < 0)
		return (who);
	if (which != WHICH_PID)
		r = set_one(mask, (int32_t)who);
	else {
		proc_path(path, sizeof(path), (int32_t)who, "task");
		r = proc_each(path, set_one, mask);
	}
	return (r == -EINVAL ? -EDEADLK : r);
}

/* cpuset_getid(level, which, id, setid) */
long
hook_cpuset_getid(struct pimg_frame *f)
{
	int32_t set = THE_SET;
	long r;

	if ((int)f->arg[0] == LEVEL_WHICH && (int)f->arg[1] != WHICH_CPUSET)
		return (-EINVAL);
	r = target((int)f->arg[1], (long)f->arg[2]);
	return (r < 0 ? r : pimg_copyout(f->arg[3], &set, sizeof(set)));
}

/* cpuset_getdomain(level, which, id, size, mask, policy): one memory domain */
long
hook_cpuset_getdomain(struct pimg_frame *f)
{
	int32_t policy = POLICY_ROUNDROBIN;
	unsigned char one = 1;
	long r;

	if (f->arg[3] < DOMAIN_MASK || f->arg[3] > MASK_MAX)
		return (-ERANGE);
	if ((r = target((int)f->arg[1], (long)f->arg[2])) < 0)
		return (r);
	if ((r = pimg_zeroout(f->arg[4], f->arg[3])) != 0 ||
	    (r = pimg_copyout(f->arg[4], &one, 1)) != 0)
		return (r);
	return (pimg_copyout(f->arg[5], &policy, sizeof(policy)));
}
