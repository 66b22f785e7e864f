/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A line of the trace while it grows.  What does not fit is left out, so no
 * caller needs to look.
 */
#include "trace.h"
#include "hook.h"

void
pimg_line_char(struct pimg_line *l, char c)
{

	if (l->p < l->end)
		*l->p++ = c;
}

void
pimg_line_bytes(struct pimg_line *l, const char *s, size_t len)
{

	while (len-- > 0)
		pimg_line_char(l, *s++);
}

void
pimg_line_text(struct pimg_line *l, const char *s)
{

	while (*s != '\0')
		pimg_line_char(l, *s++);
}

/* Without a 64-bit division, which i386 would take from a library. */
static unsigned
divide(uint64_t *v, unsigned base)
{
	uint32_t high = (uint32_t)(*v >> 32), low = (uint32_t)*v;
	uint64_t rest = high % base, q = high / base;
	int i;

	for (i = 31; i >= 0; i--) {
		rest = rest << 1 | (low >> i & 1);
		q <<= 1;
		if (rest >= base) {
			rest -= base;
			q |= 1;
		}
	}
	*v = q;
	return ((unsigned)rest);
}

void
pimg_line_number(struct pimg_line *l, uint64_t v, unsigned base)
{
	char buf[24], *p = buf + sizeof(buf);

	do
		*--p = "0123456789abcdef"[divide(&v, base)];
	while (v != 0);
	pimg_line_bytes(l, p, (size_t)(buf + sizeof(buf) - p));
}

void
pimg_line_signed(struct pimg_line *l, int64_t v)
{

	if (v < 0)
		pimg_line_char(l, '-');
	pimg_line_number(l, v < 0 ? -(uint64_t)v : (uint64_t)v, 10);
}

void
pimg_line_hex(struct pimg_line *l, uint64_t v)
{

	pimg_line_text(l, "0x");
	pimg_line_number(l, v, 16);
}

static int
is_digit(char c)
{

	return (c >= '0' && c <= '7');
}

/* As in C; a byte as octal has all its digits if one follows. */
static void
escape(struct pimg_line *l, unsigned char c, int digit_next)
{
	static const char plain[] = "\a\b\t\n\v\f\r\"\\", names[] = "abtnvfr\"\\";
	int i;

	for (i = 0; plain[i] != '\0'; i++)
		if (c == (unsigned char)plain[i]) {
			pimg_line_char(l, '\\');
			pimg_line_char(l, names[i]);
			return;
		}
	if (c >= ' ' && c < 0x7f) {
		pimg_line_char(l, (char)c);
		return;
	}
	pimg_line_char(l, '\\');
	if (digit_next && c < 0100)
		pimg_line_char(l, '0');
	if (digit_next && c < 010)
		pimg_line_char(l, '0');
	pimg_line_number(l, c, 8);
}

void
pimg_line_quoted(struct pimg_line *l, const void *s, size_t len)
{
	const char *c = s;
	size_t i;

	pimg_line_char(l, '"');
	for (i = 0; i < len; i++)
		escape(l, (unsigned char)c[i],
		    i + 1 < len && is_digit(c[i + 1]));
	pimg_line_char(l, '"');
}
