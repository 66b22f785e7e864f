/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * ELF files, as far as exec must know them: their machine, their brand, and
 * the note of an image.
 */
#ifndef PSTORE_ELFNOTE_H
#define PSTORE_ELFNOTE_H

#include <stdint.h>

#include "runtime/image.h"

struct elf_brief {
	int	kind;		/* ELF_SCRIPT, ELF_NATIVE32, ... */
	uint8_t	osabi;
	uint16_t machine;
};

#define	ELF_OTHER	0	/* no ELF file and no script */
#define	ELF_SCRIPT	1	/* #! */
#define	ELF_FILE	2

/* -1 with errno when it cannot be read. */
int	elf_brief(int fd, struct elf_brief *);
/* Is there a note of this owner and type in a PT_NOTE segment? */
int	elf_has_note(int fd, const char *owner, uint32_t type);
/* An image's own note; -1: it has none that is valid. */
int	elf_image_note(int fd, struct pimg_note *);

#endif
