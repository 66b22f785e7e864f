/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Fuzzes the ELF reader with the checks of objects and images.
 */
#include <stdint.h>

#include "pimg/image.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pimg_arena arena = {0};
	struct pstore_error error;
	struct pimg_note note;
	struct pimg_elf e;

	if (pimg_elf_open(&e, &arena, "fuzz", data, size, &error) == 0) {
		(void)pimg_object_check(&e, &error);
		(void)pimg_image_check(&e, &note, &error);
	}
	pimg_arena_free(&arena);
	return (0);
}
