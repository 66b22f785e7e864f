/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What is declared more than once: the declaration in the file of the
 * highest rank (drop-ins, then the personality, then what it inherits, the
 * nearest first) replaces the others, which leave the unit before anything
 * looks for a name.  Two of the same rank both stay, and the checker reports
 * them.
 *
 * A name stands for one map, one variants block, one typedef, and one
 * structure of each side; there is one errno map and one signal map, whatever
 * their names.
 */
#include <string.h>

#include "pimg/check.h"

/* Does a declaration with this name at `a` replace the one at `b`? */
static bool
outranks(const struct pimg_pos *a, const struct pimg_pos *b)
{
	return (a->source != NULL && b->source != NULL &&
	    a->source->rank > b->source->rank);
}

static bool
same_map(const struct pimg_map *a, const struct pimg_map *b)
{
	return (strcmp(a->name, b->name) == 0 || (a->kind == b->kind &&
	    (a->kind == PIMG_MAP_ERRNO || a->kind == PIMG_MAP_SIGNAL)));
}

static void
maps(struct pimg_unit *u)
{
	size_t i, j, n = 0;

	for (i = 0; i < u->nmaps; i++) {
		for (j = 0; j < u->nmaps; j++) {
			if (same_map(u->maps[i], u->maps[j]) &&
			    outranks(&u->maps[j]->pos, &u->maps[i]->pos))
				break;
		}
		u->maps[i]->replaced = j < u->nmaps;
	}
	for (i = 0; i < u->nmaps; i++) {
		if (!u->maps[i]->replaced)
			u->maps[n++] = u->maps[i];
	}
	u->nmaps = n;
}

static void
structs(struct pimg_unit *u)
{
	struct pimg_struct **s = u->structs;
	size_t i, j, n = 0;

	for (i = 0; i < u->nstructs; i++) {
		for (j = 0; j < u->nstructs; j++) {
			if (s[i]->is_native == s[j]->is_native &&
			    strcmp(s[i]->name, s[j]->name) == 0 &&
			    outranks(&s[j]->pos, &s[i]->pos))
				break;
		}
		s[i]->replaced = j < u->nstructs;
	}
	for (i = 0; i < u->nstructs; i++) {
		if (!s[i]->replaced)
			s[n++] = s[i];
	}
	u->nstructs = n;
}

static void
variants(struct pimg_unit *u)
{
	struct pimg_variants **v = u->variants;
	size_t i, j, n = 0;

	for (i = 0; i < u->nvariants; i++) {
		for (j = 0; j < u->nvariants; j++) {
			if (strcmp(v[i]->name, v[j]->name) == 0 &&
			    outranks(&v[j]->pos, &v[i]->pos))
				break;
		}
		v[i]->replaced = j < u->nvariants;
	}
	for (i = 0; i < u->nvariants; i++) {
		if (!v[i]->replaced)
			v[n++] = v[i];
	}
	u->nvariants = n;
}

/* A type may be declared again at the same rank: the last one counts. */
static void
typedefs(struct pimg_unit *u)
{
	struct pimg_scalar *s = u->typedefs;
	bool *gone = pimg_alloc(u->arena, u->ntypedefs + 1);
	size_t i, j, n = 0;

	for (i = 0; i < u->ntypedefs; i++) {
		for (j = 0; j < u->ntypedefs; j++)
			gone[i] = gone[i] ||
			    (strcmp(s[i].name, s[j].name) == 0 &&
			    outranks(&s[j].pos, &s[i].pos));
	}
	for (i = 0; i < u->ntypedefs; i++) {
		if (!gone[i])
			s[n++] = s[i];
	}
	u->ntypedefs = n;
}

void
pimg_replace(struct pimg_unit *u)
{
	maps(u);
	structs(u);
	variants(u);
	typedefs(u);
}
