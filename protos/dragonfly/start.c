/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What a DragonFly program finds when it starts: the entries of its auxiliary
 * vector behind the common ones (sys/sys/elf_common.h), and the registers
 * (exec_setregs() of pc64).
 */
#include "abi.h"
#include "bsd/bsd.h"

#define	AT_DF_EXECPATH	15
#define	AT_DF_OSRELDATE	18

struct pimg_aux *
pimg_system_aux(struct pimg_aux *a, const struct pimg_start *s,
    struct pimg_stack *st, unsigned long *top)
{
	struct pimg_ps_strings none = { 0 };

	st->strings = pimg_push(top, &none, sizeof(none));
	a->type = AT_DF_EXECPATH;
	a++->value = pimg_push(top, pimg_process.program,
	    pimg_strlen(pimg_process.program) + 1);
	a->type = AT_DF_OSRELDATE;
	a++->value = BSD_OSRELDATE;
	(void)s;
	return (a);
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

	f->sp = (st->sp & ~15UL) - 8;
	f->rdi = st->sp;
}
