/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Trusted keys: the .pub files of a store's trust.d.
 *
 * The set is read once.  A file in trust.d that is not a public key, or that
 * others may write, is an error, not a key less.
 */
#ifndef PSTORE_TRUST_H
#define PSTORE_TRUST_H

#include "pstore/key.h"
#include "pstore/sign.h"

#define	PSTORE_TRUST_MAX	64

struct pstore_trusted {
	char	name[NAME_MAX + 1];	/* file name without ".pub" */
	struct pstore_pubkey key;
};

struct pstore_trust {
	int	everything;	/* the installation's own images */
	size_t	n;
	struct pstore_trusted keys[PSTORE_TRUST_MAX];
};

/* STOREFD is the store's folder.  No trust.d: an empty set. */
int	pstore_trust_load(struct pstore_trust *, int storefd, const char *store,
	    struct pstore_error *);
const struct pstore_trusted *pstore_trust_find(const struct pstore_trust *,
	    const uint8_t id[PSTORE_KEYID_BYTES]);

/* 0: at least one trusted key signed, and every signature by a trusted key
 * holds.  SIGNER (may be NULL) receives who it was. */
int	pstore_trust_check(const struct pstore_trust *,
	    const struct pstore_signature *, size_t nsigs, const void *msg,
	    size_t len, const char *object, const struct pstore_trusted **signer,
	    struct pstore_error *);

/* NAME.pub is written with O_EXCL; the same key again is no error, another
 * key under that name is a conflict. */
int	pstore_trust_add(int storefd, const char *store, const char *name,
	    const struct pstore_pubkey *, struct pstore_error *);
int	pstore_trust_remove(int storefd, const char *store, const char *name,
	    struct pstore_error *);

#endif
