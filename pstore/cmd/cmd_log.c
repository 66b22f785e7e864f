/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore log: what happened to a store, oldest first.
 */
#include <string.h>

#include "pstore/cmd/output.h"
#include "pstore/cmd/verbs.h"

struct history {
	struct cli *c;
	const char *name;	/* of a personality, or NULL */
	int	rows;
};

static int
print(void *arg, const struct pstore_event *v, struct pstore_error *e)
{
	struct history *h = arg;
	size_t len;

	(void)e;
	len = h->name != NULL ? strlen(h->name) : 0;
	if (h->name != NULL && (strncmp(v->image, h->name, len) != 0 ||
	    v->image[len] != '@'))
		return (0);
	if (h->c->json) {
		json_member(stdout, h->rows > 0 ? ",{" : "{", "at", v->at);
		json_member(stdout, ",", "who", v->who);
		json_member(stdout, ",", "action", v->action);
		json_member(stdout, ",", "image", v->image);
		json_member(stdout, ",", "previous", v->previous);
		json_member(stdout, ",", "message", v->message);
		putchar('}');
	} else
		printf("%s  %s  %s %s%s%s%s%s%s\n", v->at, v->who, v->action,
		    v->image, v->previous[0] != '\0' ? " (was " : "",
		    v->previous, v->previous[0] != '\0' ? ")" : "",
		    v->message[0] != '\0' ? ": " : "", v->message);
	h->rows++;
	return (0);
}

static int
tell(struct cli *c, const struct pstore_place *p, const char *name)
{
	struct history h = { c, name, 0 };
	struct pstore *s;
	unsigned torn;
	int r;

	if (pstore_open(&s, p, PSTORE_READ, &c->err) != 0)
		return (-1);
	if (c->json)
		json_member(stdout, "{\"schema\":1,", "store", p->path);
	else
		printf("store %s (%s)\n", p->path,
		    pstore_origin_name(p->origin));
	if (c->json)
		fputs(",\"events\":[", stdout);
	r = pstore_log(s, print, &h, &torn, &c->err);
	if (r == 0 && c->json)
		fputs("]}\n", stdout);
	if (r == 0 && torn > 0)
		cli_warn(c, "%s/log: %u lines cannot be read; a power cut may "
		    "have torn them", p->path, torn);
	pstore_close(s);
	return (r);
}

int
cmd_log(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ NULL, 0, NULL, 0 }
	};
	const char *name;
	size_t i;

	if (cli_option(c, argc, argv, ":", longs) != -1 ||
	    cli_operands(c, argc, 0, 1) != 0 || cli_places(c) != 0)
		return (-1);
	name = argv[optind];
	if (name != NULL && !pstore_name_valid(name))
		return (cli_usage(c, "%.80s: not the name of a personality",
		    name));
	for (i = 0; i < c->places.n; i++) {
		if (pstore_place_ok(&c->places.v[i], &c->err) != 0)
			return (-1);
		if (c->places.v[i].fd >= 0)
			return (tell(c, &c->places.v[i], name));
	}
	pstore_fail(&c->err, PSTORE_NOTFOUND, "log: there is no store yet");
	return (pstore_hint(&c->err, "pimg build and pstore add make one"));
}
