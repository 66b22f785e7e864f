/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What an image is made of, and the digest of it.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

#include "pimg/build.h"
#include "pimg/unit.h"

static bool
wanted(const char *name)
{
	const char *dot = strrchr(name, '.');

	return (name[0] != '.' && dot != NULL && (strcmp(dot, ".c") == 0 ||
	    strcmp(dot, ".h") == 0 || strcmp(dot, ".S") == 0 ||
	    strcmp(dot, ".lds") == 0));
}

static int
by_name(const void *a, const void *b)
{
	return (strcmp((*(struct pimg_source *const *)a)->name,
	    (*(struct pimg_source *const *)b)->name));
}

static int
read_folder(const struct pimg_build *b, const char *dir, const char *prefix,
    struct pimg_inputs *in, struct pstore_error *error)
{
	struct pimg_arena *arena = b->unit->arena;
	struct pimg_source *s;
	struct dirent *e;
	int rv = 0;
	DIR *d;

	if ((d = opendir(dir)) == NULL) {
		pstore_fail_os(error, errno, "%s: cannot read", dir);
		return (pstore_hint(error, "the runtime's sources are found "
		    "beside the program: ../share/pimg/runtime"));
	}
	while (rv == 0 && (e = readdir(d)) != NULL) {
		if (!wanted(e->d_name))
			continue;
		s = pimg_alloc(arena, sizeof(*s));
		rv = pimg_source_read(arena, dirfd(d), e->d_name,
		    pimg_printf(arena, "%s/%s", prefix, e->d_name), s, error);
		PIMG_APPEND(arena, in->list, in->count, s);
	}
	closedir(d);
	return (rv);
}

/* A folder of the runtime: "", "/MACHINE", "/CONVENTION[/MACHINE]". */
static int
read_runtime(const struct pimg_build *b, const char *below,
    struct pimg_inputs *in, struct pstore_error *error)
{
	struct pimg_arena *arena = b->unit->arena;

	return (read_folder(b, pimg_printf(arena, "%s%s", b->runtime, below),
	    pimg_printf(arena, "runtime%s", below), in, error));
}

int
pimg_inputs_read(const struct pimg_build *b, struct pimg_inputs *in,
    struct pstore_error *error)
{
	const char *convention = b->unit->convention == PIMG_BSD ? "/bsd" :
	    "/linux", *abi;
	struct pimg_arena *arena = b->unit->arena;
	struct pimg_source *s;
	size_t i;

	*in = (struct pimg_inputs){0};
	for (i = 0; i < b->unit->nsources; i++) {
		s = pimg_alloc(arena, sizeof(*s));
		*s = *b->unit->sources[i];
		s->name = pimg_printf(arena, "protos/%s", s->name);
		PIMG_APPEND(arena, in->list, in->count, s);
	}
	if (read_runtime(b, "", in, error) < 0 ||
	    read_runtime(b, convention, in, error) < 0)
		return (-1);
	for (i = 0; i < PIMG_NABI; i++) {
		abi = pimg_abi_name((enum pimg_abi)i);
		if (b->unit->tables[i].count > 0 &&
		    (read_runtime(b, pimg_printf(arena, "/%s", abi), in,
		    error) < 0 || read_runtime(b, pimg_printf(arena, "%s/%s",
		    convention, abi), in, error) < 0))
			return (-1);
	}
	qsort(in->list, in->count, sizeof(*in->list), by_name);
	return (0);
}

/* Of each input: name, NUL, length as text, NUL, bytes. */
void
pimg_inputs_digest(const struct pimg_inputs *in,
    uint8_t out[PSTORE_HASH_BYTES])
{
	struct pimg_text t = {0};
	size_t i;

	for (i = 0; i < in->count; i++) {
		pimg_add(&t, "%s%c%zu%c", in->list[i]->name, '\0',
		    in->list[i]->len, '\0');
		pimg_addn(&t, in->list[i]->text, in->list[i]->len);
	}
	pstore_hash(out, t.data, t.len);
	pimg_text_free(&t);
}

static la_ssize_t
tar_write(struct archive *a, void *ctx, const void *buf, size_t n)
{
	(void)a;
	pimg_addn(ctx, buf, n);
	return ((la_ssize_t)n);
}

static int
tar_add(struct archive *a, const struct pimg_source *s)
{
	struct archive_entry *e = archive_entry_new();
	int rv;

	archive_entry_set_pathname(e, s->name);
	archive_entry_set_size(e, (la_int64_t)s->len);
	archive_entry_set_filetype(e, AE_IFREG);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_mtime(e, 0, 0);
	rv = archive_write_header(a, e);
	archive_entry_free(e);
	if (rv == ARCHIVE_OK &&
	    archive_write_data(a, s->text, s->len) != (la_ssize_t)s->len)
		rv = ARCHIVE_FATAL;
	return (rv);
}

int
pimg_inputs_tar(const struct pimg_build *b, struct pimg_text *t,
    struct pstore_error *error)
{
	struct archive *a = archive_write_new();
	struct pimg_source **list = b->unit->sources;
	size_t i, n = b->unit->nsources;
	int rv = 0;

	qsort(list, n, sizeof(*list), by_name);
	archive_write_set_format_ustar(a);
	archive_write_set_bytes_per_block(a, 0);
	if (archive_write_open(a, t, NULL, tar_write, NULL) != ARCHIVE_OK)
		rv = -1;
	for (i = 0; i < n && rv == 0; i++)
		rv = tar_add(a, list[i]) == ARCHIVE_OK ? 0 : -1;
	if (rv == 0 && archive_write_close(a) != ARCHIVE_OK)
		rv = -1;
	if (rv != 0)
		pstore_fail(error, PSTORE_FAILED, "sources.tar: %s",
		    archive_error_string(a) != NULL ?
		    archive_error_string(a) : "cannot write");
	archive_write_free(a);
	return (rv);
}
