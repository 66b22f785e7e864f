/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The marks of a program's file, and the rules; brand.h has them in order.
 *
 * Facts used: OSABI numbers of the ELF gABI; the ABI tag notes of FreeBSD,
 * NetBSD, DragonFly and OpenBSD (each system's name, type 1) and GNU's (type
 * 1, first word of the descriptor: 0 Linux); the names of run-time linkers.
 */
#include "brand.h"

#define	PT_INTERP	3
#define	NT_ABI_TAG	1

static const char system_names[][10] = {
	[PIMG_SYSTEM_NONE] = "",
	[PIMG_SYSTEM_LINUX] = "linux",
	[PIMG_SYSTEM_FREEBSD] = "freebsd",
	[PIMG_SYSTEM_NETBSD] = "netbsd",
	[PIMG_SYSTEM_DRAGONFLY] = "dragonfly",
	[PIMG_SYSTEM_OPENBSD] = "openbsd",
	[PIMG_SYSTEM_UNKNOWN] = "unknown",
};

static const struct {
	char		owner[10];
	uint8_t		system;
} note_systems[] = {
	{ "FreeBSD", PIMG_SYSTEM_FREEBSD },
	{ "NetBSD", PIMG_SYSTEM_NETBSD },
	{ "DragonFly", PIMG_SYSTEM_DRAGONFLY },
	{ "OpenBSD", PIMG_SYSTEM_OPENBSD },
};

/* By the last component of the interpreter's name, or its beginning. */
static const struct {
	char		name[14];
	uint8_t		whole, system;
} linker_systems[] = {
	{ "ld-linux", 0, PIMG_SYSTEM_LINUX },
	{ "ld-musl-", 0, PIMG_SYSTEM_LINUX },
	{ "ld-lsb", 0, PIMG_SYSTEM_LINUX },
	{ "ld-uClibc", 0, PIMG_SYSTEM_LINUX },
	{ "ld64-uClibc", 0, PIMG_SYSTEM_LINUX },
	{ "linker64", 1, PIMG_SYSTEM_LINUX },
	{ "linker", 1, PIMG_SYSTEM_LINUX },
	{ "ld-elf.so.1", 1, PIMG_SYSTEM_FREEBSD },
	{ "ld-elf32.so.1", 1, PIMG_SYSTEM_FREEBSD },
	{ "ld-elf.so.2", 1, PIMG_SYSTEM_DRAGONFLY },
	{ "ld.elf_so", 0, PIMG_SYSTEM_NETBSD },
	{ "ld.so", 1, PIMG_SYSTEM_OPENBSD },
};

#define	N(a)	(sizeof(a) / sizeof((a)[0]))

static const char rule_names[][12] = {
	[PIMG_RULE_NATIVE] = "native",
	[PIMG_RULE_OWN] = "brand",
	[PIMG_RULE_NOTE] = "note",
	[PIMG_RULE_OSABI] = "osabi",
	[PIMG_RULE_INTERP] = "interpreter",
	[PIMG_RULE_GOOS] = "goos",
	[PIMG_RULE_NONE] = "none",
};

const char *
pimg_system_name(enum pimg_system s)
{

	return (system_names[s]);
}

const char *
pimg_rule_name(enum pimg_rule r)
{

	return (rule_names[r]);
}

static enum pimg_system
note_system(const struct pimg_brand_file *f, const struct pimg_brand_note *n)
{
	uint8_t os[4];
	unsigned i;

	if (n->type != NT_ABI_TAG)
		return (PIMG_SYSTEM_NONE);
	if (pimg_brand_same(n->owner, "GNU")) {
		if (n->size < 16 || pimg_brand_get(f, os, 4, n->desc) != 0)
			return (PIMG_SYSTEM_NONE);
		return (pimg_brand_number(os, 4) == 0 ? PIMG_SYSTEM_LINUX :
		    PIMG_SYSTEM_UNKNOWN);
	}
	for (i = 0; i < N(note_systems); i++)
		if (pimg_brand_same(n->owner, note_systems[i].owner))
			return (note_systems[i].system);
	return (PIMG_SYSTEM_NONE);
}

static enum pimg_system
osabi_system(uint8_t osabi)
{

	switch (osabi) {
	case 0:
		return (PIMG_SYSTEM_NONE);
	case 2:
		return (PIMG_SYSTEM_NETBSD);
	case 3:
		return (PIMG_SYSTEM_LINUX);
	case 9:
		return (PIMG_SYSTEM_FREEBSD);
	case 12:
		return (PIMG_SYSTEM_OPENBSD);
	default:
		return (PIMG_SYSTEM_UNKNOWN);
	}
}

static void
read_interp(const struct pimg_brand_file *f, char *out, size_t size)
{
	struct pimg_brand_segment s;
	unsigned i;

	for (i = 0; i < f->phnum; i++) {
		if (pimg_brand_segment(f, i, &s) != 0 || s.type != PT_INTERP)
			continue;
		if (s.filesz < size)
			size = (size_t)s.filesz + 1;
		if (pimg_brand_get(f, out, size - 1, s.offset) != 0)
			out[0] = '\0';
		out[size - 1] = '\0';
		return;
	}
}

static enum pimg_system
linker_system(const char *interp)
{
	const char *name = interp, *p, *q;
	unsigned i;

	for (p = interp; *p != '\0'; p++)
		if (*p == '/')
			name = p + 1;
	for (i = 0; i < N(linker_systems); i++) {
		for (p = name, q = linker_systems[i].name; *q != '\0' &&
		    *p == *q; p++, q++)
			;
		if (*q == '\0' && (*p == '\0' || !linker_systems[i].whole))
			return (linker_systems[i].system);
	}
	return (interp[0] == '\0' ? PIMG_SYSTEM_NONE : PIMG_SYSTEM_UNKNOWN);
}

void
pimg_brand_facts(struct pimg_brand_file *f, struct pimg_brand_facts *k)
{
	struct pimg_brand_note n = { .count = 0 };
	unsigned i;

	for (i = 0; i < sizeof(*k); i++)
		((char *)k)[i] = 0;
	k->kind = pimg_brand_open(f);
	k->osabi = f->osabi;
	k->machine = f->machine;
	if (k->kind != PIMG_FILE_ELF)
		return;
	while (k->note == PIMG_SYSTEM_NONE && pimg_brand_next(f, &n))
		k->note = note_system(f, &n);
	k->abi = osabi_system(k->osabi);
	read_interp(f, k->interp, sizeof(k->interp));
	k->linker = linker_system(k->interp);
	if (k->note == PIMG_SYSTEM_NONE && k->abi == PIMG_SYSTEM_NONE &&
	    (k->linker == PIMG_SYSTEM_NONE ||
	    k->linker == PIMG_SYSTEM_UNKNOWN))
		pimg_brand_goos(f, k->goos);
}

/* The system of a GOOS; Android's kernel is Linux. */
static enum pimg_system
goos_system(const char *goos)
{
	unsigned i;

	if (pimg_brand_same(goos, "android"))
		return (PIMG_SYSTEM_LINUX);
	for (i = PIMG_SYSTEM_NONE; i < PIMG_SYSTEM_UNKNOWN; i++)
		if (pimg_brand_same(goos, system_names[i]))
			return ((enum pimg_system)i);
	return (PIMG_SYSTEM_UNKNOWN);
}

/* A mark of nobody known gives way to one that says more. */
enum pimg_rule
pimg_brand_system(const struct pimg_brand_facts *k, enum pimg_system *s)
{
	enum pimg_rule rule = PIMG_RULE_NONE;
	unsigned i;

	*s = PIMG_SYSTEM_NONE;
	for (i = PIMG_RULE_NOTE; i < PIMG_RULE_NONE; i++) {
		enum pimg_system t = i == PIMG_RULE_NOTE ? k->note :
		    i == PIMG_RULE_OSABI ? k->abi :
		    i == PIMG_RULE_INTERP ? k->linker : goos_system(k->goos);

		if (t == PIMG_SYSTEM_NONE ||
		    (t == PIMG_SYSTEM_UNKNOWN && *s == t))
			continue;
		*s = t;
		rule = (enum pimg_rule)i;
		if (t != PIMG_SYSTEM_UNKNOWN)
			break;
	}
	return (rule);
}

static int
claims(const struct pimg_brand_file *f, const struct pimg_brand_facts *k,
    const struct pimg_brand *b)
{
	struct pimg_brand_note n = { .count = 0 };
	char owner[sizeof(b->owner) + 1];
	unsigned i;

	if (b->kind == PIMG_BRAND_OSABI)
		return (k->osabi != 0 && b->osabi == k->osabi);
	if (b->kind != PIMG_BRAND_NOTE)
		return (0);
	for (i = 0; i < sizeof(b->owner); i++)
		owner[i] = b->owner[i];
	owner[i] = '\0';
	while (pimg_brand_next(f, &n))
		if (n.type == b->note_type && pimg_brand_same(n.owner, owner))
			return (1);
	return (0);
}

/* Notes are asked first, they are the more precise. */
int
pimg_brand_claim(const struct pimg_brand_file *f,
    const struct pimg_brand_facts *k, const struct pimg_note *note)
{
	int i, kind;

	for (kind = PIMG_BRAND_NOTE; kind >= PIMG_BRAND_OSABI; kind--)
		for (i = 0; i < PIMG_BRANDS_MAX; i++)
			if (note->brands[i].kind == kind &&
			    claims(f, k, &note->brands[i]))
				return (i);
	return (-1);
}

/* Whether programs of this personality may be without any mark. */
static int
unmarked_stay(const struct pimg_note *note)
{
	int i;

	if (note->model == PIMG_MODEL_LINUX)
		return (1);
	for (i = 0; i < PIMG_BRANDS_MAX; i++)
		if (note->brands[i].kind == PIMG_BRAND_OSABI)
			return (0);
	return (1);
}

static void
by_system(const struct pimg_brand_facts *k, const struct pimg_note *note,
    struct pimg_verdict *v)
{
	const char *name;
	enum pimg_system s;
	unsigned i;

	v->rule = pimg_brand_system(k, &s);
	name = v->rule == PIMG_RULE_GOOS && s == PIMG_SYSTEM_UNKNOWN ?
	    k->goos : system_names[s];
	if (s == PIMG_SYSTEM_NONE)
		v->fate = unmarked_stay(note) ? PIMG_FATE_STAY :
		    PIMG_FATE_NATIVE;
	else if (pimg_brand_same(name, note->personality))
		v->fate = PIMG_FATE_STAY;
	else if (s == PIMG_SYSTEM_LINUX ||
	    (s == PIMG_SYSTEM_UNKNOWN && v->rule != PIMG_RULE_GOOS))
		/* an unknown mark is for the host to judge */
		v->fate = note->model == PIMG_MODEL_LINUX ? PIMG_FATE_STAY :
		    PIMG_FATE_NATIVE;
	else {
		v->fate = PIMG_FATE_OTHER;
		for (i = 0; name[i] != '\0'; i++)
			v->name[i] = name[i];
		v->name[i] = '\0';
	}
}

void
pimg_brand_decide(const struct pimg_brand_file *f,
    const struct pimg_brand_facts *k, const struct pimg_note *note,
    int native, struct pimg_verdict *v)
{

	v->name[0] = '\0';
	v->fate = PIMG_FATE_STAY;
	v->rule = PIMG_RULE_OWN;
	if (native) {
		v->rule = PIMG_RULE_NATIVE;
		v->fate = PIMG_FATE_NATIVE;
	} else if (pimg_brand_claim(f, k, note) < 0)
		by_system(k, note, v);
}

/* Without recursion: only the latest '*' is ever gone back to. */
static int
glob(const char *rule, const char *s)
{
	const char *star = NULL, *from = NULL;

	while (*s != '\0') {
		if (*rule == '*') {
			star = rule++;
			from = s;
		} else if (*rule == *s || *rule == '?') {
			rule++;
			s++;
		} else if (star != NULL) {
			rule = star + 1;
			s = ++from;
		} else
			return (0);
	}
	while (*rule == '*')
		rule++;
	return (*rule == '\0');
}

int
pimg_brand_glob(const char *rule, const char *path)
{
	const char *p;
	int slash = 0;

	for (p = rule; *p != '\0'; p++)
		slash |= *p == '/';
	if (!slash)
		for (p = path; *p != '\0'; p++)
			if (*p == '/')
				path = p + 1;
	return (glob(rule, path));
}
