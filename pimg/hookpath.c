/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Where an #include "..." of a hook looks.
 */
#include <limits.h>
#include <string.h>

#include "pimg/build.h"

/* The personality's folder, then those that it inherits, nearest first. */
size_t
pimg_hook_folders(const struct pimg_unit *u, const char ***folders)
{
	const struct pimg_source *s;
	const char *last;
	size_t i, n = 0;
	int rank, next;

	*folders = NULL;
	for (rank = INT_MAX;; rank = next) {
		next = -1;
		for (i = 0; i < u->nsources; i++) {
			if (u->sources[i]->rank < rank &&
			    u->sources[i]->rank > next)
				next = u->sources[i]->rank;
		}
		if (next < 0)
			return (n);
		for (i = 0, last = ""; i < u->nsources; i++) {
			s = u->sources[i];
			if (s->rank != next || strcmp(s->folder, last) == 0)
				continue;
			last = s->folder;
			PIMG_APPEND(u->arena, *folders, n, last);
		}
	}
}

/*
 * A header of the personality's own replaces an inherited one of that name.
 * The compiler looks beside the file that includes it first, so the inherited
 * one must not be there at all.
 */
bool
pimg_header_replaced(const struct pimg_unit *u, const char *input)
{
	const struct pimg_source *s = NULL, *o;
	const char *file = strrchr(input, '/');
	size_t i, n = strlen(input);

	if (strncmp(input, "protos/", 7) != 0 || n < 2 ||
	    strcmp(input + n - 2, ".h") != 0)
		return (false);
	for (i = 0; i < u->nsources; i++) {
		if (strcmp(u->sources[i]->name, input + 7) == 0)
			s = u->sources[i];
	}
	for (i = 0; i < u->nsources && s != NULL; i++) {
		o = u->sources[i];
		if (o->rank > s->rank &&
		    strcmp(strrchr(o->name, '/'), file) == 0)
			return (true);
	}
	return (false);
}
