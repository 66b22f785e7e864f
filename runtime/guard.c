/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What keeps the image's memory: calls that would touch the image or the
 * thread blocks, or replace them by MAP_FIXED and its like, fail with an errno
 * that the call has.  Most say so in their prototype (`guard`), which comes to
 * pimg_guarded(); those here have conditions.  brk is the kernel's where
 * it could be told where the guest's heap is (start.c), and kept here where
 * not.
 */
#include <linux/mman.h>

#include "arch.h"
#include "gen.h"
#include "runtime.h"
#include "site.h"

/* The call that pimg_rt_mmap serves. */
#if defined(__x86_64__)
#define	NR_GUEST_MMAP	__NR_mmap
#elif defined(__i386__)
#define	NR_GUEST_MMAP	__NR_mmap2
#endif
#define	MAP_TYPE_MASK	0x0f
#define	SHM_REMAP	040000

#if PIMG_RELEASE_CODE < 0x040f00
/* Flags of mmap(2) that 2.6.39 knows; others had no meaning. */
#define	MMAP_FLAGS	0x0007ffffUL
#endif

int
pimg_guarded(unsigned long addr, unsigned long len)
{

	if (len == 0)
		return (0);
	if (addr + len < addr)
		len = -addr;
	return ((addr < (unsigned long)pimg_image_end &&
	    (unsigned long)__ehdr_start < addr + len) ||
	    pimg_block_overlaps(addr, len) || pimg_site_overlaps(addr, len));
}

static long
pass(struct pimg_frame *f, long nr)
{

	return (pimg_call(nr, f->arg[0], f->arg[1], f->arg[2], f->arg[3],
	    f->arg[4], f->arg[5]));
}

/* a: the arguments of NR_GUEST_MMAP. */
long
pimg_guest_mmap(const unsigned long a[6])
{
	unsigned long flags = a[3];

#ifdef MMAP_FLAGS
	if ((flags & MAP_TYPE_MASK) == 3)	/* MAP_SHARED_VALIDATE, 4.15 */
		return (-EINVAL);
	flags &= MMAP_FLAGS;
#endif
	if ((flags & MAP_FIXED) && pimg_guarded(a[0], PIMG_PAGE_UP(a[1])))
		return (-ENOMEM);
	return (pimg_call(NR_GUEST_MMAP, a[0], a[1], a[2], flags, a[4], a[5]));
}

long
pimg_rt_mmap(struct pimg_frame *f)
{

	return (pimg_guest_mmap(f->arg));
}

long
pimg_rt_mremap(struct pimg_frame *f)
{

	if (pimg_guarded(f->arg[0], PIMG_PAGE_UP(f->arg[1] ? f->arg[1] : 1)) ||
	    ((f->arg[3] & MREMAP_FIXED) &&
	    pimg_guarded(f->arg[4], PIMG_PAGE_UP(f->arg[2]))))
		return (-EFAULT);
	return (pass(f, __NR_mremap));
}

#ifdef __x86_64__
/* The size of a segment is not worth a look-up: only SHM_REMAP replaces. */
long
pimg_rt_shmat(struct pimg_frame *f)
{

	if ((f->arg[2] & SHM_REMAP) && f->arg[1] != 0 &&
	    pimg_guarded(f->arg[1], PIMG_TASK_SIZE))
		return (-EINVAL);
	return (pass(f, __NR_shmat));
}
#endif

/* ------------------------------------------------------------------ */

/* Grows or shrinks the kept heap; returns the break, as the kernel does. */
static unsigned long
kept_brk(struct pimg_process *p, unsigned long want)
{
	unsigned long old = PIMG_PAGE_UP(p->brk), new = PIMG_PAGE_UP(want);
	long r;

	if (want < p->brk_start)
		return (p->brk);
	if (new > old) {
		r = pimg_mmap(old, new - old, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
		if (pimg_failed(r))
			return (p->brk);
		if ((unsigned long)r != old) {
			pimg_sys(__NR_munmap, r, new - old);
			return (p->brk);
		}
	} else if (new < old)
		pimg_sys(__NR_munmap, new, old - new);
	p->brk = want;
	return (want);
}

long
pimg_rt_brk(struct pimg_frame *f)
{
	struct pimg_process *p = &pimg_process;
	unsigned long r;

	if (p->native_brk)
		return (pimg_call(__NR_brk, f->arg[0]));
	pimg_lock(&p->brk_lock);
	r = kept_brk(p, f->arg[0]);
	pimg_unlock(&p->brk_lock);
	return ((long)r);
}
