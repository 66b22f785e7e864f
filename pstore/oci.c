/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The canonical OCI layout of a version.
 *
 * All names in it come from checked sets of characters, so that JSON needs no
 * escapes; the text is written here and not by a JSON library, whose next
 * release might put a space elsewhere.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pstore/oci.h"

static void __attribute__((format(printf, 2, 3)))
put(struct oci_json *j, const char *fmt, ...)
{
	va_list ap;
	size_t room;
	int n;

	room = j->len < sizeof(j->text) ? sizeof(j->text) - j->len : 0;
	va_start(ap, fmt);
	n = vsnprintf(room > 0 ? j->text + j->len : NULL, room, fmt, ap);
	va_end(ap);
	j->len += (size_t)n;
}

void
oci_signature_title(const struct pstore_signature *s, char *buf, size_t size)
{
	char hex[PSTORE_KEYID_HEX];

	pstore_keyid_hex(s->id, hex);
	snprintf(buf, size, "signatures/%s.minisig", hex);
}

/* Adds a blob; returns its hash as text in HASH. */
static void
add(struct oci_bundle *b, const void *data, size_t size,
    char hash[PSTORE_HASH_TEXT])
{
	struct oci_blob *blob;

	blob = &b->blobs[b->nblobs++];
	blob->data = data;
	blob->size = size;
	pstore_hash(blob->hash, data, size);
	pstore_hash_text(blob->hash, hash);
}

static void
layer(struct oci_bundle *b, const char *type, const char *title,
    const void *data, size_t size)
{
	char hash[PSTORE_HASH_TEXT];

	add(b, data, size, hash);
	put(&b->manifest, "{\"mediaType\":\"%s\",\"digest\":\"%s\","
	    "\"size\":%zu,\"annotations\":{\"" OCI_TITLE "\":\"%s\"}}", type,
	    hash, size, title);
}

static void
layers(struct oci_bundle *b, const struct pstore_version *v)
{
	char title[64];
	size_t i;

	layer(b, PIMG_MANIFEST, "manifest", v->text, v->textlen);
	for (i = 0; i < v->manifest.nfiles; i++) {
		put(&b->manifest, ",");
		layer(b, PIMG_FILE, v->manifest.files[i].name,
		    v->content[i].data, v->content[i].size);
	}
	for (i = 0; i < v->nsigs; i++) {
		put(&b->manifest, ",");
		oci_signature_title(&v->sigs[i], title, sizeof(title));
		layer(b, PIMG_SIGNATURE, title, v->sigs[i].text,
		    v->sigs[i].len);
	}
}

static int
by_hash(const void *x, const void *y)
{
	return (memcmp(((const struct oci_blob *)x)->hash,
	    ((const struct oci_blob *)y)->hash, PSTORE_HASH_BYTES));
}

static void
sort_blobs(struct oci_bundle *b)
{
	size_t i, n;

	qsort(b->blobs, b->nblobs, sizeof(b->blobs[0]), by_hash);
	for (n = i = 0; i < b->nblobs; i++) {
		if (n == 0 || by_hash(&b->blobs[n - 1], &b->blobs[i]) != 0)
			b->blobs[n++] = b->blobs[i];
	}
	b->nblobs = n;
}

int
oci_layout(struct oci_bundle *b, const struct pstore_version *v,
    struct pstore_error *e)
{
	char hash[PSTORE_HASH_TEXT];

	memset(b, 0, sizeof(*b));
	pstore_hash_text(v->digest, hash);
	put(&b->config, "{\"personality\":\"%s\",\"version\":%u,"
	    "\"digest\":\"%s\"}", v->manifest.personality, v->manifest.version,
	    hash);
	add(b, b->config.text, b->config.len, hash);
	put(&b->manifest, "{\"schemaVersion\":2,\"mediaType\":\"" OCI_MANIFEST
	    "\",\"config\":{\"mediaType\":\"" PIMG_CONFIG "\",\"digest\":\"%s\","
	    "\"size\":%zu},\"layers\":[", hash, b->config.len);
	layers(b, v);
	put(&b->manifest, "]}");
	if (b->manifest.len >= sizeof(b->manifest.text))
		return (pstore_fail(e, PSTORE_FAILED, "%s: bundle: too many "
		    "files", v->image));
	add(b, b->manifest.text, b->manifest.len, hash);
	memcpy(b->manifest_hash, b->blobs[b->nblobs - 1].hash,
	    PSTORE_HASH_BYTES);
	put(&b->index, "{\"schemaVersion\":2,\"manifests\":[{\"mediaType\":\""
	    OCI_MANIFEST "\",\"digest\":\"%s\",\"size\":%zu,\"annotations\":{\""
	    OCI_REF "\":\"%s-%u\"}}]}", hash, b->manifest.len,
	    v->manifest.personality, v->manifest.version);
	sort_blobs(b);
	return (0);
}
