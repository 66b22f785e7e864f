/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Maps as C: for each one a function to the native value and one back.
 *
 *	static long map_NAME_in(uint64_t foreign, uint64_t *native)
 *	static long map_NAME_out(uint64_t native, uint64_t *foreign)
 *
 * 0, or the negated errno that the policy names.  Flags are taken widest
 * first, and bits that an item has used are not looked at again, so that a
 * flag that contains another one's bits comes out right in both directions.
 * Nothing can be refused on the way out, where the call has been made: an
 * unknown flag is then dropped unless it passes; an unknown value of an
 * enumeration is an error in both directions.
 */
#include <stdlib.h>
#include <string.h>

#include "pimg/gen.h"

struct entry {
	const struct pimg_item	*item;
	uint64_t		 from, to;
	int			 bits;
};

static int
compare(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;

	if (x->item->mask != y->item->mask)
		return (x->item->mask > y->item->mask ? -1 : 1);
	if (x->bits != y->bits)
		return (y->bits - x->bits);
	return (x->item < y->item ? -1 : 1);
}

/* The items that count in one direction. */
static size_t
select_items(const struct pimg_map *m, bool in, struct entry *e)
{
	const struct pimg_item *it;
	size_t i, n = 0;

	for (i = 0; i < m->count; i++) {
		it = &m->items[i];
		if (in ? it->way == PIMG_REVERSE :
		    it->way != PIMG_BOTH && it->way != PIMG_REVERSE)
			continue;
		e[n].item = it;
		e[n].from = in ? it->foreign : it->native;
		e[n].to = in ? it->native : it->foreign;
		e[n].bits = __builtin_popcountll(e[n].from);
		n++;
	}
	if (m->kind == PIMG_MAP_FLAGS && n > 0)
		qsort(e, n, sizeof(*e), compare);
	return (n);
}

static void
flag(const struct entry *e, bool in, struct pimg_text *t)
{
	if (e->from == 0)
		return;
	pimg_add(t, "\tif ((left & 0x%llx) == 0x%llx) {\t/* %s */\n",
	    pimg_ull(e->from), pimg_ull(e->from), e->item->name);
	if (in && e->item->way == PIMG_ITEM_REJECT)
		pimg_add(t, "\t\treturn (-%d);\n", e->item->error);
	else {
		if (e->item->way != PIMG_ITEM_DROP || !in)
			pimg_add(t, "\t\tto |= 0x%llx;\n", pimg_ull(e->to));
		pimg_add(t, "\t\tleft &= ~UINT64_C(0x%llx);\n", pimg_ull(e->from));
	}
	pimg_add(t, "\t}\n");
}

static void
case_of(const struct entry *e, bool in, struct pimg_text *t)
{
	pimg_add(t, "\tcase 0x%llx:\t/* %s */\n", pimg_ull(e->from),
	    e->item->name);
	if (in && e->item->way == PIMG_ITEM_REJECT)
		pimg_add(t, "\t\treturn (-%d);\n", e->item->error);
	else if (in && e->item->way == PIMG_ITEM_DROP)
		pimg_add(t, "\t\tbreak;\n");
	else
		pimg_add(t, "\t\tto |= 0x%llx;\n\t\tbreak;\n", pimg_ull(e->to));
}

/* The native mask of a field is all the bits its native values use. */
static size_t
field(const struct pimg_map *m, struct entry *e, size_t n, bool in,
    struct pimg_text *t)
{
	uint64_t mask = e[0].item->mask, from = 0;
	size_t i, count;

	for (count = 0; count < n && e[count].item->mask == mask; count++)
		from |= e[count].from;
	if (in)
		from = mask;
	pimg_add(t, "\tswitch (left & 0x%llx) {\n", pimg_ull(from));
	for (i = 0; i < count; i++)
		case_of(&e[i], in, t);
	pimg_add(t, "\tdefault:\n");
	if (m->unknown == PIMG_REJECT)
		pimg_add(t, "\t\treturn (-%d);\n", m->unknown_error);
	else if (m->unknown == PIMG_PASS)
		pimg_add(t, "\t\tto |= left & 0x%llx;\n\t\tbreak;\n",
		    pimg_ull(from));
	else
		pimg_add(t, "\t\tbreak;\n");
	pimg_add(t, "\t}\n\tleft &= ~UINT64_C(0x%llx);\n", pimg_ull(from));
	return (count);
}

static void
flags_body(const struct pimg_map *m, struct entry *e, size_t n, bool in,
    struct pimg_text *t)
{
	size_t i = 0;

	pimg_add(t, "\tuint64_t left = from, to = 0;\n\n");
	while (i < n) {
		if (e[i].item->mask != 0)
			i += field(m, e + i, n - i, in, t);
		else
			flag(&e[i++], in, t);
	}
	if (m->unknown == PIMG_PASS)
		pimg_add(t, "\tto |= left;\n");
	else if (m->unknown == PIMG_REJECT && in)
		pimg_add(t, "\tif (left != 0)\n\t\treturn (-%d);\n",
		    m->unknown_error);
	pimg_add(t, "\t*result = to;\n\treturn (0);\n");
}

static void
enum_body(const struct pimg_map *m, struct entry *e, size_t n, bool in,
    struct pimg_text *t)
{
	size_t i;

	pimg_add(t, "\tuint64_t to = 0;\n\n\tswitch (from) {\n");
	for (i = 0; i < n; i++)
		case_of(&e[i], in, t);
	pimg_add(t, "\tdefault:\n");
	if (m->unknown == PIMG_REJECT)
		pimg_add(t, "\t\treturn (-%d);\n", m->unknown_error);
	else
		pimg_add(t, "\t\tto = %s;\n\t\tbreak;\n",
		    m->unknown == PIMG_PASS ? "from" : "0");
	pimg_add(t, "\t}\n\t*result = to;\n\treturn (0);\n");
}

static void
direction(const struct pimg_map *m, bool in, struct entry *e,
    struct pimg_text *t)
{
	size_t n = select_items(m, in, e);

	pimg_add(t, "\nPIMG_UNUSED static long\n"
	    "map_%s_%s(uint64_t from, uint64_t *result)\n{\n", m->name,
	    in ? "in" : "out");
	if (m->kind == PIMG_MAP_FLAGS)
		flags_body(m, e, n, in, t);
	else
		enum_body(m, e, n, in, t);
	pimg_add(t, "}\n");
}

/* The functions stand in one of the personality's C files. */
static void
in_c(const struct pimg_map *m, struct pimg_text *t)
{
	pimg_add(t, "\n/* %s, %s */\n#pragma GCC visibility push(hidden)\n"
	    "long\tmap_%s_in(uint64_t from, uint64_t *result);\n"
	    "long\tmap_%s_out(uint64_t from, uint64_t *result);\n"
	    "#pragma GCC visibility pop\n", m->name, m->pos.source->name,
	    m->name, m->name);
}

void
pimg_gen_maps(const struct pimg_unit *u, struct pimg_text *t)
{
	const struct pimg_map *m;
	struct entry *e;
	size_t i;

	for (i = 0; i < u->nmaps; i++) {
		m = u->maps[i];
		if (!m->used || (m->identity && !m->in_hooks))
			continue;
		if (m->in_c) {
			in_c(m, t);
			continue;
		}
		e = pimg_alloc(u->arena, (m->count + 1) * sizeof(*e));
		pimg_add(t, "\n/* %s, %s */\n", m->name, m->pos.source->name);
		direction(m, true, e, t);
		direction(m, false, e, t);
	}
}
