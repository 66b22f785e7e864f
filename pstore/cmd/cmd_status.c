/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore status: what can carry an image here, and which stores there are.
 */
#include "pstore/cmd/carrier.h"
#include "pstore/cmd/verbs.h"

static void
carriers_text(const struct carrier all[CARRIERS])
{
	int i;

	for (i = 0; i < CARRIERS; i++) {
		if (all[i].usable) {
			printf("carrier %s: usable\n", all[i].name);
			continue;
		}
		printf("carrier %s: not usable: %s\n", all[i].name,
		    all[i].cause);
		if (all[i].hint[0] != '\0')
			printf("    to do: %s\n", all[i].hint);
	}
}

static void
carriers_json(const struct carrier all[CARRIERS])
{
	int i;

	fputs("\"carriers\":[", stdout);
	for (i = 0; i < CARRIERS; i++) {
		json_member(stdout, i > 0 ? ",{" : "{", "carrier", all[i].name);
		printf(",\"usable\":%s", all[i].usable ? "true" : "false");
		json_member(stdout, ",", "cause", all[i].cause);
		json_member(stdout, ",", "hint", all[i].hint);
		putchar('}');
	}
	putchar(']');
}

static const char *
state(const struct pstore_place *p)
{
	return (p->refused != PSTORE_OK ? "refused" : p->fd < 0 ? "absent" :
	    "usable");
}

static void
stores_text(const struct pstore_places *ps)
{
	size_t i;

	for (i = 0; i < ps->n; i++) {
		printf("store %s (%s): %s\n", ps->v[i].path,
		    pstore_origin_name(ps->v[i].origin), state(&ps->v[i]));
		if (ps->v[i].refused != PSTORE_OK)
			printf("    %s\n    to do: %s\n", ps->v[i].cause,
			    ps->v[i].hint);
	}
}

static void
stores_json(const struct pstore_places *ps)
{
	size_t i;

	fputs("\"stores\":[", stdout);
	for (i = 0; i < ps->n; i++) {
		json_member(stdout, i > 0 ? ",{" : "{", "path", ps->v[i].path);
		json_member(stdout, ",", "origin",
		    pstore_origin_name(ps->v[i].origin));
		json_member(stdout, ",", "state", state(&ps->v[i]));
		json_member(stdout, ",", "cause",
		    ps->v[i].refused != PSTORE_OK ? ps->v[i].cause : NULL);
		putchar('}');
	}
	putchar(']');
}

int
cmd_status(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ NULL, 0, NULL, 0 }
	};
	struct carrier all[CARRIERS];
	int i;

	if (cli_option(c, argc, argv, ":", longs) != -1 ||
	    cli_operands(c, argc, 0, 0) != 0 || cli_places(c) != 0)
		return (-1);
	carrier_all(all);
	if (c->json) {
		fputs("{\"schema\":1,", stdout);
		carriers_json(all);
		putchar(',');
		stores_json(&c->places);
		fputs("}\n", stdout);
	} else {
		carriers_text(all);
		stores_text(&c->places);
	}
	for (i = 0; i < CARRIERS; i++) {
		if (all[i].usable)
			return (0);
	}
	return (pstore_exit_status(PSTORE_UNSUPPORTED));
}
