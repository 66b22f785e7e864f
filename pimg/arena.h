/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Memory that lives as long as one compilation, and text that grows.
 *
 * An arena hands out zeroed memory and is freed at once.  Running out of
 * memory ends the program (abort): a compiler has nothing better to do.
 */
#ifndef PIMG_ARENA_H
#define PIMG_ARENA_H

#include <stddef.h>

struct pimg_chunk;
struct pimg_arena {
	struct pimg_chunk	*head;
};

void	*pimg_alloc(struct pimg_arena *, size_t);
char	*pimg_strndup(struct pimg_arena *, const char *, size_t);
char	*pimg_printf(struct pimg_arena *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	pimg_arena_free(struct pimg_arena *);

/* Appends to a NULL-started array kept in the arena. */
#define	PIMG_APPEND(arena, array, count, item) do {			\
	(array) = pimg_grow((arena), (array), (count), sizeof(*(array))); \
	(array)[(count)++] = (item);					\
} while (0)
void	*pimg_grow(struct pimg_arena *, void *, size_t count, size_t size);

struct pimg_text {
	char	*data;		/* NUL-terminated once anything was added */
	size_t	 len, cap;
};

void	pimg_add(struct pimg_text *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
void	pimg_addn(struct pimg_text *, const void *, size_t);
void	pimg_text_free(struct pimg_text *);

#endif
