/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Which personality a program belongs to, by its brand.
 *
 * The rules come from the notes of the images that are current, in every
 * store: a note that the program carries, or its OSABI byte.  Notes are asked
 * first, they are the more precise.  An image that is only asked here is not
 * trusted by that: the one that is chosen is checked like any other.  A
 * program that nobody claims is its system's if it says which that is, for
 * instance by Go's build information.
 */
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/program.h"
#include "pstore/io.h"

struct choice {
	struct pimg_brand_file file;	/* the program */
	const struct pimg_brand_facts *facts;
	int	kind;			/* the rule that is tried */
	unsigned matches;		/* personalities of different names */
	char	name[PIMG_NAME_MAX + 1];
	char	other[PIMG_NAME_MAX + 1];
	char	rule[160];
};

static void
describe(const struct pimg_brand *b, char *rule, size_t size)
{
	if (b->kind == PIMG_BRAND_OSABI)
		snprintf(rule, size, "OSABI %u", b->osabi);
	else
		snprintf(rule, size, "note %.*s type %u",
		    (int)sizeof(b->owner), b->owner, (unsigned)b->note_type);
}

static void
ask_image(struct choice *c, int fd)
{
	struct pimg_note note;
	int i;

	if (elf_image_note(fd, &note) != 0 ||
	    !pstore_name_valid(note.personality))
		return;
	i = pimg_brand_claim(&c->file, c->facts, &note);
	if (i < 0 || note.brands[i].kind != c->kind)
		return;
	if (c->matches == 0) {
		memcpy(c->name, note.personality, sizeof(c->name));
		c->matches = 1;
		describe(&note.brands[i], c->rule, sizeof(c->rule));
	} else if (strcmp(c->name, note.personality) != 0) {
		memcpy(c->other, note.personality, sizeof(c->other));
		c->matches++;
	}
}

static int
ask_entry(void *arg, int current, const char *name, struct pstore_error *e)
{
	char path[NAME_MAX + sizeof("/x86_64")];
	int fd;

	(void)e;
	if (!pstore_name_valid(name))
		return (0);
	snprintf(path, sizeof(path), "%s/x86_64", name);
	fd = openat(current, path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		ask_image(arg, fd);
		close(fd);
	}
	return (0);
}

static void
choose(struct choice *c, const struct pstore_places *ps)
{
	static const int kinds[] = { PIMG_BRAND_NOTE, PIMG_BRAND_OSABI };
	struct pstore_error ignored;
	size_t i, k;

	for (k = 0; k < 2 && c->matches == 0; k++) {
		c->kind = kinds[k];
		for (i = 0; i < ps->n; i++) {
			if (ps->v[i].fd >= 0)
				pstore_dir_each(ps->v[i].fd, "current",
				    ps->v[i].path, ask_entry, c, &ignored);
		}
	}
}

static int
cannot(const struct program *p, const char *why, struct pstore_error *e)
{
	pstore_fail(e, PSTORE_NOTFOUND, "%s: choose a personality: %s", p->word,
	    why);
	return (pstore_hint(e, "name one: pstore exec NAME -- %.300s", p->word));
}

/* Nobody claims it: the system that it names. */
static void
by_system(struct choice *c)
{
	enum pimg_system system;
	enum pimg_rule rule;
	const char *name;

	rule = pimg_brand_system(c->facts, &system);
	name = rule == PIMG_RULE_GOOS && system == PIMG_SYSTEM_UNKNOWN ?
	    c->facts->goos : pimg_system_name(system);
	if (system == PIMG_SYSTEM_NONE || system == PIMG_SYSTEM_LINUX ||
	    (system == PIMG_SYSTEM_UNKNOWN && rule != PIMG_RULE_GOOS))
		return;
	snprintf(c->name, sizeof(c->name), "%s", name);
	c->matches = 1;
	if (rule == PIMG_RULE_GOOS)
		snprintf(c->rule, sizeof(c->rule), "GOOS=%s in Go's build "
		    "information", c->facts->goos);
	else if (rule == PIMG_RULE_INTERP)
		snprintf(c->rule, sizeof(c->rule), "interpreter %s",
		    c->facts->interp);
	else if (rule == PIMG_RULE_OSABI)
		snprintf(c->rule, sizeof(c->rule), "OSABI %u",
		    c->facts->osabi);
	else
		snprintf(c->rule, sizeof(c->rule), "ABI note of %s", name);
}

int
program_brand(const struct program *p, const struct pstore_places *ps,
    char name[PIMG_NAME_MAX + 1], char *rule, size_t size,
    struct pstore_error *e)
{
	struct pimg_brand_facts facts;
	char why[256];
	struct choice c;
	int fd;

	if (p->facts.kind == PIMG_FILE_SCRIPT)
		return (cannot(p, "it is a script", e));
	if (p->facts.kind != PIMG_FILE_ELF)
		return (cannot(p, "it is not an ELF file, or cannot be read", e));
	memset(&c, 0, sizeof(c));
	fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return (cannot(p, "it cannot be read", e));
	elf_facts(fd, &c.file, &facts);
	c.facts = &facts;
	choose(&c, ps);
	close(fd);
	if (c.matches == 0)
		by_system(&c);
	if (c.matches == 0) {
		snprintf(why, sizeof(why), "no current image claims its brand "
		    "(OSABI %u); native programs carry none", facts.osabi);
		return (cannot(p, why, e));
	}
	if (c.matches > 1) {
		snprintf(why, sizeof(why), "%s and %s both claim its brand",
		    c.name, c.other);
		return (cannot(p, why, e));
	}
	memcpy(name, c.name, sizeof(c.name));
	snprintf(rule, size, "%s", c.rule);
	return (0);
}
