/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Where stores are, and how an image is found in them by its files alone.
 *
 *	STORE/catalogue.db  STORE/log  STORE/lock  STORE/trust.d/NAME.pub
 *	STORE/versions/NAME@N/{manifest,digest,signatures/ID.minisig,x86_64,...}
 *	STORE/current/NAME -> ../versions/NAME@N
 *
 * In order: --store, PIMG_STORE, the user's, the system's, the installation's
 * images.  A store is opened once, by walking its path component by component;
 * it is refused when someone other than root and the caller owns it or may
 * write it, or may replace a folder on the way to it.  Nothing here needs
 * sqlite: exec lives on this file.
 */
#ifndef PSTORE_PLACE_H
#define PSTORE_PLACE_H

#include <limits.h>

#include "pstore/manifest.h"
#include "pstore/trust.h"

#define	PSTORE_SYSTEM		"/var/lib/pimg"
#define	PSTORE_PLACES_MAX	5

enum pstore_origin {
	PSTORE_BY_OPTION,
	PSTORE_BY_ENV,
	PSTORE_BY_USER,
	PSTORE_BY_SYSTEM,
	PSTORE_BY_INSTALL
};

struct pstore_place {
	enum pstore_origin origin;
	int	fd;			/* the folder; -1: absent or refused */
	enum pstore_code refused;	/* why, or PSTORE_OK */
	char	cause[400], hint[200];
	char	path[PATH_MAX];		/* absolute once it is open */
};

struct pstore_places {
	size_t	n;
	struct pstore_place v[PSTORE_PLACES_MAX];
};

/* OPTION is --store's argument or NULL.  Absent stores stay in the list with
 * fd -1, for the message that names what was searched; so do those that may
 * not be used, an error only for who gets as far as them.  The first is the
 * one that writing commands touch. */
int	pstore_places_open(struct pstore_places *, const char *option,
	    struct pstore_error *);
void	pstore_places_close(struct pstore_places *);
/* -1 if this one was refused. */
int	pstore_place_ok(const struct pstore_place *, struct pstore_error *);
const char *pstore_origin_name(enum pstore_origin);

/*
 * What a user writes for an image: NAME, NAME@N or NAME@sha256:HEX.
 */
struct pstore_ref {
	char	name[PIMG_NAME_MAX + 1];
	enum { PSTORE_REF_CURRENT, PSTORE_REF_NUMBER, PSTORE_REF_DIGEST } kind;
	uint32_t number;
	uint8_t	digest[PSTORE_HASH_BYTES];
};

int	pstore_ref_parse(struct pstore_ref *, const char *, struct pstore_error *);

/* A version's folder, found and opened. */
struct pstore_found {
	const struct pstore_place *place;
	uint32_t number;
	char	image[PSTORE_IMAGE_MAX];	/* NAME@N */
	int	dirfd;				/* the caller closes it */
};

/* Searches the places in order; "not found" lists those searched. */
int	pstore_find(struct pstore_found *, const struct pstore_places *,
	    const struct pstore_ref *, struct pstore_error *);

/* The number that STORE/current/NAME points to; 0 in *N: none. */
int	pstore_current(const struct pstore_place *, const char *name, uint32_t *n,
	    struct pstore_error *);

#endif
