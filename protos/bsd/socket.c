/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * paccept of NetBSD.
 */
#include "hook.h"

#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/poll.h>

#define	NATIVE_NONBLOCK	04000		/* O_NONBLOCK */

long	hook_paccept(struct pimg_frame *);

/*
 * paccept(s, address, length, mask, flags): accept4 under another signal
 * mask.  It is waiting that a signal is to interrupt, so that is what happens
 * under the mask.
 */
long
hook_paccept(struct pimg_frame *f)
{
	struct pollfd p = { .fd = (int)f->arg[0], .events = POLLIN };
	pimg_reg a[6] = { (pimg_reg)&p, 1, 0, 0, 8 };
	uint64_t mask, host;
	long r;

	if (f->arg[3] != 0) {
		if ((r = pimg_sigset_copyin(&mask, f->arg[3])) != 0)
			return (r);
		r = pimg_sys(__NR_fcntl, f->arg[0], F_GETFL);
		if (r < 0)
			return (r);
		a[3] = (pimg_reg)&host;
		if ((r & NATIVE_NONBLOCK) == 0 && (r = pimg_mask_call(
		    __NR_ppoll, a, mask, &host)) < 0)
			return (r);
	}
	return (pimg_call(__NR_accept4, f->arg[0], f->arg[1], f->arg[2],
	    f->arg[4]));
}
