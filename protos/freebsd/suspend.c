/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * thr_suspend and thr_wake (facts: sys/kern/kern_thr.c): a token.
 */
#include "futex.h"
#include "token.h"

long
hook_thr_suspend(struct pimg_frame *f)
{
	struct futex_until until = { FUTEX_FOREVER, 0 };
	int64_t ts[2];
	long r;

	if (f->arg[0] != 0) {
		if (pimg_copyin(ts, f->arg[0], sizeof(ts)) != 0)
			return (-EFAULT);
		if (ts[0] < 0 || ts[1] < 0 || ts[1] >= 1000000000)
			return (-EINVAL);
		until.ns = kq_now(N_CLOCK_MONOTONIC) +
		    (ts[0] > 4000000000 ? 4000000000000000000 :
		    ts[0] * 1000000000 + ts[1]);
	}
	r = token_take(&until);
	return (r == 1 ? 0 : r);
}

long
hook_thr_wake(struct pimg_frame *f)
{
	long r = token_give((uint32_t)f->arg[0]);

	return (r < 0 ? r : 0);
}
