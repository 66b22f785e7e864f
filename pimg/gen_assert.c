/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * assert.c of a build: what the prototypes say of the native side, held
 * against the headers of the machine that builds.
 *
 * There is one file per header, because two headers may define the same
 * structure; it is compiled and thrown away.
 */
#include <string.h>

#include "pimg/gen.h"
#include "pimg/native.h"

/* The n-th different header that anything names. */
static const char *
header(const struct pimg_unit *u, size_t n)
{
	const char **seen = pimg_alloc(u->arena, (u->nmaps + u->nstructs +
	    u->nvariants + 1) * sizeof(*seen));
	size_t i, j, count = 0, total = u->nmaps + u->nstructs + u->nvariants;
	const char *h;

	for (i = 0; i < total; i++) {
		if (i < u->nmaps)
			h = u->maps[i]->header;
		else if (i < u->nmaps + u->nstructs)
			h = u->structs[i - u->nmaps]->header;
		else
			h = u->variants[i - u->nmaps - u->nstructs]->header;
		if (h == NULL)
			continue;
		for (j = 0; j < count && strcmp(seen[j], h) != 0; j++)
			;
		if (j < count)
			continue;
		if (count == n)
			return (h);
		seen[count++] = h;
	}
	return (NULL);
}

static void
constant(const struct pimg_item *it, struct pimg_text *t)
{
	if (it->native_name != NULL && it->way < PIMG_ITEM_DROP)
		pimg_add(t, "_Static_assert((uint64_t)(%s) == 0x%llx, "
		    "\"%s:%u: %s\");\n", it->native_name,
		    (unsigned long long)it->native, it->pos.source->name,
		    it->pos.line, it->native_name);
}

static void
layout(const struct pimg_struct *s, enum pimg_abi abi, struct pimg_text *t)
{
	const struct pimg_field *f;
	size_t i;

	pimg_add(t, "_Static_assert(sizeof(struct %s) == %u, \"%s:%u: size "
	    "of struct %s\");\n", s->name, s->size[abi], s->pos.source->name,
	    s->pos.line, s->name);
	for (i = 0; i < s->count; i++) {
		f = &s->fields[i];
		if (f->source == PIMG_FIELD_PAD)
			continue;
		pimg_add(t, "_Static_assert(offsetof(struct %s, %s) == %u && "
		    "sizeof(((struct %s *)0)->%s) == %u, \"%s:%u: %s.%s\");\n",
		    s->name, f->name, f->offset[abi], s->name, f->name,
		    f->size[abi], f->pos.source->name, f->pos.line, s->name,
		    f->name);
	}
}

static bool
same(const char *a, const char *b)
{
	return (a != NULL && strcmp(a, b) == 0);
}

/* Index 0: the numbers of the native calls that are used. */
static void
numbers(const struct pimg_unit *u, enum pimg_abi abi, struct pimg_text *t)
{
	const struct pimg_table *table = &u->tables[abi];
	const struct pimg_target *tg;
	size_t i;

	pimg_add(t, "#include <asm/unistd.h>\n\n");
	for (i = 0; i < table->count; i++) {
		tg = &table->calls[i]->target;
		if (tg->kind == PIMG_TO_NATIVE)
			pimg_add(t, "#ifdef __NR_%s\n_Static_assert(__NR_%s "
			    "== %d, \"number of %s\");\n#endif\n", tg->name,
			    tg->name, tg->nr[abi], tg->name);
	}
}

bool
pimg_gen_assert(const struct pimg_unit *u, enum pimg_abi abi, size_t index,
    struct pimg_text *t)
{
	const char *h = index == 0 ? NULL : header(u, index - 1);
	size_t i, j;

	if (index > 0 && h == NULL)
		return (false);
	pimg_gen_banner(u, "Checks of the native side; nothing is linked.", t);
	if (index == 0) {
		numbers(u, abi, t);
		return (true);
	}
	pimg_add(t, "#include <stddef.h>\n#include <stdint.h>\n#include %s\n\n",
	    h);
	for (i = 0; i < u->nmaps; i++) {
		for (j = 0; same(u->maps[i]->header, h) &&
		    j < u->maps[i]->count; j++)
			constant(&u->maps[i]->items[j], t);
	}
	for (i = 0; i < u->nvariants; i++) {
		for (j = 0; same(u->variants[i]->header, h) &&
		    j < u->variants[i]->count; j++)
			constant(&u->variants[i]->list[j].item, t);
	}
	for (i = 0; i < u->nstructs; i++) {
		if (same(u->structs[i]->header, h))
			layout(u->structs[i], abi, t);
	}
	return (true);
}
