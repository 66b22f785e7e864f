/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Object files that a later build of the same run uses again.
 */
#include <stdlib.h>
#include <string.h>

#include "pimg/objects.h"

struct closure {
	const struct pimg_inputs *in;
	bool			 *seen;		/* of the inputs */
	bool			  generated;	/* reaches one of ours */
	struct pimg_text	  text;
};

static void reach(struct closure *, size_t index);

/* "gen.h" is every input called so, whichever the compiler would take. */
static void
include(struct closure *c, const char *name, size_t len)
{
	const char *s;
	size_t i, n;

	if ((len == 5 && memcmp(name, "gen.h", 5) == 0) ||
	    (len == 6 && memcmp(name, "conv.h", 6) == 0))
		c->generated = true;
	for (i = 0; i < c->in->count; i++) {
		s = c->in->list[i]->name;
		n = strlen(s);
		if (n > len && s[n - len - 1] == '/' &&
		    memcmp(s + n - len, name, len) == 0)
			reach(c, i);
	}
}

/* Every #include, also those of branches that are not compiled. */
static void
includes(struct closure *c, const char *s)
{
	const char *end;

	while ((s = strstr(s, "include")) != NULL) {
		s += strlen("include");
		s += strspn(s, " \t");
		if (*s != '"' && *s != '<')
			continue;
		end = strpbrk(s + 1, "\">\n");
		if (end != NULL && *end != '\n')
			include(c, s + 1, (size_t)(end - s - 1));
	}
}

static void
reach(struct closure *c, size_t index)
{
	const struct pimg_source *s = c->in->list[index];

	if (c->seen[index])
		return;
	c->seen[index] = true;
	pimg_add(&c->text, "%s%c%zu%c", s->name, '\0', s->len, '\0');
	pimg_addn(&c->text, s->text, s->len);
	includes(c, s->text);
}

bool
pimg_object_key(const struct pimg_inputs *in, const char *abi,
    const char *source, uint8_t key[PSTORE_HASH_BYTES])
{
	struct closure c = { .in = in };
	size_t i;

	if (strncmp(source, "runtime/", 8) != 0)
		return (false);
	if ((c.seen = calloc(in->count + 1, sizeof(*c.seen))) == NULL)
		abort();
	pimg_add(&c.text, "%s%c", abi, '\0');
	for (i = 0; i < in->count; i++) {
		if (strcmp(in->list[i]->name, source) == 0)
			reach(&c, i);
	}
	pstore_hash(key, c.text.data, c.text.len);
	pimg_text_free(&c.text);
	free(c.seen);
	return (!c.generated);
}

const struct pimg_object *
pimg_object_find(const struct pimg_objects *o,
    const uint8_t key[PSTORE_HASH_BYTES])
{
	size_t i;

	for (i = 0; i < o->count; i++) {
		if (memcmp(o->list[i].key, key, PSTORE_HASH_BYTES) == 0)
			return (&o->list[i]);
	}
	return (NULL);
}

void
pimg_object_keep(struct pimg_objects *o, const uint8_t key[PSTORE_HASH_BYTES],
    const void *data, size_t size)
{
	struct pimg_object item = { .size = size };

	if (pimg_object_find(o, key) != NULL)
		return;
	memcpy(item.key, key, PSTORE_HASH_BYTES);
	item.data = pimg_strndup(&o->arena, data, size);
	PIMG_APPEND(&o->arena, o->list, o->count, item);
}

void
pimg_objects_free(struct pimg_objects *o)
{
	pimg_arena_free(&o->arena);
	*o = (struct pimg_objects){0};
}
