/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The reader that runtime/brand.h asks for.
 */
#include <unistd.h>

#include "pstore/cmd/elfnote.h"

static long
read_fd(void *ctx, void *buf, size_t len, uint64_t off)
{
	return (pread((int)(intptr_t)ctx, buf, len, (off_t)off));
}

void
elf_facts(int fd, struct pimg_brand_file *file, struct pimg_brand_facts *k)
{
	file->read = read_fd;
	file->ctx = (void *)(intptr_t)fd;
	pimg_brand_facts(file, k);
}

int
elf_image_note(int fd, struct pimg_note *note)
{
	struct pimg_brand_file file = {
		.read = read_fd, .ctx = (void *)(intptr_t)fd
	};

	if (pimg_brand_open(&file) != PIMG_FILE_ELF)
		return (-1);
	return (pimg_brand_image(&file, note));
}
