/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Checking a store.
 *
 * The order is from what everything rests on to what follows: the catalogue's
 * own integrity, trusted keys, the versions' folders, rows without folders,
 * links.  Repair never invents: rows follow from folders that are whole,
 * `digest` from the manifest, links from the catalogue.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/impl.h"
#include "pstore/io.h"

struct fsck {
	struct pstore *s;
	int	repair;
	pstore_problem_fn *fn;
	void	*arg;
	unsigned left;
	struct pstore_trust trust;
};

static void
problem(struct fsck *f, int repaired, const char *object, const char *fmt, ...)
    __attribute__((format(printf, 4, 5)));

static void
problem(struct fsck *f, int repaired, const char *object, const char *fmt, ...)
{
	char what[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	f->fn(f->arg, object, what, repaired);
	if (!repaired)
		f->left++;
}

static int
check_catalogue(struct fsck *f, struct pstore_error *e)
{
	sqlite3_stmt *st;
	const char *text;
	int r;

	if (f->s->db == NULL)
		return (0);
	if (db_prepare(f->s, &st, e, "PRAGMA integrity_check(20)", "") != 0)
		return (-1);
	while ((r = db_step(f->s, st, e)) == 1) {
		text = (const char *)sqlite3_column_text(st, 0);
		if (text != NULL && strcmp(text, "ok") != 0)
			problem(f, 0, DB_FILE, "%s", text);
	}
	sqlite3_finalize(st);
	if (r == 0 && db_prepare(f->s, &st, e, "PRAGMA foreign_key_check",
	    "") == 0) {
		while ((r = db_step(f->s, st, e)) == 1)
			problem(f, 0, DB_FILE, "a row of %s refers to nothing",
			    (const char *)sqlite3_column_text(st, 0));
		sqlite3_finalize(st);
	}
	return (r);
}

struct leftovers {
	struct fsck *f;
	const struct pstore_version *v;
};

static int
check_leftover(void *arg, int dir, const char *entry, struct pstore_error *e)
{
	struct leftovers *l;

	(void)dir;
	(void)e;
	l = arg;
	if (strcmp(entry, "manifest") != 0 && strcmp(entry, "digest") != 0 &&
	    strcmp(entry, "signatures") != 0 &&
	    pstore_manifest_file(&l->v->manifest, entry) == NULL)
		problem(l->f, 0, l->v->image, "%s: the manifest does not name "
		    "it", entry);
	return (0);
}

/* Names of the folder that neither the manifest nor the layout has. */
static void
check_leftovers(struct fsck *f, const struct pstore_version *v, int dir)
{
	struct leftovers l = { f, v };
	struct pstore_error ignored;

	pstore_dir_each(dir, ".", v->image, check_leftover, &l, &ignored);
}

static void
check_digest_file(struct fsck *f, const struct pstore_version *v, int dir)
{
	char want[PSTORE_HASH_TEXT + 1], *have;
	struct pstore_error e;
	size_t len;
	int mended, same;

	pstore_hash_text(v->digest, want);
	strcat(want, "\n");
	same = 0;
	if (pstore_file_read(dir, "digest", "digest", 256, &have, &len,
	    &e) == 0) {
		same = strcmp(have, want) == 0;
		free(have);
	}
	if (same)
		return;
	mended = f->repair && pstore_file_replace(dir, "digest", v->image, 0444,
	    want, strlen(want), &e) == 0;
	problem(f, mended, v->image, "digest: not the manifest's");
}

static void
check_modes(struct fsck *f, const struct pstore_version *v, int dir)
{
	struct stat st;
	const char *name;
	size_t i;

	for (i = 0; i < v->manifest.nfiles; i++) {
		name = v->manifest.files[i].name;
		if (fstatat(dir, name, &st, AT_SYMLINK_NOFOLLOW) == 0 &&
		    (st.st_mode & (S_IWGRP | S_IWOTH)) != 0)
			problem(f, 0, v->image, "%s: others may write it "
			    "(mode %04o)", name, (unsigned)st.st_mode & 07777);
	}
}

static void
check_signatures(struct fsck *f, const struct pstore_version *v)
{
	const struct pstore_trusted *k;
	struct pstore_error e;
	size_t i;

	for (i = 0; i < v->nsigs; i++) {
		k = pstore_trust_find(&f->trust, v->sigs[i].id);
		if (k != NULL && pstore_verify(&v->sigs[i], &k->key, v->text,
		    v->textlen, v->image, &e) != 0)
			problem(f, 0, v->image, "the signature of %s: %s",
			    k->name, e.message);
	}
}

/* The row that this folder must have. */
static int
check_row(struct fsck *f, const struct pstore_version *v, int versions,
    struct pstore_error *e)
{
	char digest[PSTORE_HASH_TEXT], have[PSTORE_HASH_TEXT];
	int64_t signers;
	int mended;

	if (f->s->db == NULL)
		return (0);
	if (store_digest(f->s, v->manifest.personality, v->manifest.version,
	    have, e) != 0)
		return (-1);
	pstore_hash_text(v->digest, digest);
	if (have[0] == '\0') {
		mended = f->repair && store_adopt_one(f->s, versions, v->image,
		    e) == 0;
		problem(f, mended, v->image, "not in the catalogue");
		return (0);
	}
	if (strcmp(have, digest) != 0) {
		problem(f, 0, v->image, "the catalogue says %s, the folder is "
		    "%s", have, digest);
		return (0);
	}
	if (db_int(f->s, &signers, 0, e, "SELECT count(*) FROM signer g JOIN "
	    "personality p ON p.id = g.personality WHERE p.name = ? AND "
	    "g.number = ?", "si", v->manifest.personality,
	    (int64_t)v->manifest.version) != 0)
		return (-1);
	if ((size_t)signers != v->nsigs) {
		mended = f->repair && store_insert_signers(f->s, v, e) == 0;
		problem(f, mended, v->image, "the catalogue lists %d of its %zu "
		    "signatures", (int)signers, v->nsigs);
	}
	return (0);
}

static int
check_version(struct fsck *f, int versions, const char *image,
    struct pstore_error *e)
{
	struct pstore_error why;
	struct pstore_version *v;
	int dir, r;

	v = calloc(1, sizeof(*v));
	if (v == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: check", image));
	r = 0;
	dir = pstore_dir_open(versions, image, image, &why);
	if (dir < 0 || pstore_version_load(v, dir, image, &why) != 0)
		problem(f, 0, image, "%s", why.message);
	else {
		check_leftovers(f, v, dir);
		check_digest_file(f, v, dir);
		check_modes(f, v, dir);
		check_signatures(f, v);
		r = check_row(f, v, versions, e);
	}
	if (dir >= 0)
		close(dir);
	pstore_version_free(v);
	free(v);
	return (r);
}

static int
check_entry(void *arg, int versions, const char *entry, struct pstore_error *e)
{
	struct pstore_error ignored;
	struct pstore_ref ref;

	if (pstore_ref_parse(&ref, entry, &ignored) == 0 &&
	    ref.kind == PSTORE_REF_NUMBER)
		return (check_version(arg, versions, entry, e));
	problem(arg, 0, entry, "not the folder of a version");
	return (0);
}

/* Rows whose folder is gone; one by one, since repair changes the table. */
static int
check_missing(struct fsck *f, struct pstore_error *e)
{
	char image[PSTORE_IMAGE_MAX], path[PSTORE_IMAGE_MAX + 16];
	char name[PIMG_NAME_MAX + 1];
	sqlite3_stmt *st;
	struct stat sb;
	uint32_t n;
	int mended, r;

	if (f->s->db == NULL)
		return (0);
	if (db_prepare(f->s, &st, e, "SELECT p.name, v.number FROM version v "
	    "JOIN personality p ON p.id = v.personality", "") != 0)
		return (-1);
	while ((r = db_step(f->s, st, e)) == 1) {
		snprintf(name, sizeof(name), "%s",
		    (const char *)sqlite3_column_text(st, 0));
		n = (uint32_t)sqlite3_column_int64(st, 1);
		snprintf(image, sizeof(image), "%s@%u", name, n);
		snprintf(path, sizeof(path), "versions/%s", image);
		if (fstatat(f->s->fd, path, &sb, AT_SYMLINK_NOFOLLOW) == 0)
			continue;
		mended = f->repair && store_forget(f->s, name, n, e) == 0;
		problem(f, mended, image, "in the catalogue, but its folder is "
		    "gone");
	}
	sqlite3_finalize(st);
	return (r);
}

static int
check_link(void *arg, int dir, const char *name, struct pstore_error *e)
{
	char path[PSTORE_IMAGE_MAX + 16];
	struct pstore_error why;
	struct stat st;
	int64_t top;
	struct fsck *f;
	uint32_t n;
	int mended;

	(void)dir;
	f = arg;
	if (!pstore_name_valid(name))
		return (0);
	if (pstore_current(&f->s->place, name, &n, &why) != 0) {
		problem(f, 0, name, "%s", why.message);
		return (0);
	}
	snprintf(path, sizeof(path), "versions/%.*s@%u", PIMG_NAME_MAX, name, n);
	if (fstatat(f->s->fd, path, &st, AT_SYMLINK_NOFOLLOW) != 0)
		problem(f, 0, name, "current points to %s, which is not there",
		    path + 9);
	if (f->s->db == NULL)
		return (0);
	if (db_int(f->s, &top, 0, e, "SELECT q.number FROM promotion q JOIN "
	    "personality p ON p.top = q.id WHERE p.name = ?", "s", name) != 0)
		return (-1);
	if (top == n)
		return (0);
	mended = f->repair && top == 0 && store_adopt_link(f->s, name, e) == 0;
	problem(f, mended, name, "current is %u, the catalogue says %lld", n,
	    (long long)top);
	return (0);
}

/* A folder of the store that may be absent. */
static int
each(struct fsck *f, const char *name, pstore_entry_fn *fn,
    struct pstore_error *e)
{
	char object[PATH_MAX + 16];
	struct stat st;

	if (fstatat(f->s->fd, name, &st, AT_SYMLINK_NOFOLLOW) != 0 &&
	    errno == ENOENT)
		return (0);
	snprintf(object, sizeof(object), "%s/%s", f->s->path, name);
	return (pstore_dir_each(f->s->fd, name, object, fn, f, e));
}

int
pstore_fsck(struct pstore *s, int repair, pstore_problem_fn *fn, void *arg,
    unsigned *left, struct pstore_error *e)
{
	struct pstore_error why;
	struct fsck *f;
	int r;

	f = calloc(1, sizeof(*f));
	if (f == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: fsck", s->path));
	f->s = s;
	f->repair = repair;
	f->fn = fn;
	f->arg = arg;
	if (pstore_trust_load(&f->trust, s->fd, s->path, &why) != 0)
		problem(f, 0, "trust.d", "%s", why.message);
	r = check_catalogue(f, e);
	if (r == 0)
		r = each(f, "versions", check_entry, e);
	if (r == 0)
		r = check_missing(f, e);
	if (r == 0)
		r = each(f, "current", check_link, e);
	*left = f->left;
	free(f);
	return (r);
}
