/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What a FreeBSD program finds when it starts: the entries of its auxiliary
 * vector behind the common ones (sys/sys/elf_common.h; in the kernel's order,
 * sys/kern/imgact_elf.c), and the registers (exec_setregs() of amd64).
 *
 * There is no AT_TIMEKEEP: its page needs a kernel that renews it every
 * second or so, and a program that has none makes the call.
 */
#include "abi.h"
#include "bsd/bsd.h"

#define	AT_FB_EHDRFLAGS	24
#define	AT_FB_EXECPATH	15
#define	AT_FB_OSRELDATE	18
#define	AT_FB_CANARY	16
#define	AT_FB_CANARYLEN	17
#define	AT_FB_NCPUS	19
#define	AT_FB_PAGESIZES	20
#define	AT_FB_PAGESIZESLEN 21
#define	AT_FB_STACKPROT	23
#define	AT_FB_BSDFLAGS	27
#define	AT_FB_ARGC	28
#define	AT_FB_ARGV	29
#define	AT_FB_ENVC	30
#define	AT_FB_ENVV	31
#define	AT_FB_PS_STRINGS 32
#define	AT_FB_USRSTACKBASE 35
#define	AT_FB_USRSTACKLIM 36

#define	CANARY_LEN	64
#define	PROT_RW		3
#define	RLIMIT_STACK	3

struct pimg_aux *
pimg_system_aux(struct pimg_aux *a, const struct pimg_start *s,
    struct pimg_stack *st, unsigned long *top)
{
	static const unsigned long sizes[] = { PIMG_PAGE, 0x200000 };
	struct pimg_ps_strings none = { 0 };
	unsigned long limit[2] = { 0, 0 };
	char canary[CANARY_LEN];

	pimg_sys(__NR_getrandom, canary, sizeof(canary), 1);
	pimg_sys(__NR_prlimit64, 0, RLIMIT_STACK, NULL, limit);
	st->strings = pimg_push(top, &none, sizeof(none));
	a = pimg_aux_put(a, AT_FB_EHDRFLAGS, 0);
	a = pimg_aux_put(a, AT_FB_EXECPATH, pimg_push(top, pimg_process.program,
	    pimg_strlen(pimg_process.program) + 1));
	a = pimg_aux_put(a, AT_FB_OSRELDATE, BSD_OSRELDATE);
	a = pimg_aux_put(a, AT_FB_CANARY, pimg_push(top, canary, sizeof(canary)));
	a = pimg_aux_put(a, AT_FB_CANARYLEN, sizeof(canary));
	a = pimg_aux_put(a, AT_FB_NCPUS, pimg_bsd_ncpus());
	a = pimg_aux_put(a, AT_FB_PAGESIZES, pimg_push(top, sizes, sizeof(sizes)));
	a = pimg_aux_put(a, AT_FB_PAGESIZESLEN, sizeof(sizes));
	a = pimg_aux_put(a, AT_FB_STACKPROT, s->program.exec_stack ? PROT_RW | 4 :
	    PROT_RW);
	a = pimg_aux_put(a, AT_FB_BSDFLAGS, 0);
	a = pimg_aux_put(a, AT_FB_ARGC, 0);
	a = pimg_aux_put(a, AT_FB_ARGV, 0);
	a = pimg_aux_put(a, AT_FB_ENVC, 0);
	a = pimg_aux_put(a, AT_FB_ENVV, 0);
	a = pimg_aux_put(a, AT_FB_PS_STRINGS, st->strings);
	a = pimg_aux_put(a, AT_FB_USRSTACKBASE, pimg_stack_base());
	return (pimg_aux_put(a, AT_FB_USRSTACKLIM, limit[0]));
}

void
pimg_system_place(struct pimg_stack *st, unsigned long argc,
    unsigned long envc)
{
	struct pimg_aux *a;

	for (a = st->aux; a->type != 0; a++)
		if (a->type == AT_FB_ARGC)
			a->value = argc;
		else if (a->type == AT_FB_ENVC)
			a->value = envc;
		else if (a->type == AT_FB_ARGV)
			a->value = pimg_bsd_argv(st);
		else if (a->type == AT_FB_ENVV)
			a->value = pimg_bsd_envv(st, argc);
}

void
pimg_system_enter(struct pimg_frame *f, const struct pimg_stack *st)
{

	f->sp = (st->sp & ~15UL) - 8;
	f->rdi = st->sp;
}
