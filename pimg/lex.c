/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Cutting a file into tokens.  Never fails: what is no token is PIMG_T_BAD.
 */
#include <ctype.h>
#include <string.h>

#include "pimg/lex.h"

struct lexer {
	const struct pimg_source	*s;
	size_t		off, bol;	/* bol: where the line begins */
	uint32_t	line;
	unsigned char	first;		/* no token on the line yet */
	unsigned char	empty;		/* nor a comment */
	unsigned char	blank;
};

static int
at(const struct lexer *l, size_t ahead)
{
	return (l->off + ahead < l->s->len ?
	    (unsigned char)l->s->text[l->off + ahead] : -1);
}

static int
ident_char(int c)
{
	return (c >= 0 && (isalnum(c) || c == '_'));
}

static void
newline(struct lexer *l)
{
	if (l->empty)
		l->blank = 1;
	l->off++;
	l->line++;
	l->bol = l->off;
	l->first = l->empty = 1;
}

static void
skip_blanks(struct lexer *l)
{
	for (;;) {
		int c = at(l, 0);

		if (c == '\n')
			newline(l);
		else if (c == ' ' || c == '\t' || c == '\r' || c == '\f')
			l->off++;
		else if (c == '\\' && at(l, 1) == '\n') {
			unsigned char first = l->first;

			l->off++;
			l->empty = 0;
			newline(l);
			l->first = first;	/* the line goes on */
		} else
			return;
	}
}

/* A block comment may span lines; 0: it does not end. */
static size_t
comment_end(const struct lexer *l, size_t begin)
{
	const char *t = l->s->text;
	size_t i = begin + 2;

	for (; i + 1 < l->s->len; i++) {
		if (t[i] == '*' && t[i + 1] == '/')
			return (i + 2);
	}
	return (0);
}

static size_t
line_end(const struct lexer *l, size_t i)
{
	while (i < l->s->len && l->s->text[i] != '\n')
		i++;
	return (i);
}

static void
advance_to(struct lexer *l, size_t end)
{
	for (; l->off < end; l->off++) {
		if (l->s->text[l->off] == '\n') {
			l->line++;
			l->bol = l->off + 1;
		}
	}
}

/* 0x1f, 017, 12; followed by '.' and digits it is a version. */
static void
number(struct lexer *l, struct pimg_token *t)
{
	size_t begin = l->off, i = begin;
	const char *s = l->s->text;
	unsigned base = 10, d;
	int bad = 0;

	t->type = PIMG_T_NUMBER;
	if (s[i] == '0' && (s[i + 1] == 'x' || s[i + 1] == 'X')) {
		base = 16;
		i += 2;
		bad = !isxdigit((unsigned char)s[i]);
	} else if (s[i] == '0')
		base = 8;
	for (; isxdigit((unsigned char)s[i]); i++) {
		d = isdigit((unsigned char)s[i]) ? (unsigned)(s[i] - '0') :
		    (unsigned)(tolower((unsigned char)s[i]) - 'a') + 10;
		if (d >= base || t->value > (UINT64_MAX - d) / base) {
			bad = 1;
			if (base != 16 && d >= 10)
				break;
		}
		t->value = t->value * base + d;
	}
	while (s[i] == '.' && isdigit((unsigned char)s[i + 1]) && base != 16) {
		t->type = PIMG_T_VERSION;
		bad = 0;
		for (i++; isdigit((unsigned char)s[i]); i++)
			;
	}
	if (ident_char((unsigned char)s[i])) {
		bad = 1;
		while (ident_char((unsigned char)s[i]))
			i++;
	}
	if (bad)
		t->type = PIMG_T_BAD;
	l->off = i;
}

static void
string(struct lexer *l, struct pimg_token *t)
{
	const char *s = l->s->text;
	size_t i = l->off + 1;

	while (i < l->s->len && s[i] != '"' && s[i] != '\n')
		i += s[i] == '\\' && i + 1 < l->s->len && s[i + 1] != '\n' ?
		    2 : 1;
	if (i < l->s->len && s[i] == '"') {
		t->type = PIMG_T_STRING;
		i++;
	}
	l->off = i;
}

static void
punct(struct lexer *l, struct pimg_token *t)
{
	int c = at(l, 0);

	if (c == '-' && at(l, 1) == '>') {
		t->type = PIMG_T_ARROW;
		l->off += 2;
	} else if (c == '.' && at(l, 1) == '.' && at(l, 2) == '.') {
		t->type = PIMG_T_ELLIPSIS;
		l->off += 3;
	} else if (c == '<' && at(l, 1) == '<') {
		t->type = PIMG_T_SHL;
		l->off += 2;
	} else if (c == '\'' && at(l, 1) > ' ' && at(l, 2) == '\'') {
		t->type = PIMG_T_NUMBER;
		t->value = (uint64_t)at(l, 1);
		l->off += 3;
	} else {
		if (strchr("{}()[];,=|:*&+-/<>~.?", c) != NULL && c != '\0') {
			t->type = PIMG_T_PUNCT;
			t->value = (uint64_t)c;
		}
		l->off++;
	}
}

static void
token(struct lexer *l, struct pimg_token *t)
{
	int c = at(l, 0);

	if (c < 0)
		t->type = PIMG_T_EOF;
	else if (c == '/' && at(l, 1) == '*') {
		size_t end = comment_end(l, l->off);

		if (end != 0)
			t->type = PIMG_T_COMMENT;
		advance_to(l, end != 0 ? end : l->s->len);
	} else if ((c == '/' && at(l, 1) == '/') || (c == ';' && l->first)) {
		t->type = PIMG_T_COMMENT;
		l->off = line_end(l, l->off);
	} else if (isdigit(c))
		number(l, t);
	else if (ident_char(c)) {
		t->type = PIMG_T_IDENT;
		while (ident_char(at(l, 0)))
			l->off++;
	} else if (c == '"')
		string(l, t);
	else
		punct(l, t);
}

struct pimg_token *
pimg_lex(struct pimg_arena *arena, const struct pimg_source *s, size_t *count)
{
	struct lexer l = { s, 0, 0, 1, 1, 1, 0 };
	struct pimg_token *list = NULL, t;
	size_t n = 0;

	do {
		skip_blanks(&l);
		t = (struct pimg_token){ .type = PIMG_T_BAD,
		    .first = l.first, .blank = l.blank };
		t.pos = (struct pimg_pos){ s, (uint32_t)l.off, 0, l.line,
		    (uint32_t)(l.off - l.bol) + 1 };
		token(&l, &t);
		t.pos.len = (uint32_t)l.off - t.pos.off;
		PIMG_APPEND(arena, list, n, t);
		/* A comment is not the first word of the line it ends on. */
		l.first = t.type == PIMG_T_COMMENT &&
		    (t.first || t.pos.line != l.line);
		l.empty = l.blank = 0;
	} while (t.type != PIMG_T_EOF);
	*count = n;
	return (list);
}
