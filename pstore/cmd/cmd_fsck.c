/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore fsck: check every file of a store, and repair what the rest allows.
 */
#include "pstore/cmd/output.h"
#include "pstore/cmd/verbs.h"

struct check {
	struct cli *c;
	int	rows;
};

static void
print(void *arg, const char *image, const char *what, int repaired)
{
	struct check *k = arg;

	if (k->c->json) {
		json_member(stdout, k->rows > 0 ? ",{" : "{", "object", image);
		json_member(stdout, ",", "problem", what);
		printf(",\"repaired\":%s}", repaired ? "true" : "false");
	} else
		printf("%s: %s%s\n", image, what, repaired ? " (repaired)" : "");
	k->rows++;
}

int
cmd_fsck(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ "repair", no_argument, NULL, 'r' },
		{ NULL, 0, NULL, 0 }
	};
	struct check k = { c, 0 };
	struct pstore *s;
	unsigned left;
	int opt, r, repair;

	repair = 0;
	while ((opt = cli_option(c, argc, argv, ":", longs)) != -1) {
		if (opt != 'r' || cli_once(c, &repair, "--repair") != 0)
			return (-1);
	}
	if (cli_operands(c, argc, 0, 0) != 0 ||
	    store_first(c, repair ? PSTORE_WRITE : PSTORE_READ, &s) != 0)
		return (-1);
	if (c->json)
		fputs("{\"schema\":1,\"problems\":[", stdout);
	r = pstore_fsck(s, repair, print, &k, &left, &c->err);
	if (r == 0 && c->json)
		fputs("]}\n", stdout);
	else if (r == 0 && k.rows == 0)
		printf("%s: all is well\n", pstore_path(s));
	pstore_close(s);
	if (r != 0 || left == 0)
		return (r);
	pstore_fail(&c->err, PSTORE_CORRUPT, "store %s: fsck: %u problems",
	    c->places.v[0].path, left);
	return (pstore_hint(&c->err, "%s", repair ? "what is left cannot be "
	    "repaired from what is here: remove the version and add it again" :
	    "pstore fsck --repair mends what can be mended"));
}
