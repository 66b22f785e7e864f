/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Linux's clone, fork, vfork and exit.
 */
#include <linux/sched.h>

#include "arch.h"
#include "gen.h"
#include "runtime.h"

#define	CLONE_FLAGS_NEW		(0x00001000UL | 0x02000000UL)

long
pimg_rt_clone(struct pimg_frame *f)
{
	unsigned long last[2] = { PIMG_CTID_TLS(f->arg[3], f->arg[4]) };
	struct pimg_clone args = { .flags = f->arg[0], .stack = f->arg[1],
	    .ptid = f->arg[2], .ctid = last[0], .tls = last[1] };

#if PIMG_RELEASE_CODE < 0x040600
	args.flags &= ~CLONE_FLAGS_NEW;	/* bits that meant nothing then */
#endif
	return (pimg_clone(f, &args));
}

long
pimg_rt_fork(struct pimg_frame *f)
{
	static const struct pimg_clone args = { .flags = SIGCHLD };

	return (pimg_clone(f, &args));
}

long
pimg_rt_vfork(struct pimg_frame *f)
{
	static const struct pimg_clone args =
	    { .flags = CLONE_VFORK | CLONE_VM | SIGCHLD };

	return (pimg_clone(f, &args));
}

/* exit(2) of one thread. */
long
pimg_rt_exit(struct pimg_frame *f)
{

	pimg_thread_exit(f->arg[0]);
}
