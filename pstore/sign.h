/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Signatures over a manifest, in minisign's format.
 *
 * A signature is prehashed (algorithm "ED"): Ed25519 over BLAKE2b-512 of the
 * manifest, and a second one over the first and the trusted comment.  The
 * trusted comment begins with PSTORE_COMMENT, so that a signature that the
 * same key once made for something else never passes for a manifest's.
 */
#ifndef PSTORE_SIGN_H
#define PSTORE_SIGN_H

#include "pstore/key.h"

#define	PSTORE_COMMENT		"pimg-manifest-v1"
#define	PSTORE_COMMENT_MAX	256
#define	PSTORE_SIGNATURE_MAX	1024

struct pstore_signature {
	uint8_t	id[PSTORE_KEYID_BYTES];		/* who says to have made it */
	char	comment[PSTORE_COMMENT_MAX];	/* the trusted comment */
	size_t	len;
	char	text[PSTORE_SIGNATURE_MAX];	/* the file's bytes */
};

/* TAIL (for instance "linux26@3") follows the fixed word; may be NULL.
 * The result has been verified before this returns. */
int	pstore_sign(struct pstore_signature *, const struct pstore_seckey *,
	    const void *msg, size_t len, const char *tail, struct pstore_error *);

/* Structure only: nothing in it is believed yet. */
int	pstore_signature_parse(struct pstore_signature *, const void *text,
	    size_t len, const char *object, struct pstore_error *);

/* Both signatures, the key id and the fixed word.  OBJECT is for messages. */
int	pstore_verify(const struct pstore_signature *, const struct pstore_pubkey *,
	    const void *msg, size_t len, const char *object, struct pstore_error *);

#endif
