/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Inside a store: the lock, the catalogue's handle, statements.
 *
 * For libpstore's own files only.
 */
#ifndef PSTORE_DB_H
#define PSTORE_DB_H

#include <limits.h>
#include <sqlite3.h>

#include "pstore/store.h"

#define	DB_FILE		"catalogue.db"
#define	DB_SCHEMA	2		/* user_version of schema.sql */
#define	DB_APPLICATION	1885957479	/* "pimg" */

struct pstore {
	int	fd;			/* the folder */
	int	lock;			/* STORE/lock, held; -1 when reading */
	int	fresh;			/* the catalogue was made by this open */
	enum pstore_mode mode;
	sqlite3	*db;			/* NULL: a store without a catalogue */
	struct pstore_place place;
	char	path[PATH_MAX];
};

/* Opens or makes the catalogue, migrates it when writing. */
int	db_open(struct pstore *, struct pstore_error *);
void	db_close(struct pstore *);

/*
 * A statement with its parameters bound: FMT has a letter for each, 'i' for
 * int64_t, 's' for a string or NULL.
 */
int	db_prepare(struct pstore *, sqlite3_stmt **, struct pstore_error *,
	    const char *sql, const char *fmt, ...);
/* 1: a row, 0: no more (the statement is finished by the caller), -1. */
int	db_step(struct pstore *, sqlite3_stmt *, struct pstore_error *);
/* A statement without rows. */
int	db_run(struct pstore *, struct pstore_error *, const char *sql,
	    const char *fmt, ...);
/* The one integer of the first row; DEFLT when there is none or it is NULL. */
int	db_int(struct pstore *, int64_t *out, int64_t deflt,
	    struct pstore_error *, const char *sql, const char *fmt, ...);

int	db_begin(struct pstore *, struct pstore_error *);
int	db_commit(struct pstore *, struct pstore_error *);
void	db_rollback(struct pstore *);

/* What db_step left in the connection, as an error record. */
int	db_fail(struct pstore *, const char *what, struct pstore_error *);

#endif
