/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The BSD convention: what runtime/bsd offers, and what the folder of each
 * system (protos/SYSTEM/context.c, start.c) gives it.  All signal numbers and
 * masks inside the image are native ones.
 */
#ifndef PIMG_RUNTIME_BSD_H
#define PIMG_RUNTIME_BSD_H

#include "arch.h"
#include "convention.h"
#include "runtime.h"
#include "start.h"

#define	PIMG_FX_SIZE	512		/* the legacy state, as FXSAVE writes it */
#define	PIMG_EFLAGS_CF	0x1UL
#define	PIMG_EFLAGS_TF	0x100UL
#define	PIMG_EFLAGS_DF	0x400UL

/* A sigset_t of any BSD. */
struct pimg_sigset {
	uint32_t	bits[4];
};

/* convention.c */
void	pimg_bsd_result(struct pimg_frame *f);
uint64_t pimg_sigset_in(const struct pimg_sigset *set);
void	pimg_sigset_out(struct pimg_sigset *set, uint64_t mask);

/*
 * A context on its way to or from the guest: the registers, the mask, the
 * alternate stack, the legacy floating-point state and where in the guest's
 * memory the extended state is (0: none).
 */
struct pimg_context {
	struct sigcontext mc;
	uint64_t	mask;
	struct pimg_altstack stack;
	unsigned long	fsbase;
	int		has_mask, has_regs, has_fp, has_fsbase, has_stack;
	uint8_t		fx[PIMG_FX_SIZE];
	pimg_addr	ext;
	unsigned long	ext_size;
};

/*
 * sigframe.c.  A system's registers are in an order of its own, given as
 * PIMG_REG()s; that of FreeBSD and DragonFly is the trap frame's.
 */
#define	PIMG_REG(name)	(offsetof(struct sigcontext, name) / 8)
#define	PIMG_REGS_TRAPFRAME						\
	PIMG_REG(rdi), PIMG_REG(rsi), PIMG_REG(rdx), PIMG_REG(rcx),	\
	PIMG_REG(r8), PIMG_REG(r9), PIMG_REG(rax), PIMG_REG(rbx),	\
	PIMG_REG(rbp), PIMG_REG(r10), PIMG_REG(r11), PIMG_REG(r12),	\
	PIMG_REG(r13), PIMG_REG(r14), PIMG_REG(r15)
void	pimg_bsd_regs_out(uint64_t *regs, const struct sigcontext *mc,
	    const uint8_t *order, size_t n);
void	pimg_bsd_regs_in(struct sigcontext *mc, const uint64_t *regs,
	    const uint8_t *order, size_t n);
pimg_addr pimg_bsd_ext(const uint8_t fx[PIMG_FX_SIZE]);
void	pimg_bsd_context_get(struct pimg_frame *f, struct pimg_context *c);
long	pimg_bsd_context_set(const struct pimg_context *c);
long	pimg_bsd_sigreturn(struct pimg_frame *f);
void	pimg_bsd_frame_of(const struct sigcontext *mc, struct pimg_frame *f);

/* siginfo.c */
enum { PIMG_SI_SENT, PIMG_SI_FAULT, PIMG_SI_CHILD, PIMG_SI_TIMER, PIMG_SI_POLL };
int	pimg_bsd_si_kind(const siginfo_t *si);
int32_t	pimg_bsd_si_code(const siginfo_t *si, int32_t kernel, int fpe_swapped);
int32_t	pimg_bsd_si_status(const siginfo_t *si);
uint32_t pimg_bsd_trapno(int exception);

/* sigcalls.c: struct sigaltstack of all of them, 24 bytes */
struct pimg_bsd_stack {
	uint64_t	sp, size;
	int32_t		flags;
	int32_t		pad;
};
void	pimg_bsd_stack_out(struct pimg_bsd_stack *ss,
	    const struct pimg_altstack *native);

/* calls that prototypes name */
/* clock.c: told where the native vDSO is, or 0. */
void	pimg_clock_start(unsigned long vdso);

long	pimg_rt_bsd_sigreturn(struct pimg_frame *);
long	pimg_rt_bsd_getcontext(struct pimg_frame *);
long	pimg_rt_bsd_swapcontext(struct pimg_frame *);
long	pimg_rt_bsd_sigaction(struct pimg_frame *);
long	pimg_rt_bsd_sigaction_tramp(struct pimg_frame *);
long	pimg_rt_bsd_sigprocmask(struct pimg_frame *);
long	pimg_rt_bsd_sigpending(struct pimg_frame *);
long	pimg_rt_bsd_sigsuspend(struct pimg_frame *);
long	pimg_rt_bsd_sigaltstack(struct pimg_frame *);
long	pimg_rt_bsd_sigtimedwait(struct pimg_frame *);
long	pimg_rt_bsd_sigwaitinfo(struct pimg_frame *);
long	pimg_rt_bsd_sigwait(struct pimg_frame *);
long	pimg_rt_bsd_sigqueue(struct pimg_frame *);
long	pimg_rt_bsd_fork(struct pimg_frame *);
long	pimg_rt_bsd_vfork(struct pimg_frame *);
long	pimg_rt_bsd_rfork(struct pimg_frame *);
long	pimg_rt_bsd_fexecve(struct pimg_frame *);
long	pimg_rt_bsd_clone(struct pimg_frame *);
long	pimg_rt_bsd_indirect(struct pimg_frame *);

/*
 * Generated, for the indirect call: the function of each slot, an offset from
 * the table, or 0; then the native number, or a constant result if negative.
 */
extern const int32_t pimg_functions[] __attribute__((__visibility__("hidden")));
extern const int32_t pimg_natives[] __attribute__((__visibility__("hidden")));

/* thread.c */
long	pimg_bsd_thread_new(struct pimg_frame *frame, unsigned long fs,
	    pimg_addr tid, const uint64_t *mask);
void	pimg_bsd_thread_end(void) __attribute__((__noreturn__));

/*
 * auxv.c, for a system's start.c: struct ps_strings of all of them (32
 * bytes), and where the guest's vectors are once st->sp is known.
 */
struct pimg_ps_strings {
	uint64_t	argv;
	uint32_t	argc, pad;
	uint64_t	envv;
	uint32_t	envc, pad2;
};
struct pimg_aux *pimg_aux_put(struct pimg_aux *a, unsigned long type,
	    unsigned long value);
unsigned long pimg_bsd_argv(const struct pimg_stack *st);
unsigned long pimg_bsd_envv(const struct pimg_stack *st, unsigned long argc);
unsigned long pimg_bsd_ncpus(void);
unsigned long pimg_push(unsigned long *top, const void *data, size_t len);

/*
 * What a system gives.  The sizes are in bytes and multiples of 8.
 *
 *	pimg_system_frame	the signal frame: its size, and where in it the
 *				ucontext and the siginfo are
 *	pimg_system_uc_out	writes the system's ucontext (zeroed before)
 *	pimg_system_uc_in	reads it; 0, or a negated errno
 *	pimg_system_info_out	writes its siginfo (zeroed before)
 *	pimg_system_handler	registers that its handlers get beside rdi, rsi,
 *				rdx, and other parts of the frame
 */
struct pimg_frame_layout {
	unsigned long	size, uc, info;
	unsigned long	uc_size, info_size;
	unsigned long	sa_flags, sa_mask;	/* in struct sigaction */
};
void	pimg_system_frame(struct pimg_frame_layout *l);
void	pimg_system_uc_out(void *uc, const struct pimg_context *c);
long	pimg_system_uc_in(const void *uc, struct pimg_context *c);
void	pimg_system_info_out(void *info, const siginfo_t *si);
void	pimg_system_handler(struct sigcontext *mc, void *frame,
	    const struct pimg_sigaction *sa, const siginfo_t *si);

/*
 * What a system's programs find at their start: entries of the auxiliary
 * vector from a on, with data pushed below *top; the same again when the place
 * of argv and envp is known; the registers.  They may be given in one of the
 * system's files or another.
 */
struct pimg_aux *pimg_system_aux(struct pimg_aux *a, const struct pimg_start *s,
	    struct pimg_stack *st, unsigned long *top);
void	pimg_system_place(struct pimg_stack *st, unsigned long argc,
	    unsigned long envc);
void	pimg_system_enter(struct pimg_frame *f, const struct pimg_stack *st);

#define	PIMG_FRAME_MAX	2048		/* largest pimg_frame_layout.size */

#endif
