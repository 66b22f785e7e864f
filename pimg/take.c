/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Slots that take their prototype from elsewhere: `475 STD pread`.
 *
 * The name is looked for among the prototypes without a number, then in the
 * other ABI's table, then in the slot's own; in each, the file of the highest
 * rank wins.  The slot gets a copy, because the names in its expressions are
 * resolved for each call.  What the slot says itself of its target comes
 * first: a target of its own, or exceptions and guards before those it takes.
 */
#include <string.h>

#include "pimg/check.h"
#include "pimg/unit.h"

/* Names in an expression are resolved per call: each has a copy. */
static struct pimg_expr *
copy_expr(struct pimg_unit *u, const struct pimg_expr *e)
{
	struct pimg_expr *c;

	if (e == NULL)
		return (NULL);
	c = pimg_alloc(u->arena, sizeof(*c));
	*c = *e;
	c->a = copy_expr(u, e->a);
	c->b = copy_expr(u, e->b);
	return (c);
}

static struct pimg_step *
copy_steps(struct pimg_unit *u, const struct pimg_step *from, size_t n)
{
	struct pimg_step *to = pimg_alloc(u->arena, (n + 1) * sizeof(*to));
	size_t i;
	unsigned j;

	for (i = 0; i < n; i++) {
		to[i] = from[i];
		to[i].args = pimg_alloc(u->arena,
		    (from[i].nargs + 1) * sizeof(*to[i].args));
		for (j = 0; j < from[i].nargs; j++)
			to[i].args[j] = copy_expr(u, from[i].args[j]);
	}
	return (to);
}

static void
copy_target(struct pimg_unit *u, struct pimg_target *to,
    const struct pimg_target *from)
{
	size_t i;

	*to = *from;
	to->result = copy_expr(u, from->result);
	to->second = copy_expr(u, from->second);
	to->args = pimg_alloc(u->arena,
	    (from->nargs + 1) * sizeof(*to->args));
	for (i = 0; i < from->nargs; i++)
		to->args[i] = copy_expr(u, from->args[i]);
	to->with = copy_steps(u, from->with, from->nwith);
	to->then = copy_steps(u, from->then, from->nthen);
	to->guards = pimg_alloc(u->arena,
	    (from->nguards + 1) * sizeof(*to->guards));
	for (i = 0; i < from->nguards; i++) {
		to->guards[i] = from->guards[i];
		to->guards[i].addr = copy_expr(u, from->guards[i].addr);
		to->guards[i].len = copy_expr(u, from->guards[i].len);
	}
}

/* The declaration of the highest rank that has a prototype. */
static const struct pimg_call *
find(const struct pimg_table *t, const char *name)
{
	const struct pimg_call *c, *best = NULL;
	size_t i;

	for (i = 0; i < t->count; i++) {
		c = t->calls[i];
		if (!c->same && c->ret.name != NULL &&
		    strcmp(c->name, name) == 0 && (best == NULL ||
		    c->pos.source->rank > best->pos.source->rank))
			best = c;
	}
	return (best);
}

static void
take_args(struct pimg_unit *u, struct pimg_call *c, const struct pimg_call *o)
{
	unsigned i;

	c->ret = o->ret;
	c->varargs = o->varargs;
	c->nargs = o->nargs;
	c->args = pimg_alloc(u->arena, (o->nargs + 1) * sizeof(*c->args));
	for (i = 0; i < o->nargs; i++) {
		c->args[i] = o->args[i];
		c->args[i].length = copy_expr(u, o->args[i].length);
		c->args[i].filled = copy_expr(u, o->args[i].filled);
		c->args[i].path_if = copy_expr(u, o->args[i].path_if);
	}
}

static void
take_target(struct pimg_unit *u, struct pimg_call *c,
    const struct pimg_call *o)
{
	struct pimg_target own = c->target, *t = &c->target;
	size_t i;

	copy_target(u, t, &o->target);
	if (t->kind == PIMG_TO_NATIVE && t->name == NULL) {
		t->name = o->name;
		t->pos = o->name_pos;
	}
	for (i = 0; i < o->target.non; i++)
		PIMG_APPEND(u->arena, own.on, own.non, o->target.on[i]);
	for (i = 0; i < t->nguards; i++)
		PIMG_APPEND(u->arena, own.guards, own.nguards, t->guards[i]);
	t->on = own.on;
	t->non = own.non;
	t->guards = own.guards;
	t->nguards = own.nguards;
	if (own.result != NULL)
		t->result = own.result;
	if (own.second != NULL)
		t->second = own.second;
	if (own.returns_ref.name != NULL)
		t->returns_ref = own.returns_ref;
	t->returns_errno |= own.returns_errno;
}

void
pimg_take_prototype(struct pimg_unit *u, struct pimg_call *c)
{
	const struct pimg_call *o = find(&u->templates, c->from);

	if (o == NULL)
		o = find(&u->tables[!c->abi], c->from);
	if (o == NULL)
		o = find(&u->tables[c->abi], c->from);
	if (o == NULL) {
		pimg_undeclared(u, c->name_pos, "a prototype in braces, or a "
		    "name that has one elsewhere", "no call '%s' has a "
		    "prototype", c->from);
		c->target.kind = PIMG_TO_MISSING;
		return;
	}
	take_args(u, c, o);
	if (!c->target.declared)
		take_target(u, c, o);
	if (c->since == 0)
		c->since = o->since;
	if (c->until == 0)
		c->until = o->until;
}
