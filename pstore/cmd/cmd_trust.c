/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore trust: the keys whose signatures count in a store.
 */
#include <string.h>

#include "pstore/cmd/output.h"
#include "pstore/cmd/verbs.h"

static void
print_change(struct cli *c, const char *action, const char *name,
    const char *key, const char *store)
{
	if (!c->json) {
		printf("%s %s%s%s in %s\n", action, name, key != NULL ? " " :
		    "", key != NULL ? key : "", store);
		return;
	}
	fputs("{\"schema\":1", stdout);
	json_member(stdout, ",", "result", action);
	json_member(stdout, ",", "name", name);
	json_member(stdout, ",", "key", key);
	json_member(stdout, ",", "store", store);
	fputs("}\n", stdout);
}

static int
note(struct cli *c, struct pstore *s, const char *action, const char *name)
{
	struct pstore_act act;

	pstore_act_init(&act);
	return (pstore_note(s, &act, action, name, &c->err));
}

/* The file's name without folder and ".pub". */
static void
default_name(const char *file, char *out, size_t size)
{
	const char *base;
	size_t len;

	base = strrchr(file, '/');
	base = base == NULL ? file : base + 1;
	len = strlen(base);
	if (len > 4 && strcmp(base + len - 4, ".pub") == 0)
		len -= 4;
	snprintf(out, size, "%.*s", (int)len, base);
}

static int
add(struct cli *c, const char *file, const char *name)
{
	char hex[PSTORE_KEYID_HEX], own[NAME_MAX + 1];
	struct pstore_pubkey pk;
	struct pstore *s;
	int r;

	if (pstore_pubkey_load(&pk, file, &c->err) != 0 ||
	    store_first(c, PSTORE_WRITE, &s) != 0)
		return (-1);
	default_name(file, own, sizeof(own));
	if (name == NULL)
		name = own;
	r = pstore_trust_add(pstore_fd(s), pstore_path(s), name, &pk, &c->err);
	if (r == 0)
		r = note(c, s, "trust-add", name);
	pstore_keyid_hex(pk.id, hex);
	if (r == 0)
		print_change(c, "trusted", name, hex, pstore_path(s));
	pstore_close(s);
	return (r);
}

static int
drop(struct cli *c, const char *name)
{
	struct pstore *s;
	int r;

	if (store_first(c, PSTORE_WRITE, &s) != 0)
		return (-1);
	r = pstore_trust_remove(pstore_fd(s), pstore_path(s), name, &c->err);
	if (r == 0)
		r = note(c, s, "trust-remove", name);
	if (r == 0)
		print_change(c, "removed", name, NULL, pstore_path(s));
	pstore_close(s);
	return (r);
}

static int
list_place(struct cli *c, const struct pstore_place *p, int *rows)
{
	static struct pstore_trust t;
	char hex[PSTORE_KEYID_HEX];
	size_t i;

	if (pstore_trust_load(&t, p->fd, p->path, &c->err) != 0)
		return (-1);
	for (i = 0; i < t.n; i++) {
		pstore_keyid_hex(t.keys[i].key.id, hex);
		if (c->json) {
			json_member(stdout, *rows > 0 ? ",{" : "{", "name",
			    t.keys[i].name);
			json_member(stdout, ",", "key", hex);
			json_member(stdout, ",", "store", p->path);
			putchar('}');
		} else
			printf("%s  %s  %s\n", hex, t.keys[i].name, p->path);
		(*rows)++;
	}
	return (0);
}

static int
list(struct cli *c)
{
	size_t i;
	int rows;

	if (cli_places(c) != 0)
		return (-1);
	if (c->json)
		fputs("{\"schema\":1,\"keys\":[", stdout);
	for (rows = 0, i = 0; i < c->places.n; i++) {
		if (pstore_place_ok(&c->places.v[i], &c->err) != 0)
			return (-1);
		if (cli_store(c, i) != NULL &&
		    list_place(c, &c->places.v[i], &rows) != 0)
			return (-1);
	}
	if (c->json)
		fputs("]}\n", stdout);
	return (0);
}

int
cmd_trust(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ NULL, 0, NULL, 0 }
	};
	const char *what;
	int n;

	if (cli_option(c, argc, argv, ":", longs) != -1 ||
	    cli_operands(c, argc, 1, 3) != 0)
		return (-1);
	what = argv[optind];
	n = argc - optind - 1;
	if (strcmp(what, "add") == 0 && n >= 1)
		return (add(c, argv[optind + 1], argv[optind + 2]));
	if (strcmp(what, "remove") == 0 && n == 1)
		return (drop(c, argv[optind + 1]));
	if (strcmp(what, "list") == 0 && n == 0)
		return (list(c));
	return (cli_usage(c, "%.40s: not a thing to do, or wrong arguments",
	    what));
}
