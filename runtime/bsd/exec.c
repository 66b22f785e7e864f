/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * fexecve, NetBSD's __clone, and the indirect call.
 */
#include <linux/sched.h>

#include "bsd.h"

#define	INDIRECT_ARGS	5	/* in registers, behind the number */

long
pimg_rt_bsd_fexecve(struct pimg_frame *f)
{

	return (pimg_exec_fd((int)f->arg[0], f->arg[1], f->arg[2]));
}

/* __clone(flags, stack): the flags are Linux's (sys/sys/sched.h of NetBSD) */
long
pimg_rt_bsd_clone(struct pimg_frame *f)
{
	static const unsigned long known = CSIGNAL | CLONE_VM | CLONE_FS |
	    CLONE_FILES | CLONE_SIGHAND | CLONE_VFORK;
	unsigned long flags = f->arg[0];
	struct pimg_frame child = *f;
	struct pimg_clone args = { .stack = f->arg[1], .frame = &child };
	int sig = pimg_signal_in((int)(flags & CSIGNAL));
	long r;

	if ((flags & ~known) != 0 || f->arg[1] == 0 || sig == 0)
		return (-EINVAL);
	args.flags = (flags & ~(unsigned long)CSIGNAL) | (unsigned)sig;
	child.flags &= ~PIMG_EFLAGS_CF;
	child.arg[2] = 1;
	r = pimg_clone(f, &args);
	if (!pimg_failed(r))
		f->arg[2] = r == 0 ? 1 : 0;
	if (r == 0 && (flags & CLONE_VM) == 0)
		bsd_forked();
	return (r);
}

/*
 * syscall(number, ...) and __syscall(number, ...): the call of that number
 * with the arguments behind it, of which the sixth and later are on the
 * stack.  It is served as if made directly, one word further up the stack; a
 * call that must be made again is made again indirectly.
 */
long
pimg_rt_bsd_indirect(struct pimg_frame *f)
{
	struct pimg_frame kept = *f;
	unsigned long nr = f->arg[0];
	int i;
	long r;

	if (nr >= pimg_ncalls || nr == f->nr)
		return (-ENOSYS);
	for (i = 0; i < INDIRECT_ARGS; i++)
		f->arg[i] = kept.arg[i + 1];
	/* no sixth argument is read by a call that has fewer */
	if (pimg_copyin(&f->arg[INDIRECT_ARGS], f->sp + 8,
	    sizeof(f->arg[0])) != 0)
		f->arg[INDIRECT_ARGS] = 0;
	f->nr = nr;
	f->sp += 8;
	if (pimg_functions[nr] != 0)
		r = ((long (*)(struct pimg_frame *))((unsigned long)
		    pimg_functions + (unsigned long)(long)pimg_functions[nr]))(f);
	else if (pimg_natives[nr] >= 0)
		r = pimg_call(pimg_natives[nr], f->arg[0], f->arg[1], f->arg[2],
		    f->arg[3], f->arg[4], f->arg[5]);
	else
		r = pimg_natives[nr];
	kept.arg[2] = f->arg[2] != kept.arg[3] ? f->arg[2] : kept.arg[2];
	*f = kept;
	return (r);
}
