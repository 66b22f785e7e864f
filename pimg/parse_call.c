/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The BSD line: one slot of the system call table.
 *
 *	line      = number [ "-" number ] { word } ( body | name [ "as" name ] )
 *	            { attribute }
 *	          | "*" { word } body { attribute }
 *	word      = status { "|" status } | "AUE_"... | MPSAFE | POSIX | ...
 *	body      = "{" type name "(" [ arg { "," arg } ] ")" ";" "}" [ alt ]
 *	attribute: see parse_target.c
 *
 * Lines of FreeBSD's and DragonFly's syscalls.master are accepted unchanged:
 * audit events, namespaces and the alternative names after the brace have no
 * meaning here and are skipped.
 */
#include <ctype.h>
#include <string.h>

#include "pimg/parse.h"

enum word {
	W_STATUS, W_COMPAT, W_IGNORED,
};

static const struct {
	const char	*word;
	enum word	 kind;
	enum pimg_status status;
	const char	*prefix;
} words[] = {
	{ "STD",	W_STATUS, PIMG_STD, "" },
	{ "NOARGS",	W_STATUS, PIMG_STD, "" },
	{ "NODEF",	W_STATUS, PIMG_STD, "" },
	{ "NOPROTO",	W_STATUS, PIMG_STD, "" },
	{ "NOSTD",	W_STATUS, PIMG_STD, "" },
	{ "NOTSTATIC",	W_STATUS, PIMG_STD, "" },
	{ "SYSMUX",	W_STATUS, PIMG_STD, "" },
	{ "INDIR",	W_STATUS, PIMG_STD, "" },
	{ "NOIMPL",	W_STATUS, PIMG_STD, "" },
	{ "NOERR",	W_STATUS, PIMG_STD, "" },
	{ "EXTERN",	W_STATUS, PIMG_STD, "" },
	{ "OBSOL",	W_STATUS, PIMG_OBSOL, "" },
	{ "UNIMPL",	W_STATUS, PIMG_UNIMPL, "" },
	{ "EXCL",	W_STATUS, PIMG_UNIMPL, "" },
	{ "IGNORED",	W_STATUS, PIMG_UNIMPL, "" },
	{ "RESERVED",	W_STATUS, PIMG_RESERVED, "" },
	{ "COMPAT",	W_COMPAT, PIMG_STD, "o" },
	{ "CPT_NOA",	W_COMPAT, PIMG_STD, "o" },
	{ "LIBCOMPAT",	W_COMPAT, PIMG_STD, "o" },
	{ "COMPAT4",	W_COMPAT, PIMG_STD, "freebsd4_" },
	{ "COMPAT6",	W_COMPAT, PIMG_STD, "freebsd6_" },
	{ "COMPAT7",	W_COMPAT, PIMG_STD, "freebsd7_" },
	{ "COMPAT10",	W_COMPAT, PIMG_STD, "freebsd10_" },
	{ "COMPAT11",	W_COMPAT, PIMG_STD, "freebsd11_" },
	{ "COMPAT12",	W_COMPAT, PIMG_STD, "freebsd12_" },
	{ "COMPAT13",	W_COMPAT, PIMG_STD, "freebsd13_" },
	{ "COMPAT14",	W_COMPAT, PIMG_STD, "freebsd14_" },
	{ "COMPAT_DF12", W_COMPAT, PIMG_STD, "dfbsd12_" },
	{ "CAPENABLED",	W_IGNORED, PIMG_STD, "" },
	{ "NOLOCK",	W_IGNORED, PIMG_STD, "" },
	{ "MPSAFE",	W_IGNORED, PIMG_STD, "" },
	{ "MODULAR",	W_IGNORED, PIMG_STD, "" },
	{ "RUMP",	W_IGNORED, PIMG_STD, "" },
	{ "POSIX",	W_IGNORED, PIMG_STD, "" },
	{ "BSD",	W_IGNORED, PIMG_STD, "" },
	{ "NOHIDE",	W_IGNORED, PIMG_STD, "" },
};

#define	N(a)	(sizeof(a) / sizeof((a)[0]))

static int
find_word(const struct pimg_token *t)
{
	size_t i;

	for (i = 0; i < N(words); i++) {
		if (pimg_is_word(t, words[i].word))
			return ((int)i);
	}
	return (-1);
}

static bool
is_audit(const struct pimg_token *t)
{
	return (t->type == PIMG_T_IDENT && t->pos.len > 4 &&
	    memcmp(t->pos.source->text + t->pos.off, "AUE_", 4) == 0);
}

static bool
is_compat(const struct pimg_token *t)
{
	return (t->type == PIMG_T_IDENT && t->pos.len >= 7 &&
	    memcmp(t->pos.source->text + t->pos.off, "COMPAT", 6) == 0);
}

bool
pimg_is_line_word(const struct pimg_token *t)
{
	return (is_audit(t) || pimg_is(t, '|') || find_word(t) >= 0 ||
	    is_compat(t));
}

/* NetBSD has a COMPAT_ word for each release: the prefix is the word. */
static bool
other_compat(struct pimg_parser *p, struct pimg_call *c)
{
	const struct pimg_token *t = pimg_peek(p);
	char *word, *s;

	if (!is_compat(t))
		return (false);
	word = pimg_printf(p->arena, "%s_", pimg_token_text(p, t));
	for (s = word; *s != '\0'; s++)
		*s = (char)tolower((unsigned char)*s);
	c->compat = word;
	c->status_word = "COMPAT";
	c->status = PIMG_STD;
	p->at++;
	return (true);
}

/* Reads all words before the body or the name; at least one status. */
static bool
line_words(struct pimg_parser *p, struct pimg_call *c)
{
	const struct pimg_token *t;
	int i;

	for (;;) {
		t = pimg_peek(p);
		if (is_audit(t) || pimg_is(t, '|')) {
			p->at++;
			continue;
		}
		if ((i = find_word(t)) < 0) {
			if (other_compat(p, c))
				continue;
			break;
		}
		p->at++;
		/* NetBSD names the module behind the word. */
		if (strcmp(words[i].word, "MODULAR") == 0 &&
		    pimg_peek(p)->type == PIMG_T_IDENT &&
		    pimg_is(pimg_peek2(p), '{'))
			p->at++;
		if (words[i].kind == W_IGNORED)
			continue;
		if (words[i].kind == W_COMPAT)
			c->compat = words[i].prefix;
		if (c->status_word == NULL || words[i].status != PIMG_STD) {
			c->status_word = words[i].word;
			c->status = words[i].status;
		}
	}
	if (c->status_word == NULL)
		return (pimg_unexpected(p, "a status: STD, OBSOL, UNIMPL, "
		    "RESERVED, COMPAT, NOARGS, NODEF, NOPROTO, NOSTD"));
	return (true);
}

static bool
args(struct pimg_parser *p, struct pimg_call *c)
{
	struct pimg_arg a, *list = NULL;
	size_t n = 0;

	if (pimg_is_word(pimg_peek(p), "void") &&
	    pimg_is(pimg_peek2(p), ')')) {
		p->at += 1;
		return (true);
	}
	if (pimg_is(pimg_peek(p), ')'))
		return (true);
	do {
		if (pimg_peek(p)->type == PIMG_T_ELLIPSIS) {
			p->at++;
			/* NetBSD: what may follow is an argument. */
			if (pimg_is(pimg_peek(p), ')')) {
				c->varargs = true;
				break;
			}
		}
		if (!pimg_parse_arg(p, &a, true))
			return (false);
		if (n == PIMG_ARGS_MAX) {
			pimg_err(p->diags, a.pos,
			    "a call has at most %d arguments", PIMG_ARGS_MAX);
			return (false);
		}
		a.index = (unsigned)n;
		PIMG_APPEND(p->arena, list, n, a);
	} while (pimg_accept(p, ','));
	c->args = list;
	c->nargs = (unsigned)n;
	return (true);
}

/* Words after the brace on the same line: altname, tag and type. */
static void
skip_alternatives(struct pimg_parser *p)
{
	const struct pimg_token *t;

	for (;;) {
		t = pimg_peek(p);
		if (t->type != PIMG_T_IDENT || t->first ||
		    pimg_is_word(t, "as") || pimg_is_word(t, "since") || pimg_is_word(t, "until") ||
		    pimg_is_word(t, "on") || pimg_is_word(t, "result") ||
		    pimg_is_word(t, "guard") ||
		    pimg_is_word(t, "second") || pimg_is_word(t, "returns") ||
		    pimg_is_word(t, "with") || pimg_is_word(t, "then"))
			return;
		p->at++;
		while (pimg_is(pimg_peek(p), '*') && !pimg_peek(p)->first)
			p->at++;
	}
}

static bool
body(struct pimg_parser *p, struct pimg_call *c)
{
	if (!pimg_parse_type(p, &c->ret))
		return (false);
	c->name = pimg_expect_ident(p, "the call's name", &c->name_pos);
	if (c->name == NULL || !pimg_expect(p, '(', "before the arguments") ||
	    !args(p, c) ||
	    !pimg_expect(p, ')', "or ',' after the argument") ||
	    !pimg_expect(p, ';', "after the prototype") ||
	    !pimg_expect(p, '}', "after the prototype"))
		return (false);
	skip_alternatives(p);
	return (true);
}

/* After OBSOL and UNIMPL: a name, then free text to the end of the line. */
static bool
name_only(struct pimg_parser *p, struct pimg_call *c)
{
	const struct pimg_token *t = pimg_peek(p);

	if (!t->first && t->type == PIMG_T_IDENT &&
	    !pimg_is_word(t, "since") && !pimg_is_word(t, "until")) {
		c->name = pimg_token_text(p, t);
		c->name_pos = t->pos;
		p->at++;
	}
	for (;;) {
		t = pimg_peek(p);
		if (t->first || t->type == PIMG_T_EOF ||
		    t->type == PIMG_T_ARROW || pimg_is_word(t, "since") ||
		    pimg_is_word(t, "until"))
			return (true);
		if (t->type == PIMG_T_BAD && t->pos.len > 1 &&
		    p->source->text[t->pos.off] == '/')
			return (pimg_unexpected(p, "a line"));
		p->at++;
	}
}

static void
append(struct pimg_parser *p, const struct pimg_call *c, struct pimg_table *t)
{
	struct pimg_call *copy = pimg_alloc(p->arena, sizeof(*copy));

	*copy = *c;
	copy->order = t->count;
	PIMG_APPEND(p->arena, t->calls, t->count, copy);
}

static bool
slot(struct pimg_parser *p, int64_t *n)
{
	const struct pimg_token *t = pimg_peek(p);

	if (!pimg_number(p, n, "a call number"))
		return (false);
	if (*n < 0 || *n > PIMG_SLOT_MAX) {
		pimg_err(p->diags, t->pos, "call numbers end at %d",
		    PIMG_SLOT_MAX);
		return (false);
	}
	return (true);
}

/* STD and a name: prototype and target are those of the call so named. */
static bool
taken(struct pimg_parser *p, struct pimg_call *c)
{
	static const char expected[] = "'{' and a prototype, or the name of a "
	    "call that is declared elsewhere";

	if (pimg_peek(p)->first || pimg_peek(p)->type == PIMG_T_EOF) {
		pimg_diag(p->diags, PIMG_ERROR, c->pos, expected,
		    "call %u has no prototype", c->number);
		return (false);
	}
	c->name = pimg_expect_ident(p, expected, &c->name_pos);
	if (c->name == NULL)
		return (false);
	c->same = true;
	c->from = c->name;
	if (pimg_accept_word(p, "as")) {
		c->name = pimg_expect_ident(p, "the slot's own name", NULL);
		if (c->name == NULL)
			return (false);
	}
	skip_alternatives(p);
	return (true);
}

/* What stands between the number, or the '*', and the next line. */
static bool
rest_of_line(struct pimg_parser *p, struct pimg_call *c)
{
	bool ok;

	if (!line_words(p, c))
		return (false);
	if (pimg_accept(p, '{'))
		ok = body(p, c);
	else if (strcmp(c->status_word, "NODEF") == 0) {
		/* A slot for loadable calls. */
		c->status = PIMG_UNIMPL;
		ok = name_only(p, c);
	} else if (c->status == PIMG_STD)
		ok = taken(p, c);
	else
		ok = name_only(p, c);
	if (!ok || !pimg_parse_attributes(p, c))
		return (false);
	if (pimg_peek(p)->type == PIMG_T_EOF ||
	    pimg_is_statement(pimg_peek(p)))
		return (true);
	return (pimg_unexpected(p, "'->', since, until, on, guard, "
	    "result, second, returns, or the next call"));
}

bool
pimg_parse_line(struct pimg_parser *p)
{
	struct pimg_call c = { .abi = p->abi, .compat = "" };
	struct pimg_pos pos = pimg_peek(p)->pos;
	int64_t first, last;

	if (!slot(p, &first))
		return (false);
	last = first;
	if (pimg_accept(p, '-') && !slot(p, &last))
		return (false);
	c.pos = c.name_pos = pos;
	c.number = (unsigned)first;
	if (!rest_of_line(p, &c))
		return (false);
	if (last < first) {
		pimg_err(p->diags, pos, "the range is empty");
		return (false);
	}
	for (; first <= last; first++) {
		c.number = (unsigned)first;
		append(p, &c, &p->unit->tables[c.abi]);
	}
	return (true);
}

bool
pimg_parse_template(struct pimg_parser *p)
{
	struct pimg_call c = { .abi = p->abi, .compat = "" };

	c.pos = c.name_pos = pimg_peek(p)->pos;
	p->at++;	/* the '*' */
	if (!rest_of_line(p, &c))
		return (false);
	if (c.same || c.ret.name == NULL) {
		pimg_diag(p->diags, PIMG_ERROR, c.pos, "'{' and a prototype",
		    "a line without a number declares a prototype");
		return (false);
	}
	append(p, &c, &p->unit->templates);
	return (true);
}
