/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The manifest's text, both ways.
 *
 * Threat: the parser reads bytes that nobody has vouched for yet.  It works
 * in place, allocates nothing, believes no length, and in the end formats
 * what it understood and compares, so that there is one text for a manifest.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sodium.h>

#include "pstore/manifest.h"

#define	LOWER	"abcdefghijklmnopqrstuvwxyz"
#define	UPPER	"ABCDEFGHIJKLMNOPQRSTUVWXYZ"
#define	DIGIT	"0123456789"

void
pstore_hash(uint8_t out[PSTORE_HASH_BYTES], const void *buf, size_t len)
{
	crypto_hash_sha256(out, buf, len);
}

void
pstore_hash_text(const uint8_t hash[PSTORE_HASH_BYTES],
    char out[PSTORE_HASH_TEXT])
{
	static const char hex[] = "0123456789abcdef";
	int i;

	memcpy(out, "sha256:", 7);
	for (i = 0; i < PSTORE_HASH_BYTES; i++) {
		out[7 + 2 * i] = hex[hash[i] >> 4];
		out[8 + 2 * i] = hex[hash[i] & 15];
	}
	out[7 + 2 * PSTORE_HASH_BYTES] = '\0';
}

static int
nibble(char c)
{
	if (c >= '0' && c <= '9')
		return (c - '0');
	return (c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1);
}

int
pstore_hash_parse(uint8_t hash[PSTORE_HASH_BYTES], const char *text)
{
	int hi, i, lo;

	if (strncmp(text, "sha256:", 7) != 0)
		return (-1);
	for (text += 7, i = 0; i < PSTORE_HASH_BYTES; i++, text += 2) {
		if ((hi = nibble(text[0])) < 0 || (lo = nibble(text[1])) < 0)
			return (-1);
		hash[i] = (uint8_t)(hi << 4 | lo);
	}
	return (*text == '\0' ? 0 : -1);
}

int
pstore_name_valid(const char *name)
{
	size_t len;

	len = strlen(name);
	return (len >= 1 && len <= PIMG_NAME_MAX &&
	    strchr(LOWER, name[0]) != NULL &&
	    strspn(name, LOWER DIGIT "_") == len);
}

int
pstore_filename_valid(const char *name)
{
	size_t len;

	len = strlen(name);
	return (len >= 1 && len <= PSTORE_FILENAME_MAX && name[0] != '.' &&
	    name[0] != '-' && name[0] != '_' &&
	    strspn(name, LOWER UPPER DIGIT "._-") == len &&
	    strcmp(name, "manifest") != 0 && strcmp(name, "digest") != 0 &&
	    strcmp(name, "signatures") != 0);
}

const struct pstore_file *
pstore_manifest_file(const struct pstore_manifest *m, const char *name)
{
	size_t i;

	for (i = 0; i < m->nfiles; i++) {
		if (strcmp(m->files[i].name, name) == 0)
			return (&m->files[i]);
	}
	return (NULL);
}

/* What is wrong with its fields, or NULL. */
static const char *
complaint(const struct pstore_manifest *m)
{
	size_t i;

	if (!pstore_name_valid(m->personality))
		return ("not a name for a personality");
	if (m->version < 1 || m->version > PSTORE_VERSION_MAX)
		return ("version out of range");
	if (m->abi < 1 || m->abi > PSTORE_VERSION_MAX)
		return ("ABI revision out of range");
	if (m->nfiles < 1 || m->nfiles > PSTORE_FILES_MAX)
		return ("too few or too many files");
	for (i = 0; i < m->nfiles; i++) {
		if (!pstore_filename_valid(m->files[i].name))
			return ("not a name for a file");
		if (m->files[i].size > PSTORE_FILE_SIZE_MAX)
			return ("a file is too large");
		if (i > 0 && strcmp(m->files[i - 1].name,
		    m->files[i].name) >= 0)
			return ("files are not in ascending order");
	}
	return (NULL);
}

struct out {
	char	*buf;
	size_t	size, len;
};

static void __attribute__((format(printf, 2, 3)))
put(struct out *o, const char *fmt, ...)
{
	size_t room;
	va_list ap;
	int n;

	room = o->len < o->size ? o->size - o->len : 0;
	va_start(ap, fmt);
	n = vsnprintf(room > 0 ? o->buf + o->len : NULL, room, fmt, ap);
	va_end(ap);
	o->len += (size_t)n;
}

static size_t
format(const struct pstore_manifest *m, char *buf, size_t size)
{
	struct out o = { buf, size, 0 };
	char hash[PSTORE_HASH_TEXT];
	size_t i;

	pstore_hash_text(m->source, hash);
	put(&o, "pimg-manifest 1\npersonality %s\nversion %u\nabi %u\n"
	    "source %s\nfiles %zu\n", m->personality, m->version, m->abi, hash,
	    m->nfiles);
	for (i = 0; i < m->nfiles; i++) {
		pstore_hash_text(m->files[i].hash, hash);
		put(&o, "file %s %llu %s\n", m->files[i].name,
		    (unsigned long long)m->files[i].size, hash);
	}
	return (o.len);
}

static int
by_name(const void *a, const void *b)
{
	const struct pstore_file *x = a, *y = b;

	return (strcmp(x->name, y->name));
}

int
pstore_manifest_format(struct pstore_manifest *m, char *buf, size_t size,
    size_t *len, struct pstore_error *e)
{
	const char *what;

	if (m->nfiles <= PSTORE_FILES_MAX)
		qsort(m->files, m->nfiles, sizeof(m->files[0]), by_name);
	what = complaint(m);
	if (what != NULL)
		return (pstore_fail(e, PSTORE_USAGE, "manifest of %.31s@%u: %s",
		    m->personality, m->version, what));
	*len = format(m, buf, size);
	if (*len >= size || *len > PSTORE_MANIFEST_MAX)
		return (pstore_fail(e, PSTORE_USAGE, "manifest of %s@%u: too "
		    "long", m->personality, m->version));
	return (0);
}

/*
 * The parser: LINE is one line without its newline.
 */
struct in {
	char	line[256];
	const char *p, *end;
	unsigned number;
};

static int
next_line(struct in *in)
{
	const char *nl;
	size_t len;

	nl = memchr(in->p, '\n', (size_t)(in->end - in->p));
	if (nl == NULL)
		return (-1);
	len = (size_t)(nl - in->p);
	if (len >= sizeof(in->line) || memchr(in->p, '\0', len) != NULL)
		return (-1);
	memcpy(in->line, in->p, len);
	in->line[len] = '\0';
	in->p = nl + 1;
	in->number++;
	return (0);
}

/* The value of the line "KEY VALUE", or NULL. */
static char *
value(struct in *in, const char *key)
{
	size_t len;

	len = strlen(key);
	if (next_line(in) != 0 || strncmp(in->line, key, len) != 0 ||
	    in->line[len] != ' ')
		return (NULL);
	return (in->line + len + 1);
}

static int
number(const char *text, uint64_t max, uint64_t *out)
{
	uint64_t v;
	size_t len;

	len = strlen(text);
	if (len < 1 || len > 18 || strspn(text, DIGIT) != len ||
	    (text[0] == '0' && len > 1))
		return (-1);
	v = strtoull(text, NULL, 10);
	*out = v;
	return (v <= max ? 0 : -1);
}

static int
number_line(struct in *in, const char *key, uint64_t max, uint64_t *out)
{
	const char *v;

	v = value(in, key);
	return (v == NULL ? -1 : number(v, max, out));
}

static int
file_line(struct in *in, struct pstore_file *f)
{
	char *name, *size, *hash;

	name = value(in, "file");
	if (name == NULL || (size = strchr(name, ' ')) == NULL)
		return (-1);
	*size++ = '\0';
	hash = strchr(size, ' ');
	if (hash == NULL)
		return (-1);
	*hash++ = '\0';
	if (!pstore_filename_valid(name) ||
	    number(size, PSTORE_FILE_SIZE_MAX, &f->size) != 0)
		return (-1);
	memcpy(f->name, name, strlen(name) + 1);
	return (pstore_hash_parse(f->hash, hash));
}

static int
parse(struct in *in, struct pstore_manifest *m)
{
	uint64_t n;
	const char *v;
	size_t i;

	v = value(in, "pimg-manifest");
	if (v == NULL || strcmp(v, "1") != 0)
		return (-1);
	v = value(in, "personality");
	if (v == NULL || !pstore_name_valid(v))
		return (-1);
	memcpy(m->personality, v, strlen(v) + 1);
	if (number_line(in, "version", PSTORE_VERSION_MAX, &n) != 0)
		return (-1);
	m->version = (uint32_t)n;
	if (number_line(in, "abi", PSTORE_VERSION_MAX, &n) != 0)
		return (-1);
	m->abi = (uint32_t)n;
	v = value(in, "source");
	if (v == NULL || pstore_hash_parse(m->source, v) != 0)
		return (-1);
	if (number_line(in, "files", PSTORE_FILES_MAX, &n) != 0)
		return (-1);
	m->nfiles = (size_t)n;
	for (i = 0; i < m->nfiles; i++) {
		if (file_line(in, &m->files[i]) != 0)
			return (-1);
	}
	return (in->p == in->end ? 0 : -1);
}

int
pstore_manifest_parse(struct pstore_manifest *m, const void *text, size_t len,
    const char *object, struct pstore_error *e)
{
	char again[PSTORE_MANIFEST_MAX + 1];
	const char *what;
	struct in in;

	memset(m, 0, sizeof(*m));
	if (len > PSTORE_MANIFEST_MAX)
		return (pstore_fail(e, PSTORE_CORRUPT, "%s: manifest: %zu "
		    "bytes, at most %d are accepted", object, len,
		    PSTORE_MANIFEST_MAX));
	in.p = text;
	in.end = in.p + len;
	in.number = 0;
	if (len > 14 && memcmp(in.p, "pimg-manifest ", 14) == 0 &&
	    memcmp(in.p + 14, "1\n", len > 15 ? 2 : 1) != 0) {
		pstore_fail(e, PSTORE_UNSUPPORTED,
		    "%s: manifest: of a format this version does not know",
		    object);
		return (pstore_hint(e, "it was made by a newer pimg: upgrade"));
	}
	if (parse(&in, m) != 0)
		return (pstore_fail(e, PSTORE_CORRUPT,
		    "%s: manifest: wrong at or behind line %u", object,
		    in.number == 0 ? 1 : in.number));
	what = complaint(m);
	if (what != NULL)
		return (pstore_fail(e, PSTORE_CORRUPT, "%s: manifest: %s",
		    object, what));
	if (format(m, again, sizeof(again)) != len ||
	    memcmp(again, text, len) != 0)
		return (pstore_fail(e, PSTORE_CORRUPT,
		    "%s: manifest: not in canonical form", object));
	return (0);
}
