/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Arguments of the trace.  What goes in is shown as it was before the call;
 * what comes out as it is afterwards, or by its address if the call failed;
 * what goes both ways as BEFORE, or BEFORE => AFTER when the call changed it.
 */
#include "hook.h"
#include "trace.h"

#define	STRINGS_MAX	16
#define	COUNT_MAX	65536

/* Bytes or elements at a pointer; after the call, as many as came back. */
static uint64_t
length(const struct pimg_traced *t, const struct pimg_trace_arg *a)
{
	uint64_t n = pimg_trace_eval(t, a->length), m;

	/* a length is an unsigned register, or an int */
	if ((int64_t)n < 0 || n > INT32_MAX)
		n = (int32_t)n < 0 ? 0 : (uint32_t)n;
	if (!t->returned || !(a->dir & PIMG_TRACE_OUT))
		return (n);
	if (a->filled != 0)
		m = pimg_trace_eval(t, a->filled);
	else if (a->how == PIMG_TA_BYTES && t->call->flags & PIMG_TC_LENGTH)
		m = t->result > 0 ? (uint64_t)t->result : 0;
	else
		m = n;
	return (m < n ? m : n);
}

static void
address(struct pimg_line *l, unsigned long addr)
{
	static const struct pimg_trace_type pointer = { PIMG_TV_POINTER, 0, 0 };

	pimg_trace_value(l, &pointer, addr);
}

/* Pointers to strings, up to a NULL.  Returns how many, or -1. */
static long
put_strings(struct pimg_line *l, unsigned long addr, int count_only)
{
	unsigned long s;
	long n;

	for (n = 0; n < COUNT_MAX; n++) {
		if (pimg_copyin(&s, addr + (unsigned long)n * sizeof(s),
		    sizeof(s)) != 0)
			return (-1);
		if (s == 0)
			break;
		if (count_only)
			continue;
		pimg_line_text(l, n > 0 ? ", " : "");
		if (n == STRINGS_MAX) {
			pimg_line_text(l, "...");
			break;
		}
		pimg_trace_string(l, s);
	}
	return (n);
}

static void
strings(struct pimg_line *l, unsigned long addr, int count_only)
{
	char *start = l->p;
	long n = -1;

	pimg_line_text(l, count_only ? "[/* " : "[");
	if (addr != 0)
		n = put_strings(l, addr, count_only);
	if (n < 0) {
		l->p = start;
		address(l, addr);
		return;
	}
	if (count_only) {
		pimg_line_number(l, (uint64_t)n, 10);
		pimg_line_text(l, n == 1 ? " var */" : " vars */");
	}
	pimg_line_char(l, ']');
}

/* The name that a selector's value has, or the value. */
static void
selector(struct pimg_line *l, const struct pimg_traced *t,
    const struct pimg_trace_arg *a, unsigned long v)
{
	struct pimg_trace_arg by = *a;
	const struct pimg_trace_variant *c;
	const struct pimg_trace_arg *other;

	by.selector = (uint8_t)(a - &pimg_trace_args[t->call->args]);
	if (a->how == PIMG_TA_NESTED) {
		other = &pimg_trace_args[t->call->args + a->selector];
		c = pimg_trace_choice(t, other);
		if (c == NULL || c->payload.how != PIMG_TA_VARIANT) {
			pimg_line_signed(l, (int32_t)v);
			return;
		}
		by.variants = c->payload.variants;
	}
	if ((c = pimg_trace_choice(t, &by)) != NULL)
		pimg_line_text(l, pimg_trace_text + c->name);
	else
		pimg_line_hex(l, (uint32_t)v);
}

static void
show(struct pimg_line *l, const struct pimg_traced *t,
    const struct pimg_trace_arg *a, unsigned long v)
{

	switch (a->how) {
	case PIMG_TA_STRING:
		pimg_trace_string(l, v);
		break;
	case PIMG_TA_BYTES:
		pimg_trace_buffer(l, v, length(t, a));
		break;
	case PIMG_TA_ONE:
		pimg_trace_object(l, t, &a->type, v);
		break;
	case PIMG_TA_SIZED:
		pimg_trace_sized(l, &a->type, v, length(t, a));
		break;
	case PIMG_TA_ARRAY:
		pimg_trace_array(l, t, &a->type, v, length(t, a));
		break;
	case PIMG_TA_STRINGS:
	case PIMG_TA_COUNT:
		strings(l, v, a->how == PIMG_TA_COUNT);
		break;
	case PIMG_TA_SELECTOR:
	case PIMG_TA_NESTED:
		selector(l, t, a, v);
		break;
	case PIMG_TA_VALUE:
		pimg_trace_value(l, &a->type, v);
		break;
	default:
		address(l, v);
		break;
	}
}

/* Whether the selector's value goes without this argument. */
int
pimg_trace_is_absent(const struct pimg_traced *t,
    const struct pimg_trace_arg *a)
{
	const struct pimg_trace_variant *c;

	if (a->how != PIMG_TA_VARIANT)
		return (0);
	c = pimg_trace_choice(t, a);
	return (c != NULL && c->payload.type.kind == PIMG_TV_NONE &&
	    c->payload.how == PIMG_TA_VALUE && pimg_trace_args[
	    t->call->args + t->call->nargs - 1].how == PIMG_TA_VARIANT);
}

/*
 * Whether the call failed for a value that no variant has, ioctl's and the
 * like; *value is it.
 */
int
pimg_trace_unknown(const struct pimg_traced *t, unsigned long *value)
{
	const struct pimg_trace_arg *a = &pimg_trace_args[t->call->args];
	const struct pimg_trace_variant *c;
	unsigned i;

	for (i = 0; i < t->call->nargs && a->how != PIMG_TA_VARIANT; i++)
		a++;
	if (i == t->call->nargs)
		return (0);
	while ((c = pimg_trace_choice(t, a)) != NULL) {
		a = &c->payload;
		if (a->how != PIMG_TA_VARIANT)
			return (0);
	}
	*value = (uint32_t)t->arg[a->selector];
	return (pimg_trace_variants[a->variants].closed != 0);
}

/*
 * The argument to show: one that depends on another's value is what that
 * picks, in *chosen; without a choice it is a word.
 */
static const struct pimg_trace_arg *
resolve(const struct pimg_traced *t, const struct pimg_trace_arg *a,
    struct pimg_trace_arg *chosen)
{
	static const struct pimg_trace_arg word = {
		.type = { PIMG_TV_HEX, 0, 0 }, .how = PIMG_TA_VALUE,
		.dir = PIMG_TRACE_IN,
	};
	const struct pimg_trace_variant *c;
	uint8_t dir = a->dir;
	int i;

	if (a->how != PIMG_TA_VARIANT)
		return (a);
	for (i = 0; i < 2 && a->how == PIMG_TA_VARIANT; i++) {
		c = pimg_trace_choice(t, a);
		if (c == NULL || (c->payload.type.kind == PIMG_TV_NONE &&
		    c->payload.how != PIMG_TA_VARIANT))
			return (&word);
		a = &c->payload;
	}
	if (a->how == PIMG_TA_VARIANT)
		return (&word);
	*chosen = *a;
	if (chosen->dir == 0)		/* as the call says */
		chosen->dir = dir;
	return (chosen);
}

void
pimg_trace_arg_in(struct pimg_line *l, const struct pimg_traced *t,
    const struct pimg_trace_arg *a, unsigned long v)
{
	struct pimg_trace_arg chosen;

	a = resolve(t, a, &chosen);
	if (a->dir != PIMG_TRACE_OUT)
		show(l, t, a, v);
}

/* Appends " => NOW" if that is not what was shown before the call. */
static void
changed(struct pimg_line *l, const struct pimg_traced *t,
    const struct pimg_trace_arg *a, unsigned long v, const char *before,
    size_t len)
{
	char *start = l->p, *now;
	size_t i;

	pimg_line_text(l, " => ");
	now = l->p;
	show(l, t, a, v);
	for (i = 0; i < len && now + i < l->p && now[i] == before[i]; i++)
		;
	if (i == len && now + i == l->p)
		l->p = start;
}

void
pimg_trace_arg_out(struct pimg_line *l, const struct pimg_traced *t,
    const struct pimg_trace_arg *a, unsigned long v, const char *before,
    size_t len)
{
	static const struct pimg_trace_arg where = { .how = PIMG_TA_ADDRESS };
	int came = t->returned && !(t->result < 0 && t->result >= -4095);
	struct pimg_trace_arg chosen;

	a = resolve(t, a, &chosen);
	if (a->dir == PIMG_TRACE_OUT) {
		show(l, t, came ? a : &where, v);
		return;
	}
	pimg_line_bytes(l, before, len);
	if (came && (a->dir & PIMG_TRACE_OUT))
		changed(l, t, a, v, before, len);
}
