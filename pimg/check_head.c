/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Structures whose first fields say what the rest is (a socket address), that
 * may end early (the path in one), or whose length is an argument of the call;
 * and variants that choose among variants (the level of a socket option).
 */
#include <string.h>

#include "pimg/check.h"

struct pimg_variants *
pimg_find_variants(const struct pimg_unit *u, const char *name)
{
	size_t i;

	for (i = 0; i < u->nvariants; i++) {
		if (strcmp(u->variants[i]->name, name) == 0)
			return (u->variants[i]);
	}
	return (NULL);
}

/* Takes the variants of the blocks that this one names. */
void
pimg_check_also(struct pimg_unit *u, struct pimg_variants *vs)
{
	struct pimg_variants *o;
	size_t i, j;

	for (i = 0; i < vs->nalso; i++) {
		o = pimg_find_variants(u, vs->also[i].name);
		if (o == NULL || o == vs) {
			pimg_undeclared(u, vs->also[i].pos,
			    "the name of another variants block",
			    "unknown variants '%s'", vs->also[i].name);
			continue;
		}
		o->used = true;
		for (j = 0; j < o->count; j++)
			PIMG_APPEND(u->arena, vs->list, vs->count, o->list[j]);
	}
}

/* The structures behind the head are laid out before the head is. */
void
pimg_check_head(struct pimg_unit *u, struct pimg_struct *s,
    struct pimg_field *f)
{
	struct pimg_variants *vs;
	size_t i;

	vs = f->variants = pimg_find_variants(u, f->variants_ref.name);
	if (vs == NULL) {
		pimg_undeclared(u, f->variants_ref.pos,
		    "the name of a variants block", "unknown variants '%s'",
		    f->variants_ref.name);
		return;
	}
	vs->used = true;
	if (s->head != NULL)
		pimg_err(u->diags, f->pos, "a second field that chooses");
	s->head = f;
	for (i = 0; i < vs->count; i++) {
		struct pimg_type *t = &vs->list[i].payload.type;

		if (!vs->list[i].has_payload)
			continue;
		if (t->kind == PIMG_TYPE_STRUCT && t->pointers == 0)
			t->strukt = pimg_find_struct(u, t->name, false);
		if (t->strukt == NULL)
			pimg_diag(u->diags, PIMG_ERROR, t->pos, "a struct",
			    "'%s' cannot follow struct '%s'", t->name,
			    s->name);
		else
			t->strukt->used = true;
	}
}

/* Every structure below a head converts to one of the native side. */
void
pimg_check_heads(struct pimg_unit *u)
{
	const struct pimg_struct *s;
	const struct pimg_variants *vs;
	size_t i, j;

	for (i = 0; i < u->nstructs; i++) {
		if ((s = u->structs[i])->head == NULL)
			continue;
		vs = s->head->variants;
		for (j = 0; j < vs->count; j++) {
			const struct pimg_type *t = &vs->list[j].payload.type;

			if (vs->list[j].has_payload && t->strukt != NULL &&
			    t->strukt->native == NULL)
				pimg_err(u->diags, t->pos, "struct '%s' has no "
				    "native side", t->name);
		}
	}
}

void
pimg_check_tail(struct pimg_unit *u, struct pimg_struct *s,
    struct pimg_field *f)
{
	if (f != &s->fields[s->count - 1])
		pimg_err(u->diags, f->pos, "a tail is the last field");
	else
		s->tail = f;
}

/* An object with its length beside it, both of which are converted. */
bool
pimg_arg_is_sized(const struct pimg_arg *a)
{
	const struct pimg_struct *s = a->type.strukt;

	if (a->extent != PIMG_BYTES || a->type.pointers != 1)
		return (false);
	return ((a->map != NULL && !a->map->identity) ||
	    (s != NULL && !s->identity));
}

void
pimg_check_sized(struct pimg_unit *u, const struct pimg_call *c,
    const struct pimg_arg *a)
{
	const struct pimg_expr *e = a->length;
	bool ok = false;

	if (e != NULL && e->arg != NULL && e->arg >= c->args &&
	    e->arg < c->args + c->nargs)
		ok = a->dir == PIMG_IN ? e->op == PIMG_NAME :
		    a->dir == PIMG_OUT && e->op == PIMG_DEREF;
	if (!ok)
		pimg_diag(u->diags, PIMG_ERROR, a->pos,
		    "_In_reads_bytes_(length) or _Out_writes_bytes_(*length)",
		    "the length of '%s' is no argument, and cannot be "
		    "converted with it", a->name);
}

/* What chooses within a variant is an argument of each call that has it. */
void
pimg_check_nested(struct pimg_unit *u, const struct pimg_call *c,
    const struct pimg_variants *vs)
{
	const struct pimg_arg *p;
	size_t i;
	unsigned j;

	for (i = 0; i < vs->count; i++) {
		p = &vs->list[i].payload;
		if (!vs->list[i].has_payload)
			continue;
		if (p->type.kind == PIMG_TYPE_STRUCT && p->type.pointers == 0)
			pimg_err(u->diags, p->pos, "'struct %s' cannot be "
			    "passed by value", p->type.name);
		if (p->variants_ref.name == NULL)
			continue;
		for (j = 0; j < c->nargs; j++) {
			if (strcmp(c->args[j].name, p->selector_ref.name) == 0)
				break;
		}
		if (j == c->nargs)
			pimg_err(u->diags, p->selector_ref.pos,
			    "call '%s' has no argument '%s'", c->name,
			    p->selector_ref.name);
	}
}
