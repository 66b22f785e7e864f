/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore rollback: make the version promoted before current again.
 */
#include "pstore/cmd/binfmt.h"
#include "pstore/cmd/ksync.h"
#include "pstore/cmd/output.h"
#include "pstore/cmd/verbs.h"

int
cmd_rollback(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS, CHANGE_OPTIONS,
		{ "allow-untrusted", no_argument, NULL, OPT_UNTRUSTED },
		{ NULL, 0, NULL, 0 }
	};
	struct change_options o;
	struct pstore_change ch;
	struct pstore_act act;
	struct pstore *s;
	int r;

	if (change_options(c, argc, argv, ":nm:", longs, &o) != 0 ||
	    cli_operands(c, argc, 0, 1) != 0)
		return (-1);
	if (optind < argc && !pstore_name_valid(argv[optind]))
		return (cli_usage(c, "%.80s: not the name of a personality",
		    argv[optind]));
	if (store_first(c, o.dry ? PSTORE_READ : PSTORE_WRITE, &s) != 0)
		return (-1);
	change_act(&act, &o);
	r = pstore_rollback(s, optind < argc ? argv[optind] : NULL, &act, &ch,
	    &c->err);
	pstore_close(s);
	if (r != 0)
		return (-1);
	change_print(c, &ch, o.dry, 1);
	if (!o.dry) {
		ksync_promoted(c, &c->places.v[0], ch.name, ch.to);
		binfmt_promoted(c, &c->places.v[0], ch.name, ch.to);
	}
	return (0);
}
