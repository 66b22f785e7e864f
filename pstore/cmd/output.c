/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Shared parts of the catalogue's commands.
 */
#include <string.h>

#include "pstore/cmd/output.h"

int
store_first(struct cli *c, enum pstore_mode mode, struct pstore **s)
{
	if (cli_places(c) != 0)
		return (-1);
	return (pstore_open(s, &c->places.v[0], mode, &c->err));
}

/* Found further down the list: say so, it is a common slip. */
static void
hint_elsewhere(struct cli *c, const struct pstore_ref *ref)
{
	struct pstore_error ignored;
	struct pstore_found f;

	if (pstore_find(&f, &c->places, ref, &ignored) == 0 &&
	    f.place != &c->places.v[0])
		pstore_hint(&c->err, "it is in store %s, and only the first "
		    "store is changed: add --store %s", f.place->path,
		    f.place->path);
}

int
version_operand(struct cli *c, const char *word, struct pstore_ref *ref)
{
	struct pstore_places first;
	struct pstore_found f;

	if (pstore_ref_parse(ref, word, &c->err) != 0)
		return (-1);
	if (ref->kind == PSTORE_REF_CURRENT) {
		cli_usage(c, "%s: which version of it?", word);
		return (pstore_hint(&c->err, "write %s@N; pstore list %s shows "
		    "them", word, word));
	}
	first.n = 1;
	first.v[0] = c->places.v[0];
	if (pstore_find(&f, &first, ref, &c->err) != 0) {
		if (c->err.code == PSTORE_NOTFOUND)
			hint_elsewhere(c, ref);
		return (-1);
	}
	ref->number = f.number;
	return (0);
}

int
change_options(struct cli *c, int argc, char **argv, const char *shorts,
    const struct option *longs, struct change_options *o)
{
	int opt, r;

	memset(o, 0, sizeof(*o));
	while ((opt = cli_option(c, argc, argv, shorts, longs)) != -1) {
		if (opt == 'n')
			r = cli_once(c, &o->dry, "-n");
		else if (opt == 'm')
			r = cli_text_once(c, &o->message, "-m");
		else if (opt == OPT_UNTRUSTED)
			r = cli_once(c, &o->untrusted, "--allow-untrusted");
		else if (opt == OPT_FORCE)
			r = cli_once(c, &o->force, "--force");
		else
			r = -1;
		if (r != 0)
			return (-1);
	}
	if (o->message != NULL && strlen(o->message) >= PSTORE_NOTE)
		return (cli_usage(c, "-m: at most %d bytes", PSTORE_NOTE - 1));
	return (0);
}

void
change_act(struct pstore_act *a, const struct change_options *o)
{
	pstore_act_init(a);
	a->message = o->message;
	a->dry = o->dry;
	a->untrusted = o->untrusted;
}

static void
image_member(const char *key, const char *name, uint32_t n)
{
	char image[PSTORE_IMAGE_MAX];

	snprintf(image, sizeof(image), "%.*s@%u", PIMG_NAME_MAX, name, n);
	json_member(stdout, ",", key, n == 0 ? NULL : image);
}

void
change_print(struct cli *c, const struct pstore_change *ch, int dry,
    int rollback)
{
	char from[16];

	if (ch->overridden)
		cli_warn(c, "%s; allowed (--allow-untrusted%s)", ch->cause,
		    dry ? "" : ", logged");
	if (c->json) {
		fputs("{\"schema\":1", stdout);
		json_member(stdout, ",", "personality", ch->name);
		image_member("from", ch->name, ch->from);
		image_member("to", ch->name, ch->to);
		printf(",\"changed\":%s,\"dry_run\":%s",
		    ch->nothing || dry ? "false" : "true",
		    dry ? "true" : "false");
		json_member(stdout, ",", "promoted_by", ch->who);
		json_member(stdout, ",", "promoted_at", ch->at);
		fputs("}\n", stdout);
		return;
	}
	if (ch->nothing) {
		printf("%s: %u is current already\n", ch->name, ch->to);
		return;
	}
	snprintf(from, sizeof(from), "%u", ch->from);
	printf("%s%s: %s -> %u", dry ? "would change " : "", ch->name,
	    ch->from == 0 ? "none" : from, ch->to);
	if (rollback)
		printf(" (promoted by %s at %s)", ch->who, ch->at);
	putchar('\n');
}
