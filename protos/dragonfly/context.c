/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * DragonFly's contexts on x86_64: ucontext_t (sys/sys/ucontext.h), mcontext_t
 * (sys/cpu/x86_64/include/ucontext.h) and siginfo_t (sys/sys/signal.h).
 * mc_fpregs has room for the upper halves of the YMM registers too.
 */
#include "bsd/bsd.h"

#define	MC_FPFMT_NODEV	0x10000
#define	MC_FPFMT_XMM	0x10002
#define	MC_FPFMT_YMM	0x10003
#define	MC_FPOWNED_NONE	0x20000
#define	MC_FPOWNED_FPU	0x20001
#define	YMM_SIZE	(64 + 256)	/* XSAVE header, upper halves */

struct mcontext {
	int64_t		onstack;		/* 0x000 */
	uint64_t	regs[15];		/* rdi to r15 of the trap frame */
	uint64_t	xflags;			/* 0x080 */
	uint64_t	trapno, addr, flags, err;
	uint64_t	rip, cs, rflags, rsp, ss;
	uint32_t	len;			/* 0x0d0 */
	uint32_t	fpformat, ownedfp;
	uint32_t	reserved, unused[8];
	uint8_t		fpregs[1024];		/* 0x100 */
} __attribute__((__aligned__(64)));

struct ucontext_df {
	uint32_t	sigmask[4];		/* 0x000 */
	struct mcontext	mc;			/* 0x040 */
	uint64_t	link;			/* 0x540 */
	struct pimg_bsd_stack stack;			/* 0x548 */
	int32_t		spare[8];
};

struct info {
	int32_t		signo, error, code, pid;
	uint32_t	uid;
	int32_t		status;
	uint64_t	addr, value;
	int64_t		band;
	int32_t		spare[7];
};

struct frame {
	uint64_t	handler;
	struct ucontext_df uc;			/* 0x040 */
	struct info	info;			/* 0x5c0 */
};

_Static_assert(sizeof(struct mcontext) == 1280, "mcontext_t");
_Static_assert(offsetof(struct ucontext_df, mc) == 64, "uc_mcontext");
_Static_assert(sizeof(struct ucontext_df) == 1408, "ucontext_t");
_Static_assert(sizeof(struct info) == 80, "siginfo_t");

static const uint8_t order[] = { PIMG_REGS_TRAPFRAME };

void
pimg_system_frame(struct pimg_frame_layout *l)
{

	l->size = sizeof(struct frame);
	l->uc = offsetof(struct frame, uc);
	l->info = offsetof(struct frame, info);
	l->uc_size = sizeof(struct ucontext_df);
	l->info_size = sizeof(struct info);
	l->sa_flags = 8;
	l->sa_mask = 12;
}

static void
fp_out(struct mcontext *m, const struct pimg_context *c)
{

	m->fpformat = c->has_fp ? MC_FPFMT_XMM : MC_FPFMT_NODEV;
	m->ownedfp = c->has_fp ? MC_FPOWNED_FPU : MC_FPOWNED_NONE;
	if (!c->has_fp)
		return;
	pimg_memcpy(m->fpregs, c->fx, sizeof(c->fx));
	if (c->ext != 0 && c->ext_size >= YMM_SIZE &&
	    pimg_copyin(m->fpregs + sizeof(c->fx), c->ext, YMM_SIZE) == 0)
		m->fpformat = MC_FPFMT_YMM;
}

void
pimg_system_uc_out(void *dst, const struct pimg_context *c)
{
	struct ucontext_df *uc = dst;
	struct mcontext *m = &uc->mc;

	pimg_sigset_out((struct pimg_sigset *)uc->sigmask, c->mask);
	pimg_bsd_regs_out(m->regs, &c->mc, order, sizeof(order));
	m->onstack = c->stack.flags == SS_ONSTACK;
	m->trapno = pimg_bsd_trapno((int)c->mc.trapno);
	m->addr = c->mc.cr2;
	m->err = c->mc.err;
	m->rip = c->mc.rip;
	m->cs = 0x33;
	m->rflags = c->mc.eflags;
	m->rsp = c->mc.rsp;
	m->ss = 0x2b;
	m->len = sizeof(*m);
	fp_out(m, c);
	pimg_bsd_stack_out(&uc->stack, &c->stack);
}

long
pimg_system_uc_in(const void *src, struct pimg_context *c)
{
	const struct ucontext_df *uc = src;
	const struct mcontext *m = &uc->mc;
	pimg_addr ext;

	pimg_bsd_regs_in(&c->mc, m->regs, order, sizeof(order));
	c->mc.rip = m->rip;
	c->mc.eflags = m->rflags;
	c->mc.rsp = m->rsp;
	c->mask = pimg_sigset_in((const struct pimg_sigset *)uc->sigmask);
	c->has_regs = c->has_mask = 1;
	if (m->fpformat != MC_FPFMT_XMM && m->fpformat != MC_FPFMT_YMM)
		return (0);
	pimg_memcpy(c->fx, m->fpregs, sizeof(c->fx));
	c->has_fp = 1;
	if (m->fpformat == MC_FPFMT_YMM && (ext = pimg_bsd_ext(c->fx)) != 0)
		pimg_copyout(ext, m->fpregs + sizeof(c->fx), YMM_SIZE);
	return (0);
}

/* SI_* of DragonFly; the codes of faults and children are Linux's. */
static int32_t
code_out(const siginfo_t *si)
{

	switch (si->si_code) {
	case -3:		/* SI_MESGQ */
		return (-4);
	case -4:		/* SI_ASYNCIO */
		return (-3);
	case -6:		/* SI_TKILL */
		return (0);
	default:
		return (pimg_bsd_si_code(si, 0, 1));
	}
}

void
pimg_system_info_out(void *dst, const siginfo_t *si)
{
	struct info *i = dst;

	i->signo = pimg_signal_out(si->si_signo);
	i->error = si->si_errno != 0 ? pimg_errno_out(si->si_errno) : 0;
	i->code = code_out(si);
	switch (pimg_bsd_si_kind(si)) {
	case PIMG_SI_FAULT:
		i->addr = (uint64_t)si->si_addr;
		break;
	case PIMG_SI_POLL:
		i->band = si->si_band;
		break;
	case PIMG_SI_CHILD:
		i->status = pimg_bsd_si_status(si);
		i->pid = si->si_pid;
		i->uid = si->si_uid;
		break;
	default:
		if (si->si_code != -2) {
			i->pid = si->si_pid;
			i->uid = si->si_uid;
		}
		i->value = (uint64_t)si->si_value.sival_ptr;
	}
}

/* A handler without SA_SIGINFO gets the code, and the address as the fourth. */
void
pimg_system_handler(struct sigcontext *mc, void *frame,
    const struct pimg_sigaction *sa, const siginfo_t *si)
{
	struct frame *f = frame;

	f->handler = sa->handler;
	mc->rcx = f->info.addr;
	if ((sa->flags & SA_SIGINFO) == 0)
		mc->rsi = (uint64_t)(int64_t)f->info.code;
	(void)si;
}
