/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * How the BSDs return from a call, for calls that were served in C: the
 * carry flag says whether it failed, and rax is the result or the foreign
 * errno.  Register-only shims do the same in x86_64/return.S.
 */
#include "bsd.h"

void
pimg_bsd_result(struct pimg_frame *f)
{
	long r = (long)f->result;

	f->flags &= ~PIMG_EFLAGS_CF;
	if (pimg_failed(r)) {
		f->result = (pimg_reg)(unsigned)pimg_errno_out((int)-r);
		f->flags |= PIMG_EFLAGS_CF;
	}
}

/* The same for a call whose result is in a signal's context. */
void
pimg_result_context(struct ucontext *uc)
{
	struct sigcontext *mc = &uc->uc_mcontext;
	struct pimg_frame f;

	f.result = mc->rax;
	f.flags = mc->eflags;
	pimg_bsd_result(&f);
	mc->rax = f.result;
	mc->eflags = f.flags;
}

uint64_t
pimg_sigset_in(const struct pimg_sigset *set)
{
	uint64_t mask = 0;
	int sig, native;

	for (sig = 1; sig <= 128; sig++)
		if ((set->bits[(sig - 1) / 32] >> (sig - 1) % 32 & 1) != 0 &&
		    (native = pimg_signal_in(sig)) > 0)
			mask |= PIMG_SIGBIT(native);
	return (mask);
}

void
pimg_sigset_out(struct pimg_sigset *set, uint64_t mask)
{
	int sig, native;

	pimg_memset(set, 0, sizeof(*set));
	for (native = 1; native <= PIMG_NSIG; native++)
		if ((mask & PIMG_SIGBIT(native)) != 0 &&
		    (sig = pimg_signal_out(native)) > 0 && sig <= 128)
			set->bits[(sig - 1) / 32] |= 1U << (sig - 1) % 32;
}

long
pimg_sigset_copyin(uint64_t *native, pimg_addr src)
{
	struct pimg_sigset set;

	if (pimg_copyin(&set, src, sizeof(set)) != 0)
		return (-EFAULT);
	*native = pimg_sigset_in(&set);
	return (0);
}

long
pimg_sigset_copyout(pimg_addr dst, uint64_t native)
{
	struct pimg_sigset set;

	pimg_sigset_out(&set, native);
	return (pimg_copyout(dst, &set, sizeof(set)));
}

const char *
pimg_program_path(void)
{

	return (pimg_process.program);
}
