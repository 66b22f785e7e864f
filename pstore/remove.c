/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Removing a version.
 *
 * What is current stays.  A version further down on the promotion stack loses
 * its places there, and a rollback passes it over.  versions/.old is a link
 * that names what is being removed, so that a process that dies after the
 * commit does not leave a folder that nobody knows.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pstore/impl.h"
#include "pstore/io.h"

#define	MARK	".old"

static int
check(struct pstore *s, const char *name, uint32_t n,
    struct pstore_removed *out, struct pstore_error *e)
{
	char have[PSTORE_HASH_TEXT];
	int64_t count, top;
	uint32_t linked;

	if (store_digest(s, name, n, have, e) != 0 ||
	    pstore_current(&s->place, name, &linked, e) != 0)
		return (-1);
	if (have[0] == '\0') {
		pstore_fail(e, PSTORE_NOTFOUND, "%s@%u: remove: not in store %s",
		    name, n, s->path);
		return (pstore_hint(e, "see what is there: pstore list"));
	}
	if (db_int(s, &top, 0, e, "SELECT q.number FROM promotion q JOIN "
	    "personality p ON p.top = q.id WHERE p.name = ?", "s", name) != 0)
		return (-1);
	if (linked == n || top == n) {
		pstore_fail(e, PSTORE_CONFLICT, "%s@%u: remove: it is current",
		    name, n);
		return (pstore_hint(e, "make another current first: pstore "
		    "promote %s@N, or pstore rollback %s", name, name));
	}
	if (db_int(s, &count, 0, e, "SELECT count(*) FROM promotion q JOIN "
	    "personality p ON p.id = q.personality WHERE p.name = ? AND "
	    "q.number = ?", "si", name, (int64_t)n) != 0)
		return (-1);
	out->rollbacks = (int)count;
	return (0);
}

/* Rows that pointed to a promotion of this version point below it. */
static int
unstack(struct pstore *s, int64_t personality, uint32_t n,
    struct pstore_error *e)
{
	int64_t id;

	for (;;) {
		if (db_int(s, &id, 0, e, "SELECT max(id) FROM promotion WHERE "
		    "personality = ? AND number = ?", "ii", personality,
		    (int64_t)n) != 0)
			return (-1);
		if (id == 0)
			return (0);
		if (db_run(s, e, "UPDATE promotion SET below = (SELECT below "
		    "FROM promotion WHERE id = ?) WHERE below = ?", "ii", id,
		    id) != 0 ||
		    db_run(s, e, "UPDATE personality SET top = (SELECT below "
		    "FROM promotion WHERE id = ?) WHERE top = ?", "ii", id,
		    id) != 0 ||
		    db_run(s, e, "DELETE FROM promotion WHERE id = ?", "i",
		    id) != 0)
			return (-1);
	}
}

int
store_forget(struct pstore *s, const char *name, uint32_t n,
    struct pstore_error *e)
{
	int64_t id;

	if (store_personality(s, name, &id, e) != 0 ||
	    unstack(s, id, n, e) != 0)
		return (-1);
	return (db_run(s, e, "DELETE FROM version WHERE personality = ? AND "
	    "number = ?", "ii", id, (int64_t)n));
}

static int
commit(struct pstore *s, const char *name, uint32_t n,
    const struct pstore_act *a, struct pstore_error *e)
{
	char image[PSTORE_IMAGE_MAX];

	snprintf(image, sizeof(image), "%.*s@%u", PIMG_NAME_MAX, name, n);
	if (db_begin(s, e) != 0)
		return (-1);
	if (store_forget(s, name, n, e) != 0 ||
	    store_event(s, a->at, a->who, "remove", image, NULL, a->message,
	    e) != 0) {
		db_rollback(s);
		return (-1);
	}
	return (db_commit(s, e));
}

/* In place, not by way of another name: /proc/PID/exe of those that still run
 * it keeps NAME@N in its path. */
static int
sweep(int versions, const char *image, struct pstore_error *e)
{
	if (pstore_tree_remove(versions, image, image, e) != 0 ||
	    pstore_dir_sync(versions, image, e) != 0)
		return (-1);
	if (unlinkat(versions, MARK, 0) != 0 && errno != ENOENT)
		return (pstore_fail_os(e, errno, "%s: remove", image));
	return (pstore_dir_sync(versions, image, e));
}

static int
mark(int versions, const char *image, struct pstore_error *e)
{
	unlinkat(versions, MARK, 0);
	if (pstore_fault("mark") != 0 || symlinkat(image, versions, MARK) != 0)
		return (pstore_fail_os(e, errno, "%s: remove", image));
	return (pstore_dir_sync(versions, image, e));
}

int
pstore_remove(struct pstore *s, const char *name, uint32_t n,
    const struct pstore_act *a, struct pstore_removed *out,
    struct pstore_error *e)
{
	char image[PSTORE_IMAGE_MAX];
	int r, versions;

	if (check(s, name, n, out, e) != 0)
		return (-1);
	if (a->dry)
		return (0);
	versions = store_versions_open(s, e);
	if (versions < 0)
		return (-1);
	snprintf(image, sizeof(image), "%.*s@%u", PIMG_NAME_MAX, name, n);
	r = mark(versions, image, e);
	if (r == 0 && (r = commit(s, name, n, a, e)) != 0)
		unlinkat(versions, MARK, 0);
	if (r == 0)
		r = sweep(versions, image, e);
	close(versions);
	return (r);
}

int
store_settle_old(struct pstore *s, struct pstore_error *e)
{
	char have[PSTORE_HASH_TEXT], image[PSTORE_IMAGE_MAX];
	struct pstore_ref ref;
	ssize_t len;
	int r, versions;

	versions = store_versions_open(s, e);
	if (versions < 0)
		return (-1);
	r = 0;
	len = readlinkat(versions, MARK, image, sizeof(image) - 1);
	if (len > 0) {
		image[len] = '\0';
		if (pstore_ref_parse(&ref, image, e) != 0 ||
		    ref.kind != PSTORE_REF_NUMBER)
			have[0] = 'x';
		else
			r = store_digest(s, ref.name, ref.number, have, e);
		if (r == 0 && have[0] == '\0')
			r = sweep(versions, image, e);
		else if (r == 0)
			unlinkat(versions, MARK, 0);
	}
	close(versions);
	return (r);
}
