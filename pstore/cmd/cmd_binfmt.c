/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore binfmt: let the kernel start foreign programs by their brand.
 *
 * Threat: what is registered runs as whoever executes such a program, root
 * too.  So in the initial user namespace every component of the path to the
 * image must be root's and nobody else's to write; the image is checked, as
 * exec does, before it is registered.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/binfmt.h"
#include "pstore/cmd/request.h"
#include "pstore/cmd/verbs.h"
#include "pstore/io.h"

#define	NAMES_MAX	64

struct names {
	int	n;
	char	v[NAMES_MAX][PIMG_NAME_MAX + 1];
};

static void
add_name(struct names *names, const char *name)
{
	int i;

	for (i = 0; i < names->n; i++) {
		if (strcmp(names->v[i], name) == 0)
			return;
	}
	if (names->n < NAMES_MAX)
		snprintf(names->v[names->n++], sizeof(names->v[0]), "%s", name);
}

static int
by_name(const void *a, const void *b)
{
	return (strcmp(a, b));
}

static int
add_entry(void *arg, int dir, const char *entry, struct pstore_error *e)
{
	(void)dir;
	(void)e;
	if (pstore_name_valid(entry))
		add_name(arg, entry);
	return (0);
}

/* Every personality that is current somewhere. */
static void
all_current(struct cli *c, struct names *names)
{
	struct pstore_error ignored;
	size_t i;

	for (i = 0; i < c->places.n; i++) {
		if (c->places.v[i].fd >= 0)
			pstore_dir_each(c->places.v[i].fd, "current",
			    c->places.v[i].path, add_entry, names, &ignored);
	}
	qsort(names->v, (size_t)names->n, sizeof(names->v[0]), by_name);
}

static int
initial_namespace(void)
{
	char buf[128];
	ssize_t n;
	int fd;

	fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (1);
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	buf[n < 0 ? 0 : n] = '\0';
	return (strstr(buf, "4294967295") != NULL);
}

static int
unsafe(struct cli *c, const char *image, const char *path,
    const struct stat *st)
{
	pstore_fail(&c->err, PSTORE_DENIED, "%s: register: %s belongs to user "
	    "%u, mode %04o; everybody's programs would run by it", image, path,
	    (unsigned)st->st_uid, (unsigned)st->st_mode & 07777);
	return (pstore_hint(&c->err, "use a store that is root's alone, as "
	    PSTORE_SYSTEM ", or an own namespace: unshare -Urm"));
}

/* Each folder from / on, and the file; links have no mode but their folder's. */
static int
check_path(struct cli *c, const char *image, const char *path)
{
	char part[PATH_MAX];
	struct stat st;
	size_t len;

	for (len = 0;; len++) {
		if (len > 0 && path[len] != '/' && path[len] != '\0')
			continue;
		snprintf(part, sizeof(part), "%.*s", len > 0 ? (int)len : 1,
		    path);
		if (lstat(part, &st) != 0)
			return (pstore_fail_os(&c->err, errno, "%s: register: "
			    "%s", image, part));
		if (st.st_uid != 0 || (!S_ISLNK(st.st_mode) &&
		    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0))
			return (unsafe(c, image, part, &st));
		if (path[len] == '\0')
			return (0);
	}
}

/* The OSABI byte that the image claims; 0: none. */
static unsigned
claimed(const struct pimg_note *note)
{
	int i;

	for (i = 0; i < PIMG_BRANDS_MAX; i++) {
		if (note->brands[i].kind == PIMG_BRAND_OSABI)
			return (note->brands[i].osabi);
	}
	return (0);
}

struct plan {
	struct request q;
	unsigned osabi;
	char	interpreter[PATH_MAX + 96];
	char	file[PATH_MAX + 96];		/* what the link leads to */
};

/* Finds and checks the image of NAME. */
static int
plan(struct cli *c, const char *name, int fixed, struct plan *p)
{
	const char *store;
	int fd;

	memset(p, 0, sizeof(*p));
	if (pstore_ref_parse(&p->q.ref, name, &c->err) != 0)
		return (-1);
	if (p->q.ref.kind != PSTORE_REF_CURRENT)
		return (cli_usage(c, "%.80s: name a personality, its current "
		    "version is registered", name));
	fd = exec_image(c, &p->q);
	if (fd < 0)
		return (-1);
	close(fd);
	close(p->q.found.dirfd);
	p->osabi = claimed(&p->q.note);
	store = p->q.found.place->path;
	snprintf(p->file, sizeof(p->file), "%s/versions/%s/x86_64", store,
	    p->q.found.image);
	if (fixed)
		memcpy(p->interpreter, p->file, sizeof(p->file));
	else
		snprintf(p->interpreter, sizeof(p->interpreter),
		    "%s/current/%s/x86_64", store, name);
	return (0);
}

static int
no_osabi(struct cli *c, const char *name)
{
	pstore_fail(&c->err, PSTORE_UNSUPPORTED, "%s: register: its programs "
	    "have no OSABI byte by which the kernel could know them", name);
	return (pstore_hint(&c->err, "pstore exec %s -- PROGRAM", name));
}

static int
enable_one(struct cli *c, const char *name, int fixed, int named)
{
	static struct plan p;
	char part[PATH_MAX + 16];
	int r;

	if (plan(c, name, fixed, &p) != 0)
		return (-1);
	if (p.osabi == 0)
		return (named ? no_osabi(c, name) : 0);
	if (initial_namespace()) {
		snprintf(part, sizeof(part), "%s/current",
		    p.q.found.place->path);
		if (check_path(c, p.q.found.image, p.file) != 0 ||
		    check_path(c, p.q.found.image, part) != 0)
			return (-1);
	}
	if (binfmt_mount(&c->err) != 0)
		return (-1);
	r = binfmt_set(name, p.osabi, p.interpreter, fixed ?
	    p.q.found.number : 0, &c->err);
	if (r < 0)
		return (-1);
	if (!c->json)
		printf("%s: %s %s\n", name, r > 0 ? "stays with" :
		    "is started by", p.interpreter);
	return (0);
}

static int
disable_one(struct cli *c, const char *name)
{
	int n;

	n = binfmt_remove(name, &c->err);
	if (n > 0 && !c->json)
		printf("%s: no longer started by the kernel\n", name);
	return (n < 0 ? -1 : 0);
}

static void
status_text(const struct binfmt_table *t)
{
	int i;

	if (!binfmt_visible())
		printf("binfmt_misc is not mounted\n");
	else if (t->n == 0)
		printf("the kernel starts no personality\n");
	for (i = 0; i < t->n; i++)
		printf("%-16s %-8s %s\n", t->v[i].name, !t->v[i].enabled ?
		    "off" : access(t->v[i].interpreter, X_OK) != 0 &&
		    !t->v[i].fixed ? "dangling" : t->v[i].fixed ? "fixed" :
		    "on", t->v[i].interpreter);
}

static void
status_json(const struct binfmt_table *t)
{
	int i;

	printf("{\"schema\":1,\"mounted\":%s,\"writable\":%s,\"entries\":[",
	    binfmt_visible() ? "true" : "false",
	    binfmt_writable() ? "true" : "false");
	for (i = 0; i < t->n; i++) {
		json_member(stdout, i > 0 ? ",{" : "{", "personality",
		    t->v[i].name);
		json_member(stdout, ",", "entry", t->v[i].file);
		json_member(stdout, ",", "interpreter", t->v[i].interpreter);
		json_member(stdout, ",", "flags", t->v[i].flags);
		printf(",\"enabled\":%s,\"fixed\":%s,\"exists\":%s}",
		    t->v[i].enabled ? "true" : "false",
		    t->v[i].fixed ? "true" : "false",
		    access(t->v[i].interpreter, X_OK) == 0 ? "true" : "false");
	}
	fputs("]}\n", stdout);
}

/* What there is, of NAMES only if some are given. */
static int
status(struct cli *c, const struct names *names)
{
	static struct binfmt_table all, t;
	int i, k;

	if (binfmt_read(&all, &c->err) != 0)
		return (-1);
	for (i = 0; i < all.n; i++) {
		for (k = 0; k < names->n; k++) {
			if (strcmp(names->v[k], all.v[i].name) == 0)
				break;
		}
		if (names->n == 0 || k < names->n)
			t.v[t.n++] = all.v[i];
	}
	if (c->json)
		status_json(&t);
	else
		status_text(&t);
	return (0);
}

static int
change(struct cli *c, int enable, int fixed, struct names *names)
{
	static struct binfmt_table t;
	int i, named, r;

	named = names->n > 0;
	if (!named && enable)
		all_current(c, names);
	if (!named && !enable) {
		if (binfmt_read(&t, &c->err) != 0)
			return (-1);
		for (i = 0; i < t.n; i++)
			add_name(names, t.v[i].name);
	}
	for (r = i = 0; r == 0 && i < names->n; i++)
		r = enable ? enable_one(c, names->v[i], fixed, named) :
		    disable_one(c, names->v[i]);
	if (r == 0 && c->json) {
		memset(names, 0, sizeof(*names));
		r = status(c, names);
	}
	return (r);
}

int
cmd_binfmt(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ "fixed", no_argument, NULL, 'f' },
		{ NULL, 0, NULL, 0 }
	};
	static struct names names;
	const char *verb;
	int fixed, opt;

	fixed = 0;
	while ((opt = cli_option(c, argc, argv, ":", longs)) != -1) {
		if (opt != 'f' || cli_once(c, &fixed, "--fixed") != 0)
			return (-1);
	}
	if (cli_operands(c, argc, 1, NAMES_MAX) != 0)
		return (-1);
	verb = argv[optind++];
	for (; optind < argc; optind++) {
		if (!pstore_name_valid(argv[optind]))
			return (cli_usage(c, "%.80s: not the name of a "
			    "personality", argv[optind]));
		add_name(&names, argv[optind]);
	}
	if (strcmp(verb, "enable") != 0 && fixed)
		return (cli_usage(c, "--fixed is for enable"));
	if (strcmp(verb, "status") == 0)
		return (status(c, &names));
	if (strcmp(verb, "enable") != 0 && strcmp(verb, "disable") != 0)
		return (cli_usage(c, "%.80s: enable, disable or status", verb));
	if (cli_places(c) != 0)
		return (-1);
	return (change(c, verb[0] == 'e', fixed, &names));
}
