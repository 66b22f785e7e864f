/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg sign: adds a signature to a bundle, or to a version in the store.
 */
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>

#include "pimg/cli.h"
#include "pstore/bundle.h"

enum { OPT_KEY = 1, OPT_PASSPHRASE };

static const struct option longs[] = {
	PIMG_OPTIONS,
	{ "key", required_argument, NULL, OPT_KEY },
	{ "passphrase-file", required_argument, NULL, OPT_PASSPHRASE },
	{ NULL, 0, NULL, 0 },
};

static void
report(const struct pimg_cli *c, const char *what, const char *image,
    const struct pstore_seckey *key, bool is_new)
{
	char id[PSTORE_KEYID_HEX];
	json_t *j;

	pstore_keyid_hex(key->id, id);
	if (!c->json) {
		printf("%s: %s by key %s\n", what, is_new ? "signed" :
		    "already signed", id);
		return;
	}
	j = json_pack("{s:i,s:s,s:s,s:b}", "schema", 1, "image", image,
	    "key", id, "added", is_new);
	json_dumpf(j, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(j);
}

static int
sign_bundle(struct pimg_cli *c, const char *file,
    const struct pstore_seckey *key)
{
	struct pstore_version *v = calloc(1, sizeof(*v));
	int rv = -1;

	if (v == NULL)
		abort();
	pstore_version_init(v);
	if (pstore_bundle_read(v, file, 0, &c->error) == 0 &&
	    pstore_version_sign(v, key, &c->error) == 0 &&
	    pstore_bundle_write(v, file, &c->error) == 0) {
		report(c, file, v->image, key, true);
		rv = 0;
	}
	pstore_version_free(v);
	free(v);
	return (rv);
}

static int
sign_version(struct pimg_cli *c, const struct pstore_ref *ref,
    const struct pstore_seckey *key)
{
	struct pstore_places places;
	enum pstore_added added;
	char image[PSTORE_IMAGE_MAX];
	struct pstore *s;
	int rv;

	if (pstore_places_open(&places, c->store, &c->error) < 0)
		return (-1);
	if ((rv = pstore_open(&s, &places.v[0], PSTORE_WRITE,
	    &c->error)) == 0) {
		rv = pstore_sign_version(s, ref->name, ref->number, key,
		    &added, &c->error);
		if (rv == 0) {
			snprintf(image, sizeof(image), "%s@%u", ref->name,
			    ref->number);
			report(c, image, image, key,
			    added == PSTORE_ADDED_SIGNATURE);
		}
		pstore_close(s);
	}
	pstore_places_close(&places);
	return (rv);
}

int
pimg_cmd_sign(struct pimg_cli *c, int argc, char **argv)
{
	const char *key_file = NULL, *passphrase = NULL;
	struct pstore_passphrase p = {0};
	struct pstore_key_paths paths;
	struct pstore_error ignored;
	struct pstore_seckey key;
	struct pstore_ref ref;
	int opt, rv;

	while ((opt = pimg_option(c, argc, argv, ":", longs)) != -1) {
		if (opt == '?' || pimg_text_once(c, opt == OPT_KEY ?
		    &key_file : &passphrase, opt == OPT_KEY ? "--key" :
		    "--passphrase-file") < 0)
			return (-1);
	}
	if (pimg_operands(c, argc, 1, 1) < 0 ||
	    pstore_key_paths(&paths, key_file, &c->error) < 0)
		return (-1);
	p.file = passphrase;
	if (pstore_seckey_load(&key, paths.secret, &p, &c->error) < 0)
		return (-1);
	if (pstore_ref_parse(&ref, argv[optind], &ignored) == 0 &&
	    ref.kind == PSTORE_REF_NUMBER)
		rv = sign_version(c, &ref, &key);
	else
		rv = sign_bundle(c, argv[optind], &key);
	pstore_seckey_wipe(&key);
	return (rv);
}
