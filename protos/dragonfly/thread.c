/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * DragonFly's threads: lwp_create(2) with struct lwp_params (sys/sys/lwp.h),
 * the registers as cpu_prepare_lwp() of pc64 sets them, and extexit(2)
 * (sys/sys/unistd.h).
 */
#include "bsd/bsd.h"

#define	EXTEXIT_ACTION	0x0000ffff
#define	EXTEXIT_SIMPLE	0
#define	EXTEXIT_SETINT	1
#define	EXTEXIT_WHO	0xffff0000
#define	EXTEXIT_PROC	0x00000000
#define	EXTEXIT_LWP	0x00010000
#define	FUTEX_WAKE	1

struct params {
	uint64_t	func, arg, stack;
	uint64_t	tid1, tid2;	/* of int */
};
_Static_assert(sizeof(struct params) == 40, "struct lwp_params");

/* lwp_create(params), lwp_create2(params, mask): cpu masks are left alone */
long
hook_lwp_create(struct pimg_frame *f)
{
	struct pimg_frame child = *f;
	struct params p;
	int32_t tid = 0;
	long r;

	if (pimg_copyin(&p, f->arg[0], sizeof(p)) != 0 ||
	    (p.tid1 != 0 && pimg_copyout(p.tid1, &tid, sizeof(tid)) != 0) ||
	    (p.tid2 != 0 && pimg_copyout(p.tid2, &tid, sizeof(tid)) != 0))
		return (-EFAULT);
	child.ip = p.func;
	child.rdi = p.arg;
	child.sp = p.stack;
	child.rbp = 0;
	/* the kernel writes one of the two before the thread runs */
	r = pimg_bsd_thread_new(&child, 0, p.tid2 != 0 ? p.tid2 : p.tid1, NULL);
	if (pimg_failed(r))
		return (r);
	tid = (int32_t)r;
	if (p.tid1 != 0 && p.tid2 != 0)
		pimg_copyout(p.tid1, &tid, sizeof(tid));
	return (0);
}

/* extexit(how, status, addr) */
long
hook_extexit(struct pimg_frame *f)
{
	unsigned how = (unsigned)f->arg[0];
	int32_t status = (int32_t)f->arg[1];

	if ((how & EXTEXIT_ACTION) > EXTEXIT_SETINT ||
	    ((how & EXTEXIT_WHO) != EXTEXIT_PROC &&
	    (how & EXTEXIT_WHO) != EXTEXIT_LWP))
		return (-EINVAL);
	if ((how & EXTEXIT_ACTION) == EXTEXIT_SETINT) {
		if (pimg_copyout(f->arg[2], &status, sizeof(status)) != 0)
			return (-EFAULT);
		pimg_sys(__NR_futex, f->arg[2], FUTEX_WAKE, 0x7fffffff);
	}
	if ((how & EXTEXIT_WHO) == EXTEXIT_LWP)
		pimg_bsd_thread_end();
	return (pimg_sys(__NR_exit_group, status));
}
