/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The counters of pstore exec --trace=summary: a file in memory that all
 * processes of the tree map, written by images and read by pstore when the
 * last of them has gone.  A process that is killed in the middle of anything
 * leaves at most one entry unused.
 */
#ifndef PIMG_RUNTIME_SUMMARY_H
#define PIMG_RUNTIME_SUMMARY_H

#include <stdint.h>

#define	PIMG_SUMMARY_MAGIC	0x6d757370U	/* "psum" */
#define	PIMG_SUMMARY_ENTRIES	2047
#define	PIMG_SUMMARY_NAME	40

#define	PIMG_SUMMARY_FREE	0
#define	PIMG_SUMMARY_BUSY	1		/* its name is being written */
#define	PIMG_SUMMARY_CALL	2
#define	PIMG_SUMMARY_MISSING	3		/* a call that is not served */
#define	PIMG_SUMMARY_OTHER	4		/* ioctl 0x5401 and the like */

struct pimg_summary_entry {
	uint32_t	state;			/* 0x00 PIMG_SUMMARY_ */
	uint32_t	hash;			/* 0x04 */
	uint64_t	calls, errors;		/* 0x08 */
	char		name[PIMG_SUMMARY_NAME];/* 0x18 */
};						/* 0x40 */

struct pimg_summary {
	uint32_t	magic;			/* 0x00 */
	uint32_t	entries;		/* 0x04 */
	uint64_t	lost;			/* 0x08 counted nowhere: full */
	uint8_t		unused[48];		/* 0x10 */
	struct pimg_summary_entry entry[PIMG_SUMMARY_ENTRIES];	/* 0x40 */
};						/* 0x20000 */

_Static_assert(sizeof(struct pimg_summary_entry) == 64, "summary entry");
_Static_assert(sizeof(struct pimg_summary) == 0x20000, "summary");

#endif
