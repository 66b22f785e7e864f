/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The catalogue's connection.
 *
 * The journal is not WAL: a reader without write permission could not open a
 * WAL catalogue that root owns.  It is truncated and synced at each commit, so
 * that a committed promotion survives a power cut.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pstore/db.h"
#include "pstore/io.h"
#include "pstore_schema.h"		/* made from schema/ by the build */

#define	BUSY_MS	5000

static const struct {
	int	from;
	const char *sql;
} migrations[] = {
	{ 1, pstore_migrate_2 },
};

int
db_fail(struct pstore *s, const char *what, struct pstore_error *e)
{
	const char *cause;
	int code;

	code = sqlite3_extended_errcode(s->db);
	cause = sqlite3_errmsg(s->db);
	switch (code & 0xff) {
	case SQLITE_BUSY:
	case SQLITE_LOCKED:
		pstore_fail(e, PSTORE_BUSY, "%s/" DB_FILE ": %s: another "
		    "process holds it", s->path, what);
		return (pstore_hint(e, "try again in a moment"));
	case SQLITE_FULL:
		pstore_fail(e, PSTORE_FULL, "%s/" DB_FILE ": %s: no space "
		    "left", s->path, what);
		return (pstore_hint(e, "make room; nothing was changed"));
	case SQLITE_CORRUPT:
	case SQLITE_NOTADB:
		pstore_fail(e, PSTORE_CORRUPT, "%s/" DB_FILE ": %s: %s", s->path,
		    what, cause);
		return (pstore_hint(e, "exec does not need it; move it away, "
		    "and pstore fsck --repair makes a new one from the files"));
	case SQLITE_READONLY:
	case SQLITE_PERM:
	case SQLITE_AUTH:
		return (pstore_fail(e, PSTORE_DENIED, "%s/" DB_FILE ": %s: %s",
		    s->path, what, code == SQLITE_READONLY_ROLLBACK ?
		    "a killed writer's journal is left and you may not write" :
		    cause));
	default:
		if (sqlite3_system_errno(s->db) == ENOSPC ||
		    sqlite3_system_errno(s->db) == EDQUOT)
			return (pstore_fail(e, PSTORE_FULL, "%s/" DB_FILE
			    ": %s: no space left", s->path, what));
		return (pstore_fail(e, PSTORE_FAILED, "%s/" DB_FILE ": %s: %s",
		    s->path, what, cause));
	}
}

static int
bind(sqlite3_stmt *st, const char *fmt, va_list ap)
{
	int i, r;

	r = SQLITE_OK;
	for (i = 1; r == SQLITE_OK && *fmt != '\0'; fmt++, i++) {
		if (*fmt == 'i')
			r = sqlite3_bind_int64(st, i, va_arg(ap, int64_t));
		else
			r = sqlite3_bind_text(st, i, va_arg(ap, const char *),
			    -1, SQLITE_TRANSIENT);
	}
	return (r);
}

static int
vprepare(struct pstore *s, sqlite3_stmt **st, struct pstore_error *e,
    const char *sql, const char *fmt, va_list ap)
{
	if (s->db == NULL) {
		pstore_fail(e, PSTORE_NOTFOUND, "store %s: query: it has no "
		    "catalogue", s->path);
		return (pstore_hint(e, "make one from its files: pstore fsck "
		    "--repair --store %s", s->path));
	}
	if (sqlite3_prepare_v2(s->db, sql, -1, st, NULL) != SQLITE_OK)
		return (db_fail(s, "query", e));
	if (bind(*st, fmt, ap) != SQLITE_OK) {
		db_fail(s, "query", e);
		sqlite3_finalize(*st);
		return (-1);
	}
	return (0);
}

int
db_prepare(struct pstore *s, sqlite3_stmt **st, struct pstore_error *e,
    const char *sql, const char *fmt, ...)
{
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = vprepare(s, st, e, sql, fmt, ap);
	va_end(ap);
	return (r);
}

int
db_step(struct pstore *s, sqlite3_stmt *st, struct pstore_error *e)
{
	switch (sqlite3_step(st)) {
	case SQLITE_ROW:
		return (1);
	case SQLITE_DONE:
		return (0);
	default:
		return (db_fail(s, "query", e));
	}
}

int
db_run(struct pstore *s, struct pstore_error *e, const char *sql,
    const char *fmt, ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = vprepare(s, &st, e, sql, fmt, ap);
	va_end(ap);
	if (r != 0)
		return (-1);
	if (pstore_fault("query") != 0)
		r = pstore_fail_os(e, errno, "%s/" DB_FILE ": write", s->path);
	else
		r = db_step(s, st, e);
	sqlite3_finalize(st);
	return (r < 0 ? -1 : 0);
}

int
db_int(struct pstore *s, int64_t *out, int64_t deflt, struct pstore_error *e,
    const char *sql, const char *fmt, ...)
{
	sqlite3_stmt *st;
	va_list ap;
	int r;

	va_start(ap, fmt);
	r = vprepare(s, &st, e, sql, fmt, ap);
	va_end(ap);
	if (r != 0)
		return (-1);
	r = db_step(s, st, e);
	*out = deflt;
	if (r == 1 && sqlite3_column_type(st, 0) != SQLITE_NULL)
		*out = sqlite3_column_int64(st, 0);
	sqlite3_finalize(st);
	return (r < 0 ? -1 : 0);
}

int
db_begin(struct pstore *s, struct pstore_error *e)
{
	return (db_run(s, e, "BEGIN IMMEDIATE", ""));
}

int
db_commit(struct pstore *s, struct pstore_error *e)
{
	if (db_run(s, e, "COMMIT", "") == 0)
		return (0);
	db_rollback(s);
	return (-1);
}

void
db_rollback(struct pstore *s)
{
	if (!sqlite3_get_autocommit(s->db))
		sqlite3_exec(s->db, "ROLLBACK", NULL, NULL, NULL);
}

static int
script(struct pstore *s, const char *sql, const char *what,
    struct pstore_error *e)
{
	if (db_begin(s, e) != 0)
		return (-1);
	if (sqlite3_exec(s->db, sql, NULL, NULL, NULL) != SQLITE_OK) {
		db_fail(s, what, e);
		db_rollback(s);
		return (-1);
	}
	return (db_commit(s, e));
}

static int
migrate(struct pstore *s, int64_t version, struct pstore_error *e)
{
	size_t i;

	for (i = 0; i < sizeof(migrations) / sizeof(migrations[0]); i++) {
		if (migrations[i].from < version)
			continue;
		if (script(s, migrations[i].sql, "migrate", e) != 0)
			return (-1);
	}
	return (0);
}

static int
newer(struct pstore *s, int64_t version, struct pstore_error *e)
{
	pstore_fail(e, PSTORE_UNSUPPORTED, "%s/" DB_FILE ": open: its schema is "
	    "%lld, this pstore knows up to %d", s->path, (long long)version,
	    DB_SCHEMA);
	return (pstore_hint(e, "a newer pimg wrote it: upgrade this one; "
	    "pstore exec works meanwhile"));
}

/* Whose it is, how old it is. */
static int
identify(struct pstore *s, struct pstore_error *e)
{
	int64_t app, version;

	if (db_int(s, &app, 0, e, "PRAGMA application_id", "") != 0 ||
	    db_int(s, &version, 0, e, "PRAGMA user_version", "") != 0)
		return (-1);
	if (app == 0 && version == 0 && s->mode == PSTORE_WRITE) {
		s->fresh = 1;
		return (script(s, pstore_schema, "create", e));
	}
	if (app != DB_APPLICATION || version < 1)
		return (pstore_fail(e, PSTORE_CORRUPT, "%s/" DB_FILE ": open: "
		    "not the catalogue of a store", s->path));
	if (version > DB_SCHEMA)
		return (newer(s, version, e));
	if (version < DB_SCHEMA && s->mode == PSTORE_WRITE)
		return (migrate(s, version, e));
	return (0);
}

/* It is opened by name: below a path that was checked, a file that nobody
 * else may have put there. */
static int
check_file(struct pstore *s, struct pstore_error *e)
{
	char object[PATH_MAX + 16];
	struct stat st;
	int fd, r;

	snprintf(object, sizeof(object), "%s/" DB_FILE, s->path);
	/* Opened without a lock and closed before sqlite has one: closing a
	 * descriptor later would drop sqlite's locks. */
	fd = openat(s->fd, DB_FILE, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0 && errno == ENOENT)
		return (1);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: open", object));
	if (fstat(fd, &st) != 0 || !S_ISREG(st.st_mode))
		r = pstore_fail(e, PSTORE_CORRUPT, "%s: open: not a regular "
		    "file", object);
	else
		r = pstore_fd_safe(fd, object, e);
	close(fd);
	return (r);
}

int
db_open(struct pstore *s, struct pstore_error *e)
{
	char file[PATH_MAX + 16];
	int flags, r;

	r = check_file(s, e);
	if (r < 0)
		return (-1);
	if (r == 1 && s->mode == PSTORE_READ)
		return (0);
	snprintf(file, sizeof(file), "%s/" DB_FILE, s->path);
	flags = SQLITE_OPEN_NOMUTEX | (s->mode == PSTORE_READ ?
	    SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE);
	if (sqlite3_open_v2(file, &s->db, flags, NULL) != SQLITE_OK) {
		db_fail(s, "open", e);
		if (access(file, s->mode == PSTORE_READ ? R_OK : W_OK) != 0 &&
		    errno == EACCES)
			e->code = PSTORE_DENIED;
		db_close(s);
		return (-1);
	}
	sqlite3_busy_timeout(s->db, BUSY_MS);
	if (sqlite3_exec(s->db, "PRAGMA journal_mode = TRUNCATE;"
	    "PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON;"
	    "PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON",
	    NULL, NULL, NULL) != SQLITE_OK) {
		db_fail(s, "open", e);
		db_close(s);
		return (-1);
	}
	if (identify(s, e) != 0) {
		db_close(s);
		return (-1);
	}
	return (0);
}

void
db_close(struct pstore *s)
{
	sqlite3_close(s->db);
	s->db = NULL;
}
