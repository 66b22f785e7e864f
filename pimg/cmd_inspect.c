/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg inspect: what a personality, a version in a store, a bundle or an
 * image file contains.
 *
 * A name is looked at as prototypes: every call with its class, and how many
 * there are of each.  NAME@N and a bundle show their manifest and the note
 * of each image; a plain image file shows its note.
 */
#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pimg/cli.h"
#include "pimg/coverage.h"
#include "pimg/image.h"
#include "pimg/mdoc.h"
#include "pimg/native.h"
#include "pstore/bundle.h"
#include "pstore/io.h"

enum { OPT_MDOC = 1 };

static void
print_json(json_t *o)
{
	json_dumpf(o, stdout, JSON_COMPACT | JSON_ENSURE_ASCII);
	putchar('\n');
	json_decref(o);
}

static int
personality(struct pimg_cli *c, const char *name, bool mdoc)
{
	struct pimg_unit u = {0};
	int rv;

	if ((rv = pimg_load(c, &u, name)) == 0) {
		if (mdoc && u.is_base)
			rv = pimg_usage(c, "--mdoc is for personalities, and "
			    "%s is a base", name);
		else if (mdoc)
			pimg_mdoc(&u, stdout);
		else if (c->json)
			print_json(pimg_coverage_json(&u));
		else
			pimg_coverage_text(&u);
	}
	pimg_unit_free(&u);
	return (rv);
}

static json_t *
note_json(const char *file, const struct pimg_note *n, size_t size)
{
	char source[PSTORE_HASH_TEXT];

	pstore_hash_text(n->source, source);
	return (json_pack("{s:s,s:I,s:s,s:s,s:i,s:s,s:i,s:s,"
	    "s:i,s:i,s:i,s:i,s:i}", "file", file, "size", (json_int_t)size, "personality",
	    n->personality, "machine", n->machine == EM_386 ? "i386" :
	    "x86_64", "abi", (int)n->abi_revision, "model",
	    n->model == PIMG_MODEL_BSD ? "bsd" : "linux", "calls",
	    (int)n->calls, "source", source, "entry_rcx", (int)n->entry_rcx,
	    "entry_stack", (int)n->entry_stack, "start", (int)n->start,
	    "gate", (int)n->gate, "selector", (int)n->selector));
}

static void
note_text(const char *file, const struct pimg_note *n, size_t size)
{
	char source[PSTORE_HASH_TEXT];

	pstore_hash_text(n->source, source);
	printf("%s: image of %s, %s, ABI revision %u, %u slots, %zu bytes\n"
	    "source: %s\nentry: 0x%x\nstart: 0x%x\ngate: 0x%x\n", file,
	    n->personality, n->machine == EM_386 ? "i386" : "x86_64",
	    n->abi_revision, n->calls, size, source, n->entry_rcx != 0 ?
	    n->entry_rcx : n->entry_stack, n->start, n->gate);
}

static void
version_text(const struct pstore_version *v, const struct pimg_note *n)
{
	char text[PSTORE_HASH_TEXT], id[PSTORE_KEYID_HEX];
	size_t i;

	pstore_hash_text(v->digest, text);
	printf("image: %s\ndigest: %s\n", v->image, text);
	pstore_hash_text(v->manifest.source, text);
	printf("source: %s\nabi: %u\nslots: %u\n", text, v->manifest.abi,
	    n->calls);
	for (i = 0; i < v->manifest.nfiles; i++) {
		pstore_hash_text(v->manifest.files[i].hash, text);
		printf("file: %s %llu %s\n", v->manifest.files[i].name,
		    (unsigned long long)v->manifest.files[i].size, text);
	}
	for (i = 0; i < v->nsigs; i++) {
		pstore_keyid_hex(v->sigs[i].id, id);
		printf("signer: %s\n", id);
	}
	if (v->nsigs == 0)
		puts("signer: none");
}

static void
version_json(const struct pstore_version *v, const struct pimg_note *n)
{
	json_t *files = json_array(), *signers = json_array();
	char digest[PSTORE_HASH_TEXT], text[PSTORE_HASH_TEXT];
	char id[PSTORE_KEYID_HEX];
	size_t i;

	for (i = 0; i < v->manifest.nfiles; i++) {
		pstore_hash_text(v->manifest.files[i].hash, text);
		json_array_append_new(files, json_pack("{s:s,s:I,s:s}", "name",
		    v->manifest.files[i].name, "size",
		    (json_int_t)v->manifest.files[i].size, "digest", text));
	}
	for (i = 0; i < v->nsigs; i++) {
		pstore_keyid_hex(v->sigs[i].id, id);
		json_array_append_new(signers, json_string(id));
	}
	pstore_hash_text(v->digest, digest);
	pstore_hash_text(v->manifest.source, text);
	print_json(json_pack("{s:i,s:s,s:s,s:I,s:s,s:s,s:i,s:i,s:o,s:o}",
	    "schema", 1, "image", v->image, "personality",
	    v->manifest.personality, "version",
	    (json_int_t)v->manifest.version, "digest", digest, "source", text,
	    "abi", (int)v->manifest.abi, "slots", (int)n->calls, "files",
	    files, "signers", signers));
}

static int
show_version(struct pimg_cli *c, struct pimg_arena *arena,
    const struct pstore_version *v)
{
	struct pimg_note note;

	if (pimg_version_check(arena, v, &note, &c->error) < 0)
		return (-1);
	if (c->json)
		version_json(v, &note);
	else
		version_text(v, &note);
	return (0);
}

static int
stored(struct pimg_cli *c, struct pimg_arena *arena,
    const struct pstore_ref *ref, struct pstore_version *v)
{
	struct pstore_places places;
	struct pstore_found found;
	int rv;

	if (pstore_places_open(&places, c->store, &c->error) < 0)
		return (-1);
	if ((rv = pstore_find(&found, &places, ref, &c->error)) == 0) {
		rv = pstore_version_load(v, found.dirfd, found.image,
		    &c->error);
		close(found.dirfd);
	}
	pstore_places_close(&places);
	return (rv == 0 ? show_version(c, arena, v) : -1);
}

static int
image_file(struct pimg_cli *c, struct pimg_arena *arena, const char *file,
    const void *data, size_t size)
{
	struct pimg_note note;
	struct pimg_elf e;

	if (pimg_elf_open(&e, arena, file, data, size, &c->error) < 0 ||
	    pimg_image_check(&e, &note, &c->error) < 0)
		return (-1);
	if (c->json)
		print_json(json_pack("{s:i,s:o}", "schema", 1, "image_file",
		    note_json(file, &note, size)));
	else
		note_text(file, &note, size);
	return (0);
}

static int
file(struct pimg_cli *c, struct pimg_arena *arena, const char *path,
    struct pstore_version *v)
{
	char *buf = NULL;
	size_t len;
	int fd, rv;

	if ((fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY)) < 0)
		return (pstore_fail_os(&c->error, errno, "%s: cannot open",
		    path));
	rv = pstore_fd_read(fd, path, PSTORE_BUNDLE_MAX, &buf, &len,
	    &c->error);
	close(fd);
	if (rv < 0)
		return (-1);
	if (len >= 4 && memcmp(buf, ELFMAG, SELFMAG) == 0)
		rv = image_file(c, arena, path, buf, len);
	else if ((rv = pstore_bundle_decode(v, buf, len, 0, path,
	    &c->error)) == 0)
		rv = show_version(c, arena, v);
	free(buf);
	return (rv);
}

int
pimg_cmd_inspect(struct pimg_cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		PIMG_OPTIONS,
		{ "mdoc", no_argument, NULL, OPT_MDOC },
		{ NULL, 0, NULL, 0 },
	};
	struct pimg_arena arena = {0};
	struct pstore_error ignored;
	struct pstore_version *v;
	struct pstore_ref ref;
	bool mdoc = false;
	const char *what;
	int opt, rv;

	while ((opt = pimg_option(c, argc, argv, ":", longs)) != -1) {
		if (opt == '?' || pimg_once(c, &mdoc, "--mdoc") < 0)
			return (-1);
	}
	if (pimg_operands(c, argc, 1, 1) < 0)
		return (-1);
	what = argv[optind];
	if (pstore_name_valid(what))
		return (personality(c, what, mdoc));
	if (mdoc)
		return (pimg_usage(c, "--mdoc is for a personality's name"));
	if ((v = calloc(1, sizeof(*v))) == NULL)
		abort();
	pstore_version_init(v);
	if (pstore_ref_parse(&ref, what, &ignored) == 0)
		rv = stored(c, &arena, &ref, v);
	else
		rv = file(c, &arena, what, v);
	pstore_version_free(v);
	free(v);
	pimg_arena_free(&arena);
	return (rv);
}
