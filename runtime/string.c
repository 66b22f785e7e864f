/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The few memory and string functions an image needs, for its own memory
 * only.  The standard names are there because compilers call them for
 * structure copies.
 */
#include "hook.h"

void	*memset(void *, int, size_t);
void	*memcpy(void *, const void *, size_t);
void	*memmove(void *, const void *, size_t);
int	 memcmp(const void *, const void *, size_t);

/* By words first: start-up time is where most of the copying is done. */
#ifdef __x86_64__
#define	WORD		8
#define	REP_STOS	"rep stosq"
#define	REP_MOVS	"rep movsq"
#else
#define	WORD		4
#define	REP_STOS	"rep stosl"
#define	REP_MOVS	"rep movsl"
#endif

void *
memset(void *dst, int c, size_t len)
{
	unsigned long fill = (unsigned char)c * (~0UL / 255);
	size_t words = len / WORD, rest = len % WORD;
	void *d = dst;

	__asm__ volatile(REP_STOS : "+D"(d), "+c"(words) : "a"(fill) :
	    "memory");
	__asm__ volatile("rep stosb" : "+D"(d), "+c"(rest) : "a"(fill) :
	    "memory");
	return (dst);
}

void *
memcpy(void *dst, const void *src, size_t len)
{
	size_t words = len / WORD, rest = len % WORD;
	void *d = dst;

	__asm__ volatile(REP_MOVS : "+D"(d), "+S"(src), "+c"(words) : :
	    "memory");
	__asm__ volatile("rep movsb" : "+D"(d), "+S"(src), "+c"(rest) : :
	    "memory");
	return (dst);
}

void *
memmove(void *dst, const void *src, size_t len)
{
	char *d = dst;
	const char *s = src;

	if (d <= s || d >= s + len)
		return (memcpy(dst, src, len));
	while (len-- > 0)
		d[len] = s[len];
	return (dst);
}

int
memcmp(const void *a, const void *b, size_t len)
{
	const unsigned char *p = a, *q = b;

	for (; len > 0; len--, p++, q++)
		if (*p != *q)
			return (*p - *q);
	return (0);
}

void *
pimg_memset(void *dst, int c, size_t len)
{

	return (memset(dst, c, len));
}

void *
pimg_memcpy(void *dst, const void *src, size_t len)
{

	return (memcpy(dst, src, len));
}

size_t
pimg_strlen(const char *s)
{
	const char *p;

	for (p = s; *p != '\0'; p++)
		;
	return ((size_t)(p - s));
}

int
pimg_strcmp(const char *a, const char *b)
{

	for (; *a == *b && *a != '\0'; a++, b++)
		;
	return ((unsigned char)*a - (unsigned char)*b);
}

/* Copies with truncation; returns where the NUL is. */
char *
pimg_strlcpy(char *dst, const char *src, size_t size)
{

	if (size == 0)
		return (dst);
	for (; size > 1 && *src != '\0'; size--)
		*dst++ = *src++;
	*dst = '\0';
	return (dst);
}
