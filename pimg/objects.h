/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Object files that a later build of the same run uses again.
 *
 * An object is known by its ABI, its source and every header that the source
 * can reach: names and bytes.  Where generated headers are among these (gen.h
 * differs in each personality) the object is not kept; but convention.h is
 * one of two.  Compiler and flags do not change within a run.
 */
#ifndef PIMG_OBJECTS_H
#define PIMG_OBJECTS_H

#include "pimg/build.h"

struct pimg_object {
	uint8_t		 key[PSTORE_HASH_BYTES];
	const char	*data;
	size_t		 size;
};

struct pimg_objects {
	struct pimg_arena	 arena;
	struct pimg_object	*list;
	size_t			 count;
};

/* False: an object of this source must not be used again. */
bool	pimg_object_key(const struct pimg_build *,
	    const struct pimg_inputs *, enum pimg_abi,
	    const char *source, uint8_t key[PSTORE_HASH_BYTES]);
const struct pimg_object *pimg_object_find(const struct pimg_objects *,
	    const uint8_t key[PSTORE_HASH_BYTES]);
void	pimg_object_keep(struct pimg_objects *,
	    const uint8_t key[PSTORE_HASH_BYTES], const void *, size_t);
void	pimg_objects_free(struct pimg_objects *);

#endif
