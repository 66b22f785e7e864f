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
	static int fd = -1;
	struct elf_brief brief;
	struct pimg_note note;

	if (fd < 0)
		fd = memfd_create("input", 0);
	if (ftruncate(fd, 0) != 0 ||
	    pwrite(fd, data, size, 0) != (ssize_t)size)
		abort();
	if (elf_brief(fd, &brief) != 0)
		abort();
	elf_has_note(fd, "PimgTest", 7);
	if (elf_image_note(fd, &note) == 0 &&
	    memchr(note.personality, '\0', sizeof(note.personality)) == NULL)
		abort();
	return (0);
}
