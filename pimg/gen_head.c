/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Structures whose head chooses the rest, as C: a union of what may follow on
 * each side, and a function for each direction that converts object and
 * length together.
 *
 *	long in_NAME(union nu_NAME *native, uint64_t *native_len,
 *	    const union fu_NAME *foreign, uint64_t foreign_len)
 *	long out_NAME(union fu_NAME *foreign, uint64_t *foreign_len,
 *	    const union nu_NAME *native, uint64_t native_len)
 *
 * Both sides have room for the whole union, and what the length leaves out is
 * zero.
 */
#include <string.h>

#include "pimg/gen.h"

/* Structures that are the same on both sides have no functions. */
static bool
is_copy(const struct pimg_struct *s)
{
	return (s->native == NULL || s->identity);
}

static const struct pimg_struct *
payload(const struct pimg_variant *v)
{
	return (v->has_payload ? v->payload.type.strukt : NULL);
}

static void
unions(const struct pimg_struct *s, struct pimg_text *t)
{
	const struct pimg_variants *vs = s->head->variants;
	const struct pimg_struct *p;
	size_t i;
	int side;

	for (side = 0; side < 2; side++) {
		pimg_add(t, "\nunion %cu_%s {\n\tstruct %c_%s head;\n",
		    "fn"[side], s->name, "fn"[side],
		    side == 0 ? s->name : s->native->name);
		for (i = 0; i < vs->count; i++) {
			if ((p = payload(&vs->list[i])) != NULL)
				pimg_add(t, "\tstruct %c_%s v_%s;\n",
				    "fn"[side], side == 0 ? p->name :
				    p->native->name, vs->list[i].item.name);
		}
		pimg_add(t, "};\n");
	}
}

/* The bytes of the tail that are there, at most as many as both sides hold. */
static void
tail_in(const struct pimg_struct *p, const char *name, struct pimg_text *t)
{
	const struct pimg_field *f = p->tail, *n = f->native;

	pimg_add(t, "\t\tif (flen < __builtin_offsetof(struct f_%s, %s) || "
	    "flen > sizeof(f->v_%s))\n\t\t\treturn (-22);\n", p->name,
	    f->name, name);
	if (f->tail_error != 0)
		pimg_add(t, "\t\tif (flen == __builtin_offsetof(struct f_%s, "
		    "%s) || f->v_%s.%s[0] == 0)\n\t\t\treturn (-%d);\n",
		    p->name, f->name, name, f->name, f->tail_error);
	pimg_add(t, "\t\t*nlen = __builtin_offsetof(struct n_%s, %s) + flen "
	    "-\n\t\t    __builtin_offsetof(struct f_%s, %s);\n",
	    p->native->name, n->name, p->name, f->name);
}

/* What a file name means is settled where all names are. */
static void
tail_path(const struct pimg_struct *p, const char *name, struct pimg_text *t)
{
	const char *field = p->tail->native->name;

	pimg_add(t, "\t\tif ((r = pimg_name_in((char *)n->v_%s.%s, sizeof("
	    "n->v_%s.%s))) < 0)\n\t\t\treturn (r);\n\t\tif (r > 0)\n"
	    "\t\t\t*nlen = __builtin_offsetof(struct n_%s, %s) + "
	    "(uint64_t)r + 1;\n", name, field, name, field, p->native->name,
	    field);
}

static void
tail_out(const struct pimg_struct *p, const char *name, struct pimg_text *t)
{
	const struct pimg_field *f = p->tail, *n = f->native;

	pimg_add(t, "\t\tnlen = nlen < __builtin_offsetof(struct n_%s, %s) ? "
	    "0 :\n\t\t    nlen - __builtin_offsetof(struct n_%s, %s);\n",
	    p->native->name, n->name, p->native->name, n->name);
	if (f->tail_error != 0)
		pimg_add(t, "\t\tif (n->v_%s.%s[0] == 0)\n\t\t\tnlen = 0;\n",
		    name, n->name);
	pimg_add(t, "\t\tif (nlen > sizeof(f->v_%s.%s))\n\t\t\tnlen = "
	    "sizeof(f->v_%s.%s);\n", name, f->name, name, f->name);
	if (f->tail_pad != 0)
		pimg_add(t, "\t\tif (nlen == 0)\n\t\t\tnlen = %u;\n",
		    f->tail_pad);
	pimg_add(t, "\t\t*flen = __builtin_offsetof(struct f_%s, %s) + nlen;\n",
	    p->name, f->name);
}

/* One variant's object; `in` says which way. */
static void
convert(const struct pimg_struct *p, const char *name, bool in,
    struct pimg_text *t)
{
	char d = in ? 'n' : 'f', s = in ? 'f' : 'n';

	if (is_copy(p))
		pimg_add(t, "\t\tpimg_memcpy(&%c->v_%s, &%c->v_%s, "
		    "sizeof(%c->v_%s));\n", d, name, s, name, d, name);
	else
		pimg_add(t, "\t\tif ((r = %s_%s(&%c->v_%s, &%c->v_%s)) != 0)\n"
		    "\t\t\treturn (r);\n", in ? "in" : "out", p->name, d,
		    name, s, name);
}

static void
case_in(const struct pimg_struct *s, const struct pimg_variant *v,
    struct pimg_text *t)
{
	const struct pimg_struct *p = payload(v);
	const char *name = v->item.name;

	pimg_add(t, "\tcase 0x%llx:\t/* %s */\n",
	    (unsigned long long)v->item.foreign, name);
	if (v->item.way == PIMG_ITEM_REJECT) {
		pimg_add(t, "\t\treturn (-%d);\n", v->item.error);
		return;
	}
	if (p == NULL)
		pimg_add(t, "\t\t*nlen = sizeof(n->head.%s);\n",
		    s->head->native->name);
	else if (p->tail != NULL)
		tail_in(p, name, t);
	else
		pimg_add(t, "\t\tif (flen != sizeof(f->v_%s))\n"
		    "\t\t\treturn (-22);\n\t\t*nlen = sizeof(n->v_%s);\n",
		    name, name);
	if (p != NULL)
		convert(p, name, true, t);
	if (p != NULL && p->tail != NULL && p->tail->tail_path)
		tail_path(p, name, t);
	pimg_add(t, "\t\tn->head.%s = 0x%llx;\n\t\treturn (0);\n",
	    s->head->native->name, (unsigned long long)v->item.native);
}

static void
case_out(const struct pimg_struct *s, const struct pimg_variant *v,
    struct pimg_text *t)
{
	const struct pimg_struct *p = payload(v);
	const char *name = v->item.name;

	pimg_add(t, "\tcase 0x%llx:\t/* %s */\n",
	    (unsigned long long)v->item.native, name);
	if (p == NULL)
		pimg_add(t, "\t\t*flen = sizeof(f->head);\n");
	else if (p->tail != NULL)
		tail_out(p, name, t);
	else
		pimg_add(t, "\t\t*flen = sizeof(f->v_%s);\n", name);
	if (p != NULL)
		convert(p, name, false, t);
	pimg_add(t, "\t\tf->head.%s = 0x%llx;\n\t\tbreak;\n", s->head->name,
	    (unsigned long long)v->item.foreign);
}

/* Does an earlier variant have the same native number? */
static bool
shadowed(const struct pimg_variants *vs, size_t index)
{
	size_t i;

	for (i = 0; i < index; i++) {
		if (vs->list[i].item.native == vs->list[index].item.native &&
		    vs->list[i].item.way == PIMG_BOTH)
			return (true);
	}
	return (false);
}

static void
unknown(const struct pimg_variants *vs, struct pimg_text *t)
{
	pimg_add(t, "\tdefault:\n\t\treturn (-%d);\n\t}\n",
	    vs->unknown == PIMG_REJECT ? vs->unknown_error : 22);
}

static void
function_in(const struct pimg_struct *s, struct pimg_text *t)
{
	const struct pimg_variants *vs = s->head->variants;
	size_t i;

	pimg_add(t, "\nPIMG_UNUSED static long\nin_%s(union nu_%s *n, "
	    "uint64_t *nlen, const union fu_%s *f,\n    uint64_t flen)\n{\n"
	    "\tPIMG_UNUSED long r;\n\n"
	    "\tif (flen < sizeof(f->head))\n\t\treturn (-22);\n"
	    "\tpimg_memset(n, 0, sizeof(*n));\n"
	    "\tswitch (f->head.%s) {\n", s->name, s->name, s->name,
	    s->head->name);
	for (i = 0; i < vs->count; i++)
		case_in(s, &vs->list[i], t);
	unknown(vs, t);
	pimg_add(t, "}\n");
}

/* An object of no length has no head either. */
static void
function_out(const struct pimg_struct *s, struct pimg_text *t)
{
	const struct pimg_variants *vs = s->head->variants;
	size_t i;

	pimg_add(t, "\nPIMG_UNUSED static long\nout_%s(union fu_%s *f, "
	    "uint64_t *flen, const union nu_%s *n,\n    uint64_t nlen)\n{\n"
	    "\tPIMG_UNUSED long r;\n\n"
	    "\tpimg_memset(f, 0, sizeof(*f));\n\t*flen = 0;\n"
	    "\tif (nlen < sizeof(n->head.%s))\n\t\treturn (0);\n"
	    "\tswitch (n->head.%s) {\n", s->name, s->name, s->name,
	    s->head->native->name, s->head->native->name);
	for (i = 0; i < vs->count; i++) {
		if (vs->list[i].item.way == PIMG_BOTH && !shadowed(vs, i))
			case_out(s, &vs->list[i], t);
	}
	unknown(vs, t);
	for (i = 0; i < s->count; i++) {
		if (s->fields[i].source == PIMG_FIELD_SIZE)
			pimg_add(t, "\tf->head.%s = *flen;\n",
			    s->fields[i].name);
	}
	pimg_add(t, "\treturn (0);\n}\n");
}

void
pimg_gen_head(const struct pimg_struct *s, struct pimg_text *t)
{
	unions(s, t);
	function_in(s, t);
	function_out(s, t);
}
