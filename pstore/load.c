/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Reading a version's folder.  Whatever is returned was hashed from the bytes
 * that are returned; no file is looked up twice.
 */
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/io.h"
#include "pstore/version.h"

#define	SUFFIX	".minisig"

static int
load_signature(struct pstore_version *v, int dirfd, const char *image,
    const char *name, struct pstore_error *e)
{
	char hex[PSTORE_KEYID_HEX], object[512], want[64], *text;
	struct pstore_signature s;
	size_t len;
	int r;

	snprintf(object, sizeof(object), "%s/signatures/%s", image, name);
	if (pstore_file_read(dirfd, name, object, PSTORE_SIGNATURE_MAX, &text,
	    &len, e) != 0)
		return (-1);
	r = pstore_signature_parse(&s, text, len, object, e);
	free(text);
	if (r != 0)
		return (-1);
	pstore_keyid_hex(s.id, hex);
	snprintf(want, sizeof(want), "%s" SUFFIX, hex);
	if (strcmp(want, name) != 0)
		return (pstore_fail(e, PSTORE_CORRUPT,
		    "%s: read: made by key %s, not the one it is named for",
		    object, hex));
	return (pstore_version_add_sig(v, &s, e));
}

/* Takes over FD. */
static int
load_signatures(struct pstore_version *v, int fd, const char *image,
    struct pstore_error *e)
{
	struct dirent *d;
	DIR *dir;
	int r;

	dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return (pstore_fail_os(e, errno, "%s/signatures: list", image));
	}
	r = 0;
	while (r == 0 && (d = readdir(dir)) != NULL) {
		if (d->d_name[0] != '.')
			r = load_signature(v, fd, image, d->d_name, e);
	}
	closedir(dir);
	return (r);
}

static int
load_manifest(struct pstore_version *v, int dirfd, const char *image,
    struct pstore_error *e)
{
	char object[PSTORE_IMAGE_MAX + 16], *text;
	size_t len;
	int r;

	snprintf(object, sizeof(object), "%s/manifest", image);
	if (pstore_file_read(dirfd, "manifest", object, PSTORE_MANIFEST_MAX,
	    &text, &len, e) != 0) {
		if (e->code == PSTORE_NOTFOUND)
			e->code = PSTORE_CORRUPT;
		return (-1);
	}
	r = pstore_manifest_parse(&v->manifest, text, len, image, e);
	if (r == 0) {
		memcpy(v->text, text, len);
		v->textlen = len;
		pstore_hash(v->digest, text, len);
		snprintf(v->image, sizeof(v->image), "%s@%u",
		    v->manifest.personality, v->manifest.version);
	}
	free(text);
	if (r == 0 && strcmp(v->image, image) != 0)
		r = pstore_fail(e, PSTORE_CORRUPT,
		    "%s: manifest: it is that of %s", image, v->image);
	return (r);
}

int
pstore_version_head(struct pstore_version *v, int dirfd, const char *image,
    struct pstore_error *e)
{
	char object[PSTORE_IMAGE_MAX + 16];
	int fd;

	pstore_version_free(v);
	if (pstore_fd_safe(dirfd, image, e) != 0 ||
	    load_manifest(v, dirfd, image, e) != 0)
		return (-1);
	snprintf(object, sizeof(object), "%s/signatures", image);
	fd = pstore_dir_open(dirfd, "signatures", object, e);
	if (fd < 0)
		return (e->os == ENOENT ? 0 : -1);
	return (load_signatures(v, fd, image, e));
}

static int
load_content(struct pstore_version *v, size_t i, int dirfd,
    struct pstore_error *e)
{
	char object[PSTORE_IMAGE_MAX + PSTORE_FILENAME_MAX + 2];
	uint8_t hash[PSTORE_HASH_BYTES];
	struct pstore_content *c;
	struct pstore_file *f;
	char *data;

	f = &v->manifest.files[i];
	c = &v->content[i];
	snprintf(object, sizeof(object), "%s/%s", v->image, f->name);
	if (pstore_file_read(dirfd, f->name, object, PSTORE_FILE_SIZE_MAX,
	    &data, &c->size, e) != 0) {
		if (e->code == PSTORE_NOTFOUND)
			e->code = PSTORE_CORRUPT;
		return (-1);
	}
	c->data = data;
	pstore_hash(hash, c->data, c->size);
	if (c->size != f->size || memcmp(hash, f->hash, sizeof(hash)) != 0)
		return (pstore_fail(e, PSTORE_CORRUPT,
		    "%s: read: not the bytes that the manifest names", object));
	return (0);
}

int
pstore_version_load(struct pstore_version *v, int dirfd, const char *image,
    struct pstore_error *e)
{
	size_t i;

	if (pstore_version_head(v, dirfd, image, e) != 0)
		return (-1);
	for (i = 0; i < v->manifest.nfiles; i++) {
		if (load_content(v, i, dirfd, e) != 0) {
			pstore_version_free(v);
			return (-1);
		}
	}
	return (0);
}
