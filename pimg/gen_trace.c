/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * trace.c of an image: how each call is shown by pstore exec --trace, from
 * the declarations that it is served by.  Numbers and offsets only, so that
 * nothing needs a relocation; runtime/trace.h describes the tables.
 */
#include <string.h>

#include "pimg/check.h"
#include "pimg/gen_trace.h"
#include "pimg/native.h"
#include "pimg/unit.h"

#define	ERRNOS		134	/* as in runtime/trace.h */
#define	SIGNALS		129
#define	REALTIME	32	/* the first such signal of Linux */

/* Calls that do not come back when they succeed. */
static bool
leaves(const struct pimg_call *c)
{
	static const char *const names[] = { "exit", "exit_group",
	    "sys_exit", "thr_exit", "lwp_exit", "_lwp_exit", "rt_sigreturn",
	    "sigreturn", "setcontext" };
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (strcmp(c->name, names[i]) == 0)
			return (true);
	}
	return (false);
}

/* What a call without a function does: a native number, or a result. */
static int64_t
value(const struct pimg_call *c, bool *is_constant)
{
	*is_constant = true;
	switch (c->target.kind) {
	case PIMG_TO_NATIVE:
		*is_constant = false;
		return (c->target.nr[c->abi]);
	case PIMG_TO_RETURN:
		return (c->target.value);
	case PIMG_TO_ERRNO:
		return (-c->target.value);
	default:
		return (-pimg_errno_value("ENOSYS"));
	}
}

static void
call(struct pimg_tracer *t, const struct pimg_call *c)
{
	uint32_t first = t->args.count;
	struct pimg_shown ret;
	bool constant;
	int64_t v = value(c, &constant);
	unsigned i;

	for (i = 0; i < c->nargs; i++)
		pimg_tracer_arg(t, c, &c->args[i]);
	ret = c->ret.name == NULL && c->ret.pointers == 0 ?
	    (struct pimg_shown){ "VOID", 0, 0 } :
	    pimg_tracer_type(t, &c->ret, c->target.returns, false);
	pimg_row(&t->calls, "{ %u, %u, %u, 0%s%s%s%s%s, %s, %lld },\t/* %s */",
	    pimg_tracer_string(t, c->name), first, c->nargs,
	    c->cls == PIMG_MISSING ? " | PIMG_TC_MISSING" : "",
	    leaves(c) ? " | PIMG_TC_LEAVES" : "",
	    constant ? " | PIMG_TC_CONSTANT" : "",
	    c->target.second != NULL ? " | PIMG_TC_SECOND" : "",
	    c->ret.name != NULL && strstr(c->ret.name, "ssize_t") != NULL ?
	    " | PIMG_TC_LENGTH" : "", pimg_tracer_show(t, ret),
	    (long long)v, c->name);
}

/* ------------------------------------------------------------------ */
/* Names of errors and signals, by number                             */

static const struct pimg_item *
native_item(const struct pimg_map *m, uint64_t native)
{
	size_t i;

	for (i = 0; i < m->count; i++) {
		if (m->items[i].native == native &&
		    (m->items[i].way == PIMG_BOTH ||
		    m->items[i].way == PIMG_REVERSE))
			return (&m->items[i]);
	}
	return (NULL);
}

static const char *
errno_name(const struct pimg_unit *u, int native)
{
	const struct pimg_map *m = pimg_find_kind(u, PIMG_MAP_ERRNO);
	const struct pimg_item *it;

	if (m == NULL)
		return (pimg_errno_name(native));
	it = native_item(m, (uint64_t)native);
	if (it == NULL && m->unknown == PIMG_REJECT)
		it = native_item(m, (uint64_t)m->unknown_error);
	return (it != NULL ? it->name : pimg_errno_name(native));
}

static const char *
signal_name(const struct pimg_unit *u, int sig, bool is_foreign)
{
	const struct pimg_map *m = pimg_find_kind(u, PIMG_MAP_SIGNAL);
	const struct pimg_item *it = NULL;
	size_t i;

	if (m != NULL && !is_foreign)
		it = native_item(m, (uint64_t)sig);
	for (i = 0; m != NULL && is_foreign && it == NULL && i < m->count;
	    i++) {
		if (m->items[i].foreign == (uint64_t)sig &&
		    m->items[i].way != PIMG_REVERSE)
			it = &m->items[i];
	}
	if (it != NULL)
		return (it->name);
	if (m == NULL && sig >= REALTIME && sig <= 64)
		return (pimg_printf(u->arena, "SIGRT_%d", sig - REALTIME));
	return (m == NULL ? pimg_signal_name(sig) : NULL);
}

static void
names(struct pimg_tracer *t, struct pimg_rows *errnos,
    struct pimg_rows *foreign, struct pimg_rows *native)
{
	const char *s;
	int i;

	for (i = 0; i < ERRNOS; i++) {
		s = i > 0 ? errno_name(t->u, i) : NULL;
		pimg_row(errnos, "%u,\t/* %s */",
		    s != NULL ? pimg_tracer_string(t, s) : 0,
		    s != NULL ? s : "");
	}
	for (i = 0; i < 2 * SIGNALS; i++) {
		s = i % SIGNALS > 0 ? signal_name(t->u, i % SIGNALS,
		    i < SIGNALS) : NULL;
		pimg_row(i < SIGNALS ? foreign : native, "%u,\t/* %s */",
		    s != NULL ? pimg_tracer_string(t, s) : 0,
		    s != NULL ? s : "");
	}
}

/* ------------------------------------------------------------------ */

static void
table(struct pimg_text *t, const char *type, const char *name,
    struct pimg_rows *r)
{
	pimg_add(t, "\nconst %s pimg_trace_%s[] = {\n", type, name);
	pimg_addn(t, r->text.data, r->text.len);
	/* an element more, so that no table is empty */
	pimg_add(t, "\t%s\n};\n", strncmp(type, "struct", 6) == 0 ? "{ }" :
	    "0");
	pimg_text_free(&r->text);
}

static void
calls(struct pimg_tracer *t)
{
	const struct pimg_call *c;
	unsigned nr, n = pimg_slots(t->u, t->abi);

	for (nr = 0; nr < n; nr++) {
		if ((c = pimg_call_of(t->u, t->abi, nr)) != NULL)
			call(t, c);
		else
			pimg_row(&t->calls, "{ },");
	}
}

/*
 * Numbers that the personality does not have.  Where the foreign system is an
 * older Linux, the native names are theirs: calls that came later.
 */
static uint32_t
newer(struct pimg_tracer *t, struct pimg_rows *r)
{
	uint32_t nr, n = (uint32_t)pimg_native_max(t->abi);
	const char *s;

	if (t->u->convention != PIMG_LINUX)
		return (0);
	for (nr = 0; nr < n; nr++) {
		s = pimg_call_of(t->u, t->abi, nr) == NULL ?
		    pimg_native_name(t->abi, (int)nr) : NULL;
		pimg_row(r, "%u,\t/* %s */",
		    s != NULL ? pimg_tracer_string(t, s) : 0,
		    s != NULL ? s : "");
	}
	return (n);
}

void
pimg_gen_trace(const struct pimg_unit *u, enum pimg_abi abi,
    struct pimg_text *t)
{
	struct pimg_tracer tr = { .u = u, .abi = abi };
	struct pimg_rows errnos = {0}, signals = {0}, natives = {0},
	    names_newer = {0};
	uint32_t n;

	pimg_tracer_init(&tr);
	calls(&tr);
	names(&tr, &errnos, &signals, &natives);
	n = newer(&tr, &names_newer);
	pimg_gen_banner(u, "How calls are shown by a trace.", t);
	pimg_add(t, "#include \"trace.h\"\n\n"
	    "#pragma GCC diagnostic ignored \"-Woverflow\"\n\n"
	    "const char pimg_trace_text[] =\n");
	pimg_addn(t, tr.strings.text.data, tr.strings.text.len);
	pimg_add(t, "\t\"\";\n");
	pimg_text_free(&tr.strings.text);
	table(t, "struct pimg_trace_call", "calls", &tr.calls);
	table(t, "struct pimg_trace_arg", "args", &tr.args);
	table(t, "struct pimg_trace_map", "maps", &tr.maps);
	table(t, "struct pimg_trace_item", "items", &tr.items);
	table(t, "struct pimg_trace_struct", "structs", &tr.structs);
	table(t, "struct pimg_trace_field", "fields", &tr.fields);
	table(t, "struct pimg_trace_variants", "variants", &tr.variants);
	table(t, "struct pimg_trace_variant", "variant", &tr.variant);
	table(t, "uint8_t", "code", &tr.code);
	pimg_add(t, "\nconst uint32_t pimg_trace_errnos[PIMG_TRACE_ERRNOS] = "
	    "{\n");
	pimg_addn(t, errnos.text.data, errnos.text.len);
	pimg_add(t, "};\n\nconst uint32_t pimg_trace_signals"
	    "[PIMG_TRACE_SIGNALS] = {\n");
	pimg_addn(t, signals.text.data, signals.text.len);
	pimg_add(t, "};\n\nconst uint32_t pimg_trace_natives"
	    "[PIMG_TRACE_SIGNALS] = {\n");
	pimg_addn(t, natives.text.data, natives.text.len);
	pimg_add(t, "};\n");
	table(t, "uint32_t", "newer", &names_newer);
	pimg_add(t, "\nconst uint32_t pimg_trace_nnewer = %u;\n", n);
	pimg_text_free(&errnos.text);
	pimg_text_free(&signals.text);
	pimg_text_free(&natives.text);
}
