/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Structures as C: both layouts, and a function for each direction.
 *
 *	static long in_NAME(struct n_NATIVE *, const struct f_NAME *)
 *	static long out_NAME(struct f_NAME *, const struct n_NATIVE *)
 *
 * The result is zeroed first, so padding never carries old memory.  A value
 * that does not fit gives the field's errno unless a policy says otherwise.
 */
#include <string.h>

#include "pimg/gen.h"

static const char *
c_type(const struct pimg_type *t, enum pimg_abi abi)
{
	static const char *const names[2][9] = {
		{ [1] = "uint8_t", [2] = "uint16_t", [4] = "uint32_t",
		  [8] = "uint64_t" },
		{ [1] = "int8_t", [2] = "int16_t", [4] = "int32_t",
		  [8] = "int64_t" },
	};

	if (t->pointers > 0 || t->kind == PIMG_TYPE_FUNCTION)
		return (abi == PIMG_I386 ? "uint32_t" : "uint64_t");
	return (names[t->scalar->is_signed][t->scalar->size[abi]]);
}

static void
declare(const struct pimg_struct *s, enum pimg_abi abi, struct pimg_text *t)
{
	const struct pimg_field *f;
	char side = s->is_native ? 'n' : 'f';
	size_t i;

	pimg_add(t, "\n%s %c_%s {\n", "struct", side, s->name);
	for (i = 0; i < s->count; i++) {
		f = &s->fields[i];
		if (pimg_is_struct(&f->type))
			pimg_add(t, "\tstruct %c_%s %s", side, f->type.name,
			    f->name);
		else
			pimg_add(t, "\t%s %s", c_type(&f->type, abi),
			    f->name);
		if (f->type.count > 0)
			pimg_add(t, "[%u]", f->type.count);
		pimg_add(t, ";\t/* 0x%02x */\n", f->offset[abi]);
	}
	pimg_add(t, "}%s;\n_Static_assert(sizeof(struct %c_%s) == %u, "
	    "\"struct %s\");\n", s->is_packed ? " __attribute__((packed))" : "",
	    side, s->name, s->size[abi], s->name);
}

static unsigned
size_of(const struct pimg_type *t, enum pimg_abi abi)
{
	return (t->pointers > 0 || t->kind == PIMG_TYPE_FUNCTION ?
	    (abi == PIMG_I386 ? 4 : 8) : t->scalar->size[abi]);
}

static bool
signed_type(const struct pimg_type *t)
{
	return (t->pointers == 0 && t->kind == PIMG_TYPE_SCALAR &&
	    t->scalar->is_signed);
}

/* Does the destination hold every value of the source? */
static bool
covers(const struct pimg_type *d, const struct pimg_type *s, enum pimg_abi abi)
{
	if (signed_type(d) == signed_type(s))
		return (size_of(d, abi) >= size_of(s, abi));
	return (signed_type(d) && size_of(d, abi) > size_of(s, abi));
}

static bool
same_type(const struct pimg_type *a, const struct pimg_type *b,
    enum pimg_abi abi)
{
	return (strcmp(c_type(a, abi), c_type(b, abi)) == 0);
}

static void
narrowing(const struct pimg_field *f, const char *dst, const char *dname,
    const char *src, const char *sname, const struct pimg_type *dtype,
    const struct pimg_type *stype, enum pimg_abi abi, const char *tabs,
    struct pimg_text *t)
{
	pimg_add(t, "%s%s->%s = %s->%s;\n", tabs, dst, dname, src, sname);
	if (f->narrow == PIMG_TRUNCATE || covers(dtype, stype, abi))
		return;
	pimg_add(t, "%sif (!PIMG_FITS(%s->%s, %s->%s))\n", tabs, dst, dname, src,
	    sname);
	if (f->narrow == PIMG_FAIL)
		pimg_add(t, "%s\treturn (-%d);\n", tabs, f->narrow_error);
	else
		pimg_add(t, "%s\t%s->%s = PIMG_CLAMP(%s->%s, %u, %d);\n", tabs,
		    dst, dname, src, sname, 8 * size_of(dtype, abi),
		    signed_type(dtype));
}

static void
mapped(const struct pimg_field *f, bool in, const char *dst,
    const char *dname, const char *src, const char *sname,
    const char *stype, struct pimg_text *t)
{
	/* Flags are bits; other numbers keep their sign. */
	bool bits = f->map->kind == PIMG_MAP_FLAGS && stype[0] != 'u';

	pimg_add(t, "\tif ((r = map_%s_%s((%s%s)%s->%s, &v)) != 0)\n"
	    "\t\treturn (r);\n\t%s->%s = v;\n", f->map->name,
	    in ? "in" : "out", bits ? "u" : "", stype, src, sname, dst,
	    dname);
	pimg_add(t, "\tif ((uint64_t)%s->%s != v && (int64_t)%s->%s != "
	    "(int64_t)v)\n\t\treturn (-%d);\n", dst, dname, dst, dname,
	    f->narrow_error);
}

/* Elements that the other side has no room for must be zero. */
static void
array(const struct pimg_field *f, const struct pimg_type *dtype,
    const char *dst, const char *dname, const struct pimg_type *stype,
    const char *src, const char *sname, enum pimg_abi abi,
    struct pimg_text *t)
{
	uint32_t n = dtype->count < stype->count ? dtype->count :
	    stype->count;
	char d[128], s[128];

	if (same_type(dtype, stype, abi)) {
		pimg_add(t, "\tpimg_memcpy(%s->%s, %s->%s, sizeof(%s->%s[0]) "
		    "* %u);\n", dst, dname, src, sname, dst, dname, n);
	} else {
		snprintf(d, sizeof(d), "%s[i]", dname);
		snprintf(s, sizeof(s), "%s[i]", sname);
		pimg_add(t, "\tfor (i = 0; i < %u; i++) {\n", n);
		narrowing(f, dst, d, src, s, dtype, stype, abi, "\t\t", t);
		pimg_add(t, "\t}\n");
	}
	if (stype->count <= n || f->narrow == PIMG_TRUNCATE)
		return;
	pimg_add(t, "\tfor (i = %u; i < %u; i++) {\n\t\tif (%s->%s[i] != 0)\n"
	    "\t\t\treturn (-%d);\n\t}\n", n, stype->count, src, sname,
	    f->narrow_error);
}

static void
nested(const struct pimg_field *f, bool in, struct pimg_text *t)
{
	const struct pimg_struct *s = f->type.strukt;
	const char *index = f->type.count > 0 ? "[i]" : "";
	const char *tabs = f->type.count > 0 ? "\t\t" : "\t";
	const char *a = in ? f->native->name : f->name;
	const char *b = in ? f->name : f->native->name;

	if (f->type.count > 0)
		pimg_add(t, "\tfor (i = 0; i < %u; i++) {\n",
		    f->type.count < f->native->type.count ? f->type.count :
		    f->native->type.count);
	if (s->native == NULL || s->identity)
		pimg_add(t, "%spimg_memcpy(&%s->%s%s, &%s->%s%s, "
		    "sizeof(%s->%s%s));\n", tabs, in ? "n" : "f", a, index,
		    in ? "f" : "n", b, index, in ? "n" : "f", a, index);
	else
		pimg_add(t, "%sif ((r = %s_%s(&%s->%s%s, &%s->%s%s)) != 0)\n"
		    "%s\treturn (r);\n", tabs, in ? "in" : "out", s->name,
		    in ? "n" : "f", a, index, in ? "f" : "n", b, index, tabs);
	if (f->type.count > 0)
		pimg_add(t, "\t}\n");
}

static void
constant(const struct pimg_field *f, struct pimg_text *t)
{
	switch (f->source) {
	case PIMG_FIELD_CONST:
		pimg_add(t, "\tf->%s = %lld;\n", f->name,
		    (long long)f->constant);
		break;
	case PIMG_FIELD_SIZE:
		pimg_add(t, "\tf->%s = sizeof(*f);\n", f->name);
		break;
	case PIMG_FIELD_RELEASE:
		pimg_add(t, "\tpimg_strlcpy((char *)f->%s, pimg_release, "
		    "sizeof(f->%s));\n", f->name, f->name);
		break;
	default:
		break;
	}
}

static void
convert(const struct pimg_field *f, bool in, enum pimg_abi abi,
    struct pimg_text *t)
{
	const struct pimg_field *n = f->native;
	const char *dst = in ? "n" : "f", *src = in ? "f" : "n";
	const struct pimg_field *d = in ? n : f, *s = in ? f : n;

	if (f->source != PIMG_FIELD_NATIVE) {
		if (!in)
			constant(f, t);
	} else if (pimg_is_struct(&f->type))
		nested(f, in, t);
	else if (f->type.count > 0)
		array(f, &d->type, dst, d->name, &s->type, src, s->name, abi,
		    t);
	else if (f->map != NULL && !f->map->identity)
		mapped(f, in, dst, d->name, src, s->name,
		    c_type(&s->type, abi), t);
	else
		narrowing(f, dst, d->name, src, s->name, &d->type, &s->type,
		    abi, "\t", t);
}

static void
function(const struct pimg_struct *s, bool in, enum pimg_abi abi,
    struct pimg_text *t)
{
	size_t i;

	if (in)
		pimg_add(t, "\nPIMG_UNUSED static long\nin_%s(struct n_%s *n, "
		    "const struct f_%s *f)\n{\n", s->name, s->native->name,
		    s->name);
	else
		pimg_add(t, "\nPIMG_UNUSED static long\nout_%s(struct f_%s *f, "
		    "const struct n_%s *n)\n{\n", s->name, s->name,
		    s->native->name);
	pimg_add(t, "\tPIMG_UNUSED uint64_t v;\n\tPIMG_UNUSED size_t i;\n"
	    "\tPIMG_UNUSED long r;\n\n\tpimg_memset(%s, 0, sizeof(*%s));\n",
	    in ? "n" : "f", in ? "n" : "f");
	for (i = 0; i < s->count; i++)
		convert(&s->fields[i], in, abi, t);
	pimg_add(t, "\treturn (0);\n}\n");
}

static void emit(const struct pimg_unit *, struct pimg_struct *, bool *,
    enum pimg_abi, struct pimg_text *);

/* What may follow a head. */
static void
emit_variants(const struct pimg_unit *u, struct pimg_struct *s, bool *done,
    enum pimg_abi abi, struct pimg_text *t)
{
	const struct pimg_variants *vs = s->head->variants;
	size_t i;

	for (i = 0; i < vs->count; i++) {
		if (vs->list[i].has_payload)
			emit(u, vs->list[i].payload.type.strukt, done, abi, t);
	}
}

/* The functions stand in one of the personality's C files. */
static void
in_c(const struct pimg_struct *s, struct pimg_text *t)
{
	pimg_add(t, "\n#pragma GCC visibility push(hidden)\n"
	    "long\tin_%s(struct n_%s *n, const struct f_%s *f);\n"
	    "long\tout_%s(struct f_%s *f, const struct n_%s *n);\n"
	    "#pragma GCC visibility pop\n", s->name, s->native->name,
	    s->name, s->name, s->name, s->native->name);
}

/* Depth first, so that a nested structure is declared before its user. */
static void
emit(const struct pimg_unit *u, struct pimg_struct *s, bool *done,
    enum pimg_abi abi, struct pimg_text *t)
{
	size_t i;

	for (i = 0; i < u->nstructs && u->structs[i] != s; i++)
		;
	if (done[i])
		return;
	done[i] = true;
	if (s->native != NULL)
		emit(u, s->native, done, abi, t);
	for (i = 0; i < s->count; i++) {
		if (pimg_is_struct(&s->fields[i].type))
			emit(u, s->fields[i].type.strukt, done, abi, t);
	}
	declare(s, abi, t);
	if (s->in_c) {
		in_c(s, t);
	} else if (s->head != NULL) {
		emit_variants(u, s, done, abi, t);
		pimg_gen_head(s, t);
	} else if (s->native != NULL && (!s->identity || s->in_hooks)) {
		function(s, true, abi, t);
		function(s, false, abi, t);
	}
}

void
pimg_gen_structs(const struct pimg_unit *u, enum pimg_abi abi,
    struct pimg_text *t)
{
	bool *done = pimg_alloc(u->arena, (u->nstructs + 1) * sizeof(*done));
	size_t i;

	for (i = 0; i < u->nstructs; i++) {
		if (u->structs[i]->in_hooks || (u->structs[i]->used &&
		    !u->structs[i]->is_native && !u->structs[i]->identity))
			emit(u, u->structs[i], done, abi, t);
	}
}
