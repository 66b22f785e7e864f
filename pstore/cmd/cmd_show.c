/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore show: all that is known of one version; its files are read and
 * checked, its signatures verified.
 */
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/output.h"
#include "pstore/cmd/verbs.h"

struct show {
	struct pstore_found found;
	struct pstore_version v;
	struct pstore_trust trust;
	struct pstore_row row;
	int	current;
};

/* When it was made: only the catalogue knows. */
static int
keep(void *arg, const struct pstore_row *r, struct pstore_error *e)
{
	(void)e;
	*(struct pstore_row *)arg = *r;
	return (0);
}

static int
gather(struct cli *c, const char *word, struct show *s)
{
	struct pstore_ref ref;
	struct pstore *store;
	size_t i;
	int r;

	if (pstore_ref_parse(&ref, word, &c->err) != 0 ||
	    pstore_find(&s->found, &c->places, &ref, &c->err) != 0)
		return (-1);
	r = pstore_version_load(&s->v, s->found.dirfd, s->found.image, &c->err);
	close(s->found.dirfd);
	if (r != 0 || pstore_trust_load(&s->trust, s->found.place->fd,
	    s->found.place->path, &c->err) != 0 ||
	    pstore_open(&store, s->found.place, PSTORE_READ, &c->err) != 0)
		return (-1);
	r = pstore_list(store, ref.name, s->found.number, keep, &s->row,
	    &c->err);
	pstore_close(store);
	i = (size_t)(s->found.place - c->places.v);
	s->current = s->row.current && cli_effective(c, i, ref.name);
	return (r);
}

/* "trusted", "not trusted", "wrong" */
static const char *
verdict(struct show *s, size_t i, const char **who)
{
	const struct pstore_trusted *k;
	struct pstore_error ignored;

	k = pstore_trust_find(&s->trust, s->v.sigs[i].id);
	*who = k != NULL ? k->name : NULL;
	if (k == NULL)
		return ("not trusted");
	return (pstore_verify(&s->v.sigs[i], &k->key, s->v.text, s->v.textlen,
	    s->v.image, &ignored) == 0 ? "trusted" : "wrong");
}

static void
print_text(struct show *s)
{
	char hash[PSTORE_HASH_TEXT], hex[PSTORE_KEYID_HEX];
	const struct pstore_file *f;
	const char *is, *who;
	size_t i;

	printf("image: %s%s\n", s->v.image, s->current ? " (current)" : "");
	printf("store: %s\n", s->found.place->path);
	pstore_hash_text(s->v.digest, hash);
	printf("digest: %s\n", hash);
	pstore_hash_text(s->v.manifest.source, hash);
	printf("source: %s\nabi: %u\n", hash, s->v.manifest.abi);
	printf("created: %s\n", s->row.created[0] != '\0' ? s->row.created :
	    "unknown");
	for (i = 0; i < s->v.manifest.nfiles; i++) {
		f = &s->v.manifest.files[i];
		pstore_hash_text(f->hash, hash);
		printf("file: %s %llu %s\n", f->name,
		    (unsigned long long)f->size, hash);
	}
	for (i = 0; i < s->v.nsigs; i++) {
		pstore_keyid_hex(s->v.sigs[i].id, hex);
		is = verdict(s, i, &who);
		printf("signer: %s %s%s%s\n", hex, is, who != NULL ? " as " :
		    "", who != NULL ? who : "");
	}
	if (s->v.nsigs == 0)
		puts("signer: none");
}

static void
print_json(struct show *s)
{
	char hash[PSTORE_HASH_TEXT], hex[PSTORE_KEYID_HEX];
	const struct pstore_file *f;
	const char *is, *who;
	size_t i;

	json_member(stdout, "{\"schema\":1,\"images\":[{", "image", s->v.image);
	json_member(stdout, ",", "personality", s->v.manifest.personality);
	printf(",\"version\":%u", s->v.manifest.version);
	pstore_hash_text(s->v.digest, hash);
	json_member(stdout, ",", "digest", hash);
	printf(",\"current\":%s,\"signers\":[", s->current ? "true" : "false");
	for (i = 0; i < s->v.nsigs; i++) {
		pstore_keyid_hex(s->v.sigs[i].id, hex);
		printf("%s\"%s\"", i > 0 ? "," : "", hex);
	}
	json_member(stdout, "],", "created", s->row.created);
	json_member(stdout, ",", "store", s->found.place->path);
	pstore_hash_text(s->v.manifest.source, hash);
	json_member(stdout, ",", "source", hash);
	printf(",\"abi\":%u,\"files\":[", s->v.manifest.abi);
	for (i = 0; i < s->v.manifest.nfiles; i++) {
		f = &s->v.manifest.files[i];
		pstore_hash_text(f->hash, hash);
		json_member(stdout, i > 0 ? ",{" : "{", "name", f->name);
		printf(",\"size\":%llu", (unsigned long long)f->size);
		json_member(stdout, ",", "digest", hash);
		putchar('}');
	}
	fputs("],\"signatures\":[", stdout);
	for (i = 0; i < s->v.nsigs; i++) {
		pstore_keyid_hex(s->v.sigs[i].id, hex);
		is = verdict(s, i, &who);
		json_member(stdout, i > 0 ? ",{" : "{", "key", hex);
		json_member(stdout, ",", "name", who);
		json_member(stdout, ",", "verdict", is);
		putchar('}');
	}
	fputs("]}]}\n", stdout);
}

int
cmd_show(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ NULL, 0, NULL, 0 }
	};
	static struct show s;

	if (cli_option(c, argc, argv, ":", longs) != -1 ||
	    cli_operands(c, argc, 1, 1) != 0 || cli_places(c) != 0 ||
	    gather(c, argv[optind], &s) != 0)
		return (-1);
	if (c->json)
		print_json(&s);
	else
		print_text(&s);
	pstore_version_free(&s.v);
	return (0);
}
