/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Starting a guest program: what start.c (the order of things), stack.c (the
 * initial stack) and move.c (getting out of the way) share.
 */
#ifndef PIMG_RUNTIME_START_H
#define PIMG_RUNTIME_START_H

#include "arch.h"
#include "runtime.h"

#define	PIMG_AUXV_MAX	64

struct pimg_aux {
	unsigned long	type, value;
};

/* The initial stack the kernel made for the image. */
struct pimg_start {
	unsigned long	*sp;
	unsigned long	argc;
	const char	**argv;
	const char	**envp;
	unsigned long	envc;
	struct pimg_aux	*aux;		/* ended by AT_NULL */
	unsigned long	auxc;		/* without it */

	/* from the command line */
	const char	*path;		/* the guest program */
	const char	**args;		/* the guest's argv */
	unsigned long	nargs;
	int		fd;		/* the program, open */
	int		fd_given;	/* ... by --fd */

	/* the chain of interpreters, outermost script first */
	struct pimg_script scripts[PIMG_SCRIPTS + 1];
	int		nscripts;
	struct pimg_program program;
};

/* What prctl(PR_SET_MM_MAP) is told, and where the guest starts. */
struct pimg_stack {
	unsigned long	sp;
	unsigned long	arg_start, arg_end, env_start, env_end;
	struct pimg_aux	aux[PIMG_AUXV_MAX];
	unsigned long	auxc;		/* with AT_NULL */
	unsigned long	strings;	/* bsd: the guest's struct ps_strings */
};

/* Map mode: where the first instructions save and run (entry.S). */
struct pimg_boot {
	struct pimg_frame frame;
	char		stack[16384];
};
extern struct pimg_boot pimg_boot __attribute__((__visibility__("hidden")));

unsigned long pimg_aux_filter(struct pimg_aux *aux);
unsigned long pimg_aux_get(const struct pimg_start *s, unsigned long type);
/*
 * CONVENTION/auxv.c: the vector, with data below *top, which it lowers; what
 * of it depends on st->sp; the registers at the program's first instruction.
 */
void	pimg_aux_build(struct pimg_start *s, struct pimg_stack *st,
	    unsigned long execfn, unsigned long *top);
void	pimg_aux_place(struct pimg_stack *st, unsigned long argc,
	    unsigned long envc);
void	pimg_enter_frame(struct pimg_frame *f, const struct pimg_stack *st);
long	pimg_stack_build(struct pimg_start *s, struct pimg_stack *st);
void	pimg_move_away(const struct pimg_start *s, unsigned long low, unsigned long high);

/* entry.S: leaves the current stack for good and calls fn(arg). */
void	pimg_call_on(unsigned long stack, void (*fn)(void *), void *arg)
	    __attribute__((__noreturn__));

#endif
