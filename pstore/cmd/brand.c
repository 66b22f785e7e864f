/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Which personality a program belongs to, by its brand.
 *
 * The rules come from the notes of the images that are current, in every
 * store: a note that the program carries, or its OSABI byte.  Notes are asked
 * first, they are the more precise.  An image that is only asked here is not
 * trusted by that: the one that is chosen is checked like any other.
 */
#include <dirent.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/program.h"

struct choice {
	int	fd;			/* the program */
	const struct elf_brief *brief;
	int	kind;			/* the rule that is tried */
	unsigned matches;		/* personalities of different names */
	char	name[PIMG_NAME_MAX + 1];
	char	other[PIMG_NAME_MAX + 1];
	char	rule[160];
};

static int
fits(struct choice *c, const struct pimg_brand *b)
{
	char owner[sizeof(b->owner) + 1];

	if (b->kind != c->kind)
		return (0);
	if (b->kind == PIMG_BRAND_OSABI) {
		snprintf(c->rule, sizeof(c->rule), "OSABI %u", b->osabi);
		return (b->osabi == c->brief->osabi);
	}
	memcpy(owner, b->owner, sizeof(b->owner));
	owner[sizeof(b->owner)] = '\0';
	snprintf(c->rule, sizeof(c->rule), "note %s type %u", owner,
	    (unsigned)b->note_type);
	return (elf_has_note(c->fd, owner, b->note_type));
}

static void
ask_image(struct choice *c, int fd)
{
	struct pimg_note note;
	char kept[sizeof(c->rule)];
	int i;

	if (elf_image_note(fd, &note) != 0 ||
	    !pstore_name_valid(note.personality))
		return;
	memcpy(kept, c->rule, sizeof(kept));
	for (i = 0; i < PIMG_BRANDS_MAX; i++) {
		if (note.brands[i].kind == PIMG_BRAND_NONE ||
		    !fits(c, &note.brands[i]))
			continue;
		if (c->matches == 0) {
			memcpy(c->name, note.personality, sizeof(c->name));
			c->matches = 1;
			return;
		}
		if (strcmp(c->name, note.personality) != 0) {
			memcpy(c->other, note.personality, sizeof(c->other));
			c->matches++;
		}
		break;
	}
	memcpy(c->rule, kept, sizeof(kept));
}

static void
ask_place(struct choice *c, const struct pstore_place *p)
{
	char path[NAME_MAX + sizeof("/x86_64")];
	struct dirent *d;
	DIR *dir;
	int current, fd;

	current = openat(p->fd, "current",
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	dir = current < 0 ? NULL : fdopendir(current);
	if (dir == NULL) {
		if (current >= 0)
			close(current);
		return;
	}
	while ((d = readdir(dir)) != NULL) {
		if (!pstore_name_valid(d->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/x86_64", d->d_name);
		fd = openat(current, path, O_RDONLY | O_CLOEXEC);
		if (fd < 0)
			continue;
		ask_image(c, fd);
		close(fd);
	}
	closedir(dir);
}

static void
choose(struct choice *c, const struct pstore_places *ps)
{
	static const int kinds[] = { PIMG_BRAND_NOTE, PIMG_BRAND_OSABI };
	size_t i, k;

	for (k = 0; k < 2 && c->matches == 0; k++) {
		c->kind = kinds[k];
		if (c->kind == PIMG_BRAND_OSABI && c->brief->osabi == 0)
			continue;	/* no brand at all */
		for (i = 0; i < ps->n; i++) {
			if (ps->v[i].fd >= 0)
				ask_place(c, &ps->v[i]);
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

int
program_brand(const struct program *p, const struct pstore_places *ps,
    char name[PIMG_NAME_MAX + 1], char *rule, size_t size,
    struct pstore_error *e)
{
	char why[256];
	struct choice c;

	if (p->brief.kind == ELF_SCRIPT)
		return (cannot(p, "it is a script", e));
	if (p->brief.kind != ELF_FILE)
		return (cannot(p, "it is not an ELF file, or cannot be read", e));
	memset(&c, 0, sizeof(c));
	c.brief = &p->brief;
	c.fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (c.fd < 0)
		return (cannot(p, "it cannot be read", e));
	choose(&c, ps);
	close(c.fd);
	if (c.matches == 0) {
		snprintf(why, sizeof(why), "no current image claims its brand "
		    "(OSABI %u); native programs carry none", p->brief.osabi);
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
