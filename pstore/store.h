/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A store opened with its catalogue.
 *
 * The catalogue (sqlite) decides, the files follow: a change is prepared
 * beside its final place and synced, the catalogue commits, one rename puts
 * the files in place.  A store opened for writing holds STORE/lock until it is
 * closed and first finishes, or undoes, what a killed process left behind.
 */
#ifndef PSTORE_STORE_H
#define PSTORE_STORE_H

#include "pstore/place.h"
#include "pstore/version.h"

struct pstore;

enum pstore_mode {
	PSTORE_READ,	/* the store exists already; nothing is changed */
	PSTORE_WRITE	/* made if absent; locked; PSTORE_BUSY after 5 s */
};

/* Opens one place.  For a compiler: places[0] is the store to write. */
int	pstore_open(struct pstore **, const struct pstore_place *,
	    enum pstore_mode, struct pstore_error *);
void	pstore_close(struct pstore *);
const char *pstore_path(const struct pstore *);
int	pstore_fd(const struct pstore *);

/* The next free number, never one that was used before. */
int	pstore_next(struct pstore *, const char *name, uint32_t *n,
	    struct pstore_error *);
/* The newest version made of these sources at this ABI revision; *N is 0
 * when there is none. */
int	pstore_find_source(struct pstore *, const char *name, uint32_t abi,
	    const uint8_t source[PSTORE_HASH_BYTES], uint32_t *n,
	    struct pstore_error *);

enum pstore_added {
	PSTORE_ADDED,		/* it is new */
	PSTORE_ADDED_SIGNATURE,	/* the version was there, a signature is new */
	PSTORE_ADDED_NOTHING	/* all of it was there */
};

/* The same NAME@N with another digest: PSTORE_CONFLICT, both digests named. */
int	pstore_add(struct pstore *, const struct pstore_version *,
	    enum pstore_added *, struct pstore_error *);

/* Signs NAME@N of the store (its folder is read and checked first). */
int	pstore_sign_version(struct pstore *, const char *name, uint32_t n,
	    const struct pstore_seckey *, enum pstore_added *,
	    struct pstore_error *);

#endif
