/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What stands behind a call's prototype: who serves it, and since when.
 *
 *	attribute = "->" target | "since" version | "until" version
 *	          | "on" errno ( "return" number | "errno" errno )
 *	          | "guard" expr "," expr "errno" errno
 *	          | "with" name "=" native "(" expr, ... ")"
 *	          | "then" native "(" expr, ... ")"
 *	          | "result" expr | "second" expr | "returns" (map | "errno")
 *	target    = ( native | "hook" name | "runtime" name ) [ args ]
 *	          | "errno" errno | "return" number | "missing"
 *	args      = "(" expr, ... ")"
 */
#include "pimg/parse.h"

bool
pimg_parse_version(struct pimg_parser *p, uint32_t *code, const char **text)
{
	const struct pimg_token *t = pimg_peek(p);
	unsigned v[3] = { 0, 0, 0 };
	const char *s;
	uint32_t i;
	int n = 0;

	if (t->type != PIMG_T_VERSION && t->type != PIMG_T_NUMBER)
		return (pimg_unexpected(p, "a release such as 2.6.39"));
	s = p->source->text + t->pos.off;
	for (i = 0; i < t->pos.len; i++) {
		if (s[i] == '.')
			n++;
		else if (n < 3 && v[n] < 100000)
			v[n] = v[n] * 10 + (unsigned)(s[i] - '0');
	}
	if (n > 2 || v[0] > 255 || v[1] > 255 || v[2] > 255) {
		pimg_err(p->diags, t->pos, "a release has one to three parts, "
		    "each at most 255");
		return (false);
	}
	p->at++;
	*code = PIMG_RELEASE_CODE(v[0], v[1], v[2]);
	if (text != NULL)
		*text = pimg_token_text(p, t);
	return (true);
}

static bool
target_args(struct pimg_parser *p, struct pimg_target *t)
{
	struct pimg_expr *e;
	size_t n = 0;

	t->has_args = true;
	if (pimg_accept(p, ')'))
		return (true);
	do {
		const struct pimg_token *tok = pimg_peek(p);

		if (!pimg_parse_expr(p, &e))
			return (false);
		if (n == 6) {
			pimg_err(p->diags, tok->pos,
			    "a target has at most 6 arguments");
			return (false);
		}
		PIMG_APPEND(p->arena, t->args, n, e);
	} while (pimg_accept(p, ','));
	t->nargs = (unsigned)n;
	return (pimg_expect(p, ')', "or ',' after the argument"));
}

static bool
target(struct pimg_parser *p, struct pimg_target *t, struct pimg_pos pos)
{
	int e;

	if (t->declared) {
		pimg_err(p->diags, pos, "a second target");
		pimg_note(p->diags, t->pos, "the first one is here");
		return (false);
	}
	t->declared = true;
	t->pos = pimg_peek(p)->pos;
	if (pimg_accept_word(p, "errno")) {
		t->kind = PIMG_TO_ERRNO;
		if (!pimg_errno(p, &e))
			return (false);
		t->value = e;
		return (true);
	}
	if (pimg_accept_word(p, "return")) {
		t->kind = PIMG_TO_RETURN;
		return (pimg_number(p, &t->value, "the result"));
	}
	if (pimg_accept_word(p, "missing")) {
		t->kind = PIMG_TO_MISSING;
		return (true);
	}
	t->kind = PIMG_TO_NATIVE;
	if (pimg_peek2(p)->type == PIMG_T_IDENT) {
		if (pimg_accept_word(p, "hook"))
			t->kind = PIMG_TO_HOOK;
		else if (pimg_accept_word(p, "runtime"))
			t->kind = PIMG_TO_RUNTIME;
	}
	t->name = pimg_expect_ident(p, "a native call, or errno, return, "
	    "hook, runtime, missing", &t->pos);
	if (t->name == NULL)
		return (false);
	if (pimg_accept(p, '('))
		return (target_args(p, t));
	return (true);
}

static bool
on(struct pimg_parser *p, struct pimg_target *t)
{
	struct pimg_on item = {0};
	int e;

	if (!pimg_errno(p, &item.native_errno))
		return (false);
	if (pimg_accept_word(p, "return")) {
		item.is_return = true;
		if (!pimg_number(p, &item.value, "the result"))
			return (false);
	} else if (pimg_accept_word(p, "errno")) {
		if (!pimg_errno(p, &e))
			return (false);
		item.value = e;
	} else
		return (pimg_unexpected(p, "'return' or 'errno'"));
	PIMG_APPEND(p->arena, t->on, t->non, item);
	return (true);
}

/* guard addr, len errno EINVAL: the range must not touch the image. */
static bool
guard(struct pimg_parser *p, struct pimg_target *t)
{
	struct pimg_guard g = {0};

	if (!pimg_parse_expr(p, &g.addr) ||
	    !pimg_expect(p, ',', "and the length") ||
	    !pimg_parse_expr(p, &g.len))
		return (false);
	if (!pimg_accept_word(p, "errno"))
		return (pimg_unexpected(p,
		    "'errno' and what the call answers"));
	if (!pimg_errno(p, &g.error))
		return (false);
	PIMG_APPEND(p->arena, t->guards, t->nguards, g);
	return (true);
}

/* with NAME = f(x, ...)  or  then f(x, ...) */
static bool
step(struct pimg_parser *p, struct pimg_target *t, bool with)
{
	struct pimg_target call = {0};
	struct pimg_step s = { .pos = pimg_peek(p)->pos };

	if (with && ((s.name = pimg_expect_ident(p, "a name for the result",
	    NULL)) == NULL || !pimg_expect(p, '=', "and the native call")))
		return (false);
	s.native = pimg_expect_ident(p, "a native call", &s.pos);
	if (s.native == NULL || !pimg_expect(p, '(', "with its arguments") ||
	    !target_args(p, &call))
		return (false);
	s.args = call.args;
	s.nargs = call.nargs;
	if (with)
		PIMG_APPEND(p->arena, t->with, t->nwith, s);
	else
		PIMG_APPEND(p->arena, t->then, t->nthen, s);
	return (true);
}

bool
pimg_parse_attributes(struct pimg_parser *p, struct pimg_call *c)
{
	struct pimg_target *t = &c->target;
	const struct pimg_token *tok;
	bool ok = true;

	while (ok) {
		tok = pimg_peek(p);
		if (tok->type == PIMG_T_ARROW) {
			p->at++;
			ok = target(p, t, tok->pos);
		} else if (pimg_accept_word(p, "since"))
			ok = pimg_parse_version(p, &c->since, NULL);
		else if (pimg_accept_word(p, "until"))
			ok = pimg_parse_version(p, &c->until, NULL);
		else if (pimg_accept_word(p, "on"))
			ok = on(p, t);
		else if (pimg_accept_word(p, "guard"))
			ok = guard(p, t);
		else if (pimg_accept_word(p, "with"))
			ok = step(p, t, true);
		else if (pimg_accept_word(p, "then"))
			ok = step(p, t, false);
		else if (pimg_accept_word(p, "result"))
			ok = pimg_parse_expr(p, &t->result);
		else if (pimg_accept_word(p, "second"))
			ok = pimg_parse_expr(p, &t->second);
		else if (pimg_accept_word(p, "returns")) {
			if (pimg_accept_word(p, "errno")) {
				t->returns_errno = true;
				continue;
			}
			t->returns_ref.name = pimg_expect_ident(p,
			    "the name of a map", &t->returns_ref.pos);
			ok = t->returns_ref.name != NULL;
		} else
			break;
	}
	if (ok)
		pimg_accept(p, ';');
	return (ok);
}
