/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * libexec/pimg/pstore-catalogue: the commands that open the catalogue or
 * read bundles.  bin/pstore executes it with its own arguments.
 */
#include <string.h>

#include <sodium.h>

#include "pstore/cmd/cli.h"
#include "pstore/cmd/verbs.h"

#define	HERE(name)	NULL
#define	CATALOGUE(name)	cmd_##name
#define	COMMAND(name, where, args, purpose)	\
	{ #name, where(name), args, purpose },

const struct command commands[] = {
#include "pstore/cmd/commands.def"
	{ NULL, NULL, NULL, NULL }
};

static int
elsewhere(struct cli *c, char **argv)
{
	(void)argv;
	pstore_fail(&c->err, PSTORE_USAGE, "this command is bin/pstore's");
	pstore_hint(&c->err, "run pstore");
	return (cli_fail(c));
}

int
main(int argc, char **argv)
{
	static struct cli c;

	if (sodium_init() < 0) {
		pstore_fail(&c.err, PSTORE_FAILED, "libsodium: start: failed");
		return (cli_fail(&c));
	}
	return (cli_main(&c, argc, argv, elsewhere));
}
