/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg check: everything that build would find wrong with the prototypes.
 */
#include <jansson.h>
#include <stdio.h>

#include "pimg/cli.h"

static json_t *
diag_json(const struct pimg_diag *d)
{
	static const char *const words[] = { "error", "warning", "note" };

	return (json_pack("{s:s,s:s,s:I,s:I,s:s,s:s?}", "severity",
	    words[d->severity], "file", d->pos.source->name, "line",
	    (json_int_t)d->pos.line, "column", (json_int_t)d->pos.col,
	    "message", d->text, "expected", d->expected));
}

static void
report_json(const struct pimg_unit *u, const char *name)
{
	json_t *list = json_array(), *o;
	size_t i;

	for (i = 0; i < u->diags->count; i++)
		json_array_append_new(list, diag_json(&u->diags->list[i]));
	o = json_pack("{s:i,s:s,s:I,s:I,s:o}", "schema", 1, "personality",
	    name, "errors", (json_int_t)u->diags->errors, "warnings",
	    (json_int_t)u->diags->warnings, "diagnostics", list);
	json_dumpf(o, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(o);
}

static void
report(const struct pimg_unit *u, const char *name)
{
	int abi;

	printf("%s: ", name);
	for (abi = 0; abi < PIMG_NABI; abi++) {
		if (u->tables[abi].count > 0)
			printf("%zu calls (%s), ", u->tables[abi].count,
			    pimg_abi_name(abi));
	}
	printf("release %s, %zu warning%s\n", u->release,
	    u->diags->warnings, u->diags->warnings == 1 ? "" : "s");
}

int
pimg_cmd_check(struct pimg_cli *c, int argc, char **argv)
{
	static const struct option longs[] = { PIMG_OPTIONS, {0} };
	struct pimg_unit u = {0};
	int rv;

	if (pimg_option(c, argc, argv, ":", longs) != -1 ||
	    pimg_operands(c, argc, 1, 1) < 0)
		return (-1);
	rv = pimg_load(c, &u, argv[optind]);
	if (c->json && u.diags != NULL && (rv == 0 || u.diags->errors > 0))
		report_json(&u, argv[optind]);
	else if (rv == 0)
		report(&u, argv[optind]);
	pimg_unit_free(&u);
	return (rv);
}
