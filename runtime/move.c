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
#include "x86_64/code.h"

#define	FAR	0x10000000UL	/* keep this far from the program */

/* Maps text from the image's file, and bss, at base. */
static int
map_self(uint64_t base, int fd)
{
	uint64_t text = PIMG_PAGE_UP((uint64_t)pimg_text_end -
	    (uint64_t)__ehdr_start);
	uint64_t all = (uint64_t)(pimg_image_end - __ehdr_start);
	long r;

	r = pimg_sys(__NR_mmap, base, text, PROT_READ | PROT_EXEC,
	    MAP_PRIVATE | MAP_FIXED, fd, 0);
	if (pimg_failed(r))
		return (0);
	r = pimg_sys(__NR_mmap, base + text, all - text,
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
pimg_move_away(const struct pimg_start *s, uint64_t low, uint64_t high)
{
	uint64_t here = (uint64_t)__ehdr_start, base;
	uint64_t all = (uint64_t)(pimg_image_end - __ehdr_start);
	long fd, r;

	if (low >= high || low >= here + all || high <= here)
		return;
	fd = pimg_sys(__NR_openat, PIMG_AT_FDCWD, "/proc/self/exe",
	    PIMG_O_RDONLY | PIMG_O_CLOEXEC);
	if (pimg_failed(fd))
		return;
	base = low > FAR + all + (1UL << 32) ?
	    PIMG_PAGE_DOWN(low - FAR - all) : PIMG_PAGE_UP(high + FAR);
	r = pimg_sys(__NR_mmap, base, all, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
	if (!pimg_failed(r) && (uint64_t)r == base &&
	    map_self(base, (int)fd)) {
		pimg_sys(__NR_close, fd);
		if (!s->fd_given)
			pimg_sys(__NR_close, s->fd);
		pimg_restart_at((uint64_t)s->sp,
		    base + (uint64_t)(pimg_moved - __ehdr_start), here, all);
	}
	pimg_sys(__NR_close, fd);
}
