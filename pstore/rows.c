/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Rows: small statements that several changes have in common.  The caller
 * holds the transaction.
 */
#include <stdio.h>
#include <string.h>

#include "pstore/impl.h"

int
store_personality(struct pstore *s, const char *name, int64_t *id,
    struct pstore_error *e)
{
	if (db_run(s, e, "INSERT OR IGNORE INTO personality (name) VALUES (?)",
	    "s", name) != 0)
		return (-1);
	return (db_int(s, id, 0, e, "SELECT id FROM personality WHERE name = ?",
	    "s", name));
}

int
store_insert_signers(struct pstore *s, const struct pstore_version *v,
    struct pstore_error *e)
{
	char hex[PSTORE_KEYID_HEX];
	int64_t id;
	size_t i;

	if (store_personality(s, v->manifest.personality, &id, e) != 0)
		return (-1);
	for (i = 0; i < v->nsigs; i++) {
		pstore_keyid_hex(v->sigs[i].id, hex);
		if (db_run(s, e, "INSERT OR IGNORE INTO signer VALUES (?, ?, ?)",
		    "iis", id, (int64_t)v->manifest.version, hex) != 0)
			return (-1);
	}
	return (0);
}

int
store_insert_version(struct pstore *s, const struct pstore_version *v,
    const char *at, struct pstore_error *e)
{
	char digest[PSTORE_HASH_TEXT], source[PSTORE_HASH_TEXT];
	int64_t id;

	pstore_hash_text(v->digest, digest);
	pstore_hash_text(v->manifest.source, source);
	if (store_personality(s, v->manifest.personality, &id, e) != 0 ||
	    db_run(s, e, "INSERT INTO version VALUES (?, ?, ?, ?, ?, ?)",
	    "iissis", id, (int64_t)v->manifest.version, digest, source,
	    (int64_t)v->manifest.abi, at) != 0 ||
	    db_run(s, e, "UPDATE personality SET highest = max(highest, ?) "
	    "WHERE id = ?", "ii", (int64_t)v->manifest.version, id) != 0)
		return (-1);
	return (store_insert_signers(s, v, e));
}

int
store_event(struct pstore *s, const char *at, const char *who,
    const char *action, const char *image, const char *previous,
    const char *message, struct pstore_error *e)
{
	return (db_run(s, e, "INSERT INTO event (at, who, action, image, "
	    "previous, message) VALUES (?, ?, ?, ?, ?, ?)", "ssssss", at, who,
	    action, image, previous, message));
}

int
store_push(struct pstore *s, const char *name, uint32_t n, const char *who,
    const char *at, struct pstore_error *e)
{
	int64_t id;

	if (store_personality(s, name, &id, e) != 0 ||
	    db_run(s, e, "INSERT INTO promotion (personality, number, below, "
	    "who, at) SELECT id, ?, top, ?, ? FROM personality WHERE id = ?",
	    "issi", (int64_t)n, who, at, id) != 0)
		return (-1);
	return (db_run(s, e, "UPDATE personality SET top = last_insert_rowid() "
	    "WHERE id = ?", "i", id));
}

int
store_digest(struct pstore *s, const char *name, uint32_t n,
    char out[PSTORE_HASH_TEXT], struct pstore_error *e)
{
	sqlite3_stmt *st;
	int r;

	out[0] = '\0';
	if (db_prepare(s, &st, e, "SELECT v.digest FROM version v JOIN "
	    "personality p ON p.id = v.personality WHERE p.name = ? AND "
	    "v.number = ?", "si", name, (int64_t)n) != 0)
		return (-1);
	r = db_step(s, st, e);
	if (r == 1)
		snprintf(out, PSTORE_HASH_TEXT, "%s",
		    (const char *)sqlite3_column_text(st, 0));
	sqlite3_finalize(st);
	return (r < 0 ? -1 : 0);
}
