/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The formatter.  The parser says where statements begin and end; inside one
 * the tokens are set by simple rules:
 *
 *	statement;					on one line
 *	3	STD { int close(int fd); } -> close	if it fits FMT_COLUMNS
 *	4	STD {					else one argument a line
 *			int f(
 *			    int a,
 *			    int b
 *			);
 *		} -> g(b, a)
 *	flags name {					one item a line
 *		NAME = 1 -> 2;
 *	}
 *
 * One empty line is kept where there was one or more.  A comment stays on the
 * line of what it follows, or on a line of its own.
 */
#include <string.h>

#include "pimg/fmt.h"
#include "pimg/fmt_line.h"

#define	FMT_COLUMNS	100

static const struct pimg_token *
token(const struct pimg_fmt *f, size_t i)
{
	return (&f->p.tokens[i]);
}

static bool
has_comment(const struct pimg_fmt *f, struct pimg_range r)
{
	for (; r.from < r.to; r.from++) {
		if (token(f, r.from)->type == PIMG_T_COMMENT)
			return (true);
	}
	return (false);
}

/* The argument of an annotation: _Word_( ... ). */
static bool
opens_length(const struct pimg_fmt *f, size_t i)
{
	const struct pimg_token *t = token(f, i), *a;
	const char *s;

	if (i == 0 || !pimg_is(t, '('))
		return (false);
	a = token(f, i - 1);
	s = a->pos.source->text + a->pos.off;
	return (a->type == PIMG_T_IDENT && a->pos.len > 2 && s[0] == '_' &&
	    s[1] >= 'A' && s[1] <= 'Z');
}

/* Inside the braces of a call; `wide`: one argument a line. */
static size_t
prototype(struct pimg_fmt *f, size_t i, size_t to, bool wide)
{
	int depth = 0, length = 0;
	const struct pimg_token *t;

	if (wide)
		pimg_fmt_start_line(f, "\t\t");
	for (; i < to; i++) {
		t = token(f, i);
		if (t->type == PIMG_T_COMMENT) {
			pimg_fmt_comment(f, t, depth > 0 ? "\t\t    " : "\t\t");
			continue;
		}
		if (pimg_is(t, '}') && depth == 0)
			return (i);
		if (pimg_is(t, ')') && length > 0)
			length--;
		else if (pimg_is(t, ')') && --depth == 0 && wide &&
		    !pimg_is(token(f, i - 1), '('))
			pimg_fmt_start_line(f, "\t\t");
		if (f->ended)
			pimg_fmt_start_line(f, depth > 0 ? "\t\t    " : "\t\t");
		pimg_fmt_put(f, t, length > 0 ? LENGTH : TYPES);
		if (opens_length(f, i) || (pimg_is(t, '(') && length > 0))
			length++;
		else if (pimg_is(t, '(') && depth++ == 0 && wide &&
		    !pimg_is(token(f, i + 1), ')'))
			pimg_fmt_start_line(f, "\t\t    ");
		else if (pimg_is(t, ',') && depth == 1 && length == 0 && wide &&
		    token(f, i + 1)->type != PIMG_T_COMMENT)
			pimg_fmt_start_line(f, "\t\t    ");
	}
	return (i);
}

static void
attributes(struct pimg_fmt *f, size_t i, size_t to)
{
	for (; i < to; i++) {
		if (token(f, i)->type == PIMG_T_COMMENT)
			pimg_fmt_comment(f, token(f, i), "\t    ");
		else if (!pimg_is(token(f, i), ';') || i + 1 < to)
			pimg_fmt_put(f, token(f, i), EXPR);
	}
}

/* Where the prototype's brace is; r.to if there is none, for then the rest
 * of the line is free text. */
static size_t
find_brace(const struct pimg_fmt *f, struct pimg_range r)
{
	const struct pimg_token *t, *before = token(f, r.from);
	bool named = false, words = false;

	for (; r.from < r.to; r.from++) {
		t = token(f, r.from);
		if (pimg_is(t, '{'))
			return (r.from);
		if (t->type == PIMG_T_COMMENT)
			continue;
		/* The number, the range or the star; then words; MODULAR may
		 * be followed by one name, and then comes the brace. */
		if (!words && (t->type == PIMG_T_NUMBER || pimg_is(t, '-') ||
		    pimg_is(t, '*')))
			continue;
		if (named || (!pimg_is_line_word(t) &&
		    (t->type != PIMG_T_IDENT ||
		    !pimg_is_word(before, "MODULAR"))))
			return (r.to);
		named = !pimg_is_line_word(t);
		words = true;
		before = t;
	}
	return (r.to);
}

static void
call_as(struct pimg_fmt *f, struct pimg_range r, bool wide)
{
	size_t i = r.from, brace = find_brace(f, r);

	pimg_fmt_put(f, token(f, i++), HEAD);
	while (i < r.to && (pimg_is(token(f, i), '-') ||
	    token(f, i)->type == PIMG_T_NUMBER))
		pimg_fmt_put(f, token(f, i++), HEAD);
	pimg_addn(f->out, "\t", 1);
	f->prev = NULL;
	for (; i < brace && token(f, i)->type != PIMG_T_ARROW; i++) {
		if (token(f, i)->type == PIMG_T_COMMENT)
			pimg_fmt_comment(f, token(f, i), "\t");
		else if (brace < r.to)
			pimg_fmt_put(f, token(f, i), HEAD);
		else
			pimg_fmt_put_as_written(f, token(f, i));
	}
	if (i == brace && i < r.to) {
		pimg_fmt_put(f, token(f, i++), EXPR);
		i = prototype(f, i, r.to, wide);
		if (wide)
			pimg_fmt_start_line(f, "\t");
		pimg_fmt_put(f, token(f, i++), EXPR);
	}
	attributes(f, i, r.to);
}

static size_t
columns(const struct pimg_fmt *f, size_t from)
{
	size_t i, n = 0;

	for (i = from; i < f->out->len; i++)
		n = f->out->data[i] == '\t' ? (n | 7) + 1 : n + 1;
	return (n);
}

static void
call(struct pimg_fmt *f, struct pimg_range r)
{
	size_t start = f->out->len;
	bool braces = find_brace(f, r) < r.to, wide = has_comment(f, r);

	if (!wide) {
		call_as(f, r, false);
		wide = columns(f, start) > FMT_COLUMNS && braces;
		if (!wide)
			return;
		f->out->len = start;
		f->prev = NULL;
	}
	call_as(f, r, wide && braces);
}

static const char *
tabs(int depth)
{
	static const char *const t[] = { "", "\t", "\t\t", "\t\t\t" };

	return (t[depth < 0 ? 0 : depth > 3 ? 3 : depth]);
}

/* Statements with or without a block. */
static void
statement(struct pimg_fmt *f, struct pimg_range r)
{
	const struct pimg_token *t;
	bool fresh = false, header = false;
	int depth = 0;

	for (; r.from < r.to; r.from++) {
		t = token(f, r.from);
		if (t->type == PIMG_T_COMMENT) {
			pimg_fmt_comment(f, t, tabs(depth));
			fresh = fresh || f->ended;
			continue;
		}
		if (pimg_is(t, '}')) {
			pimg_fmt_start_line(f, tabs(--depth));
			fresh = false;
		} else if (fresh) {
			if (t->blank)
				pimg_fmt_empty_line(f);
			pimg_fmt_start_line(f, tabs(depth));
			fresh = false;
		}
		pimg_fmt_put(f, t, header && !pimg_is(t, '<') ? HEADER : ITEM);
		if (pimg_is(t, '<'))
			header = true;
		if (header)
			f->prev = pimg_is(t, '>') ? t : NULL;
		if (pimg_is(t, '>'))
			header = false;
		if (pimg_is(t, '{')) {
			depth++;
			fresh = true;
		} else if (depth > 0 && (pimg_is(t, ';') || pimg_is(t, '}')))
			fresh = true;
	}
}

static void
remember(struct pimg_parser *p, size_t from, size_t to)
{
	struct pimg_fmt *f = (struct pimg_fmt *)p;
	struct pimg_range r = { from, to };

	/* Comments behind the statement are not part of it. */
	while (r.to > r.from && p->tokens[r.to - 1].type == PIMG_T_COMMENT)
		r.to--;
	PIMG_APPEND(p->arena, f->ranges, f->nranges, r);
}

static bool
ignore_include(struct pimg_parser *p, const char *name, struct pimg_pos pos,
    bool is_inherit)
{
	(void)p;
	(void)name;
	(void)pos;
	(void)is_inherit;
	return (true);
}

static void
format(struct pimg_fmt *f)
{
	size_t i = 0, n = 0;
	const struct pimg_token *t;

	while ((t = token(f, i))->type != PIMG_T_EOF) {
		if (t->type == PIMG_T_COMMENT) {
			pimg_fmt_comment(f, t, "");
			i++;
			continue;
		}
		if (t->blank)
			pimg_fmt_empty_line(f);
		pimg_fmt_start_line(f, "");
		f->ended = false;
		if (t->type == PIMG_T_NUMBER || pimg_is(t, '*'))
			call(f, f->ranges[n]);
		else
			statement(f, f->ranges[n]);
		i = f->ranges[n++].to;
	}
	if (f->out->len > f->line)
		pimg_fmt_newline(f);
}

int
pimg_fmt(const struct pimg_source *s, struct pimg_diags *diags,
    struct pimg_text *out)
{
	struct pimg_unit unit = { .arena = diags->arena, .diags = diags };
	struct pimg_fmt f = { .out = out };

	f.p.unit = &unit;
	f.p.arena = diags->arena;
	f.p.diags = diags;
	f.p.source = s;
	f.p.include = ignore_include;
	f.p.statement = remember;
	pimg_parse(&f.p);
	if (diags->errors > 0)
		return (-1);
	format(&f);
	return (0);
}
