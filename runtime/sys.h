/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Native Linux constants that the runtime needs and that the uapi headers
 * do not give to a freestanding program in one place.
 */
#ifndef PIMG_RUNTIME_SYS_H
#define PIMG_RUNTIME_SYS_H

#include <asm/unistd.h>
#include <linux/errno.h>

#define	PIMG_AT_FDCWD		(-100)
#define	PIMG_AT_EMPTY_PATH	0x1000
#define	PIMG_AT_EACCESS		0x200
#define	PIMG_O_RDONLY		0
#define	PIMG_O_CLOEXEC		02000000

/* Newer than the headers that an image may be built with. */
#define	NR_close_range		436

#define	PIMG_PAGE		4096UL
#define	PIMG_PAGE_DOWN(x)	((x) & ~(PIMG_PAGE - 1))
#define	PIMG_PAGE_UP(x)		PIMG_PAGE_DOWN((x) + PIMG_PAGE - 1)

/* A result in [-4095, -1] is an error. */
static inline int
pimg_failed(long r)
{

	return ((unsigned long)r >= (unsigned long)-4095);
}

#endif
