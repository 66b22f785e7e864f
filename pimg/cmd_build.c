/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg build: prototypes to versions in the store, or to a bundle.
 *
 * Several personalities are built one after the other, each as if it were
 * the only one; but what the compiler made of the runtime for one is used
 * again for the next.  The first that fails ends the run.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pimg/cli.h"
#include "pimg/deliver.h"
#include "pimg/objects.h"

enum {
	OPT_SIGN = 1, OPT_KEY, OPT_PASSPHRASE, OPT_VERSION, OPT_IMAGE_DIR,
	OPT_KEEP, OPT_ALL,
};

/* --image-dir and --keep-work are for those who work on the compiler. */
static const struct option longs[] = {
	PIMG_OPTIONS,
	{ "sign", no_argument, NULL, OPT_SIGN },
	{ "key", required_argument, NULL, OPT_KEY },
	{ "passphrase-file", required_argument, NULL, OPT_PASSPHRASE },
	{ "version", required_argument, NULL, OPT_VERSION },
	{ "image-dir", required_argument, NULL, OPT_IMAGE_DIR },
	{ "keep-work", no_argument, NULL, OPT_KEEP },
	{ "all", no_argument, NULL, OPT_ALL },
	{ NULL, 0, NULL, 0 },
};

static int
one_option(struct pimg_cli *c, struct pimg_build_options *o, int opt)
{
	switch (opt) {
	case OPT_SIGN:
		return (pimg_once(c, &o->sign, "--sign"));
	case OPT_KEY:
		return (pimg_text_once(c, &o->key, "--key"));
	case OPT_PASSPHRASE:
		return (pimg_text_once(c, &o->passphrase_file,
		    "--passphrase-file"));
	case OPT_VERSION:
		return (pimg_text_once(c, &o->version, "--version"));
	case OPT_IMAGE_DIR:
		return (pimg_text_once(c, &o->image_dir, "--image-dir"));
	case OPT_KEEP:
		return (pimg_once(c, &o->keep, "--keep-work"));
	case OPT_ALL:
		return (pimg_once(c, &o->all, "--all"));
	case 'o':
		return (pimg_text_once(c, &o->output, "-o"));
	default:
		return (-1);
	}
}

static int
parse_version(struct pimg_cli *c, struct pimg_build_options *o)
{
	unsigned long v;
	char *end;

	if (o->version == NULL)
		return (0);
	errno = 0;
	v = strtoul(o->version, &end, 10);
	if (o->version[0] < '1' || o->version[0] > '9' || *end != '\0' ||
	    errno != 0 || v > PSTORE_VERSION_MAX)
		return (pimg_usage(c, "--version: '%s' is no number from 1 to "
		    "%u", o->version, PSTORE_VERSION_MAX));
	o->n = (uint32_t)v;
	return (0);
}

static int
options(struct pimg_cli *c, struct pimg_build_options *o, int argc, char **argv)
{
	int opt;

	while ((opt = pimg_option(c, argc, argv, ":o:", longs)) != -1) {
		if (opt == '?' || one_option(c, o, opt) < 0)
			return (-1);
	}
	if (pimg_operands(c, argc, o->all ? 0 : 1, o->all ? 0 : INT_MAX) < 0 ||
	    parse_version(c, o) < 0)
		return (-1);
	if ((o->output != NULL || o->image_dir != NULL) &&
	    (o->all || argc - optind > 1))
		return (pimg_usage(c, "-o and --image-dir are for one "
		    "personality"));
	if (o->key != NULL && !o->sign)
		return (pimg_usage(c, "--key without --sign"));
	return (0);
}

static int
build_one(struct pimg_cli *c, const struct pimg_build_options *o,
    struct pimg_objects *objects, const char *runtime, const char *name)
{
	struct pimg_unit u = {0};
	struct pimg_build b = {
		.unit = &u, .runtime = runtime, .keep = o->keep,
		.objects = objects,
	};
	int rv;

	if ((rv = pimg_load(c, &u, name)) == 0 && u.is_base) {
		rv = pstore_fail(&c->error, PSTORE_USAGE, "%s: a base, not a "
		    "personality: there is nothing to build", name);
		pstore_hint(&c->error, "personalities that inherit \"%s\" "
		    "are built", name);
	}
	if (rv == 0 && (rv = pimg_build_prepare(&b, &c->error)) == 0)
		rv = pimg_deliver(c, &b, o);
	pimg_build_free(&b);
	pimg_unit_free(&u);
	return (rv);
}

static int
by_name(const void *a, const void *b)
{
	return (strcmp(*(char *const *)a, *(char *const *)b));
}

/* Names of the folders in one of the list; drop-ins' have a dot. */
static int
list_names(struct pimg_cli *c, struct pimg_arena *arena, const char *dir,
    char ***names, size_t *n)
{
	struct dirent *e;
	struct stat st;
	size_t i;
	DIR *d;

	if ((d = opendir(dir)) == NULL)
		return (pstore_fail_os(&c->error, errno, "%s: cannot read",
		    dir));
	while ((e = readdir(d)) != NULL) {
		if (!pstore_name_valid(e->d_name) ||
		    fstatat(dirfd(d), e->d_name, &st, 0) < 0 ||
		    !S_ISDIR(st.st_mode))
			continue;
		for (i = 0; i < *n && strcmp((*names)[i], e->d_name) != 0; i++)
			;
		if (i == *n)
			PIMG_APPEND(arena, *names, *n, pimg_strndup(arena,
			    e->d_name, strlen(e->d_name)));
	}
	closedir(d);
	return (0);
}

/* Every folder of the prototypes that says it is a personality. */
static int
all_names(struct pimg_cli *c, struct pimg_arena *arena, char ***names,
    size_t *n)
{
	char buf[PATH_MAX], *dir, *next;
	const char *protos = pimg_protos(c, buf, sizeof(buf));
	size_t i, kept = 0;

	if (protos == NULL)
		return (-1);
	dir = pimg_strndup(arena, protos, strlen(protos));
	for (; dir != NULL; dir = next) {
		if ((next = strchr(dir, ':')) != NULL)
			*next++ = '\0';
		if (list_names(c, arena, dir[0] == '\0' ? "." : dir, names,
		    n) < 0)
			return (-1);
	}
	for (i = 0; i < *n; i++) {
		if (pimg_is_personality(protos, (*names)[i]))
			(*names)[kept++] = (*names)[i];
	}
	if ((*n = kept) == 0)
		return (pstore_fail(&c->error, PSTORE_NOTFOUND,
		    "%s: no personality in it", protos));
	qsort(*names, *n, sizeof(**names), by_name);
	return (0);
}

int
pimg_cmd_build(struct pimg_cli *c, int argc, char **argv)
{
	struct pimg_build_options o = {0};
	struct pimg_objects objects = {0};
	struct pimg_arena arena = {0};
	char runtime[PATH_MAX], **names;
	size_t n, i;
	int rv;

	if (options(c, &o, argc, argv) < 0)
		return (-1);
	names = argv + optind;
	n = (size_t)(argc - optind);
	rv = pimg_data_folder("runtime", runtime, sizeof(runtime), &c->error);
	if (rv == 0 && o.all) {
		names = NULL;
		rv = all_names(c, &arena, &names, &n);
	}
	for (i = 0; i < n && rv == 0; i++)
		rv = build_one(c, &o, n > 1 ? &objects : NULL, runtime,
		    names[i]);
	pimg_objects_free(&objects);
	pimg_arena_free(&arena);
	return (rv);
}
