/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Functions that the files of the store share among themselves.
 */
#ifndef PSTORE_IMPL_H
#define PSTORE_IMPL_H

#include "pstore/catalogue.h"
#include "pstore/db.h"

int	store_open(struct pstore **, const struct pstore_place *,
	    enum pstore_mode, int tries, struct pstore_error *);

/* current/.NAME.new -> ../versions/NAME@N, then renamed to NAME. */
int	store_link_prepare(struct pstore *, const char *name, uint32_t n,
	    struct pstore_error *);
int	store_link_rename(struct pstore *, const char *name,
	    struct pstore_error *);

/* What a killed add or remove left (see store.c). */
int	store_settle_new(struct pstore *, struct pstore_error *);
int	store_settle_old(struct pstore *, struct pstore_error *);
/* A catalogue that is new takes in the versions and links it finds. */
int	store_adopt(struct pstore *, struct pstore_error *);
/* One of them; inside a transaction. */
int	store_adopt_one(struct pstore *, int versions, const char *image,
	    struct pstore_error *);
int	store_adopt_link(struct pstore *, const char *name,
	    struct pstore_error *);

/* Inside a transaction. */
int	store_personality(struct pstore *, const char *name, int64_t *id,
	    struct pstore_error *);
int	store_insert_version(struct pstore *, const struct pstore_version *,
	    const char *at, struct pstore_error *);
int	store_insert_signers(struct pstore *, const struct pstore_version *,
	    struct pstore_error *);
int	store_event(struct pstore *, const char *at, const char *who,
	    const char *action, const char *image, const char *previous,
	    const char *message, struct pstore_error *);
int	store_forget(struct pstore *, const char *name, uint32_t n,
	    struct pstore_error *);
int	store_push(struct pstore *, const char *name, uint32_t n,
	    const char *who, const char *at, struct pstore_error *);

int	store_versions_open(struct pstore *, struct pstore_error *);
/* versions/NAME@N, read whole and checked. */
int	store_load(struct pstore *, struct pstore_version *, const char *name,
	    uint32_t n, struct pstore_error *);
/* Its manifest and signatures only. */
int	store_head(struct pstore *, struct pstore_version *, const char *name,
	    uint32_t n, struct pstore_error *);
/* The digest in the catalogue; empty when the version is not there. */
int	store_digest(struct pstore *, const char *name, uint32_t n,
	    char out[PSTORE_HASH_TEXT], struct pstore_error *);

#endif
