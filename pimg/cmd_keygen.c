/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg keygen: a key pair, trusted by its maker's own store.
 */
#include <jansson.h>
#include <stdio.h>

#include "pimg/cli.h"

enum { OPT_NO_PASSPHRASE = 1, OPT_PASSPHRASE, OPT_KEY };

static const struct option longs[] = {
	PIMG_OPTIONS,
	{ "no-passphrase", no_argument, NULL, OPT_NO_PASSPHRASE },
	{ "passphrase-file", required_argument, NULL, OPT_PASSPHRASE },
	{ "key", required_argument, NULL, OPT_KEY },
	{ NULL, 0, NULL, 0 },
};

struct options {
	bool		 no_passphrase;
	const char	*passphrase_file, *key;
};

static int
options(struct pimg_cli *c, struct options *o, int argc, char **argv)
{
	int opt, rv = 0;

	while ((opt = pimg_option(c, argc, argv, ":", longs)) != -1) {
		if (opt == OPT_NO_PASSPHRASE)
			rv = pimg_once(c, &o->no_passphrase,
			    "--no-passphrase");
		else if (opt == OPT_PASSPHRASE)
			rv = pimg_text_once(c, &o->passphrase_file,
			    "--passphrase-file");
		else if (opt == OPT_KEY)
			rv = pimg_text_once(c, &o->key, "--key");
		else
			return (-1);
		if (rv < 0)
			return (-1);
	}
	if (o->no_passphrase && o->passphrase_file != NULL)
		return (pimg_usage(c, "--no-passphrase and "
		    "--passphrase-file exclude each other"));
	return (pimg_operands(c, argc, 0, 0));
}

static void
report(const struct pimg_cli *c, const struct pstore_key_paths *paths,
    const char *id, const char *store)
{
	json_t *j;

	if (!c->json) {
		printf("secret key: %s\npublic key: %s\nkey %s is trusted by "
		    "%s\n", paths->secret, paths->public, id, store);
		return;
	}
	j = json_pack("{s:i,s:s,s:s,s:s,s:s}", "schema", 1, "secret",
	    paths->secret, "public", paths->public, "key", id, "trusted_by",
	    store);
	json_dumpf(j, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(j);
}

/* The store is opened first: a key that nobody trusts is not made. */
static int
generate(struct pimg_cli *c, const struct options *o, struct pstore *s)
{
	struct pstore_passphrase p = { .file = o->passphrase_file,
	    .prompt = "Passphrase for the new key: ", .confirm = 1 };
	char id[PSTORE_KEYID_HEX], name[64];
	struct pstore_key_paths paths;
	struct pstore_pubkey pub;

	if (pstore_key_paths(&paths, o->key, &c->error) < 0 ||
	    pstore_keygen(&paths, o->no_passphrase ? NULL : &p, &pub,
	    &c->error) < 0)
		return (-1);
	pstore_keyid_hex(pub.id, id);
	snprintf(name, sizeof(name), "keygen-%s", id);
	if (pstore_trust_add(pstore_fd(s), pstore_path(s), name, &pub,
	    &c->error) < 0)
		return (pstore_hint(&c->error, "the key was made: add it with "
		    "'pstore trust add %s'", paths.public));
	report(c, &paths, id, pstore_path(s));
	return (0);
}

int
pimg_cmd_keygen(struct pimg_cli *c, int argc, char **argv)
{
	struct pstore_places places;
	struct options o = {0};
	struct pstore *s;
	int rv;

	if (options(c, &o, argc, argv) < 0 ||
	    pstore_places_open(&places, c->store, &c->error) < 0)
		return (-1);
	if ((rv = pstore_open(&s, &places.v[0], PSTORE_WRITE,
	    &c->error)) == 0) {
		rv = generate(c, &o, s);
		pstore_close(s);
	}
	pstore_places_close(&places);
	return (rv);
}
