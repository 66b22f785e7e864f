/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * umtx_sleep and umtx_wakeup (facts: sys/kern/kern_umtx.c).  They know a word
 * by its physical address, so the futex is one that processes share.
 */
#include "conv.h"
#include "futex.h"
#include "wait.h"

/*
 * umtx_sleep(ptr, value, timeout): timeout in microseconds, 0 for none.
 * EBUSY if the word is not value, EWOULDBLOCK when the time is over.
 */
long
hook_umtx_sleep(struct pimg_frame *f)
{
	struct futex_until until = { FUTEX_FOREVER, 0 };
	int timeout = (int)f->arg[2];
	long r;

	if (timeout < 0)
		return (-EINVAL);
	if (f->arg[0] & 3)
		return (-EFAULT);
	if (timeout > 0)
		until.ns = kq_now(N_CLOCK_MONOTONIC) + timeout * 1000LL;
	r = futex_wait(f->arg[0], (uint32_t)f->arg[1], &until, 0, FUTEX_ANY);
	switch (r) {
	case -EAGAIN:
		return (-EBUSY);
	case -ETIMEDOUT:
		return (-EWOULDBLOCK);
	case -EFAULT:
		return (-EINVAL);
	}
	return (r);
}

/* The count of umtx_wakeup: one, or else all of them. */
long
map_umtx_count_in(uint64_t foreign, uint64_t *native)
{

	*native = (int)foreign == 1 ? 1 : INT32_MAX;
	return (0);
}

long
map_umtx_count_out(uint64_t native, uint64_t *foreign)
{

	*foreign = native;
	return (0);
}

void
bsd_wait_forked(void)
{
}
