/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The catalogue's schema: one that was migrated equals a new one, a newer one
 * and foreign files are refused.
 */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <sys/stat.h>

#include "tests/pstore/unit.h"
#include <sqlite3.h>

#include "pstore/catalogue.h"

static struct pstore_error e;
static struct pstore_places places;

static int
open_close(const char *store, enum pstore_mode mode)
{
	struct pstore *s;
	int r;

	ATF_REQUIRE_EQ(0, pstore_places_open(&places, store, &e));
	r = pstore_open(&s, &places.v[0], mode, &e);
	if (r == 0)
		pstore_close(s);
	pstore_places_close(&places);
	return (r);
}

static void
sql(const char *file, const char *text)
{
	sqlite3 *db;

	ATF_REQUIRE_EQ(SQLITE_OK, sqlite3_open(file, &db));
	ATF_REQUIRE_EQ_MSG(SQLITE_OK, sqlite3_exec(db, text, NULL, NULL, NULL),
	    "%s", sqlite3_errmsg(db));
	sqlite3_close(db);
}

/* Every object of the schema and both numbers, as one text. */
static char *
dump(const char *file)
{
	sqlite3_stmt *st;
	sqlite3 *db;
	char *text;

	text = calloc(1, 16384);
	ATF_REQUIRE_EQ(SQLITE_OK, sqlite3_open(file, &db));
	ATF_REQUIRE_EQ(SQLITE_OK, sqlite3_prepare_v2(db, "SELECT type || ' ' || "
	    "name || ' ' || ifnull(sql, '') FROM sqlite_schema WHERE name NOT "
	    "LIKE 'sqlite_stat%' UNION ALL SELECT 'user_version ' || "
	    "user_version FROM pragma_user_version UNION ALL SELECT "
	    "'application_id ' || application_id FROM pragma_application_id "
	    "ORDER BY 1", -1, &st, NULL));
	while (sqlite3_step(st) == SQLITE_ROW) {
		strcat(text, (const char *)sqlite3_column_text(st, 0));
		strcat(text, "\n");
	}
	sqlite3_finalize(st);
	sqlite3_close(db);
	return (text);
}

static char *
slurp(const char *file)
{
	char *text;
	FILE *f;

	text = calloc(1, 65536);
	f = fopen(file, "r");
	ATF_REQUIRE_MSG(f != NULL, "%s", file);
	ATF_REQUIRE(fread(text, 1, 65535, f) > 0);
	fclose(f);
	return (text);
}

static void
make_old(const atf_tc_t *tc)
{
	char path[1024];
	char *text;

	snprintf(path, sizeof(path), "%s/catalogue-1.sql",
	    atf_tc_get_config_var(tc, "srcdir"));
	text = slurp(path);
	ATF_REQUIRE_EQ(0, mkdir("old", 0755));
	ATF_REQUIRE_EQ(0, mkdir("old/versions", 0755));
	ATF_REQUIRE_EQ(0, mkdir("old/current", 0755));
	sql("old/catalogue.db", text);
	free(text);
}

ATF_TC_WITHOUT_HEAD(schema__migrated_equals_new);
ATF_TC_BODY(schema__migrated_equals_new, tc)
{
	char *fresh, *migrated;

	make_old(tc);
	ATF_REQUIRE_EQ_MSG(0, open_close("old", PSTORE_WRITE), "%s", e.message);
	ATF_REQUIRE_EQ_MSG(0, open_close("new", PSTORE_WRITE), "%s", e.message);
	fresh = dump("new/catalogue.db");
	migrated = dump("old/catalogue.db");
	ATF_CHECK(strstr(fresh, "user_version 2") != NULL);
	ATF_CHECK_STREQ(fresh, migrated);
	free(fresh);
	free(migrated);
}

static int
keep(void *arg, const struct pstore_row *r, struct pstore_error *unused)
{
	(void)unused;
	strcat(arg, r->image);
	strcat(arg, " ");
	return (0);
}

/* The old one's contents are kept; a reader does not need the migration. */
ATF_TC_WITHOUT_HEAD(schema__old_is_read);
ATF_TC_BODY(schema__old_is_read, tc)
{
	char rows[256] = "";
	struct pstore *s;

	make_old(tc);
	ATF_REQUIRE_EQ(0, pstore_places_open(&places, "old", &e));
	ATF_REQUIRE_EQ_MSG(0, pstore_open(&s, &places.v[0], PSTORE_READ, &e),
	    "%s", e.message);
	ATF_REQUIRE_EQ(0, pstore_list(s, NULL, 0, keep, rows, &e));
	pstore_close(s);
	pstore_places_close(&places);
	ATF_CHECK_STREQ("linux26@1 linux26@2 ", rows);
	ATF_REQUIRE_EQ(0, open_close("old", PSTORE_WRITE));
	rows[0] = '\0';
	ATF_REQUIRE_EQ(0, pstore_places_open(&places, "old", &e));
	ATF_REQUIRE_EQ(0, pstore_open(&s, &places.v[0], PSTORE_READ, &e));
	ATF_REQUIRE_EQ(0, pstore_list(s, "linux26", 2, keep, rows, &e));
	ATF_CHECK_STREQ("linux26@2 ", rows);
	pstore_close(s);
}

ATF_TC_WITHOUT_HEAD(schema__newer_is_refused);
ATF_TC_BODY(schema__newer_is_refused, tc)
{
	ATF_REQUIRE_EQ(0, open_close("new", PSTORE_WRITE));
	sql("new/catalogue.db", "PRAGMA user_version = 3");
	ATF_CHECK_EQ(-1, open_close("new", PSTORE_READ));
	ATF_CHECK_EQ(PSTORE_UNSUPPORTED, e.code);
	ATF_CHECK_EQ(-1, open_close("new", PSTORE_WRITE));
	ATF_CHECK_EQ(PSTORE_UNSUPPORTED, e.code);
	ATF_CHECK(strstr(e.message, "its schema is 3, this pstore knows up to "
	    "2") != NULL);
}

ATF_TC_WITHOUT_HEAD(schema__foreign_is_refused);
ATF_TC_BODY(schema__foreign_is_refused, tc)
{
	ATF_REQUIRE_EQ(0, mkdir("a", 0755));
	sql("a/catalogue.db", "CREATE TABLE x (y); PRAGMA user_version = 1");
	ATF_CHECK_EQ(-1, open_close("a", PSTORE_WRITE));
	ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
	ATF_REQUIRE_EQ(0, mkdir("b", 0755));
	atf_utils_create_file("b/catalogue.db", "%01000d", 7);
	ATF_CHECK_EQ(-1, open_close("b", PSTORE_READ));
	ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
	ATF_REQUIRE_EQ(0, mkdir("c", 0755));
	ATF_REQUIRE_EQ(0, symlink("../a/catalogue.db", "c/catalogue.db"));
	ATF_CHECK_EQ(-1, open_close("c", PSTORE_READ));
	ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
}

/* Not WAL: root's catalogue must be readable without writing. */
ATF_TC_WITHOUT_HEAD(journal__is_not_wal);
ATF_TC_BODY(journal__is_not_wal, tc)
{
	unsigned char head[32];
	int fd;

	ATF_REQUIRE_EQ(0, open_close("new", PSTORE_WRITE));
	fd = open("new/catalogue.db", O_RDONLY);
	ATF_REQUIRE_EQ(32, read(fd, head, sizeof(head)));
	close(fd);
	ATF_CHECK_EQ(1, head[18]);	/* file format: 1 legacy, 2 WAL */
	ATF_CHECK_EQ(1, head[19]);
}

ATF_TP_ADD_TCS(tp)
{
	umask(022);
	ATF_TP_ADD_TC(tp, schema__migrated_equals_new);
	ATF_TP_ADD_TC(tp, schema__old_is_read);
	ATF_TP_ADD_TC(tp, schema__newer_is_refused);
	ATF_TP_ADD_TC(tp, schema__foreign_is_refused);
	ATF_TP_ADD_TC(tp, journal__is_not_wal);
	return (atf_no_error());
}
