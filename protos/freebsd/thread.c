/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * FreeBSD's threads: struct thr_param and thr_new(2) (sys/sys/thr.h,
 * sys/kern/kern_thr.c; the registers as cpu_set_upcall() of amd64 sets them).
 */
#include "bsd/bsd.h"

#define	PARAM_MIN	80		/* up to flags, as old programs pass */
#define	FUTEX_WAKE	1

struct param {
	uint64_t	start, arg;
	uint64_t	stack_base, stack_size;
	uint64_t	tls_base, tls_size;
	uint64_t	child_tid, parent_tid;	/* of long */
	int32_t		flags;
	int32_t		pad;
	uint64_t	rtp;
	uint64_t	spare[3];
};
_Static_assert(sizeof(struct param) == 104, "struct thr_param");

long
hook_thr_new(struct pimg_frame *f)
{
	struct pimg_frame child = *f;
	unsigned long size = f->arg[1];
	struct param p;
	uint64_t none = 0;
	int64_t tid;
	long r;

	if (size < PARAM_MIN - 8 || size > sizeof(p))
		return (-EINVAL);
	pimg_memset(&p, 0, sizeof(p));
	if (pimg_copyin(&p, f->arg[0], size) != 0)
		return (-EFAULT);
	/* ids are long: the kernel writes the lower half of the child's */
	if ((p.child_tid != 0 && pimg_copyout(p.child_tid, &none, 8) != 0) ||
	    (p.parent_tid != 0 && pimg_copyout(p.parent_tid, &none, 8) != 0))
		return (-EFAULT);
	child.ip = p.start;
	child.rdi = p.arg;
	child.rbp = 0;
	child.sp = ((p.stack_base + p.stack_size) & ~15UL) - 8;
	r = pimg_bsd_thread_new(&child, p.tls_base, p.child_tid, NULL);
	if (pimg_failed(r))
		return (r == -PIMG_RESTART ? r : -EAGAIN);
	tid = r;
	if (p.parent_tid != 0)
		pimg_copyout(p.parent_tid, &tid, sizeof(tid));
	return (0);
}

/* thr_exit(state): the word becomes 1, and who waits for it is woken */
long
hook_thr_exit(struct pimg_frame *f)
{
	int64_t gone = 1;

	if (f->arg[0] != 0 &&
	    pimg_copyout(f->arg[0], &gone, sizeof(gone)) == 0)
		pimg_sys(__NR_futex, f->arg[0], FUTEX_WAKE, 0x7fffffff);
	pimg_bsd_thread_end();
}

long
hook_thr_self(struct pimg_frame *f)
{
	int64_t tid = pimg_sys(__NR_gettid);

	return (pimg_copyout(f->arg[0], &tid, sizeof(tid)));
}
