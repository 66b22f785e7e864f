/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Checking the arguments of a call, and the variants of one.
 */
#include <string.h>

#include "pimg/check.h"
#include "pimg/native.h"
#include "pimg/unit.h"

struct pimg_arg *
pimg_find_arg(const struct pimg_call *c, const char *name)
{
	unsigned i;

	for (i = 0; i < c->nargs; i++) {
		if (strcmp(c->args[i].name, name) == 0)
			return (&c->args[i]);
	}
	return (NULL);
}

static struct pimg_arg *
find_local(const struct pimg_call *c, const char *name)
{
	unsigned i;

	for (i = 0; i < c->target.nargs; i++) {
		if (c->target.args[i]->op == PIMG_LOCAL &&
		    strcmp(c->target.args[i]->name, name) == 0)
			return (c->target.args[i]->arg);
	}
	return (NULL);
}

/* The result of a call that was made before. */
static bool
is_with(const struct pimg_call *c, const char *name)
{
	size_t i;

	for (i = 0; i < c->target.nwith; i++) {
		if (strcmp(c->target.with[i].name, name) == 0)
			return (true);
	}
	return (false);
}

void
pimg_check_expr(struct pimg_unit *u, const struct pimg_call *c, struct pimg_expr *e)
{
	if (e == NULL)
		return;
	pimg_check_expr(u, c, e->a);
	pimg_check_expr(u, c, e->b);
	if (e->op == PIMG_LOCAL) {
		pimg_check_type(u, &e->arg->type, true);
		return;
	}
	if (e->op != PIMG_NAME && e->op != PIMG_DEREF && e->op != PIMG_INDEX)
		return;
	if ((e->arg = pimg_find_arg(c, e->name)) == NULL)
		e->arg = find_local(c, e->name);
	if (e->arg == NULL && e->op == PIMG_NAME && is_with(c, e->name)) {
		e->op = PIMG_WITH;
		return;
	}
	if (e->arg == NULL && e->op == PIMG_NAME &&
	    strcmp(e->name, "PAGE_SIZE") == 0) {
		e->op = PIMG_NUM;
		e->value = 4096;	/* of every ABI there is */
		return;
	}
	if (e->arg == NULL && e->op == PIMG_NAME &&
	    pimg_find_constant(u, e->name, &e->value)) {
		e->op = PIMG_NUM;
		return;
	}
	if (e->arg == NULL)
		pimg_undeclared(u, e->pos,
		    "an argument, or a native constant of a map",
		    "call '%s' has no argument '%s'", c->name, e->name);
	else if (e->op == PIMG_DEREF && e->arg->type.pointers == 0)
		pimg_err(u->diags, e->pos, "'%s' is no pointer", e->name);
	else if (e->op == PIMG_INDEX && (e->arg->type.count == 0 ||
	    e->value < 0 || e->value >= e->arg->type.count))
		pimg_err(u->diags, e->pos, "'%s' has no element %lld",
		    e->name, (long long)e->value);
}

static void
check_selector(struct pimg_unit *u, const struct pimg_call *c,
    struct pimg_arg *a)
{
	a->variants = pimg_find_variants(u, a->variants_ref.name);
	if (a->variants == NULL)
		pimg_undeclared(u, a->variants_ref.pos,
		    "the name of a variants block", "unknown variants '%s'",
		    a->variants_ref.name);
	else {
		a->variants->used = true;
		pimg_check_nested(u, c, a->variants);
	}
	a->selector = pimg_find_arg(c, a->selector_ref.name);
	if (a->selector == NULL || a->selector == a) {
		a->selector = NULL;
		pimg_diag(u->diags, PIMG_ERROR, a->selector_ref.pos,
		    "another argument of this call",
		    "nothing selects: no argument '%s'",
		    a->selector_ref.name);
	}
}

/* The trace shows a structure that passes unchanged by its native layout. */
static void
use_struct(struct pimg_unit *u, const struct pimg_type *t)
{
	struct pimg_struct *s = t->strukt;

	if (s == NULL && t->kind == PIMG_TYPE_STRUCT)
		s = pimg_find_struct(u, t->name, true);
	if (s != NULL)
		s->used = true;
}

void
pimg_check_arg(struct pimg_unit *u, const struct pimg_call *c, struct pimg_arg *a)
{
	bool pointer = a->type.pointers > 0 || a->type.count > 0;

	if (a->type.count > 0)		/* as in C, an array is a pointer */
		pimg_check_type(u, &a->type, false);
	else if (a->type.kind == PIMG_TYPE_VOID && !pointer)
		pimg_err(u->diags, a->pos, "'%s' cannot be void", a->name);
	else
		pimg_check_type(u, &a->type, !pointer);
	use_struct(u, &a->type);
	if (!pointer && (a->dir != PIMG_NODIR || a->string) && !u->is_base &&
	    (a->type.scalar == NULL || a->type.scalar->size[0] != 8))
		pimg_diag(u->diags, PIMG_ERROR, a->pos, "a pointer",
		    "'%s' has a direction and is no pointer", a->name);
	if (a->path && a->dir != PIMG_IN)
		pimg_err(u->diags, a->pos, "a path goes in, not out");
	pimg_check_expr(u, c, a->length);
	pimg_check_expr(u, c, a->filled);
	pimg_check_expr(u, c, a->path_if);
	if (a->map_ref.name != NULL)
		pimg_resolve_map(u, &a->map_ref, &a->map);
	if (a->foreign_signal)
		a->map = pimg_find_kind(u, PIMG_MAP_SIGNAL);
	if (a->foreign_errno)
		a->map = pimg_find_kind(u, PIMG_MAP_ERRNO);
	if (a->variants_ref.name != NULL)
		check_selector(u, c, a);
	if (pimg_arg_is_sized(a))
		pimg_check_sized(u, c, a);
	if (pimg_find_arg(c, a->name) != a)
		pimg_err(u->diags, a->pos,
		    "two arguments are called '%s'", a->name);
}

void
pimg_check_hook(struct pimg_unit *u, const char *target, struct pimg_pos pos)
{
	const char *name = pimg_printf(u->arena, "hook_%s", target);
	const struct pimg_source *s;
	size_t i;

	for (i = 0; i < u->nsources; i++) {
		s = u->sources[i];
		if (s->is_hook && strstr(s->text, name) != NULL)
			return;
	}
	pimg_undeclared(u, pos,
	    "a C file in the personality's folder that defines it",
	    "no C file mentions '%s'", name);
}

/* A variant's payload is an argument without a name. */
static void
check_variant(struct pimg_unit *u, struct pimg_variants *vs, size_t index)
{
	struct pimg_variant *v = &vs->list[index], *o;
	struct pimg_arg *a = &v->payload;
	size_t i;

	for (i = 0; i < index; i++) {
		o = &vs->list[i];
		if (strcmp(o->item.name, v->item.name) != 0 &&
		    o->item.foreign != v->item.foreign)
			continue;
		pimg_err(u->diags, v->item.pos, "'%s' is unreachable: '%s' has "
		    "the same %s", v->item.name, o->item.name,
		    o->item.foreign == v->item.foreign ? "value" : "name");
		pimg_note(u->diags, o->item.pos, "'%s' is here",
		    o->item.name);
	}
	if (v->returns_ref.name != NULL)
		pimg_resolve_map(u, &v->returns_ref, &v->returns);
	if (v->item.way == PIMG_ITEM_HOOK)
		pimg_check_hook(u, v->item.native_name, v->item.pos);
	if (!v->has_payload)
		return;
	/* By value only below a head: pimg_check_nested() sees to it. */
	pimg_check_type(u, &a->type, a->type.pointers == 0 &&
	    a->type.kind != PIMG_TYPE_STRUCT);
	if (a->variants_ref.name != NULL) {
		a->variants = pimg_find_variants(u, a->variants_ref.name);
		if (a->variants == NULL)
			pimg_undeclared(u, a->variants_ref.pos,
			    "the name of a variants block",
			    "unknown variants '%s'", a->variants_ref.name);
		else
			a->variants->used = true;
	}
	use_struct(u, &a->type);
	if (a->map_ref.name != NULL)
		pimg_resolve_map(u, &a->map_ref, &a->map);
	if (a->foreign_signal)
		a->map = pimg_find_kind(u, PIMG_MAP_SIGNAL);
	if (a->foreign_errno)
		a->map = pimg_find_kind(u, PIMG_MAP_ERRNO);
}

void
pimg_check_variants(struct pimg_unit *u)
{
	struct pimg_variants *vs;
	size_t i, j;

	for (i = 0; i < u->nvariants; i++)
		pimg_check_also(u, u->variants[i]);
	for (i = 0; i < u->nvariants; i++) {
		vs = u->variants[i];
		for (j = 0; j < vs->count; j++)
			check_variant(u, vs, j);
		for (j = 0; j < i; j++) {
			if (strcmp(u->variants[j]->name, vs->name) != 0)
				continue;
			pimg_err(u->diags, vs->pos,
			    "variants '%s' are declared twice", vs->name);
			pimg_note(u->diags, u->variants[j]->pos,
			    "first declared here");
		}
		if (!vs->has_unknown || vs->unknown == PIMG_DROP)
			pimg_diag(u->diags, PIMG_ERROR, vs->pos,
			    "'unknown reject ERRNO;' or 'unknown pass;'",
			    "variants '%s' do not say what happens to unknown "
			    "values", vs->name);
	}
}

/* Variants that name values and convert none of them. */
static bool
passes_unchanged(const struct pimg_unit *u, const struct pimg_variants *vs)
{
	const struct pimg_variant *v;
	size_t i;

	if (vs->unknown != PIMG_PASS)
		return (false);
	for (i = 0; i < vs->count; i++) {
		v = &vs->list[i];
		if (v->item.way != PIMG_BOTH ||
		    v->item.foreign != v->item.native ||
		    (v->returns != NULL && !v->returns->identity) ||
		    v->payload.variants != NULL || (v->has_payload &&
		    pimg_arg_converts(u, &v->payload)))
			return (false);
	}
	return (true);
}

bool
pimg_arg_converts(const struct pimg_unit *u, const struct pimg_arg *a)
{
	const struct pimg_struct *s = a->type.strukt;

	return (a->path || (a->map != NULL && !a->map->identity) ||
	    (a->variants != NULL && !passes_unchanged(u, a->variants)) ||
	    (s != NULL && !s->identity));
}
