/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What encoder and decoder of bundles share: blobs, and the canonical JSON.
 *
 * A blob set is sorted by hash and holds each content once.  Data is borrowed
 * from the version (encoder) or owned by the tar reader (decoder).
 */
#ifndef PSTORE_OCI_H
#define PSTORE_OCI_H

#include "pstore/version.h"

#define	OCI_LAYOUT	"{\"imageLayoutVersion\":\"1.0.0\"}"
#define	OCI_MANIFEST	"application/vnd.oci.image.manifest.v1+json"
#define	OCI_TITLE	"org.opencontainers.image.title"
#define	OCI_REF		"org.opencontainers.image.ref.name"
#define	PIMG_CONFIG	"application/vnd.pimg.config.v1+json"
#define	PIMG_MANIFEST	"application/vnd.pimg.manifest.v1"
#define	PIMG_FILE	"application/vnd.pimg.file.v1"
#define	PIMG_SIGNATURE	"application/vnd.pimg.signature.v1"

#define	OCI_JSON_MAX	32768
/* config, OCI manifest, our manifest, files, signatures */
#define	OCI_BLOBS_MAX	(3 + PSTORE_FILES_MAX + PSTORE_SIGNATURES_MAX)

struct oci_blob {
	uint8_t	hash[PSTORE_HASH_BYTES];
	const void *data;
	size_t	size;
};

struct oci_json {
	size_t	len;
	char	text[OCI_JSON_MAX];
};

struct oci_bundle {
	struct oci_json config, manifest, index;
	uint8_t	manifest_hash[PSTORE_HASH_BYTES];
	size_t	nblobs;
	struct oci_blob blobs[OCI_BLOBS_MAX];
};

/* The one way to lay out V; its data is borrowed. */
int	oci_layout(struct oci_bundle *, const struct pstore_version *,
	    struct pstore_error *);
/* "signatures/KEYID.minisig" */
void	oci_signature_title(const struct pstore_signature *, char *, size_t);

struct oci_entry {
	char	name[128];
	void	*data;
	size_t	size;
};

struct oci_tar {
	size_t	n;
	struct oci_entry entries[OCI_BLOBS_MAX + 2];
};

/* Regular files of an archive in memory, names checked; folders that a
 * layout has are passed over. */
int	oci_tar_read(struct oci_tar *, const void *buf, size_t len,
	    const char *object, struct pstore_error *);
void	oci_tar_free(struct oci_tar *);
const struct oci_entry *oci_tar_find(const struct oci_tar *, const char *name);
int	oci_tar_write(const struct oci_bundle *, void **buf, size_t *len,
	    struct pstore_error *);

#endif
