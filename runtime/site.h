/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Patched call sites (x86_64/site.c): a carrier that needs no privilege and
 * no trap, for the `syscall` instructions it can reach.
 */
#ifndef PIMG_RUNTIME_SITE_H
#define PIMG_RUNTIME_SITE_H

/*
 * pimg_site_trapped	in the handler of a trap, uc as the trap left it:
 *			patches the site if that is worth while
 * pimg_site_undo	the program's `syscall` if ip is on the way from it to
 *			the image, else ip
 * pimg_site_overlaps	whether a range touches what patched sites need
 */
struct ucontext;

#ifdef __x86_64__
void	pimg_site_trapped(const struct ucontext *uc);
unsigned long pimg_site_undo(unsigned long ip);
int	pimg_site_overlaps(unsigned long addr, unsigned long len);
#else
#define	pimg_site_trapped(uc)		((void)(uc))
#define	pimg_site_undo(ip)		(ip)
#define	pimg_site_overlaps(addr, len)	((void)(addr), (void)(len), 0)
#endif

#endif
