/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Encoding and decoding bundles.
 *
 * Decoding believes nothing: it takes the tar apart, follows index.json to
 * the OCI manifest and from there to our manifest, the files and the
 * signatures, and then lays out anew what it understood.  The result must be
 * the same bytes.  With PSTORE_REENCODE the OCI manifest must still be the
 * same, by its hash, and no blob may be left over; only the tar around and
 * index.json may differ.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <jansson.h>

#include "pstore/bundle.h"
#include "pstore/io.h"
#include "pstore/oci.h"

#define	BLOBS	"blobs/sha256/"

static int
bad(struct pstore_error *e, const char *object, const char *what)
{
	return (pstore_fail(e, PSTORE_CORRUPT, "%s: read: not a bundle: %s",
	    object, what));
}

int
pstore_bundle_encode(const struct pstore_version *v, void **buf, size_t *len,
    struct pstore_error *e)
{
	struct oci_bundle *b;
	int r;

	b = malloc(sizeof(*b));
	if (b == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: bundle", v->image));
	r = oci_layout(b, v, e);
	if (r == 0)
		r = oci_tar_write(b, buf, len, e);
	free(b);
	return (r);
}

/* The blob that a descriptor names, its hash and size checked. */
static const struct oci_entry *
follow(const struct oci_tar *t, json_t *descriptor, const char *object,
    struct pstore_error *e)
{
	char name[sizeof(BLOBS) + PSTORE_HASH_TEXT];
	uint8_t hash[PSTORE_HASH_BYTES], want[PSTORE_HASH_BYTES];
	const struct oci_entry *entry;
	const char *digest;

	digest = json_string_value(json_object_get(descriptor, "digest"));
	if (digest == NULL || pstore_hash_parse(want, digest) != 0) {
		bad(e, object, "a descriptor without a sha256 digest");
		return (NULL);
	}
	snprintf(name, sizeof(name), BLOBS "%s", digest + 7);
	entry = oci_tar_find(t, name);
	if (entry == NULL) {
		bad(e, object, "a blob is missing");
		return (NULL);
	}
	pstore_hash(hash, entry->data, entry->size);
	if (memcmp(hash, want, sizeof(hash)) != 0 || json_integer_value(
	    json_object_get(descriptor, "size")) != (json_int_t)entry->size) {
		bad(e, object, "a blob is not what its digest says");
		return (NULL);
	}
	return (entry);
}

static json_t *
parse_json(const struct oci_entry *entry, const char *object,
    struct pstore_error *e)
{
	json_error_t je;
	json_t *j;

	if (entry == NULL || entry->size > OCI_JSON_MAX) {
		bad(e, object, entry == NULL ? "no index.json" :
		    "JSON that is too long");
		return (NULL);
	}
	j = json_loadb(entry->data, entry->size, JSON_REJECT_DUPLICATES, &je);
	if (!json_is_object(j)) {
		json_decref(j);
		bad(e, object, "its JSON is wrong");
		return (NULL);
	}
	return (j);
}

/* The OCI manifest, by way of index.json.  The caller drops it. */
static json_t *
oci_manifest(const struct oci_tar *t, const char *object,
    struct pstore_error *e)
{
	const struct oci_entry *entry;
	json_t *index, *manifest, *list;

	index = parse_json(oci_tar_find(t, "index.json"), object, e);
	if (index == NULL)
		return (NULL);
	list = json_object_get(index, "manifests");
	manifest = NULL;
	if (json_array_size(list) != 1)
		bad(e, object, "index.json does not name exactly one image");
	else if ((entry = follow(t, json_array_get(list, 0), object, e)) != NULL)
		manifest = parse_json(entry, object, e);
	json_decref(index);
	return (manifest);
}

static int
take_file(struct pstore_version *v, size_t i, const struct oci_entry *entry,
    const char *title, const char *object, struct pstore_error *e)
{
	const struct pstore_file *f;
	uint8_t hash[PSTORE_HASH_BYTES];

	f = &v->manifest.files[i];
	pstore_hash(hash, entry->data, entry->size);
	if (strcmp(f->name, title) != 0 || f->size != entry->size ||
	    memcmp(f->hash, hash, sizeof(hash)) != 0)
		return (bad(e, object, "a file is not what the manifest says"));
	v->content[i].data = malloc(entry->size + 1);
	if (v->content[i].data == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: read", object));
	memcpy(v->content[i].data, entry->data, entry->size);
	v->content[i].size = entry->size;
	return (0);
}

static int
take_signature(struct pstore_version *v, const struct oci_entry *entry,
    const char *title, const char *object, struct pstore_error *e)
{
	struct pstore_signature s;
	char want[64];

	if (pstore_signature_parse(&s, entry->data, entry->size, object, e) != 0)
		return (-1);
	oci_signature_title(&s, want, sizeof(want));
	if (strcmp(want, title) != 0)
		return (bad(e, object, "a signature under a wrong name"));
	return (pstore_version_add_sig(v, &s, e));
}

static int
take_manifest(struct pstore_version *v, const struct oci_entry *entry,
    const char *object, struct pstore_error *e)
{
	if (pstore_manifest_parse(&v->manifest, entry->data, entry->size,
	    object, e) != 0)
		return (-1);
	memcpy(v->text, entry->data, entry->size);
	v->textlen = entry->size;
	pstore_hash(v->digest, v->text, v->textlen);
	snprintf(v->image, sizeof(v->image), "%s@%u", v->manifest.personality,
	    v->manifest.version);
	return (0);
}

/* Layer I: our manifest, then the files in its order, then signatures. */
static int
take_layer(struct pstore_version *v, size_t i, const struct oci_tar *t,
    json_t *desc, const char *object, struct pstore_error *e)
{
	const struct oci_entry *entry;
	const char *title;

	title = json_string_value(json_object_get(json_object_get(desc,
	    "annotations"), OCI_TITLE));
	if (title == NULL)
		return (bad(e, object, "a layer without a title"));
	entry = follow(t, desc, object, e);
	if (entry == NULL)
		return (-1);
	if (i == 0)
		return (take_manifest(v, entry, object, e));
	if (i <= v->manifest.nfiles)
		return (take_file(v, i - 1, entry, title, object, e));
	return (take_signature(v, entry, title, object, e));
}

static int
take_layers(struct pstore_version *v, const struct oci_tar *t,
    const char *object, struct pstore_error *e)
{
	json_t *manifest, *list;
	size_t i, n;
	int r;

	manifest = oci_manifest(t, object, e);
	if (manifest == NULL)
		return (-1);
	list = json_object_get(manifest, "layers");
	n = json_array_size(list);
	r = n == 0 ? bad(e, object, "it has no layers") : 0;
	for (i = 0; r == 0 && i < n; i++)
		r = take_layer(v, i, t, json_array_get(list, i), object, e);
	json_decref(manifest);
	if (r == 0 && n < 1 + v->manifest.nfiles)
		r = bad(e, object, "a file is missing");
	return (r);
}

static int
not_canonical(const char *a, size_t alen, const char *b, size_t blen,
    const char *object, struct pstore_error *e)
{
	size_t i;

	for (i = 0; i < alen && i < blen && a[i] == b[i]; i++)
		;
	pstore_fail(e, PSTORE_CORRUPT, "%s: read: its encoding is not the "
	    "canonical one, from byte %zu on", object, i);
	return (pstore_hint(e, "if skopeo or a registry rewrote it, and not an "
	    "accident: pstore add --reencode '%.200s'", object));
}

/* Other tar bytes are fine; other content is not. */
static int
same_content(const struct oci_tar *t, const struct oci_bundle *b,
    const char *object, struct pstore_error *e)
{
	char name[sizeof(BLOBS) + PSTORE_HASH_TEXT], hash[PSTORE_HASH_TEXT];
	const struct oci_entry *layout;
	size_t i;

	layout = oci_tar_find(t, "oci-layout");
	if (layout == NULL || t->n != b->nblobs + 2)
		return (bad(e, object, "it has blobs that the image does not "
		    "name, or lacks oci-layout"));
	for (i = 0; i < b->nblobs; i++) {
		pstore_hash_text(b->blobs[i].hash, hash);
		snprintf(name, sizeof(name), BLOBS "%s", hash + 7);
		if (oci_tar_find(t, name) == NULL)
			return (bad(e, object, "its OCI manifest is not the "
			    "one that the image has"));
	}
	return (0);
}

static int
compare(const struct pstore_version *v, const struct oci_tar *t,
    const void *buf, size_t len, int flags, const char *object,
    struct pstore_error *e)
{
	struct oci_bundle *b;
	size_t againlen;
	void *again;
	int r;

	b = malloc(sizeof(*b));
	if (b == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: read", object));
	again = NULL;
	r = oci_layout(b, v, e);
	if (r == 0)
		r = oci_tar_write(b, &again, &againlen, e);
	if (r == 0) {
		if (flags & PSTORE_REENCODE)
			r = same_content(t, b, object, e);
		else if (againlen != len || memcmp(again, buf, len) != 0)
			r = not_canonical(buf, len, again, againlen, object, e);
		free(again);
	}
	free(b);
	return (r);
}

int
pstore_bundle_decode(struct pstore_version *v, const void *buf, size_t len,
    int flags, const char *object, struct pstore_error *e)
{
	struct oci_tar *t;
	int r;

	pstore_version_free(v);
	if (len > PSTORE_BUNDLE_MAX)
		return (bad(e, object, "too large"));
	t = malloc(sizeof(*t));
	if (t == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: read", object));
	r = oci_tar_read(t, buf, len, object, e);
	if (r == 0) {
		r = take_layers(v, t, object, e);
		if (r == 0)
			r = compare(v, t, buf, len, flags, object, e);
		oci_tar_free(t);
	}
	free(t);
	if (r != 0)
		pstore_version_free(v);
	return (r);
}

int
pstore_bundle_read(struct pstore_version *v, const char *path, int flags,
    struct pstore_error *e)
{
	size_t len;
	char *buf;
	int fd, r;

	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: open", path));
	r = pstore_fd_read(fd, path, PSTORE_BUNDLE_MAX, &buf, &len, e);
	close(fd);
	if (r != 0)
		return (-1);
	r = pstore_bundle_decode(v, buf, len, flags, path, e);
	free(buf);
	return (r);
}

int
pstore_bundle_write(const struct pstore_version *v, const char *path,
    struct pstore_error *e)
{
	char dir[PATH_MAX];
	const char *base;
	size_t len;
	void *buf;
	int fd, r;

	base = strrchr(path, '/');
	base = base == NULL ? path : base + 1;
	if ((size_t)snprintf(dir, sizeof(dir), "%.*s.", (int)(base - path),
	    path) >= sizeof(dir) || base[0] == '\0')
		return (pstore_fail(e, PSTORE_USAGE, "%.200s: write: not a file "
		    "name", path));
	if (pstore_bundle_encode(v, &buf, &len, e) != 0)
		return (-1);
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		r = pstore_fail_os(e, errno, "%s: open", dir);
	else {
		r = pstore_file_replace(fd, base, path, 0644, buf, len, e);
		close(fd);
	}
	free(buf);
	return (r);
}
