/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The rows of list and show.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/impl.h"
#include "pstore/io.h"

static void
text(char *out, size_t size, sqlite3_stmt *st, int column)
{
	const unsigned char *t;
	size_t len;

	t = sqlite3_column_text(st, column);
	len = t != NULL ? (size_t)sqlite3_column_bytes(st, column) : 0;
	if (len >= size)
		len = size - 1;
	if (len > 0)
		memcpy(out, t, len);
	out[len] = '\0';
}

static void
fill(struct pstore_row *r, sqlite3_stmt *st)
{
	text(r->personality, sizeof(r->personality), st, 0);
	r->version = (uint32_t)sqlite3_column_int64(st, 1);
	r->abi = (uint32_t)sqlite3_column_int64(st, 2);
	text(r->digest, sizeof(r->digest), st, 3);
	text(r->source, sizeof(r->source), st, 4);
	text(r->created, sizeof(r->created), st, 5);
	text(r->signers, sizeof(r->signers), st, 6);
	snprintf(r->image, sizeof(r->image), "%s@%u", r->personality,
	    r->version);
}

/* The link is asked once for each personality. */
static int
mark(struct pstore *s, struct pstore_row *r, char *last, uint32_t *current,
    struct pstore_error *e)
{
	if (strcmp(last, r->personality) != 0) {
		if (pstore_current(&s->place, r->personality, current, e) != 0)
			return (-1);
		snprintf(last, PIMG_NAME_MAX + 1, "%s", r->personality);
	}
	r->current = *current == r->version;
	return (0);
}

static int
list_rows(struct pstore *s, sqlite3_stmt *st, pstore_row_fn *fn, void *arg,
    struct pstore_error *e)
{
	char last[PIMG_NAME_MAX + 1];
	struct pstore_row row;
	uint32_t current;
	int r;

	last[0] = '\0';
	current = 0;
	while ((r = db_step(s, st, e)) == 1) {
		fill(&row, st);
		if (mark(s, &row, last, &current, e) != 0 ||
		    fn(arg, &row, e) != 0)
			return (-1);
	}
	return (r);
}

/*
 * A store without a catalogue: the installation's images may be one.
 */
struct found {
	size_t	n;
	struct pstore_ref *refs;
};

static int
by_ref(const void *a, const void *b)
{
	const struct pstore_ref *x = a, *y = b;
	int c;

	c = strcmp(x->name, y->name);
	return (c != 0 ? c : x->number < y->number ? -1 :
	    x->number > y->number);
}

static int
scan(struct pstore *s, struct found *f, struct pstore_error *e)
{
	struct pstore_error ignored;
	struct pstore_ref ref, *more;
	struct dirent *d;
	DIR *dir;
	int fd;

	memset(f, 0, sizeof(*f));
	fd = store_versions_open(s, e);
	if (fd < 0)
		return (e->os == ENOENT ? 0 : -1);
	dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return (pstore_fail_os(e, errno, "%s/versions: list", s->path));
	}
	while ((d = readdir(dir)) != NULL) {
		if (pstore_ref_parse(&ref, d->d_name, &ignored) != 0 ||
		    ref.kind != PSTORE_REF_NUMBER)
			continue;
		more = reallocarray(f->refs, f->n + 1, sizeof(ref));
		if (more == NULL)
			break;
		f->refs = more;
		f->refs[f->n++] = ref;
	}
	closedir(dir);
	if (f->n > 0)
		qsort(f->refs, f->n, sizeof(f->refs[0]), by_ref);
	return (0);
}

static int
row_of_folder(struct pstore *s, const struct pstore_ref *ref,
    struct pstore_row *row, struct pstore_error *e)
{
	struct pstore_version *v;
	size_t i;
	int r;

	v = calloc(1, sizeof(*v));
	if (v == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: list", ref->name));
	r = store_head(s, v, ref->name, ref->number, e);
	if (r == 0) {
		memset(row, 0, sizeof(*row));
		snprintf(row->image, sizeof(row->image), "%s", v->image);
		snprintf(row->personality, sizeof(row->personality), "%s",
		    ref->name);
		row->version = ref->number;
		row->abi = v->manifest.abi;
		pstore_hash_text(v->digest, row->digest);
		pstore_hash_text(v->manifest.source, row->source);
		for (i = 0; i < v->nsigs; i++) {
			pstore_keyid_hex(v->sigs[i].id,
			    row->signers + i * PSTORE_KEYID_HEX);
			if (i > 0)
				row->signers[i * PSTORE_KEYID_HEX - 1] = ' ';
		}
	}
	pstore_version_free(v);
	free(v);
	return (r);
}

static int
list_folders(struct pstore *s, const char *name, uint32_t number,
    pstore_row_fn *fn, void *arg, struct pstore_error *e)
{
	char last[PIMG_NAME_MAX + 1];
	struct pstore_row row;
	struct found f;
	uint32_t current;
	size_t i;
	int r;

	last[0] = '\0';
	current = 0;
	r = scan(s, &f, e);
	for (i = 0; r == 0 && i < f.n; i++) {
		if ((name != NULL && strcmp(name, f.refs[i].name) != 0) ||
		    (number != 0 && number != f.refs[i].number))
			continue;
		r = row_of_folder(s, &f.refs[i], &row, e);
		if (r == 0)
			r = mark(s, &row, last, &current, e);
		if (r == 0)
			r = fn(arg, &row, e);
	}
	free(f.refs);
	return (r);
}

int
pstore_list(struct pstore *s, const char *name, uint32_t number,
    pstore_row_fn *fn, void *arg, struct pstore_error *e)
{
	sqlite3_stmt *st;
	int r;

	if (s->db == NULL)
		return (list_folders(s, name, number, fn, arg, e));
	if (db_prepare(s, &st, e, "SELECT p.name, v.number, v.abi, v.digest, "
	    "v.source, v.created, (SELECT group_concat(key, ' ') FROM signer g "
	    "WHERE g.personality = v.personality AND g.number = v.number) "
	    "FROM personality p JOIN version v ON v.personality = p.id "
	    "WHERE (?1 IS NULL OR p.name = ?1) AND (?2 = 0 OR v.number = ?2) "
	    "ORDER BY p.name, v.number", "si", name, (int64_t)number) != 0)
		return (-1);
	r = list_rows(s, st, fn, arg, e);
	sqlite3_finalize(st);
	return (r);
}
