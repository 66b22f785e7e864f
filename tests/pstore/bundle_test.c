/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Bundles: what comes back, and that no changed byte does.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <archive.h>
#include <archive_entry.h>
#include "tests/pstore/unit.h"
#include <sodium.h>

#include "pstore/bundle.h"

static struct pstore_error e;
static struct pstore_version v, w;
static struct pstore_seckey sk;

/* The sample's bytes never change: the encoding is a format, the same on
 * every release that has another libarchive. */
#define	GOLDEN	"sha256:" \
    "c91f702a69c61b70ccbaada07dff3c5b9526837a72ace1d11e2fd0be254fb897"

static void
make(const char *elf, int sign)
{
	static const uint8_t seed[32] = { 1, 2, 3 };
	struct pstore_input in[3] = {
		{ "x86_64", elf, strlen(elf) },
		{ "sources.tar", "", 0 },
		{ "x86_64.debug", "symbols", 7 },
	};
	uint8_t source[PSTORE_HASH_BYTES], pk[32];

	ATF_REQUIRE(sodium_init() >= 0);
	pstore_hash(source, "", 0);
	ATF_REQUIRE_EQ_MSG(0, pstore_version_make(&v, "linux26", 3, 1, source,
	    in, 3, &e), "%s", e.message);
	memset(sk.id, 5, sizeof(sk.id));
	crypto_sign_seed_keypair(pk, sk.key, seed);
	if (sign)
		ATF_REQUIRE_EQ(0, pstore_version_sign(&v, &sk, &e));
}

static char *
encode(size_t *len)
{
	void *buf;

	ATF_REQUIRE_EQ_MSG(0, pstore_bundle_encode(&v, &buf, len, &e), "%s",
	    e.message);
	return (buf);
}

ATF_TC_WITHOUT_HEAD(decode__what_was_encoded);
ATF_TC_BODY(decode__what_was_encoded, tc)
{
	size_t i, len;
	char *buf;

	make("ELF", 1);
	buf = encode(&len);
	ATF_REQUIRE_EQ_MSG(0, pstore_bundle_decode(&w, buf, len, 0, "t", &e),
	    "%s", e.message);
	ATF_CHECK_STREQ("linux26@3", w.image);
	ATF_CHECK_EQ(v.textlen, w.textlen);
	ATF_CHECK_EQ(0, memcmp(v.text, w.text, v.textlen));
	ATF_CHECK_EQ(1, w.nsigs);
	ATF_CHECK_EQ(0, memcmp(v.sigs[0].text, w.sigs[0].text, v.sigs[0].len));
	for (i = 0; i < 3; i++) {
		ATF_CHECK_EQ(v.content[i].size, w.content[i].size);
		ATF_CHECK_EQ(0, memcmp(v.content[i].data, w.content[i].data,
		    v.content[i].size));
	}
	free(buf);
	make("ELF", 0);
	buf = encode(&len);
	ATF_CHECK_EQ(0, pstore_bundle_decode(&w, buf, len, 0, "t", &e));
	ATF_CHECK_EQ(0, w.nsigs);
	free(buf);
}

ATF_TC_WITHOUT_HEAD(encode__golden);
ATF_TC_BODY(encode__golden, tc)
{
	char text[PSTORE_HASH_TEXT];
	uint8_t hash[PSTORE_HASH_BYTES];
	size_t len;
	char *buf;

	make("ELF", 1);
	buf = encode(&len);
	pstore_hash(hash, buf, len);
	pstore_hash_text(hash, text);
	ATF_CHECK_STREQ(GOLDEN, text);
	free(buf);
}

/* All bytes of the file: headers, contents, padding, the end's zeros. */
ATF_TC(decode__every_edit_is_refused);
ATF_TC_HEAD(decode__every_edit_is_refused, tc)
{
	atf_tc_set_md_var(tc, "timeout", "600");
}
ATF_TC_BODY(decode__every_edit_is_refused, tc)
{
	static const unsigned char flips[] = { 0x01, 0x20, 0x80, 0xff };
	size_t i, k, len;
	char *buf;

	make("ELF", 1);
	buf = encode(&len);
	for (i = 0; i < len; i++) {
		for (k = 0; k < sizeof(flips); k++) {
			buf[i] = (char)(buf[i] ^ flips[k]);
			ATF_CHECK_MSG(pstore_bundle_decode(&w, buf, len, 0, "t",
			    &e) != 0, "byte %zu ^ %02x", i, flips[k]);
			buf[i] = (char)(buf[i] ^ flips[k]);
		}
	}
	ATF_CHECK_EQ(0, pstore_bundle_decode(&w, buf, len, 0, "t", &e));
	free(buf);
}

/* With the option a change of the tar around is overlooked; of the content,
 * never. */
ATF_TC(reencode__content_never_changes);
ATF_TC_HEAD(reencode__content_never_changes, tc)
{
	atf_tc_set_md_var(tc, "timeout", "600");
}
ATF_TC_BODY(reencode__content_never_changes, tc)
{
	size_t accepted, againlen, i, len;
	char *buf, *canonical;
	void *again;

	make("ELF", 1);
	buf = encode(&len);
	canonical = malloc(len);
	memcpy(canonical, buf, len);
	for (accepted = i = 0; i < len; i++) {
		buf[i] = (char)(buf[i] ^ 1);
		if (pstore_bundle_decode(&w, buf, len, PSTORE_REENCODE, "t",
		    &e) == 0) {
			accepted++;
			ATF_REQUIRE_EQ(0, pstore_bundle_encode(&w, &again,
			    &againlen, &e));
			ATF_CHECK_EQ(len, againlen);
			ATF_CHECK_EQ_MSG(0, memcmp(again, canonical, len),
			    "byte %zu", i);
			free(again);
		}
		buf[i] = (char)(buf[i] ^ 1);
	}
	ATF_CHECK(accepted > 0);
	free(canonical);
	free(buf);
}

ATF_TC(decode__truncated_and_longer);
ATF_TC_HEAD(decode__truncated_and_longer, tc)
{
	atf_tc_set_md_var(tc, "timeout", "600");
}
ATF_TC_BODY(decode__truncated_and_longer, tc)
{
	char *buf, *longer;
	size_t i, len;

	make("ELF", 1);
	buf = encode(&len);
	for (i = 0; i < len; i++)
		ATF_CHECK_MSG(pstore_bundle_decode(&w, buf, i, 0, "t", &e) != 0,
		    "%zu bytes", i);
	longer = calloc(1, len + 10240);
	memcpy(longer, buf, len);
	ATF_CHECK(pstore_bundle_decode(&w, longer, len + 1, 0, "t", &e) != 0);
	ATF_CHECK(pstore_bundle_decode(&w, longer, len + 512, 0, "t", &e) != 0);
	ATF_CHECK(pstore_bundle_decode(&w, longer, len + 10240, 0, "t",
	    &e) != 0);
	ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
	ATF_CHECK(strstr(e.message, "canonical") != NULL);
	ATF_CHECK(strstr(e.hint, "--reencode") != NULL);
	free(longer);
	free(buf);
}

/* The same entries by another hand: GNU tar, times, owners, folders, an extra
 * entry when EXTRA is not NULL. */
static char *
rewrite(const char *buf, size_t len, const char *extra, size_t *outlen)
{
	struct archive *in, *out;
	struct archive_entry *entry;
	char data[4096], *made;
	la_ssize_t n;

	made = malloc(1 << 20);
	in = archive_read_new();
	out = archive_write_new();
	archive_read_support_format_tar(in);
	archive_write_set_format_gnutar(out);
	ATF_REQUIRE_EQ(0, archive_read_open_memory(in, buf, len));
	ATF_REQUIRE_EQ(0, archive_write_open_memory(out, made, 1 << 20,
	    outlen));
	while (archive_read_next_header(in, &entry) == ARCHIVE_OK) {
		n = archive_read_data(in, data, sizeof(data));
		archive_entry_set_mtime(entry, 1700000000, 0);
		archive_entry_set_uid(entry, 1000);
		ATF_REQUIRE_EQ(0, archive_write_header(out, entry));
		ATF_REQUIRE_EQ(n, archive_write_data(out, data, (size_t)n));
	}
	if (extra != NULL) {
		entry = archive_entry_new();
		archive_entry_set_pathname(entry, extra);
		archive_entry_set_filetype(entry, AE_IFREG);
		archive_entry_set_perm(entry, 0644);
		archive_entry_set_size(entry, 1);
		ATF_REQUIRE_EQ(0, archive_write_header(out, entry));
		ATF_REQUIRE_EQ(1, archive_write_data(out, "x", 1));
		archive_entry_free(entry);
	}
	archive_read_free(in);
	archive_write_free(out);
	return (made);
}

ATF_TC_WITHOUT_HEAD(reencode__other_tar_same_blobs);
ATF_TC_BODY(reencode__other_tar_same_blobs, tc)
{
	static const char *const extras[] = {
		/* A blob that is what its name says, and belongs to nothing. */
		("blobs/sha256/2d711642b726b04401627ca9fbac32f5c8530fb1903cc4db"
		"02258717921a4881"),
		"blobs/sha256/x", "README", "../evil", "/etc/passwd",
	};
	size_t againlen, i, len, outlen;
	char *buf, *other;
	void *again;

	make("ELF", 1);
	buf = encode(&len);
	other = rewrite(buf, len, NULL, &outlen);
	ATF_CHECK_EQ(-1, pstore_bundle_decode(&w, other, outlen, 0, "t", &e));
	ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
	ATF_CHECK(strstr(e.hint, "--reencode") != NULL);
	ATF_REQUIRE_EQ_MSG(0, pstore_bundle_decode(&w, other, outlen,
	    PSTORE_REENCODE, "t", &e), "%s", e.message);
	ATF_REQUIRE_EQ(0, pstore_bundle_encode(&w, &again, &againlen, &e));
	ATF_CHECK_EQ(len, againlen);
	ATF_CHECK_EQ(0, memcmp(buf, again, len));
	free(again);
	free(other);
	for (i = 0; i < sizeof(extras) / sizeof(extras[0]); i++) {
		other = rewrite(buf, len, extras[i], &outlen);
		ATF_CHECK_EQ_MSG(-1, pstore_bundle_decode(&w, other, outlen,
		    PSTORE_REENCODE, "t", &e), "%s", extras[i]);
		free(other);
	}
	free(buf);
}

/* Two files with the same bytes are one blob. */
ATF_TC_WITHOUT_HEAD(decode__shared_blob);
ATF_TC_BODY(decode__shared_blob, tc)
{
	size_t len;
	char *buf;

	make("symbols", 1);
	buf = encode(&len);
	ATF_CHECK_EQ_MSG(0, pstore_bundle_decode(&w, buf, len, 0, "t", &e),
	    "%s", e.message);
	ATF_CHECK_EQ(3, w.manifest.nfiles);
	free(buf);
}

ATF_TC_WITHOUT_HEAD(write__leaves_no_temporary);
ATF_TC_BODY(write__leaves_no_temporary, tc)
{
	make("ELF", 1);
	ATF_REQUIRE_EQ_MSG(0, pstore_bundle_write(&v, "b.tar", &e), "%s",
	    e.message);
	ATF_CHECK_EQ(0, pstore_bundle_read(&w, "b.tar", 0, &e));
	ATF_CHECK(!atf_utils_file_exists(".b.tar.new"));
	ATF_CHECK_EQ(-1, pstore_bundle_write(&v, "no/such/b.tar", &e));
	ATF_CHECK_EQ(PSTORE_NOTFOUND, e.code);
	ATF_CHECK_EQ(-1, pstore_bundle_read(&w, ".", 0, &e));
	ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, decode__what_was_encoded);
	ATF_TP_ADD_TC(tp, encode__golden);
	ATF_TP_ADD_TC(tp, decode__every_edit_is_refused);
	ATF_TP_ADD_TC(tp, reencode__content_never_changes);
	ATF_TP_ADD_TC(tp, decode__truncated_and_longer);
	ATF_TP_ADD_TC(tp, reencode__other_tar_same_blobs);
	ATF_TP_ADD_TC(tp, decode__shared_blob);
	ATF_TP_ADD_TC(tp, write__leaves_no_temporary);
	return (atf_no_error());
}
