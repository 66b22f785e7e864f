/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * One converted call as C.
 *
 *	long
 *	pimg_shim_NAME(struct pimg_frame *f)
 *	{
 *		what each argument needs			(decl)
 *
 *		arguments come in, each read once		(in)
 *		r = pimg_call(NATIVE, ...);	or hook_NAME(&own)
 *		errors are replaced as declared
 *		results go out					(out)
 *		return (r);
 *	}
 *
 * An argument chosen by a selector makes one such function per variant, and
 * a switch over them.
 */
#include "pimg/gen_body.h"
#include "pimg/native.h"
#include "pimg/unit.h"

static void
arguments(struct pimg_body *b)
{
	const struct pimg_call *c = b->c;
	struct pimg_arg payload;
	unsigned i;

	for (i = 0; i < c->nargs; i++) {
		const struct pimg_arg *a = &c->args[i];

		if (a->variants == NULL) {
			pimg_body_argument(b, a);
			continue;
		}
		b->value[i] = pimg_body_raw(b, a);
		if (b->v != NULL && b->v->has_payload) {
			payload = b->v->payload;
			payload.index = i;
			payload.name = a->name;
			pimg_body_argument(b, &payload);
		}
		if (b->v != NULL)
			b->value[a->selector->index] = pimg_printf(
			    b->u->arena, "0x%llx",
			    (unsigned long long)b->v->item.native);
	}
}

/* Ranges that the call may not touch; lengths are in whole pages. */
static void
guards(struct pimg_body *b)
{
	const struct pimg_target *t = &b->c->target;
	size_t i;

	for (i = 0; i < t->nguards; i++)
		pimg_add(&b->in, "\tif (pimg_guarded(%s, PAGE_UP(%s)))\n"
		    "\t\treturn (-%d);\t/* %s */\n",
		    pimg_body_expr(b, t->guards[i].addr, true),
		    pimg_body_expr(b, t->guards[i].len, true),
		    t->guards[i].error, pimg_errno_name(t->guards[i].error));
}

static void
local_decls(struct pimg_body *b)
{
	const struct pimg_target *t = &b->c->target;
	const struct pimg_arg *a;
	unsigned i;

	for (i = 0; i < t->nargs; i++) {
		if (t->args[i]->op != PIMG_LOCAL)
			continue;
		a = t->args[i]->arg;
		pimg_add(&b->decl, "\t%s %s[%u];\n",
		    pimg_body_scalar_type(b, a),
		    a->name, a->type.count > 0 ? a->type.count : 1);
	}
}

static const char *
function(const struct pimg_body *b)
{
	return (pimg_printf(b->u->arena, "%s%s",
	    b->c->target.kind == PIMG_TO_HOOK ? "hook_" : "pimg_rt_",
	    b->c->target.name));
}

/*
 * C gets a frame of its own with the converted arguments, or the program's
 * own if it does the conversion.  A second result is what C has changed.
 */
static void
call_c(struct pimg_body *b, struct pimg_text *t)
{
	const struct pimg_target *tg = &b->c->target;
	unsigned i;

	if (!tg->has_args) {
		pimg_add(t, "\tr = %s(f);\n", function(b));
		return;
	}
	pimg_add(t, "\tpimg_memcpy(&own, f, sizeof(own));\n");
	for (i = 0; i < tg->nargs; i++)
		pimg_add(t, "\town.arg[%u] = (pimg_reg)%s;\n", i,
		    pimg_body_expr(b, tg->args[i], false));
	pimg_add(t, "\tthird = own.arg[2];\n\tr = %s(&own);\n"
	    "\tif (own.arg[2] != third)\n\t\tf->arg[2] = own.arg[2];\n",
	    function(b));
}

static void
call_native(struct pimg_body *b, struct pimg_text *t)
{
	const struct pimg_target *tg = &b->c->target;
	unsigned i;

	pimg_add(t, "\tr = pimg_call(%d", tg->nr[b->c->abi]);
	if (tg->has_args) {
		for (i = 0; i < tg->nargs; i++)
			pimg_add(t, ", %s",
			    pimg_body_expr(b, tg->args[i], false));
	} else {
		for (i = 0; i < b->c->nargs; i++)
			pimg_add(t, ", %s", b->value[i]);
	}
	pimg_add(t, ");\t/* %s */\n", tg->name);
}

static void
call(struct pimg_body *b, struct pimg_text *t)
{
	const struct pimg_target *tg = &b->c->target;
	unsigned i;

	if (pimg_is_wrapped(b->c))
		call_c(b, t);
	else
		call_native(b, t);
	for (i = 0; i < tg->non; i++)
		pimg_add(t, "\t%sif (r == -%d)\t/* %s */\n\t\tr = %lld;\n",
		    i > 0 ? "else " : "", tg->on[i].native_errno,
		    pimg_errno_name(tg->on[i].native_errno),
		    (long long)(tg->on[i].is_return ? tg->on[i].value :
		    -tg->on[i].value));
}

static void
results(struct pimg_body *b)
{
	const struct pimg_target *t = &b->c->target;
	const struct pimg_map *m = t->returns;

	if (b->v != NULL && b->v->returns != NULL)
		m = b->v->returns;
	if (m != NULL && !m->identity) {
		b->uses_v = true;
		pimg_add(&b->out, "\tif ((r = map_%s_out(r, &v)) != 0)\n"
		    "\t\treturn (r);\n\tr = v;\n", m->name);
	}
	if (t->second != NULL)
		pimg_add(&b->out, "\tf->arg[2] = %s;\n",
		    pimg_body_expr(b, t->second, true));
	if (t->result != NULL)
		pimg_add(&b->out, "\tr = %s;\n",
		    pimg_body_expr(b, t->result, true));
}

static void
emit_body(struct pimg_body *b, struct pimg_text *t)
{
	local_decls(b);
	guards(b);
	/* C that gets the program's frame converts itself. */
	if (!pimg_is_wrapped(b->c) || b->c->target.has_args)
		arguments(b);
	results(b);
	if (pimg_is_wrapped(b->c) && b->c->target.has_args)
		pimg_add(&b->decl, "\tstruct pimg_frame own;\n"
		    "\tpimg_reg third;\n");
	pimg_add(t, "{\n");
	pimg_addn(t, b->decl.data, b->decl.len);
	if (b->uses_v)
		pimg_add(t, "\tuint64_t v;\n");
	pimg_add(t, "\tlong r;\n\n");
	pimg_addn(t, b->in.data, b->in.len);
	call(b, t);
	if (b->out.len > 0) {
		pimg_add(t, "\tif (r < 0)\n\t\treturn (r);\n");
		pimg_addn(t, b->out.data, b->out.len);
	}
	pimg_add(t, "\treturn (r);\n}\n");
	pimg_text_free(&b->decl);
	pimg_text_free(&b->in);
	pimg_text_free(&b->out);
}

static const struct pimg_arg *
chosen_arg(const struct pimg_call *c)
{
	unsigned i;

	for (i = 0; i < c->nargs; i++) {
		if (c->args[i].variants != NULL)
			return (&c->args[i]);
	}
	return (NULL);
}

static void
variant_functions(const struct pimg_unit *u, const struct pimg_call *c,
    const struct pimg_variants *vs, struct pimg_text *t)
{
	size_t i;

	for (i = 0; i < vs->count; i++) {
		struct pimg_body b = { .u = u, .c = c, .v = &vs->list[i] };

		if (vs->list[i].item.way >= PIMG_ITEM_DROP)
			continue;
		pimg_add(t, "\n/* %u %s: %s */\nstatic long\n%s_%s(struct "
		    "pimg_frame *f)\n", c->number, c->symbol,
		    vs->list[i].item.name, c->symbol, vs->list[i].item.name);
		emit_body(&b, t);
	}
}

static void
variant_switch(const struct pimg_unit *u, const struct pimg_call *c,
    const struct pimg_arg *a, struct pimg_text *t)
{
	const struct pimg_variants *vs = a->variants;
	struct pimg_body b = { .u = u, .c = c };
	const struct pimg_item *it;
	size_t i;

	pimg_add(t, "{\n\tswitch ((uint%u_t)%s) {\n", a->selector->type.scalar
	    == NULL ? 64 : 8u * a->selector->type.scalar->size[c->abi],
	    pimg_body_raw(&b, a->selector));
	for (i = 0; i < vs->count; i++) {
		it = &vs->list[i].item;
		pimg_add(t, "\tcase 0x%llx:\n",
		    (unsigned long long)it->foreign);
		if (it->way == PIMG_ITEM_REJECT)
			pimg_add(t, "\t\treturn (-%d);\t/* %s */\n", it->error,
			    it->name);
		else if (it->way == PIMG_ITEM_DROP)
			pimg_add(t, "\t\treturn (0);\t/* %s */\n", it->name);
		else
			pimg_add(t, "\t\treturn (%s_%s(f));\n", c->symbol,
			    it->name);
	}
	pimg_add(t, "\tdefault:\n\t\t");
	if (vs->unknown == PIMG_REJECT)
		pimg_add(t, "return (-%d);\n\t}\n}\n", vs->unknown_error);
	else
		pimg_add(t, "return (%s_other(f));\n\t}\n}\n", c->symbol);
}

void
pimg_gen_call(const struct pimg_unit *u, const struct pimg_call *c,
    struct pimg_text *t)
{
	const struct pimg_arg *a = chosen_arg(c);
	struct pimg_body b = { .u = u, .c = c };

	if (pimg_is_wrapped(c)) {
		pimg_add(t, "\n#pragma GCC visibility push(hidden)\n"
		    "long\t%s(struct pimg_frame *);\n"
		    "#pragma GCC visibility pop\n", function(&b));
		if (!c->target.has_args)
			a = NULL;
	}
	if (a != NULL) {
		variant_functions(u, c, a->variants, t);
		if (a->variants->unknown == PIMG_PASS) {
			pimg_add(t, "\nstatic long\n%s_other(struct "
			    "pimg_frame *f)\n", c->symbol);
			emit_body(&b, t);
		}
	}
	pimg_add(t, "\n/* %u */\nlong\tpimg_shim_%s(struct pimg_frame *);\n"
	    "\nlong\npimg_shim_%s(struct pimg_frame *f)\n", c->number,
	    c->symbol, c->symbol);
	if (a != NULL)
		variant_switch(u, c, a, t);
	else
		emit_body(&b, t);
}
