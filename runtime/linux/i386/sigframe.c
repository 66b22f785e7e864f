/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Signal frames of the Linux personalities on i386: the old one (struct
 * sigframe_ia32 of arch/x86/include/asm/sigframe.h) for handlers without
 * SA_SIGINFO, the new one (rt_sigframe_ia32) for those with it.  The extended
 * state begins with the 112 bytes of FSAVE's format; what follows them is
 * 64-byte aligned.
 */
#include "arch.h"
#include "runtime.h"

#define	EFLAGS_TF	0x100UL
#define	EFLAGS_DF	0x400UL
#define	EFLAGS_RF	0x10000UL
#define	FSAVE_SIZE	112
#define	FXSAVE_SIZE	512
#define	SW_RESERVED	(FSAVE_SIZE + 464)
#define	USER_DS		0x2b

extern const char pimg_guest_sigreturn[] __attribute__((__visibility__("hidden")));
extern const char pimg_guest_rt_sigreturn[] __attribute__((__visibility__("hidden")));

struct context {			/* struct ucontext_ia32 */
	uint32_t	flags;
	uint32_t	link;
	struct pimg_altstack stack;
	struct sigcontext mc;
	uint64_t	mask;
};

struct rt_frame {
	uint32_t	pretcode;
	int32_t		sig;
	uint32_t	pinfo;
	uint32_t	puc;
	siginfo_t	info;
	struct context	uc;
	char		retcode[8];
};

struct old_frame {
	uint32_t	pretcode;
	int32_t		sig;
	struct sigcontext sc;
	char		unused[FSAVE_SIZE + FXSAVE_SIZE];
	uint32_t	extramask;
	char		retcode[8];
};

_Static_assert(sizeof(struct sigcontext) == 88, "sigcontext_32");
_Static_assert(offsetof(struct context, mc) == 20, "ucontext_ia32");
_Static_assert(offsetof(struct context, mask) == 108, "ucontext_ia32.mask");
_Static_assert(offsetof(struct rt_frame, uc) == 144, "rt_sigframe_ia32.uc");
_Static_assert(offsetof(struct old_frame, extramask) == 720, "sigframe_ia32");

/* Bytes of extended state at the host frame's fpstate pointer. */
static unsigned long
fpstate_size(const struct sigcontext *mc)
{
	const struct _fpx_sw_bytes *sw;

	if (mc->fpstate == NULL)
		return (0);
	sw = (const void *)((const char *)mc->fpstate + SW_RESERVED);
	return (sw->magic1 == FP_XSTATE_MAGIC1 ? sw->extended_size :
	    FSAVE_SIZE + FXSAVE_SIZE);
}

/* The frame at sp, and the extended state at fp, in the guest's memory. */
static int
write_frame(unsigned long sp, const void *frame, size_t len, unsigned long fp,
    const void *state, size_t size)
{

	return (pimg_copyout(sp, frame, len) == 0 &&
	    (size == 0 || pimg_copyout(fp, state, size) == 0));
}

static int
write_rt(unsigned long sp, unsigned long fp, int sig, const siginfo_t *si,
    const struct ucontext *uc, const struct pimg_sigaction *sa,
    const struct pimg_altstack *ss, uint64_t old)
{
	struct rt_frame f;

	pimg_memset(&f, 0, sizeof(f));
	f.pretcode = (sa->flags & SA_RESTORER) ? sa->restorer :
	    (unsigned long)pimg_guest_rt_sigreturn;
	f.sig = sig;
	f.pinfo = sp + offsetof(struct rt_frame, info);
	f.puc = sp + offsetof(struct rt_frame, uc);
	f.info = *si;
	f.uc.flags = uc->uc_flags;
	f.uc.stack = *ss;
	f.uc.mc = uc->uc_mcontext;
	f.uc.mc.fpstate = (void *)fp;
	f.uc.mask = old;
	return (write_frame(sp, &f, sizeof(f), fp, uc->uc_mcontext.fpstate,
	    fpstate_size(&uc->uc_mcontext)));
}

static int
write_old(unsigned long sp, unsigned long fp, int sig,
    const struct ucontext *uc, const struct pimg_sigaction *sa, uint64_t old)
{
	struct old_frame f;

	pimg_memset(&f, 0, sizeof(f));
	f.pretcode = (sa->flags & SA_RESTORER) ? sa->restorer :
	    (unsigned long)pimg_guest_sigreturn;
	f.sig = sig;
	f.sc = uc->uc_mcontext;
	f.sc.fpstate = (void *)fp;
	f.sc.oldmask = (uint32_t)old;
	f.extramask = (uint32_t)(old >> 32);
	return (write_frame(sp, &f, sizeof(f), fp, uc->uc_mcontext.fpstate,
	    fpstate_size(&uc->uc_mcontext)));
}

int
pimg_frame_push(struct pimg_thread *t, int sig, const siginfo_t *si,
    struct ucontext *uc, const struct pimg_sigaction *sa, uint64_t old)
{
	struct sigcontext *mc = &uc->uc_mcontext;
	struct pimg_altstack ss = pimg_altstack_report(t, mc->esp);
	unsigned long sp = mc->esp, fp = 0, size = fpstate_size(mc);
	int rt = (sa->flags & SA_SIGINFO) != 0;
	int alt = ss.flags == SS_ONSTACK;

	if ((sa->flags & SA_ONSTACK) && ss.flags == 0) {
		sp = ss.sp + ss.size;
		alt = 1;
	}
	if (size != 0)
		sp = fp = ((sp - (size - FSAVE_SIZE)) & ~63UL) - FSAVE_SIZE;
	sp -= rt ? sizeof(struct rt_frame) : sizeof(struct old_frame);
	sp = ((sp + 4) & ~15UL) - 4;
	if (alt && !pimg_on_altstack(&ss, sp))
		return (0);
	if (!(rt ? write_rt(sp, fp, sig, si, uc, sa, &ss, old) :
	    write_old(sp, fp, sig, uc, sa, old)))
		return (0);
	mc->eax = (unsigned long)sig;
	mc->edx = rt ? sp + offsetof(struct rt_frame, info) : 0;
	mc->ecx = rt ? sp + offsetof(struct rt_frame, uc) : 0;
	mc->esp = sp;
	mc->eip = sa->handler;
	mc->ds = mc->es = USER_DS;
	mc->eflags &= ~(EFLAGS_TF | EFLAGS_DF | EFLAGS_RF);
	return (1);
}

void
pimg_frame_complete(struct pimg_thread *t, struct ucontext *uc)
{
	struct sigcontext *mc = &uc->uc_mcontext;
	const struct pimg_frame *f = &t->frame;

	mc->ebx = f->ebx;
	mc->ecx = f->ecx;
	mc->edx = f->edx;
	mc->esi = f->esi;
	mc->edi = f->edi;
	mc->ebp = f->ebp;
	mc->esp = f->sp;
	mc->eip = f->ip;
	mc->eflags = f->flags;
	mc->eax = f->result;
}

/*
 * Leaves through a host frame with context mc and the guest's mask.  The
 * segment register that finds the thread block stays ours.
 */
static void
leave(struct pimg_thread *t, struct rt_frame *h, uint64_t mask)
{

	mask &= ~PIMG_UNBLOCKABLE;
	h->uc.link = 0;
	h->uc.mc.fs = PIMG_TLS_SELECTOR;
	pimg_altstack_host(t, &h->uc.stack);
	t->vmask = mask & PIMG_VIRTUAL;
	pimg_signal_release(t);
	while (!t->pending) {
		h->uc.mask = mask & ~PIMG_VIRTUAL;
		pimg_sigreturn(h);
	}
	t->ret_kept = h->uc.mc.eip;
	t->kept_mask = mask;
	t->waiting = 0;
	h->uc.mc.eip = (unsigned long)pimg_deliver_ret;
	h->uc.mask = ~PIMG_VIRTUAL;
	pimg_sigreturn_kept_too(h);
}

long
pimg_rt_rt_sigreturn(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	struct rt_frame h;
	struct pimg_altstack ss;

	if (pimg_copyin(&h, f->sp - 4, sizeof(h)) != 0) {
		pimg_sigreturn_bad(t);
		return (0);
	}
	ss = h.uc.stack;
	(void)pimg_altstack_set(t, &ss, h.uc.mc.esp);
	leave(t, &h, h.uc.mask);
	return (0);
}

long
pimg_rt_sigreturn(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	struct old_frame o;
	struct rt_frame h;

	if (pimg_copyin(&o, f->sp - 8, sizeof(o)) != 0) {
		pimg_sigreturn_bad(t);
		return (0);
	}
	pimg_memset(&h, 0, sizeof(h));
	h.uc.mc = o.sc;
	leave(t, &h, (uint64_t)o.extramask << 32 | o.sc.oldmask);
	return (0);
}
