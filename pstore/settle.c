/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Finishing a killed add, and taking existing files into a new catalogue.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pstore/impl.h"
#include "pstore/io.h"

#define	NEW	".new"

/* Which version versions/.new is; an empty name: none that is whole. */
static int
identify_new(int versions, struct pstore_manifest *m, char digest[PSTORE_HASH_TEXT])
{
	struct pstore_error ignored;
	uint8_t hash[PSTORE_HASH_BYTES];
	size_t len;
	char *text;
	int dir, r;

	dir = pstore_dir_open(versions, NEW, NEW, &ignored);
	if (dir < 0)
		return (-1);
	r = pstore_file_read(dir, "manifest", NEW, PSTORE_MANIFEST_MAX, &text,
	    &len, &ignored);
	close(dir);
	if (r != 0)
		return (-1);
	r = pstore_manifest_parse(m, text, len, NEW, &ignored);
	pstore_hash(hash, text, len);
	pstore_hash_text(hash, digest);
	free(text);
	return (r);
}

/* The row was committed only after the folder was whole and synced. */
static int
finish_new(struct pstore *s, int versions, struct pstore_error *e)
{
	char digest[PSTORE_HASH_TEXT], have[PSTORE_HASH_TEXT];
	char image[PSTORE_IMAGE_MAX];
	struct pstore_manifest m;

	if (identify_new(versions, &m, digest) == 0) {
		if (store_digest(s, m.personality, m.version, have, e) != 0)
			return (-1);
		snprintf(image, sizeof(image), "%s@%u", m.personality,
		    m.version);
		if (strcmp(have, digest) == 0 &&
		    renameat(versions, NEW, versions, image) == 0)
			return (pstore_dir_sync(versions, image, e));
	}
	return (pstore_tree_remove(versions, NEW, NEW, e));
}

int
store_settle_new(struct pstore *s, struct pstore_error *e)
{
	struct stat st;
	int r, versions;

	versions = store_versions_open(s, e);
	if (versions < 0)
		return (-1);
	r = 0;
	if (fstatat(versions, NEW, &st, AT_SYMLINK_NOFOLLOW) == 0)
		r = finish_new(s, versions, e);
	close(versions);
	return (r);
}

static void
time_of(int dir, char at[PSTORE_TIME])
{
	struct stat st;
	struct tm tm;

	if (fstat(dir, &st) != 0)
		st.st_mtime = 0;
	gmtime_r(&st.st_mtime, &tm);
	strftime(at, PSTORE_TIME, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

int
store_adopt_one(struct pstore *s, int versions, const char *image,
    struct pstore_error *e)
{
	struct pstore_version *v;
	char at[PSTORE_TIME];
	int dir, r;

	v = calloc(1, sizeof(*v));
	if (v == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: adopt", image));
	dir = pstore_dir_open(versions, image, image, e);
	r = dir < 0 ? -1 : pstore_version_load(v, dir, image, e);
	if (r == 0) {
		time_of(dir, at);
		r = store_insert_version(s, v, at, e);
	}
	if (dir >= 0)
		close(dir);
	pstore_version_free(v);
	free(v);
	return (r);
}

/* What is damaged stays out; fsck names it. */
static int
adopt_version(void *arg, int versions, const char *entry,
    struct pstore_error *e)
{
	struct pstore_error ignored;
	struct pstore_ref ref;

	(void)e;
	if (entry[0] != '.' && pstore_ref_parse(&ref, entry, &ignored) == 0)
		store_adopt_one(arg, versions, entry, &ignored);
	return (0);
}

int
store_adopt_link(struct pstore *s, const char *name, struct pstore_error *e)
{
	char at[PSTORE_TIME], have[PSTORE_HASH_TEXT], who[PSTORE_WHO];
	uint32_t n;

	if (pstore_current(&s->place, name, &n, e) != 0 ||
	    store_digest(s, name, n, have, e) != 0)
		return (-1);
	if (n == 0 || have[0] == '\0')
		return (0);
	pstore_time(at);
	pstore_who(who);
	return (store_push(s, name, n, who, at, e));
}

static int
adopt_link(void *arg, int current, const char *entry, struct pstore_error *e)
{
	struct pstore_error ignored;

	(void)current;
	(void)e;
	if (pstore_name_valid(entry))
		store_adopt_link(arg, entry, &ignored);
	return (0);
}

int
store_adopt(struct pstore *s, struct pstore_error *e)
{
	if (db_begin(s, e) != 0)
		return (-1);
	if (pstore_dir_each(s->fd, "versions", s->path, adopt_version, s,
	    e) != 0 ||
	    pstore_dir_each(s->fd, "current", s->path, adopt_link, s, e) != 0) {
		db_rollback(s);
		return (-1);
	}
	return (db_commit(s, e));
}
