/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Types, and arguments with their annotations.
 *
 *	arg        = { annotation } type name [ "[" number "]" ]
 *	annotation = "_In_" | "_Out_writes_bytes_" "(" expr ")"
 *	           | "_Out_writes_to_" "(" expr "," expr ")" | ...
 *	type       = [ "const" ] base { "*" | "const" }
 *
 * An annotation is a word of parts between underscores; the parts are looked
 * up one by one, so that any combination FreeBSD's files use is understood.
 */
#include <string.h>

#include "pimg/parse.h"

enum part {
	PART_IN, PART_OUT, PART_INOUT, PART_OPT, PART_Z, PART_PATH,
	PART_ELEMENTS, PART_BYTES, PART_IGNORED, PART_FLAGS, PART_ENUM,
	PART_SIGNAL, PART_ERRNO, PART_VARIANT, PART_TO, PART_IF, PART_UNLESS,
};

static const struct {
	const char	*word;
	enum part	 part;
} parts[] = {
	{ "In", PART_IN }, { "Out", PART_OUT }, { "Inout", PART_INOUT },
	{ "opt", PART_OPT }, { "z", PART_Z }, { "path", PART_PATH },
	{ "reads", PART_ELEMENTS }, { "writes", PART_ELEMENTS },
	{ "updates", PART_ELEMENTS }, { "bytes", PART_BYTES },
	{ "Flags", PART_FLAGS }, { "Enum", PART_ENUM },
	{ "Signal", PART_SIGNAL }, { "Errno", PART_ERRNO }, { "Variant", PART_VARIANT },
	{ "to", PART_TO }, { "if", PART_IF }, { "unless", PART_UNLESS },
	{ "Contains", PART_IGNORED }, { "long", PART_IGNORED },
	{ "ptr", PART_IGNORED }, { "timet", PART_IGNORED },
};

#define	N(a)	(sizeof(a) / sizeof((a)[0]))

static bool
apply_part(struct pimg_arg *a, enum part part)
{
	switch (part) {
	case PART_IN:		a->dir |= PIMG_IN; return (true);
	case PART_OUT:		a->dir |= PIMG_OUT; return (true);
	case PART_INOUT:	a->dir |= PIMG_INOUT; return (true);
	case PART_OPT:		a->optional = true; return (true);
	case PART_Z:		a->string = true; return (true);
	case PART_PATH:		a->path = a->string = true; return (true);
	case PART_ELEMENTS:
		if (a->extent == PIMG_ONE)
			a->extent = PIMG_ELEMENTS;
		return (true);
	case PART_BYTES:	a->extent = PIMG_BYTES; return (true);
	case PART_SIGNAL:	a->foreign_signal = true; return (true);
	case PART_ERRNO:	a->foreign_errno = true; return (true);
	case PART_UNLESS:	a->path_unless = true; return (true);
	default:		return (part == PART_IGNORED);
	}
}

static int
find_part(const char *s, size_t len)
{
	size_t i;

	for (i = 0; i < N(parts); i++) {
		if (strlen(parts[i].word) == len &&
		    memcmp(parts[i].word, s, len) == 0)
			return ((int)i);
	}
	return (-1);
}

static bool
is_annotation(const struct pimg_token *t)
{
	const char *s = t->pos.source->text + t->pos.off;

	return (t->type == PIMG_T_IDENT && t->pos.len > 2 && s[0] == '_' &&
	    s[1] >= 'A' && s[1] <= 'Z' && !pimg_is_word(t, "_Bool"));
}

static bool
annotation_argument(struct pimg_parser *p, struct pimg_arg *a, int named,
    bool filled)
{
	struct pimg_ref ref;

	if (!pimg_expect(p, '(', "with the annotation's argument"))
		return (false);
	if (named < 0) {
		if (!pimg_parse_expr(p, a->path ? &a->path_if : &a->length))
			return (false);
		if (filled && (!pimg_expect(p, ',', "and how many come back") ||
		    !pimg_parse_expr(p, &a->filled)))
			return (false);
	} else {
		ref.name = pimg_expect_ident(p, "the name of a map", &ref.pos);
		if (ref.name == NULL)
			return (false);
		if (named == PART_VARIANT) {
			a->variants_ref = ref;
			if (!pimg_expect(p, ',', "and the selecting argument"))
				return (false);
			a->selector_ref.name = pimg_expect_ident(p,
			    "the selecting argument", &a->selector_ref.pos);
			if (a->selector_ref.name == NULL)
				return (false);
		} else
			a->map_ref = ref;
	}
	return (pimg_expect(p, ')', "after the annotation's argument"));
}

static bool
annotation(struct pimg_parser *p, struct pimg_arg *a)
{
	const struct pimg_token *t = pimg_next(p);
	const char *s = p->source->text + t->pos.off;
	const char *end = s + t->pos.len, *stop;
	bool wants_length = false, filled = false;
	int named = -1, i;

	for (s++; s < end; s = stop + 1) {
		if ((stop = memchr(s, '_', (size_t)(end - s))) == NULL)
			stop = end;
		if (stop == s)
			continue;
		if ((i = find_part(s, (size_t)(stop - s))) < 0) {
			pimg_diag(p->diags, PIMG_ERROR, t->pos,
			    "parts like In, Out, Inout, opt, z, path, reads, "
			    "writes, updates, bytes, Flags, Enum, Signal, "
			    "Variant", "'%.*s' in annotation is unknown",
			    (int)(stop - s), s);
			return (false);
		}
		if (parts[i].part == PART_FLAGS || parts[i].part == PART_ENUM ||
		    parts[i].part == PART_VARIANT)
			named = (int)parts[i].part;
		else if (parts[i].part == PART_ELEMENTS ||
		    parts[i].part == PART_BYTES)
			wants_length = true;
		else if (parts[i].part == PART_IF ||
		    parts[i].part == PART_UNLESS)
			wants_length = true;
		else if (parts[i].part == PART_TO)
			filled = true;
		apply_part(a, parts[i].part);
	}
	if (!wants_length && named < 0)
		return (true);
	return (annotation_argument(p, a, named, filled));
}

/* unsigned, long long int, ...: gathered and named the short way. */
struct c_words {
	unsigned	is_unsigned, is_signed, is_long, is_short, is_int,
			is_char, other;
};

static bool
c_word(const struct pimg_token *t, struct c_words *w)
{
	if (pimg_is_word(t, "unsigned"))
		w->is_unsigned++;
	else if (pimg_is_word(t, "signed"))
		w->is_signed++;
	else if (pimg_is_word(t, "long"))
		w->is_long++;
	else if (pimg_is_word(t, "short"))
		w->is_short++;
	else if (pimg_is_word(t, "int"))
		w->is_int++;
	else if (pimg_is_word(t, "char"))
		w->is_char++;
	else
		return (false);
	return (true);
}

static const char *
c_name(const struct c_words *w)
{
	if (w->is_char)
		return (w->is_unsigned ? "unsigned char" :
		    w->is_signed ? "signed char" : "char");
	if (w->is_short)
		return (w->is_unsigned ? "unsigned short" : "short");
	if (w->is_long > 1)
		return (w->is_unsigned ? "unsigned long long" : "long long");
	if (w->is_long)
		return (w->is_unsigned ? "unsigned long" : "long");
	return (w->is_unsigned ? "unsigned int" : "int");
}

static bool
base_type(struct pimg_parser *p, struct pimg_type *t)
{
	const struct pimg_token *tok = pimg_peek(p);
	struct c_words w = {0};

	t->pos = tok->pos;
	t->kind = PIMG_TYPE_SCALAR;
	if (pimg_accept_word(p, "struct") || pimg_accept_word(p, "union")) {
		t->is_union = pimg_is_word(tok, "union");
		t->kind = PIMG_TYPE_STRUCT;
		t->name = pimg_expect_ident(p, "the structure's tag", &t->pos);
		return (t->name != NULL);
	}
	if (pimg_accept_word(p, "enum")) {
		t->name = "int";
		return (pimg_expect_ident(p, "the enumeration's tag",
		    NULL) != NULL);
	}
	if (pimg_accept_word(p, "void")) {
		t->kind = PIMG_TYPE_VOID;
		t->name = "void";
		return (true);
	}
	while (c_word(pimg_peek(p), &w))
		p->at++;
	if (pimg_peek(p) != tok) {
		t->name = c_name(&w);
		return (true);
	}
	t->name = pimg_expect_ident(p, "a type", &t->pos);
	return (t->name != NULL);
}

bool
pimg_parse_type(struct pimg_parser *p, struct pimg_type *t)
{
	*t = (struct pimg_type){0};
	for (;;) {
		if (pimg_accept_word(p, "const"))
			t->is_const = true;
		else if (!pimg_accept_word(p, "volatile"))
			break;
	}
	if (!base_type(p, t))
		return (false);
	for (;;) {
		if (pimg_accept(p, '*'))
			t->pointers++;
		else if (pimg_accept_word(p, "const")) {
			if (t->pointers == 0)
				t->is_const = true;
		} else if (!pimg_accept_word(p, "volatile") &&
		    !pimg_accept_word(p, "restrict") &&
		    !pimg_accept_word(p, "__restrict"))
			return (true);
	}
}

/* (*name)(args): a function's address, never followed by us. */
static bool
function_pointer(struct pimg_parser *p, struct pimg_arg *a)
{
	int depth = 1;

	if (!pimg_expect(p, '*', "of a pointer to a function"))
		return (false);
	a->name = pimg_expect_ident(p, "the argument's name", &a->pos);
	if (a->name == NULL || !pimg_expect(p, ')', "after the name") ||
	    !pimg_expect(p, '(', "before the function's arguments"))
		return (false);
	while (depth > 0) {
		if (pimg_peek(p)->type == PIMG_T_EOF)
			return (pimg_unexpected(p, "')'"));
		if (pimg_is(pimg_peek(p), '('))
			depth++;
		else if (pimg_is(pimg_peek(p), ')'))
			depth--;
		p->at++;
	}
	a->type.kind = PIMG_TYPE_FUNCTION;
	a->type.pointers = 1;
	return (true);
}

bool
pimg_parse_arg(struct pimg_parser *p, struct pimg_arg *a, bool named)
{
	int64_t n;

	*a = (struct pimg_arg){ .pos = pimg_peek(p)->pos };
	for (;;) {
		while (is_annotation(pimg_peek(p))) {
			if (!annotation(p, a))
				return (false);
		}
		if (a->type.name != NULL)
			break;
		if (!pimg_parse_type(p, &a->type))
			return (false);
	}
	if (!named)
		return (true);
	if (pimg_accept(p, '('))
		return (function_pointer(p, a));
	a->name = pimg_expect_ident(p, "the argument's name", &a->pos);
	if (a->name == NULL)
		return (false);
	if (pimg_accept(p, '[')) {
		/* Of unknown length it is a pointer, as in C. */
		if (pimg_peek(p)->type == PIMG_T_IDENT)
			p->at++;
		if (pimg_is(pimg_peek(p), ']')) {
			p->at++;
			a->type.pointers++;
			return (true);
		}
		if (!pimg_number(p, &n, "the array's length"))
			return (false);
		if (n < 1 || n > 65536) {
			pimg_err(p->diags, a->pos,
			    "an array has 1 to 65536 elements");
			return (false);
		}
		a->type.count = (uint32_t)n;
		return (pimg_expect(p, ']', "after the array's length"));
	}
	return (true);
}
