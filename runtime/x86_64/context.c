/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The context that the kernel saved for the image's handler, on x86-64: what
 * every convention's signal frames are made of and return to.
 */
#include "arch.h"
#include "runtime.h"

#define	FXSAVE_SIZE	512
#define	SW_RESERVED	464	/* struct _fpx_sw_bytes in the FXSAVE area */

/* Bytes of extended state at the host frame's fpstate pointer. */
unsigned long
pimg_fpstate_size(const struct ucontext *uc)
{
	const struct _fpx_sw_bytes *sw;

	if (uc->uc_mcontext.fpstate == NULL)
		return (0);
	sw = (const void *)((const char *)uc->uc_mcontext.fpstate + SW_RESERVED);
	return (sw->magic1 == FP_XSTATE_MAGIC1 ? sw->extended_size :
	    FXSAVE_SIZE);
}

/* uc was on its way out (pimg_exit): gives it all of the frame. */
void
pimg_frame_complete(struct pimg_thread *t, struct ucontext *uc)
{
	struct sigcontext *mc = &uc->uc_mcontext;
	const struct pimg_frame *f = &t->frame;

	mc->rdi = f->rdi;
	mc->rsi = f->rsi;
	mc->rdx = f->rdx;
	mc->r10 = f->r10;
	mc->r8 = f->r8;
	mc->r9 = f->r9;
	mc->rbx = f->rbx;
	mc->rbp = f->rbp;
	mc->r12 = f->r12;
	mc->r13 = f->r13;
	mc->r14 = f->r14;
	mc->r15 = f->r15;
	mc->rsp = f->sp;
	mc->rip = mc->rcx = f->ip;
	mc->eflags = mc->r11 = f->flags;
	mc->rax = f->result;
}

/*
 * Leaves for the guest context uc with the guest's mask.  uc is followed by
 * room for a siginfo and preceded by a word, as in the kernel's frame; the
 * mask is split into the host's part and the virtual one, and the alternate
 * stack is ours.
 */
void
pimg_context_leave(struct pimg_thread *t, struct ucontext *uc, uint64_t mask)
{
	void *frame = (char *)uc - 8;
	struct pimg_altstack ss;

	mask &= ~PIMG_UNBLOCKABLE;
	pimg_altstack_host(t, &ss);
	pimg_memcpy(&uc->uc_stack, &ss, sizeof(ss));
	t->vmask = mask & PIMG_VIRTUAL;
	pimg_signal_release(t);
	while (!t->pending) {
		mask &= ~PIMG_VIRTUAL;
		pimg_memcpy(&uc->uc_sigmask, &mask, sizeof(mask));
		pimg_sigreturn(frame);
	}
	/* what was kept is delivered on top of the restored context */
	t->ret_kept = uc->uc_mcontext.rip;
	t->kept_mask = mask | t->vmask;
	t->waiting = 0;
	uc->uc_mcontext.rip = (uint64_t)pimg_deliver_ret;
	mask = ~PIMG_VIRTUAL;
	pimg_memcpy(&uc->uc_sigmask, &mask, sizeof(mask));
	pimg_sigreturn_kept_too(frame);
}
