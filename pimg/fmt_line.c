/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The lines of formatted text.
 */
#include <string.h>

#include "pimg/fmt_line.h"

static bool
is(const struct pimg_token *t, int c)
{
	return (pimg_is(t, c));
}

void
pimg_fmt_newline(struct pimg_fmt *f)
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
fresh_line(const struct pimg_fmt *f)
{
	size_t i;

	for (i = f->line; i < f->out->len; i++) {
		if (f->out->data[i] != '\t' && f->out->data[i] != ' ')
			return (false);
	}
	return (true);
}

void
pimg_fmt_start_line(struct pimg_fmt *f, const char *indent)
{
	if (fresh_line(f))
		f->out->len = f->line;
	else
		pimg_fmt_newline(f);
	f->ended = false;
	pimg_addn(f->out, indent, strlen(indent));
	f->prev = NULL;
}

void
pimg_fmt_empty_line(struct pimg_fmt *f)
{
	struct pimg_text *o = f->out;

	if (fresh_line(f))
		o->len = f->line;
	else
		pimg_fmt_newline(f);
	if (o->len > 1 && o->data[o->len - 2] != '\n')
		pimg_fmt_newline(f);
}

static bool
value(const struct pimg_token *t)
{
	return (t->type == PIMG_T_NUMBER || is(t, ')') || is(t, ']') ||
	    (t->type == PIMG_T_IDENT && !pimg_is_word(t, "return") &&
	    !pimg_is_word(t, "result") && !pimg_is_word(t, "second")));
}

static bool
blank_before(const struct pimg_fmt *f, const struct pimg_token *b,
    enum pimg_fmt_context c)
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
unary(const struct pimg_fmt *f, const struct pimg_token *t,
    enum pimg_fmt_context c)
{
	if (!is(t, '*') && !is(t, '-'))
		return (false);
	/* An item of a structure has pointers and no products. */
	return (f->prev == NULL || !value(f->prev) || (is(t, '*') &&
	    (c == TYPES || c == ITEM)));
}

void
pimg_fmt_put(struct pimg_fmt *f, const struct pimg_token *t,
    enum pimg_fmt_context c)
{
	bool u = unary(f, t, c);

	if (f->ended)
		pimg_fmt_start_line(f, "\t    ");
	if (blank_before(f, t, c))
		pimg_addn(f->out, " ", 1);
	pimg_addn(f->out, t->pos.source->text + t->pos.off, t->pos.len);
	f->prev = t;
	f->unary = u;
}

void
pimg_fmt_put_as_written(struct pimg_fmt *f, const struct pimg_token *t)
{
	if (f->prev != NULL &&
	    f->prev->pos.off + f->prev->pos.len != t->pos.off)
		pimg_addn(f->out, " ", 1);
	pimg_addn(f->out, t->pos.source->text + t->pos.off, t->pos.len);
	f->prev = t;
}

void
pimg_fmt_comment(struct pimg_fmt *f, const struct pimg_token *t,
    const char *indent)
{
	const char *s = t->pos.source->text + t->pos.off;
	uint32_t len = t->pos.len;

	bool own = t->first || fresh_line(f);

	if (own) {
		if (t->blank)
			pimg_fmt_empty_line(f);
		pimg_fmt_start_line(f, indent);
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
