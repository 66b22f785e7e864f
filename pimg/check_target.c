/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Checking one call: its target, and which class it is of.
 *
 *	errno		the target is an errno, or the slot has no call
 *	missing		the foreign system has the call and we do not
 *	hook		C serves it: of the personality, or of the runtime
 *	register-only	the native call gets the registers as they are, or the
 *			result is a constant
 *	converted	a generated function converts something
 */
#include "pimg/check.h"
#include "pimg/native.h"
#include "pimg/unit.h"

/* The native call gets exactly the foreign one's registers. */
static bool
same_registers(const struct pimg_call *c)
{
	const struct pimg_target *t = &c->target;
	unsigned i;

	if (!t->has_args)
		return (c->nargs <= 6);
	for (i = 0; i < t->nargs; i++) {
		if (t->args[i]->op != PIMG_NAME || t->args[i]->arg == NULL ||
		    t->args[i]->arg->index != i || i >= c->nargs)
			return (false);
	}
	return (true);
}

static enum pimg_class
native_class(const struct pimg_unit *u, const struct pimg_call *c)
{
	const struct pimg_target *t = &c->target;
	unsigned i;

	if (!same_registers(c) || t->non > 0 || t->nguards > 0 ||
	    t->nwith > 0 || t->nthen > 0 ||
	    t->result != NULL ||
	    t->second != NULL || t->returns != NULL || t->returns_errno)
		return (PIMG_CONVERTED);
	for (i = 0; i < c->nargs; i++) {
		if (pimg_arg_converts(u, &c->args[i]))
			return (PIMG_CONVERTED);
	}
	return (PIMG_REGISTER_ONLY);
}

bool
pimg_is_wrapped(const struct pimg_call *c)
{
	const struct pimg_target *t = &c->target;

	return ((t->kind == PIMG_TO_HOOK || t->kind == PIMG_TO_RUNTIME) &&
	    (t->has_args || t->non > 0 || t->nguards > 0 ||
	    t->nwith > 0 || t->nthen > 0 ||
	    t->result != NULL || t->second != NULL || t->returns != NULL ||
	    t->returns_errno));
}

/* Calls before the target, or after it. */
static void
check_steps(struct pimg_unit *u, const struct pimg_call *c,
    struct pimg_step *list, size_t n)
{
	struct pimg_step *s;
	size_t i;
	unsigned j;

	for (i = 0; i < n; i++) {
		s = &list[i];
		s->nr[c->abi] = pimg_native_nr(c->abi, s->native);
		if (s->nr[c->abi] < 0)
			pimg_diag(u->diags, PIMG_ERROR, s->pos,
			    "a native call", "Linux has no call '%s'",
			    s->native);
		if (s->name != NULL && pimg_find_arg(c, s->name) != NULL)
			pimg_err(u->diags, s->pos, "'%s' is an argument",
			    s->name);
		for (j = 0; j < s->nargs; j++)
			pimg_check_expr(u, c, s->args[j]);
	}
}

/* The expressions around a target. */
static void
check_around(struct pimg_unit *u, struct pimg_call *c)
{
	struct pimg_target *t = &c->target;
	unsigned i;

	for (i = 0; i < t->nargs; i++)
		pimg_check_expr(u, c, t->args[i]);
	for (i = 0; i < t->nguards; i++) {
		pimg_check_expr(u, c, t->guards[i].addr);
		pimg_check_expr(u, c, t->guards[i].len);
	}
	check_steps(u, c, t->with, t->nwith);
	check_steps(u, c, t->then, t->nthen);
	pimg_check_expr(u, c, t->result);
	pimg_check_expr(u, c, t->second);
	if (t->returns_ref.name != NULL)
		pimg_resolve_map(u, &t->returns_ref, &t->returns);
	if (t->returns_errno && u->convention != PIMG_BSD)
		pimg_err(u->diags, c->name_pos,
		    "'returns errno' belongs to the BSD convention");
}

/* An answer that is fixed has nothing around it. */
static void
check_bare(struct pimg_unit *u, const struct pimg_call *c)
{
	const struct pimg_target *t = &c->target;

	if (t->non > 0 || t->nguards > 0 || t->result != NULL ||
	    t->nwith > 0 || t->nthen > 0 ||
	    t->second != NULL || t->returns_ref.name != NULL ||
	    t->returns_errno)
		pimg_diag(u->diags, PIMG_ERROR, c->name_pos,
		    "a call that is made", "'%s' has a fixed answer: on, "
		    "guard, result, second and returns mean nothing",
		    c->name);
}

static void
check_native(struct pimg_unit *u, struct pimg_call *c)
{
	struct pimg_target *t = &c->target;

	if (t->name == NULL)
		t->name = c->name;
	if (t->pos.source == NULL)
		t->pos = c->name_pos;
	t->nr[c->abi] = pimg_native_nr(c->abi, t->name);
	if (t->nr[c->abi] < 0) {
		pimg_diag(u->diags, PIMG_ERROR, t->pos,
		    "'-> NATIVE(args)', '-> errno E', '-> hook NAME' or "
		    "'-> missing'", "Linux has no call '%s'", t->name);
		return;
	}
	check_around(u, c);
	if (!t->has_args && c->nargs > 6)
		pimg_diag(u->diags, PIMG_ERROR, c->name_pos,
		    "'-> NATIVE(args)' with at most 6 of them",
		    "'%s' has %u arguments, a native call has 6", c->name,
		    c->nargs);
	if (c->varargs && !t->has_args)
		pimg_diag(u->diags, PIMG_ERROR, c->name_pos,
		    "a target", "'%s' has a variable argument list", c->name);
}

void
pimg_check_call(struct pimg_unit *u, struct pimg_call *c)
{
	struct pimg_target *t = &c->target;
	unsigned i;

	t->nr[0] = t->nr[1] = -1;
	if (c->ret.name != NULL && c->ret.kind != PIMG_TYPE_VOID)
		pimg_check_type(u, &c->ret, c->ret.pointers == 0);
	for (i = 0; i < c->nargs; i++)
		pimg_check_arg(u, c, &c->args[i]);
	if (c->status != PIMG_STD && !t->declared) {
		t->kind = PIMG_TO_ERRNO;
		t->value = pimg_errno_value("ENOSYS");
	}
	switch (t->kind) {
	case PIMG_TO_NATIVE:
		check_native(u, c);
		c->cls = native_class(u, c);
		break;
	case PIMG_TO_ERRNO:
		check_bare(u, c);
		c->cls = PIMG_ERRNO;
		break;
	case PIMG_TO_RETURN:
		check_bare(u, c);
		c->cls = PIMG_REGISTER_ONLY;
		break;
	case PIMG_TO_HOOK:
		pimg_check_hook(u, t->name, t->pos);
		/* FALLTHROUGH */
	case PIMG_TO_RUNTIME:
		check_around(u, c);
		c->cls = PIMG_HOOK;
		break;
	case PIMG_TO_MISSING:
		c->cls = PIMG_MISSING;
		break;
	}
}
