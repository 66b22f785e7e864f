/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The history: the catalogue's events and the lines of STORE/log, merged by
 * their time.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>

#include "pstore/impl.h"
#include "pstore/io.h"

#define	LOG_MAX	(UINT64_C(64) << 20)

struct history {
	size_t	n, room;
	struct pstore_event *events;
};

static struct pstore_event *
grow(struct history *h)
{
	struct pstore_event *more;

	if (h->n == h->room) {
		more = reallocarray(h->events, h->room * 2 + 64,
		    sizeof(*more));
		if (more == NULL)
			return (NULL);
		h->events = more;
		h->room = h->room * 2 + 64;
	}
	memset(&h->events[h->n], 0, sizeof(h->events[0]));
	return (&h->events[h->n++]);
}

static void
copy(char *out, size_t size, const char *in)
{
	snprintf(out, size, "%s", in != NULL ? in : "");
}

static int
from_catalogue(struct pstore *s, struct history *h, struct pstore_error *e)
{
	struct pstore_event *v;
	sqlite3_stmt *st;
	int r;

	if (s->db == NULL)
		return (0);
	if (db_prepare(s, &st, e, "SELECT at, who, action, image, previous, "
	    "message FROM event ORDER BY id", "") != 0)
		return (-1);
#define	TEXT(n)	((const char *)sqlite3_column_text(st, (n)))
	while ((r = db_step(s, st, e)) == 1) {
		v = grow(h);
		if (v == NULL) {
			r = pstore_fail_os(e, ENOMEM, "%s: log", s->path);
			break;
		}
		copy(v->at, sizeof(v->at), TEXT(0));
		copy(v->who, sizeof(v->who), TEXT(1));
		copy(v->action, sizeof(v->action), TEXT(2));
		copy(v->image, sizeof(v->image), TEXT(3));
		copy(v->previous, sizeof(v->previous), TEXT(4));
		copy(v->message, sizeof(v->message), TEXT(5));
	}
#undef	TEXT
	sqlite3_finalize(st);
	return (r);
}

/* 0: taken; 1: not a line of ours. */
static int
take_line(struct history *h, const char *line, size_t len)
{
	struct pstore_event *v;
	json_t *j;

	j = json_loadb(line, len, 0, NULL);
	if (j == NULL)
		return (1);
#define	TEXT(k)	json_string_value(json_object_get(j, (k)))
	if (TEXT("at") == NULL || TEXT("action") == NULL ||
	    (v = grow(h)) == NULL) {
		json_decref(j);
		return (1);
	}
	copy(v->at, sizeof(v->at), TEXT("at"));
	copy(v->who, sizeof(v->who), TEXT("who"));
	copy(v->action, sizeof(v->action), TEXT("action"));
	copy(v->image, sizeof(v->image), TEXT("image"));
	copy(v->message, sizeof(v->message), TEXT("message"));
#undef	TEXT
	json_decref(j);
	return (0);
}

static int
from_file(struct pstore *s, struct history *h, unsigned *torn,
    struct pstore_error *e)
{
	char object[PATH_MAX + 8], *nl, *p, *buf;
	size_t len;

	snprintf(object, sizeof(object), "%s/log", s->path);
	if (pstore_file_read(s->fd, "log", object, LOG_MAX, &buf, &len, e) != 0)
		return (e->os == ENOENT ? 0 : -1);
	for (p = buf; p < buf + len; p = nl + 1) {
		nl = memchr(p, '\n', (size_t)(buf + len - p));
		if (nl == NULL) {
			(*torn)++;
			break;
		}
		*torn += (unsigned)take_line(h, p, (size_t)(nl - p));
	}
	free(buf);
	return (0);
}

/* Both halves are in order; of equal times the catalogue's comes first. */
static int
merge(const struct history *h, size_t half, pstore_event_fn *fn, void *arg,
    struct pstore_error *e)
{
	const struct pstore_event *a, *b, *enda, *endb;

	a = h->events;
	enda = b = h->events + half;
	endb = h->events + h->n;
	while (a < enda || b < endb) {
		if (b == endb || (a < enda && strcmp(a->at, b->at) <= 0)) {
			if (fn(arg, a++, e) != 0)
				return (-1);
		} else if (fn(arg, b++, e) != 0)
			return (-1);
	}
	return (0);
}

int
pstore_log(struct pstore *s, pstore_event_fn *fn, void *arg, unsigned *torn,
    struct pstore_error *e)
{
	struct history h;
	size_t half;
	int r;

	memset(&h, 0, sizeof(h));
	*torn = 0;
	r = from_catalogue(s, &h, e);
	half = h.n;
	if (r == 0)
		r = from_file(s, &h, torn, e);
	if (r == 0 && h.n > 0)
		r = merge(&h, half, fn, arg, e);
	free(h.events);
	return (r);
}

int
pstore_note(struct pstore *s, const struct pstore_act *a, const char *action,
    const char *image, struct pstore_error *e)
{
	if (db_begin(s, e) != 0)
		return (-1);
	if (store_event(s, a->at, a->who, action, image, NULL, a->message,
	    e) != 0) {
		db_rollback(s);
		return (-1);
	}
	return (db_commit(s, e));
}
