/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Adding versions and signatures to a store.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/impl.h"
#include "pstore/io.h"

#define	NEW	".new"

int
store_versions_open(struct pstore *s, struct pstore_error *e)
{
	char object[PATH_MAX + 16];

	snprintf(object, sizeof(object), "%s/versions", s->path);
	return (pstore_dir_open(s->fd, "versions", object, e));
}

typedef int reader(struct pstore_version *, int, const char *,
	    struct pstore_error *);

static int
read_folder(struct pstore *s, struct pstore_version *v, const char *name,
    uint32_t n, reader *fn, struct pstore_error *e)
{
	char image[PSTORE_IMAGE_MAX];
	int dir, r, versions;

	versions = store_versions_open(s, e);
	if (versions < 0)
		return (-1);
	snprintf(image, sizeof(image), "%.*s@%u", PIMG_NAME_MAX, name, n);
	dir = pstore_dir_open(versions, image, image, e);
	close(versions);
	if (dir < 0) {
		if (e->code == PSTORE_NOTFOUND)
			pstore_fail(e, PSTORE_NOTFOUND, "%s: open: not in store "
			    "%s", image, s->path);
		return (pstore_hint(e, "see what is there: pstore list"));
	}
	r = fn(v, dir, image, e);
	close(dir);
	return (r);
}

int
store_load(struct pstore *s, struct pstore_version *v, const char *name,
    uint32_t n, struct pstore_error *e)
{
	return (read_folder(s, v, name, n, pstore_version_load, e));
}

int
store_head(struct pstore *s, struct pstore_version *v, const char *name,
    uint32_t n, struct pstore_error *e)
{
	return (read_folder(s, v, name, n, pstore_version_head, e));
}

static int
write_signature(int dirfd, const struct pstore_signature *sig,
    const char *image, int replace, struct pstore_error *e)
{
	char file[64], hex[PSTORE_KEYID_HEX], object[128];

	pstore_keyid_hex(sig->id, hex);
	snprintf(file, sizeof(file), "%s.minisig", hex);
	snprintf(object, sizeof(object), "%s/signatures/%s", image, file);
	if (replace)
		return (pstore_file_replace(dirfd, file, object, 0444, sig->text,
		    sig->len, e));
	return (pstore_file_write(dirfd, file, object, 0444, sig->text,
	    sig->len, e));
}

static int
write_signatures(const struct pstore_version *v, int dir, int replace,
    struct pstore_error *e)
{
	size_t i;
	int fd, r;

	fd = pstore_dir_make(dir, "signatures", v->image, 0755, e);
	if (fd < 0)
		return (-1);
	r = 0;
	for (i = 0; r == 0 && i < v->nsigs; i++)
		r = write_signature(fd, &v->sigs[i], v->image, replace, e);
	if (r == 0)
		r = pstore_dir_sync(fd, v->image, e);
	close(fd);
	return (r);
}

/* ELF images can be executed, all else can only be read; nobody writes. */
static mode_t
mode_of(const char *name)
{
	return (strcmp(name, "x86_64") == 0 || strcmp(name, "i386") == 0 ?
	    0555 : 0444);
}

static int
write_files(const struct pstore_version *v, int dir, struct pstore_error *e)
{
	char object[PSTORE_IMAGE_MAX + PSTORE_FILENAME_MAX + 2];
	char digest[PSTORE_HASH_TEXT + 1];
	const char *name;
	size_t i;

	for (i = 0; i < v->manifest.nfiles; i++) {
		name = v->manifest.files[i].name;
		snprintf(object, sizeof(object), "%s/%s", v->image, name);
		if (pstore_file_write(dir, name, object, mode_of(name),
		    v->content[i].data, v->content[i].size, e) != 0)
			return (-1);
	}
	pstore_hash_text(v->digest, digest);
	strcat(digest, "\n");
	if (pstore_file_write(dir, "digest", v->image, 0444, digest,
	    strlen(digest), e) != 0)
		return (-1);
	return (pstore_file_write(dir, "manifest", v->image, 0444, v->text,
	    v->textlen, e));
}

/* versions/.new, complete and synced. */
static int
prepare(const struct pstore_version *v, int versions, struct pstore_error *e)
{
	int dir, r;

	if (pstore_tree_remove(versions, NEW, v->image, e) != 0)
		return (-1);
	dir = pstore_dir_make(versions, NEW, v->image, 0755, e);
	if (dir < 0)
		return (-1);
	r = write_files(v, dir, e);
	if (r == 0)
		r = write_signatures(v, dir, 0, e);
	if (r == 0)
		r = pstore_dir_sync(dir, v->image, e);
	close(dir);
	if (r == 0)
		r = pstore_dir_sync(versions, v->image, e);
	return (r);
}

static int
record(struct pstore *s, const struct pstore_version *v, struct pstore_error *e)
{
	char at[PSTORE_TIME], who[PSTORE_WHO];

	pstore_time(at);
	pstore_who(who);
	if (db_begin(s, e) != 0)
		return (-1);
	if (store_insert_version(s, v, at, e) != 0 ||
	    store_event(s, at, who, "add", v->image, NULL, NULL, e) != 0) {
		db_rollback(s);
		return (-1);
	}
	return (db_commit(s, e));
}

/* Takes the row back when the folder could not be put in place. */
static void
unrecord(struct pstore *s, const struct pstore_version *v)
{
	struct pstore_error ignored;

	db_run(s, &ignored, "DELETE FROM version WHERE number = ? AND "
	    "personality = (SELECT id FROM personality WHERE name = ?)", "is",
	    (int64_t)v->manifest.version, v->manifest.personality);
	db_run(s, &ignored, "DELETE FROM event WHERE id = (SELECT max(id) FROM "
	    "event) AND action = 'add' AND image = ?", "s", v->image);
}

static int
place(struct pstore *s, const struct pstore_version *v, int versions,
    struct pstore_error *e)
{
	struct pstore_error ignored;

	/* A power cut before this rename is on disk: the row is there and .new
	 * is whole; the next writer renames it. */
	if (pstore_fault("place") == 0 &&
	    renameat(versions, NEW, versions, v->image) == 0)
		return (pstore_dir_sync(versions, v->image, e));
	pstore_fail_os(e, errno, "%s/versions/%s: create", s->path, v->image);
	unrecord(s, v);
	pstore_tree_remove(versions, NEW, v->image, &ignored);
	return (-1);
}

static int
add_new(struct pstore *s, const struct pstore_version *v,
    struct pstore_error *e)
{
	struct pstore_error ignored;
	struct stat st;
	int r, versions;

	versions = store_versions_open(s, e);
	if (versions < 0)
		return (-1);
	if (fstatat(versions, v->image, &st, AT_SYMLINK_NOFOLLOW) == 0) {
		pstore_fail(e, PSTORE_CONFLICT, "%s/versions/%s: add: the "
		    "folder is there, but not in the catalogue", s->path,
		    v->image);
		r = pstore_hint(e, "look into it: pstore fsck");
		close(versions);
		return (r);
	}
	r = prepare(v, versions, e);
	if (r == 0)
		r = record(s, v, e);
	if (r == 0)
		r = place(s, v, versions, e);
	else
		pstore_tree_remove(versions, NEW, v->image, &ignored);
	close(versions);
	return (r);
}

static int
has_signature(const struct pstore_version *v, const struct pstore_signature *s)
{
	size_t i;

	for (i = 0; i < v->nsigs; i++) {
		if (memcmp(v->sigs[i].id, s->id, sizeof(s->id)) == 0)
			return (1);
	}
	return (0);
}

/* Signature files first, then the rows that list them: what is missing after
 * a power cut is a row, which fsck --repair adds. */
static int
store_signatures(struct pstore *s, const struct pstore_version *v,
    struct pstore_error *e)
{
	char at[PSTORE_TIME], who[PSTORE_WHO];
	int dir, r, versions;

	versions = store_versions_open(s, e);
	if (versions < 0)
		return (-1);
	dir = pstore_dir_open(versions, v->image, v->image, e);
	close(versions);
	if (dir < 0)
		return (-1);
	r = write_signatures(v, dir, 1, e);
	close(dir);
	if (r != 0 || db_begin(s, e) != 0)
		return (-1);
	pstore_time(at);
	pstore_who(who);
	if (store_insert_signers(s, v, e) != 0 ||
	    store_event(s, at, who, "sign", v->image, NULL, NULL, e) != 0) {
		db_rollback(s);
		return (-1);
	}
	return (db_commit(s, e));
}

static int
merge(struct pstore *s, const struct pstore_version *v,
    enum pstore_added *added, struct pstore_error *e)
{
	struct pstore_version *have;
	size_t i;
	int news, r;

	have = calloc(1, sizeof(*have));
	if (have == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: add", v->image));
	r = store_load(s, have, v->manifest.personality, v->manifest.version, e);
	for (news = 0, i = 0; r == 0 && i < v->nsigs; i++) {
		if (has_signature(have, &v->sigs[i]))
			continue;
		r = pstore_version_add_sig(have, &v->sigs[i], e);
		news = 1;
	}
	*added = news ? PSTORE_ADDED_SIGNATURE : PSTORE_ADDED_NOTHING;
	if (r == 0 && news)
		r = store_signatures(s, have, e);
	pstore_version_free(have);
	free(have);
	return (r);
}

int
pstore_add(struct pstore *s, const struct pstore_version *v,
    enum pstore_added *added, struct pstore_error *e)
{
	char have[PSTORE_HASH_TEXT], digest[PSTORE_HASH_TEXT];

	*added = PSTORE_ADDED;
	if (store_digest(s, v->manifest.personality, v->manifest.version, have,
	    e) != 0)
		return (-1);
	if (have[0] == '\0')
		return (add_new(s, v, e));
	pstore_hash_text(v->digest, digest);
	if (strcmp(have, digest) == 0)
		return (merge(s, v, added, e));
	pstore_fail(e, PSTORE_CONFLICT, "%s: add: the store has another one: "
	    "%s there, %s here", v->image, have, digest);
	return (pstore_hint(e, "build it under a number of its own: pimg build "
	    "%s --version N", v->manifest.personality));
}

int
pstore_sign_version(struct pstore *s, const char *name, uint32_t n,
    const struct pstore_seckey *sk, enum pstore_added *added,
    struct pstore_error *e)
{
	struct pstore_signature sig;
	struct pstore_version *v;
	int r;

	v = calloc(1, sizeof(*v));
	if (v == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: sign", name));
	*added = PSTORE_ADDED_NOTHING;
	r = store_load(s, v, name, n, e);
	if (r == 0)
		r = pstore_sign(&sig, sk, v->text, v->textlen, v->image, e);
	if (r == 0 && !has_signature(v, &sig)) {
		*added = PSTORE_ADDED_SIGNATURE;
		r = pstore_version_add_sig(v, &sig, e);
		if (r == 0)
			r = store_signatures(s, v, e);
	}
	pstore_version_free(v);
	free(v);
	return (r);
}
