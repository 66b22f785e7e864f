/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Signal frames of the Linux personalities on x86-64.
 *
 * The guest's frame has the kernel's layout (struct rt_sigframe of
 * arch/x86/include/asm/sigframe.h, since 2.4): return address, ucontext,
 * siginfo, and above them, 64-byte aligned, the extended state that the host
 * frame holds.  Nothing is interpreted: what the host saved is what the guest
 * gets, and sigreturn hands it back to the kernel, which checks it.
 */
#include "arch.h"
#include "runtime.h"

#define	RED_ZONE	128
#define	EFLAGS_TF	0x100UL
#define	EFLAGS_DF	0x400UL
#define	EFLAGS_RF	0x10000UL
#define	FXSAVE_SIZE	512
#define	SW_RESERVED	464	/* struct _fpx_sw_bytes in the FXSAVE area */

struct rt_frame {
	uint64_t	pretcode;
	struct ucontext	uc;
	siginfo_t	info;
};

_Static_assert(offsetof(struct rt_frame, uc) == 8, "rt_sigframe.uc");
_Static_assert(offsetof(struct rt_frame, info) == 8 + 304, "rt_sigframe.info");

/* Bytes of extended state at the host frame's fpstate pointer. */
static uint64_t
fpstate_size(const struct ucontext *uc)
{
	const struct _fpx_sw_bytes *sw;

	if (uc->uc_mcontext.fpstate == NULL)
		return (0);
	sw = (const void *)((const char *)uc->uc_mcontext.fpstate + SW_RESERVED);
	return (sw->magic1 == FP_XSTATE_MAGIC1 ? sw->extended_size :
	    FXSAVE_SIZE);
}

/*
 * Pushes the frame for sig on the guest's stack and makes uc enter the
 * handler.  old is the mask that sigreturn restores.  Returns 0 when the
 * stack cannot take it; uc is unchanged then.
 */
int
pimg_frame_push(struct pimg_thread *t, int sig, const siginfo_t *si,
    struct ucontext *uc, const struct pimg_sigaction *sa, uint64_t old)
{
	struct sigcontext *mc = &uc->uc_mcontext;
	struct pimg_altstack ss = pimg_altstack_report(t, mc->rsp);
	struct rt_frame f;
	uint64_t sp = mc->rsp - RED_ZONE, fp = 0, size = fpstate_size(uc);
	int nested = ss.flags == SS_ONSTACK;

	if ((sa->flags & SA_ONSTACK) && ss.flags == 0)
		sp = ss.sp + ss.size;
	if (size != 0)
		sp = fp = (sp - size) & ~63UL;
	sp = ((sp - sizeof(f)) & ~15UL) - 8;
	if ((nested || ((sa->flags & SA_ONSTACK) && ss.flags == 0)) &&
	    !pimg_on_altstack(&ss, sp))
		return (0);

	pimg_memset(&f, 0, sizeof(f));
	f.pretcode = sa->restorer;
	f.uc = *uc;
	f.uc.uc_link = NULL;
	pimg_memcpy(&f.uc.uc_stack, &ss, sizeof(ss));
	f.uc.uc_mcontext.fpstate = (void *)fp;
	pimg_memcpy(&f.uc.uc_sigmask, &old, sizeof(old));
	f.info = *si;
	if ((sa->flags & SA_RESTORER) == 0 || pimg_copyout(sp, &f, sizeof(f)) != 0 ||
	    (size != 0 && pimg_copyout(fp, mc->fpstate, size) != 0))
		return (0);

	mc->rdi = (uint64_t)sig;
	mc->rsi = sp + offsetof(struct rt_frame, info);
	mc->rdx = sp + offsetof(struct rt_frame, uc);
	mc->rax = 0;
	mc->rsp = sp;
	mc->rip = sa->handler;
	mc->eflags &= ~(EFLAGS_TF | EFLAGS_DF | EFLAGS_RF);
	return (1);
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
 * The guest's sigreturn: its frame, with the mask split into the host's part
 * and the virtual one and our alternate stack instead of the guest's, is what
 * the kernel restores.  The extended state stays in the guest's memory; the
 * kernel reads and checks it there.
 */
long
pimg_rt_rt_sigreturn(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	struct rt_frame h;
	struct pimg_altstack ss;
	uint64_t mask;

	if (pimg_copyin(&h, f->sp - 8, sizeof(h)) != 0) {
		pimg_sigreturn_bad(t);
		return (0);
	}
	pimg_memcpy(&mask, &h.uc.uc_sigmask, sizeof(mask));
	mask &= ~PIMG_UNBLOCKABLE;
	pimg_memcpy(&ss, &h.uc.uc_stack, sizeof(ss));
	(void)pimg_altstack_set(t, &ss, h.uc.uc_mcontext.rsp);

	pimg_altstack_host(t, &ss);
	pimg_memcpy(&h.uc.uc_stack, &ss, sizeof(ss));
	t->vmask = mask & PIMG_VIRTUAL;
	pimg_signal_release(t);
	while (!t->pending) {
		mask &= ~PIMG_VIRTUAL;
		pimg_memcpy(&h.uc.uc_sigmask, &mask, sizeof(mask));
		pimg_sigreturn(&h);
	}
	/* what was kept is delivered on top of the restored context */
	t->ret_kept = h.uc.uc_mcontext.rip;
	t->kept_mask = mask | t->vmask;
	t->waiting = 0;
	h.uc.uc_mcontext.rip = (uint64_t)pimg_deliver_ret;
	mask = ~PIMG_VIRTUAL;
	pimg_memcpy(&h.uc.uc_sigmask, &mask, sizeof(mask));
	pimg_sigreturn_kept_too(&h);
}
