/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The auxiliary vector of a Linux of the personality's release.
 */
#include <linux/auxvec.h>

#include "code.h"
#include "start.h"

#define	KERNEL(a, b, c)	((a) << 16 | (b) << 8 | (c))

/* Whether the guest's kernel had this entry (uapi/linux/auxvec.h). */
static int
aux_exists(unsigned long type)
{

	switch (type) {
	case AT_HWCAP2:
		return (pimg_release_code >= KERNEL(4, 8, 0));
	case AT_MINSIGSTKSZ:
		return (pimg_release_code >= KERNEL(5, 14, 0));
	default:
		return (type <= AT_RANDOM || type == AT_EXECFN ||
#ifdef AT_SYSINFO	/* i386 */
		    type == AT_SYSINFO ||
#endif
		    type == AT_SYSINFO_EHDR);
	}
}

/*
 * Removes, in place, what the guest's kernel would not have written.  Returns
 * the number of entries left, AT_NULL included.
 */
unsigned long
pimg_aux_filter(struct pimg_aux *from)
{
	struct pimg_aux *to = from, *start = from;

	do {
		if (from->type != AT_NULL && !aux_exists(from->type))
			continue;
		if (from->type == AT_SYSINFO_EHDR &&
		    (from->value = pimg_vdso_copy(from->value)) == 0)
			continue;
		*to++ = *from;
	} while ((from++)->type != AT_NULL);
	return ((unsigned long)(to - start));
}

/* The guest's vector from the kernel's, into st. */
void
pimg_aux_build(struct pimg_start *s, struct pimg_stack *st, unsigned long execfn,
    unsigned long *top)
{
	const struct pimg_program *p = &s->program;
	struct pimg_aux *a = st->aux;
	unsigned long i;

	for (i = 0; i < s->auxc && a < st->aux + PIMG_AUXV_MAX - 1; i++) {
		if (!aux_exists(s->aux[i].type))
			continue;
		*a = s->aux[i];
		switch (a->type) {
		case AT_PHDR:
			a->value = p->phdr;
			break;
		case AT_PHENT:
			a->value = PIMG_PHENT;
			break;
		case AT_PHNUM:
			a->value = p->phnum;
			break;
		case AT_BASE:
			a->value = p->base;
			break;
		case AT_ENTRY:
			a->value = p->program_entry;
			break;
		case AT_EXECFN:
			a->value = execfn;
			break;
		case AT_FLAGS:
			a->value = 0;
			break;
		case AT_SYSINFO_EHDR:
			if ((a->value = pimg_vdso_copy(a->value)) == 0)
				continue;
			break;
		}
		a++;
	}
	a->type = AT_NULL;
	a->value = 0;
	st->auxc = (unsigned long)(a - st->aux) + 1;
	(void)top;
}

void
pimg_aux_place(struct pimg_stack *st, unsigned long argc, unsigned long envc)
{

	(void)st;
	(void)argc;
	(void)envc;
}

void
pimg_enter_frame(struct pimg_frame *f, const struct pimg_stack *st)
{

	f->sp = st->sp;
}
