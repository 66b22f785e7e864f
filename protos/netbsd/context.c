/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * NetBSD's contexts on amd64: ucontext_t (sys/sys/ucontext.h), mcontext_t
 * (sys/arch/amd64/include/mcontext.h, frame_regs.h) and siginfo_t
 * (sys/sys/siginfo.h).  Handlers return to a trampoline of libc's, which
 * finds the ucontext in r15 and calls setcontext(2).
 */
#include "bsd/bsd.h"

#define	UC_SIGMASK	0x00000001
#define	UC_STACK	0x00000002
#define	UC_CPU		0x00000004
#define	UC_FPU		0x00000008
#define	UC_SETSTACK	0x00010000
#define	UC_CLRSTACK	0x00020000
#define	UC_TLSBASE	0x00080000
#define	UC_KNOWN	(UC_SIGMASK | UC_STACK | UC_CPU | UC_FPU)

struct mcontext {
	uint64_t	regs[15];	/* 0 to 14: rdi ... rax */
	uint64_t	gs, fs, es, ds;
	uint64_t	trapno, err, rip, cs, rflags, rsp, ss;
	uint64_t	tlsbase;
	uint8_t		fpregs[PIMG_FX_SIZE];
};

struct ucontext_nb {
	uint32_t	flags;			/* 0x000 UC_ */
	uint32_t	pad;
	uint64_t	link;
	uint32_t	sigmask[4];		/* 0x010 */
	struct pimg_bsd_stack stack;			/* 0x020 */
	struct mcontext	mc;			/* 0x038 */
};

struct info {
	int32_t		signo, code, error, pad;
	union {
		struct {
			int32_t		pid;
			uint32_t	uid;
			uint64_t	value;
		} rt;
		struct {
			int32_t		pid;
			uint32_t	uid;
			int32_t		status;
			uint32_t	utime, stime;
		} child;
		struct {
			uint64_t	addr;
			int32_t		trap;
		} fault;
		struct {
			int64_t		band;
			int32_t		fd;
		} poll;
		uint8_t	size[112];
	};
};

struct frame {
	struct info	info;
	struct ucontext_nb uc;
};

_Static_assert(sizeof(struct ucontext_nb) == 784, "__UCONTEXT_SIZE");
_Static_assert(sizeof(struct info) == 128, "siginfo_t");

static const uint8_t order[] = {
	PIMG_REG(rdi), PIMG_REG(rsi), PIMG_REG(rdx), PIMG_REG(rcx),
	PIMG_REG(r8), PIMG_REG(r9), PIMG_REG(r10), PIMG_REG(r11),
	PIMG_REG(r12), PIMG_REG(r13), PIMG_REG(r14), PIMG_REG(r15),
	PIMG_REG(rbp), PIMG_REG(rbx), PIMG_REG(rax),
};

void
pimg_system_frame(struct pimg_frame_layout *l)
{

	l->size = sizeof(struct frame);
	l->uc = offsetof(struct frame, uc);
	l->info = offsetof(struct frame, info);
	l->uc_size = sizeof(struct ucontext_nb);
	l->info_size = sizeof(struct info);
	l->sa_flags = 24;
	l->sa_mask = 8;
}

void
pimg_system_uc_out(void *dst, const struct pimg_context *c)
{
	struct ucontext_nb *uc = dst;
	struct mcontext *m = &uc->mc;

	uc->flags = UC_CPU | UC_STACK | UC_TLSBASE |
	    (c->has_mask ? UC_SIGMASK : 0) | (c->has_fp ? UC_FPU : 0) |
	    (c->stack.flags == SS_ONSTACK ? UC_SETSTACK : UC_CLRSTACK);
	pimg_sigset_out((struct pimg_sigset *)uc->sigmask, c->mask);
	pimg_bsd_regs_out(m->regs, &c->mc, order, sizeof(order));
	m->es = m->ds = m->ss = 0x23;
	m->cs = 0x2b;
	m->trapno = c->mc.trapno;
	m->err = c->mc.err;
	m->rip = c->mc.rip;
	m->rflags = c->mc.eflags;
	m->rsp = c->mc.rsp;
	m->tlsbase = c->fsbase;
	if (c->has_fp)
		pimg_memcpy(m->fpregs, c->fx, sizeof(m->fpregs));
	pimg_bsd_stack_out(&uc->stack, &c->stack);
}

long
pimg_system_uc_in(const void *src, struct pimg_context *c)
{
	const struct ucontext_nb *uc = src;
	const struct mcontext *m = &uc->mc;

	if ((uc->flags & UC_KNOWN) == 0)
		return (-EINVAL);
	c->has_mask = (uc->flags & UC_SIGMASK) != 0;
	c->mask = pimg_sigset_in((const struct pimg_sigset *)uc->sigmask);
	c->has_regs = (uc->flags & UC_CPU) != 0;
	pimg_bsd_regs_in(&c->mc, m->regs, order, sizeof(order));
	c->mc.rip = m->rip;
	c->mc.eflags = m->rflags;
	c->mc.rsp = m->rsp;
	c->has_fp = (uc->flags & UC_FPU) != 0;
	if (c->has_fp)
		pimg_memcpy(c->fx, m->fpregs, sizeof(c->fx));
	c->has_fsbase = (uc->flags & UC_TLSBASE) != 0;
	c->fsbase = m->tlsbase;
	return (0);
}

/* SI_* of NetBSD; the codes of faults and children are Linux's. */
static int32_t
code_out(const siginfo_t *si)
{

	switch (si->si_code) {
	case -3:		/* SI_MESGQ */
		return (-4);
	case -4:		/* SI_ASYNCIO */
		return (-3);
	case -6:		/* SI_TKILL: SI_LWP */
		return (-5);
	default:
		return (pimg_bsd_si_code(si, 32767, 0));
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
		i->fault.addr = (uint64_t)si->si_addr;
		break;
	case PIMG_SI_CHILD:
		i->child.pid = si->si_pid;
		i->child.uid = si->si_uid;
		i->child.status = pimg_bsd_si_status(si);
		i->child.utime = (uint32_t)si->si_utime;
		i->child.stime = (uint32_t)si->si_stime;
		break;
	case PIMG_SI_POLL:
		i->poll.band = si->si_band;
		i->poll.fd = si->si_fd;
		break;
	default:
		if (si->si_code != -2) {
			i->rt.pid = si->si_pid;
			i->rt.uid = si->si_uid;
		}
		i->rt.value = (uint64_t)si->si_value.sival_ptr;
	}
}

void
pimg_system_handler(struct sigcontext *mc, void *frame,
    const struct pimg_sigaction *sa, const siginfo_t *si)
{

	mc->r15 = mc->rdx;
	(void)frame;
	(void)sa;
	(void)si;
}
