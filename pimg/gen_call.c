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
 * a switch over them (gen_variant.c).
 */
#include <string.h>

#include "pimg/check.h"
#include "pimg/gen_body.h"
#include "pimg/native.h"
#include "pimg/unit.h"

/* The argument of a call that a variant's selector names. */
const struct pimg_arg *
pimg_body_selector(const struct pimg_call *c, const struct pimg_arg *a)
{
	unsigned i;

	for (i = 0; i < c->nargs; i++) {
		if (strcmp(c->args[i].name, a->selector_ref.name) == 0)
			return (&c->args[i]);
	}
	return (NULL);
}

static void
selected(struct pimg_body *b, const struct pimg_arg *chosen,
    const struct pimg_variant *v)
{
	b->value[pimg_body_selector(b->c, chosen)->index] = pimg_printf(b->u->arena,
	    "0x%llx", (unsigned long long)v->item.native);
}

/* A variant's object, which goes the argument's way unless it says its own. */
static struct pimg_arg
payload(const struct pimg_arg *a, const struct pimg_variant *v)
{
	struct pimg_arg p = v->payload;

	p.index = a->index;
	p.name = a->name;
	if (p.dir == PIMG_NODIR && p.type.pointers > 0) {
		p.dir = a->dir;
		p.extent = a->extent;
		p.length = a->length;
		p.optional = a->optional;
	}
	return (p);
}

static void
argument(struct pimg_body *b, const struct pimg_arg *a, bool sized)
{
	if (!sized)
		pimg_body_argument(b, a);
	else if (pimg_arg_is_sized(a))
		pimg_body_sized(b, a);
}

static void
variant(struct pimg_body *b, const struct pimg_arg *a, bool sized)
{
	const struct pimg_variant *v = b->inner != NULL ? b->inner : b->v;
	struct pimg_arg p;

	if (!sized)
		b->value[a->index] = pimg_body_raw(b, a);
	if (v == NULL)
		return;
	if (v->has_payload) {
		p = payload(a, v);
		argument(b, &p, sized);
	}
	selected(b, a, b->v);
	if (b->inner != NULL)
		selected(b, &b->v->payload, b->inner);
}

/* Objects with a length come last, for they replace what it is. */
static void
arguments(struct pimg_body *b)
{
	const struct pimg_call *c = b->c;
	unsigned i;
	int sized;

	for (sized = 0; sized < 2; sized++) {
		for (i = 0; i < c->nargs; i++) {
			if (c->args[i].variants == NULL)
				argument(b, &c->args[i], sized);
			else
				variant(b, &c->args[i], sized);
		}
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
	if (b->inner != NULL && b->inner->returns != NULL)
		m = b->inner->returns;
	if (t->second != NULL)
		pimg_add(&b->out, "\tf->arg[2] = %s;\n",
		    pimg_body_expr(b, t->second, true));
	if (t->result != NULL)
		pimg_add(&b->out, "\tr = %s;\n",
		    pimg_body_expr(b, t->result, true));
	if (m != NULL && !m->identity) {
		b->uses_v = true;
		pimg_add(&b->out, "\tif ((r = map_%s_out(r, &v)) != 0)\n"
		    "\t\treturn (r);\n\tr = v;\n", m->name);
	}
}

static void
step(struct pimg_body *b, const struct pimg_step *s, struct pimg_text *t)
{
	unsigned i;

	pimg_add(t, "pimg_sys(%d", s->nr[b->c->abi]);
	for (i = 0; i < s->nargs; i++)
		pimg_add(t, ", %s", pimg_body_expr(b, s->args[i], false));
	pimg_add(t, ")");
}

/* What is found out before the call; that it fails is the call's failure. */
static void
before(struct pimg_body *b, struct pimg_text *t)
{
	const struct pimg_target *tg = &b->c->target;
	size_t i;

	for (i = 0; i < tg->nwith; i++) {
		pimg_add(t, "\tif ((w_%s = ", tg->with[i].name);
		step(b, &tg->with[i], t);
		pimg_add(t, ") < 0)\t/* %s */\n\t\treturn (w_%s);\n",
		    tg->with[i].native, tg->with[i].name);
	}
}

/* What follows a success; nobody hears of its failure. */
static void
after(struct pimg_body *b, struct pimg_text *t)
{
	const struct pimg_target *tg = &b->c->target;
	size_t i;

	for (i = 0; i < tg->nthen; i++) {
		pimg_add(t, "\tif (r >= 0)\n\t\t");
		step(b, &tg->then[i], t);
		pimg_add(t, ";\t/* %s */\n", tg->then[i].native);
	}
}

void
pimg_body_emit(struct pimg_body *b, struct pimg_text *t)
{
	size_t i;

	local_decls(b);
	guards(b);
	/* C that gets the program's frame converts itself. */
	if (!pimg_is_wrapped(b->c) || b->c->target.has_args)
		arguments(b);
	results(b);
	if (pimg_is_wrapped(b->c) && b->c->target.has_args)
		pimg_add(&b->decl, "\tstruct pimg_frame own;\n"
		    "\tpimg_reg third;\n");
	for (i = 0; i < b->c->target.nwith; i++)
		pimg_add(&b->decl, "\tlong w_%s;\n",
		    b->c->target.with[i].name);
	pimg_add(t, "{\n");
	pimg_addn(t, b->decl.data, b->decl.len);
	if (b->uses_v)
		pimg_add(t, "\tuint64_t v;\n");
	pimg_add(t, "\tlong r;\n\n");
	pimg_addn(t, b->in.data, b->in.len);
	before(b, t);
	call(b, t);
	after(b, t);
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

/* A call that never fails: its error is what it returns. */
static void
error_returned(const struct pimg_call *c, struct pimg_text *t)
{

	pimg_add(t, "{\n\tlong r = %s_call(f);\n\n\treturn (r < 0 && "
	    "r != -PIMG_RESTART ? pimg_errno_out((int)-r) : r);\n}\n",
	    c->symbol);
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
	if (a != NULL)
		pimg_gen_variants(u, c, a, t);
	if (c->target.returns_errno) {
		pimg_add(t, "\nstatic long\n%s_call(struct pimg_frame *f)\n",
		    c->symbol);
		pimg_body_emit(&b, t);
	}
	pimg_add(t, "\n/* %u */\nlong\tpimg_shim_%s(struct pimg_frame *);\n"
	    "\nlong\npimg_shim_%s(struct pimg_frame *f)\n", c->number,
	    c->symbol, c->symbol);
	if (c->target.returns_errno)
		error_returned(c, t);
	else if (a != NULL)
		pimg_gen_choice(u, c, a->selector, a->variants, c->symbol, t);
	else
		pimg_body_emit(&b, t);
}
