/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Finding a version's folder by the files alone.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/io.h"
#include "pstore/place.h"

#define	VERSIONS	"../versions/"

/* "../versions/NAME@N" and nothing else. */
static int
link_number(const char *target, const char *name, uint32_t *n)
{
	struct pstore_error ignored;
	struct pstore_ref ref;

	if (strncmp(target, VERSIONS, strlen(VERSIONS)) != 0 ||
	    pstore_ref_parse(&ref, target + strlen(VERSIONS), &ignored) != 0 ||
	    ref.kind != PSTORE_REF_NUMBER || strcmp(ref.name, name) != 0)
		return (-1);
	*n = ref.number;
	return (0);
}

int
pstore_current(const struct pstore_place *p, const char *name, uint32_t *n,
    struct pstore_error *e)
{
	char target[128], rel[sizeof("current/") + PIMG_NAME_MAX];
	ssize_t len;

	*n = 0;
	if (p->fd < 0)
		return (0);
	snprintf(rel, sizeof(rel), "current/%.*s", PIMG_NAME_MAX, name);
	len = readlinkat(p->fd, rel, target, sizeof(target) - 1);
	if (len < 0 && errno == ENOENT)
		return (0);
	if (len < 0)
		return (pstore_fail_os(e, errno, "%s/%s: read", p->path, rel));
	target[len] = '\0';
	if (link_number(target, name, n) != 0) {
		pstore_fail(e, PSTORE_CORRUPT, "%s/%s: read: does not point to "
		    "a version of %s", p->path, rel, name);
		return (pstore_hint(e, "repair it: pstore fsck"));
	}
	return (0);
}

static int
open_versions(const struct pstore_place *p, struct pstore_error *e)
{
	char object[PATH_MAX + 16];
	int fd;

	snprintf(object, sizeof(object), "%s/versions", p->path);
	fd = pstore_dir_open(p->fd, "versions", object, e);
	if (fd >= 0 && pstore_fd_safe(fd, object, e) != 0) {
		close(fd);
		return (-1);
	}
	return (fd);
}

/* 1: found and open; 0: not here. */
static int
find_number(struct pstore_found *f, const struct pstore_place *p,
    const char *name, uint32_t n, struct pstore_error *e)
{
	char object[PATH_MAX + 16 + PSTORE_IMAGE_MAX];
	int versions;

	versions = open_versions(p, e);
	if (versions < 0)
		return (e->os == ENOENT ? 0 : -1);
	snprintf(f->image, sizeof(f->image), "%.*s@%u", PIMG_NAME_MAX, name, n);
	snprintf(object, sizeof(object), "%s/versions/%s", p->path, f->image);
	f->dirfd = pstore_dir_open(versions, f->image, object, e);
	close(versions);
	if (f->dirfd < 0)
		return (e->os == ENOENT ? 0 : -1);
	f->place = p;
	f->number = n;
	return (1);
}

/* Does the derived file say it is this one?  (Checked later by its reader,
 * against the manifest.) */
static int
digest_is(int versions, const char *entry, const char *want)
{
	char path[NAME_MAX + 16], text[PSTORE_HASH_TEXT + 1];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%.255s/digest", entry);
	fd = openat(versions, path, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return (0);
	n = read(fd, text, sizeof(text));
	close(fd);
	return (n == PSTORE_HASH_TEXT && text[n - 1] == '\n' &&
	    memcmp(text, want, PSTORE_HASH_TEXT - 1) == 0);
}

static uint32_t
search_digest(DIR *dir, const struct pstore_ref *ref)
{
	struct pstore_error ignored;
	char want[PSTORE_HASH_TEXT];
	struct pstore_ref entry;
	struct dirent *d;

	pstore_hash_text(ref->digest, want);
	while ((d = readdir(dir)) != NULL) {
		if (strncmp(d->d_name, ref->name, strlen(ref->name)) == 0 &&
		    pstore_ref_parse(&entry, d->d_name, &ignored) == 0 &&
		    entry.kind == PSTORE_REF_NUMBER &&
		    strcmp(entry.name, ref->name) == 0 &&
		    digest_is(dirfd(dir), d->d_name, want))
			return (entry.number);
	}
	return (0);
}

static int
find_digest(struct pstore_found *f, const struct pstore_place *p,
    const struct pstore_ref *ref, struct pstore_error *e)
{
	uint32_t n;
	DIR *dir;
	int fd;

	fd = open_versions(p, e);
	if (fd < 0)
		return (e->os == ENOENT ? 0 : -1);
	dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return (pstore_fail_os(e, errno, "%s/versions: list", p->path));
	}
	n = search_digest(dir, ref);
	closedir(dir);
	return (n == 0 ? 0 : find_number(f, p, ref->name, n, e));
}

static int
find_current(struct pstore_found *f, const struct pstore_place *p,
    const struct pstore_ref *ref, struct pstore_error *e)
{
	uint32_t n;
	int r;

	if (pstore_current(p, ref->name, &n, e) != 0)
		return (-1);
	if (n == 0)
		return (0);
	r = find_number(f, p, ref->name, n, e);
	if (r != 0)
		return (r);
	pstore_fail(e, PSTORE_CORRUPT, "%s/current/%s: points to %s@%u, which "
	    "is not there", p->path, ref->name, ref->name, n);
	return (pstore_hint(e, "look into it: pstore fsck"));
}

static int
not_found(const struct pstore_places *ps, const struct pstore_ref *ref,
    struct pstore_error *e)
{
	char list[768], what[PIMG_NAME_MAX + PSTORE_HASH_TEXT + 2];
	char hash[PSTORE_HASH_TEXT];
	size_t i, len;

	for (len = i = 0; i < ps->n && len < sizeof(list); i++)
		len += (size_t)snprintf(list + len, sizeof(list) - len,
		    "%s%s%s", i > 0 ? ", " : "", ps->v[i].path,
		    ps->v[i].fd < 0 ? " (absent)" : "");
	if (ref->kind == PSTORE_REF_CURRENT) {
		pstore_fail(e, PSTORE_NOTFOUND, "%s: find: no version of it is "
		    "current; searched %s", ref->name, list);
		return (pstore_hint(e, "see what is there: pstore list; make "
		    "one current: pstore promote %s@N", ref->name));
	}
	if (ref->kind == PSTORE_REF_NUMBER)
		snprintf(what, sizeof(what), "%s@%u", ref->name, ref->number);
	else {
		pstore_hash_text(ref->digest, hash);
		snprintf(what, sizeof(what), "%s@%s", ref->name, hash);
	}
	pstore_fail(e, PSTORE_NOTFOUND, "%s: find: no such version; searched %s",
	    what, list);
	return (pstore_hint(e, "see what is there: pstore list"));
}

int
pstore_find(struct pstore_found *f, const struct pstore_places *ps,
    const struct pstore_ref *ref, struct pstore_error *e)
{
	size_t i;
	int r;

	for (i = 0; i < ps->n; i++) {
		if (pstore_place_ok(&ps->v[i], e) != 0)
			return (-1);
		if (ps->v[i].fd < 0)
			continue;
		if (ref->kind == PSTORE_REF_CURRENT)
			r = find_current(f, &ps->v[i], ref, e);
		else if (ref->kind == PSTORE_REF_NUMBER)
			r = find_number(f, &ps->v[i], ref->name, ref->number, e);
		else
			r = find_digest(f, &ps->v[i], ref, e);
		if (r != 0)
			return (r > 0 ? 0 : -1);
	}
	return (not_found(ps, ref, e));
}
