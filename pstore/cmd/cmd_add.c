/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore add: a bundle's version into the store.
 */
#include <stdlib.h>

#include "pstore/bundle.h"
#include "pstore/cmd/output.h"
#include "pstore/cmd/verbs.h"

#define	OPT_REENCODE	1101

static void
report(struct cli *c, const struct pstore_version *v, const char *store,
    enum pstore_added added)
{
	static const char *const words[] = {
		[PSTORE_ADDED] = "added to",
		[PSTORE_ADDED_SIGNATURE] = "was there, a signature was added in",
		[PSTORE_ADDED_NOTHING] = "is already in",
	};
	static const char *const codes[] = {
		[PSTORE_ADDED] = "added",
		[PSTORE_ADDED_SIGNATURE] = "signature-added",
		[PSTORE_ADDED_NOTHING] = "unchanged",
	};
	char digest[PSTORE_HASH_TEXT];

	if (!c->json) {
		printf("%s %s %s\n", v->image, words[added], store);
		return;
	}
	pstore_hash_text(v->digest, digest);
	fputs("{\"schema\":1", stdout);
	json_member(stdout, ",", "image", v->image);
	json_member(stdout, ",", "digest", digest);
	json_member(stdout, ",", "store", store);
	json_member(stdout, ",", "result", codes[added]);
	fputs("}\n", stdout);
}

static int
put(struct cli *c, const struct pstore_version *v, int untrusted)
{
	struct pstore_change ch = { .overridden = 0 };
	enum pstore_added added;
	struct pstore_act act;
	struct pstore *s;
	int r;

	if (store_first(c, PSTORE_WRITE, &s) != 0)
		return (-1);
	pstore_act_init(&act);
	act.untrusted = untrusted;
	r = pstore_admit(s, v, &act, &ch, &c->err);
	if (r == 0)
		r = pstore_add(s, v, &added, &c->err);
	if (r == 0 && ch.overridden) {
		act.message = ch.cause;
		r = pstore_note(s, &act, "add-untrusted", v->image, &c->err);
		cli_warn(c, "%s; added all the same (--allow-untrusted, "
		    "logged)", ch.cause);
	}
	if (r == 0)
		report(c, v, pstore_path(s), added);
	pstore_close(s);
	return (r);
}

int
cmd_add(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ "allow-untrusted", no_argument, NULL, OPT_UNTRUSTED },
		{ "reencode", no_argument, NULL, OPT_REENCODE },
		{ NULL, 0, NULL, 0 }
	};
	static struct pstore_version v;
	int opt, r, reencode, untrusted;

	reencode = untrusted = 0;
	while ((opt = cli_option(c, argc, argv, ":", longs)) != -1) {
		if (opt == OPT_UNTRUSTED)
			r = cli_once(c, &untrusted, "--allow-untrusted");
		else if (opt == OPT_REENCODE)
			r = cli_once(c, &reencode, "--reencode");
		else
			r = -1;
		if (r != 0)
			return (-1);
	}
	if (cli_operands(c, argc, 1, 1) != 0 || pstore_bundle_read(&v,
	    argv[optind], reencode ? PSTORE_REENCODE : 0, &c->err) != 0)
		return (-1);
	r = put(c, &v, untrusted);
	pstore_version_free(&v);
	return (r);
}
