/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Arguments of the trace: what a pointer leads to, how long it is, which
 * way it goes, and whether the argument names a descriptor.
 */
#include <string.h>

#include "pimg/gen_trace.h"

struct shape {
	const char		*how;
	struct pimg_shown	 type;
	uint32_t		 length, filled;
	unsigned		 selector, variants;
};

/* ------------------------------------------------------------------ */
/* Lengths                                                            */

static bool
operand(struct pimg_tracer *t, const struct pimg_expr *e,
    struct pimg_text *out, unsigned *n)
{
	const struct pimg_scalar *s;

	switch (e->op) {
	case PIMG_NUM:
		pimg_add(out, " PIMG_TX_NUMBER, %u, %u, %u, %u,",
		    (unsigned)e->value & 255, (unsigned)e->value >> 8 & 255,
		    (unsigned)e->value >> 16 & 255,
		    (unsigned)e->value >> 24 & 255);
		*n += 5;
		return (true);
	case PIMG_NAME:
		if (e->arg == NULL)
			return (false);
		pimg_add(out, " PIMG_TX_ARG, %u,", e->arg->index);
		*n += 2;
		return (true);
	case PIMG_DEREF:
		s = e->arg != NULL ? e->arg->type.scalar : NULL;
		if (s == NULL)
			return (false);
		pimg_add(out, " PIMG_TX_DEREF, %u, %u,", e->arg->index,
		    s->size[t->abi]);
		*n += 3;
		return (true);
	case PIMG_RESULT:
		pimg_add(out, " PIMG_TX_RESULT,");
		*n += 1;
		return (true);
	default:
		return (false);
	}
}

static const char *
operation(enum pimg_op op)
{
	switch (op) {
	case PIMG_ADD:	return ("ADD");
	case PIMG_SUB:	return ("SUB");
	case PIMG_MUL:	return ("MUL");
	case PIMG_DIV:	return ("DIV");
	case PIMG_AND:	return ("AND");
	case PIMG_OR:	return ("OR");
	case PIMG_SHL:	return ("SHL");
	default:	return (NULL);
	}
}

static bool
encode(struct pimg_tracer *t, const struct pimg_expr *e,
    struct pimg_text *out, unsigned *n, unsigned depth)
{
	const char *op = operation(e->op);

	if (depth > 7)
		return (false);
	if (op == NULL)
		return (operand(t, e, out, n));
	if (e->a == NULL || e->b == NULL || !encode(t, e->a, out, n, depth) ||
	    !encode(t, e->b, out, n, depth + 1))
		return (false);
	pimg_add(out, " PIMG_TX_%s,", op);
	*n += 1;
	return (true);
}

/* Where the expression begins in the code; 0: it cannot be shown. */
static uint32_t
code(struct pimg_tracer *t, const struct pimg_expr *e)
{
	struct pimg_text out = {0};
	uint32_t at = t->code.count;
	unsigned n = 0;

	if (e == NULL)
		return (0);
	if (encode(t, e, &out, &n, 1) && at + n + 1 < 65536) {
		pimg_add(&t->code.text, "\t%s PIMG_TX_END,\n", out.data + 1);
		t->code.count += n + 1;
	} else
		at = 0;
	pimg_text_free(&out);
	return (at);
}

/* ------------------------------------------------------------------ */

/* The type of one element behind a pointer or in an array. */
static struct pimg_shown
element(struct pimg_tracer *t, const struct pimg_arg *a)
{
	struct pimg_type ty = a->type;

	if (ty.pointers > 0)
		ty.pointers--;
	ty.count = 0;
	return (pimg_tracer_type(t, &ty, a->map, a->foreign_signal));
}

static void
array(struct pimg_tracer *t, const struct pimg_arg *a, struct shape *s)
{
	struct pimg_expr count = { .op = PIMG_NUM, .value = a->type.count };
	bool bytes = a->extent == PIMG_BYTES;

	s->type = element(t, a);
	s->length = code(t, a->length != NULL ? a->length : &count);
	s->filled = code(t, a->filled);
	if (s->length == 0)
		return;
	if (bytes && strcmp(s->type.kind, "STRUCT") == 0)
		s->how = "SIZED";
	else if (bytes || strcmp(s->type.kind, "CHAR") == 0 ||
	    (strcmp(s->type.kind, "VOID") == 0 && a->length != NULL))
		s->how = "BYTES";
	else if (!pimg_is_opaque(&s->type))
		s->how = "ARRAY";
}

/* Strings of the environment are many and seldom of interest. */
static bool
is_environment(const struct pimg_arg *a)
{
	return (a->name != NULL && strncmp(a->name, "env", 3) == 0);
}

static void
pointer(struct pimg_tracer *t, const struct pimg_arg *a, struct shape *s)
{
	s->how = "ADDRESS";
	if (a->path || a->string)
		s->how = "STRING";
	else if (a->type.pointers == 2 && a->dir == PIMG_IN &&
	    a->type.scalar != NULL && strcmp(a->type.name, "char") == 0)
		s->how = is_environment(a) ? "COUNT" : "STRINGS";
	else if (a->dir == PIMG_NODIR && a->type.count == 0)
		return;
	else if (a->extent != PIMG_ONE || a->type.count > 0)
		array(t, a, s);
	else {
		s->type = element(t, a);
		if (!pimg_is_opaque(&s->type))
			s->how = "ONE";
	}
}

static const char *
row(struct pimg_tracer *t, const struct pimg_arg *a, const struct shape *s,
    int is_fd, bool is_payload)
{
	static const char *const dirs[] = {
		[PIMG_NODIR] = "0", [PIMG_IN] = "PIMG_TRACE_IN",
		[PIMG_OUT] = "PIMG_TRACE_OUT",
		[PIMG_INOUT] = "PIMG_TRACE_IN | PIMG_TRACE_OUT",
	};
	static const char *const fds[] = { "0", "PIMG_TRACE_FD_USED",
	    "PIMG_TRACE_FD_REPLACED" };

	return (pimg_printf(t->u->arena, "{ %s, PIMG_TA_%s, %s, %u, %s, %u, "
	    "%u, %u, 0 }", pimg_tracer_show(t, s->type), s->how,
	    is_payload || a->dir != PIMG_NODIR ? dirs[a->dir] :
	    "PIMG_TRACE_IN",
	    s->selector, fds[is_fd], s->length, s->filled, s->variants));
}

static struct shape
shape(struct pimg_tracer *t, const struct pimg_arg *a)
{
	struct shape s = { .how = "VALUE", .type = { "NONE", 0, 0 } };

	if (a->type.pointers > 0 || a->type.count > 0 || a->string || a->path)
		pointer(t, a, &s);
	else
		s.type = pimg_tracer_type(t, &a->type, a->map,
		    a->foreign_signal);
	return (s);
}

/* ------------------------------------------------------------------ */

static const struct pimg_arg *
find_arg(const struct pimg_call *c, const char *name)
{
	unsigned i;

	for (i = 0; c != NULL && name != NULL && i < c->nargs; i++) {
		if (strcmp(c->args[i].name, name) == 0)
			return (&c->args[i]);
	}
	return (NULL);
}

/* A payload without a direction has the argument's. */
static const char *
payload(struct pimg_tracer *t, const struct pimg_call *c,
    const struct pimg_variant *v)
{
	struct shape s = { .how = "VALUE", .type = { "NONE", 0, 0 } };
	struct pimg_arg a = v->payload;
	const struct pimg_arg *by = find_arg(c, a.selector_ref.name);

	if (v->has_payload && a.variants != NULL && by != NULL) {
		s.how = "VARIANT";
		s.selector = by->index;
		s.variants = pimg_tracer_variants(t, c, a.variants);
	} else if (v->has_payload) {
		if (a.dir == PIMG_NODIR && a.type.pointers > 0)
			a.dir = PIMG_INOUT;
		s = shape(t, &a);
		/* so that it is told from no payload at all */
		if (pimg_is_opaque(&s.type))
			s.type.kind = "POINTER";
	}
	return (row(t, &v->payload, &s, 0, true));
}

unsigned
pimg_tracer_variants(struct pimg_tracer *t, const struct pimg_call *c,
    const struct pimg_variants *vs)
{
	const struct pimg_variant *v;
	struct pimg_shown ret;
	const char **rows;
	size_t i, index;

	for (i = 0; i < t->has_variants.count; i++) {
		if (t->has_variants.what[i] == vs)
			return ((unsigned)i);
	}
	rows = pimg_alloc(t->u->arena, (vs->count + 1) * sizeof(*rows));
	for (i = 0; i < vs->count; i++) {
		v = &vs->list[i];
		ret = (struct pimg_shown){ "NONE", 0, 0 };
		if (v->returns != NULL)
			ret = pimg_tracer_type(t, &(struct pimg_type){
			    .kind = PIMG_TYPE_VOID }, v->returns, false);
		rows[i] = pimg_printf(t->u->arena, "{ UINT64_C(0x%llx), %u, "
		    "%s, %s },\t/* %s */",
		    (unsigned long long)v->item.foreign,
		    pimg_tracer_string(t, v->item.name), payload(t, c, v),
		    pimg_tracer_show(t, ret), v->item.name);
	}
	/* those below it have their rows by now */
	PIMG_APPEND(t->u->arena, t->has_variants.what, t->has_variants.count,
	    vs);
	index = t->variants.count;
	pimg_row(&t->variants, "{ %u, %zu, %d },\t/* %s */", t->variant.count,
	    vs->count, vs->unknown == PIMG_REJECT, vs->name);
	for (i = 0; i < vs->count; i++)
		pimg_row(&t->variant, "%s", rows[i]);
	return ((unsigned)index);
}

/* The argument whose kind a selects, or NULL. */
static const struct pimg_arg *
selected_by(const struct pimg_call *c, const struct pimg_arg *a)
{
	unsigned i;

	for (i = 0; i < c->nargs; i++) {
		if (c->args[i].variants != NULL && c->args[i].selector == a)
			return (&c->args[i]);
	}
	return (NULL);
}

/*
 * Does the argument name a descriptor?  What closes, copies or changes one
 * has it first; dup2 and dup3 put a copy in the place of the second.
 */
static int
descriptor(const struct pimg_call *c, const struct pimg_arg *a)
{
	static const char *const names[] = { "fd", "fildes", "filedes", "fdes",
	    "oldfd", "from", "s", "d" };
	const struct pimg_scalar *s = a->type.scalar;
	size_t i;

	if (a->type.pointers > 0 || a->map != NULL || s == NULL)
		return (0);
	if (a->index == 1 && strncmp(c->name, "dup", 3) == 0)
		return (2);
	for (i = 0; a->index == 0 && i < sizeof(names) / sizeof(names[0]);
	    i++) {
		if (strcmp(a->name, names[i]) == 0)
			return (1);
	}
	return (0);
}

/* The argument that a selects from, when another selector says so. */
static const struct pimg_arg *
nested_by(const struct pimg_call *c, const struct pimg_arg *a)
{
	const struct pimg_variants *vs;
	const struct pimg_arg *p;
	unsigned i;
	size_t j;

	for (i = 0; i < c->nargs; i++) {
		vs = c->args[i].variants;
		for (j = 0; vs != NULL && j < vs->count; j++) {
			p = &vs->list[j].payload;
			if (p->variants != NULL &&
			    find_arg(c, p->selector_ref.name) == a)
				return (&c->args[i]);
		}
	}
	return (NULL);
}

void
pimg_tracer_arg(struct pimg_tracer *t, const struct pimg_call *c,
    const struct pimg_arg *a)
{
	const struct pimg_arg *o;
	struct shape s = { .how = "VARIANT", .type = { "NONE", 0, 0 } };

	if (a->variants != NULL && a->selector != NULL) {
		s.selector = a->selector->index;
		s.variants = pimg_tracer_variants(t, c, a->variants);
	} else {
		s = shape(t, a);
		if ((o = selected_by(c, a)) != NULL) {
			s.how = "SELECTOR";
			s.variants = pimg_tracer_variants(t, c, o->variants);
		} else if ((o = nested_by(c, a)) != NULL) {
			s.how = "NESTED";
			s.selector = o->index;
		}
	}
	pimg_row(&t->args, "%s,\t/* %s */", row(t, a, &s, descriptor(c, a),
	    false), a->name != NULL ? a->name : "");
}
