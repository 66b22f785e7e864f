/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The guest's initial stack.  The kernel built one for the image; its strings
 * stay where they are, and the vectors are made anew below them, with the
 * guest's arguments and an auxiliary vector as the guest's kernel would have
 * written it (CONVENTION/auxv.c):
 *
 *	strings, platform, random bytes		(the kernel's)
 *	argument strings			(only for scripts, which add some)
 *	auxv, envp, argv, argc			<- sp, 16-byte aligned
 */
#include "start.h"

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
	pimg_aux_build(s, st, (unsigned long)s->path, &top);

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
	pimg_aux_place(st, argc, s->envc);
	pimg_memcpy((void *)st->sp, v, n);
	pimg_memcpy((void *)(st->sp + n), st->aux,
	    st->auxc * sizeof(st->aux[0]));
	return (0);
}
