/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Signal frames of the BSDs, and contexts that programs save and restore.
 *
 *	stack before the signal
 *	red zone (128 bytes)
 *	extended state		from byte 512 of the host's, 64-byte aligned
 *	the system's frame	with the legacy state in its ucontext
 *	return address		<- rsp at the handler's entry
 *
 * The extended state does not fit into the ucontext of any BSD.  Where it is,
 * is kept in bytes of the legacy state that FXSAVE leaves to software, with
 * what the kernel wrote there; a context that does not have them, or whose
 * extended state cannot be read, is restored without it.
 */
#include "bsd.h"

#define	RED_ZONE	128
#define	SW_RESERVED	464		/* struct _fpx_sw_bytes */
#define	EXT_MAX		(12288 - PIMG_FX_SIZE)	/* the largest that is restored */
#define	EXT_COOKIE	0x676d6970	/* "pimg" */
#define	UC_FLAGS	7		/* UC_FP_XSTATE | UC_SIGCONTEXT_SS | UC_STRICT_RESTORE_SS */
#define	USER_CS		0x33
#define	USER_SS		0x2b
#define	ARCH_SET_FS	0x1002
#define	ARCH_GET_FS	0x1003

extern const char pimg_guest_sigreturn[] __attribute__((__visibility__("hidden")));

static struct _fpx_sw_bytes *
sw_bytes(uint8_t fx[PIMG_FX_SIZE])
{

	return ((struct _fpx_sw_bytes *)(void *)(fx + SW_RESERVED));
}

/* Where the extended state of a legacy state is, or 0. */
pimg_addr
pimg_bsd_ext(const uint8_t fx[PIMG_FX_SIZE])
{
	struct _fpx_sw_bytes sw;

	pimg_memcpy(&sw, fx + SW_RESERVED, sizeof(sw));
	return (sw.magic1 == FP_XSTATE_MAGIC1 &&
	    sw.padding[0] == EXT_COOKIE ? sw.padding[1] |
	    (pimg_addr)sw.padding[2] << 32 : 0);
}

void
pimg_bsd_regs_out(uint64_t *regs, const struct sigcontext *mc,
    const uint8_t *order, size_t n)
{
	const uint64_t *from = (const void *)mc;
	size_t i;

	for (i = 0; i < n; i++)
		regs[i] = from[order[i]];
}

void
pimg_bsd_regs_in(struct sigcontext *mc, const uint64_t *regs,
    const uint8_t *order, size_t n)
{
	uint64_t *to = (void *)mc;
	size_t i;

	for (i = 0; i < n; i++)
		to[order[i]] = regs[i];
}

static unsigned long
get_fsbase(void)
{
	unsigned long base = 0;

	pimg_sys(__NR_arch_prctl, ARCH_GET_FS, &base);
	return (base);
}

/* c's floating-point state from uc, the extended part copied to ext. */
static int
save_fp(struct pimg_context *c, const struct ucontext *uc, pimg_addr ext,
    unsigned long size)
{
	const uint8_t *fp = (const void *)uc->uc_mcontext.fpstate;
	struct _fpx_sw_bytes *sw = sw_bytes(c->fx);

	if (fp == NULL)
		return (1);
	pimg_memcpy(c->fx, fp, PIMG_FX_SIZE);
	c->has_fp = 1;
	if (size == 0)
		return (1);
	c->ext = ext;
	c->ext_size = sw->xstate_size - PIMG_FX_SIZE;
	sw->padding[0] = EXT_COOKIE;
	sw->padding[1] = (uint32_t)ext;
	sw->padding[2] = (uint32_t)(ext >> 32);
	return (pimg_copyout(ext, fp + PIMG_FX_SIZE, size) == 0);
}

/* Where the frame for a handler of sa goes, or 0 if it does not fit. */
static unsigned long
place(struct pimg_thread *t, const struct sigcontext *mc,
    const struct pimg_sigaction *sa, const struct pimg_frame_layout *l,
    unsigned long ext_size, unsigned long *ext)
{
	struct pimg_altstack ss = pimg_altstack_report(t, mc->rsp);
	int alt = ss.flags == SS_ONSTACK;
	unsigned long sp = mc->rsp - RED_ZONE;

	if ((sa->flags & SA_ONSTACK) && ss.flags == 0) {
		sp = ss.sp + ss.size;
		alt = 1;
	}
	sp = *ext = (sp - ext_size) & ~63UL;
	sp = (sp - l->size) & ~63UL;
	return (alt && !pimg_on_altstack(&ss, sp - 8) ? 0 : sp);
}

int
pimg_frame_push(struct pimg_thread *t, int sig, const siginfo_t *si,
    struct ucontext *uc, const struct pimg_sigaction *sa, uint64_t old)
{
	unsigned long fp_size = pimg_fpstate_size(uc), ext_size, ext, sp, ret;
	struct sigcontext *mc = &uc->uc_mcontext;
	uint8_t frame[PIMG_FRAME_MAX] __attribute__((__aligned__(64)));
	struct pimg_frame_layout l;
	struct pimg_context c;

	pimg_system_frame(&l);
	ext_size = fp_size > PIMG_FX_SIZE ? fp_size - PIMG_FX_SIZE : 0;
	if ((sp = place(t, mc, sa, &l, ext_size, &ext)) == 0)
		return (0);
	pimg_memset(&c, 0, sizeof(c));
	pimg_memset(frame, 0, sizeof(frame));
	c.mc = *mc;
	c.mask = old;
	c.stack = pimg_altstack_report(t, mc->rsp);
	c.fsbase = get_fsbase();
	c.has_mask = c.has_regs = c.has_fsbase = c.has_stack = 1;
	if (!save_fp(&c, uc, ext, ext_size))
		return (0);
	pimg_system_uc_out(frame + l.uc, &c);
	pimg_system_info_out(frame + l.info, si);
	mc->rdi = (uint64_t)pimg_signal_out(sig);
	mc->rsi = sp + l.info;
	mc->rdx = sp + l.uc;
	mc->rax = 0;
	pimg_system_handler(mc, frame, sa, si);
	ret = sa->restorer != 0 ? sa->restorer :
	    (unsigned long)pimg_guest_sigreturn;
	if (pimg_copyout(sp, frame, l.size) != 0 ||
	    pimg_copyout(sp - 8, &ret, sizeof(ret)) != 0) {
		*mc = c.mc;
		return (0);
	}
	mc->rsp = sp - 8;
	mc->rip = sa->handler;
	mc->eflags &= ~(PIMG_EFLAGS_TF | PIMG_EFLAGS_DF | 0x10000UL);
	return (1);
}

/* ------------------------------------------------------------------ */
/* The way back                                                       */

/* What rt_sigreturn(2) reads, and the extended state it points to. */
struct host_frame {
	uint64_t	pretcode;
	struct ucontext	uc;
	siginfo_t	info;
};

/* Puts the floating-point state of c together at fp; 0: there is none. */
static void *
build_fp(const struct pimg_context *c, uint8_t *fp)
{
	struct _fpx_sw_bytes *sw = sw_bytes(fp);
	pimg_addr ext;
	uint32_t size;

	if (!c->has_fp)
		return (NULL);
	pimg_memcpy(fp, c->fx, PIMG_FX_SIZE);
	ext = c->ext != 0 ? c->ext : pimg_bsd_ext(fp);
	size = sw->extended_size;
	if (sw->magic1 != FP_XSTATE_MAGIC1 || size <= PIMG_FX_SIZE ||
	    size > PIMG_FX_SIZE + EXT_MAX || ext == 0 ||
	    pimg_copyin(fp + PIMG_FX_SIZE, ext, size - PIMG_FX_SIZE) != 0)
		pimg_memset(sw, 0, sizeof(*sw));
	return (fp);
}

/* The guest's registers as the frame has them. */
static void
regs_of(const struct pimg_frame *f, struct sigcontext *mc)
{

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
	mc->cs = USER_CS;
	mc->ss = USER_SS;
}

/* The reverse, as far as a frame goes: rcx, r11 and rax are lost. */
void
pimg_bsd_frame_of(const struct sigcontext *mc, struct pimg_frame *f)
{

	f->rdi = mc->rdi;
	f->rsi = mc->rsi;
	f->rdx = mc->rdx;
	f->r10 = mc->r10;
	f->r8 = mc->r8;
	f->r9 = mc->r9;
	f->rbx = mc->rbx;
	f->rbp = mc->rbp;
	f->r12 = mc->r12;
	f->r13 = mc->r13;
	f->r14 = mc->r14;
	f->r15 = mc->r15;
	f->sp = mc->rsp;
	f->ip = mc->rip;
}

/* The caller's own context: what getcontext(2) saves. */
void
pimg_bsd_context_get(struct pimg_frame *f, struct pimg_context *c)
{
	struct pimg_thread *t = pimg_self();
	uint8_t fx[PIMG_FX_SIZE] __attribute__((__aligned__(64)));
	uint64_t mask;

	pimg_memset(c, 0, sizeof(*c));
	regs_of(f, &c->mc);
	c->mc.eflags &= ~PIMG_EFLAGS_CF;
	if (pimg_mask_change(SIG_BLOCK, NULL, &mask) == 0) {
		c->mask = mask;
		c->has_mask = 1;
	}
	c->stack = pimg_altstack_report(t, f->sp);
	c->fsbase = get_fsbase();
	/* nothing in the image uses these registers: they are the guest's */
	__asm__ volatile("fxsave64 %0" : "=m"(fx));
	pimg_memcpy(c->fx, fx, sizeof(fx));
	pimg_memset(sw_bytes(c->fx), 0, sizeof(struct _fpx_sw_bytes));
	c->has_regs = c->has_fp = c->has_fsbase = c->has_stack = 1;
}

/* The state at the moment, for a context that brings none. */
static void *
current_fp(uint8_t *fp)
{

	__asm__ volatile("fxsave64 (%0)" : : "r"(fp) : "memory");
	pimg_memset(sw_bytes(fp), 0, sizeof(struct _fpx_sw_bytes));
	return (fp);
}

/*
 * Leaves for context c, whose missing parts are the caller's.  Returns
 * only if c asks for no registers: 0, with its mask set.
 */
long
pimg_bsd_context_set(const struct pimg_context *c)
{
	uint8_t fp[PIMG_FX_SIZE + EXT_MAX] __attribute__((__aligned__(64)));
	struct pimg_thread *t = pimg_self();
	struct host_frame h;
	uint64_t mask = c->mask;
	long r;

	if (!c->has_mask || !c->has_regs) {
		r = pimg_mask_change(SIG_SETMASK, c->has_mask ? &mask : NULL,
		    &mask);
		if (r != 0 || !c->has_regs)
			return (r);
	}
	pimg_memset(&h, 0, sizeof(h));
	h.uc.uc_flags = UC_FLAGS;
	h.uc.uc_mcontext = c->mc;
	h.uc.uc_mcontext.cs = USER_CS;
	h.uc.uc_mcontext.ss = USER_SS;
	h.uc.uc_mcontext.fpstate = c->has_fp ? build_fp(c, fp) : current_fp(fp);
	if (c->has_stack)
		(void)pimg_altstack_set(t, &c->stack, c->mc.rsp);
	if (c->has_fsbase && c->fsbase != get_fsbase())
		pimg_sys(__NR_arch_prctl, ARCH_SET_FS, c->fsbase);
	pimg_context_leave(t, &h.uc, mask);
}

/* From pimg_guest_sigreturn: the frame is at the stack pointer. */
long
pimg_bsd_sigreturn(struct pimg_frame *f)
{
	struct pimg_frame_layout l;

	pimg_system_frame(&l);
	f->arg[0] = f->sp + l.uc;
	return (pimg_rt_bsd_sigreturn(f));
}

/* sigreturn(ucontext), and setcontext(ucontext) */
long
pimg_rt_bsd_sigreturn(struct pimg_frame *f)
{
	uint8_t uc[PIMG_FRAME_MAX] __attribute__((__aligned__(64)));
	struct pimg_frame_layout l;
	struct pimg_context c;
	long r;

	pimg_system_frame(&l);
	pimg_memset(&c, 0, sizeof(c));
	if (pimg_copyin(uc, f->arg[0], l.uc_size) != 0)
		return (-EFAULT);
	if ((r = pimg_system_uc_in(uc, &c)) != 0)
		return (r);
	return (pimg_bsd_context_set(&c));
}

/* getcontext(ucontext) */
long
pimg_rt_bsd_getcontext(struct pimg_frame *f)
{
	uint8_t uc[PIMG_FRAME_MAX] __attribute__((__aligned__(64)));
	struct pimg_frame_layout l;
	struct pimg_context c;

	pimg_system_frame(&l);
	pimg_memset(uc, 0, sizeof(uc));
	pimg_bsd_context_get(f, &c);
	pimg_system_uc_out(uc, &c);
	return (pimg_copyout(f->arg[0], uc, l.uc_size));
}

/* swapcontext(save, restore) */
long
pimg_rt_bsd_swapcontext(struct pimg_frame *f)
{
	long r;

	if (f->arg[0] == 0 || f->arg[1] == 0)
		return (-EINVAL);
	if ((r = pimg_rt_bsd_getcontext(f)) != 0)
		return (r);
	f->arg[0] = f->arg[1];
	return (pimg_rt_bsd_sigreturn(f));
}
