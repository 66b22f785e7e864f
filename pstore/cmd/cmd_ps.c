/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore ps: who runs which version.
 */
#include <string.h>

#include "pstore/cmd/procscan.h"
#include "pstore/cmd/verbs.h"

struct ps {
	struct cli *c;
	const char *name;	/* of the personality, or NULL */
	const char *image;	/* NAME@N, or NULL */
	int	rows;
};

static int
print(void *arg, const struct process *p)
{
	struct ps *ps = arg;
	size_t len;

	len = ps->name != NULL ? strlen(ps->name) : 0;
	if (ps->name != NULL && (strncmp(p->image, ps->name, len) != 0 ||
	    p->image[len] != '@'))
		return (0);
	if (ps->image != NULL && strcmp(p->image, ps->image) != 0)
		return (0);
	if (ps->c->json) {
		printf("%s{\"pid\":%ld", ps->rows > 0 ? "," : "",
		    (long)p->pid);
		json_member(stdout, ",", "program", p->program);
		json_member(stdout, ",", "image", p->image);
		json_member(stdout, ",", "carrier", p->carrier);
		putchar('}');
	} else {
		if (ps->rows == 0)
			printf("%7s  %-20s  %-7s  %s\n", "PID", "IMAGE",
			    "CARRIER", "PROGRAM");
		printf("%7ld  %-20s  %-7s  %s\n", (long)p->pid, p->image,
		    p->carrier, p->program);
	}
	ps->rows++;
	return (0);
}

/* What the operand selects; NAME@sha256:HEX becomes its NAME@N. */
static int
select_image(struct cli *c, const char *word, struct ps *ps,
    struct pstore_found *found, struct pstore_ref *ref)
{
	if (pstore_ref_parse(ref, word, &c->err) != 0)
		return (-1);
	if (ref->kind == PSTORE_REF_CURRENT)
		ps->name = ref->name;
	else if (ref->kind == PSTORE_REF_NUMBER)
		ps->image = word;
	else {
		if (pstore_find(found, &c->places, ref, &c->err) != 0)
			return (-1);
		ps->image = found->image;
	}
	return (0);
}

int
cmd_ps(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ NULL, 0, NULL, 0 }
	};
	struct pstore_found found;
	struct pstore_ref ref;
	struct ps ps = { .c = c };

	if (cli_option(c, argc, argv, ":", longs) != -1 ||
	    cli_operands(c, argc, 0, 1) != 0 || cli_places(c) != 0)
		return (-1);
	if (optind < argc &&
	    select_image(c, argv[optind], &ps, &found, &ref) != 0)
		return (-1);
	if (c->json)
		fputs("{\"schema\":1,\"processes\":[", stdout);
	if (process_scan(&c->places, print, &ps, &c->err) != 0)
		return (-1);
	if (c->json)
		fputs("]}\n", stdout);
	return (0);
}
