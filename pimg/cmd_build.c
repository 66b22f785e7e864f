/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg build: prototypes to a version in the store, or to a bundle.
 *
 * Unchanged sources make no new version: the one that exists is reported,
 * and signed if --sign asks for it and it is not.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pimg/cli.h"
#include "pstore/bundle.h"

struct options {
	bool		 sign, keep;
	const char	*key, *passphrase_file, *version, *output, *image_dir;
	uint32_t	 n;		/* of --version; 0: the next */
};

enum {
	OPT_SIGN = 1, OPT_KEY, OPT_PASSPHRASE, OPT_VERSION, OPT_IMAGE_DIR,
	OPT_KEEP,
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
	{ NULL, 0, NULL, 0 },
};

static int
one_option(struct pimg_cli *c, struct options *o, int opt)
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
	case 'o':
		return (pimg_text_once(c, &o->output, "-o"));
	default:
		return (-1);
	}
}

static int
parse_version(struct pimg_cli *c, struct options *o)
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
options(struct pimg_cli *c, struct options *o, int argc, char **argv)
{
	int opt;

	while ((opt = pimg_option(c, argc, argv, ":o:", longs)) != -1) {
		if (opt == '?' || one_option(c, o, opt) < 0)
			return (-1);
	}
	if (pimg_operands(c, argc, 1, 1) < 0 || parse_version(c, o) < 0)
		return (-1);
	if (o->key != NULL && !o->sign)
		return (pimg_usage(c, "--key without --sign"));
	return (0);
}

static int
build(struct pimg_cli *c, struct pimg_build *b)
{
	int rv = pimg_build_run(b, &c->error);

	if (b->log.len > 0)
		fwrite(b->log.data, 1, b->log.len, stderr);
	if (b->keep)
		fprintf(stderr, "pimg: work folder: %s\n", b->work);
	return (rv);
}

/* For development: the image and its symbols as plain files. */
static int
write_files(struct pimg_cli *c, const struct pimg_build *b, const char *dir)
{
	char path[PATH_MAX];
	size_t i;
	FILE *f;

	for (i = 0; i < b->noutputs; i++) {
		snprintf(path, sizeof(path), "%s/%s", dir,
		    b->outputs[i].name);
		unlink(path);
		if ((f = fopen(path, "wxe")) == NULL ||
		    fwrite(b->outputs[i].data, 1, b->outputs[i].size, f) !=
		    b->outputs[i].size || fclose(f) != 0 ||
		    chmod(path, 0755) < 0)
			return (pstore_fail_os(&c->error, errno,
			    "%s: cannot write", path));
	}
	return (0);
}

/* What happened, for the report. */
struct outcome {
	const char	*status;	/* "added", "unchanged", ... */
	char		 image[PSTORE_IMAGE_MAX];
	char		 digest[PSTORE_HASH_TEXT];
	char		 where[PATH_MAX];
	size_t		 size;
	uint32_t	 version;
	bool		 is_signed;
};

static int
load_key(struct pimg_cli *c, const struct options *o,
    struct pstore_seckey *key)
{
	struct pstore_passphrase p = { .file = o->passphrase_file };
	struct pstore_key_paths paths;

	if (!o->sign)
		return (0);
	if (pstore_key_paths(&paths, o->key, &c->error) < 0)
		return (-1);
	return (pstore_seckey_load(key, paths.secret, &p, &c->error));
}

static int
make_version(struct pimg_cli *c, const struct pimg_build *b,
    const struct options *o, uint32_t n, const struct pstore_seckey *key,
    struct pstore_version *v)
{
	struct pstore_input in[PIMG_OUTPUTS_MAX];
	size_t i;

	for (i = 0; i < b->noutputs; i++)
		in[i] = (struct pstore_input){ b->outputs[i].name,
		    b->outputs[i].data, b->outputs[i].size };
	if (pstore_version_make(v, b->unit->name, n, PIMG_ABI_REVISION,
	    b->source, in, b->noutputs, &c->error) < 0)
		return (-1);
	return (o->sign ? pstore_version_sign(v, key, &c->error) : 0);
}

static void
describe(struct outcome *out, const struct pstore_version *v,
    const char *status, const char *where)
{
	const struct pstore_file *f;

	out->status = status;
	out->version = v->manifest.version;
	out->is_signed = v->nsigs > 0;
	snprintf(out->image, sizeof(out->image), "%s", v->image);
	snprintf(out->where, sizeof(out->where), "%s", where);
	pstore_hash_text(v->digest, out->digest);
	if ((f = pstore_manifest_file(&v->manifest, "x86_64")) != NULL)
		out->size = (size_t)f->size;
}

/* The version these sources have already in the first store; 0: none. */
static int
existing(struct pimg_cli *c, struct pstore_places *places,
    const struct pimg_build *b, uint32_t *n, uint32_t *next)
{
	struct pstore *s;
	int rv;

	*n = 0;
	*next = 1;
	if (places->n == 0 || places->v[0].fd < 0)
		return (0);
	if (pstore_open(&s, &places->v[0], PSTORE_READ, &c->error) < 0) {
		/* A folder without a catalogue yet: nothing was built. */
		return (c->error.code == PSTORE_NOTFOUND ? 0 : -1);
	}
	rv = pstore_find_source(s, b->unit->name, PIMG_ABI_REVISION,
	    b->source, n, &c->error);
	if (rv == 0)
		rv = pstore_next(s, b->unit->name, next, &c->error);
	pstore_close(s);
	return (rv);
}

/* The sources are in the store: report it, and sign it if asked to. */
static int
unchanged(struct pimg_cli *c, struct pstore *s, const char *name, uint32_t n,
    const struct options *o, struct outcome *out)
{
	struct pstore_version *v = calloc(1, sizeof(*v));
	enum pstore_added added = PSTORE_ADDED_NOTHING;
	struct pstore_seckey key;
	char folder[64], *image = folder + sizeof("versions");
	int dirfd = -1, rv = -1;

	if (v == NULL)
		abort();
	pstore_version_init(v);
	if (o->sign) {
		if (load_key(c, o, &key) < 0)
			goto done;
		rv = pstore_sign_version(s, name, n, &key, &added, &c->error);
		pstore_seckey_wipe(&key);
		if (rv < 0)
			goto done;
	}
	rv = -1;
	snprintf(folder, sizeof(folder), "versions/%s@%u", name, n);
	dirfd = openat(pstore_fd(s), folder,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (dirfd < 0) {
		pstore_fail_os(&c->error, errno, "%s/%s: cannot open",
		    pstore_path(s), folder);
		goto done;
	}
	if ((rv = pstore_version_load(v, dirfd, image, &c->error)) == 0)
		describe(out, v, added == PSTORE_ADDED_SIGNATURE ? "signed" :
		    "unchanged", pstore_path(s));
done:
	if (dirfd >= 0)
		close(dirfd);
	pstore_version_free(v);
	free(v);
	return (rv);
}

/* Numbers are taken under the store's lock, after the compilation. */
static int
add(struct pimg_cli *c, struct pstore *s, const struct pimg_build *b,
    const struct options *o, struct outcome *out)
{
	struct pstore_version *v = calloc(1, sizeof(*v));
	enum pstore_added added;
	struct pstore_seckey key;
	uint32_t n = o->n;
	int rv;

	if (v == NULL)
		abort();
	pstore_version_init(v);
	if ((rv = load_key(c, o, &key)) == 0) {
		if (n == 0)
			rv = pstore_next(s, b->unit->name, &n, &c->error);
		if (rv == 0)
			rv = make_version(c, b, o, n, &key, v);
		if (o->sign)
			pstore_seckey_wipe(&key);
	}
	if (rv == 0)
		rv = pstore_add(s, v, &added, &c->error);
	if (rv == 0)
		describe(out, v, added == PSTORE_ADDED ? "added" :
		    added == PSTORE_ADDED_SIGNATURE ? "signed" : "unchanged",
		    pstore_path(s));
	pstore_version_free(v);
	free(v);
	return (rv);
}

static int
to_store(struct pimg_cli *c, struct pimg_build *b, const struct options *o,
    struct pstore_places *places, struct outcome *out)
{
	struct pstore *s;
	uint32_t n, next;
	int rv;

	if (existing(c, places, b, &n, &next) < 0)
		return (-1);
	if ((n == 0 || o->n != 0) && build(c, b) < 0)
		return (-1);
	if (pstore_open(&s, &places->v[0], PSTORE_WRITE, &c->error) < 0)
		return (-1);
	if (n != 0 && o->n == 0)
		rv = unchanged(c, s, b->unit->name, n, o, out);
	else
		rv = add(c, s, b, o, out);
	pstore_close(s);
	return (rv);
}

static int
to_bundle(struct pimg_cli *c, struct pimg_build *b, const struct options *o,
    struct pstore_places *places, struct outcome *out)
{
	struct pstore_version *v = calloc(1, sizeof(*v));
	struct pstore_seckey key;
	uint32_t n, next;
	int rv;

	if (v == NULL)
		abort();
	pstore_version_init(v);
	if ((rv = existing(c, places, b, &n, &next)) == 0 &&
	    (rv = build(c, b)) == 0 && (rv = load_key(c, o, &key)) == 0) {
		n = o->n != 0 ? o->n : n != 0 ? n : next;
		rv = make_version(c, b, o, n, &key, v);
		if (o->sign)
			pstore_seckey_wipe(&key);
	}
	if (rv == 0)
		rv = pstore_bundle_write(v, o->output, &c->error);
	if (rv == 0)
		describe(out, v, "written", o->output);
	pstore_version_free(v);
	free(v);
	return (rv);
}

static void
report(const struct pimg_cli *c, const struct outcome *out, const char *name)
{
	json_t *o;

	if (!c->json) {
		printf("%s: %s%s (%zu bytes, %s)\n", out->image, out->status,
		    out->is_signed ? "" : ", unsigned", out->size,
		    out->where);
		return;
	}
	o = json_pack("{s:i,s:s,s:s,s:I,s:s,s:s,s:b,s:s}", "schema", 1,
	    "image", out->image, "personality", name, "version",
	    (json_int_t)out->version, "digest", out->digest, "status",
	    out->status, "signed", out->is_signed, "where", out->where);
	json_dumpf(o, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(o);
}

static int
run(struct pimg_cli *c, struct pimg_build *b, const struct options *o)
{
	struct pstore_places places;
	struct outcome out = {0};
	int rv;

	if (o->image_dir != NULL) {
		if (build(c, b) < 0)
			return (-1);
		return (write_files(c, b, o->image_dir));
	}
	if (pstore_places_open(&places, c->store, &c->error) < 0)
		return (-1);
	rv = o->output != NULL ? to_bundle(c, b, o, &places, &out) :
	    to_store(c, b, o, &places, &out);
	pstore_places_close(&places);
	if (rv == 0)
		report(c, &out, b->unit->name);
	return (rv);
}

int
pimg_cmd_build(struct pimg_cli *c, int argc, char **argv)
{
	struct options o = {0};
	struct pimg_unit u = {0};
	struct pimg_build b = { .unit = &u };
	char runtime[PATH_MAX];
	int rv;

	if (options(c, &o, argc, argv) < 0)
		return (-1);
	b.runtime = runtime;
	b.keep = o.keep;
	if ((rv = pimg_load(c, &u, argv[optind])) == 0 && u.is_base) {
		rv = pstore_fail(&c->error, PSTORE_USAGE, "%s: a base, not a "
		    "personality: there is nothing to build", u.name);
		pstore_hint(&c->error, "personalities that inherit \"%s\" "
		    "are built", u.name);
	}
	if (rv == 0 && (rv = pimg_data_folder("runtime", runtime, sizeof(runtime),
	    &c->error)) == 0 &&
	    (rv = pimg_build_prepare(&b, &c->error)) == 0)
		rv = run(c, &b, &o);
	pimg_build_free(&b);
	pimg_unit_free(&u);
	return (rv);
}
