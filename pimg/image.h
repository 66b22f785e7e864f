/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What makes a file an image, and what makes it none.
 *
 * An image must be mapped anywhere without work and its R+X bytes must be
 * the same in every process.  So it has exactly two PT_LOADs, R+X and a
 * zero-filled R+W one; no relocation; no initialised data; nothing that is
 * both writable and executable; and one sound note (runtime/image.h).
 */
#ifndef PIMG_IMAGE_H
#define PIMG_IMAGE_H

#include "pimg/elf.h"
#include "runtime/image.h"

/* An object file about to be linked: names section and symbol of what an
 * image cannot have. */
int	pimg_object_check(const struct pimg_elf *, struct pstore_error *);
/* A linked image; *note is filled. */
int	pimg_image_check(const struct pimg_elf *, struct pimg_note *note,
	    struct pstore_error *);

#endif
