/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The auxiliary vector of the BSDs, whose first numbers are Linux's; the rest
 * is the system's (protos/SYSTEM/start.c).
 */
#include <linux/auxvec.h>

#include "bsd.h"

/* The main thread's stack, for hooks. */
static struct {
	unsigned long	base;		/* the first address above it */
	unsigned long	strings;	/* struct ps_strings */
} stack;

/* Pushes data below *top, 16-byte aligned; returns its place. */
unsigned long
pimg_push(unsigned long *top, const void *data, size_t len)
{

	*top = (*top - len) & ~15UL;
	pimg_memcpy((void *)*top, data, len);
	return (*top);
}

struct pimg_aux *
pimg_aux_put(struct pimg_aux *a, unsigned long type, unsigned long value)
{

	a->type = type;
	a->value = value;
	return (a + 1);
}

void
pimg_aux_build(struct pimg_start *s, struct pimg_stack *st,
    unsigned long execfn, unsigned long *top)
{
	const struct pimg_program *p = &s->program;
	const struct pimg_aux first[] = {
		{ AT_PHDR, p->phdr }, { AT_PHENT, PIMG_PHENT },
		{ AT_PHNUM, p->phnum }, { AT_PAGESZ, PIMG_PAGE },
		{ AT_FLAGS, 0 }, { AT_ENTRY, p->program_entry },
		{ AT_BASE, p->base },
	};
	struct pimg_aux *a;

	(void)execfn;
	pimg_clock_start(pimg_aux_get(s, AT_SYSINFO_EHDR));
	/* the kernel's last string, and 8 bytes */
	stack.base = pimg_aux_get(s, AT_EXECFN);
	stack.base = PIMG_PAGE_UP(stack.base +
	    pimg_strlen((const char *)stack.base) + 8);
	pimg_memcpy(st->aux, first, sizeof(first));
	a = pimg_system_aux(st->aux + sizeof(first) / sizeof(first[0]), s, st,
	    top);
	a->type = AT_NULL;
	a->value = 0;
	st->auxc = (unsigned long)(a - st->aux) + 1;
}

void
pimg_aux_place(struct pimg_stack *st, unsigned long argc, unsigned long envc)
{

	struct pimg_ps_strings ps = {
		.argv = pimg_bsd_argv(st), .argc = (uint32_t)argc,
		.envv = pimg_bsd_envv(st, argc), .envc = (uint32_t)envc,
	};

	if (st->strings != 0)
		pimg_memcpy((void *)st->strings, &ps, sizeof(ps));
	stack.strings = st->strings;
	pimg_system_place(st, argc, envc);
}

unsigned long
pimg_bsd_argv(const struct pimg_stack *st)
{

	return (st->sp + sizeof(unsigned long));
}

unsigned long
pimg_bsd_envv(const struct pimg_stack *st, unsigned long argc)
{

	return (st->sp + (argc + 2) * sizeof(unsigned long));
}

/* The processors this process may run on. */
unsigned long
pimg_bsd_ncpus(void)
{
	uint64_t set[128] = { 0 };
	long n = pimg_sys(__NR_sched_getaffinity, 0, sizeof(set), set), i;
	unsigned long count = 0;

	for (i = 0; i < n / 8; i++)
		for (; set[i] != 0; set[i] &= set[i] - 1)
			count++;
	return (count != 0 ? count : 1);
}

unsigned long
pimg_stack_base(void)
{

	return (stack.base);
}

unsigned long
pimg_ps_strings(void)
{

	return (stack.strings);
}

void
pimg_enter_frame(struct pimg_frame *f, const struct pimg_stack *st)
{

	pimg_system_enter(f, st);
}

/* Map mode is for Linux personalities; the BSDs' loader is this image. */
unsigned long
pimg_aux_filter(struct pimg_aux *aux)
{
	unsigned long n = 0;

	while (aux[n++].type != AT_NULL)
		;
	return (n);
}
