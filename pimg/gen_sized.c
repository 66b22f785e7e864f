/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * An object whose length is another argument: both are converted together.
 *
 *	in	the object must be whole, or its tail may be missing; shorter
 *		is EINVAL; the native call gets the native length
 *	out	the native call gets room for a whole object; of the foreign
 *		one as much goes out as the caller has room for, and *length
 *		says how much that was
 */
#include "pimg/check.h"
#include "pimg/gen_body.h"

/* What the functions below say of one argument. */
struct sized {
	const char	*name;		/* of the argument */
	const char	*addr, *len;	/* as they came */
	const char	*ftype, *ntype;	/* C types of both sides */
	const struct pimg_struct *s;	/* or NULL: a number with a map */
};

static void
types(struct pimg_body *b, const struct pimg_arg *a, struct sized *z)
{
	struct pimg_arena *m = b->u->arena;
	bool head = a->type.strukt != NULL && a->type.strukt->head != NULL;

	z->s = a->map != NULL ? NULL : a->type.strukt;
	if (z->s == NULL) {
		z->ftype = z->ntype = pimg_body_scalar_type(b, a);
		return;
	}
	z->ftype = pimg_printf(m, head ? "union fu_%s" : "struct f_%s",
	    z->s->name);
	z->ntype = pimg_printf(m, head ? "union nu_%s" : "struct n_%s",
	    head ? z->s->name : z->s->native->name);
}

static void
convert_in(struct pimg_body *b, const struct pimg_arg *a,
    const struct sized *z)
{
	const char *x = z->name;

	if (z->s != NULL && z->s->head != NULL) {
		pimg_add(&b->in, "\t\tif ((r = in_%s(&n_%s, &l_%s, &f_%s, "
		    "l_%s)) != 0)\n\t\t\treturn (r);\n", z->s->name, x, x, x,
		    x);
		return;
	}
	pimg_add(&b->in, "\t\tif (l_%s < sizeof(f_%s))\n\t\t\treturn (-22);\n"
	    "\t\tl_%s = sizeof(n_%s);\n", x, x, x, x);
	if (z->s != NULL) {
		pimg_add(&b->in, "\t\tif ((r = in_%s(&n_%s, &f_%s)) != 0)\n"
		    "\t\t\treturn (r);\n", z->s->name, x, x);
		return;
	}
	b->uses_v = true;
	pimg_add(&b->in, "\t\tif ((r = map_%s_in(f_%s, &v)) != 0)\n"
	    "\t\t\treturn (r);\n\t\tn_%s = v;\n", a->map->name, x, x);
}

static void
sized_in(struct pimg_body *b, const struct pimg_arg *a, const struct sized *z)
{
	const char *x = z->name;

	pimg_add(&b->in, "\tl_%s = %s;\n", x, z->len);
	if (a->optional)
		pimg_add(&b->in, "\tif (%s == 0)\n\t\tl_%s = 0;\n\telse {\n",
		    z->addr, x);
	else
		pimg_add(&b->in, "\t{\n");
	pimg_add(&b->in, "\t\tpimg_memset(&f_%s, 0, sizeof(f_%s));\n"
	    "\t\tif ((r = pimg_copyin(&f_%s, %s, l_%s < sizeof(f_%s) ?\n"
	    "\t\t    l_%s : sizeof(f_%s))) != 0)\n\t\t\treturn (r);\n", x, x,
	    x, z->addr, x, x, x, x);
	convert_in(b, a, z);
	pimg_add(&b->in, "\t}\n");
}

static void
convert_out(struct pimg_body *b, const struct pimg_arg *a,
    const struct sized *z)
{
	const char *x = z->name;

	if (z->s != NULL && z->s->head != NULL) {
		pimg_add(&b->out, "\t\tif ((e = out_%s(&f_%s, &got, "
		    "&n_%s, l_%s)) != 0)\n\t\t\treturn (e);\n", z->s->name,
		    x, x, x);
		return;
	}
	pimg_add(&b->out, "\t\tgot = sizeof(f_%s);\n", x);
	if (z->s != NULL) {
		pimg_add(&b->out, "\t\tif ((e = out_%s(&f_%s, &n_%s)) != 0)\n"
		    "\t\t\treturn (e);\n", z->s->name, x, x);
		return;
	}
	if (a->map->kind == PIMG_MAP_ERRNO) {	/* of which 0 is none */
		pimg_add(&b->out, "\t\tf_%s = n_%s == 0 ? 0 : "
		    "pimg_errno_out(n_%s);\n", x, x, x);
		return;
	}
	b->uses_v = true;
	pimg_add(&b->out, "\t\tif ((e = map_%s_out(n_%s, &v)) != 0)\n"
	    "\t\t\treturn (e);\n\t\tf_%s = v;\n", a->map->name, x, x);
}

static void
sized_out(struct pimg_body *b, const struct pimg_arg *a, const struct sized *z)
{
	const char *x = z->name;

	pimg_add(&b->decl, "\tuint32_t room_%s = 0;\n", x);
	pimg_add(&b->in, "\tpimg_memset(&n_%s, 0, sizeof(n_%s));\n"
	    "\tl_%s = sizeof(n_%s);\n\tif (%s != 0 && (r = "
	    "pimg_copyin(&room_%s, %s, 4)) != 0)\n\t\treturn (r);\n"
	    "\tif ((int32_t)room_%s < 0)\n\t\treturn (-22);\n", x, x, x, x,
	    z->addr, x, z->len, x);
	pimg_add(&b->out, "\tif (%s != 0) {\n\t\tuint64_t got;\n"
	    "\t\tlong e;\n\n", z->addr);
	convert_out(b, a, z);
	pimg_add(&b->out, "\t\tif (got < room_%s)\n\t\t\troom_%s = got;\n"
	    "\t\tif ((e = pimg_copyout(%s, &f_%s, room_%s)) != 0 ||\n"
	    "\t\t    (e = pimg_copyout(%s, &room_%s, 4)) != 0)\n"
	    "\t\t\treturn (e);\n\t}\n", x, x, z->addr, x, x, z->len, x);
}

/* After the other arguments: it replaces what they say of the length. */
void
pimg_body_sized(struct pimg_body *b, const struct pimg_arg *a)
{
	const struct pimg_arg *len = a->length->arg;
	struct sized z = { .name = a->name };
	bool in = a->dir == PIMG_IN;

	z.addr = pimg_body_raw(b, a);
	z.len = pimg_body_raw(b, len);
	types(b, a, &z);
	pimg_add(&b->decl, "\t%s f_%s;\n\t%s n_%s;\n\tuint64_t l_%s;\n",
	    z.ftype, a->name, z.ntype, a->name, a->name);
	if (in)
		sized_in(b, a, &z);
	else
		sized_out(b, a, &z);
	b->value[a->index] = pimg_printf(b->u->arena,
	    "(%s != 0 ? &n_%s : NULL)", z.addr, a->name);
	b->value[len->index] = pimg_printf(b->u->arena, in ? "l_%s" :
	    "(%2$s != 0 ? &l_%1$s : NULL)", a->name, z.addr);
}
