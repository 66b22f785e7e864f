/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * FreeBSD's contexts on amd64: struct sigframe (sys/amd64/include/sigframe.h),
 * ucontext_t (sys/sys/_ucontext.h), mcontext_t (sys/x86/include/ucontext.h)
 * and siginfo_t (sys/sys/signal.h).
 */
#include "bsd/bsd.h"

#define	MC_HASSEGS	0x1
#define	MC_HASBASES	0x2
#define	MC_HASFPXSTATE	0x4
#define	MC_FPFMT_NODEV	0x10000
#define	MC_FPFMT_XMM	0x10002
#define	MC_FPOWNED_NONE	0x20000
#define	MC_FPOWNED_FPU	0x20001

struct mcontext {
	int64_t		onstack;		/* 0x000 */
	uint64_t	regs[15];		/* rdi to r15 of the trap frame */
	uint32_t	trapno;			/* 0x080 */
	uint16_t	fs, gs;
	uint64_t	addr;
	uint32_t	flags;			/* 0x090 MC_HAS */
	uint16_t	es, ds;
	uint64_t	err, rip, cs, rflags, rsp, ss;
	int64_t		len;			/* 0x0c8 */
	int64_t		fpformat, ownedfp;
	uint8_t		fpstate[PIMG_FX_SIZE] __attribute__((__aligned__(16)));
	uint64_t	fsbase;			/* 0x2e0 */
	uint64_t	gsbase;
	uint64_t	xfpustate, xfpustate_len;
	uint64_t	tlsbase;
	int64_t		spare[3];
};

struct ucontext_fb {
	uint32_t	sigmask[4];		/* 0x000 */
	struct mcontext	mc;			/* 0x010 */
	uint64_t	link;			/* 0x330 */
	struct pimg_bsd_stack stack;			/* 0x338 */
	int32_t		flags;			/* 0x350 */
	int32_t		spare[4];
};

struct info {
	int32_t		signo, error, code, pid;
	uint32_t	uid;
	int32_t		status;
	uint64_t	addr, value;
	union {
		int32_t	trapno;
		struct {
			int32_t	timerid, overrun;
		};
		int64_t	band;
		int64_t	spare[5];
	};
};

struct frame {
	uint64_t	handler;		/* 0x000 */
	uint64_t	pad;
	struct ucontext_fb uc;			/* 0x010 */
	struct info	info;			/* 0x380 */
};

_Static_assert(offsetof(struct mcontext, fpstate) == 0xe0, "mc_fpstate");
_Static_assert(sizeof(struct mcontext) == 800, "mcontext_t");
_Static_assert(sizeof(struct ucontext_fb) == 880, "ucontext_t");
_Static_assert(sizeof(struct info) == 80, "siginfo_t");
_Static_assert(sizeof(struct frame) == 976, "struct sigframe");

void
pimg_system_frame(struct pimg_frame_layout *l)
{

	l->size = sizeof(struct frame);
	l->uc = offsetof(struct frame, uc);
	l->info = offsetof(struct frame, info);
	l->uc_size = sizeof(struct ucontext_fb);
	l->info_size = sizeof(struct info);
	l->sa_flags = 8;
	l->sa_mask = 12;
}

static const uint8_t order[] = { PIMG_REGS_TRAPFRAME };

static void
regs_out(struct mcontext *m, const struct sigcontext *mc)
{

	pimg_bsd_regs_out(m->regs, mc, order, sizeof(order));
	m->rip = mc->rip;
	m->rflags = mc->eflags;
	m->rsp = mc->rsp;
	m->cs = 0x43;			/* GSEL(GUCODE_SEL, SEL_UPL) */
	m->ss = m->ds = m->es = 0x3b;
	m->fs = 0x13;
	m->gs = 0x1b;
}

void
pimg_system_uc_out(void *dst, const struct pimg_context *c)
{
	struct ucontext_fb *uc = dst;
	struct mcontext *m = &uc->mc;

	pimg_sigset_out((struct pimg_sigset *)uc->sigmask, c->mask);
	regs_out(m, &c->mc);
	m->onstack = c->stack.flags == SS_ONSTACK;
	m->trapno = pimg_bsd_trapno((int)c->mc.trapno);
	m->err = c->mc.err;
	m->addr = c->mc.cr2;
	m->len = sizeof(*m);
	m->flags = MC_HASSEGS | MC_HASBASES;
	m->fsbase = c->fsbase;
	m->fpformat = c->has_fp ? MC_FPFMT_XMM : MC_FPFMT_NODEV;
	m->ownedfp = c->has_fp ? MC_FPOWNED_FPU : MC_FPOWNED_NONE;
	if (c->has_fp)
		pimg_memcpy(m->fpstate, c->fx, sizeof(m->fpstate));
	if (c->ext != 0) {
		m->flags |= MC_HASFPXSTATE;
		m->xfpustate = c->ext;
		m->xfpustate_len = c->ext_size;
	}
	pimg_bsd_stack_out(&uc->stack, &c->stack);
}

long
pimg_system_uc_in(const void *src, struct pimg_context *c)
{
	const struct ucontext_fb *uc = src;
	const struct mcontext *m = &uc->mc;

	if (m->len != sizeof(*m))
		return (-EINVAL);
	pimg_bsd_regs_in(&c->mc, m->regs, order, sizeof(order));
	c->mc.rip = m->rip;
	c->mc.eflags = m->rflags;
	c->mc.rsp = m->rsp;
	c->mask = pimg_sigset_in((const struct pimg_sigset *)uc->sigmask);
	c->has_regs = c->has_mask = 1;
	if (m->fpformat == MC_FPFMT_XMM && m->ownedfp != MC_FPOWNED_NONE) {
		pimg_memcpy(c->fx, m->fpstate, sizeof(c->fx));
		c->has_fp = 1;
		if (m->flags & MC_HASFPXSTATE)
			c->ext = m->xfpustate;
	}
	if (m->flags & MC_HASBASES) {
		c->fsbase = m->fsbase;
		c->has_fsbase = 1;
	}
	return (0);
}

/* SI_* of FreeBSD; the codes of faults and children are Linux's. */
static int32_t
code_out(const siginfo_t *si)
{

	switch (si->si_code) {
	case 0:			/* SI_USER */
		return (0x10001);
	case -1:		/* SI_QUEUE */
		return (0x10002);
	case -2:		/* SI_TIMER */
		return (0x10003);
	case -3:		/* SI_MESGQ */
		return (0x10005);
	case -4:		/* SI_ASYNCIO */
		return (0x10004);
	case -6:		/* SI_TKILL */
		return (0x10007);
	default:
		return (pimg_bsd_si_code(si, 0x10006, 1));
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
	case PIMG_SI_CHILD:
		i->pid = si->si_pid;
		i->uid = si->si_uid;
		i->status = pimg_bsd_si_status(si);
		break;
	case PIMG_SI_TIMER:
		i->timerid = si->si_tid;
		i->overrun = si->si_overrun;
		i->value = (uint64_t)si->si_value.sival_ptr;
		break;
	case PIMG_SI_POLL:
		i->band = si->si_band;
		break;
	default:
		i->pid = si->si_pid;
		i->uid = si->si_uid;
		i->value = (uint64_t)si->si_value.sival_ptr;
	}
}

/* sendsig(): a handler without SA_SIGINFO gets the code and the address */
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
