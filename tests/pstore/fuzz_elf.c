/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * libFuzzer: ELF headers and notes, as exec reads them of any program.
 */
#include <sys/mman.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/elfnote.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const struct pimg_note self = {
		.model = PIMG_MODEL_BSD, .personality = "testabi",
		.brands = { { .kind = PIMG_BRAND_NOTE, .note_type = 7,
		    .owner = "PimgTest" } }
	};
	static int fd = -1;
	struct pimg_brand_facts facts;
	struct pimg_brand_file file;
	struct pimg_verdict verdict;
	struct pimg_note note;

	if (fd < 0)
		fd = memfd_create("input", 0);
	if (ftruncate(fd, 0) != 0 ||
	    pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	elf_facts(fd, &file, &facts);
	if (memchr(facts.interp, '\0', sizeof(facts.interp)) == NULL ||
	    memchr(facts.goos, '\0', sizeof(facts.goos)) == NULL)
		abort();
	pimg_brand_decide(&file, &facts, &self, 0, &verdict);
	if (verdict.fate == PIMG_FATE_OTHER && verdict.name[0] == '\0')
		abort();
	pimg_brand_goos(&file, facts.goos);
	if (elf_image_note(fd, &note) == 0 &&
	    memchr(note.personality, '\0', sizeof(note.personality)) == NULL)
		abort();
	return (0);
}
