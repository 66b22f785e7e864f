/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * An ET_EXEC may insist on the addresses at which the kernel put the image.
 * Then the image maps itself again elsewhere, from its own file, and starts
 * over there with the initial stack as it was; the copy at the old place is
 * unmapped by the new one.  Nothing has been changed before.
 */
#include <linux/mman.h>

#include "start.h"

#define	FAR	0x10000000UL	/* keep this far from the program */

/* Maps text from the image's file, and bss, at base. */
static int
map_self(unsigned long base, int fd)
{
	unsigned long text = PIMG_PAGE_UP((unsigned long)pimg_text_end -
	    (unsigned long)__ehdr_start);
	unsigned long all = (unsigned long)(pimg_image_end - __ehdr_start);
	long r;

	r = pimg_mmap(base, text, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_FIXED, fd, 0);
	if (pimg_failed(r))
		return (0);
	r = pimg_mmap(base + text, all - text,
	    PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
	    -1, 0);
	return (!pimg_failed(r));
}

/*
 * If [low, high) touches the image, starts again at a place that does not
 * and never returns; returns otherwise, and also when it cannot be done, so
 * that mapping the program fails and says why.
 */
void
pimg_move_away(const struct pimg_start *s, unsigned long low, unsigned long high)
{
	unsigned long here = (unsigned long)__ehdr_start, base;
	unsigned long all = (unsigned long)(pimg_image_end - __ehdr_start);
	long fd, r;

	if (low >= high || low >= here + all || high <= here)
		return;
	fd = pimg_sys(__NR_openat, PIMG_AT_FDCWD, "/proc/self/exe",
	    PIMG_O_RDONLY | PIMG_O_CLOEXEC);
	if (pimg_failed(fd))
		return;
	base = low > FAR + all + PIMG_TASK_SIZE / 2 ?
	    PIMG_PAGE_DOWN(low - FAR - all) : PIMG_PAGE_UP(high + FAR);
	r = pimg_mmap(base, all, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (!pimg_failed(r) && (unsigned long)r == base &&
	    map_self(base, (int)fd)) {
		pimg_sys(__NR_close, fd);
		if (!s->fd_given)
			pimg_sys(__NR_close, s->fd);
		pimg_restart_at((unsigned long)s->sp,
		    base + (unsigned long)(pimg_moved - __ehdr_start), here, all);
	}
	pimg_sys(__NR_close, fd);
}
