/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A test program for the conversions of a personality.
 *
 * It includes the generated shims.c as it goes into the image, and sends
 * every item of every map, and random values of every map and structure,
 * through both directions.  What must hold:
 *
 *	maps		an item of both ways comes back as it was, and so do
 *			random sets of flags; an unknown value meets the policy
 *	structures	every field that converts comes back; bytes outside
 *			the fields are zero
 *
 * It is compiled with sanitizers; it prints what failed and how many checks
 * were made.
 */
#include <string.h>

#include "pimg/gen.h"
#include "pimg/unit.h"

static const char prologue[] =
    "#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n\n"
    "#include \"shims.c\"\n\n"
    "static unsigned long checks, failures;\n\n"
    "static void\ncheck(int ok, const char *what, uint64_t value)\n{\n"
    "\tchecks++;\n\tif (ok)\n\t\treturn;\n\tfailures++;\n"
    "\tprintf(\"%s: 0x%llx\\n\", what, (unsigned long long)value);\n}\n\n"
    "/* Small values as often as large ones. */\n"
    "static uint64_t\nrnd(void)\n{\n"
    "\tstatic uint64_t x = 88172645463325252u;\n\n"
    "\tx ^= x << 13;\n\tx ^= x >> 7;\n\tx ^= x << 17;\n"
    "\treturn ((x * 2685821657736338717u) >> (x % 64));\n}\n\n"
    "/* The runtime, as far as shims.c refers to it. */\n"
    "const char pimg_personality[] = \"test\", pimg_release[] = \"1.0\";\n"
    "long pimg_sys6(long nr, long a, long b, long c, long d, long e, long f)\n"
    "{ (void)nr; (void)a; (void)b; (void)c; (void)d; (void)e; (void)f;\n"
    "return (0); }\n"
    "long pimg_call6(long nr, long a, long b, long c, long d, long e, long f)\n"
    "{ (void)nr; (void)a; (void)b; (void)c; (void)d; (void)e; (void)f;\n"
    "return (0); }\n"
    "int pimg_guarded(unsigned long a, unsigned long n)\n"
    "{ (void)a; (void)n; return (0); }\n"
    "long pimg_copyin(void *d, pimg_addr s, size_t n)\n"
    "{ memcpy(d, (void *)s, n); return (0); }\n"
    "long pimg_copyout(pimg_addr d, const void *s, size_t n)\n"
    "{ memcpy((void *)d, s, n); return (0); }\n"
    "long pimg_pathin(char *d, pimg_addr s)\n"
    "{ strcpy(d, (char *)s); return (0); }\n"
    "void *pimg_scratch(size_t n) { return (calloc(1, n)); }\n"
    "void *pimg_memset(void *d, int c, size_t n)\n"
    "{ return (memset(d, c, n)); }\n"
    "void *pimg_memcpy(void *d, const void *s, size_t n)\n"
    "{ return (memcpy(d, s, n)); }\n"
    "long pimg_name_in(char *s, size_t n) { (void)s; (void)n; return (0); }"
    "\n"
    "void pimg_missing(const char *what, unsigned long v)\n"
    "{ (void)what; (void)v; }\n"
    "char *pimg_strlcpy(char *d, const char *s, size_t n)\n"
    "{ snprintf(d, n, \"%s\", s); return (d); }\n";

/* Every field must have a value: the first of those other than the item's. */
static void
others(const struct pimg_map *m, const struct pimg_item *it, uint64_t *foreign,
    uint64_t *native)
{
	const struct pimg_item *o;
	uint64_t seen = it->mask;
	size_t i;

	*foreign = *native = 0;
	for (i = 0; i < m->count; i++) {
		o = &m->items[i];
		if (o->mask == 0 || o->way != PIMG_BOTH || (o->mask & seen))
			continue;
		seen |= o->mask;
		*foreign |= o->foreign;
		*native |= o->native;
	}
}

static void
items(const struct pimg_map *m, struct pimg_text *t)
{
	const struct pimg_item *it;
	uint64_t f, n;
	size_t i;

	for (i = 0; i < m->count; i++) {
		it = &m->items[i];
		others(m, it, &f, &n);
		if (it->way == PIMG_ITEM_REJECT)
			pimg_add(t, "\tcheck(map_%s_in(0x%llxu, &v) == -%d, "
			    "\"%s %s rejected\", v);\n", m->name,
			    pimg_ull(it->foreign | f), it->error, m->name,
			    it->name);
		if (it->way == PIMG_ITEM_DROP)
			pimg_add(t, "\tcheck(map_%s_in(0x%llxu, &v) == 0 && "
			    "v == 0x%llxu, \"%s %s dropped\", v);\n", m->name,
			    pimg_ull(it->foreign | f), pimg_ull(n), m->name, it->name);
		if (it->way == PIMG_BOTH || it->way == PIMG_FORWARD)
			pimg_add(t, "\tcheck(map_%s_in(0x%llxu, &v) == 0 && "
			    "v == 0x%llxu, \"%s %s in\", v);\n", m->name,
			    pimg_ull(it->foreign | f), pimg_ull(it->native | n),
			    m->name, it->name);
		if (it->way == PIMG_BOTH || it->way == PIMG_REVERSE)
			pimg_add(t, "\tcheck(map_%s_out(0x%llxu, &v) == 0 && "
			    "v == 0x%llxu, \"%s %s out\", v);\n", m->name,
			    pimg_ull(it->native | n), pimg_ull(it->foreign | f),
			    m->name, it->name);
	}
}

/*
 * A random value of the map: one of an enumeration, or a set of flags.  Two
 * flags with a bit in common on either side (O_SYNC and O_DSYNC) are not
 * picked together: they come back as the wider one.
 */
static void
picker(const struct pimg_map *m, struct pimg_text *t)
{
	const struct pimg_item *it;
	uint64_t mask = 0;
	size_t i, n = 0;

	pimg_add(t, "\nPIMG_UNUSED static uint64_t\npick_%s(void)\n{\n"
	    "\tuint64_t x = 0, used = 0;\n\n", m->name);
	for (i = 0; i < m->count; i++) {
		it = &m->items[i];
		if (it->way != PIMG_BOTH)
			continue;
		if (m->kind != PIMG_MAP_FLAGS)
			pimg_add(t, "\tif (rnd() %% %zu == 0)\n"
			    "\t\tx = 0x%llxu;\n", ++n, pimg_ull(it->foreign));
		else if (it->mask == 0)
			pimg_add(t, "\tif ((x & 0x%llx) == 0 && (used & "
			    "0x%llx) == 0 && (rnd() & 1)) {\n\t\tx |= "
			    "0x%llxu;\n\t\tused |= 0x%llxu;\n\t}\n",
			    pimg_ull(it->foreign), pimg_ull(it->native),
			    pimg_ull(it->foreign), pimg_ull(it->native));
		else if (it->mask != mask) {
			pimg_add(t, "\tx = (x & ~UINT64_C(0x%llx)) | "
			    "0x%llxu;\n", pimg_ull(it->mask), pimg_ull(it->foreign));
			mask = it->mask;
		} else
			pimg_add(t, "\tif (rnd() %% 3 == 0)\n"
			    "\t\tx = (x & ~UINT64_C(0x%llx)) | 0x%llxu;\n",
			    pimg_ull(it->mask), pimg_ull(it->foreign));
	}
	pimg_add(t, "\t(void)used;\n\treturn (x);\n}\n");
}

static void
map_test(const struct pimg_map *m, struct pimg_text *t)
{
	picker(m, t);
	pimg_add(t, "\nstatic void\ntest_map_%s(void)\n{\n"
	    "\tuint64_t v = 0, w = 0, x;\n\tint i;\n\n", m->name);
	items(m, t);
	pimg_add(t, "\tfor (i = 0; i < 20000; i++) {\n"
	    "\t\tx = pick_%s();\n"
	    "\t\tcheck(map_%s_in(x, &v) == 0 && map_%s_out(v, &w) == 0 && "
	    "w == x, \"%s round\", x);\n"
	    "\t\tx = rnd();\n\t\tif (map_%s_in(x, &v) == 0)\n"
	    "\t\t\tmap_%s_out(v, &w);\n\t\tmap_%s_out(x, &w);\n\t}\n}\n",
	    m->name, m->name, m->name, m->name, m->name, m->name, m->name);
}

/* Does the field's value survive both directions whenever both succeed? */
static bool
faithful(const struct pimg_field *f)
{
	return (f->source == PIMG_FIELD_NATIVE && f->native != NULL &&
	    !pimg_is_struct(&f->type) && f->narrow == PIMG_FAIL &&
	    f->type.count == f->native->type.count);
}

static void
fill(const struct pimg_struct *s, struct pimg_text *t)
{
	const struct pimg_field *f;
	size_t i;

	for (i = 0; i < s->count; i++) {
		f = &s->fields[i];
		if (pimg_is_struct(&f->type) || f->type.count > 0)
			continue;	/* random bytes will do */
		if (f->map != NULL && !f->map->identity && !f->map->in_c)
			pimg_add(t, "\t\tf.%s = pick_%s();\n", f->name,
			    f->map->name);
		else
			pimg_add(t, "\t\tf.%s = rnd();\n", f->name);
	}
}

static void
compare(const struct pimg_struct *s, struct pimg_text *t)
{
	const struct pimg_field *f;
	size_t i;

	for (i = 0; i < s->count; i++) {
		f = &s->fields[i];
		if (!faithful(f))
			continue;
		if (f->type.count > 0)
			pimg_add(t, "\t\tcheck(memcmp(g.%s, f.%s, "
			    "sizeof(f.%s)) == 0, \"%s.%s\", 0);\n", f->name,
			    f->name, f->name, s->name, f->name);
		else
			pimg_add(t, "\t\tcheck(g.%s == f.%s, \"%s.%s\", "
			    "(uint64_t)f.%s);\n", f->name, f->name, s->name,
			    f->name, f->name);
	}
}

/* Padding: every byte of the result that is in no field. */
static void
padding(const struct pimg_struct *s, enum pimg_abi abi, struct pimg_text *t)
{
	const struct pimg_field *f;
	uint32_t at = 0;
	size_t i;

	for (i = 0; i < s->count; i++) {
		f = &s->fields[i];
		for (; at < f->offset[abi]; at++)
			pimg_add(t, "\t\tcheck(((unsigned char *)&g)[%u] == 0, "
			    "\"%s padding\", %u);\n", at, s->name, at);
		at = f->offset[abi];
		if (f->source == PIMG_FIELD_PAD) {
			pimg_add(t, "\t\tcheck(((unsigned char *)&g)[%u] == 0, "
			    "\"%s.%s\", %u);\n", at, s->name, f->name, at);
		}
		at += f->size[abi];
	}
	for (; at < s->size[abi]; at++)
		pimg_add(t, "\t\tcheck(((unsigned char *)&g)[%u] == 0, "
		    "\"%s padding\", %u);\n", at, s->name, at);
}

static void
struct_test(const struct pimg_struct *s, enum pimg_abi abi,
    struct pimg_text *t)
{
	pimg_add(t, "\nstatic void\ntest_struct_%s(void)\n{\n"
	    "\tstruct f_%s f, g;\n\tstruct n_%s n;\n\tint i, j;\n\n"
	    "\tfor (i = 0; i < 20000; i++) {\n"
	    "\t\tfor (j = 0; j < (int)sizeof(f); j++)\n"
	    "\t\t\t((unsigned char *)&f)[j] = rnd();\n", s->name, s->name,
	    s->native->name);
	fill(s, t);
	pimg_add(t, "\t\tmemset(&g, 0xa5, sizeof(g));\n"
	    "\t\tmemset(&n, 0xa5, sizeof(n));\n"
	    "\t\tif (in_%s(&n, &f) != 0 || out_%s(&g, &n) != 0)\n"
	    "\t\t\tcontinue;\n", s->name, s->name);
	compare(s, t);
	padding(s, abi, t);
	pimg_add(t, "\t}\n\tfor (i = 0; i < 20000; i++) {\n"
	    "\t\tfor (j = 0; j < (int)sizeof(n); j++)\n"
	    "\t\t\t((unsigned char *)&n)[j] = rnd();\n"
	    "\t\tif (out_%s(&g, &n) == 0)\n\t\t\tin_%s(&n, &g);\n\t}\n}\n",
	    s->name, s->name);
}

static void
stub(const char *prefix, const char *name, const char *suffix,
    struct pimg_text *t)
{
	pimg_add(t, "long %s%s%s\n", prefix, name, suffix);
}

/* What the C of a personality, or the runtime, would do: nothing. */
static void
stubs(const struct pimg_unit *u, enum pimg_abi abi, struct pimg_text *t)
{
	static const char body[] = "(struct pimg_frame *f)\n"
	    "{ (void)f; return (0); }";
	const struct pimg_table *table = &u->tables[abi];
	const struct pimg_call *c;
	size_t i, j;

	for (i = 0; i < u->nmaps; i++) {
		if (!u->maps[i]->in_c || !u->maps[i]->used)
			continue;
		stub("map_", u->maps[i]->name, "_in(uint64_t v, uint64_t *r)\n"
		    "{ *r = v; return (0); }", t);
		stub("map_", u->maps[i]->name, "_out(uint64_t v, uint64_t *r)"
		    "\n{ *r = v; return (0); }", t);
	}
	for (i = 0; i < u->nstructs; i++) {
		if (u->structs[i]->in_c && u->structs[i]->used)
			pimg_add(t, "long in_%s(struct n_%s *n, const struct "
			    "f_%s *f)\n{ (void)n; (void)f; return (0); }\n"
			    "long out_%s(struct f_%s *f, const struct n_%s *n)"
			    "\n{ (void)n; (void)f; return (0); }\n",
			    u->structs[i]->name, u->structs[i]->native->name,
			    u->structs[i]->name, u->structs[i]->name,
			    u->structs[i]->name, u->structs[i]->native->name);
	}
	for (i = 0; i < table->count; i++) {
		c = table->calls[i];
		if (!pimg_is_wrapped(c))
			continue;
		for (j = 0; j < i; j++) {
			if (pimg_is_wrapped(table->calls[j]) &&
			    table->calls[j]->target.kind == c->target.kind &&
			    strcmp(table->calls[j]->target.name,
			    c->target.name) == 0)
				break;
		}
		if (j == i)
			stub(c->target.kind == PIMG_TO_HOOK ? "hook_" :
			    "pimg_rt_", c->target.name, body, t);
	}
}

/* Each variant of a head, whole: the same length and choice come back. */
static void
head_test(const struct pimg_struct *s, struct pimg_text *t)
{
	const struct pimg_variants *vs = s->head->variants;
	size_t i;

	pimg_add(t, "\nstatic void\ntest_head_%s(void)\n{\n"
	    "\tunion fu_%s f, g;\n\tunion nu_%s n;\n"
	    "\tuint64_t nlen, flen;\n\tint i, j;\n\n"
	    "\tfor (i = 0; i < 20000; i++) {\n"
	    "\t\tfor (j = 0; j < (int)sizeof(f); j++)\n"
	    "\t\t\t((unsigned char *)&f)[j] = rnd();\n", s->name, s->name,
	    s->name);
	for (i = 0; i < vs->count; i++) {
		if (!vs->list[i].has_payload)
			continue;
		pimg_add(t, "\t\tf.head.%s = 0x%llx;\n"
		    "\t\tif (in_%s(&n, &nlen, &f, sizeof(f.v_%s)) == 0 "
		    "&&\n\t\t    out_%s(&g, &flen, &n, nlen) == 0)\n"
		    "\t\t\tcheck(flen == sizeof(f.v_%s) && g.head.%s == "
		    "f.head.%s, \"%s %s\", flen);\n", s->head->name,
		    pimg_ull(vs->list[i].item.foreign), s->name,
		    vs->list[i].item.name, s->name, vs->list[i].item.name,
		    s->head->name, s->head->name, s->name,
		    vs->list[i].item.name);
	}
	pimg_add(t, "\t\tif (in_%s(&n, &nlen, &f, rnd() %% "
	    "sizeof(f)) == 0)\n\t\t\tout_%s(&g, &flen, &n, nlen);\n"
	    "\t\tfor (j = 0; j < (int)sizeof(n); j++)\n"
	    "\t\t\t((unsigned char *)&n)[j] = rnd();\n"
	    "\t\tout_%s(&g, &flen, &n, rnd() %% sizeof(n));\n\t}\n}\n",
	    s->name, s->name, s->name);
}

/* Hooks that serve a variant are never called here. */
static void
hook_stubs(const struct pimg_unit *u, struct pimg_text *t)
{
	const struct pimg_item *it;
	size_t i, j;

	for (i = 0; i < u->nvariants; i++) {
		for (j = 0; j < u->variants[i]->count; j++) {
			it = &u->variants[i]->list[j].item;
			if (it->way == PIMG_ITEM_HOOK)
				pimg_add(t, "#define hook_%s unused_hook\n",
				    it->native_name);
		}
	}
	pimg_add(t, "struct pimg_frame;\n"
	    "long unused_hook(struct pimg_frame *f);\n"
	    "long unused_hook(struct pimg_frame *f) { (void)f; return (0); }"
	    "\n\n");
}

void
pimg_gen_roundtrip(const struct pimg_unit *u, enum pimg_abi abi,
    struct pimg_text *t)
{
	struct pimg_text calls = {0};
	size_t i;

	pimg_gen_banner(u, "Sends values through every map and structure.", t);
	hook_stubs(u, t);
	pimg_add(t, "%s", prologue);
	stubs(u, abi, t);
	for (i = 0; i < u->nmaps; i++) {
		if (u->maps[i]->identity || !u->maps[i]->used ||
		    u->maps[i]->in_c)
			continue;
		map_test(u->maps[i], t);
		pimg_add(&calls, "\ttest_map_%s();\n", u->maps[i]->name);
	}
	for (i = 0; i < u->nstructs; i++) {
		const struct pimg_struct *s = u->structs[i];

		if (s->is_native || s->identity || !s->used ||
		    s->native == NULL || s->in_c)
			continue;
		if (s->head != NULL) {
			head_test(s, t);
			pimg_add(&calls, "\ttest_head_%s();\n", s->name);
			continue;
		}
		struct_test(s, abi, t);
		pimg_add(&calls, "\ttest_struct_%s();\n", s->name);
	}
	pimg_add(t, "\nint\nmain(void)\n{\n");
	pimg_addn(t, calls.data, calls.len);
	pimg_add(t, "\tprintf(\"%%lu checks, %%lu failures\\n\", checks, "
	    "failures);\n\treturn (failures != 0);\n}\n");
	pimg_text_free(&calls);
}
