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
 *		r = pimg_call(NATIVE, ...);
 *		errors are replaced as declared
 *		results go out					(out)
 *		return (r);
 *	}
 *
 * An argument chosen by a selector makes one such function per variant, and
 * a switch over them.  Buffers up to BUFFER_MAX bytes stand on the private
 * stack; larger ones and arrays come from pimg_scratch().
 */
#include <string.h>

#include "pimg/gen.h"
#include "pimg/native.h"

#define	BUFFER_MAX	2048
#define	ELEMENTS_MAX	65536	/* of a converted array */

struct body {
	const struct pimg_unit	*u;
	const struct pimg_call	*c;
	const struct pimg_variant *v;	/* or NULL */
	struct pimg_text	 decl, in, out;
	const char		*value[PIMG_ARGS_MAX];	/* C text of each arg */
	bool			 uses_v;
};

/* The foreign value as C, with the argument's own width and sign. */
static const char *
raw(const struct body *b, const struct pimg_arg *a)
{
	const struct pimg_scalar *s = a->type.scalar;
	const char *reg = pimg_printf(b->u->arena, a->index < 6 ?
	    "f->arg[%u]" : "stack_%u", a->index);
	unsigned size;

	if (a->type.pointers > 0 || a->type.count > 0 || s == NULL)
		return (reg);
	size = s->size[b->c->abi];
	return (pimg_printf(b->u->arena, "(%sint%u_t)%s",
	    s->is_signed ? "" : "u", size * 8, reg));
}

static const char *
expr(struct body *b, const struct pimg_expr *e, bool foreign)
{
	static const char ops[] = {
		[PIMG_ADD] = '+', [PIMG_SUB] = '-', [PIMG_MUL] = '*',
		[PIMG_DIV] = '/', [PIMG_OR] = '|',
	};
	struct pimg_arena *a = b->u->arena;

	switch (e->op) {
	case PIMG_NUM:
		return (pimg_printf(a, "%lld", (long long)e->value));
	case PIMG_NAME:
		if (e->arg >= b->c->args && e->arg < b->c->args + b->c->nargs)
			return (foreign ? raw(b, e->arg) :
			    b->value[e->arg->index]);
		return (e->name);
	case PIMG_INDEX:
		return (pimg_printf(a, "%s[%lld]", e->name,
		    (long long)e->value));
	case PIMG_DEREF:
		return (pimg_printf(a, "in_%s", e->name));
	case PIMG_LOCAL:
		return (e->name);
	case PIMG_RESULT:
		return ("(uint64_t)r");
	case PIMG_LO:
		return (pimg_printf(a, "(uint32_t)(%s)",
		    expr(b, e->a, foreign)));
	case PIMG_HI:
		return (pimg_printf(a, "(uint32_t)((uint64_t)(%s) >> 32)",
		    expr(b, e->a, foreign)));
	case PIMG_JOIN:
		return (pimg_printf(a, "((uint64_t)(uint32_t)(%s) << 32 | "
		    "(uint32_t)(%s))", expr(b, e->b, foreign),
		    expr(b, e->a, foreign)));
	case PIMG_SHL:
		return (pimg_printf(a, "((uint64_t)(%s) << (%s))",
		    expr(b, e->a, foreign), expr(b, e->b, foreign)));
	default:
		return (pimg_printf(a, "(%s %c %s)", expr(b, e->a, foreign),
		    ops[e->op], expr(b, e->b, foreign)));
	}
}

/* Seventh and later arguments stand above the return address. */
static void
stack_arg(struct body *b, const struct pimg_arg *a)
{
	pimg_add(&b->decl, "\tuint64_t stack_%u;\n", a->index);
	pimg_add(&b->in, "\tif ((r = pimg_copyin(&stack_%u, f->sp + %u, 8)) "
	    "!= 0)\n\t\treturn (r);\n", a->index, 8 * (a->index - 6 + 1));
}

static void
path(struct body *b, const struct pimg_arg *a)
{
	const char *reg = raw(b, a);

	pimg_add(&b->decl, "\tchar p_%s[PIMG_PATH_MAX];\n", a->name);
	if (a->optional)
		pimg_add(&b->in, "\tif (%s != 0 && (r = pimg_pathin(p_%s, "
		    "%s)) < 0)\n\t\treturn (r);\n", reg, a->name, reg);
	else
		pimg_add(&b->in, "\tif ((r = pimg_pathin(p_%s, %s)) < 0)\n"
		    "\t\treturn (r);\n", a->name, reg);
	b->value[a->index] = a->optional ? pimg_printf(b->u->arena,
	    "(%s != 0 ? p_%s : NULL)", reg, a->name) :
	    pimg_printf(b->u->arena, "p_%s", a->name);
}

/* Flags are bits; other numbers keep their sign. */
static const char *
map_input(const struct body *b, const struct pimg_arg *a, const char *value)
{
	const struct pimg_scalar *s = a->type.scalar;

	if (a->map->kind != PIMG_MAP_FLAGS || s == NULL)
		return (value);
	return (pimg_printf(b->u->arena, "(uint%u_t)%s",
	    8u * s->size[b->c->abi], value));
}

static void
mapped_value(struct body *b, const struct pimg_arg *a)
{
	pimg_add(&b->decl, "\tuint64_t m_%s;\n", a->name);
	pimg_add(&b->in, "\tif ((r = map_%s_in(%s, &m_%s)) != 0)\n"
	    "\t\treturn (r);\n", a->map->name,
	    map_input(b, a, raw(b, a)), a->name);
	b->value[a->index] = pimg_printf(b->u->arena, "m_%s", a->name);
}

static const char *
scalar_type(const struct body *b, const struct pimg_arg *a)
{
	const struct pimg_scalar *s = a->type.scalar;

	return (pimg_printf(b->u->arena, "%sint%u_t",
	    s->is_signed ? "" : "u", 8u * s->size[b->c->abi]));
}

/* A pointer to one number that a map converts. */
static void
mapped_pointer(struct body *b, const struct pimg_arg *a)
{
	const char *reg = raw(b, a), *type = scalar_type(b, a);

	pimg_add(&b->decl, "\t%s i_%s = 0;\n", type, a->name);
	b->uses_v = true;
	if (a->dir & PIMG_IN) {
		if (a->optional)
			pimg_add(&b->in, "\tif (%s != 0) {\n", reg);
		pimg_add(&b->in, "\tif ((r = pimg_copyin(&i_%s, %s, "
		    "sizeof(i_%s))) != 0 ||\n\t    (r = map_%s_in(%s, &v)) "
		    "!= 0)\n\t\treturn (r);\n\ti_%s = v;\n", a->name, reg,
		    a->name, a->map->name, map_input(b, a,
		    pimg_printf(b->u->arena, "i_%s", a->name)), a->name);
		if (a->optional)
			pimg_add(&b->in, "\t}\n");
	}
	if (a->dir & PIMG_OUT)
		pimg_add(&b->out, "\tif (%s != 0) {\n"
		    "\t\tlong e;\n\n"
		    "\t\tif ((e = map_%s_out(%s, &v)) != 0)\n"
		    "\t\t\treturn (e);\n\t\ti_%s = v;\n"
		    "\t\tif ((e = pimg_copyout(%s, &i_%s, sizeof(i_%s))) != "
		    "0)\n\t\t\treturn (e);\n\t}\n", reg, a->map->name,
		    map_input(b, a, pimg_printf(b->u->arena, "i_%s", a->name)),
		    a->name, reg, a->name, a->name);
	b->value[a->index] = pimg_printf(b->u->arena,
	    "(%s != 0 ? &i_%s : NULL)", reg, a->name);
}

static void
struct_room(struct body *b, const struct pimg_arg *a, char side,
    const char *tag, uint32_t size)
{
	if (size <= BUFFER_MAX) {
		pimg_add(&b->decl, "\tstruct %c_%s %c_%s_, *%c_%s = "
		    "&%c_%s_;\n", side, tag, side, a->name, side, a->name,
		    side, a->name);
		return;
	}
	pimg_add(&b->decl, "\tstruct %c_%s *%c_%s;\n", side, tag, side,
	    a->name);
	pimg_add(&b->in, "\tif ((%c_%s = pimg_scratch(sizeof(*%c_%s))) == "
	    "NULL)\n\t\treturn (-12);\n", side, a->name, side, a->name);
}

static void
struct_one(struct body *b, const struct pimg_arg *a)
{
	const struct pimg_struct *s = a->type.strukt;
	const char *reg = raw(b, a), *name = a->name;

	struct_room(b, a, 'f', s->name, s->size[b->c->abi]);
	struct_room(b, a, 'n', s->native->name, s->native->size[b->c->abi]);
	if (a->dir & PIMG_IN) {
		pimg_add(&b->in, "\tif (%s%s(r = pimg_copyin(f_%s, %s, "
		    "sizeof(*f_%s))) != 0%s)\n\t\treturn (r);\n",
		    a->optional ? reg : "", a->optional ? " != 0 && " : "",
		    name, reg, name, "");
		pimg_add(&b->in, "\tif (%s%s(r = in_%s(n_%s, f_%s)) != 0)\n"
		    "\t\treturn (r);\n", a->optional ? reg : "",
		    a->optional ? " != 0 && " : "", s->name, name, name);
	}
	if (a->dir & PIMG_OUT)
		pimg_add(&b->out, "\tif (%s != 0) {\n\t\tlong e;\n\n"
		    "\t\tif ((e = out_%s(f_%s, n_%s)) != 0 ||\n"
		    "\t\t    (e = pimg_copyout(%s, f_%s, sizeof(*f_%s))) != "
		    "0)\n\t\t\treturn (e);\n\t}\n", reg, s->name, name, name,
		    reg, name, name);
	if (!(a->dir & PIMG_IN))
		pimg_add(&b->in, "\tpimg_memset(n_%s, 0, sizeof(*n_%s));\n",
		    name, name);
	b->value[a->index] = pimg_printf(b->u->arena,
	    "(%s != 0 ? n_%s : NULL)", reg, name);
}

/* An array of structures; its length is an expression of the arguments. */
static void
struct_array(struct body *b, const struct pimg_arg *a)
{
	const struct pimg_struct *s = a->type.strukt;
	const char *reg = raw(b, a), *name = a->name;

	pimg_add(&b->decl, "\tstruct f_%s *f_%s = NULL;\n"
	    "\tstruct n_%s *n_%s = NULL;\n\tuint64_t c_%s, i_%s;\n", s->name,
	    name, s->native->name, name, name, name);
	pimg_add(&b->in, "\tc_%s = %s;\n\tif (%s != 0 && c_%s != 0) {\n"
	    "\t\tif (c_%s > %u)\n\t\t\treturn (-22);\n"
	    "\t\tif ((f_%s = pimg_scratch(c_%s * sizeof(*f_%s))) == NULL ||\n"
	    "\t\t    (n_%s = pimg_scratch(c_%s * sizeof(*n_%s))) == NULL)\n"
	    "\t\t\treturn (-12);\n", name, expr(b, a->length, true), reg, name,
	    name, ELEMENTS_MAX, name, name, name, name, name, name);
	if (a->dir & PIMG_IN)
		pimg_add(&b->in, "\t\tif ((r = pimg_copyin(f_%s, %s, c_%s * "
		    "sizeof(*f_%s))) != 0)\n\t\t\treturn (r);\n"
		    "\t\tfor (i_%s = 0; i_%s < c_%s; i_%s++) {\n"
		    "\t\t\tif ((r = in_%s(&n_%s[i_%s], &f_%s[i_%s])) != 0)\n"
		    "\t\t\t\treturn (r);\n\t\t}\n", name, reg, name, name,
		    name, name, name, name, s->name, name, name, name, name);
	pimg_add(&b->in, "\t}\n");
	if ((a->dir & PIMG_OUT) && a->filled != NULL)
		pimg_add(&b->out, "\tif (c_%s > %s)\n\t\tc_%s = %s;\n", name,
		    expr(b, a->filled, true), name, expr(b, a->filled, true));
	if (a->dir & PIMG_OUT)
		pimg_add(&b->out, "\tif (n_%s != NULL) {\n\t\tlong e;\n\n"
		    "\t\tfor (i_%s = 0; i_%s < c_%s; i_%s++) {\n"
		    "\t\t\tif ((e = out_%s(&f_%s[i_%s], &n_%s[i_%s])) != 0)\n"
		    "\t\t\t\treturn (e);\n\t\t}\n"
		    "\t\tif ((e = pimg_copyout(%s, f_%s, c_%s * "
		    "sizeof(*f_%s))) != 0)\n\t\t\treturn (e);\n\t}\n", name,
		    name, name, name, name, s->name, name, name, name, name,
		    reg, name, name, name);
	b->value[a->index] = pimg_printf(b->u->arena, "n_%s", name);
}

static void
argument(struct body *b, const struct pimg_arg *a)
{
	const struct pimg_struct *s = a->type.strukt;
	bool pointer = a->type.pointers > 0;

	if (a->index >= 6)
		stack_arg(b, a);
	b->value[a->index] = raw(b, a);
	if (a->type.pointers == 0 && a->type.count == 0 && a->index < 6 &&
	    a->map == NULL)
		b->value[a->index] = pimg_printf(b->u->arena, "f->arg[%u]",
		    a->index);
	if (a->path)
		path(b, a);
	else if (a->map != NULL && !a->map->identity && pointer)
		mapped_pointer(b, a);
	else if (a->map != NULL && !a->map->identity)
		mapped_value(b, a);
	else if (s != NULL && !s->identity && pointer && a->length != NULL)
		struct_array(b, a);
	else if (s != NULL && !s->identity && pointer)
		struct_one(b, a);
}

static void
arguments(struct body *b)
{
	const struct pimg_call *c = b->c;
	struct pimg_arg payload;
	unsigned i;

	for (i = 0; i < c->nargs; i++) {
		const struct pimg_arg *a = &c->args[i];

		if (a->variants == NULL) {
			argument(b, a);
			continue;
		}
		b->value[i] = raw(b, a);
		if (b->v != NULL && b->v->has_payload) {
			payload = b->v->payload;
			payload.index = i;
			payload.name = a->name;
			argument(b, &payload);
		}
		if (b->v != NULL)
			b->value[a->selector->index] = pimg_printf(
			    b->u->arena, "0x%llx",
			    (unsigned long long)b->v->item.native);
	}
}

/* Ranges that the call may not touch; lengths are in whole pages. */
static void
guards(struct body *b)
{
	const struct pimg_target *t = &b->c->target;
	size_t i;

	for (i = 0; i < t->nguards; i++)
		pimg_add(&b->in, "\tif (pimg_guarded(%s, PAGE_UP(%s)))\n"
		    "\t\treturn (-%d);\t/* %s */\n",
		    expr(b, t->guards[i].addr, true),
		    expr(b, t->guards[i].len, true), t->guards[i].error,
		    pimg_errno_name(t->guards[i].error));
}

static void
local_decls(struct body *b)
{
	const struct pimg_target *t = &b->c->target;
	const struct pimg_arg *a;
	unsigned i;

	for (i = 0; i < t->nargs; i++) {
		if (t->args[i]->op != PIMG_LOCAL)
			continue;
		a = t->args[i]->arg;
		pimg_add(&b->decl, "\t%s %s[%u];\n", scalar_type(b, a),
		    a->name, a->type.count > 0 ? a->type.count : 1);
	}
}

static void
call(struct body *b, struct pimg_text *t)
{
	const struct pimg_target *tg = &b->c->target;
	unsigned i;

	pimg_add(t, "\tr = pimg_call(%d", tg->nr[b->c->abi]);
	if (tg->has_args) {
		for (i = 0; i < tg->nargs; i++)
			pimg_add(t, ", %s", expr(b, tg->args[i], false));
	} else {
		for (i = 0; i < b->c->nargs; i++)
			pimg_add(t, ", %s", b->value[i]);
	}
	pimg_add(t, ");\t/* %s */\n", tg->name);
	for (i = 0; i < tg->non; i++)
		pimg_add(t, "\tif (r == -%d)\t/* %s */\n\t\tr = %lld;\n",
		    tg->on[i].native_errno,
		    pimg_errno_name(tg->on[i].native_errno),
		    (long long)(tg->on[i].is_return ? tg->on[i].value :
		    -tg->on[i].value));
}

static void
results(struct body *b)
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
		    expr(b, t->second, true));
	if (t->result != NULL)
		pimg_add(&b->out, "\tr = %s;\n", expr(b, t->result, true));
}

static void
emit_body(struct body *b, struct pimg_text *t)
{
	local_decls(b);
	guards(b);
	arguments(b);
	results(b);
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
		struct body b = { .u = u, .c = c, .v = &vs->list[i] };

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
	struct body b = { .u = u, .c = c };
	const struct pimg_item *it;
	size_t i;

	pimg_add(t, "{\n\tswitch ((uint%u_t)%s) {\n", a->selector->type.scalar
	    == NULL ? 64 : 8u * a->selector->type.scalar->size[c->abi],
	    raw(&b, a->selector));
	for (i = 0; i < vs->count; i++) {
		it = &vs->list[i].item;
		pimg_add(t, "\tcase 0x%llx:\n", (unsigned long long)it->foreign);
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
	struct body b = { .u = u, .c = c };

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
