/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * libFuzzer: signature and public key files.
 */
#include <stdlib.h>
#include <string.h>

#include "pstore/sign.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct pstore_pubkey pk;
	struct pstore_signature s;
	struct pstore_error e;
	char text[256];

	if (pstore_signature_parse(&s, data, size, "input", &e) == 0) {
		memcpy(pk.id, s.id, sizeof(pk.id));
		/* Nobody has signed with the zero key. */
		if (pstore_verify(&s, &pk, "", 0, "input", &e) == 0)
			abort();
	}
	if (pstore_pubkey_parse(&pk, (const char *)data, size, "input",
	    &e) == 0) {
		pstore_pubkey_format(&pk, text, sizeof(text));
		if (pstore_pubkey_parse(&pk, text, strlen(text), "again",
		    &e) != 0)
			abort();
		memset(&pk, 0, sizeof(pk));
	}
	return (0);
}
