/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Lines of minisign's files; format.h has the layouts.
 */
#include <string.h>

#include <sodium.h>

#include "pstore/format.h"

#define	LINE_MAX_BYTES	256
#define	VARIANT		sodium_base64_VARIANT_ORIGINAL

int
format_line(const char **text, const char *end, int last, void *out, size_t len)
{
	char again[LINE_MAX_BYTES];
	const char *nl;
	size_t have, got;

	nl = memchr(*text, '\n', (size_t)(end - *text));
	if (nl == NULL && !last)
		return (-1);
	have = (size_t)((nl != NULL ? nl : end) - *text);
	if (sodium_base64_encoded_len(len, VARIANT) > sizeof(again) ||
	    have + 1 != sodium_base64_encoded_len(len, VARIANT))
		return (-1);
	if (sodium_base642bin(out, len, *text, have, NULL, &got, NULL,
	    VARIANT) != 0 || got != len)
		return (-1);
	sodium_bin2base64(again, sizeof(again), out, len, VARIANT);
	have = memcmp(again, *text, have) == 0 ? have : 0;
	sodium_memzero(again, sizeof(again));
	if (have == 0)
		return (-1);
	*text += have + (nl != NULL);
	return (0);
}

const char *
format_comment(const char **text, const char *end, const char *prefix,
    size_t *len)
{
	const char *nl, *start;

	nl = memchr(*text, '\n', (size_t)(end - *text));
	if (nl == NULL || (size_t)(nl - *text) < strlen(prefix) ||
	    memcmp(*text, prefix, strlen(prefix)) != 0)
		return (NULL);
	start = *text + strlen(prefix);
	*len = (size_t)(nl - start);
	*text = nl + 1;
	return (start);
}
