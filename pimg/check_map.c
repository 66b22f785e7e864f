/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Maps: every value is mapped once in each direction, or says which way it
 * loses; what is unknown has a policy.
 */
#include <string.h>

#include "pimg/check.h"
#include "pimg/native.h"

struct pimg_map *
pimg_find_map(const struct pimg_unit *u, const char *name)
{
	size_t i;

	for (i = 0; i < u->nmaps; i++) {
		if (strcmp(u->maps[i]->name, name) == 0)
			return (u->maps[i]);
	}
	return (NULL);
}

struct pimg_map *
pimg_find_kind(const struct pimg_unit *u, enum pimg_map_kind kind)
{
	size_t i;

	for (i = 0; i < u->nmaps; i++) {
		if (u->maps[i]->kind == kind)
			return (u->maps[i]);
	}
	return (NULL);
}

void
pimg_resolve_map(struct pimg_unit *u, const struct pimg_ref *ref,
    struct pimg_map **out)
{
	*out = pimg_find_map(u, ref->name);
	if (*out == NULL)
		pimg_undeclared(u, ref->pos,
		    "the name of a flags or enum block",
		    "unknown map '%s'", ref->name);
	else
		(*out)->used = true;
}

bool
pimg_find_constant(const struct pimg_unit *u, const char *name, int64_t *value)
{
	const struct pimg_item *it;
	size_t i, j;

	for (i = 0; i < u->nmaps; i++) {
		for (j = 0; j < u->maps[i]->count; j++) {
			it = &u->maps[i]->items[j];
			if (it->native_name == NULL ||
			    strcmp(it->native_name, name) != 0)
				continue;
			u->maps[i]->used = true;
			*value = (int64_t)it->native;
			return (true);
		}
	}
	return (false);
}

static void
clash(struct pimg_unit *u, const struct pimg_item *it,
    const struct pimg_item *first, const char *side, const char *expected)
{
	pimg_diag(u->diags, PIMG_ERROR, it->pos, expected,
	    "'%s' has the same %s value as '%s'", it->name, side, first->name);
	pimg_note(u->diags, first->pos, "'%s' is here", first->name);
}

static void
check_pair(struct pimg_unit *u, const struct pimg_item *it,
    const struct pimg_item *o)
{
	bool it_reverse = it->way == PIMG_BOTH || it->way == PIMG_REVERSE;
	bool o_reverse = o->way == PIMG_BOTH || o->way == PIMG_REVERSE;

	if (strcmp(it->name, o->name) == 0) {
		pimg_err(u->diags, it->pos, "'%s' is declared twice",
		    it->name);
		pimg_note(u->diags, o->pos, "first declared here");
	} else if (it->way != PIMG_REVERSE && o->way != PIMG_REVERSE &&
	    it->foreign == o->foreign)
		clash(u, it, o, "foreign",
		    "'reverse \"reason\"' on one of them");
	else if (it_reverse && o_reverse && it->native == o->native)
		clash(u, it, o, "native",
		    "'forward \"reason\"' on one of them");
}

/* A flag's bits lie in its field, and outside all other items. */
static void
check_bits(struct pimg_unit *u, const struct pimg_map *m, size_t index)
{
	const struct pimg_item *it = &m->items[index], *o;
	size_t i;

	if (it->mask != 0 && (it->foreign & ~it->mask) != 0)
		pimg_err(u->diags, it->pos,
		    "'%s' is outside its field 0x%llx", it->name,
		    (unsigned long long)it->mask);
	if (it->mask == 0 && it->foreign == 0)
		pimg_diag(u->diags, PIMG_ERROR, it->pos,
		    "a bit, or a place inside 'field MASK { }'",
		    "'%s' is a flag without bits", it->name);
	for (i = 0; i < index; i++) {
		o = &m->items[i];
		if (o->mask != it->mask && (it->mask != 0 ? it->mask :
		    it->foreign) & (o->mask != 0 ? o->mask : o->foreign))
			clash(u, it, o, "bits in their", NULL);
	}
}

static bool
is_identity(const struct pimg_map *m)
{
	size_t i;

	if (m->in_c || m->unknown != PIMG_PASS)
		return (false);
	for (i = 0; i < m->count; i++) {
		if (m->items[i].way >= PIMG_ITEM_DROP ||
		    m->items[i].foreign != m->items[i].native)
			return (false);
	}
	return (true);
}

static void
check_map(struct pimg_unit *u, size_t index)
{
	struct pimg_map *m = u->maps[index];
	size_t i, j;

	for (i = 0; i < index; i++) {
		if (strcmp(u->maps[i]->name, m->name) != 0)
			continue;
		pimg_err(u->diags, m->pos, "map '%s' is declared twice",
		    m->name);
		pimg_note(u->diags, u->maps[i]->pos, "first declared here");
	}
	if (m->in_c && !m->in_hooks)
		pimg_undeclared(u, m->pos, "a C file in the personality's "
		    "folder that defines them",
		    "no C file mentions 'map_%s_in' or 'map_%s_out'",
		    m->name, m->name);
	if (!m->has_unknown && !m->in_c)
		pimg_diag(u->diags, PIMG_ERROR, m->pos,
		    "'unknown reject ERRNO;', 'unknown drop \"reason\";' or "
		    "'unknown pass;'",
		    "map '%s' does not say what happens to unknown values",
		    m->name);
	for (i = 0; i < m->count; i++) {
		for (j = 0; j < i; j++) {
			if (m->items[i].mask == m->items[j].mask ||
			    strcmp(m->items[i].name, m->items[j].name) == 0)
				check_pair(u, &m->items[i], &m->items[j]);
		}
		if (m->kind == PIMG_MAP_FLAGS)
			check_bits(u, m, i);
	}
	if (m->kind == PIMG_MAP_ERRNO && m->has_unknown &&
	    m->unknown != PIMG_REJECT)
		pimg_diag(u->diags, PIMG_ERROR, m->pos,
		    "'unknown reject ERRNO;'",
		    "map '%s' must name the errno that an unknown one becomes",
		    m->name);
	m->identity = is_identity(m);
	/* The convention applies these two to every call. */
	if (m->kind == PIMG_MAP_ERRNO || m->kind == PIMG_MAP_SIGNAL)
		m->used = true;
}

void
pimg_check_maps(struct pimg_unit *u)
{
	static const enum pimg_map_kind single[] = {
		PIMG_MAP_ERRNO, PIMG_MAP_SIGNAL,
	};
	const struct pimg_map *first;
	size_t i, j;

	for (i = 0; i < u->nmaps; i++)
		check_map(u, i);
	for (j = 0; j < 2; j++) {
		first = pimg_find_kind(u, single[j]);
		for (i = 0; i < u->nmaps; i++) {
			if (u->maps[i]->kind != single[j] ||
			    u->maps[i] == first)
				continue;
			pimg_err(u->diags, u->maps[i]->pos, "a personality has "
			    "one %s map", j == 0 ? "errno" : "signal");
			pimg_note(u->diags, first->pos, "the first is here");
		}
	}
}
