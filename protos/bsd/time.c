/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Signals of timers, and the clocks of processes and threads, whose numbers
 * are the native ones: they contain an id and pass the map of clocks.
 */
#include <linux/errno.h>

#include <asm/unistd.h>
#include <hook.h>

#include "abi.h"
#include "conv.h"

#define	CPUCLOCK_SCHED	2
#define	CPUCLOCK_THREAD	4

/* sigev_signo: without a signal it is 0, or anything. */
long
map_event_signal_in(uint64_t foreign, uint64_t *native)
{

	*native = (uint64_t)pimg_signal_in((int)foreign);
	return (0);
}

long
map_event_signal_out(uint64_t native, uint64_t *foreign)
{

	*foreign = (uint64_t)pimg_signal_out((int)native);
	return (0);
}

/* The id 0 is the caller's. */
static long
cpuclock(int id, int kind, pimg_addr dst)
{
	int clock = (int)((unsigned)~id << 3 | (unsigned)kind);
	uint64_t ts[2];
	long r;

	if (id < 0)
		return (-EINVAL);
	r = pimg_sys(__NR_clock_getres, clock, ts);
	if (r < 0)
		return (r == -EINVAL ? -ESRCH : r);
	return (pimg_copyout(dst, &clock, sizeof(clock)));
}

/* FreeBSD has (id, which, address), NetBSD (which, id, address). */
long
hook_cpuclock_process(struct pimg_frame *f)
{

	return (cpuclock((int)f->arg[BSD_CPUCLOCK_ID], CPUCLOCK_SCHED,
	    f->arg[2]));
}

long
hook_cpuclock_thread(struct pimg_frame *f)
{

	return (cpuclock((int)f->arg[BSD_CPUCLOCK_ID],
	    CPUCLOCK_SCHED | CPUCLOCK_THREAD, f->arg[2]));
}
