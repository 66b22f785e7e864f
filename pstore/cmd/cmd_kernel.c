/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore kernel: what the module holds, against the system's store.
 *
 *	status		both, and where they differ
 *	sync		the kernel becomes what the store is
 *	on, off		images are selected at exec, or not
 */
#include <elf.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/catalogue.h"
#include "pstore/cmd/ksync.h"
#include "pstore/cmd/verbs.h"

struct kernel {
	struct cli *c;
	int	fd;
	struct pimg_info info;
	size_t	n;
	struct pimg_entry *entries;
	const struct pstore_place *place;	/* NULL: no system store */
	int	rows;
};

static int
gather(struct cli *c, struct kernel *k)
{
	size_t i;

	k->c = c;
	if (cli_places(c) != 0 ||
	    pstore_kernel_open(&k->fd, &k->info, &c->err) != 0)
		return (-1);
	for (i = 0; i < c->places.n; i++) {
		if (!ksync_follows(&c->places.v[i]))
			continue;
		if (pstore_place_ok(&c->places.v[i], &c->err) != 0)
			return (-1);
		if (c->places.v[i].fd >= 0)
			k->place = &c->places.v[i];
	}
	return (pstore_kernel_list(k->fd, &k->entries, &k->n, &c->err));
}

/* The manifest's digest of NAME@N in the store; 0: it is not there. */
static int
in_store(struct kernel *k, const char *name, uint32_t n,
    uint8_t digest[PSTORE_HASH_BYTES])
{
	struct pstore_error ignored;
	struct pstore_places one;
	struct pstore_version *v;
	struct pstore_found f;
	struct pstore_ref ref;
	int found;

	if (k->place == NULL)
		return (0);
	one.n = 1;
	one.v[0] = *k->place;
	memset(&ref, 0, sizeof(ref));
	snprintf(ref.name, sizeof(ref.name), "%.*s", PIMG_NAME_MAX, name);
	ref.kind = PSTORE_REF_NUMBER;
	ref.number = n;
	if (pstore_find(&f, &one, &ref, &ignored) != 0)
		return (0);
	v = calloc(1, sizeof(*v));
	found = v != NULL && pstore_version_head(v, f.dirfd, f.image,
	    &ignored) == 0;
	if (found)
		memcpy(digest, v->digest, PSTORE_HASH_BYTES);
	close(f.dirfd);
	free(v);
	return (found);
}

/* "same", or how kernel and store differ for this entry. */
static const char *
difference(struct kernel *k, const struct pimg_entry *p)
{
	struct pstore_error ignored;
	uint8_t digest[PSTORE_HASH_BYTES];
	uint32_t current;

	if (!(p->flags & PIMG_ENTRY_HELD))
		return ("removed");
	if (!in_store(k, p->name, p->version, digest))
		return ("not in the store");
	if (memcmp(digest, p->manifest, sizeof(digest)) != 0)
		return ("other bytes in the store");
	if (pstore_current(k->place, p->name, &current, &ignored) != 0)
		current = 0;
	if ((current == p->version) != !!(p->flags & PIMG_ENTRY_CURRENT))
		return (current == p->version ? "current only in the store" :
		    "current only in the kernel");
	return ("same");
}

static int
held(const struct kernel *k, const char *name, uint32_t n)
{
	size_t i;

	for (i = 0; i < k->n; i++) {
		if (k->entries[i].version == n &&
		    (k->entries[i].flags & PIMG_ENTRY_HELD) &&
		    strcmp(k->entries[i].name, name) == 0)
			return (1);
	}
	return (0);
}

static void
print_entry(struct kernel *k, const struct pimg_entry *p, const char *is)
{
	char image[PSTORE_IMAGE_MAX], hash[PSTORE_HASH_TEXT];

	snprintf(image, sizeof(image), "%.*s@%u", PIMG_NAME_MAX, p->name,
	    p->version);
	if (!k->c->json) {
		printf("%s %-20s  %-6s  %5u processes  %s\n",
		    p->flags & PIMG_ENTRY_CURRENT ? "*" : " ", image,
		    p->machine == EM_386 ? "i386" : "x86_64", p->maps, is);
		return;
	}
	pstore_hash_text(p->manifest, hash);
	json_member(stdout, k->rows++ > 0 ? ",{" : "{", "image", image);
	json_member(stdout, ",", "abi", p->machine == EM_386 ? "i386" :
	    "x86_64");
	json_member(stdout, ",", "digest", hash);
	printf(",\"current\":%s,\"processes\":%u",
	    p->flags & PIMG_ENTRY_CURRENT ? "true" : "false", p->maps);
	json_member(stdout, ",", "state", is);
	putchar('}');
}

/* What is current in the store and not held at all. */
static int
missing(void *arg, const struct pstore_row *r, struct pstore_error *e)
{
	struct kernel *k = arg;

	(void)e;
	if (!r->current || held(k, r->personality, r->version))
		return (0);
	if (!k->c->json) {
		printf("  %-20s  current in the store, not in the kernel\n",
		    r->image);
		return (0);
	}
	json_member(stdout, k->rows++ > 0 ? ",{" : "{", "image", r->image);
	json_member(stdout, ",", "abi", NULL);
	json_member(stdout, ",", "digest", r->digest);
	fputs(",\"current\":false,\"processes\":0", stdout);
	json_member(stdout, ",", "state", "not in the kernel");
	putchar('}');
	return (0);
}

static int
each_row(struct kernel *k, pstore_row_fn *fn)
{
	struct pstore *s;
	int r;

	if (k->place == NULL)
		return (0);
	if (pstore_open(&s, k->place, PSTORE_READ, &k->c->err) != 0)
		return (-1);
	r = pstore_list(s, NULL, 0, fn, k, &k->c->err);
	pstore_close(s);
	return (r);
}

static int
status(struct kernel *k)
{
	size_t i;

	if (k->c->json)
		printf("{\"schema\":1,\"on\":%s,\"interface\":%u,\"images\":[",
		    k->info.flags & PIMG_INFO_ON ? "true" : "false",
		    k->info.uapi);
	else
		printf("the module selects images at exec: %s\n",
		    k->info.flags & PIMG_INFO_ON ? "on" : "off");
	for (i = 0; i < k->n; i++)
		print_entry(k, &k->entries[i], difference(k, &k->entries[i]));
	if (each_row(k, missing) != 0)
		return (-1);
	if (k->c->json)
		fputs("]}\n", stdout);
	return (0);
}

static int
take_current(void *arg, const struct pstore_row *r, struct pstore_error *e)
{
	struct kernel *k = arg;

	if (!r->current)
		return (0);
	if (ksync_install(k->c, k->fd, k->place, r->personality,
	    r->version) != 0)
		return (-1);
	return (pstore_kernel_current(k->fd, r->personality, r->version, e));
}

/* What the store does not have, or has with other bytes, goes first: its
 * number may be needed. */
static int
drop(struct kernel *k, const struct pimg_entry *p)
{
	struct pstore_error ignored;
	uint8_t digest[PSTORE_HASH_BYTES];
	uint32_t current;

	if (!(p->flags & PIMG_ENTRY_HELD))
		return (0);
	current = 0;
	if (k->place != NULL)
		pstore_current(k->place, p->name, &current, &ignored);
	if (current == 0 && (p->flags & PIMG_ENTRY_CURRENT) &&
	    pstore_kernel_current(k->fd, p->name, 0, &k->c->err) != 0)
		return (-1);
	if (in_store(k, p->name, p->version, digest) &&
	    memcmp(digest, p->manifest, sizeof(digest)) == 0)
		return (0);
	if ((p->flags & PIMG_ENTRY_CURRENT) && current != 0 &&
	    pstore_kernel_current(k->fd, p->name, 0, &k->c->err) != 0)
		return (-1);
	if (pstore_kernel_remove(k->fd, p->name, p->version, &k->c->err) != 0 &&
	    k->c->err.os != ENOENT)
		return (-1);
	return (0);
}

static int
sync_all(struct kernel *k)
{
	size_t i;

	for (i = 0; i < k->n; i++) {
		k->entries[i].name[PIMG_KNAME - 1] = '\0';
		if (drop(k, &k->entries[i]) != 0)
			return (-1);
	}
	if (each_row(k, take_current) != 0)
		return (-1);
	if (k->c->json)
		puts("{\"schema\":1,\"result\":\"same\"}");
	else
		puts("kernel and store are the same");
	return (0);
}

static int
turn(struct kernel *k, int on)
{
	if (pstore_kernel_switch(k->fd, on, &k->c->err) != 0)
		return (-1);
	if (k->c->json)
		printf("{\"schema\":1,\"on\":%s}\n", on ? "true" : "false");
	else
		printf("the module selects images at exec: %s\n",
		    on ? "on" : "off");
	return (0);
}

int
cmd_kernel(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ NULL, 0, NULL, 0 }
	};
	struct kernel k = { .fd = -1 };
	const char *what;

	if (cli_option(c, argc, argv, ":", longs) != -1 ||
	    cli_operands(c, argc, 1, 1) != 0)
		return (-1);
	what = argv[optind];
	if (strcmp(what, "status") != 0 && strcmp(what, "sync") != 0 &&
	    strcmp(what, "on") != 0 && strcmp(what, "off") != 0)
		return (cli_usage(c, "%.40s: not a thing to do", what));
	if (gather(c, &k) != 0)
		return (-1);
	if (strcmp(what, "status") == 0)
		return (status(&k));
	if (strcmp(what, "sync") == 0)
		return (sync_all(&k));
	return (turn(&k, strcmp(what, "on") == 0));
}
