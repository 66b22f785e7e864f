/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Reading a personality's folders.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pimg/parse.h"
#include "pimg/unit.h"
#include "pstore/manifest.h"

#define	DEPTH_MAX	8	/* of inheritance and of includes */
#define	FILES_MAX	256	/* in one folder */

struct loader {
	struct pimg_unit	*unit;
	const char		*protos;
	int			 depth;		/* of inheritance */
	int			 nesting;	/* of includes */
	const char		*chain[DEPTH_MAX];	/* who inherits whom */
	struct pstore_error	*error;
	bool			 failed;
};

static int load_personality(struct loader *, const char *name,
	    const struct pimg_pos *);

/* The folder of `sub` in the n-th of the list; -1 and errno. */
static int
open_in(struct loader *l, const char *dir, size_t len, const char *sub)
{
	char *path = pimg_printf(l->unit->arena, "%.*s/%s",
	    (int)(len == 0 ? 1 : len), len == 0 ? "." : dir, sub);

	return (open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
}

static bool
has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), s = strlen(suffix);

	return (n > s && name[0] != '.' && strcmp(name + n - s, suffix) == 0);
}

static int
compare(const void *a, const void *b)
{
	return (strcmp(*(char *const *)a, *(char *const *)b));
}

/* Names ending in suffix, sorted; NULL and the error record on failure. */
static char **
list_folder(struct loader *l, int fd, const char *folder, const char *suffix,
    size_t *count)
{
	char **names = pimg_alloc(l->unit->arena, sizeof(*names));
	struct dirent *e;
	DIR *d;
	int copy;

	*count = 0;
	if ((copy = openat(fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC)) < 0 ||
	    (d = fdopendir(copy)) == NULL) {
		pstore_fail_os(l->error, errno, "%s: cannot read", folder);
		if (copy >= 0)
			close(copy);
		return (NULL);
	}
	while ((e = readdir(d)) != NULL && *count < FILES_MAX) {
		if (has_suffix(e->d_name, suffix))
			PIMG_APPEND(l->unit->arena, names, *count,
			    pimg_strndup(l->unit->arena, e->d_name,
			    strlen(e->d_name)));
	}
	closedir(d);
	if (*count > 0)
		qsort(names, *count, sizeof(*names), compare);
	return (names);
}

static bool
loaded(const struct pimg_unit *u, const char *name)
{
	size_t i;

	for (i = 0; i < u->nsources; i++) {
		if (strcmp(u->sources[i]->name, name) == 0)
			return (true);
	}
	return (false);
}

static struct pimg_source *
read_source(struct loader *l, int fd, const char *folder, const char *file)
{
	struct pimg_unit *u = l->unit;
	struct pimg_source *s = pimg_alloc(u->arena, sizeof(*s));
	const char *name = pimg_printf(u->arena, "%s/%s", folder, file);

	if (pimg_source_read(u->arena, fd, file, name, s, l->error) < 0) {
		l->failed = true;
		return (NULL);
	}
	s->folder = folder;
	s->dropin = has_suffix(folder, ".d");
	s->rank = 2 * (DEPTH_MAX - l->depth) + s->dropin;
	s->inherited = l->depth > 0;
	PIMG_APPEND(u->arena, u->sources, u->nsources, s);
	return (s);
}

static int parse_file(struct loader *, int fd, const char *folder,
	    const char *file);

static bool
include_file(struct pimg_parser *p, struct loader *l, const char *name,
    struct pimg_pos pos)
{
	const char *folder = p->source->folder, *dir = l->protos;
	size_t len;
	int fd = -1;

	if (strchr(name, '/') != NULL || name[0] == '.' || name[0] == '\0') {
		pimg_diag(p->diags, PIMG_ERROR, pos,
		    "the name of a file in the same folder",
		    "cannot include '%s'", name);
		return (false);
	}
	if (loaded(p->unit, pimg_printf(p->arena, "%s/%s", folder, name)))
		return (true);
	if (l->nesting >= DEPTH_MAX) {
		pimg_err(p->diags, pos, "includes are nested too deeply");
		return (false);
	}
	while (fd < 0 && dir != NULL && *dir != '\0') {
		len = strcspn(dir, ":");
		fd = open_in(l, dir, len, folder);
		if (fd >= 0 && faccessat(fd, name, F_OK, 0) < 0) {
			close(fd);
			fd = -1;
		}
		dir += len + (dir[len] == ':');
	}
	if (fd < 0) {
		pimg_err(p->diags, pos, "%s/%s: no such file", folder, name);
		return (false);
	}
	l->nesting++;
	parse_file(l, fd, folder, name);
	l->nesting--;
	close(fd);
	return (true);
}

static bool
include(struct pimg_parser *p, const char *name, struct pimg_pos pos,
    bool is_inherit)
{
	struct loader *l = p->loader;
	int depth = l->depth, i;

	if (!is_inherit)
		return (include_file(p, l, name, pos));
	if (!pstore_name_valid(name)) {
		pimg_err(p->diags, pos, "'%s' is no personality's name", name);
		return (false);
	}
	/* The depth follows the folder that says `inherit`. */
	l->depth = DEPTH_MAX - p->source->rank / 2 + 1;
	for (i = 0; i < l->depth && strcmp(l->chain[i], name) != 0; i++)
		;
	if (i < l->depth || l->depth >= DEPTH_MAX) {
		pimg_err(p->diags, pos, i < l->depth ?
		    "personality '%s' inherits itself" :
		    "personality '%s' is inherited too deeply", name);
		l->depth = depth;
		return (false);
	}
	load_personality(l, name, &pos);
	l->depth = depth;
	return (true);
}

static int
parse_file(struct loader *l, int fd, const char *folder, const char *file)
{
	struct pimg_parser p = {0};
	struct pimg_source *s;

	if ((s = read_source(l, fd, folder, file)) == NULL)
		return (-1);
	p.unit = l->unit;
	p.arena = l->unit->arena;
	p.diags = l->unit->diags;
	p.source = s;
	p.include = include;
	p.loader = l;
	pimg_parse(&p);
	return (l->failed ? -1 : 0);
}

static int
load_hooks(struct loader *l, int fd, const char *folder, const char *suffix)
{
	struct pimg_source *s;
	char **names;
	size_t n, i;

	if ((names = list_folder(l, fd, folder, suffix, &n)) == NULL)
		return (-1);
	for (i = 0; i < n; i++) {
		if (loaded(l->unit, pimg_printf(l->unit->arena, "%s/%s",
		    folder, names[i])))
			continue;
		if ((s = read_source(l, fd, folder, names[i])) == NULL)
			return (-1);
		s->is_hook = 1;
	}
	return (0);
}

static int
load_folder(struct loader *l, int fd, const char *folder)
{
	char **names;
	size_t n, i;

	if ((names = list_folder(l, fd, folder, ".proto", &n)) == NULL)
		goto fail;
	if (n == 0 && !has_suffix(folder, ".d")) {
		pstore_fail(l->error, PSTORE_NOTFOUND,
		    "%s: no prototype files (*.proto) in the folder", folder);
		goto fail;
	}
	for (i = 0; i < n; i++) {
		const char *name = pimg_printf(l->unit->arena, "%s/%s",
		    folder, names[i]);

		if (!loaded(l->unit, name) &&
		    parse_file(l, fd, folder, names[i]) < 0)
			goto fail;
	}
	if (load_hooks(l, fd, folder, ".c") < 0 ||
	    load_hooks(l, fd, folder, ".h") < 0)
		goto fail;
	return (0);
fail:
	l->failed = true;
	return (-1);
}

/* NAME from the first folder of the list that has it. */
static int
load_personality(struct loader *l, const char *name,
    const struct pimg_pos *pos)
{
	const char *dir;
	size_t len;
	int fd = -1, rv;

	for (dir = l->protos; fd < 0 && *dir != '\0';
	    dir += len + (dir[len] == ':')) {
		len = strcspn(dir, ":");
		fd = open_in(l, dir, len, name);
	}
	if (fd < 0 && pos != NULL) {
		pimg_err(l->unit->diags, *pos, "no personality '%s' in %s",
		    name, l->protos);
		return (0);
	}
	if (fd < 0) {
		l->failed = true;
		pstore_fail(l->error, PSTORE_NOTFOUND,
		    "%s: no such personality in %s", name, l->protos);
		return (pstore_hint(l->error, "prototypes are searched in "
		    "--protos, PIMG_PROTOS, then the installation's"));
	}
	l->chain[l->depth] = name;
	rv = load_folder(l, fd, name);
	close(fd);
	return (rv);
}

static int
load_dropins(struct loader *l, const char *name)
{
	const char *dir, *folder = pimg_printf(l->unit->arena, "%s.d", name);
	size_t len;
	int fd, rv = 0;

	for (dir = l->protos; rv == 0 && *dir != '\0';
	    dir += len + (dir[len] == ':')) {
		len = strcspn(dir, ":");
		if ((fd = open_in(l, dir, len, folder)) < 0)
			continue;
		rv = load_folder(l, fd, folder);
		close(fd);
	}
	return (rv);
}

void
pimg_unit_init(struct pimg_unit *u)
{
	*u = (struct pimg_unit){0};
	u->arena = calloc(1, sizeof(*u->arena));
	u->diags = calloc(1, sizeof(*u->diags));
	if (u->arena == NULL || u->diags == NULL)
		abort();
	u->diags->arena = u->arena;
	u->tables[PIMG_X86_64].declared = true;
}

void
pimg_unit_free(struct pimg_unit *u)
{
	if (u->arena != NULL)
		pimg_arena_free(u->arena);
	free(u->arena);
	free(u->diags);
	*u = (struct pimg_unit){0};
}

void
pimg_unit_parse(struct pimg_unit *u, const struct pimg_source *s)
{
	struct pimg_parser p = {0};

	u->name = "text";
	p.unit = u;
	p.arena = u->arena;
	p.diags = u->diags;
	p.source = s;
	pimg_parse(&p);
}

int
pimg_unit_load(struct pimg_unit *u, const char *protos, const char *name,
    struct pstore_error *error)
{
	struct loader l = { .unit = u, .protos = protos, .error = error };

	pimg_unit_init(u);
	u->name = name;
	if (!pstore_name_valid(name))
		return (pstore_fail(error, PSTORE_USAGE,
		    "%s: not a personality's name (a-z, 0-9, _; at most %d "
		    "characters)", name, PIMG_NAME_MAX));
	if (load_personality(&l, name, NULL) < 0 || load_dropins(&l, name) < 0)
		return (-1);
	return (l.failed ? -1 : 0);
}

bool
pimg_is_personality(const char *protos, const char *name)
{
	struct pstore_error ignored;
	struct pimg_unit u;
	bool yes;

	yes = pimg_unit_load(&u, protos, name, &ignored) == 0 && !u.is_base &&
	    u.personality.name != NULL && strcmp(u.personality.name, name) == 0;
	pimg_unit_free(&u);
	return (yes);
}
