/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The byte layouts of minisign's key and signature files, as they are before
 * base64, and the strict base64 lines that carry them.
 */
#ifndef PSTORE_FORMAT_H
#define PSTORE_FORMAT_H

#include <stddef.h>
#include <stdint.h>

#define	FORMAT_COMMENT	"untrusted comment: "
#define	FORMAT_TRUSTED	"trusted comment: "

struct format_pubkey {
	uint8_t	alg[2];		/* 0x00 "Ed" */
	uint8_t	id[8];		/* 0x02 */
	uint8_t	key[32];	/* 0x0a */
};
_Static_assert(sizeof(struct format_pubkey) == 42, "minisign public key");

struct format_seckey {
	uint8_t	alg[2];		/* 0x00 "Ed" */
	uint8_t	kdf[2];		/* 0x02 "Sc", or zero: not encrypted */
	uint8_t	check[2];	/* 0x04 "B2" */
	uint8_t	salt[32];	/* 0x06 */
	uint8_t	ops[8];		/* 0x26 little endian */
	uint8_t	mem[8];		/* 0x2e little endian */
	struct {		/* 0x36 encrypted as one run of bytes */
		uint8_t	id[8];
		uint8_t	key[64];
		uint8_t	sum[32];	/* BLAKE2b-256 of alg, id, key */
	} secret;
};
_Static_assert(sizeof(struct format_seckey) == 158, "minisign secret key");
_Static_assert(offsetof(struct format_seckey, secret) == 0x36, "secret");

struct format_signature {
	uint8_t	alg[2];		/* 0x00 "ED": over the hash */
	uint8_t	id[8];		/* 0x02 */
	uint8_t	sig[64];	/* 0x0a */
};
_Static_assert(sizeof(struct format_signature) == 74, "minisign signature");

/* One line of base64 that decodes to exactly LEN bytes and is the only way
 * to write them.  *TEXT moves behind its newline; the newline may be missing
 * only at END if LAST. */
int	format_line(const char **text, const char *end, int last, void *out,
	    size_t len);
/* Skips a line that starts with PREFIX; the rest of it is returned. */
const char *format_comment(const char **text, const char *end,
	    const char *prefix, size_t *len);

#endif
