/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Starting a guest program: what start.c (the order of things), stack.c (the
 * initial stack) and move.c (getting out of the way) share.
 */
#ifndef PIMG_RUNTIME_START_H
#define PIMG_RUNTIME_START_H

#include "runtime.h"

#define	PIMG_AUXV_MAX	64

struct pimg_aux {
	uint64_t	type, value;
};

/* The initial stack the kernel made for the image. */
struct pimg_start {
	uint64_t	*sp;
	uint64_t	argc;
	const char	**argv;
	const char	**envp;
	uint64_t	envc;
	struct pimg_aux	*aux;		/* ended by AT_NULL */
	uint64_t	auxc;		/* without it */

	/* from the command line */
	const char	*path;		/* the guest program */
	const char	**args;		/* the guest's argv */
	uint64_t	nargs;
	int		fd;		/* the program, open */
	int		fd_given;	/* ... by --fd */

	/* the chain of interpreters, outermost script first */
	struct pimg_script scripts[PIMG_SCRIPTS + 1];
	int		nscripts;
	struct pimg_program program;
};

/* What prctl(PR_SET_MM_MAP) is told, and where the guest starts. */
struct pimg_stack {
	uint64_t	sp;
	uint64_t	arg_start, arg_end, env_start, env_end;
	struct pimg_aux	aux[PIMG_AUXV_MAX];
	uint64_t	auxc;		/* with AT_NULL */
};

/* Map mode: where the first instructions save and run (entry.S). */
struct pimg_boot {
	struct pimg_frame frame;
	uint64_t	pad;
	char		stack[16384];
};
extern struct pimg_boot pimg_boot __attribute__((__visibility__("hidden")));

void	pimg_aux_filter(struct pimg_aux *aux);
uint64_t pimg_aux_get(const struct pimg_start *s, uint64_t type);
long	pimg_stack_build(struct pimg_start *s, struct pimg_stack *st);
void	pimg_move_away(const struct pimg_start *s, uint64_t low, uint64_t high);

/* entry.S: leaves the current stack for good and calls fn(arg). */
void	pimg_call_on(uint64_t stack, void (*fn)(void *), void *arg)
	    __attribute__((__noreturn__));

#endif
