/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Masks of processors and the thread's own area (kern/kern_usched.c,
 * platform/pc64/x86_64/tls.c).  A cpumask_t has four words.
 */
#include <asm/unistd.h>
#include <linux/errno.h>

#include <hook.h>

#define	MASK		32		/* sizeof(cpumask_t) */
#define	ARCH_SET_FS	0x1002
#define	ARCH_GET_FS	0x1003

/* sys/usched.h */
#define	GET_CPU		4

struct tls_info {
	uint64_t	base;
	int32_t		size;
};

/* A tid of -1 or 0 is the process's first thread; a pid of 0 or -1 is ours. */
static long
target(long pid, long tid)
{

	if (tid > 0)
		return (tid);
	return (pid > 0 ? pid : 0);
}

static long
get_mask(long who, pimg_addr dst)
{
	unsigned char mask[1024 / 8];
	long r;

	pimg_memset(mask, 0, sizeof(mask));
	r = pimg_sys(__NR_sched_getaffinity, who, sizeof(mask), mask);
	return (r < 0 ? r : pimg_copyout(dst, mask, MASK));
}

/* lwp_getaffinity(pid, tid, mask) */
long
hook_lwp_getaffinity(struct pimg_frame *f)
{

	return (get_mask(target((int)f->arg[0], (int)f->arg[1]), f->arg[2]));
}

/* usched_set(pid, command, data, bytes): the commands that only look */
long
hook_usched_get(struct pimg_frame *f)
{
	int32_t cpu = 0;

	if ((int)f->arg[0] != 0 && (int)f->arg[0] != pimg_sys(__NR_getpid))
		return (-EINVAL);
	if ((int)f->arg[3] != ((int)f->arg[1] == GET_CPU ? 4 : MASK))
		return (-EINVAL);
	if ((int)f->arg[1] != GET_CPU)
		return (get_mask(0, f->arg[2]));
	pimg_sys(__NR_getcpu, &cpu, NULL, NULL);
	return (pimg_copyout(f->arg[2], &cpu, sizeof(cpu)));
}

/* set_tls_area(which, info, size): 0 is FS; GS is the image's */
long
hook_set_tls_area(struct pimg_frame *f)
{
	struct tls_info t;

	if (f->arg[2] < sizeof(t.base) + sizeof(t.size))
		return (-EINVAL);
	if (pimg_copyin(&t, f->arg[1], sizeof(t.base) + sizeof(t.size)) != 0)
		return (-EFAULT);
	return (pimg_sys(__NR_arch_prctl, ARCH_SET_FS, t.base) == 0 ?
	    0 : -EINVAL);
}

long
hook_get_tls_area(struct pimg_frame *f)
{
	struct tls_info t;

	if (f->arg[2] < sizeof(t.base) + sizeof(t.size))
		return (-EINVAL);
	pimg_memset(&t, 0, sizeof(t));
	pimg_sys(__NR_arch_prctl, ARCH_GET_FS, &t.base);
	t.size = -1;
	return (pimg_copyout(f->arg[1], &t, sizeof(t)));
}
