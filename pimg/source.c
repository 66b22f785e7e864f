/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Reading prototype files and reporting on them.  A file is bounded before
 * it is read, and a NUL byte in it is refused: text is text.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pimg/source.h"

static int
read_all(int fd, char *buf, size_t len)
{
	ssize_t n;

	while (len > 0) {
		if ((n = read(fd, buf, len)) <= 0) {
			if (n == 0)
				errno = EIO;	/* shrank while being read */
			return (-1);
		}
		buf += n;
		len -= (size_t)n;
	}
	return (0);
}

int
pimg_source_read(struct pimg_arena *arena, int dirfd, const char *file,
    const char *name, struct pimg_source *s, struct pstore_error *error)
{
	struct stat st;
	char *text;
	int fd;

	/* Nonblocking: a FIFO must not be waited for before it is refused. */
	if ((fd = openat(dirfd, file, O_RDONLY | O_CLOEXEC | O_NOCTTY |
	    O_NONBLOCK)) < 0)
		return (pstore_fail_os(error, errno, "%s: cannot open", name));
	if (fstat(fd, &st) < 0 || !S_ISREG(st.st_mode)) {
		close(fd);
		return (pstore_fail(error, PSTORE_FAILED,
		    "%s: not a regular file", name));
	}
	if (st.st_size > PIMG_SOURCE_MAX) {
		close(fd);
		return (pstore_fail(error, PSTORE_FAILED,
		    "%s: larger than %d bytes", name, PIMG_SOURCE_MAX));
	}
	text = pimg_alloc(arena, (size_t)st.st_size + 1);
	if (read_all(fd, text, (size_t)st.st_size) < 0) {
		close(fd);
		return (pstore_fail_os(error, errno, "%s: cannot read", name));
	}
	close(fd);
	if (memchr(text, '\0', (size_t)st.st_size) != NULL)
		return (pstore_fail(error, PSTORE_CORRUPT,
		    "%s: contains a NUL byte", name));
	s->name = name;
	s->text = text;
	s->len = (size_t)st.st_size;
	return (0);
}

void
pimg_diag(struct pimg_diags *d, enum pimg_severity severity,
    struct pimg_pos pos, const char *expected, const char *fmt, ...)
{
	struct pimg_diag item = { severity, pos, NULL, expected };
	char buf[512];
	va_list ap;

	if (severity == PIMG_ERROR)
		d->errors++;
	else if (severity == PIMG_WARNING)
		d->warnings++;
	if (d->errors > PIMG_ERRORS_MAX || d->warnings > PIMG_ERRORS_MAX)
		return;
	va_start(ap, fmt);
	vsnprintf(buf, sizeof(buf), fmt, ap);
	va_end(ap);
	item.text = pimg_strndup(d->arena, buf, strlen(buf));
	PIMG_APPEND(d->arena, d->list, d->count, item);
}

struct group {
	const struct pimg_diag	*first;
	size_t			 count;
};

static int
compare(const void *a, const void *b)
{
	const struct pimg_pos *x = &((const struct group *)a)->first->pos;
	const struct pimg_pos *y = &((const struct group *)b)->first->pos;
	int c = strcmp(x->source->name, y->source->name);

	if (c != 0)
		return (c);
	if (x->off != y->off)
		return (x->off < y->off ? -1 : 1);
	return (((const struct group *)a)->first <
	    ((const struct group *)b)->first ? -1 : 1);
}

/* The same text at the same place: a prototype that several slots take. */
static bool
again(const struct group *a, const struct group *b)
{
	const struct pimg_diag *x = a->first, *y = b->first;

	return (a->count == b->count && x->severity == y->severity &&
	    x->pos.source == y->pos.source && x->pos.off == y->pos.off &&
	    strcmp(x->text, y->text) == 0);
}

static void
forget(struct pimg_diags *d, const struct group *g)
{
	if (g->first->severity == PIMG_ERROR)
		d->errors--;
	else if (g->first->severity == PIMG_WARNING)
		d->warnings--;
}

void
pimg_diags_sort(struct pimg_diags *d)
{
	struct group *g = pimg_alloc(d->arena, (d->count + 1) * sizeof(*g));
	struct pimg_diag *out = pimg_alloc(d->arena,
	    (2 * d->count + 1) * sizeof(*out));
	size_t i, n = 0, at = 0;

	for (i = 0; i < d->count; i++) {
		if (n == 0 || d->list[i].severity != PIMG_NOTE)
			g[n++] = (struct group){ &d->list[i], 0 };
		g[n - 1].count++;
	}
	if (n > 0)
		qsort(g, n, sizeof(*g), compare);
	for (i = 0; i < n; i++) {
		if (i > 0 && again(&g[i], &g[i - 1])) {
			forget(d, &g[i]);
			continue;
		}
		memcpy(out + at, g[i].first, g[i].count * sizeof(*out));
		at += g[i].count;
	}
	d->list = NULL;
	d->count = 0;
	for (i = 0; i < at; i++)
		PIMG_APPEND(d->arena, d->list, d->count, out[i]);
}

/* The line with tabs as single spaces, so that the caret stands right. */
static void
print_line(const struct pimg_pos *pos, FILE *out)
{
	const struct pimg_source *s = pos->source;
	size_t begin = pos->off, end = pos->off, i, len;

	while (begin > 0 && s->text[begin - 1] != '\n')
		begin--;
	while (end < s->len && s->text[end] != '\n')
		end++;
	fprintf(out, "%5u | ", pos->line);
	for (i = begin; i < end; i++) {
		unsigned char c = (unsigned char)s->text[i];

		putc(c == '\t' ? ' ' : c < ' ' || c == 0x7f ? '?' : c, out);
	}
	fprintf(out, "\n      | %*s^", (int)(pos->off - begin), "");
	len = pos->len < end - pos->off ? pos->len : end - pos->off;
	for (i = 1; i < len; i++)
		putc('~', out);
	putc('\n', out);
}

void
pimg_diags_print(const struct pimg_diags *d, FILE *out)
{
	static const char *const words[] = { "error", "warning", "note" };
	size_t i;

	for (i = 0; i < d->count; i++) {
		const struct pimg_diag *g = &d->list[i];

		fprintf(out, "%s:%u:%u: %s: %s\n", g->pos.source->name,
		    g->pos.line, g->pos.col, words[g->severity], g->text);
		print_line(&g->pos, out);
		if (g->expected != NULL)
			fprintf(out, "      = expected %s\n", g->expected);
	}
	if (d->errors > PIMG_ERRORS_MAX)
		fprintf(out, "%zu errors, the first %d shown\n", d->errors,
		    PIMG_ERRORS_MAX);
}
