/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg check: everything that build would find wrong with the prototypes.
 * With --tests, also a test program for the conversions.
 */
#include <errno.h>
#include <jansson.h>
#include <limits.h>
#include <stdio.h>

#include "pimg/cli.h"
#include "pimg/gen.h"

enum { OPT_TESTS = 1 };

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
	if (u->is_base)
		printf("a base, ");
	if (u->release != NULL)
		printf("release %s, ", u->release);
	printf("%zu warning%s\n",
	    u->diags->warnings, u->diags->warnings == 1 ? "" : "s");
}

static int
write_file(struct pimg_cli *c, const char *dir, const char *name,
    struct pimg_text *t)
{
	char path[PATH_MAX];
	FILE *f;
	int rv = 0;

	snprintf(path, sizeof(path), "%s/%s", dir, name);
	if ((f = fopen(path, "we")) == NULL ||
	    fwrite(t->data, 1, t->len, f) != t->len)
		rv = pstore_fail_os(&c->error, errno, "%s: cannot write",
		    path);
	if (f != NULL && fclose(f) != 0 && rv == 0)
		rv = pstore_fail_os(&c->error, errno, "%s: cannot write",
		    path);
	pimg_text_free(t);
	return (rv);
}

static int
write_tests(struct pimg_cli *c, const struct pimg_unit *u, const char *dir)
{
	struct pimg_text t = {0};

	pimg_gen_conv(u, PIMG_X86_64, &t);
	if (write_file(c, dir, "conv.h", &t) < 0)
		return (-1);
	pimg_gen_shims(u, PIMG_X86_64, &t);
	if (write_file(c, dir, "shims.c", &t) < 0)
		return (-1);
	pimg_gen_roundtrip(u, PIMG_X86_64, &t);
	return (write_file(c, dir, "roundtrip.c", &t));
}

int
pimg_cmd_check(struct pimg_cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		PIMG_OPTIONS,
		{ "tests", required_argument, NULL, OPT_TESTS },
		{ NULL, 0, NULL, 0 },
	};
	struct pimg_unit u = {0};
	const char *tests = NULL;
	int opt, rv;

	while ((opt = pimg_option(c, argc, argv, ":", longs)) != -1) {
		if (opt == '?' || pimg_text_once(c, &tests, "--tests") < 0)
			return (-1);
	}
	if (pimg_operands(c, argc, 1, 1) < 0)
		return (-1);
	rv = pimg_load(c, &u, argv[optind]);
	if (c->json && u.diags != NULL && (rv == 0 || u.diags->errors > 0))
		report_json(&u, argv[optind]);
	else if (rv == 0)
		report(&u, argv[optind]);
	if (rv == 0 && tests != NULL)
		rv = write_tests(c, &u, tests);
	pimg_unit_free(&u);
	return (rv);
}
