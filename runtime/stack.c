/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The guest's initial stack.  The kernel built one for the image; its strings
 * stay where they are, and the vectors are made anew below them, with the
 * guest's arguments and an auxiliary vector as the guest's kernel would have
 * written it:
 *
 *	strings, platform, random bytes		(the kernel's)
 *	argument strings			(only for scripts, which add some)
 *	auxv, envp, argv, argc			<- sp, 16-byte aligned
 */
#include <linux/auxvec.h>

#include "gen.h"
#include "start.h"

#define	KERNEL(a, b, c)	((a) << 16 | (b) << 8 | (c))
#define	VECTOR_ARGS	(2 * (PIMG_SCRIPTS + 1) + 1)

unsigned long
pimg_aux_get(const struct pimg_start *s, unsigned long type)
{
	unsigned long i;

	for (i = 0; i < s->auxc; i++)
		if (s->aux[i].type == type)
			return (s->aux[i].value);
	return (0);
}

/* Whether the guest's kernel had this entry (uapi/linux/auxvec.h). */
static int
aux_exists(unsigned long type)
{

	switch (type) {
	case AT_HWCAP2:
		return (PIMG_RELEASE_CODE >= KERNEL(4, 8, 0));
	case AT_MINSIGSTKSZ:
		return (PIMG_RELEASE_CODE >= KERNEL(5, 14, 0));
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

static void
build_aux(struct pimg_start *s, struct pimg_stack *st, unsigned long execfn)
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
}

/*
 * The first arguments, which replace the guest's argv[0] when the program is
 * a script: each interpreter with its argument, innermost first, then the
 * script as it was named.
 */
static unsigned long
script_args(struct pimg_start *s, const char *list[VECTOR_ARGS])
{
	unsigned long n = 0;
	int i;

	for (i = s->nscripts - 1; i >= 0; i--) {
		list[n++] = s->scripts[i].interp;
		if (s->scripts[i].arg[0] != '\0')
			list[n++] = s->scripts[i].arg;
		/* the outer script's interpreter is the inner script's name */
		if (i > 0)
			continue;
		list[n++] = s->path;
	}
	return (n);
}

/* Copies string s below *top; returns its place. */
static unsigned long
push_string(unsigned long *top, const char *s)
{
	size_t n = pimg_strlen(s) + 1;

	*top -= n;
	pimg_memcpy((void *)*top, s, n);
	return (*top);
}

/*
 * Builds the stack.  The caller runs on another one.  Returns 0, or -ENOMEM
 * when there is no memory for the vectors.
 */
long
pimg_stack_build(struct pimg_start *s, struct pimg_stack *st)
{
	const char *extra[VECTOR_ARGS];
	unsigned long top = (unsigned long)(s->aux + s->auxc + 1), i, n;
	unsigned long nextra = s->nscripts > 0 ? script_args(s, extra) : 0;
	unsigned long skip = nextra > 0 && s->nargs > 0 ? 1 : 0;
	unsigned long argc = nextra + s->nargs - skip, *v, *w;

	v = pimg_scratch((argc + s->envc + 3) * sizeof(*v));
	if (v == NULL)
		return (-ENOMEM);
	w = v;
	*w++ = argc;
	for (i = 0; i < nextra; i++)
		*w++ = (unsigned long)extra[i];
	for (i = skip; i < s->nargs; i++)
		*w++ = (unsigned long)s->args[i];
	*w++ = 0;
	for (i = 0; i < s->envc; i++)
		*w++ = (unsigned long)s->envp[i];
	*w++ = 0;
	st->env_start = s->envc > 0 ? (unsigned long)s->envp[0] : top;
	st->env_end = s->envc > 0 ? (unsigned long)s->envp[s->envc - 1] +
	    pimg_strlen(s->envp[s->envc - 1]) + 1 : st->env_start;
	build_aux(s, st, (unsigned long)s->path);

	/*
	 * The kernel's vectors are all copied now.  A script's arguments are
	 * put over them, one after the other, so that /proc/PID/cmdline is
	 * whole.
	 */
	for (i = argc; i > 0 && nextra > 0; i--)
		v[i] = push_string(&top, (const char *)v[i]);
	st->arg_start = argc > 0 ? v[1] : st->env_start;
	st->arg_end = argc > 0 ? v[argc] +
	    pimg_strlen((const char *)v[argc]) + 1 : st->env_start;

	n = (unsigned long)(w - v) * sizeof(*v);
	st->sp = (top - n - st->auxc * sizeof(st->aux[0])) & ~15UL;
	pimg_memcpy((void *)st->sp, v, n);
	pimg_memcpy((void *)(st->sp + n), st->aux,
	    st->auxc * sizeof(st->aux[0]));
	return (0);
}
