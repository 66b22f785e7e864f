/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * fork, vfork and rfork.  The child has 1 in the second result register, the
 * parent 0 (cpu_fork() of the amd64 ports).
 */
#include <linux/sched.h>

#include "bsd.h"

/* rfork(2); FreeBSD and DragonFly agree (sys/sys/unistd.h) */
#define	RFFDG		0x00000004	/* copy the descriptor table */
#define	RFPROC		0x00000010	/* a new process */
#define	RFMEM		0x00000020	/* share memory */
#define	RFNOWAIT	0x00000040	/* the parent need not wait */
#define	RFCFDG		0x00001000	/* close all descriptors */
#define	RFTHREAD	0x00002000
#define	RFSIGSHARE	0x00004000	/* share signal actions */
#define	RFSPAWN		0x80000000	/* FreeBSD: for posix_spawn */

__attribute__((__weak__)) void
bsd_forked(void)
{
}

static long
spawn(struct pimg_frame *f, unsigned long flags)
{
	struct pimg_frame child = *f;
	struct pimg_clone args = { .flags = flags, .frame = &child };
	long r;

	child.flags &= ~PIMG_EFLAGS_CF;
	child.arg[2] = 1;
	r = pimg_clone(f, &args);
	if (pimg_failed(r))
		return (r);
	f->arg[2] = r == 0 ? 1 : 0;
	if (r == 0 && (flags & CLONE_VM) == 0)
		bsd_forked();
	return (r);
}

long
pimg_rt_bsd_fork(struct pimg_frame *f)
{

	return (spawn(f, SIGCHLD));
}

long
pimg_rt_bsd_vfork(struct pimg_frame *f)
{

	return (spawn(f, CLONE_VFORK | CLONE_VM | SIGCHLD));
}

/*
 * rfork(flags).  Without RFFDG and RFCFDG the descriptor table is shared.
 * A child that shares memory runs on its parent's stack, so the parent waits
 * as after vfork(2).
 */
long
pimg_rt_bsd_rfork(struct pimg_frame *f)
{
	unsigned long flags = (uint32_t)f->arg[0], native = SIGCHLD;
	long r;

	if (flags & RFSPAWN)
		return (flags & ~(RFSPAWN | RFPROC | RFMEM | RFFDG) ? -EINVAL :
		    pimg_rt_bsd_vfork(f));
	if ((flags & ~(unsigned long)(RFFDG | RFPROC | RFMEM | RFNOWAIT |
	    RFCFDG | RFTHREAD | RFSIGSHARE)) != 0 ||
	    (flags & (RFFDG | RFCFDG)) == (RFFDG | RFCFDG))
		return (-EINVAL);
	if ((flags & RFPROC) == 0) {
		/* the caller's own table: unshared or emptied */
		if (flags & (RFMEM | RFNOWAIT | RFTHREAD | RFSIGSHARE))
			return (-EINVAL);
		if (flags & RFCFDG)
			return (pimg_sys(__NR_close_range, 0, ~0U, 0));
		return (0);	/* a process shares it with nobody here */
	}
	if (flags & RFNOWAIT)
		native = 0;
	if ((flags & (RFFDG | RFCFDG)) == 0)
		native |= CLONE_FILES;
	if (flags & RFMEM)
		native |= CLONE_VM | CLONE_VFORK;
	if ((flags & RFSIGSHARE) && (flags & RFMEM))
		native |= CLONE_SIGHAND;
	r = spawn(f, native);
	if (r == 0 && (flags & RFCFDG))
		pimg_sys(__NR_close_range, 0, ~0U, 0);
	return (r);
}
