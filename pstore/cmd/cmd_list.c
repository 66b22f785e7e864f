/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore list: every version of every store, in the order of the search.
 */
#include <string.h>

#include "pstore/cmd/output.h"
#include "pstore/cmd/verbs.h"

struct list {
	struct cli *c;
	size_t	place;
	int	rows, rows_here;
	int	effective;	/* of the personality in LAST */
	char	last[PIMG_NAME_MAX + 1];
};

static void
signers_json(const char *ids)
{
	const char *p;
	size_t len;

	fputs(",\"signers\":[", stdout);
	for (p = ids; *p != '\0'; p += len + (p[len] == ' ')) {
		len = strcspn(p, " ");
		printf("%s\"%.*s\"", p == ids ? "" : ",", (int)len, p);
	}
	putchar(']');
}

static void
print_json(const struct list *l, const struct pstore_row *r)
{
	json_member(stdout, l->rows > 0 ? ",{" : "{", "image", r->image);
	json_member(stdout, ",", "personality", r->personality);
	printf(",\"version\":%u", r->version);
	json_member(stdout, ",", "digest", r->digest);
	printf(",\"current\":%s", r->current && l->effective ? "true" :
	    "false");
	signers_json(r->signers);
	json_member(stdout, ",", "created", r->created);
	putchar('}');
}

static void
print_text(const struct list *l, const struct pstore_row *r)
{
	const struct pstore_place *p;

	p = &l->c->places.v[l->place];
	if (l->rows_here == 0)
		printf("store %s (%s)\n", p->path,
		    pstore_origin_name(p->origin));
	printf("%s %-20s  %-20s  %.19s  %s\n",
	    !r->current ? " " : l->effective ? "*" : "-", r->image,
	    r->created[0] != '\0' ? r->created : "-", r->digest,
	    r->signers[0] != '\0' ? r->signers : "not signed");
}

static int
print(void *arg, const struct pstore_row *r, struct pstore_error *e)
{
	struct list *l = arg;

	(void)e;
	if (strcmp(l->last, r->personality) != 0) {
		l->effective = cli_effective(l->c, l->place, r->personality);
		strcpy(l->last, r->personality);
	}
	if (l->c->json)
		print_json(l, r);
	else
		print_text(l, r);
	l->rows++;
	l->rows_here++;
	return (0);
}

static int
list_place(struct list *l, size_t i, const char *name)
{
	const struct pstore_place *p;
	struct pstore *s;
	int r;

	if (pstore_place_ok(&l->c->places.v[i], &l->c->err) != 0)
		return (-1);
	p = cli_store(l->c, i);
	if (p == NULL)
		return (0);
	l->place = i;
	l->rows_here = 0;
	l->last[0] = '\0';
	if (pstore_open(&s, p, PSTORE_READ, &l->c->err) != 0)
		return (-1);
	r = pstore_list(s, name, 0, print, l, &l->c->err);
	pstore_close(s);
	return (r);
}

static int
nothing(struct cli *c, const char *name)
{
	char list[768];
	size_t i, len;

	for (len = i = 0; i < c->places.n && len < sizeof(list); i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len,
		    "%s%s%s", i > 0 ? ", " : "", c->places.v[i].path,
		    c->places.v[i].fd < 0 ? " (absent)" : "");
	pstore_fail(&c->err, PSTORE_NOTFOUND, "%s: find: no version of it; "
	    "searched %s", name, list);
	return (pstore_hint(&c->err, "make one: pimg build %s --sign; or get "
	    "one: pstore add FILE", name));
}

int
cmd_list(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ NULL, 0, NULL, 0 }
	};
	struct list l = { .c = c };
	const char *name;
	size_t i;

	if (cli_option(c, argc, argv, ":", longs) != -1 ||
	    cli_operands(c, argc, 0, 1) != 0 || cli_places(c) != 0)
		return (-1);
	name = argv[optind];
	if (name != NULL && !pstore_name_valid(name))
		return (cli_usage(c, "%.80s: not the name of a personality",
		    name));
	if (c->json)
		fputs("{\"schema\":1,\"images\":[", stdout);
	for (i = 0; i < c->places.n; i++) {
		if (list_place(&l, i, name) != 0)
			return (-1);
	}
	if (c->json)
		fputs("]}\n", stdout);
	return (l.rows == 0 && name != NULL ? nothing(c, name) : 0);
}
