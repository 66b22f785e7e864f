/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Threads of the BSDs, as far as they are alike: the calls that make them
 * have parameters of each system's own (protos/SYSTEM/thread.c).  A thread's
 * id is the native one.
 */
#include <linux/sched.h>

#include "bsd.h"

#define	FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND |	\
		 CLONE_THREAD | CLONE_SYSVSEM)

__attribute__((__weak__)) void
bsd_thread_exit(void)
{
}

/*
 * A thread that starts with frame, whose flags are made a new thread's; fs
 * is its FS base (0: the caller's), tid where its id (32 bits) is written
 * before it runs (0: nowhere), mask its signal mask (NULL: the caller's).
 * Returns the id, or a negated errno.
 */
long
pimg_bsd_thread_new(struct pimg_frame *frame, unsigned long fs, pimg_addr tid,
    const uint64_t *mask)
{
	struct pimg_clone args = { .flags = FLAGS, .ptid = tid, .tls = fs,
	    .frame = frame, .mask = mask };

	frame->flags &= ~(PIMG_EFLAGS_CF | PIMG_EFLAGS_TF | PIMG_EFLAGS_DF);
	if (fs != 0)
		args.flags |= CLONE_SETTLS;
	if (tid != 0)
		args.flags |= CLONE_PARENT_SETTID;
	return (pimg_clone(frame, &args));
}

/* Ends the calling thread; the last one ends the process. */
void
pimg_bsd_thread_end(void)
{

	bsd_thread_exit();
	pimg_thread_exit(0);
}
