/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * libFuzzer: the bundle reader.
 *
 * What it accepts must be the one encoding of what it understood; what it
 * accepts with PSTORE_REENCODE must have such an encoding.
 */
#include <stdlib.h>
#include <string.h>

#include "pstore/bundle.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
check(const struct pstore_version *v, const uint8_t *data, size_t size,
    int canonical)
{
	static struct pstore_version again;
	struct pstore_error e;
	size_t len;
	void *buf;

	if (pstore_bundle_encode(v, &buf, &len, &e) != 0)
		abort();
	if (canonical && (len != size || memcmp(buf, data, len) != 0))
		abort();
	if (pstore_bundle_decode(&again, buf, len, 0, "again", &e) != 0)
		abort();
	if (again.textlen != v->textlen ||
	    memcmp(again.text, v->text, v->textlen) != 0)
		abort();
	pstore_version_free(&again);
	free(buf);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pstore_version v;
	struct pstore_error e;

	if (pstore_bundle_decode(&v, data, size, 0, "input", &e) == 0)
		check(&v, data, size, 1);
	pstore_version_free(&v);
	if (pstore_bundle_decode(&v, data, size, PSTORE_REENCODE, "input",
	    &e) == 0)
		check(&v, data, size, 0);
	pstore_version_free(&v);
	return (0);
}
