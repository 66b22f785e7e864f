/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The arena and the growing text.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pimg/arena.h"

#define	CHUNK	(64 * 1024)

struct pimg_chunk {
	struct pimg_chunk	*next;
	size_t			 used, size;
	_Alignas(16) char	 data[];
};

void *
pimg_alloc(struct pimg_arena *a, size_t n)
{
	struct pimg_chunk *c = a->head;
	size_t size;
	void *p;

	n = (n + 15) & ~(size_t)15;
	if (c == NULL || c->size - c->used < n) {
		size = n > CHUNK ? n : CHUNK;
		if ((c = calloc(1, sizeof(*c) + size)) == NULL)
			abort();
		c->size = size;
		c->next = a->head;
		a->head = c;
	}
	p = c->data + c->used;
	c->used += n;
	return (p);
}

char *
pimg_strndup(struct pimg_arena *a, const char *s, size_t n)
{
	char *p = pimg_alloc(a, n + 1);

	memcpy(p, s, n);
	return (p);
}

char *
pimg_printf(struct pimg_arena *a, const char *fmt, ...)
{
	va_list ap, again;
	char *p;
	int n;

	va_start(ap, fmt);
	va_copy(again, ap);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	p = pimg_alloc(a, (size_t)n + 1);
	vsnprintf(p, (size_t)n + 1, fmt, again);
	va_end(again);
	return (p);
}

/* Arrays double at powers of two, so the count alone tells the capacity. */
void *
pimg_grow(struct pimg_arena *a, void *old, size_t count, size_t size)
{
	void *p;

	if (count != 0 && (count & (count - 1)) != 0)
		return (old);
	p = pimg_alloc(a, (count == 0 ? 1 : count * 2) * size);
	if (count != 0)
		memcpy(p, old, count * size);
	return (p);
}

void
pimg_arena_free(struct pimg_arena *a)
{
	struct pimg_chunk *c;

	while ((c = a->head) != NULL) {
		a->head = c->next;
		free(c);
	}
}

static void
reserve(struct pimg_text *t, size_t more)
{
	if (t->cap - t->len > more)
		return;
	t->cap = (t->len + more + 1) * 2;
	if ((t->data = realloc(t->data, t->cap)) == NULL)
		abort();
}

void
pimg_add(struct pimg_text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	reserve(t, (size_t)n);
	va_start(ap, fmt);
	vsnprintf(t->data + t->len, (size_t)n + 1, fmt, ap);
	va_end(ap);
	t->len += (size_t)n;
}

void
pimg_addn(struct pimg_text *t, const void *p, size_t n)
{
	reserve(t, n);
	if (n > 0)
		memcpy(t->data + t->len, p, n);
	t->len += n;
	t->data[t->len] = '\0';
}

void
pimg_text_free(struct pimg_text *t)
{
	free(t->data);
	*t = (struct pimg_text){0};
}
