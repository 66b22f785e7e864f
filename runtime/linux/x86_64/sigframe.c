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

struct rt_frame {
	uint64_t	pretcode;
	struct ucontext	uc;
	siginfo_t	info;
};

_Static_assert(offsetof(struct rt_frame, uc) == 8, "rt_sigframe.uc");
_Static_assert(offsetof(struct rt_frame, info) == 8 + 304, "rt_sigframe.info");

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
	uint64_t sp = mc->rsp - RED_ZONE, fp = 0, size = pimg_fpstate_size(uc);
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

/*
 * The guest's sigreturn.  The extended state stays in the guest's memory; the
 * kernel reads and checks it there.
 */
long
pimg_rt_rt_sigreturn(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	struct pimg_altstack ss;
	struct rt_frame h;
	uint64_t mask;

	if (pimg_copyin(&h, f->sp - 8, sizeof(h)) != 0) {
		pimg_sigreturn_bad(t);
		return (0);
	}
	pimg_memcpy(&mask, &h.uc.uc_sigmask, sizeof(mask));
	pimg_memcpy(&ss, &h.uc.uc_stack, sizeof(ss));
	(void)pimg_altstack_set(t, &ss, h.uc.uc_mcontext.rsp);
	pimg_context_leave(t, &h.uc, mask);
}
