/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Maps between two systems' numbers, and payloads chosen by a value.
 *
 *	map       = ("flags" | "enum" | "errno" | "signal") name [ header ]
 *	            "{" { item | field | unknown } "}"
 *	          | ("flags" | "enum") name "hook" ";"
 *	field     = "field" mask "{" { item } "}"		(flags only)
 *	item      = name "=" number [ "->" native ] [ way ] [ reason ] ";"
 *	native    = [ name "=" ] number | name		(errno, signal)
 *	          | "drop" | "reject" errno
 *	way       = "forward" | "reverse"
 *	unknown   = "unknown" ("reject" errno | "drop" | "pass") [ reason ] ";"
 *	variants  = "variants" name [ header ] "{" { variant | also | unknown } "}"
 *	also      = "also" name ";"
 *	variant   = name "=" number [ "->" ( native | "hook" name ) ]
 *	            [ ":" annotated-type [ "returns" map ] ] ";"
 */
#include <string.h>

#include "pimg/native.h"
#include "pimg/parse.h"

/* <sys/stat.h>, or none. */
bool
pimg_parse_header(struct pimg_parser *p, const char **header)
{
	const struct pimg_token *open = pimg_peek(p), *t;

	*header = NULL;
	if (!pimg_accept(p, '<'))
		return (true);
	for (;;) {
		t = pimg_peek(p);
		if (t->type == PIMG_T_EOF || t->pos.line != open->pos.line)
			return (pimg_unexpected(p, "'>' after the header"));
		p->at++;
		if (pimg_is(t, '>'))
			break;
	}
	*header = pimg_strndup(p->arena, p->source->text + open->pos.off,
	    t->pos.off + 1 - open->pos.off);
	return (true);
}

static bool
reason(struct pimg_parser *p, const char **out)
{
	if (pimg_peek(p)->type != PIMG_T_STRING)
		return (true);
	return ((*out = pimg_expect_string(p, "a reason")) != NULL);
}

/* After "->": what the item is on the native side. */
static bool
native_side(struct pimg_parser *p, struct pimg_item *it, bool by_name,
    bool hook, bool *resolved)
{
	int64_t v;

	if (pimg_accept_word(p, "drop")) {
		it->way = PIMG_ITEM_DROP;
		*resolved = true;
		return (true);
	}
	if (pimg_accept_word(p, "reject")) {
		it->way = PIMG_ITEM_REJECT;
		*resolved = true;
		return (pimg_errno(p, &it->error));
	}
	if (hook && pimg_accept_word(p, "hook")) {
		it->way = PIMG_ITEM_HOOK;
		it->native_name = pimg_expect_ident(p, "the hook's name",
		    NULL);
		*resolved = true;
		return (it->native_name != NULL);
	}
	if (pimg_peek(p)->type == PIMG_T_IDENT) {
		it->native_name = pimg_expect_ident(p, "a name", NULL);
		if (by_name && !pimg_is(pimg_peek(p), '='))
			return (true);
		if (!pimg_expect(p, '=', "and the native number"))
			return (false);
	}
	if (!pimg_number(p, &v, "the native number, drop, or reject"))
		return (false);
	it->native = (uint64_t)v;
	*resolved = true;
	return (true);
}

/* NAME = number [-> native] */
static bool
item_head(struct pimg_parser *p, struct pimg_item *it, bool by_name, bool hook)
{
	bool resolved = false;
	int64_t v;

	*it = (struct pimg_item){0};
	it->name = pimg_expect_ident(p, "a name, or 'unknown'", &it->pos);
	if (it->name == NULL || !pimg_expect(p, '=', "and the number") ||
	    !pimg_number(p, &v, "the foreign number"))
		return (false);
	it->foreign = it->native = (uint64_t)v;
	if (pimg_peek(p)->type == PIMG_T_ARROW) {
		p->at++;
		if (!native_side(p, it, by_name, hook, &resolved))
			return (false);
	}
	if (by_name && !resolved) {
		const char *n = it->native_name != NULL ? it->native_name :
		    it->name;
		int e = pimg_errno_value(n);

		if (e == 0)
			e = pimg_signal_value(n);
		if (e == 0) {
			pimg_diag(p->diags, PIMG_ERROR, it->pos,
			    "'-> NAME', '-> drop' or '-> reject ERRNO'",
			    "Linux has no '%s'", n);
			return (false);
		}
		it->native = (uint64_t)e;
	}
	return (true);
}

/* What is refused is not lost: the program is told. */
static bool
has_reason(struct pimg_parser *p, const struct pimg_item *it)
{
	if (it->way == PIMG_BOTH || it->way == PIMG_ITEM_REJECT ||
	    it->way == PIMG_ITEM_HOOK || it->reason != NULL)
		return (true);
	pimg_diag(p->diags, PIMG_ERROR, it->pos,
	    "a reason in quotes before the ';'",
	    "'%s' loses something and does not say why", it->name);
	return (false);
}

static bool
item(struct pimg_parser *p, struct pimg_map *m, uint64_t mask)
{
	bool by_name = m->kind == PIMG_MAP_ERRNO || m->kind == PIMG_MAP_SIGNAL;
	struct pimg_item it;

	if (!item_head(p, &it, by_name, false))
		return (false);
	it.mask = mask;
	if (pimg_accept_word(p, "forward"))
		it.way = PIMG_FORWARD;
	else if (pimg_accept_word(p, "reverse"))
		it.way = PIMG_REVERSE;
	if (!reason(p, &it.reason))
		return (false);
	if (!has_reason(p, &it))
		return (false);
	PIMG_APPEND(p->arena, m->items, m->count, it);
	return (pimg_expect(p, ';', "after the item"));
}

static bool
unknown(struct pimg_parser *p, bool *has, enum pimg_policy *policy, int *error)
{
	struct pimg_pos pos = pimg_peek(p)->pos;
	const char *why = NULL;

	p->at++;	/* unknown */
	*has = true;
	if (pimg_accept_word(p, "reject")) {
		*policy = PIMG_REJECT;
		if (!pimg_errno(p, error))
			return (false);
	} else if (pimg_accept_word(p, "drop"))
		*policy = PIMG_DROP;
	else if (pimg_accept_word(p, "pass"))
		*policy = PIMG_PASS;
	else
		return (pimg_unexpected(p, "'reject', 'drop' or 'pass'"));
	if (!reason(p, &why))
		return (false);
	if (*policy == PIMG_DROP && why == NULL) {
		pimg_diag(p->diags, PIMG_ERROR, pos, "a reason in quotes",
		    "dropping unknown values needs a reason");
		return (false);
	}
	return (pimg_expect(p, ';', "after the policy"));
}

static bool
block_end(struct pimg_parser *p)
{
	const struct pimg_token *t = pimg_peek(p);

	return (pimg_is(t, '}') || t->type == PIMG_T_EOF);
}

/* After an error: false when the block itself seems to have been left. */
static bool
recover(struct pimg_parser *p)
{
	pimg_skip_item(p);
	return (!pimg_begins_statement(pimg_peek(p)));
}

static bool
field(struct pimg_parser *p, struct pimg_map *m)
{
	int64_t mask;

	p->at++;	/* field */
	if (!pimg_number(p, &mask, "the field's mask") ||
	    !pimg_expect(p, '{', "before the field's values"))
		return (false);
	while (!block_end(p)) {
		if (!item(p, m, (uint64_t)mask) && !recover(p))
			return (false);
	}
	return (pimg_expect(p, '}', "after the field's values"));
}

bool
pimg_parse_map(struct pimg_parser *p, enum pimg_map_kind kind)
{
	struct pimg_map *m = pimg_alloc(p->arena, sizeof(*m));
	bool ok;

	m->kind = kind;
	m->name = pimg_expect_ident(p, "the map's name", &m->pos);
	if (m->name == NULL)
		return (false);
	if ((kind == PIMG_MAP_FLAGS || kind == PIMG_MAP_ENUM) &&
	    pimg_accept_word(p, "hook")) {
		m->in_c = true;
		PIMG_APPEND(p->arena, p->unit->maps, p->unit->nmaps, m);
		return (pimg_expect(p, ';', "after 'hook'"));
	}
	if (!pimg_parse_header(p, &m->header) ||
	    !pimg_expect(p, '{', "before the items"))
		return (false);
	PIMG_APPEND(p->arena, p->unit->maps, p->unit->nmaps, m);
	while (!block_end(p)) {
		if (pimg_is_word(pimg_peek(p), "unknown"))
			ok = unknown(p, &m->has_unknown, &m->unknown,
			    &m->unknown_error);
		else if (kind == PIMG_MAP_FLAGS &&
		    pimg_is_word(pimg_peek(p), "field"))
			ok = field(p, m);
		else
			ok = item(p, m, 0);
		if (!ok && !recover(p))
			return (false);
	}
	return (pimg_expect(p, '}', "after the items"));
}

static bool
variant(struct pimg_parser *p, struct pimg_variants *v)
{
	struct pimg_variant x = {0};

	if (!item_head(p, &x.item, false, true))
		return (false);
	if (pimg_accept(p, ':')) {
		x.has_payload = true;
		if (!pimg_parse_arg(p, &x.payload, false))
			return (false);
		x.payload.name = "payload";
	}
	if (pimg_accept_word(p, "returns")) {
		x.returns_ref.name = pimg_expect_ident(p, "the name of a map",
		    &x.returns_ref.pos);
		if (x.returns_ref.name == NULL)
			return (false);
	}
	if (!reason(p, &x.item.reason) || !has_reason(p, &x.item))
		return (false);
	PIMG_APPEND(p->arena, v->list, v->count, x);
	return (pimg_expect(p, ';', "after the variant"));
}

/* also NAME; what another block has. */
static bool
also(struct pimg_parser *p, struct pimg_variants *v)
{
	struct pimg_ref ref;

	p->at++;
	ref.name = pimg_expect_ident(p, "the name of a variants block",
	    &ref.pos);
	if (ref.name == NULL)
		return (false);
	PIMG_APPEND(p->arena, v->also, v->nalso, ref);
	return (pimg_expect(p, ';', "after the name"));
}

bool
pimg_parse_variants(struct pimg_parser *p)
{
	struct pimg_variants *v = pimg_alloc(p->arena, sizeof(*v));
	bool ok;

	v->name = pimg_expect_ident(p, "the variants' name", &v->pos);
	if (v->name == NULL || !pimg_parse_header(p, &v->header) ||
	    !pimg_expect(p, '{', "before the variants"))
		return (false);
	PIMG_APPEND(p->arena, p->unit->variants, p->unit->nvariants, v);
	while (!block_end(p)) {
		if (pimg_is_word(pimg_peek(p), "unknown"))
			ok = unknown(p, &v->has_unknown, &v->unknown,
			    &v->unknown_error);
		else if (pimg_is_word(pimg_peek(p), "also") &&
		    pimg_peek2(p)->type == PIMG_T_IDENT)
			ok = also(p, v);
		else
			ok = variant(p, v);
		if (!ok && !recover(p))
			return (false);
	}
	return (pimg_expect(p, '}', "after the variants"));
}
