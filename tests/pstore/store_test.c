/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The store as a compiler uses it: next number, sources, adding, signing.
 */
#include <sys/stat.h>

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/pstore/unit.h"
#include <sodium.h>

#include "pstore/catalogue.h"

static struct pstore_error e;
static struct pstore_version v;
static struct pstore *s;
static struct pstore_places places;

static int
open_store(enum pstore_mode mode)
{
	ATF_REQUIRE_EQ(0, pstore_places_open(&places, "store", &e));
	return (pstore_open(&s, &places.v[0], mode, &e));
}

static void
close_store(void)
{
	pstore_close(s);
	pstore_places_close(&places);
}

static void
make(uint32_t n, const char *text)
{
	struct pstore_input in = { "x86_64", text, strlen(text) };
	uint8_t source[PSTORE_HASH_BYTES];

	ATF_REQUIRE(sodium_init() >= 0);
	pstore_hash(source, text, strlen(text));
	ATF_REQUIRE_EQ_MSG(0, pstore_version_make(&v, "linux26", n, 1, source,
	    &in, 1, &e), "%s", e.message);
}

static enum pstore_added
add(void)
{
	enum pstore_added added;

	ATF_REQUIRE_EQ_MSG(0, pstore_add(s, &v, &added, &e), "%s", e.message);
	return (added);
}

static void
key(struct pstore_seckey *sk, uint8_t id)
{
	uint8_t pk[32];

	memset(sk->id, id, sizeof(sk->id));
	crypto_sign_keypair(pk, sk->key);
}

ATF_TC_WITHOUT_HEAD(add__numbers_and_sources);
ATF_TC_BODY(add__numbers_and_sources, tc)
{
	struct pstore_removed removed;
	struct pstore_act act;
	uint32_t n;

	ATF_REQUIRE_EQ_MSG(0, open_store(PSTORE_WRITE), "%s", e.message);
	ATF_REQUIRE_EQ(0, pstore_next(s, "linux26", &n, &e));
	ATF_CHECK_EQ(1, n);
	make(1, "one");
	ATF_CHECK_EQ(PSTORE_ADDED, add());
	make(7, "seven");
	ATF_CHECK_EQ(PSTORE_ADDED, add());
	ATF_REQUIRE_EQ(0, pstore_next(s, "linux26", &n, &e));
	ATF_CHECK_EQ(8, n);
	ATF_REQUIRE_EQ(0, pstore_next(s, "freebsd", &n, &e));
	ATF_CHECK_EQ(1, n);
	ATF_REQUIRE_EQ(0, pstore_find_source(s, "linux26", 1,
	    v.manifest.source, &n, &e));
	ATF_CHECK_EQ(7, n);
	ATF_REQUIRE_EQ(0, pstore_find_source(s, "linux26", 2,
	    v.manifest.source, &n, &e));
	ATF_CHECK_EQ_MSG(0, n, "another ABI revision");
	ATF_REQUIRE_EQ(0, pstore_find_source(s, "freebsd", 1,
	    v.manifest.source, &n, &e));
	ATF_CHECK_EQ(0, n);
	/* A number is never used again. */
	pstore_act_init(&act);
	ATF_REQUIRE_EQ(0, pstore_remove(s, "linux26", 7, &act, &removed, &e));
	ATF_REQUIRE_EQ(0, pstore_next(s, "linux26", &n, &e));
	ATF_CHECK_EQ(8, n);
	ATF_REQUIRE_EQ(0, pstore_find_source(s, "linux26", 1,
	    v.manifest.source, &n, &e));
	ATF_CHECK_EQ(0, n);
	close_store();
}

ATF_TC_WITHOUT_HEAD(add__same_and_conflict);
ATF_TC_BODY(add__same_and_conflict, tc)
{
	enum pstore_added added;
	char digest[PSTORE_HASH_TEXT];

	ATF_REQUIRE_EQ(0, open_store(PSTORE_WRITE));
	make(1, "one");
	pstore_hash_text(v.digest, digest);
	ATF_CHECK_EQ(PSTORE_ADDED, add());
	ATF_CHECK_EQ(PSTORE_ADDED_NOTHING, add());
	make(1, "other");
	ATF_CHECK_EQ(-1, pstore_add(s, &v, &added, &e));
	ATF_CHECK_EQ(PSTORE_CONFLICT, e.code);
	ATF_CHECK(strstr(e.message, digest) != NULL);
	pstore_hash_text(v.digest, digest);
	ATF_CHECK(strstr(e.message, digest) != NULL);
	close_store();
}

ATF_TC_WITHOUT_HEAD(add__files_as_promised);
ATF_TC_BODY(add__files_as_promised, tc)
{
	char want[PSTORE_HASH_TEXT + 1];
	struct stat st;

	umask(077);		/* others must be able to run it all the same */
	ATF_REQUIRE_EQ(0, open_store(PSTORE_WRITE));
	make(1, "one");
	add();
	close_store();
	pstore_hash_text(v.digest, want);
	strcat(want, "\n");
	ATF_CHECK(atf_utils_compare_file("store/versions/linux26@1/digest",
	    want));
	ATF_CHECK(atf_utils_compare_file("store/versions/linux26@1/manifest",
	    v.text));
	ATF_REQUIRE_EQ(0, stat("store/versions/linux26@1/x86_64", &st));
	ATF_CHECK_EQ(0555, st.st_mode & 07777);
	ATF_REQUIRE_EQ(0, stat("store/versions/linux26@1", &st));
	ATF_CHECK_EQ(0755, st.st_mode & 07777);
	ATF_REQUIRE_EQ(0, stat("store", &st));
	ATF_CHECK_EQ(0755, st.st_mode & 07777);
	ATF_REQUIRE_EQ(0, stat("store/lock", &st));
	ATF_CHECK_EQ(0600, st.st_mode & 07777);
}

ATF_TC_WITHOUT_HEAD(sign__adds_once);
ATF_TC_BODY(sign__adds_once, tc)
{
	static struct pstore_version w;
	struct pstore_seckey a, b;
	enum pstore_added added;
	int dir;

	ATF_REQUIRE_EQ(0, open_store(PSTORE_WRITE));
	make(1, "one");
	add();
	key(&a, 2);
	key(&b, 1);
	ATF_REQUIRE_EQ_MSG(0, pstore_sign_version(s, "linux26", 1, &a, &added,
	    &e), "%s", e.message);
	ATF_CHECK_EQ(PSTORE_ADDED_SIGNATURE, added);
	ATF_REQUIRE_EQ(0, pstore_sign_version(s, "linux26", 1, &a, &added, &e));
	ATF_CHECK_EQ(PSTORE_ADDED_NOTHING, added);
	/* A bundle with another signature brings it in. */
	ATF_REQUIRE_EQ(0, pstore_version_sign(&v, &b, &e));
	ATF_CHECK_EQ(PSTORE_ADDED_SIGNATURE, add());
	ATF_CHECK_EQ(PSTORE_ADDED_NOTHING, add());
	dir = open("store/versions/linux26@1", O_RDONLY | O_DIRECTORY);
	ATF_REQUIRE_EQ(0, pstore_version_load(&w, dir, "linux26@1", &e));
	ATF_CHECK_EQ(2, w.nsigs);
	ATF_CHECK_EQ(1, w.sigs[0].id[0]);
	ATF_CHECK_EQ(2, w.sigs[1].id[0]);
	/* The folder's name counts: a version is not another's. */
	ATF_CHECK_EQ(-1, pstore_version_load(&w, dir, "linux26@2", &e));
	ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
	close(dir);
	ATF_CHECK_EQ(-1, pstore_sign_version(s, "linux26", 9, &a, &added, &e));
	ATF_CHECK_EQ(PSTORE_NOTFOUND, e.code);
	close_store();
}

ATF_TC_WITHOUT_HEAD(open__one_writer);
ATF_TC_BODY(open__one_writer, tc)
{
	struct pstore *second;
	pid_t pid;

	ATF_REQUIRE_EQ(0, open_store(PSTORE_WRITE));
	pid = atf_utils_fork();
	if (pid == 0) {
		struct pstore_places mine;

		if (pstore_places_open(&mine, "store", &e) != 0 ||
		    pstore_open(&second, &mine.v[0], PSTORE_WRITE, &e) == 0)
			exit(1);
		/* Readers do not wait. */
		if (e.code != PSTORE_BUSY || pstore_open(&second, &mine.v[0],
		    PSTORE_READ, &e) != 0)
			exit(2);
		exit(0);
	}
	atf_utils_wait(pid, 0, "", "");
	close_store();
	ATF_REQUIRE_EQ(0, open_store(PSTORE_WRITE));
	close_store();
}

ATF_TC_WITHOUT_HEAD(open__absent);
ATF_TC_BODY(open__absent, tc)
{
	ATF_CHECK_EQ(-1, open_store(PSTORE_READ));
	ATF_CHECK_EQ(PSTORE_NOTFOUND, e.code);
	pstore_places_close(&places);
	ATF_CHECK_MSG(access("store", F_OK) != 0, "reading makes nothing");
}

ATF_TP_ADD_TCS(tp)
{
	umask(022);
	ATF_TP_ADD_TC(tp, add__numbers_and_sources);
	ATF_TP_ADD_TC(tp, add__same_and_conflict);
	ATF_TP_ADD_TC(tp, add__files_as_promised);
	ATF_TP_ADD_TC(tp, sign__adds_once);
	ATF_TP_ADD_TC(tp, open__one_writer);
	ATF_TP_ADD_TC(tp, open__absent);
	return (atf_no_error());
}
