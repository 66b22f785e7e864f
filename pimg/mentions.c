/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Which maps and structures the hooks name.  conv.h has the functions and
 * layouts of those too, and nobody is told that they are not used:
 *
 *	map_NAME_in map_NAME_out	a map
 *	in_NAME out_NAME f_NAME		a structure
 *	n_NAME				a native structure
 *
 * The C is not parsed, only cut into words: a word in a comment counts.
 */
#include <ctype.h>
#include <string.h>

#include "pimg/check.h"

static bool
is_word(char c)
{
	return (isalnum((unsigned char)c) || c == '_');
}

static void
map(struct pimg_unit *u, const char *s, size_t len)
{
	struct pimg_map *m;
	size_t i, n;

	for (i = 0; i < u->nmaps; i++) {
		m = u->maps[i];
		n = strlen(m->name);
		if (len <= n || memcmp(s, m->name, n) != 0)
			continue;
		if ((len == n + 3 && memcmp(s + n, "_in", 3) == 0) ||
		    (len == n + 4 && memcmp(s + n, "_out", 4) == 0))
			m->in_hooks = m->used = true;
	}
}

static void
strukt(struct pimg_unit *u, const char *s, size_t len, bool is_native)
{
	struct pimg_struct *st;
	size_t i;

	for (i = 0; i < u->nstructs; i++) {
		st = u->structs[i];
		if (st->is_native == is_native && strlen(st->name) == len &&
		    memcmp(st->name, s, len) == 0)
			st->in_hooks = st->used = true;
	}
}

static bool
begins(const char *s, size_t len, const char *prefix, size_t *n)
{
	*n = strlen(prefix);
	return (len > *n && memcmp(s, prefix, *n) == 0);
}

static void
word(struct pimg_unit *u, const char *s, size_t len)
{
	size_t n;

	if (begins(s, len, "map_", &n))
		map(u, s + n, len - n);
	else if (begins(s, len, "in_", &n) || begins(s, len, "out_", &n) ||
	    begins(s, len, "f_", &n))
		strukt(u, s + n, len - n, false);
	else if (begins(s, len, "n_", &n))
		strukt(u, s + n, len - n, true);
}

void
pimg_check_mentions(struct pimg_unit *u)
{
	const char *s, *start;
	size_t i;

	for (i = 0; i < u->nsources; i++) {
		if (!u->sources[i]->is_hook)
			continue;
		for (s = u->sources[i]->text; *s != '\0';) {
			for (start = s; is_word(*s); s++)
				;
			if (s == start)
				s++;
			else
				word(u, start, (size_t)(s - start));
		}
	}
}
