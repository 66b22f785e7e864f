/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A version in memory: manifest, files, signatures.
 *
 * It comes from a compiler (pstore_version_make), from a folder of a store
 * (pstore_version_load) or from a bundle (pstore_bundle_decode); whoever holds
 * one may rely on each file's bytes matching the manifest.  What it is worth
 * is another question: pstore_version_trust() answers it.
 */
#ifndef PSTORE_VERSION_H
#define PSTORE_VERSION_H

#include "pstore/manifest.h"
#include "pstore/sign.h"
#include "pstore/trust.h"

#define	PSTORE_SIGNATURES_MAX	16

struct pstore_content {
	void	*data;		/* malloc'ed, freed by pstore_version_free */
	size_t	size;
};

struct pstore_version {
	struct pstore_manifest manifest;
	char	image[PSTORE_IMAGE_MAX];	/* "linux26@3" */
	uint8_t	digest[PSTORE_HASH_BYTES];	/* of the manifest's text */
	size_t	textlen;
	char	text[PSTORE_MANIFEST_MAX];	/* the manifest, canonical */
	struct pstore_content content[PSTORE_FILES_MAX]; /* as manifest.files */
	size_t	nsigs;
	struct pstore_signature sigs[PSTORE_SIGNATURES_MAX]; /* ascending ids */
};

/* What a compiler hands over.  The data is copied. */
struct pstore_input {
	const char *name;	/* "x86_64", "x86_64.debug", "sources.tar" */
	const void *data;
	size_t	size;
};

void	pstore_version_init(struct pstore_version *);
void	pstore_version_free(struct pstore_version *);

int	pstore_version_make(struct pstore_version *, const char *personality,
	    uint32_t version, uint32_t abi,
	    const uint8_t source[PSTORE_HASH_BYTES],
	    const struct pstore_input *, size_t ninputs, struct pstore_error *);

/* The same from a folder: each name of NAMES is a regular file in DIR. */
int	pstore_version_make_dir(struct pstore_version *, const char *personality,
	    uint32_t version, uint32_t abi,
	    const uint8_t source[PSTORE_HASH_BYTES], const char *dir,
	    const char *const *names, size_t nnames, struct pstore_error *);

/* Signs the manifest and adds the signature; the same key's earlier one is
 * replaced.  Adding a signature made elsewhere: pstore_version_add_sig(). */
int	pstore_version_sign(struct pstore_version *, const struct pstore_seckey *,
	    struct pstore_error *);
int	pstore_version_add_sig(struct pstore_version *,
	    const struct pstore_signature *, struct pstore_error *);

/* Reads the folder DIRFD whole and checks every file against the manifest.
 * IMAGE is the folder's name, "linux26@3", which the manifest must repeat. */
int	pstore_version_load(struct pstore_version *, int dirfd, const char *image,
	    struct pstore_error *);
/* Manifest and signatures only: enough to decide whom to trust. */
int	pstore_version_head(struct pstore_version *, int dirfd, const char *image,
	    struct pstore_error *);

/* PSTORE_UNTRUSTED when no trusted key signed, PSTORE_CORRUPT when one did
 * and the signature is wrong. */
int	pstore_version_trust(const struct pstore_version *,
	    const struct pstore_trust *, struct pstore_error *);

#endif
