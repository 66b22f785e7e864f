/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Statements of a prototype file.
 *
 *	file      = { statement }
 *	statement = line | template | personality | base | convention
 *	          | release | brand | abi
 *	          | inherit | include | typedef | flags | enum | errno
 *	          | signal | struct | native | variants
 */
#include <string.h>

#include "pimg/parse.h"

typedef bool (*statement_fn)(struct pimg_parser *, const struct pimg_token *);

static bool
end_statement(struct pimg_parser *p)
{
	return (pimg_expect(p, ';', "at the end of the statement"));
}

/*
 * personality NAME, or base NAME.  The inheriting folder's statement wins
 * over the inherited one's.
 */
static bool
named(struct pimg_parser *p, const struct pimg_token *t, bool is_base)
{
	struct pimg_unit *u = p->unit;
	struct pimg_ref ref;
	char *title = NULL;

	ref.name = pimg_expect_ident(p, is_base ? "the base's name" :
	    "the personality's name", &ref.pos);
	if (ref.name == NULL)
		return (false);
	if (pimg_peek(p)->type == PIMG_T_STRING)
		title = pimg_expect_string(p, "a title");
	if (u->personality.name != NULL &&
	    u->personality_rank == p->source->rank) {
		pimg_err(p->diags, t->pos, "%s declared twice",
		    is_base == u->is_base ? is_base ? "base" : "personality" :
		    "personality and base");
		pimg_note(p->diags, u->personality.pos, "first declared here");
		return (false);
	}
	if (u->personality.name == NULL ||
	    u->personality_rank < p->source->rank) {
		u->personality = ref;
		u->personality_rank = p->source->rank;
		u->is_base = is_base;
		u->title = title != NULL ? title : ref.name;
	}
	return (end_statement(p));
}

static bool
st_personality(struct pimg_parser *p, const struct pimg_token *t)
{
	return (named(p, t, false));
}

static bool
st_base(struct pimg_parser *p, const struct pimg_token *t)
{
	return (named(p, t, true));
}

static bool
st_convention(struct pimg_parser *p, const struct pimg_token *t)
{
	enum pimg_convention c;

	if (pimg_accept_word(p, "linux"))
		c = PIMG_LINUX;
	else if (pimg_accept_word(p, "bsd"))
		c = PIMG_BSD;
	else
		return (pimg_unexpected(p, "'linux' or 'bsd'"));
	if (p->unit->convention_pos.source != NULL &&
	    p->unit->convention != c) {
		pimg_err(p->diags, t->pos, "a second, different convention");
		pimg_note(p->diags, p->unit->convention_pos,
		    "the first one is here");
		return (false);
	}
	p->unit->convention = c;
	p->unit->convention_pos = t->pos;
	return (end_statement(p));
}

static bool
st_release(struct pimg_parser *p, const struct pimg_token *t)
{
	struct pimg_unit *u = p->unit;
	const char *text;
	uint32_t code;

	if (!pimg_parse_version(p, &code, &text))
		return (false);
	if (u->release != NULL && u->release_rank == p->source->rank) {
		pimg_err(p->diags, t->pos, "release declared twice");
		pimg_note(p->diags, u->release_pos, "first declared here");
		return (false);
	}
	if (u->release == NULL || u->release_rank < p->source->rank) {
		u->release = text;
		u->release_code = code;
		u->release_pos = t->pos;
		u->release_rank = p->source->rank;
	}
	return (end_statement(p));
}

/* brand osabi 9;  brand note "FreeBSD" 1; */
static bool
st_brand(struct pimg_parser *p, const struct pimg_token *t)
{
	struct pimg_brand_decl b = {0};
	int64_t v;

	(void)t;
	if (pimg_accept_word(p, "osabi")) {
		if (!pimg_number(p, &v, "the value of EI_OSABI"))
			return (false);
		b.osabi = (uint8_t)v;
	} else if (pimg_accept_word(p, "note")) {
		b.is_note = true;
		if ((b.owner = pimg_expect_string(p, "the note's owner")) ==
		    NULL || !pimg_number(p, &v, "the note's type"))
			return (false);
		b.note_type = (uint32_t)v;
		if (strlen(b.owner) > 15) {
			pimg_err(p->diags, t->pos,
			    "a note's owner has at most 15 characters");
			return (false);
		}
	} else
		return (pimg_unexpected(p, "'osabi' or 'note'"));
	PIMG_APPEND(p->arena, p->unit->brands, p->unit->nbrands, b);
	return (end_statement(p));
}

static bool
st_abi(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	if (pimg_accept_word(p, "x86_64"))
		p->abi = PIMG_X86_64;
	else if (pimg_accept_word(p, "i386"))
		p->abi = PIMG_I386;
	else
		return (pimg_unexpected(p, "'x86_64' or 'i386'"));
	p->unit->tables[p->abi].declared = true;
	return (end_statement(p));
}

static bool
include(struct pimg_parser *p, bool is_inherit)
{
	struct pimg_pos pos = pimg_peek(p)->pos;
	char *name = pimg_expect_string(p, is_inherit ?
	    "the name of a personality in quotes" : "a file name in quotes");

	if (name == NULL || !end_statement(p))
		return (false);
	if (p->include == NULL) {
		pimg_err(p->diags, pos, "nothing can be included here");
		return (false);
	}
	return (p->include(p, name, pos, is_inherit));
}

static bool
st_inherit(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	return (include(p, true));
}

static bool
st_include(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	return (include(p, false));
}

static bool
st_flags(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	return (pimg_parse_map(p, PIMG_MAP_FLAGS));
}

static bool
st_enum(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	return (pimg_parse_map(p, PIMG_MAP_ENUM));
}

static bool
st_errno(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	return (pimg_parse_map(p, PIMG_MAP_ERRNO));
}

static bool
st_signal(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	return (pimg_parse_map(p, PIMG_MAP_SIGNAL));
}

static bool
st_struct(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	return (pimg_parse_struct(p, false));
}

static bool
st_native(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	if (!pimg_accept_word(p, "struct"))
		return (pimg_unexpected(p, "'struct'"));
	return (pimg_parse_struct(p, true));
}

static bool
st_typedef(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	return (pimg_parse_typedef(p));
}

static bool
st_variants(struct pimg_parser *p, const struct pimg_token *t)
{
	(void)t;
	return (pimg_parse_variants(p));
}

static const struct {
	const char	*word;
	statement_fn	 parse;
} statements[] = {
	{ "personality",	st_personality },
	{ "base",		st_base },
	{ "convention",		st_convention },
	{ "release",		st_release },
	{ "brand",		st_brand },
	{ "abi",		st_abi },
	{ "inherit",		st_inherit },
	{ "include",		st_include },
	{ "flags",		st_flags },
	{ "enum",		st_enum },
	{ "errno",		st_errno },
	{ "signal",		st_signal },
	{ "struct",		st_struct },
	{ "native",		st_native },
	{ "typedef",		st_typedef },
	{ "variants",		st_variants },
};

#define	NSTATEMENTS	(sizeof(statements) / sizeof(statements[0]))

static statement_fn
statement(const struct pimg_token *t)
{
	size_t i;

	for (i = 0; i < NSTATEMENTS; i++) {
		if (pimg_is_word(t, statements[i].word))
			return (statements[i].parse);
	}
	return (NULL);
}

bool
pimg_is_statement(const struct pimg_token *t)
{
	return (t->type == PIMG_T_NUMBER || pimg_is(t, '*') ||
	    statement(t) != NULL);
}

/*
 * A statement begins a line.  Inside a block the words are indented, and a
 * field may well be of type struct: only the first column is safe there.
 */
bool
pimg_begins_statement(const struct pimg_token *t)
{
	if (!t->first || t->pos.col != 1)
		return (false);
	return (pimg_is_statement(t));
}

void
pimg_skip_statement(struct pimg_parser *p)
{
	const struct pimg_token *t;

	for (;;) {
		t = pimg_peek(p);
		if (t->type == PIMG_T_EOF || pimg_begins_statement(t))
			return;
		p->at++;
	}
}

void
pimg_parse(struct pimg_parser *p)
{
	const struct pimg_token *t;
	statement_fn fn;
	size_t from;
	bool ok;

	p->tokens = pimg_lex(p->arena, p->source, &p->count);
	p->at = 0;
	p->abi = PIMG_X86_64;
	while ((t = pimg_peek(p))->type != PIMG_T_EOF) {
		from = p->at;
		if (t->type == PIMG_T_NUMBER)
			ok = pimg_parse_line(p);
		else if (pimg_is(t, '*'))
			ok = pimg_parse_template(p);
		else if ((fn = statement(t)) != NULL) {
			p->at++;
			ok = fn(p, t);
		} else {
			ok = pimg_unexpected(p, "a call number, '*' or one of: "
			    "personality, base, convention, release, brand, "
			    "abi, inherit, include, typedef, flags, enum, errno, "
			    "signal, struct, native, variants");
			p->at++;
		}
		if (!ok)
			pimg_skip_statement(p);
		else if (p->statement != NULL)
			p->statement(p, from, p->at);
	}
}
