/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * mmap's demands that Linux has no flag for: alignment, exclusion, guards;
 * and the break, which a BSD sets or refuses.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/mman.h>
#include <sys/syscall.h>

#include <hook.h>

/* Bits that map_flags makes for this file; no flag of Linux has them. */
#define	F_EXCL		0x00200000UL	/* fail rather than replace */
#define	F_GUARD		0x00400000UL	/* reserve, and never allow access */
#define	F_SIZEALIGN	0x00800000UL	/* align by the size */
#define	F_OURS		(F_EXCL | F_GUARD | F_SIZEALIGN)
#define	ALIGN_SHIFT	24		/* bits 24 to 31: log2 of the alignment */
#define	ALIGN_SUPER	1		/* "as large pages want it" */
#define	SUPER_PAGE	(2UL << 20)
#define	PAGE		4096UL

#ifndef MAP_FIXED_NOREPLACE
#define	MAP_FIXED_NOREPLACE	0x100000
#endif

long	pimg_rt_brk(struct pimg_frame *f);

/* The alignment asked for; 0: a page's. */
static unsigned long
alignment(unsigned long flags, unsigned long len)
{
	unsigned long shift = flags >> ALIGN_SHIFT & 0xff, n;

	if (shift == ALIGN_SUPER)
		return (SUPER_PAGE);
	if (shift != 0)
		return (1UL << (shift < 63 ? shift : 62));
	if ((flags & F_SIZEALIGN) == 0 || len <= PAGE)
		return (0);
	for (n = PAGE; n < len; n <<= 1)
		continue;
	return (n);
}

/* Reserves len + align bytes and maps at the aligned place within. */
static long
map_aligned(unsigned long a[6], unsigned long align)
{
	unsigned long want[6] = { 0, a[1] + align, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1UL, 0 };
	unsigned long len = (a[1] + PAGE - 1) & ~(PAGE - 1), start, end;
	long r = pimg_guest_mmap(want);

	if (r < 0 && r > -4096)
		return (r);
	start = ((unsigned long)r + align - 1) & ~(align - 1);
	end = (unsigned long)r + ((want[1] + PAGE - 1) & ~(PAGE - 1));
	if (start > (unsigned long)r)
		pimg_sys(__NR_munmap, r, start - (unsigned long)r);
	if (end > start + len)
		pimg_sys(__NR_munmap, start + len, end - start - len);
	a[0] = start;
	a[3] |= MAP_FIXED;
	return (pimg_guest_mmap(a));
}

/* A hint is kept if it is aligned and free, as a BSD does. */
static long
map_hinted(unsigned long a[6], unsigned long align)
{
	long r;

	if (a[0] != 0 && (a[0] & (align - 1)) == 0) {
		a[3] |= MAP_FIXED_NOREPLACE;
		r = pimg_guest_mmap(a);
		if (r >= 0 || r < -4095)
			return (r);
		a[3] &= ~(unsigned long)MAP_FIXED_NOREPLACE;
	}
	return (map_aligned(a, align));
}

/* (addr, len, prot, flags, fd, pos): prot and flags as map_flags makes them. */
long
hook_mmap(struct pimg_frame *f)
{
	unsigned long flags = f->arg[3] & 0xffffffffUL;
	unsigned long align = alignment(flags, f->arg[1]);
	unsigned long a[6] = { f->arg[0], f->arg[1], f->arg[2],
	    flags & 0x00ffffffUL & ~F_OURS, f->arg[4], f->arg[5] };
	long r;

	if (f->arg[1] == 0)
		return (-EINVAL);
	if (flags & F_GUARD) {
		if (a[2] != PROT_NONE || (int)a[4] != -1 || a[5] != 0)
			return (-EINVAL);
		a[3] |= MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE;
	}
	/* A stack, or memory without a descriptor, needs no MAP_PRIVATE there. */
	if ((a[3] & (MAP_STACK | MAP_ANONYMOUS)) != 0) {
		a[3] |= MAP_ANONYMOUS;
		if ((a[3] & (MAP_SHARED | MAP_PRIVATE)) == 0)
			a[3] |= MAP_PRIVATE;
	}
	if (flags & F_EXCL) {
		if ((a[3] & MAP_FIXED) == 0)
			return (-EINVAL);
		a[3] = (a[3] & ~(unsigned long)MAP_FIXED) | MAP_FIXED_NOREPLACE;
		r = pimg_guest_mmap(a);
		return (r == -EEXIST ? -EINVAL : r);
	}
	if (align > PAGE && (a[3] & MAP_FIXED) == 0)
		return (map_hinted(a, align));
	return (pimg_guest_mmap(a));
}

/* The native call returns the break it leaves, whether moved or not. */
long
hook_obreak(struct pimg_frame *f)
{
	long r = pimg_rt_brk(f);

	if (r < 0 && r > -4096)
		return (r);
	return (r == (long)f->arg[0] ? 0 : -ENOMEM);
}
