/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * How a system shows a process: kinfo.c of each system fills its structure.
 */
#ifndef PIMG_PROTOS_BSD_KINFO_H
#define PIMG_PROTOS_BSD_KINFO_H

#include <stddef.h>
#include <stdint.h>

#include <hook.h>

#include "procfs.h"

#define	KINFO_MAX	1200		/* bytes of the largest of the three */

/* Writes the structure to buf (zeroed, KINFO_MAX bytes): its size. */
size_t	kinfo_fill(void *buf, const struct proc_info *p);

struct kinfo_time {
	int64_t		sec, usec;
};

/* struct rusage: two times and fourteen longs on all three. */
struct kinfo_rusage {
	struct kinfo_time utime, stime;
	int64_t		maxrss, ixrss, idrss, isrss, minflt, majflt, nswap;
	int64_t		inblock, oublock, msgsnd, msgrcv, nsignals;
	int64_t		nvcsw, nivcsw;
};

static inline struct kinfo_time
kinfo_time(uint64_t usec)
{

	return ((struct kinfo_time){ (int64_t)(usec / 1000000),
	    (int64_t)(usec % 1000000) });
}

/* A native mask by the system's numbers. */
static inline void
kinfo_sigset(uint32_t bits[4], uint64_t native)
{
	int foreign, sig;

	pimg_memset(bits, 0, 4 * sizeof(bits[0]));
	for (sig = 1; sig <= 64; sig++)
		if ((native >> (sig - 1) & 1) != 0 &&
		    (foreign = pimg_signal_out(sig)) > 0 && foreign <= 128)
			bits[(foreign - 1) / 32] |= 1u << (foreign - 1) % 32;
}

#endif
