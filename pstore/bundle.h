/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Bundles: a version as one file, an OCI image-layout archive.
 *
 *	blobs/  blobs/sha256/  blobs/sha256/HEX...  index.json  oci-layout
 *	(ustar, ascending names)
 *
 * The OCI manifest's config says which image it is; its layers are our
 * manifest, the files in the manifest's order, and the signatures by key id.
 * The encoding is canonical: decoding encodes again and compares, so that any
 * changed byte, padding included, is refused.
 */
#ifndef PSTORE_BUNDLE_H
#define PSTORE_BUNDLE_H

#include "pstore/version.h"

#define	PSTORE_BUNDLE_MAX	(UINT64_C(256) << 20)

/* Flags of decode. */
#define	PSTORE_REENCODE	1	/* accept other tar bytes and another index.json
				   (skopeo writes its own) around the same blobs */

int	pstore_bundle_encode(const struct pstore_version *, void **buf,
	    size_t *len, struct pstore_error *);
int	pstore_bundle_decode(struct pstore_version *, const void *buf, size_t len,
	    int flags, const char *object, struct pstore_error *);

/* The file is read once, whole; written through a temporary beside it. */
int	pstore_bundle_read(struct pstore_version *, const char *path, int flags,
	    struct pstore_error *);
int	pstore_bundle_write(const struct pstore_version *, const char *path,
	    struct pstore_error *);

#endif
