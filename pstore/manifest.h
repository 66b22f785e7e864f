/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The manifest: what a version of an image is.
 *
 *	pimg-manifest 1
 *	personality linux26
 *	version 3
 *	abi 1
 *	source sha256:HEX
 *	files 2
 *	file x86_64 81920 sha256:HEX
 *	file x86_64.debug 402112 sha256:HEX
 *
 * There is one way to write a manifest: files in ascending order of their
 * names (bytes), single spaces, no leading zeros, lower-case hex, a newline
 * after each line.  The parser accepts exactly that, bounds everything before
 * it uses it and refuses leftovers.  A version's digest is the SHA-256 of
 * these bytes.
 */
#ifndef PSTORE_MANIFEST_H
#define PSTORE_MANIFEST_H

#include <stddef.h>
#include <stdint.h>

#include "pstore/error.h"
#include "runtime/image.h"

#define	PSTORE_HASH_BYTES	32
#define	PSTORE_HASH_TEXT	72	/* "sha256:" HEX NUL */
#define	PSTORE_FILES_MAX	32
#define	PSTORE_FILENAME_MAX	63
#define	PSTORE_FILE_SIZE_MAX	(UINT64_C(128) << 20)
#define	PSTORE_MANIFEST_MAX	8192
#define	PSTORE_VERSION_MAX	UINT32_C(999999999)
#define	PSTORE_IMAGE_MAX	(PIMG_NAME_MAX + 1 + 10)	/* NAME@N and NUL */

struct pstore_file {
	char	name[PSTORE_FILENAME_MAX + 1];
	uint64_t size;
	uint8_t	hash[PSTORE_HASH_BYTES];
};

struct pstore_manifest {
	char	personality[PIMG_NAME_MAX + 1];
	uint32_t version;		/* N, from 1 */
	uint32_t abi;			/* PIMG_ABI_REVISION */
	uint8_t	source[PSTORE_HASH_BYTES];
	size_t	nfiles;
	struct pstore_file files[PSTORE_FILES_MAX];
};

/* Sorts the files, checks every field, returns the length written. */
int	pstore_manifest_format(struct pstore_manifest *, char *buf, size_t size,
	    size_t *len, struct pstore_error *);
int	pstore_manifest_parse(struct pstore_manifest *, const void *text,
	    size_t len, const char *object, struct pstore_error *);
const struct pstore_file *pstore_manifest_file(const struct pstore_manifest *,
	    const char *name);

/* [a-z][a-z0-9_]*, at most PIMG_NAME_MAX: what a personality may be called. */
int	pstore_name_valid(const char *);
/* [A-Za-z0-9][A-Za-z0-9._-]*, not "manifest", "digest", "signatures". */
int	pstore_filename_valid(const char *);

void	pstore_hash(uint8_t out[PSTORE_HASH_BYTES], const void *, size_t);
void	pstore_hash_text(const uint8_t [PSTORE_HASH_BYTES],
	    char out[PSTORE_HASH_TEXT]);
int	pstore_hash_parse(uint8_t [PSTORE_HASH_BYTES], const char *text);

#endif
