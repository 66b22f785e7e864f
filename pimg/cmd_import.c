/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg import-master: a kernel's table of system calls to prototypes.
 */
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>

#include "pimg/cli.h"
#include "pimg/import.h"

enum { OPT_DIALECT = 1 };

/* Prototypes to take types from, where the table has none. */
static const char *const types_from = "linux310";

static int
import(struct pimg_cli *c, const char *path, enum pimg_dialect d)
{
	struct pimg_arena arena = {0};
	struct pimg_diags diags = { .arena = &arena };
	struct pstore_error ignored;
	struct pimg_unit known = {0};
	struct pimg_source s = {0};
	struct pimg_text out = {0};
	char buf[PATH_MAX];
	const char *protos;
	int rv = -1;

	if (pimg_source_read(&arena, AT_FDCWD, path, path, &s,
	    &c->error) < 0)
		goto done;
	if ((protos = pimg_protos(c, buf, sizeof(buf))) != NULL &&
	    pimg_unit_load(&known, protos, types_from, &ignored) == 0)
		pimg_check(&known);
	rv = pimg_import(&s, d, known.arena != NULL &&
	    known.personality.name != NULL ? &known : NULL, &diags, &out);
	pimg_diags_print(&diags, stderr);
	if (rv < 0)
		pstore_fail(&c->error, PSTORE_FAILED, "%s: %zu error%s", path,
		    diags.errors, diags.errors == 1 ? "" : "s");
	else
		fwrite(out.data, 1, out.len, stdout);
done:
	pimg_text_free(&out);
	pimg_unit_free(&known);
	pimg_arena_free(&arena);
	return (rv);
}

int
pimg_cmd_import(struct pimg_cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		PIMG_OPTIONS,
		{ "dialect", required_argument, NULL, OPT_DIALECT },
		{ NULL, 0, NULL, 0 },
	};
	enum pimg_dialect d = PIMG_DIALECT_GUESS;
	const char *name = NULL;
	int opt;

	while ((opt = pimg_option(c, argc, argv, ":", longs)) != -1) {
		if (opt == '?' || pimg_text_once(c, &name, "--dialect") < 0)
			return (-1);
	}
	if (name != NULL && !pimg_dialect(name, &d))
		return (pimg_usage(c, "'%s' is no dialect", name));
	if (pimg_operands(c, argc, 1, 1) < 0)
		return (-1);
	return (import(c, argv[optind], d));
}
