/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore promote: make a version current.
 */
#include "pstore/cmd/binfmt.h"
#include "pstore/cmd/ksync.h"
#include "pstore/cmd/output.h"
#include "pstore/cmd/verbs.h"

int
cmd_promote(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS, CHANGE_OPTIONS,
		{ "allow-untrusted", no_argument, NULL, OPT_UNTRUSTED },
		{ NULL, 0, NULL, 0 }
	};
	struct change_options o;
	struct pstore_change ch;
	struct pstore_act act;
	struct pstore_ref ref;
	struct pstore *s;
	int r;

	if (change_options(c, argc, argv, ":nm:", longs, &o) != 0 ||
	    cli_operands(c, argc, 1, 1) != 0 || cli_places(c) != 0 ||
	    version_operand(c, argv[optind], &ref) != 0 ||
	    pstore_open(&s, &c->places.v[0], o.dry ? PSTORE_READ : PSTORE_WRITE,
	    &c->err) != 0)
		return (-1);
	change_act(&act, &o);
	r = pstore_promote(s, ref.name, ref.number, &act, &ch, &c->err);
	pstore_close(s);
	if (r != 0)
		return (-1);
	change_print(c, &ch, o.dry, 0);
	if (!o.dry) {
		ksync_promoted(c, &c->places.v[0], ch.name, ch.to);
		binfmt_promoted(c, &c->places.v[0], ch.name, ch.to);
	}
	return (0);
}
