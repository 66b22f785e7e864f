/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Structures of both sides, and typedefs.
 *
 *	typedef   = "typedef" type name ";"
 *	native    = "native" "struct" name [ header ] "{" { type name ";" } "}"
 *	struct    = "struct" name [ "->" name [ "hook" ] ] "{" { field | drop } "}"
 *	field     = type name [ "[" number "]" ] [ ":" map | ":" "signal" ]
 *	            [ "->" native-field | "=" constant ] [ narrow ] [ tail ] ";"
 *	          | type name ":" "variants" name [ "->" native-field ] ";"
 *	          | "pad" type name [ "[" number "]" ] ";"
 *	constant  = number | "release" | "sizeof"
 *	narrow    = "narrow" ("reject" errno | "clamp" | "truncate") [ reason ]
 *	tail      = "tail" [ "path" ] [ "reject" errno ] [ "pad" number ]
 *	drop      = "drop" native-field reason ";"
 */
#include <string.h>

#include "pimg/native.h"
#include "pimg/parse.h"

bool
pimg_parse_typedef(struct pimg_parser *p)
{
	struct pimg_scalar s = {0};
	const struct pimg_scalar *base;
	struct pimg_type t;
	size_t i;

	if (!pimg_parse_type(p, &t))
		return (false);
	s.name = pimg_expect_ident(p, "the new type's name", &s.pos);
	if (s.name == NULL)
		return (false);
	if (t.pointers > 0)
		base = pimg_scalar("uintptr_t");
	else if (t.kind != PIMG_TYPE_SCALAR) {
		pimg_diag(p->diags, PIMG_ERROR, t.pos, "a scalar or a pointer",
		    "a typedef names a scalar type");
		return (false);
	} else {
		base = pimg_scalar(t.name);
		for (i = 0; i < p->unit->ntypedefs; i++) {
			if (strcmp(p->unit->typedefs[i].name, t.name) == 0)
				base = &p->unit->typedefs[i];
		}
	}
	if (base == NULL) {
		pimg_err(p->diags, t.pos, "unknown type '%s'", t.name);
		return (false);
	}
	s.size[0] = base->size[0];
	s.size[1] = base->size[1];
	s.is_signed = base->is_signed;
	PIMG_APPEND(p->arena, p->unit->typedefs, p->unit->ntypedefs, s);
	return (pimg_expect(p, ';', "after the typedef"));
}

static bool
constant(struct pimg_parser *p, struct pimg_field *f)
{
	if (pimg_accept_word(p, "release"))
		f->source = PIMG_FIELD_RELEASE;
	else if (pimg_accept_word(p, "sizeof"))
		f->source = PIMG_FIELD_SIZE;
	else {
		f->source = PIMG_FIELD_CONST;
		return (pimg_number(p, &f->constant,
		    "a number, 'release' or 'sizeof'"));
	}
	return (true);
}

static bool
narrow(struct pimg_parser *p, struct pimg_field *f)
{
	struct pimg_pos pos = pimg_peek(p)->pos;

	if (pimg_accept_word(p, "reject")) {
		f->narrow = PIMG_FAIL;
		return (pimg_errno(p, &f->narrow_error));
	}
	if (pimg_accept_word(p, "clamp"))
		f->narrow = PIMG_CLAMP;
	else if (pimg_accept_word(p, "truncate"))
		f->narrow = PIMG_TRUNCATE;
	else
		return (pimg_unexpected(p, "'reject', 'clamp' or 'truncate'"));
	if (pimg_peek(p)->type != PIMG_T_STRING) {
		pimg_diag(p->diags, PIMG_ERROR, pos, "a reason in quotes",
		    "a value may be lost and no reason is given");
		return (false);
	}
	return (pimg_expect_string(p, "a reason") != NULL);
}

/* The last field: the structure may end in the middle of it. */
static bool
tail(struct pimg_parser *p, struct pimg_field *f)
{
	int64_t n = 0;

	f->is_tail = true;
	f->tail_path = pimg_accept_word(p, "path");
	if (pimg_accept_word(p, "reject") && !pimg_errno(p, &f->tail_error))
		return (false);
	if (pimg_accept_word(p, "pad") &&
	    !pimg_number(p, &n, "the bytes of an empty one"))
		return (false);
	f->tail_pad = (uint32_t)n;
	if (f->type.count > 0 && n >= 0 && n <= f->type.count)
		return (true);
	pimg_err(p->diags, f->pos, "a tail is an array, and what stands for "
	    "an empty one fits in it");
	return (false);
}

static bool
field(struct pimg_parser *p, struct pimg_struct *s)
{
	struct pimg_field f = {0};
	struct pimg_arg a;
	bool pad = pimg_is_word(pimg_peek(p), "pad") &&
	    pimg_peek2(p)->type == PIMG_T_IDENT;

	if (pad)
		p->at++;
	if (!pimg_parse_arg(p, &a, true))
		return (false);
	f.name = a.name;
	f.type = a.type;
	f.pos = a.pos;
	f.narrow_error = pimg_errno_value("EOVERFLOW");
	f.source = pad ? PIMG_FIELD_PAD : PIMG_FIELD_NATIVE;
	f.native_ref = (struct pimg_ref){ f.name, f.pos };
	if (!pad && pimg_is(pimg_peek(p), ':') &&
	    pimg_is_word(pimg_peek2(p), "variants")) {
		p->at += 2;
		f.variants_ref.name = pimg_expect_ident(p,
		    "the name of a variants block", &f.variants_ref.pos);
		if (f.variants_ref.name == NULL)
			return (false);
	} else if (!pad && pimg_accept(p, ':')) {
		f.is_signal = pimg_is_word(pimg_peek(p), "signal");
		f.map_ref.name = pimg_expect_ident(p, "the name of a map",
		    &f.map_ref.pos);
		if (f.map_ref.name == NULL)
			return (false);
		if (f.is_signal)
			f.map_ref.name = NULL;
	}
	if (!pad && pimg_peek(p)->type == PIMG_T_ARROW) {
		p->at++;
		f.native_ref.name = pimg_expect_ident(p,
		    "the native field's name", &f.native_ref.pos);
		if (f.native_ref.name == NULL)
			return (false);
	} else if (!pad && pimg_accept(p, '=') && !constant(p, &f))
		return (false);
	if (pimg_accept_word(p, "narrow") && !narrow(p, &f))
		return (false);
	if (pimg_accept_word(p, "tail") && !tail(p, &f))
		return (false);
	PIMG_APPEND(p->arena, s->fields, s->count, f);
	return (pimg_expect(p, ';', "after the field"));
}

/* drop st_spare "reason"; */
static bool
drop(struct pimg_parser *p, struct pimg_struct *s)
{
	struct pimg_ref ref;

	p->at++;
	ref.name = pimg_expect_ident(p, "a native field", &ref.pos);
	if (ref.name == NULL ||
	    pimg_expect_string(p, "a reason in quotes") == NULL)
		return (false);
	PIMG_APPEND(p->arena, s->dropped, s->ndropped, ref);
	return (pimg_expect(p, ';', "after the reason"));
}

bool
pimg_parse_struct(struct pimg_parser *p, bool is_native)
{
	struct pimg_struct *s = pimg_alloc(p->arena, sizeof(*s));
	const struct pimg_token *t;
	bool ok;

	s->is_native = is_native;
	s->name = pimg_expect_ident(p, "the structure's tag", &s->pos);
	if (s->name == NULL || !pimg_parse_header(p, &s->header))
		return (false);
	s->is_packed = pimg_accept_word(p, "packed");
	if (!is_native && pimg_peek(p)->type == PIMG_T_ARROW) {
		p->at++;
		s->native_ref.name = pimg_expect_ident(p,
		    "a native structure's tag", &s->native_ref.pos);
		if (s->native_ref.name == NULL)
			return (false);
		s->in_c = pimg_accept_word(p, "hook");
	}
	if (!pimg_expect(p, '{', "before the fields"))
		return (false);
	PIMG_APPEND(p->arena, p->unit->structs, p->unit->nstructs, s);
	for (;;) {
		t = pimg_peek(p);
		if (pimg_is(t, '}') || t->type == PIMG_T_EOF)
			break;
		if (pimg_is_word(t, "drop") &&
		    pimg_peek2(p)->type == PIMG_T_IDENT && !is_native)
			ok = drop(p, s);
		else
			ok = field(p, s);
		if (ok)
			continue;
		s->damaged = true;
		pimg_skip_item(p);
		if (pimg_begins_statement(pimg_peek(p)))
			return (false);
	}
	return (pimg_expect(p, '}', "after the fields"));
}
