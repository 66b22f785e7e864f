/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * futex(2) for the BSDs' ways of waiting on a word of memory.
 */
#ifndef BSD_FUTEX_H
#define BSD_FUTEX_H

#include "kq_native.h"

#define	FUTEX_WAKE		1
#define	FUTEX_WAIT_BITSET	9
#define	FUTEX_WAKE_BITSET	10
#define	FUTEX_PRIVATE		128
#define	FUTEX_CLOCK_REALTIME	256
#define	FUTEX_ANY		0xffffffffU

#define	FUTEX_FOREVER		(-1LL)

/* When a wait ends: nanoseconds of CLOCK_MONOTONIC or CLOCK_REALTIME. */
struct futex_until {
	int64_t		ns;		/* FUTEX_FOREVER: never */
	int		realtime;
};

/*
 * Waits while the word at addr is value.  0: woken; -EAGAIN: the word was
 * another already; -ETIMEDOUT, -EFAULT; -EINTR also where the native kernel
 * would have restarted the call, which the BSDs do not.
 */
static inline long
futex_wait(pimg_addr addr, uint32_t value, const struct futex_until *until,
    int flags, uint32_t bits)
{
	struct { int64_t sec, nsec; } ts, *p = NULL;
	long r;

	if (until != NULL && until->ns >= 0) {
		ts.sec = until->ns / 1000000000;
		ts.nsec = until->ns % 1000000000;
		p = &ts;
		if (until->realtime)
			flags |= FUTEX_CLOCK_REALTIME;
	}
	r = pimg_call(__NR_futex, addr, FUTEX_WAIT_BITSET | flags, value, p,
	    NULL, bits);
	return (r == -PIMG_RESTART ? -EINTR : r);
}

static inline long
futex_wake(pimg_addr addr, int n, int flags, uint32_t bits)
{

	return (pimg_sys(__NR_futex, addr, FUTEX_WAKE_BITSET | flags, n, NULL,
	    NULL, bits));
}

#endif
