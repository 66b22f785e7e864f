/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What a NetBSD program finds when it starts: the entries of its auxiliary
 * vector behind the common ones (sys/sys/exec_elf.h, sys/kern/exec_elf.c), and
 * the registers (setregs() of amd64): rbx is struct ps_strings, rdx a cleanup
 * function, which there is none of.
 */
#include "abi.h"
#include "bsd/bsd.h"

#define	AT_NB_EUID	2000
#define	AT_NB_RUID	2001
#define	AT_NB_EGID	2002
#define	AT_NB_RGID	2003
#define	AT_NB_STACKBASE	13
#define	AT_NB_EXECNAME	2014

struct pimg_aux *
pimg_system_aux(struct pimg_aux *a, const struct pimg_start *s,
    struct pimg_stack *st, unsigned long *top)
{
	struct pimg_ps_strings none = { 0 };

	st->strings = pimg_push(top, &none, sizeof(none));
	a = pimg_aux_put(a, AT_NB_EUID, (unsigned long)pimg_sys(__NR_geteuid));
	a = pimg_aux_put(a, AT_NB_RUID, (unsigned long)pimg_sys(__NR_getuid));
	a = pimg_aux_put(a, AT_NB_EGID, (unsigned long)pimg_sys(__NR_getegid));
	a = pimg_aux_put(a, AT_NB_RGID, (unsigned long)pimg_sys(__NR_getgid));
	a = pimg_aux_put(a, AT_NB_STACKBASE, pimg_stack_base());
	(void)s;
	return (pimg_aux_put(a, AT_NB_EXECNAME, pimg_push(top, pimg_process.program,
	    pimg_strlen(pimg_process.program) + 1)));
}

void
pimg_system_place(struct pimg_stack *st, unsigned long argc,
    unsigned long envc)
{

	(void)st;
	(void)argc;
	(void)envc;
}

void
pimg_system_enter(struct pimg_frame *f, const struct pimg_stack *st)
{

	f->sp = st->sp;
	f->rbx = st->strings;
}
