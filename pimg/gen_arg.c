/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * One argument of a converted call.  Each input is read once.  Buffers up to
 * BUFFER_MAX bytes stand on the private stack; larger ones and arrays come
 * from pimg_scratch().
 */
#include "pimg/check.h"
#include "pimg/gen_body.h"

#define	BUFFER_MAX	2048
#define	ELEMENTS_MAX	65536	/* of a converted array */

/* The foreign value as C, with the argument's own width and sign. */
const char *
pimg_body_raw(const struct pimg_body *b, const struct pimg_arg *a)
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

const char *
pimg_body_expr(struct pimg_body *b, const struct pimg_expr *e, bool foreign)
{
	static const char ops[] = {
		[PIMG_ADD] = '+', [PIMG_SUB] = '-', [PIMG_MUL] = '*',
		[PIMG_DIV] = '/', [PIMG_OR] = '|',
		[PIMG_AND] = '&',
	};
	struct pimg_arena *a = b->u->arena;

	switch (e->op) {
	case PIMG_NUM:
		return (pimg_printf(a, "%lld", (long long)e->value));
	case PIMG_NAME:
		if (e->arg >= b->c->args && e->arg < b->c->args + b->c->nargs)
			return (foreign ? pimg_body_raw(b, e->arg) :
			    b->value[e->arg->index]);
		return (e->name);
	case PIMG_INDEX:
		return (pimg_printf(a, "%s[%lld]", e->name,
		    (long long)e->value));
	case PIMG_DEREF:
		return (pimg_printf(a, "in_%s", e->name));
	case PIMG_STRING:
		return (pimg_printf(a, "(long)%s", e->name));
	case PIMG_WITH:
		return (pimg_printf(a, "w_%s", e->name));
	case PIMG_LOCAL:
		return (e->name);
	case PIMG_RESULT:
		return ("(uint64_t)r");
	case PIMG_LO:
		return (pimg_printf(a, "(uint32_t)(%s)",
		    pimg_body_expr(b, e->a, foreign)));
	case PIMG_HI:
		return (pimg_printf(a, "(uint32_t)((uint64_t)(%s) >> 32)",
		    pimg_body_expr(b, e->a, foreign)));
	case PIMG_JOIN:
		return (pimg_printf(a, "((uint64_t)(uint32_t)(%s) << 32 | "
		    "(uint32_t)(%s))", pimg_body_expr(b, e->b, foreign),
		    pimg_body_expr(b, e->a, foreign)));
	case PIMG_SHL:
		return (pimg_printf(a, "((uint64_t)(%s) << (%s))",
		    pimg_body_expr(b, e->a, foreign),
		    pimg_body_expr(b, e->b, foreign)));
	default:
		return (pimg_printf(a, "(%s %c %s)",
		    pimg_body_expr(b, e->a, foreign), ops[e->op],
		    pimg_body_expr(b, e->b, foreign)));
	}
}

/* Seventh and later arguments stand above the return address. */
static void
stack_arg(struct pimg_body *b, const struct pimg_arg *a)
{
	pimg_add(&b->decl, "\tuint64_t stack_%u;\n", a->index);
	pimg_add(&b->in, "\tif ((r = pimg_copyin(&stack_%u, f->sp + %u, 8)) "
	    "!= 0)\n\t\treturn (r);\n", a->index, 8 * (a->index - 6 + 1));
}

/* When the argument is a name to look at: "" for always. */
static const char *
path_condition(struct pimg_body *b, const struct pimg_arg *a)
{
	struct pimg_arena *arena = b->u->arena;
	const char *when = "", *reg = pimg_body_raw(b, a);

	if (a->optional)
		when = pimg_printf(arena, "%s != 0", reg);
	if (a->path_if != NULL)
		when = pimg_printf(arena, "%s%s%s %s 0", when,
		    a->optional ? " && " : "", pimg_body_expr(b, a->path_if,
		    true), a->path_unless ? "==" : "!=");
	return (when);
}

static void
path(struct pimg_body *b, const struct pimg_arg *a)
{
	const char *reg = pimg_body_raw(b, a), *when = path_condition(b, a);

	pimg_add(&b->decl, "\tchar p_%s[PIMG_PATH_MAX];\n", a->name);
	if (when[0] == '\0') {
		pimg_add(&b->in, "\tif ((r = pimg_pathin(p_%s, %s)) < 0)\n"
		    "\t\treturn (r);\n", a->name, reg);
		b->value[a->index] = pimg_printf(b->u->arena, "p_%s", a->name);
		return;
	}
	pimg_add(&b->in, "\tif (%s &&\n\t    (r = pimg_pathin(p_%s, %s)) "
	    "< 0)\n\t\treturn (r);\n", when, a->name, reg);
	b->value[a->index] = pimg_printf(b->u->arena,
	    "(%s ? (long)p_%s : (long)%s)", when, a->name, reg);
}

/* Flags are bits; other numbers keep their sign. */
static const char *
map_input(const struct pimg_body *b, const struct pimg_arg *a,
    const char *value)
{
	const struct pimg_scalar *s = a->type.scalar;

	if (a->map->kind != PIMG_MAP_FLAGS || s == NULL)
		return (value);
	return (pimg_printf(b->u->arena, "(uint%u_t)%s",
	    8u * s->size[b->c->abi], value));
}

static void
mapped_value(struct pimg_body *b, const struct pimg_arg *a)
{
	pimg_add(&b->decl, "\tuint64_t m_%s;\n", a->name);
	pimg_add(&b->in, "\tif ((r = map_%s_in(%s, &m_%s)) != 0)\n"
	    "\t\treturn (r);\n", a->map->name,
	    map_input(b, a, pimg_body_raw(b, a)), a->name);
	b->value[a->index] = pimg_printf(b->u->arena, "m_%s", a->name);
}

const char *
pimg_body_scalar_type(const struct pimg_body *b, const struct pimg_arg *a)
{
	const struct pimg_scalar *s = a->type.scalar;

	return (pimg_printf(b->u->arena, "%sint%u_t",
	    s->is_signed ? "" : "u", 8u * s->size[b->c->abi]));
}

/* A pointer to one number that a map converts. */
static void
mapped_pointer(struct pimg_body *b, const struct pimg_arg *a)
{
	const char *reg = pimg_body_raw(b, a);
	const char *type = pimg_body_scalar_type(b, a);

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
struct_room(struct pimg_body *b, const struct pimg_arg *a, char side,
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
struct_one(struct pimg_body *b, const struct pimg_arg *a)
{
	const struct pimg_struct *s = a->type.strukt;
	const char *reg = pimg_body_raw(b, a), *name = a->name;

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
struct_array(struct pimg_body *b, const struct pimg_arg *a)
{
	const struct pimg_struct *s = a->type.strukt;
	const char *reg = pimg_body_raw(b, a), *name = a->name;

	pimg_add(&b->decl, "\tstruct f_%s *f_%s = NULL;\n"
	    "\tstruct n_%s *n_%s = NULL;\n\tuint64_t c_%s, i_%s;\n", s->name,
	    name, s->native->name, name, name, name);
	pimg_add(&b->in, "\tc_%s = %s;\n\tif (%s != 0 && c_%s != 0) {\n"
	    "\t\tif (c_%s > %u)\n\t\t\treturn (-22);\n"
	    "\t\tif ((f_%s = pimg_scratch(c_%s * sizeof(*f_%s))) == NULL ||\n"
	    "\t\t    (n_%s = pimg_scratch(c_%s * sizeof(*n_%s))) == NULL)\n"
	    "\t\t\treturn (-12);\n", name,
	    pimg_body_expr(b, a->length, true), reg, name, name,
	    ELEMENTS_MAX, name, name, name, name, name, name);
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
		    pimg_body_expr(b, a->filled, true), name,
		    pimg_body_expr(b, a->filled, true));
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

void
pimg_body_argument(struct pimg_body *b, const struct pimg_arg *a)
{
	const struct pimg_struct *s = a->type.strukt;
	bool pointer = a->type.pointers > 0;

	if (a->index >= 6)
		stack_arg(b, a);
	b->value[a->index] = pimg_body_raw(b, a);
	if (a->type.pointers == 0 && a->type.count == 0 && a->index < 6 &&
	    a->map == NULL)
		b->value[a->index] = pimg_printf(b->u->arena, "f->arg[%u]",
		    a->index);
	if (pimg_arg_is_sized(a))
		return;		/* with its length, when that is known */
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
