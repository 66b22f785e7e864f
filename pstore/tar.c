/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The tar around a bundle, by libarchive: ustar, no compression, no times, no
 * owners, names in ascending order.
 *
 * Threat: the reader sees bytes from anywhere.  Only tar is enabled, the
 * number of entries and their sizes are bounded by the archive's own length,
 * and a name that a layout does not have ends it.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <stdio.h>

#include <archive.h>
#include <archive_entry.h>

#include "pstore/oci.h"

#define	BLOBS	"blobs/sha256/"
#define	BLOCK	512

static int
is_file_name(const char *name)
{
	const char *hex;

	if (strcmp(name, "oci-layout") == 0 || strcmp(name, "index.json") == 0)
		return (1);
	if (strncmp(name, BLOBS, strlen(BLOBS)) != 0)
		return (0);
	hex = name + strlen(BLOBS);
	return (strlen(hex) == 2 * PSTORE_HASH_BYTES &&
	    strspn(hex, "0123456789abcdef") == 2 * PSTORE_HASH_BYTES);
}

static int
is_folder_name(const char *name)
{
	return (strcmp(name, "./") == 0 || strcmp(name, ".") == 0 ||
	    strcmp(name, "blobs") == 0 || strcmp(name, "blobs/") == 0 ||
	    strcmp(name, "blobs/sha256") == 0 ||
	    strcmp(name, "blobs/sha256/") == 0);
}

static int
bad(struct pstore_error *e, const char *object, const char *what)
{
	return (pstore_fail(e, PSTORE_CORRUPT, "%s: read: not a bundle: %s",
	    object, what));
}

static int
read_data(struct oci_entry *out, struct archive *a, size_t size,
    const char *object, struct pstore_error *e)
{
	la_ssize_t n;

	out->size = size;
	out->data = malloc(size + 1);
	if (out->data == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: read", object));
	n = archive_read_data(a, out->data, size);
	if (n < 0 || (size_t)n != size)
		return (bad(e, object, "an entry is cut short"));
	((char *)out->data)[size] = '\0';
	return (0);
}

static int
read_entry(struct oci_tar *t, struct archive *a, struct archive_entry *entry,
    size_t *room, const char *object, struct pstore_error *e)
{
	struct oci_entry *out;
	const char *name;
	la_int64_t size;

	name = archive_entry_pathname(entry);
	if (name == NULL)
		return (bad(e, object, "an entry without a name"));
	if (archive_entry_filetype(entry) == AE_IFDIR && is_folder_name(name))
		return (0);
	if (strncmp(name, "./", 2) == 0)
		name += 2;
	if (archive_entry_filetype(entry) != AE_IFREG ||
	    archive_entry_hardlink(entry) != NULL || !is_file_name(name))
		return (bad(e, object, "an entry that a layout does not have"));
	if (oci_tar_find(t, name) != NULL)
		return (bad(e, object, "an entry twice"));
	if (t->n == sizeof(t->entries) / sizeof(t->entries[0]))
		return (bad(e, object, "too many entries"));
	size = archive_entry_size(entry);
	if (size < 0 || (uint64_t)size > *room)
		return (bad(e, object, "an entry larger than the archive"));
	*room -= (size_t)size;
	out = &t->entries[t->n++];
	memcpy(out->name, name, strlen(name) + 1);
	return (read_data(out, a, (size_t)size, object, e));
}

static int
read_entries(struct oci_tar *t, struct archive *a, size_t room,
    const char *object, struct pstore_error *e)
{
	struct archive_entry *entry;
	int r;

	while ((r = archive_read_next_header(a, &entry)) == ARCHIVE_OK) {
		if (read_entry(t, a, entry, &room, object, e) != 0)
			return (-1);
	}
	if (r != ARCHIVE_EOF)
		return (bad(e, object, "the tar headers are wrong"));
	return (0);
}

int
oci_tar_read(struct oci_tar *t, const void *buf, size_t len,
    const char *object, struct pstore_error *e)
{
	struct archive *a;
	int r;

	t->n = 0;
	a = archive_read_new();
	if (a == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: read", object));
	if (archive_read_support_format_tar(a) != ARCHIVE_OK ||
	    archive_read_open_memory(a, buf, len) != ARCHIVE_OK)
		r = bad(e, object, "no tar archive");
	else
		r = read_entries(t, a, len, object, e);
	archive_read_free(a);
	if (r != 0)
		oci_tar_free(t);
	return (r);
}

void
oci_tar_free(struct oci_tar *t)
{
	while (t->n > 0)
		free(t->entries[--t->n].data);
}

const struct oci_entry *
oci_tar_find(const struct oci_tar *t, const char *name)
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (strcmp(t->entries[i].name, name) == 0)
			return (&t->entries[i]);
	}
	return (NULL);
}

/* DATA is NULL for a folder. */
static int
write_entry(struct archive *a, const char *name, const void *data, size_t size)
{
	struct archive_entry *entry;
	int r;

	entry = archive_entry_new();
	if (entry == NULL)
		return (-1);
	archive_entry_set_pathname(entry, name);
	archive_entry_set_filetype(entry, data != NULL ? AE_IFREG : AE_IFDIR);
	archive_entry_set_perm(entry, data != NULL ? 0644 : 0755);
	archive_entry_set_size(entry, (la_int64_t)size);
	archive_entry_set_mtime(entry, 0, 0);
	archive_entry_set_uid(entry, 0);
	archive_entry_set_gid(entry, 0);
	r = archive_write_header(a, entry);
	archive_entry_free(entry);
	if (r != ARCHIVE_OK)
		return (-1);
	if (size > 0 && archive_write_data(a, data, size) != (la_ssize_t)size)
		return (-1);
	return (0);
}

static int
write_entries(struct archive *a, const struct oci_bundle *b)
{
	char name[sizeof(BLOBS) + PSTORE_HASH_TEXT], hash[PSTORE_HASH_TEXT];
	size_t i;

	/* Without its folders skopeo cannot unpack it as an ordinary user: it
	 * wants to give those that it has to make up to root. */
	if (write_entry(a, "blobs/", NULL, 0) != 0 ||
	    write_entry(a, BLOBS, NULL, 0) != 0)
		return (-1);
	for (i = 0; i < b->nblobs; i++) {
		pstore_hash_text(b->blobs[i].hash, hash);
		snprintf(name, sizeof(name), BLOBS "%s", hash + 7);
		if (write_entry(a, name, b->blobs[i].data,
		    b->blobs[i].size) != 0)
			return (-1);
	}
	if (write_entry(a, "index.json", b->index.text, b->index.len) != 0)
		return (-1);
	return (write_entry(a, "oci-layout", OCI_LAYOUT, strlen(OCI_LAYOUT)));
}

static size_t
room_for(const struct oci_bundle *b)
{
	size_t i, n;

	n = 4 * BLOCK + 2 * (2 * BLOCK + OCI_JSON_MAX);
	for (i = 0; i < b->nblobs; i++)
		n += 2 * BLOCK + b->blobs[i].size;
	return (n + 20 * BLOCK);
}

int
oci_tar_write(const struct oci_bundle *b, void **buf, size_t *len,
    struct pstore_error *e)
{
	struct archive *a;
	size_t size;
	int r;

	size = room_for(b);
	*buf = malloc(size);
	a = archive_write_new();
	if (*buf == NULL || a == NULL) {
		archive_write_free(a);
		free(*buf);
		return (pstore_fail_os(e, ENOMEM, "bundle: write"));
	}
	r = -1;
	if (archive_write_set_format_ustar(a) == ARCHIVE_OK &&
	    archive_write_set_bytes_per_block(a, BLOCK) == ARCHIVE_OK &&
	    archive_write_set_bytes_in_last_block(a, BLOCK) == ARCHIVE_OK &&
	    archive_write_open_memory(a, *buf, size, len) == ARCHIVE_OK &&
	    write_entries(a, b) == 0 && archive_write_close(a) == ARCHIVE_OK)
		r = 0;
	if (r != 0) {
		pstore_fail(e, PSTORE_FAILED, "bundle: write: %s",
		    archive_error_string(a) != NULL ? archive_error_string(a) :
		    "libarchive gave no cause");
		free(*buf);
	}
	archive_write_free(a);
	return (r);
}
