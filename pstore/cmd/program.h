/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The program that exec is to run: found as execvp(3) finds it, and which
 * personality's it is.
 */
#ifndef PSTORE_PROGRAM_H
#define PSTORE_PROGRAM_H

#include <limits.h>

#include "pstore/cmd/elfnote.h"
#include "pstore/place.h"

#define	STATUS_OWN		125
#define	STATUS_NOT_EXECUTABLE	126
#define	STATUS_NOT_FOUND	127

struct program {
	const char *word;	/* as typed: the guest's argv[0] */
	char	path[PATH_MAX];
	struct pimg_brand_facts facts;	/* kind OTHER when it is unreadable */
};

/* ROOT is --root's folder or NULL.  On failure *STATUS is 126 or 127. */
int	program_find(struct program *, const char *word, const char *root,
	    int *status, struct pstore_error *);

/* The personality whose current image claims the program's brand, or of the
 * system that its marks name; RULE says by what. */
int	program_brand(const struct program *, const struct pstore_places *,
	    char name[PIMG_NAME_MAX + 1], char *rule, size_t size,
	    struct pstore_error *);

#endif
