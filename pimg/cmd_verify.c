/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg verify: is a bundle whole, are its images sound, who signed it, and
 * does the store trust them.  The file is read once; everything is checked
 * on those bytes.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pimg/cli.h"
#include "pimg/image.h"
#include "pstore/bundle.h"

/* Every file that is not symbols or sources is an image of this name. */
int
pimg_version_check(struct pimg_arena *arena, const struct pstore_version *v,
    struct pimg_note *note, struct pstore_error *error)
{
	const struct pstore_manifest *m = &v->manifest;
	struct pimg_elf e;
	size_t i, images = 0;

	for (i = 0; i < m->nfiles; i++) {
		if (strcmp(m->files[i].name, "x86_64") != 0 &&
		    strcmp(m->files[i].name, "i386") != 0)
			continue;
		images++;
		if (pimg_elf_open(&e, arena, m->files[i].name,
		    v->content[i].data, v->content[i].size, error) < 0 ||
		    pimg_image_check(&e, note, error) < 0)
			return (-1);
		if (strcmp(note->personality, m->personality) != 0 ||
		    note->abi_revision != m->abi ||
		    memcmp(note->source, m->source, sizeof(m->source)) != 0)
			return (pstore_fail(error, PSTORE_CORRUPT,
			    "%s: %s: its note contradicts the manifest",
			    v->image, m->files[i].name));
	}
	if (images == 0)
		return (pstore_fail(error, PSTORE_CORRUPT,
		    "%s: contains no image", v->image));
	return (0);
}

static int
check_trust(struct pimg_cli *c, const struct pstore_version *v)
{
	struct pstore_trust *trust = calloc(1, sizeof(*trust));
	struct pstore_places places;
	size_t i;
	int rv = 0;

	if (trust == NULL)
		abort();
	if (pstore_places_open(&places, c->store, &c->error) < 0) {
		free(trust);
		return (-1);
	}
	/* The store that `pstore add` would write decides. */
	for (i = 0; i < places.n && places.v[i].fd < 0; i++)
		;
	if (i < places.n)
		rv = pstore_trust_load(trust, places.v[i].fd,
		    places.v[i].path, &c->error);
	trust->everything = 0;
	if (rv == 0)
		rv = pstore_version_trust(v, trust, &c->error);
	pstore_places_close(&places);
	free(trust);
	return (rv);
}

static void
report(const struct pimg_cli *c, const struct pstore_version *v)
{
	char digest[PSTORE_HASH_TEXT], id[PSTORE_KEYID_HEX];
	json_t *signers = json_array(), *o;
	size_t i;

	pstore_hash_text(v->digest, digest);
	if (!c->json)
		printf("%s: good\ndigest: %s\n", v->image, digest);
	for (i = 0; i < v->nsigs; i++) {
		pstore_keyid_hex(v->sigs[i].id, id);
		if (!c->json)
			printf("signer: %s\n", id);
		json_array_append_new(signers, json_string(id));
	}
	o = json_pack("{s:i,s:s,s:s,s:o}", "schema", 1, "image", v->image,
	    "digest", digest, "signers", signers);
	if (c->json) {
		json_dumpf(o, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
		putchar('\n');
	}
	json_decref(o);
}

int
pimg_cmd_verify(struct pimg_cli *c, int argc, char **argv)
{
	static const struct option longs[] = { PIMG_OPTIONS, {0} };
	struct pstore_version *v;
	struct pimg_arena arena = {0};
	struct pimg_note note;
	int rv = -1;

	if (pimg_option(c, argc, argv, ":", longs) != -1 ||
	    pimg_operands(c, argc, 1, 1) < 0)
		return (-1);
	if ((v = calloc(1, sizeof(*v))) == NULL)
		abort();
	pstore_version_init(v);
	if (pstore_bundle_read(v, argv[optind], 0, &c->error) == 0 &&
	    pimg_version_check(&arena, v, &note, &c->error) == 0 &&
	    check_trust(c, v) == 0) {
		report(c, v);
		rv = 0;
	}
	pstore_version_free(v);
	free(v);
	pimg_arena_free(&arena);
	return (rv);
}
