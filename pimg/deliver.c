/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What becomes of a build: a version in the store, a bundle, or plain files.
 *
 * Unchanged sources make no new version: the one that exists is reported,
 * and signed if --sign asks for it and it is not.  Compilation comes before
 * the store is locked, and a number is taken under the lock.
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
#include "pimg/deliver.h"
#include "pstore/bundle.h"

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
load_key(struct pimg_cli *c, const struct pimg_build_options *o,
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
    const struct pimg_build_options *o, uint32_t n, const struct pstore_seckey *key,
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
    const struct pimg_build_options *o, struct outcome *out)
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
    const struct pimg_build_options *o, struct outcome *out)
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
to_store(struct pimg_cli *c, struct pimg_build *b,
    const struct pimg_build_options *o, struct pstore_places *places,
    struct outcome *out)
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
to_bundle(struct pimg_cli *c, struct pimg_build *b,
    const struct pimg_build_options *o, struct pstore_places *places,
    struct outcome *out)
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
deliver(struct pimg_cli *c, struct pimg_build *b,
    const struct pimg_build_options *o)
{
	struct pstore_places places;
	struct outcome out = {0};
	int rv;

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
pimg_deliver(struct pimg_cli *c, struct pimg_build *b,
    const struct pimg_build_options *o)
{
	if (o->image_dir == NULL)
		return (deliver(c, b, o));
	if (build(c, b) < 0)
		return (-1);
	return (write_files(c, b, o->image_dir));
}
