/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Promotion and rollback.
 *
 * Invariant: current/NAME is the version that the catalogue says, or, for the
 * moment between commit and rename, the one before; never absent once it was
 * there, never pointing to something that was not whole and checked.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/impl.h"
#include "pstore/io.h"

static int
open_current(struct pstore *s, struct pstore_error *e)
{
	char object[PATH_MAX + 16];

	snprintf(object, sizeof(object), "%s/current", s->path);
	return (pstore_dir_open(s->fd, "current", object, e));
}

int
store_link_prepare(struct pstore *s, const char *name, uint32_t n,
    struct pstore_error *e)
{
	char target[64], tmp[PIMG_NAME_MAX + 8];
	int fd, r;

	fd = open_current(s, e);
	if (fd < 0)
		return (-1);
	snprintf(target, sizeof(target), "../versions/%s@%u", name, n);
	snprintf(tmp, sizeof(tmp), ".%s.new", name);
	unlinkat(fd, tmp, 0);
	/* That there is room is known then.  It need not be synced: if a power
	 * cut takes it after the commit, it is made again. */
	r = 0;
	if (pstore_fault("symlink") != 0 || symlinkat(target, fd, tmp) != 0)
		r = pstore_fail_os(e, errno, "%s/current/%s: create", s->path,
		    name);
	close(fd);
	return (r);
}

int
store_link_rename(struct pstore *s, const char *name, struct pstore_error *e)
{
	char tmp[PIMG_NAME_MAX + 8];
	int fd, r;

	fd = open_current(s, e);
	if (fd < 0)
		return (-1);
	snprintf(tmp, sizeof(tmp), ".%s.new", name);
	/* A power cut before this rename is on disk: the catalogue is ahead,
	 * exec runs the version before; the next one to open the catalogue
	 * renames. */
	if (pstore_fault("rename link") != 0 ||
	    renameat(fd, tmp, fd, name) != 0)
		r = pstore_fail_os(e, errno, "%s/current/%s: rename", s->path,
		    name);
	else
		r = pstore_dir_sync(fd, s->path, e);
	close(fd);
	return (r);
}

void
pstore_act_init(struct pstore_act *a)
{
	memset(a, 0, sizeof(*a));
	pstore_time(a->at);
	pstore_who(a->who);
}

int
pstore_admit(struct pstore *s, const struct pstore_version *v,
    const struct pstore_act *a, struct pstore_change *c,
    struct pstore_error *e)
{
	struct pstore_trust *t;
	int r;

	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: verify", v->image));
	r = pstore_trust_load(t, s->fd, s->path, e);
	if (r == 0)
		r = pstore_version_trust(v, t, e);
	free(t);
	if (r == 0 || e->code != PSTORE_UNTRUSTED || !a->untrusted)
		return (r);
	c->overridden = 1;
	snprintf(c->cause, sizeof(c->cause), "%.255s", e->message);
	return (0);
}

/* The version on top: who promoted it, when. */
struct top {
	int64_t	id, below, personality;
	uint32_t number;
	char	name[PIMG_NAME_MAX + 1];
	char	who[PSTORE_WHO], at[PSTORE_TIME];
};

static void
copy_text(char *out, size_t size, sqlite3_stmt *st, int column)
{
	const char *text;

	text = (const char *)sqlite3_column_text(st, column);
	snprintf(out, size, "%s", text != NULL ? text : "");
}

#define	TOP_COLUMNS							\
	"SELECT q.id, q.below, q.number, q.who, q.at, p.name, p.id "	\
	"FROM promotion q JOIN personality p ON p.id = q.personality "

/* 1: there is one; 0: none. */
static int
read_top(struct pstore *s, sqlite3_stmt *st, struct top *t,
    struct pstore_error *e)
{
	int r;

	memset(t, 0, sizeof(*t));
	r = db_step(s, st, e);
	if (r == 1) {
		t->id = sqlite3_column_int64(st, 0);
		t->below = sqlite3_column_int64(st, 1);
		t->number = (uint32_t)sqlite3_column_int64(st, 2);
		copy_text(t->who, sizeof(t->who), st, 3);
		copy_text(t->at, sizeof(t->at), st, 4);
		copy_text(t->name, sizeof(t->name), st, 5);
		t->personality = sqlite3_column_int64(st, 6);
	}
	sqlite3_finalize(st);
	return (r);
}

/* NAME NULL: the personality that was promoted last. */
static int
top_of(struct pstore *s, const char *name, struct top *t,
    struct pstore_error *e)
{
	sqlite3_stmt *st;
	int r;

	if (name != NULL)
		r = db_prepare(s, &st, e, TOP_COLUMNS
		    "WHERE q.id = p.top AND p.name = ?", "s", name);
	else
		r = db_prepare(s, &st, e, TOP_COLUMNS
		    "WHERE q.id = p.top ORDER BY q.id DESC LIMIT 1", "");
	return (r != 0 ? -1 : read_top(s, st, t, e));
}

static int
promotion(struct pstore *s, int64_t id, struct top *t, struct pstore_error *e)
{
	sqlite3_stmt *st;

	if (db_prepare(s, &st, e, TOP_COLUMNS "WHERE q.id = ?", "i", id) != 0)
		return (-1);
	return (read_top(s, st, t, e));
}

static void
image_of(char out[PSTORE_IMAGE_MAX], const char *name, uint32_t n)
{
	snprintf(out, PSTORE_IMAGE_MAX, "%.*s@%u", PIMG_NAME_MAX, name, n);
}

/* The row of the log, with the override's cause when there was one. */
static int
log_change(struct pstore *s, const char *action, const struct pstore_act *a,
    const struct pstore_change *c, struct pstore_error *e)
{
	char from[PSTORE_IMAGE_MAX], note[PSTORE_NOTE + 300];
	char to[PSTORE_IMAGE_MAX];

	image_of(from, c->name, c->from);
	image_of(to, c->name, c->to);
	snprintf(note, sizeof(note), "%s%s%s%s",
	    a->message != NULL ? a->message : "",
	    a->message != NULL && c->overridden ? "; " : "",
	    c->overridden ? "untrusted allowed: " : "",
	    c->overridden ? c->cause : "");
	return (store_event(s, a->at, a->who, action, to,
	    c->from != 0 ? from : NULL, note[0] != '\0' ? note : NULL, e));
}

static int
commit_promotion(struct pstore *s, const struct pstore_act *a,
    const struct pstore_change *c, struct pstore_error *e)
{
	if (db_begin(s, e) != 0)
		return (-1);
	if (store_push(s, c->name, c->to, a->who, a->at, e) != 0 ||
	    log_change(s, "promote", a, c, e) != 0) {
		db_rollback(s);
		return (-1);
	}
	return (db_commit(s, e));
}

static int
commit_rollback(struct pstore *s, const struct pstore_act *a,
    const struct pstore_change *c, const struct top *t, struct pstore_error *e)
{
	if (db_begin(s, e) != 0)
		return (-1);
	if (db_run(s, e, "UPDATE personality SET top = ? WHERE id = ?", "ii",
	    t->below, t->personality) != 0 ||
	    log_change(s, "rollback", a, c, e) != 0) {
		db_rollback(s);
		return (-1);
	}
	return (db_commit(s, e));
}

/* After a commit whose rename failed: as if it had not been. */
static void
take_back(struct pstore *s, const char *name, int64_t top)
{
	struct pstore_error ignored;

	if (db_begin(s, &ignored) != 0)
		return;
	if (db_run(s, &ignored, "UPDATE personality SET top = nullif(?, 0) "
	    "WHERE name = ?", "is", top, name) != 0 ||
	    db_run(s, &ignored, "DELETE FROM promotion WHERE id > ? AND "
	    "id = (SELECT max(id) FROM promotion) AND personality = (SELECT id "
	    "FROM personality WHERE name = ?)", "is", top, name) != 0 ||
	    db_run(s, &ignored, "DELETE FROM event WHERE id = "
	    "(SELECT max(id) FROM event)", "") != 0)
		db_rollback(s);
	else
		db_commit(s, &ignored);
}

/* Reads, hashes and checks the version; its signature decides. */
static int
check_version(struct pstore *s, const char *name, uint32_t n,
    const struct pstore_act *a, struct pstore_change *c,
    struct pstore_error *e)
{
	char digest[PSTORE_HASH_TEXT], have[PSTORE_HASH_TEXT];
	struct pstore_version *v;
	int r;

	v = calloc(1, sizeof(*v));
	if (v == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: promote", name));
	r = store_load(s, v, name, n, e);
	if (r == 0)
		r = store_digest(s, name, n, digest, e);
	if (r == 0) {
		pstore_hash_text(v->digest, have);
		if (strcmp(have, digest) != 0)
			r = pstore_fail(e, PSTORE_CORRUPT, "%s: promote: the "
			    "catalogue says %s, the folder is %s", v->image,
			    digest[0] != '\0' ? digest : "nothing", have);
	}
	if (r == 0)
		r = pstore_admit(s, v, a, c, e);
	pstore_version_free(v);
	free(v);
	return (r);
}

int
pstore_promote(struct pstore *s, const char *name, uint32_t n,
    const struct pstore_act *a, struct pstore_change *c,
    struct pstore_error *e)
{
	struct top t;

	memset(c, 0, sizeof(*c));
	snprintf(c->name, sizeof(c->name), "%s", name);
	if (top_of(s, name, &t, e) < 0 || check_version(s, name, n, a, c, e) != 0)
		return (-1);
	c->from = t.number;
	c->to = n;
	c->nothing = t.number == n;
	snprintf(c->who, sizeof(c->who), "%s", c->nothing ? t.who : a->who);
	snprintf(c->at, sizeof(c->at), "%s", c->nothing ? t.at : a->at);
	if (c->nothing || a->dry)
		return (0);
	if (store_link_prepare(s, name, n, e) != 0 ||
	    commit_promotion(s, a, c, e) != 0)
		return (-1);
	if (store_link_rename(s, name, e) == 0)
		return (0);
	take_back(s, name, t.id);
	return (-1);
}

static int
nothing_before(const char *name, const struct top *t, struct pstore_error *e)
{
	if (t->number == 0 && name == NULL)
		return (pstore_fail(e, PSTORE_NOTFOUND,
		    "rollback: nothing was promoted yet"));
	if (t->number == 0)
		return (pstore_fail(e, PSTORE_NOTFOUND,
		    "%s: rollback: no version of it was promoted", name));
	pstore_fail(e, PSTORE_NOTFOUND, "%s: rollback: nothing was promoted "
	    "before %s@%u", t->name, t->name, t->number);
	return (pstore_hint(e, "promote another version: pstore promote %s@N",
	    t->name));
}

int
pstore_rollback(struct pstore *s, const char *name, const struct pstore_act *a,
    struct pstore_change *c, struct pstore_error *e)
{
	struct top below, t;

	memset(c, 0, sizeof(*c));
	if (top_of(s, name, &t, e) < 0)
		return (-1);
	if (t.below == 0)
		return (nothing_before(name, &t, e));
	if (promotion(s, t.below, &below, e) < 0)
		return (-1);
	snprintf(c->name, sizeof(c->name), "%s", t.name);
	c->from = t.number;
	c->to = below.number;
	snprintf(c->who, sizeof(c->who), "%s", below.who);
	snprintf(c->at, sizeof(c->at), "%s", below.at);
	if (check_version(s, t.name, below.number, a, c, e) != 0)
		return (-1);
	if (a->dry)
		return (0);
	if (store_link_prepare(s, t.name, below.number, e) != 0 ||
	    commit_rollback(s, a, c, &t, e) != 0)
		return (-1);
	if (store_link_rename(s, t.name, e) == 0)
		return (0);
	take_back(s, t.name, t.id);
	return (-1);
}
