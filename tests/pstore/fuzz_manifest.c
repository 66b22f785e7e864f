/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * libFuzzer: the manifest's parser.  What it accepts has exactly one text.
 */
#include <stdlib.h>
#include <string.h>

#include "pstore/manifest.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char text[PSTORE_MANIFEST_MAX + 1];
	struct pstore_manifest m;
	struct pstore_error e;
	size_t len;

	if (pstore_manifest_parse(&m, data, size, "input", &e) != 0)
		return (0);
	if (pstore_manifest_format(&m, text, sizeof(text), &len, &e) != 0 ||
	    len != size || memcmp(text, data, size) != 0)
		abort();
	return (0);
}
