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
#include "pimg/parse.h"

#define	FMT_COLUMNS	100

/* What the blanks between tokens depend on. */
enum context { HEAD, TYPES, LENGTH, EXPR, ITEM, HEADER };

struct range {
	size_t	from, to;
};

struct fmt {
	struct pimg_parser	 p;	/* first: the callback casts */
	struct pimg_text	*out;
	struct range		*ranges;
	size_t			 nranges;
	size_t			 line;		/* where the line begins */
	const struct pimg_token	*prev;		/* on this line, or NULL */
	bool			 unary;		/* prev is a sign or '*' */
	bool			 ended;		/* by a comment to the end */
};

static bool
is(const struct pimg_token *t, int c)
{
	return (pimg_is(t, c));
}

static void
newline(struct fmt *f)
{
	struct pimg_text *o = f->out;

	while (o->len > f->line && (o->data[o->len - 1] == ' ' ||
	    o->data[o->len - 1] == '\t'))
		o->len--;
	pimg_addn(o, "\n", 1);
	f->line = o->len;
	f->prev = NULL;
	f->ended = false;
}

/* Is there nothing but indentation on the line? */
static bool
fresh_line(const struct fmt *f)
{
	size_t i;

	for (i = f->line; i < f->out->len; i++) {
		if (f->out->data[i] != '\t' && f->out->data[i] != ' ')
			return (false);
	}
	return (true);
}

static void
start_line(struct fmt *f, const char *indent)
{
	if (fresh_line(f))
		f->out->len = f->line;
	else
		newline(f);
	f->ended = false;
	pimg_addn(f->out, indent, strlen(indent));
	f->prev = NULL;
}

static void
empty_line(struct fmt *f)
{
	struct pimg_text *o = f->out;

	if (fresh_line(f))
		o->len = f->line;
	else
		newline(f);
	if (o->len > 1 && o->data[o->len - 2] != '\n')
		newline(f);
}

static bool
value(const struct pimg_token *t)
{
	return (t->type == PIMG_T_NUMBER || is(t, ')') || is(t, ']') ||
	    (t->type == PIMG_T_IDENT && !pimg_is_word(t, "return") &&
	    !pimg_is_word(t, "result") && !pimg_is_word(t, "second")));
}

static bool
blank_before(const struct fmt *f, const struct pimg_token *b, enum context c)
{
	const struct pimg_token *a = f->prev;

	if (a == NULL || c == HEADER || is(b, ';') || is(b, ',') ||
	    is(b, ')') || is(b, ']') || is(a, '(') || is(a, '[') ||
	    is(b, '[') || (is(b, '(') && a->type == PIMG_T_IDENT))
		return (false);
	if (c == LENGTH)
		return (is(a, ','));
	if (c == HEAD)
		return (!is(a, '|') && !is(b, '|') && !is(a, '-') &&
		    !is(b, '-'));
	return (!f->unary);
}

static bool
unary(const struct fmt *f, const struct pimg_token *t, enum context c)
{
	if (!is(t, '*') && !is(t, '-'))
		return (false);
	/* An item of a structure has pointers and no products. */
	return (f->prev == NULL || !value(f->prev) || (is(t, '*') &&
	    (c == TYPES || c == ITEM)));
}

static void
put(struct fmt *f, const struct pimg_token *t, enum context c)
{
	bool u = unary(f, t, c);

	if (f->ended)
		start_line(f, "\t    ");
	if (blank_before(f, t, c))
		pimg_addn(f->out, " ", 1);
	pimg_addn(f->out, t->pos.source->text + t->pos.off, t->pos.len);
	f->prev = t;
	f->unary = u;
}

/* Free text: a blank where there was one. */
static void
put_as_written(struct fmt *f, const struct pimg_token *t)
{
	if (f->prev != NULL &&
	    f->prev->pos.off + f->prev->pos.len != t->pos.off)
		pimg_addn(f->out, " ", 1);
	pimg_addn(f->out, t->pos.source->text + t->pos.off, t->pos.len);
	f->prev = t;
}

/* A comment begins its own line if it did so, else it follows. */
static void
comment(struct fmt *f, const struct pimg_token *t, const char *indent)
{
	const char *s = t->pos.source->text + t->pos.off;
	uint32_t len = t->pos.len;

	bool own = t->first || fresh_line(f);

	if (own) {
		if (t->blank)
			empty_line(f);
		start_line(f, indent);
	} else
		pimg_addn(f->out, s[0] == '/' && s[1] == '/' ? "\t" : " ", 1);
	while (len > 0 && (s[len - 1] == ' ' || s[len - 1] == '\t' ||
	    s[len - 1] == '\r'))
		len--;
	pimg_addn(f->out, s, len);
	f->ended = s[0] != '/' || s[1] == '/' || own;
	f->prev = t;
	f->unary = false;
}

static const struct pimg_token *
token(const struct fmt *f, size_t i)
{
	return (&f->p.tokens[i]);
}

static bool
has_comment(const struct fmt *f, struct range r)
{
	for (; r.from < r.to; r.from++) {
		if (token(f, r.from)->type == PIMG_T_COMMENT)
			return (true);
	}
	return (false);
}

/* The argument of an annotation: _Word_( ... ). */
static bool
opens_length(const struct fmt *f, size_t i)
{
	const struct pimg_token *t = token(f, i), *a;
	const char *s;

	if (i == 0 || !is(t, '('))
		return (false);
	a = token(f, i - 1);
	s = a->pos.source->text + a->pos.off;
	return (a->type == PIMG_T_IDENT && a->pos.len > 2 && s[0] == '_' &&
	    s[1] >= 'A' && s[1] <= 'Z');
}

/* Inside the braces of a call; `wide`: one argument a line. */
static size_t
prototype(struct fmt *f, size_t i, size_t to, bool wide)
{
	int depth = 0, length = 0;
	const struct pimg_token *t;

	if (wide)
		start_line(f, "\t\t");
	for (; i < to; i++) {
		t = token(f, i);
		if (t->type == PIMG_T_COMMENT) {
			comment(f, t, depth > 0 ? "\t\t    " : "\t\t");
			continue;
		}
		if (is(t, '}') && depth == 0)
			return (i);
		if (is(t, ')') && length > 0)
			length--;
		else if (is(t, ')') && --depth == 0 && wide &&
		    !is(token(f, i - 1), '('))
			start_line(f, "\t\t");
		if (f->ended)
			start_line(f, depth > 0 ? "\t\t    " : "\t\t");
		put(f, t, length > 0 ? LENGTH : TYPES);
		if (opens_length(f, i) || (is(t, '(') && length > 0))
			length++;
		else if (is(t, '(') && depth++ == 0 && wide &&
		    !is(token(f, i + 1), ')'))
			start_line(f, "\t\t    ");
		else if (is(t, ',') && depth == 1 && length == 0 && wide &&
		    token(f, i + 1)->type != PIMG_T_COMMENT)
			start_line(f, "\t\t    ");
	}
	return (i);
}

static void
attributes(struct fmt *f, size_t i, size_t to)
{
	for (; i < to; i++) {
		if (token(f, i)->type == PIMG_T_COMMENT)
			comment(f, token(f, i), "\t    ");
		else if (!is(token(f, i), ';') || i + 1 < to)
			put(f, token(f, i), EXPR);
	}
}

/* Where the prototype's brace is; r.to if there is none, for then the rest
 * of the line is free text. */
static size_t
find_brace(const struct fmt *f, struct range r)
{
	const struct pimg_token *t, *before = token(f, r.from);

	for (; r.from < r.to; r.from++) {
		t = token(f, r.from);
		if (is(t, '{'))
			return (r.from);
		/* MODULAR is followed by a name. */
		if (t->type != PIMG_T_COMMENT && t->type != PIMG_T_NUMBER &&
		    !is(t, '-') && !is(t, '*') && !pimg_is_line_word(t) &&
		    !pimg_is_word(before, "MODULAR"))
			return (r.to);
		before = t;
	}
	return (r.to);
}

static void
call_as(struct fmt *f, struct range r, bool wide)
{
	size_t i = r.from, brace = find_brace(f, r);

	put(f, token(f, i++), HEAD);
	while (i < r.to && (is(token(f, i), '-') ||
	    token(f, i)->type == PIMG_T_NUMBER))
		put(f, token(f, i++), HEAD);
	pimg_addn(f->out, "\t", 1);
	f->prev = NULL;
	for (; i < brace && token(f, i)->type != PIMG_T_ARROW; i++) {
		if (token(f, i)->type == PIMG_T_COMMENT)
			comment(f, token(f, i), "\t");
		else if (brace < r.to)
			put(f, token(f, i), HEAD);
		else
			put_as_written(f, token(f, i));
	}
	if (i == brace && i < r.to) {
		put(f, token(f, i++), EXPR);
		i = prototype(f, i, r.to, wide);
		if (wide)
			start_line(f, "\t");
		put(f, token(f, i++), EXPR);
	}
	attributes(f, i, r.to);
}

static size_t
columns(const struct fmt *f, size_t from)
{
	size_t i, n = 0;

	for (i = from; i < f->out->len; i++)
		n = f->out->data[i] == '\t' ? (n | 7) + 1 : n + 1;
	return (n);
}

static void
call(struct fmt *f, struct range r)
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
statement(struct fmt *f, struct range r)
{
	const struct pimg_token *t;
	bool fresh = false, header = false;
	int depth = 0;

	for (; r.from < r.to; r.from++) {
		t = token(f, r.from);
		if (t->type == PIMG_T_COMMENT) {
			comment(f, t, tabs(depth));
			fresh = fresh || f->ended;
			continue;
		}
		if (is(t, '}')) {
			start_line(f, tabs(--depth));
			fresh = false;
		} else if (fresh) {
			if (t->blank)
				empty_line(f);
			start_line(f, tabs(depth));
			fresh = false;
		}
		put(f, t, header && !is(t, '<') ? HEADER : ITEM);
		if (is(t, '<'))
			header = true;
		if (header)
			f->prev = is(t, '>') ? t : NULL;
		if (is(t, '>'))
			header = false;
		if (is(t, '{')) {
			depth++;
			fresh = true;
		} else if (depth > 0 && (is(t, ';') || is(t, '}')))
			fresh = true;
	}
}

static void
remember(struct pimg_parser *p, size_t from, size_t to)
{
	struct fmt *f = (struct fmt *)p;
	struct range r = { from, to };

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
format(struct fmt *f)
{
	size_t i = 0, n = 0;
	const struct pimg_token *t;

	while ((t = token(f, i))->type != PIMG_T_EOF) {
		if (t->type == PIMG_T_COMMENT) {
			comment(f, t, "");
			i++;
			continue;
		}
		if (t->blank)
			empty_line(f);
		start_line(f, "");
		f->ended = false;
		if (t->type == PIMG_T_NUMBER || is(t, '*'))
			call(f, f->ranges[n]);
		else
			statement(f, f->ranges[n]);
		i = f->ranges[n++].to;
	}
	if (f->out->len > f->line)
		newline(f);
}

int
pimg_fmt(const struct pimg_source *s, struct pimg_diags *diags,
    struct pimg_text *out)
{
	struct pimg_unit unit = { .arena = diags->arena, .diags = diags };
	struct fmt f = { .out = out };

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
