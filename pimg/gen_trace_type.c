/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Types, maps and structures of the trace.  A structure that has no foreign
 * declaration is shown by its native one, which is the same.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "pimg/check.h"
#include "pimg/gen_trace.h"

#define	POOL	4096		/* buckets */

struct pimg_pooled {
	struct pimg_pooled	*next;
	const char		*s;
	uint32_t		 offset;
};

void
pimg_tracer_init(struct pimg_tracer *t)
{
	struct pimg_arena *a = t->u->arena;

	/* offset 0 is no string, element 0 no code */
	pimg_add(&t->strings.text, "\t\"\\0\"\n");
	t->strings.count = 1;
	pimg_row(&t->code, "PIMG_TX_END,");
	t->pool = pimg_alloc(a, POOL * sizeof(*t->pool));
}

void
pimg_row(struct pimg_rows *r, const char *fmt, ...)
{
	char buf[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	pimg_add(&r->text, "\t%s\n", buf);
	r->count++;
}

uint32_t
pimg_tracer_string(struct pimg_tracer *t, const char *s)
{
	struct pimg_pooled *p;
	uint32_t h = 2166136261U;
	const char *c;

	for (c = s; *c != '\0'; c++)
		h = (h ^ (unsigned char)*c) * 16777619U;
	for (p = &t->pool[h % POOL]; p->s != NULL; p = p->next) {
		if (strcmp(p->s, s) == 0)
			return (p->offset);
		if (p->next == NULL)
			p->next = pimg_alloc(t->u->arena, sizeof(*p));
	}
	p->s = s;
	p->offset = t->strings.count;
	pimg_add(&t->strings.text, "\t\"%s\\0\"\n", s);
	t->strings.count += (uint32_t)strlen(s) + 1;
	return (p->offset);
}

size_t
pimg_tracer_index(struct pimg_tracer *t, struct pimg_seen *seen,
    const void *what, bool *is_new)
{
	size_t i;

	for (i = 0; i < seen->count && seen->what[i] != what; i++)
		;
	*is_new = i == seen->count;
	if (*is_new)
		PIMG_APPEND(t->u->arena, seen->what, seen->count, what);
	return (i);
}

/* ------------------------------------------------------------------ */

/* Values of fields first, then wide flags before their parts. */
static int
compare(const void *a, const void *b)
{
	const struct pimg_item *x = *(const struct pimg_item *const *)a;
	const struct pimg_item *y = *(const struct pimg_item *const *)b;
	int m, n;

	if ((x->mask != 0) != (y->mask != 0))
		return (x->mask != 0 ? -1 : 1);
	m = __builtin_popcountll(x->foreign);
	n = __builtin_popcountll(y->foreign);
	if (x->mask == 0 && m != n)
		return (n - m);
	return (x->pos.line != y->pos.line ?
	    (x->pos.line < y->pos.line ? -1 : 1) :
	    x < y ? -1 : 1);
}

static unsigned
map_of(struct pimg_tracer *t, const struct pimg_map *m)
{
	const struct pimg_item **list;
	size_t i, index;
	bool is_new;

	index = pimg_tracer_index(t, &t->has_map, m, &is_new);
	if (!is_new)
		return ((unsigned)index);
	list = pimg_alloc(t->u->arena, (m->count + 1) * sizeof(*list));
	for (i = 0; i < m->count; i++)
		list[i] = &m->items[i];
	if (m->kind == PIMG_MAP_FLAGS)
		qsort(list, m->count, sizeof(*list), compare);
	pimg_row(&t->maps, "{ %u, %zu },\t/* %s */", t->items.count, m->count,
	    m->name);
	for (i = 0; i < m->count; i++)
		pimg_row(&t->items, "{ UINT64_C(0x%llx), UINT64_C(0x%llx), "
		    "%u },\t/* %s */",
		    (unsigned long long)list[i]->foreign,
		    (unsigned long long)list[i]->mask,
		    pimg_tracer_string(t, list[i]->name), list[i]->name);
	return ((unsigned)index);
}

/* ------------------------------------------------------------------ */

static struct pimg_shown
shown(const char *kind, unsigned size, unsigned ref)
{
	return ((struct pimg_shown){ kind, size, ref });
}

static bool
is_one_of(const char *name, const char *const *list)
{
	for (; *list != NULL; list++) {
		if (strcmp(name, *list) == 0)
			return (true);
	}
	return (false);
}

static struct pimg_shown
scalar(struct pimg_tracer *t, const struct pimg_type *ty)
{
	static const char *const sets[] = { "sigset_t", "old_sigset_t",
	    "__sigset_t", NULL };
	static const char *const modes[] = { "mode_t", "umode_t", "__mode_t",
	    "linux_umode_t", NULL };
	static const char *const words[] = { "unsigned long", "u_long",
	    "uintptr_t", "vm_offset_t", "caddr_t", "register_t", NULL };
	const struct pimg_scalar *s = ty->scalar;
	unsigned size = s != NULL ? s->size[t->abi] : 0;

	if (is_one_of(ty->name, sets))
		return (shown("SIGSET", size != 0 ? size :
		    t->u->convention == PIMG_BSD ? 16 : 8, 0));
	if (strcmp(ty->name, "fd_set") == 0)
		return (shown("FDSET", 0, 0));
	if (s == NULL)
		return (shown("NONE", 0, 0));
	if (is_one_of(ty->name, modes))
		return (shown("OCTAL", size, 0));
	if (is_one_of(ty->name, words))
		return (shown("HEX", size, 0));
	if (strcmp(ty->name, "char") == 0)
		return (shown("CHAR", size, 0));
	return (shown(s->is_signed ? "SIGNED" : "UNSIGNED", size, 0));
}

static const struct pimg_struct *
find(const struct pimg_unit *u, const struct pimg_type *ty)
{
	if (ty->strukt != NULL)
		return (ty->strukt);
	return (pimg_find_struct(u, ty->name, true));
}

/* What names say of values in network byte order, and of file modes. */
static struct pimg_shown
field_type(struct pimg_tracer *t, const struct pimg_field *f)
{
	struct pimg_shown s;
	size_t n = strlen(f->name);

	if (f->variants != NULL)
		return (shown("HEAD", f->size[t->abi],
		    pimg_tracer_variants(t, NULL, f->variants)));
	s = pimg_tracer_type(t, &f->type, f->map, f->is_signal);
	if (strcmp(s.kind, "UNSIGNED") != 0)
		return (s);
	if (n > 5 && strcmp(f->name + n - 5, "_port") == 0)
		s.kind = "PORT";
	else if (strcmp(f->name, "sin_addr") == 0)
		s.kind = "INET";
	else if (n > 5 && strcmp(f->name + n - 5, "_mode") == 0)
		s.kind = "OCTAL";
	return (s);
}

/* A structure's row comes after those of what it contains. */
static struct pimg_shown
structure(struct pimg_tracer *t, const struct pimg_type *ty)
{
	static const char *const sets[] = { "sigset", "__sigset", NULL };
	const struct pimg_struct *s = ty->is_union ? NULL : find(t->u, ty);
	const struct pimg_field *f;
	const char **rows;
	size_t i, index, n = 0;
	bool is_new;

	if (s == NULL || s->is_union || s->size[t->abi] == 0)
		return (shown("NONE", 0, 0));
	if (is_one_of(s->name, sets))
		return (shown("SIGSET", s->size[t->abi], 0));
	for (i = 0; i < t->has_struct.count; i++) {
		if (t->has_struct.what[i] == s)
			return (shown("STRUCT", 0, (unsigned)i));
	}
	rows = pimg_alloc(t->u->arena, (s->count + 1) * sizeof(*rows));
	for (i = 0; i < s->count; i++) {
		f = &s->fields[i];
		if (f->source == PIMG_FIELD_PAD ||
		    strcmp(f->name, "sin_zero") == 0)
			continue;
		rows[n++] = pimg_printf(t->u->arena, "{ %u, %u, %s, %u },"
		    "\t/* %s */", pimg_tracer_string(t, f->name),
		    f->offset[t->abi], pimg_tracer_show(t, field_type(t, f)),
		    f->type.count, f->name);
	}
	index = pimg_tracer_index(t, &t->has_struct, s, &is_new);
	pimg_row(&t->structs, "{ %u, %zu, %u },\t/* %s */", t->fields.count,
	    n, s->size[t->abi], s->name);
	for (i = 0; i < n; i++)
		pimg_row(&t->fields, "%s", rows[i]);
	return (shown("STRUCT", 0, (unsigned)index));
}

struct pimg_shown
pimg_tracer_type(struct pimg_tracer *t, const struct pimg_type *ty,
    const struct pimg_map *m, bool is_signal)
{
	unsigned word = t->abi == PIMG_I386 ? 4 : 8;
	unsigned size = ty->scalar != NULL ? ty->scalar->size[t->abi] : word;

	if (is_signal || (m != NULL && m->kind == PIMG_MAP_SIGNAL))
		return (shown("SIGNAL", size, 0));
	if (m != NULL && ty->pointers == 0)
		return (shown(m->kind == PIMG_MAP_FLAGS ? "FLAGS" : "ENUM",
		    size, map_of(t, m)));
	if (ty->pointers > 0 || ty->kind == PIMG_TYPE_FUNCTION)
		return (shown("POINTER", word, 0));
	if (ty->kind == PIMG_TYPE_VOID)
		return (shown("VOID", 0, 0));
	if (ty->kind == PIMG_TYPE_STRUCT)
		return (structure(t, ty));
	return (scalar(t, ty));
}

bool
pimg_is_opaque(const struct pimg_shown *s)
{
	return (strcmp(s->kind, "NONE") == 0 || strcmp(s->kind, "VOID") == 0);
}

const char *
pimg_tracer_show(struct pimg_tracer *t, struct pimg_shown s)
{
	return (pimg_printf(t->u->arena, "{ PIMG_TV_%s, %u, %u }", s.kind,
	    s.size, s.ref));
}
