/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Making and checking signatures; sign.h says what they cover.
 */
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "pstore/format.h"
#include "pstore/sign.h"

#define	SIG_BYTES	64

static void
prehash(uint8_t out[64], const void *msg, size_t len)
{
	crypto_generichash(out, 64, msg, len, NULL, 0);
}

/* What the second signature covers: the first one and the comment. */
static size_t
global_message(uint8_t *out, const uint8_t *sig, const char *comment)
{
	size_t len;

	len = strlen(comment);
	memcpy(out, sig, SIG_BYTES);
	memcpy(out + SIG_BYTES, comment, len);
	return (SIG_BYTES + len);
}

static void
render(struct pstore_signature *s, const struct format_signature *raw,
    const uint8_t global[SIG_BYTES])
{
	char first[128], second[128];

	sodium_bin2base64(first, sizeof(first), (const unsigned char *)raw,
	    sizeof(*raw), sodium_base64_VARIANT_ORIGINAL);
	sodium_bin2base64(second, sizeof(second), global, SIG_BYTES,
	    sodium_base64_VARIANT_ORIGINAL);
	s->len = (size_t)snprintf(s->text, sizeof(s->text), FORMAT_COMMENT
	    "signature of a pimg manifest\n%s\n" FORMAT_TRUSTED "%s\n%s\n",
	    first, s->comment, second);
}

int
pstore_sign(struct pstore_signature *s, const struct pstore_seckey *sk,
    const void *msg, size_t len, const char *tail, struct pstore_error *e)
{
	uint8_t hash[64], global[SIG_BYTES];
	uint8_t cover[SIG_BYTES + PSTORE_COMMENT_MAX];
	struct format_signature raw;
	struct pstore_pubkey pk;
	int n;

	if (sodium_init() < 0)
		return (pstore_fail(e, PSTORE_FAILED, "libsodium: start: failed"));
	memset(s, 0, sizeof(*s));
	n = snprintf(s->comment, sizeof(s->comment), "%s%s%s", PSTORE_COMMENT,
	    tail != NULL ? " " : "", tail != NULL ? tail : "");
	if (n < 0 || (size_t)n >= sizeof(s->comment))
		return (pstore_fail(e, PSTORE_USAGE,
		    "signature: comment too long"));
	memcpy(raw.alg, "ED", 2);
	memcpy(raw.id, sk->id, sizeof(raw.id));
	memcpy(s->id, sk->id, sizeof(s->id));
	prehash(hash, msg, len);
	crypto_sign_detached(raw.sig, NULL, hash, sizeof(hash), sk->key);
	crypto_sign_detached(global, NULL, cover,
	    global_message(cover, raw.sig, s->comment), sk->key);
	render(s, &raw, global);
	/* A key file whose halves do not fit together shows here, not later. */
	pstore_pubkey_of(&pk, sk);
	return (pstore_verify(s, &pk, msg, len, "new signature", e));
}

/* Splits the text; nothing is verified. */
static int
split(const struct pstore_signature *s, struct format_signature *raw,
    const char **comment, size_t *commentlen, uint8_t global[SIG_BYTES])
{
	const char *p, *end;
	size_t skip;

	p = s->text;
	end = s->text + s->len;
	if (format_comment(&p, end, FORMAT_COMMENT, &skip) == NULL ||
	    format_line(&p, end, 0, raw, sizeof(*raw)) != 0)
		return (-1);
	*comment = format_comment(&p, end, FORMAT_TRUSTED, commentlen);
	if (*comment == NULL || *commentlen >= PSTORE_COMMENT_MAX ||
	    memchr(*comment, '\0', *commentlen) != NULL)
		return (-1);
	if (format_line(&p, end, 0, global, SIG_BYTES) != 0 || p != end)
		return (-1);
	return (memcmp(raw->alg, "ED", 2) == 0 ? 0 : -1);
}

int
pstore_signature_parse(struct pstore_signature *s, const void *text, size_t len,
    const char *object, struct pstore_error *e)
{
	struct format_signature raw;
	uint8_t global[SIG_BYTES];
	const char *comment;
	size_t commentlen;

	memset(s, 0, sizeof(*s));
	if (len > sizeof(s->text))
		return (pstore_fail(e, PSTORE_CORRUPT,
		    "%s: read: too long for a signature", object));
	memcpy(s->text, text, len);
	s->len = len;
	if (split(s, &raw, &comment, &commentlen, global) != 0) {
		pstore_fail(e, PSTORE_CORRUPT, "%s: read: not a prehashed "
		    "minisign signature", object);
		return (pstore_hint(e, "sign with `pimg sign`, or `minisign -S "
		    "-H -t %s`", PSTORE_COMMENT));
	}
	memcpy(s->id, raw.id, sizeof(s->id));
	memcpy(s->comment, comment, commentlen);
	return (0);
}

static int
comment_fits(const char *comment)
{
	size_t n;

	n = strlen(PSTORE_COMMENT);
	return (strncmp(comment, PSTORE_COMMENT, n) == 0 &&
	    (comment[n] == '\0' || comment[n] == ' '));
}

int
pstore_verify(const struct pstore_signature *s, const struct pstore_pubkey *pk,
    const void *msg, size_t len, const char *object, struct pstore_error *e)
{
	uint8_t cover[SIG_BYTES + PSTORE_COMMENT_MAX], global[SIG_BYTES];
	uint8_t hash[64];
	struct pstore_signature again;
	struct format_signature raw;
	const char *comment;
	size_t n;

	if (sodium_init() < 0)
		return (pstore_fail(e, PSTORE_FAILED, "libsodium: start: failed"));
	if (pstore_signature_parse(&again, s->text, s->len, object, e) != 0 ||
	    split(s, &raw, &comment, &n, global) != 0)
		return (-1);
	if (memcmp(raw.id, pk->id, sizeof(raw.id)) != 0)
		return (pstore_fail(e, PSTORE_UNTRUSTED,
		    "%s: verify: made by another key", object));
	prehash(hash, msg, len);
	n = global_message(cover, raw.sig, again.comment);
	if (crypto_sign_verify_detached(raw.sig, hash, sizeof(hash),
	    pk->key) != 0 ||
	    crypto_sign_verify_detached(global, cover, n, pk->key) != 0)
		return (pstore_fail(e, PSTORE_CORRUPT,
		    "%s: verify: the signature does not fit the bytes", object));
	if (!comment_fits(again.comment)) {
		pstore_fail(e, PSTORE_CORRUPT, "%s: verify: the trusted comment "
		    "does not begin with %s", object, PSTORE_COMMENT);
		return (pstore_hint(e, "it was made for something else; sign "
		    "with `pimg sign`"));
	}
	return (0);
}
