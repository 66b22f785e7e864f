/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * JSON output: strings and members; the shape is the caller's.
 */
#include <string.h>

#include "pstore/cmd/cli.h"

/* The length of the UTF-8 sequence at S, 0 if it is none. */
static size_t
sequence(const unsigned char *s)
{
	size_t i, n;

	if (s[0] < 0x80)
		return (1);
	n = s[0] >= 0xc2 && s[0] <= 0xdf ? 2 : (s[0] & 0xf0) == 0xe0 ? 3 :
	    s[0] >= 0xf0 && s[0] <= 0xf4 ? 4 : 0;
	for (i = 1; i < n; i++) {
		if ((s[i] & 0xc0) != 0x80)
			return (0);
	}
	if ((s[0] == 0xe0 && s[1] < 0xa0) || (s[0] == 0xed && s[1] > 0x9f) ||
	    (s[0] == 0xf0 && s[1] < 0x90) || (s[0] == 0xf4 && s[1] > 0x8f))
		return (0);
	return (n);
}

void
json_string(FILE *f, const char *text)
{
	const unsigned char *s;
	size_t n;

	putc('"', f);
	for (s = (const unsigned char *)text; *s != '\0'; s += n) {
		n = sequence(s);
		if (n == 0) {
			fputs("\\ufffd", f);
			n = 1;
		} else if (*s == '"' || *s == '\\')
			fprintf(f, "\\%c", *s);
		else if (*s < 32)
			fprintf(f, "\\u%04x", *s);
		else
			fwrite(s, 1, n, f);
	}
	putc('"', f);
}

void
json_member(FILE *f, const char *sep, const char *key, const char *value)
{
	fputs(sep, f);
	json_string(f, key);
	putc(':', f);
	if (value == NULL || value[0] == '\0')
		fputs("null", f);
	else
		json_string(f, value);
}
