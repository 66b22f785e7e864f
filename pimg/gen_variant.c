/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Calls of which an argument depends on another one's value: a function for
 * each variant, and a switch over them.
 *
 *	NAME_F_GETFL(f)		one variant
 *	NAME_other(f)		unknown values that pass
 *	pimg_shim_NAME(f)	switch (selector) { ... }
 *
 * Where a variant's payload is chosen by a second selector (setsockopt), the
 * function of the outer variant is such a switch itself; it goes no deeper.
 */
#include "pimg/gen_body.h"

/* Variants within a variant: of the same argument, by another selector. */
static const struct pimg_variants *
nested(const struct pimg_variant *v)
{
	return (v->has_payload ? v->payload.variants : NULL);
}

static void variant_functions(const struct pimg_unit *,
    const struct pimg_call *, const struct pimg_arg *,
    const struct pimg_variants *, const char *, const struct pimg_variant *,
    struct pimg_text *);

void
pimg_gen_choice(const struct pimg_unit *u, const struct pimg_call *c,
    const struct pimg_arg *select, const struct pimg_variants *vs,
    const char *symbol, struct pimg_text *t)
{
	struct pimg_body b = { .u = u, .c = c };
	const struct pimg_item *it;
	size_t i;

	pimg_add(t, "{\n\tswitch ((uint%u_t)%s) {\n", select->type.scalar
	    == NULL ? 64 : 8u * select->type.scalar->size[c->abi],
	    pimg_body_raw(&b, select));
	for (i = 0; i < vs->count; i++) {
		it = &vs->list[i].item;
		pimg_add(t, "\tcase 0x%llx:\n",
		    (unsigned long long)it->foreign);
		if (it->way == PIMG_ITEM_REJECT)
			pimg_add(t, "\t\treturn (-%d);\t/* %s */\n", it->error,
			    it->name);
		else if (it->way == PIMG_ITEM_DROP)
			pimg_add(t, "\t\treturn (0);\t/* %s */\n", it->name);
		else if (it->way == PIMG_ITEM_HOOK)
			pimg_add(t, "\t\treturn (hook_%s(f));\t/* %s */\n",
			    it->native_name, it->name);
		else
			pimg_add(t, "\t\treturn (%s_%s(f));\n", symbol,
			    it->name);
	}
	pimg_add(t, "\tdefault:\n\t\t");
	if (vs->unknown == PIMG_REJECT)
		pimg_add(t, "pimg_missing(\"%s\", %s);\n\t\treturn (-%d);\n"
		    "\t}\n}\n", c->name, pimg_body_raw(&b, select),
		    vs->unknown_error);
	else
		pimg_add(t, "return (%s_other(f));\n\t}\n}\n", symbol);
}

/* One function a variant; `symbol` is what their names begin with. */
static void
variant_function(const struct pimg_unit *u, const struct pimg_call *c,
    const struct pimg_arg *a, const struct pimg_variant *v,
    const char *symbol, const struct pimg_variant *outer, struct pimg_text *t)
{
	struct pimg_body b = { .u = u, .c = c, .v = v };
	const char *name = pimg_printf(u->arena, "%s_%s", symbol,
	    v->item.name);

	if (v->item.way == PIMG_ITEM_HOOK)
		pimg_add(t, "\nlong\thook_%s(struct pimg_frame *);\n",
		    v->item.native_name);
	if (v->item.way >= PIMG_ITEM_DROP)
		return;
	if (outer == NULL && nested(v) != NULL)
		variant_functions(u, c, a, nested(v), name, v, t);
	if (outer != NULL) {
		b.v = outer;
		b.inner = v;
	}
	pimg_add(t, "\n/* %u %s: %s */\nstatic long\n%s(struct pimg_frame "
	    "*f)\n", c->number, c->symbol, v->item.name, name);
	if (outer == NULL && nested(v) != NULL)
		pimg_gen_choice(u, c, pimg_body_selector(c, &v->payload), nested(v),
		    name, t);
	else
		pimg_body_emit(&b, t);
}

static void
variant_functions(const struct pimg_unit *u, const struct pimg_call *c,
    const struct pimg_arg *a, const struct pimg_variants *vs,
    const char *symbol, const struct pimg_variant *outer, struct pimg_text *t)
{
	struct pimg_body b = { .u = u, .c = c, .v = outer };
	size_t i;

	for (i = 0; i < vs->count; i++)
		variant_function(u, c, a, &vs->list[i], symbol, outer, t);
	if (vs->unknown != PIMG_PASS)
		return;
	pimg_add(t, "\nstatic long\n%s_other(struct pimg_frame *f)\n",
	    symbol);
	pimg_body_emit(&b, t);
}

void
pimg_gen_variants(const struct pimg_unit *u, const struct pimg_call *c,
    const struct pimg_arg *a, struct pimg_text *t)
{
	variant_functions(u, c, a, a->variants, c->symbol, NULL, t);
}
