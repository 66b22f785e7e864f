/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A little-endian ELF file in memory, 32 or 64 bits, read with suspicion:
 * every offset and size is checked against the file before it is used.
 */
#ifndef PIMG_ELF_H
#define PIMG_ELF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pimg/arena.h"
#include "pstore/error.h"

struct pimg_section {
	const char	*name;
	uint32_t	 type, link, info;
	uint64_t	 flags, addr, offset, size, entsize;
};

struct pimg_segment {
	uint32_t	 type, flags;
	uint64_t	 offset, vaddr, filesz, memsz;
};

struct pimg_symbol {
	const char	*name;
	uint8_t		 info;
	uint16_t	 shndx;
	uint64_t	 value, size;
};

struct pimg_reloc {
	uint64_t	 offset;
	uint32_t	 type, symbol;
};

struct pimg_elf {
	const char	*name;		/* for messages */
	const uint8_t	*data;
	size_t		 size;
	bool		 is64;
	uint16_t	 type, machine;
	uint64_t	 entry;
	struct pimg_section *sections;
	size_t		 nsections;
	struct pimg_segment *segments;
	size_t		 nsegments;
};

int	pimg_elf_open(struct pimg_elf *, struct pimg_arena *, const char *name,
	    const void *data, size_t size, struct pstore_error *);
/* The section's bytes, or NULL when it has none in the file. */
const uint8_t *pimg_elf_bytes(const struct pimg_elf *,
	    const struct pimg_section *);
/* Entry i of a symbol table or relocation section; false: no such entry. */
bool	pimg_elf_symbol(const struct pimg_elf *, const struct pimg_section *,
	    size_t i, struct pimg_symbol *);
bool	pimg_elf_reloc(const struct pimg_elf *, const struct pimg_section *,
	    size_t i, struct pimg_reloc *);

#endif
