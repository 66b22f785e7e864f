/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The parser's view of its tokens: looking ahead, taking what must be there,
 * and skipping to a safe place after an error.
 */
#include <string.h>

#include "pimg/native.h"
#include "pimg/parse.h"

static void
skip_comments(struct pimg_parser *p)
{
	while (p->tokens[p->at].type == PIMG_T_COMMENT)
		p->at++;
}

const struct pimg_token *
pimg_peek(struct pimg_parser *p)
{
	skip_comments(p);
	return (&p->tokens[p->at]);
}

const struct pimg_token *
pimg_peek2(struct pimg_parser *p)
{
	size_t i;

	skip_comments(p);
	if (p->tokens[p->at].type == PIMG_T_EOF)
		return (&p->tokens[p->at]);
	for (i = p->at + 1; p->tokens[i].type == PIMG_T_COMMENT; i++)
		;
	return (&p->tokens[i]);
}

const struct pimg_token *
pimg_next(struct pimg_parser *p)
{
	const struct pimg_token *t = pimg_peek(p);

	if (t->type != PIMG_T_EOF)
		p->at++;
	return (t);
}

bool
pimg_is(const struct pimg_token *t, int punct)
{
	return (t->type == PIMG_T_PUNCT && t->value == (uint64_t)punct);
}

bool
pimg_is_word(const struct pimg_token *t, const char *word)
{
	return (t->type == PIMG_T_IDENT && t->pos.len == strlen(word) &&
	    memcmp(t->pos.source->text + t->pos.off, word, t->pos.len) == 0);
}

bool
pimg_accept(struct pimg_parser *p, int punct)
{
	if (!pimg_is(pimg_peek(p), punct))
		return (false);
	p->at++;
	return (true);
}

bool
pimg_accept_word(struct pimg_parser *p, const char *word)
{
	if (!pimg_is_word(pimg_peek(p), word))
		return (false);
	p->at++;
	return (true);
}

char *
pimg_token_text(struct pimg_parser *p, const struct pimg_token *t)
{
	return (pimg_strndup(p->arena, t->pos.source->text + t->pos.off,
	    t->pos.len));
}

bool
pimg_unexpected(struct pimg_parser *p, const char *expected)
{
	const struct pimg_token *t = pimg_peek(p);
	const char *text = p->source->text + t->pos.off;

	if (t->type == PIMG_T_EOF)
		pimg_diag(p->diags, PIMG_ERROR, t->pos, expected,
		    "unexpected end of file");
	else if (t->type == PIMG_T_BAD && text[0] == '"')
		pimg_diag(p->diags, PIMG_ERROR, t->pos, expected,
		    "string does not end on its line");
	else if (t->type == PIMG_T_BAD && text[0] == '/' && text[1] == '*')
		pimg_diag(p->diags, PIMG_ERROR, (struct pimg_pos){ p->source,
		    t->pos.off, 2, t->pos.line, t->pos.col }, "'*/'",
		    "comment does not end");
	else if (t->type == PIMG_T_BAD && text[0] >= '0' && text[0] <= '9')
		pimg_diag(p->diags, PIMG_ERROR, t->pos, expected,
		    "'%.*s' is no number", (int)t->pos.len, text);
	else if (t->type == PIMG_T_BAD &&
	    ((unsigned char)text[0] < 0x20 || (unsigned char)text[0] > 0x7e))
		pimg_diag(p->diags, PIMG_ERROR, t->pos, expected,
		    "byte 0x%02x has no meaning here", (unsigned char)text[0]);
	else
		pimg_diag(p->diags, PIMG_ERROR, t->pos, expected,
		    "unexpected '%.*s'", (int)t->pos.len, text);
	return (false);
}

bool
pimg_expect(struct pimg_parser *p, int punct, const char *where)
{
	if (pimg_accept(p, punct))
		return (true);
	return (pimg_unexpected(p, pimg_printf(p->arena, "'%c' %s", punct,
	    where)));
}

char *
pimg_expect_ident(struct pimg_parser *p, const char *what, struct pimg_pos *pos)
{
	const struct pimg_token *t = pimg_peek(p);

	if (t->type != PIMG_T_IDENT) {
		pimg_unexpected(p, what);
		return (NULL);
	}
	if (pos != NULL)
		*pos = t->pos;
	p->at++;
	return (pimg_token_text(p, t));
}

/* The escapes are \" \\ \n and \t. */
char *
pimg_expect_string(struct pimg_parser *p, const char *what)
{
	const struct pimg_token *t = pimg_peek(p);
	const char *s;
	char *out, *o;
	uint32_t i;

	if (t->type != PIMG_T_STRING) {
		pimg_unexpected(p, what);
		return (NULL);
	}
	s = p->source->text + t->pos.off + 1;
	o = out = pimg_alloc(p->arena, t->pos.len);
	for (i = 0; i + 2 < t->pos.len; i++) {
		if (s[i] == '\\' && i + 3 < t->pos.len) {
			i++;
			*o++ = s[i] == 'n' ? '\n' : s[i] == 't' ? '\t' : s[i];
		} else
			*o++ = s[i];
	}
	p->at++;
	return (out);
}

bool
pimg_number(struct pimg_parser *p, int64_t *value, const char *what)
{
	bool minus = pimg_accept(p, '-');
	const struct pimg_token *t = pimg_peek(p);

	if (t->type != PIMG_T_NUMBER)
		return (pimg_unexpected(p, what));
	p->at++;
	*value = minus ? -(int64_t)t->value : (int64_t)t->value;
	if (pimg_peek(p)->type == PIMG_T_SHL) {
		p->at++;
		t = pimg_peek(p);
		if (t->type != PIMG_T_NUMBER || t->value > 63)
			return (pimg_unexpected(p, "a bit number (0 to 63)"));
		p->at++;
		*value = (int64_t)((uint64_t)*value << t->value);
	}
	return (true);
}

bool
pimg_errno(struct pimg_parser *p, int *value)
{
	struct pimg_pos pos;
	char *name = pimg_expect_ident(p, "an errno name (ENOSYS, ...)", &pos);

	if (name == NULL)
		return (false);
	if ((*value = pimg_errno_value(name)) == 0) {
		pimg_diag(p->diags, PIMG_ERROR, pos,
		    "an errno name of Linux (ENOSYS, EINVAL, ...)",
		    "unknown errno '%s'", name);
		return (false);
	}
	return (true);
}

void
pimg_skip_item(struct pimg_parser *p)
{
	int depth = 0;

	for (;;) {
		const struct pimg_token *t = pimg_peek(p);

		if (t->type == PIMG_T_EOF)
			return;
		if (depth == 0 && (pimg_is(t, '}') || pimg_begins_statement(t)))
			return;
		p->at++;
		if (pimg_is(t, '{') || pimg_is(t, '('))
			depth++;
		else if ((pimg_is(t, '}') || pimg_is(t, ')')) && depth > 0)
			depth--;
		else if (depth == 0 && pimg_is(t, ';'))
			return;
	}
}
