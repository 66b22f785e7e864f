/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Signatures: what verifies, and that nothing else does.
 */
#include <stdio.h>
#include <string.h>

#include "tests/pstore/unit.h"
#include <sodium.h>

#include "pstore/sign.h"

static struct pstore_error e;
static struct pstore_seckey sk;
static struct pstore_pubkey pk;
static const char msg[] = "pimg-manifest 1\n";
#define	LEN	(sizeof(msg) - 1)

static void
make_key(void)
{
	ATF_REQUIRE(sodium_init() >= 0);
	memset(sk.id, 1, sizeof(sk.id));
	crypto_sign_keypair(pk.key, sk.key);
	memcpy(pk.id, sk.id, sizeof(pk.id));
}

ATF_TC_WITHOUT_HEAD(sign__verifies);
ATF_TC_BODY(sign__verifies, tc)
{
	struct pstore_signature again, s;

	make_key();
	ATF_REQUIRE_EQ(0, pstore_sign(&s, &sk, msg, LEN, "linux26@3", &e));
	ATF_CHECK_STREQ("pimg-manifest-v1 linux26@3", s.comment);
	ATF_CHECK_EQ(0, pstore_verify(&s, &pk, msg, LEN, "t", &e));
	ATF_CHECK_EQ(0, pstore_signature_parse(&again, s.text, s.len, "t", &e));
	ATF_CHECK_STREQ(s.comment, again.comment);
	ATF_CHECK_EQ(0, memcmp(s.id, again.id, sizeof(s.id)));
}

ATF_TC_WITHOUT_HEAD(verify__every_edit_is_seen);
ATF_TC_BODY(verify__every_edit_is_seen, tc)
{
	struct pstore_signature bad, s;
	size_t first, i;
	int bit;

	make_key();
	ATF_REQUIRE_EQ(0, pstore_sign(&s, &sk, msg, LEN, "x@1", &e));
	/* The untrusted comment's text is all that may change. */
	first = strlen("untrusted comment: signature of a pimg manifest");
	for (i = 0; i < s.len; i++) {
		if (i >= strlen("untrusted comment: ") && i < first)
			continue;
		for (bit = 0; bit < 8; bit++) {
			bad = s;
			bad.text[i] = (char)(bad.text[i] ^ 1 << bit);
			ATF_CHECK_MSG(pstore_verify(&bad, &pk, msg, LEN, "t",
			    &e) != 0, "byte %zu bit %d", i, bit);
		}
	}
	for (i = 0; i < s.len; i++) {
		bad = s;
		bad.len = i;
		ATF_CHECK(pstore_verify(&bad, &pk, msg, LEN, "t", &e) != 0);
	}
	bad = s;
	bad.text[bad.len++] = '\n';
	ATF_CHECK(pstore_verify(&bad, &pk, msg, LEN, "t", &e) != 0);
}

ATF_TC_WITHOUT_HEAD(verify__other_message_or_key);
ATF_TC_BODY(verify__other_message_or_key, tc)
{
	struct pstore_pubkey other;
	struct pstore_signature s;

	make_key();
	ATF_REQUIRE_EQ(0, pstore_sign(&s, &sk, msg, LEN, NULL, &e));
	ATF_CHECK_EQ(-1, pstore_verify(&s, &pk, msg, LEN - 1, "t", &e));
	ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
	other = pk;
	other.id[0]++;
	ATF_CHECK_EQ(-1, pstore_verify(&s, &other, msg, LEN, "t", &e));
	ATF_CHECK_EQ(PSTORE_UNTRUSTED, e.code);
	other = pk;
	other.key[0]++;
	ATF_CHECK_EQ(-1, pstore_verify(&s, &other, msg, LEN, "t", &e));
	ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
}

/* A signature that is right, by the right key, made for something else. */
static void
sign_comment(struct pstore_signature *s, const char *comment)
{
	unsigned char raw[74], hash[64], cover[64 + 256], global[64];
	char a[128], b[128];

	memcpy(raw, "ED", 2);
	memcpy(raw + 2, sk.id, 8);
	crypto_generichash(hash, 64, (const unsigned char *)msg, LEN, NULL, 0);
	crypto_sign_detached(raw + 10, NULL, hash, 64, sk.key);
	memcpy(cover, raw + 10, 64);
	memcpy(cover + 64, comment, strlen(comment));
	crypto_sign_detached(global, NULL, cover, 64 + strlen(comment), sk.key);
	sodium_bin2base64(a, sizeof(a), raw, 74, sodium_base64_VARIANT_ORIGINAL);
	sodium_bin2base64(b, sizeof(b), global, 64,
	    sodium_base64_VARIANT_ORIGINAL);
	memset(s, 0, sizeof(*s));
	s->len = (size_t)snprintf(s->text, sizeof(s->text), "untrusted comment: "
	    "x\n%s\ntrusted comment: %s\n%s\n", a, comment, b);
	memcpy(s->id, sk.id, sizeof(s->id));
}

ATF_TC_WITHOUT_HEAD(verify__comment_is_checked);
ATF_TC_BODY(verify__comment_is_checked, tc)
{
	static const char *const wrong[] = {
		"", "timestamp:1\tfile:x", "pimg-manifest-v2",
		"pimg-manifest-v10", " pimg-manifest-v1", "pimg-manifest-v1\tx",
	};
	struct pstore_signature s;
	size_t i;

	make_key();
	sign_comment(&s, "pimg-manifest-v1");
	ATF_CHECK_EQ_MSG(0, pstore_verify(&s, &pk, msg, LEN, "t", &e), "%s",
	    e.message);
	sign_comment(&s, "pimg-manifest-v1 whatever follows");
	ATF_CHECK_EQ(0, pstore_verify(&s, &pk, msg, LEN, "t", &e));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		sign_comment(&s, wrong[i]);
		ATF_CHECK_EQ_MSG(-1, pstore_verify(&s, &pk, msg, LEN, "t", &e),
		    "\"%s\"", wrong[i]);
		ATF_CHECK(strstr(e.message, "trusted comment") != NULL);
	}
}

ATF_TC_WITHOUT_HEAD(sign__notices_a_bad_key);
ATF_TC_BODY(sign__notices_a_bad_key, tc)
{
	struct pstore_signature s;

	make_key();
	sk.key[63] ^= 1;	/* the public half does not fit the seed */
	ATF_CHECK_EQ(-1, pstore_sign(&s, &sk, msg, LEN, NULL, &e));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, sign__verifies);
	ATF_TP_ADD_TC(tp, sign__notices_a_bad_key);
	ATF_TP_ADD_TC(tp, verify__every_edit_is_seen);
	ATF_TP_ADD_TC(tp, verify__other_message_or_key);
	ATF_TP_ADD_TC(tp, verify__comment_is_checked);
	return (atf_no_error());
}
