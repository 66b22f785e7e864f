/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Object files that a later build of the same run uses again.
 */
#include <stdlib.h>
#include <string.h>

#include "pimg/objects.h"
#include "pimg/unit.h"

struct closure {
	const struct pimg_build	 *b;
	const struct pimg_inputs *in;
	enum pimg_abi		  abi;
	bool			 *seen;		/* of the inputs */
	bool			  generated;	/* reaches one of ours */
	struct pimg_text	  text;
};

static void reach(struct closure *, size_t index);

/* In the folder of an ABI other than ours? */
static bool
of_other_abi(const struct closure *c, const char *name)
{
	const char *other = pimg_abi_name(c->abi == PIMG_I386 ? PIMG_X86_64 :
	    PIMG_I386);
	const char *slash, *part = name;

	for (; (slash = strchr(part, '/')) != NULL; part = slash + 1) {
		if ((size_t)(slash - part) == strlen(other) &&
		    memcmp(part, other, strlen(other)) == 0)
			return (true);
	}
	return (false);
}

static bool
is(const char *name, size_t len, const char *word)
{
	return (strlen(word) == len && memcmp(name, word, len) == 0);
}

/* "arch.h" is every input called so, whichever the compiler would take. */
static void
include(struct closure *c, const char *name, size_t len)
{
	const char *s;
	size_t i, n;

	if (is(name, len, "gen.h") || is(name, len, "conv.h"))
		c->generated = true;
	if (is(name, len, "convention.h"))
		pimg_add(&c->text, "convention %d", (int)c->b->unit->convention);
	for (i = 0; i < c->in->count; i++) {
		s = c->in->list[i]->name;
		n = strlen(s);
		if (n > len && s[n - len - 1] == '/' &&
		    memcmp(s + n - len, name, len) == 0 &&
		    !of_other_abi(c, s))
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
pimg_object_key(const struct pimg_build *b, const struct pimg_inputs *in,
    enum pimg_abi abi, const char *source, uint8_t key[PSTORE_HASH_BYTES])
{
	struct closure c = { .b = b, .in = in, .abi = abi };
	size_t i;

	if (strncmp(source, "gen/", 4) == 0)
		return (false);
	if ((c.seen = calloc(in->count + 1, sizeof(*c.seen))) == NULL)
		abort();
	pimg_add(&c.text, "%s%c", pimg_abi_name(abi), '\0');
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
