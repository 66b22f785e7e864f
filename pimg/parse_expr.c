/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Expressions: lengths, arguments of the native call, results.
 *
 *	expr       = term { ("+" | "-" | "|" | "&") term }
 *	term       = unary { ("*" | "/" | "<<") unary }
 *	unary      = number | "return" | name [ "[" number "]" ] | "*" name
 *	           | "(" expr ")"
 *	           | ("lo" | "hi") "(" expr ")" | "join" "(" expr "," expr ")"
 *	           | "out" type name "[" number "]"
 */
#include "pimg/parse.h"

static struct pimg_expr *
node(struct pimg_parser *p, enum pimg_op op, struct pimg_pos pos)
{
	struct pimg_expr *e = pimg_alloc(p->arena, sizeof(*e));

	e->op = op;
	e->pos = pos;
	return (e);
}

/* out int fds[2] */
static bool
local(struct pimg_parser *p, struct pimg_expr **out, struct pimg_pos pos)
{
	*out = node(p, PIMG_LOCAL, pos);
	(*out)->arg = pimg_alloc(p->arena, sizeof(*(*out)->arg));
	if (!pimg_parse_arg(p, (*out)->arg, true))
		return (false);
	(*out)->name = (*out)->arg->name;
	(*out)->arg->dir = PIMG_OUT;
	return (true);
}

static bool
function(struct pimg_parser *p, struct pimg_expr *e)
{
	p->at++;	/* the name */
	if (!pimg_expect(p, '(', "of a function") || !pimg_parse_expr(p, &e->a))
		return (false);
	if (e->op == PIMG_JOIN && (!pimg_expect(p, ',', "and the high half") ||
	    !pimg_parse_expr(p, &e->b)))
		return (false);
	return (pimg_expect(p, ')', "after the argument"));
}

static bool
name(struct pimg_parser *p, struct pimg_expr **out)
{
	const struct pimg_token *t = pimg_peek(p);
	bool call = pimg_is(pimg_peek2(p), '(');

	if (call && pimg_is_word(t, "lo"))
		return (function(p, *out = node(p, PIMG_LO, t->pos)));
	if (call && pimg_is_word(t, "hi"))
		return (function(p, *out = node(p, PIMG_HI, t->pos)));
	if (call && pimg_is_word(t, "join"))
		return (function(p, *out = node(p, PIMG_JOIN, t->pos)));
	if (pimg_is_word(t, "out") && pimg_peek2(p)->type == PIMG_T_IDENT) {
		p->at++;
		return (local(p, out, t->pos));
	}
	*out = node(p, pimg_is_word(t, "return") ? PIMG_RESULT : PIMG_NAME,
	    t->pos);
	(*out)->name = pimg_token_text(p, t);
	p->at++;
	if (!pimg_accept(p, '['))
		return (true);
	(*out)->op = PIMG_INDEX;
	return (pimg_number(p, &(*out)->value, "an index") &&
	    pimg_expect(p, ']', "after the index"));
}

static bool
unary(struct pimg_parser *p, struct pimg_expr **out)
{
	const struct pimg_token *t = pimg_peek(p);

	if (t->type == PIMG_T_IDENT)
		return (name(p, out));
	if (t->type == PIMG_T_STRING) {
		*out = node(p, PIMG_STRING, t->pos);
		(*out)->name = pimg_token_text(p, t);
		p->at++;
		return (true);
	}
	if (t->type == PIMG_T_NUMBER || pimg_is(t, '-')) {
		*out = node(p, PIMG_NUM, t->pos);
		return (pimg_number(p, &(*out)->value, "a number"));
	}
	if (pimg_accept(p, '*')) {
		*out = node(p, PIMG_DEREF, t->pos);
		(*out)->name = pimg_expect_ident(p, "a pointer argument", NULL);
		return ((*out)->name != NULL);
	}
	if (pimg_accept(p, '('))
		return (pimg_parse_expr(p, out) &&
		    pimg_expect(p, ')', "after the expression"));
	return (pimg_unexpected(p, "an expression (number, argument, "
	    "lo(), hi(), join())"));
}

static bool
term(struct pimg_parser *p, struct pimg_expr **out)
{
	struct pimg_expr *e, *left;
	const struct pimg_token *t;
	enum pimg_op op;

	if (!unary(p, &left))
		return (false);
	for (;;) {
		t = pimg_peek(p);
		if (pimg_is(t, '*') && !pimg_begins_statement(t))
			op = PIMG_MUL;
		else if (pimg_is(t, '/'))
			op = PIMG_DIV;
		else if (t->type == PIMG_T_SHL)
			op = PIMG_SHL;
		else
			break;
		p->at++;
		e = node(p, op, t->pos);
		e->a = left;
		if (!unary(p, &e->b))
			return (false);
		left = e;
	}
	*out = left;
	return (true);
}

bool
pimg_parse_expr(struct pimg_parser *p, struct pimg_expr **out)
{
	struct pimg_expr *e, *left;
	const struct pimg_token *t;

	if (!term(p, &left))
		return (false);
	for (;;) {
		t = pimg_peek(p);
		if (!pimg_is(t, '+') && !pimg_is(t, '-') && !pimg_is(t, '|') &&
		    !pimg_is(t, '&'))
			break;
		p->at++;
		e = node(p, pimg_is(t, '+') ? PIMG_ADD :
		    pimg_is(t, '-') ? PIMG_SUB : pimg_is(t, '&') ? PIMG_AND :
		    PIMG_OR, t->pos);
		e->a = left;
		if (!term(p, &e->b))
			return (false);
		left = e;
	}
	*out = left;
	return (true);
}
