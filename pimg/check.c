/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Checking a unit: the tables are merged, names are resolved, and every call
 * gets its class.
 *
 * A slot declared more than once is taken from the file of the highest rank
 * (drop-ins, then the personality, then what it inherits); twice at the same
 * rank is an error.  A call whose `since` is later than the release, or whose
 * `until` is not, leaves the table.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pimg/check.h"
#include "pimg/native.h"
#include "pimg/unit.h"

static const char *const class_names[] = {
	[PIMG_REGISTER_ONLY] = "register-only",
	[PIMG_CONVERTED] = "converted",
	[PIMG_HOOK] = "hook",
	[PIMG_ERRNO] = "errno",
	[PIMG_MISSING] = "missing",
};

const char *
pimg_class_name(enum pimg_class c)
{
	return (class_names[c]);
}

const char *
pimg_abi_name(enum pimg_abi abi)
{
	return (abi == PIMG_I386 ? "i386" : "x86_64");
}

void
pimg_undeclared(struct pimg_unit *u, struct pimg_pos pos,
    const char *expected, const char *fmt, ...)
{
	char text[256];
	va_list ap;

	if (u->is_base)
		return;
	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	pimg_diag(u->diags, PIMG_ERROR, pos, expected, "%s", text);
}

static void
check_statements(struct pimg_unit *u)
{
	struct pimg_pos start = {0};
	size_t i;

	for (i = 0; i < u->nsources && start.source == NULL; i++) {
		if (!u->sources[i]->is_hook && !u->sources[i]->dropin &&
		    !u->sources[i]->inherited)
			start = (struct pimg_pos){ u->sources[i], 0, 0, 1, 1 };
	}
	if (start.source == NULL)
		return;
	if (u->personality.name == NULL)
		pimg_err(u->diags, start, "no 'personality %s \"title\";'",
		    u->name);
	else if (strcmp(u->personality.name, u->name) != 0)
		pimg_err(u->diags, u->personality.pos,
		    "%s '%s' is in the folder '%s'", u->is_base ? "base" :
		    "personality", u->personality.name, u->name);
	if (u->is_base)		/* the rest is for those who inherit it */
		return;
	if (u->release == NULL)
		pimg_err(u->diags, start, "no 'release' statement");
	if (u->convention_pos.source == NULL)
		pimg_err(u->diags, start, "no 'convention' statement");
	if (u->nbrands > 4)
		pimg_err(u->diags, start, "more than 4 brands");
}

/* Within one file, numbers ascend. */
static void
check_order(struct pimg_unit *u, const struct pimg_table *t)
{
	const struct pimg_call *c, *last;
	size_t i;

	for (i = 1; i < t->count; i++) {
		c = t->calls[i];
		last = t->calls[i - 1];
		if (c->pos.source != last->pos.source ||
		    c->number > last->number)
			continue;
		if (c->number == last->number)
			pimg_err(u->diags, c->pos,
			    "call %u is declared twice", c->number);
		else
			pimg_err(u->diags, c->pos,
			    "call %u comes after call %u", c->number,
			    last->number);
		pimg_note(u->diags, last->pos, "call %u is here",
		    last->number);
	}
}

static int
compare(const void *a, const void *b)
{
	const struct pimg_call *x = *(struct pimg_call *const *)a;
	const struct pimg_call *y = *(struct pimg_call *const *)b;

	if (x->number != y->number)
		return (x->number < y->number ? -1 : 1);
	if (x->pos.source->rank != y->pos.source->rank)
		return (x->pos.source->rank > y->pos.source->rank ? -1 : 1);
	return (x->order < y->order ? -1 : 1);
}

static bool
in_release(struct pimg_unit *u, const struct pimg_call *c)
{
	if (u->release_code == 0)
		return (true);
	if (c->since > u->release_code) {
		if (c->pos.source->dropin)
			pimg_warn(u->diags, c->pos, "call %u is newer than "
			    "release %s and stays out of the table; leave "
			    "out its 'since' to have it", c->number,
			    u->release);
		return (false);
	}
	return (c->until == 0 || c->until > u->release_code);
}

/* Sorts, drops what is overridden or not of this release. */
static void
merge(struct pimg_unit *u, struct pimg_table *t)
{
	struct pimg_call *c, *kept;
	size_t i, n = 0;

	check_order(u, t);
	if (t->count > 0)
		qsort(t->calls, t->count, sizeof(*t->calls), compare);
	for (i = 0; i < t->count; i++) {
		c = t->calls[i];
		if (!in_release(u, c))
			continue;
		kept = n > 0 ? t->calls[n - 1] : NULL;
		if (kept == NULL || kept->number != c->number) {
			t->calls[n++] = c;
			continue;
		}
		if (kept->pos.source->rank == c->pos.source->rank &&
		    kept->pos.source != c->pos.source) {
			pimg_err(u->diags, c->pos,
			    "call %u is declared twice", c->number);
			pimg_note(u->diags, kept->pos, "first declared here");
		}
	}
	t->count = n;
}

/* Labels are made of names; a name used twice gets its number appended. */
static void
make_symbols(struct pimg_unit *u, struct pimg_table *t)
{
	struct pimg_call *c;
	size_t i, j;

	for (i = 0; i < t->count; i++) {
		c = t->calls[i];
		if (c->name == NULL)
			c->name = pimg_printf(u->arena, "%s_%u",
			    c->status == PIMG_RESERVED ? "reserved" : "slot",
			    c->number);
		c->symbol = pimg_printf(u->arena, "%s%s", c->compat, c->name);
	}
	for (i = 0; i < t->count; i++) {
		c = t->calls[i];
		for (j = 0; j < i; j++) {
			if (strcmp(t->calls[j]->symbol, c->symbol) == 0)
				c->symbol = pimg_printf(u->arena, "%s_%u",
				    c->symbol, c->number);
		}
		if (strcmp(c->symbol, "nosys") == 0)
			c->symbol = pimg_printf(u->arena, "nosys_%u",
			    c->number);
	}
}

/* Others may use what is inherited: only what is NAME's own counts. */
static bool
unused(bool used, const struct pimg_pos *pos)
{
	return (!used && !pos->source->inherited);
}

static void
check_unused(struct pimg_unit *u)
{
	size_t i;

	for (i = 0; i < u->nmaps; i++) {
		if (unused(u->maps[i]->used, &u->maps[i]->pos))
			pimg_warn(u->diags, u->maps[i]->pos,
			    "map '%s' is not used", u->maps[i]->name);
	}
	for (i = 0; i < u->nvariants; i++) {
		if (unused(u->variants[i]->used, &u->variants[i]->pos))
			pimg_warn(u->diags, u->variants[i]->pos,
			    "variants '%s' are not used", u->variants[i]->name);
	}
	for (i = 0; i < u->nstructs; i++) {
		if (unused(u->structs[i]->used, &u->structs[i]->pos))
			pimg_warn(u->diags, u->structs[i]->pos,
			    "struct '%s' is not used", u->structs[i]->name);
	}
}

/*
 * A template is checked where it is declared.  One that is inherited may name
 * what only others declare; it is checked in the slots that take it.
 */
static void
check_templates(struct pimg_unit *u)
{
	struct pimg_table *t = &u->templates;
	size_t i, j;

	for (i = 0; i < t->count; i++) {
		for (j = 0; j < i; j++) {
			if (strcmp(t->calls[i]->name, t->calls[j]->name) != 0 ||
			    t->calls[i]->pos.source->rank !=
			    t->calls[j]->pos.source->rank)
				continue;
			pimg_err(u->diags, t->calls[i]->name_pos,
			    "prototype '%s' is declared twice",
			    t->calls[i]->name);
			pimg_note(u->diags, t->calls[j]->name_pos,
			    "first declared here");
		}
		t->calls[i]->symbol = t->calls[i]->name;
		if (!t->calls[i]->pos.source->inherited)
			pimg_check_call(u, t->calls[i]);
	}
}

void
pimg_check(struct pimg_unit *u)
{
	struct pimg_table *t;
	int abi;
	size_t i;

	check_statements(u);
	pimg_replace(u);
	pimg_check_mentions(u);
	pimg_check_maps(u);
	pimg_check_structs(u);
	pimg_check_variants(u);
	pimg_check_heads(u);
	for (abi = 0; abi < PIMG_NABI; abi++) {
		t = &u->tables[abi];
		for (i = 0; i < t->count; i++) {
			if (t->calls[i]->same)
				pimg_take_prototype(u, t->calls[i]);
		}
	}
	check_templates(u);
	for (abi = 0; abi < PIMG_NABI; abi++) {
		t = &u->tables[abi];
		merge(u, t);
		make_symbols(u, t);
		for (i = 0; i < t->count; i++)
			pimg_check_call(u, t->calls[i]);
	}
	/* After errors something may be unused only because of them. */
	if (u->diags->errors == 0 && !u->is_base)
		check_unused(u);
	pimg_diags_sort(u->diags);
}

const struct pimg_call *
pimg_call_of(const struct pimg_unit *u, enum pimg_abi abi, unsigned nr)
{
	const struct pimg_table *t = &u->tables[abi];
	size_t lo = 0, hi = t->count, mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (t->calls[mid]->number < nr)
			lo = mid + 1;
		else
			hi = mid;
	}
	return (lo < t->count && t->calls[lo]->number == nr ?
	    t->calls[lo] : NULL);
}

unsigned
pimg_slots(const struct pimg_unit *u, enum pimg_abi abi)
{
	const struct pimg_table *t = &u->tables[abi];

	return (t->count == 0 ? 0 : t->calls[t->count - 1]->number + 1);
}
