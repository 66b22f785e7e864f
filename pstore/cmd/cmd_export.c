/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore export: a version of a store as a bundle.
 */
#include <unistd.h>

#include "pstore/bundle.h"
#include "pstore/cmd/output.h"
#include "pstore/cmd/verbs.h"

static int
load(struct cli *c, const char *word, struct pstore_version *v)
{
	struct pstore_found f;
	struct pstore_ref ref;
	int r;

	if (pstore_ref_parse(&ref, word, &c->err) != 0 ||
	    pstore_find(&f, &c->places, &ref, &c->err) != 0)
		return (-1);
	r = pstore_version_load(v, f.dirfd, f.image, &c->err);
	close(f.dirfd);
	return (r);
}

int
cmd_export(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ "output", required_argument, NULL, 'o' },
		{ NULL, 0, NULL, 0 }
	};
	static struct pstore_version v;
	const char *file;
	int opt, r;

	file = NULL;
	while ((opt = cli_option(c, argc, argv, ":o:", longs)) != -1) {
		if (opt != 'o' || cli_text_once(c, &file, "-o") != 0)
			return (-1);
	}
	if (cli_operands(c, argc, 1, 1) != 0)
		return (-1);
	if (file == NULL)
		return (cli_usage(c, "-o FILE is missing"));
	if (cli_places(c) != 0 || load(c, argv[optind], &v) != 0)
		return (-1);
	r = pstore_bundle_write(&v, file, &c->err);
	if (r == 0 && c->json) {
		fputs("{\"schema\":1", stdout);
		json_member(stdout, ",", "image", v.image);
		json_member(stdout, ",", "file", file);
		fputs("}\n", stdout);
	} else if (r == 0)
		printf("%s written to %s\n", v.image, file);
	pstore_version_free(&v);
	return (r);
}
