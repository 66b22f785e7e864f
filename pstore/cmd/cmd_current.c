/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore current: which version of each personality exec would take.
 *
 * It reads the links, as exec does, and not the catalogue.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/verbs.h"
#include "pstore/io.h"

struct names {
	size_t	n;
	char	(*v)[PIMG_NAME_MAX + 1];
};

static int
by_name(const void *a, const void *b)
{
	return (strcmp(a, b));
}

struct collection {
	struct cli *c;
	size_t	i;			/* of the store */
	struct names *names;
};

static int
collect_entry(void *arg, int dir, const char *entry, struct pstore_error *e)
{
	struct collection *o;
	struct names *names;
	void *more;

	(void)dir;
	o = arg;
	names = o->names;
	if (!pstore_name_valid(entry) || !cli_effective(o->c, o->i, entry))
		return (0);
	more = reallocarray(names->v, names->n + 1, sizeof(names->v[0]));
	if (more == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: list", entry));
	names->v = more;
	strcpy(names->v[names->n++], entry);
	return (0);
}

/* The links of store I that decide, in order. */
static int
collect(struct cli *c, size_t i, struct names *names)
{
	struct collection o = { c, i, names };
	const struct pstore_place *p;
	struct stat st;

	memset(names, 0, sizeof(*names));
	p = &c->places.v[i];
	if (fstatat(p->fd, "current", &st, AT_SYMLINK_NOFOLLOW) != 0 &&
	    errno == ENOENT)
		return (0);
	if (pstore_dir_each(p->fd, "current", p->path, collect_entry, &o,
	    &c->err) != 0)
		return (-1);
	if (names->n > 0)
		qsort(names->v, names->n, sizeof(names->v[0]), by_name);
	return (0);
}

static int
print(struct cli *c, const struct pstore_place *p, const char *name, int *rows)
{
	char image[PSTORE_IMAGE_MAX];
	uint32_t n;

	if (pstore_current(p, name, &n, &c->err) != 0)
		return (-1);
	snprintf(image, sizeof(image), "%.*s@%u", PIMG_NAME_MAX, name, n);
	if (c->json) {
		json_member(stdout, *rows > 0 ? ",{" : "{", "personality",
		    name);
		json_member(stdout, ",", "image", image);
		json_member(stdout, ",", "store", p->path);
		putchar('}');
	} else
		printf("%s  %s\n", image, p->path);
	(*rows)++;
	return (0);
}

static int
print_place(struct cli *c, size_t i, const char *only, int *rows)
{
	struct names names;
	size_t k;
	int r;

	if (pstore_place_ok(&c->places.v[i], &c->err) != 0)
		return (-1);
	if (cli_store(c, i) == NULL)
		return (0);
	r = collect(c, i, &names);
	for (k = 0; r == 0 && k < names.n; k++) {
		if (only == NULL || strcmp(only, names.v[k]) == 0)
			r = print(c, &c->places.v[i], names.v[k], rows);
	}
	free(names.v);
	return (r);
}

int
cmd_current(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ NULL, 0, NULL, 0 }
	};
	struct pstore_found f;
	struct pstore_ref ref;
	const char *only;
	size_t i;
	int rows;

	if (cli_option(c, argc, argv, ":", longs) != -1 ||
	    cli_operands(c, argc, 0, 1) != 0 || cli_places(c) != 0)
		return (-1);
	only = argv[optind];
	if (only != NULL) {
		if (!pstore_name_valid(only))
			return (cli_usage(c, "%.80s: not the name of a "
			    "personality", only));
		if (pstore_ref_parse(&ref, only, &c->err) != 0 ||
		    pstore_find(&f, &c->places, &ref, &c->err) != 0)
			return (-1);
		close(f.dirfd);
	}
	if (c->json)
		fputs("{\"schema\":1,\"current\":[", stdout);
	for (rows = 0, i = 0; i < c->places.n; i++) {
		if (print_place(c, i, only, &rows) != 0)
			return (-1);
	}
	if (c->json)
		fputs("]}\n", stdout);
	return (0);
}
