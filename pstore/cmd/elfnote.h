/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * runtime/brand.h on a descriptor: what a program's file says about itself,
 * and the note of an image.
 */
#ifndef PSTORE_ELFNOTE_H
#define PSTORE_ELFNOTE_H

#include "runtime/brand.h"

/* FILE reads from FD as long as that is open. */
void	elf_facts(int fd, struct pimg_brand_file *file,
	    struct pimg_brand_facts *);
/* An image's own note; -1: it has none that is valid. */
int	elf_image_note(int fd, struct pimg_note *);

#endif
