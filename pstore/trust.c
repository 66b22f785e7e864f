/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The set of trusted keys; trust.h says what is promised.
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/io.h"
#include "pstore/trust.h"

#define	FOLDER		"trust.d"
#define	SUFFIX		".pub"
#define	KEYFILE_MAX	4096

/* The length of the name without ".pub", or 0. */
static size_t
stem(const char *name)
{
	size_t len;

	len = strlen(name);
	if (name[0] == '.' || len <= strlen(SUFFIX) ||
	    strcmp(name + len - strlen(SUFFIX), SUFFIX) != 0)
		return (0);
	return (len - strlen(SUFFIX));
}

static int
load_one(struct pstore_trust *t, int dirfd, const char *store, const char *name,
    struct pstore_error *e)
{
	struct pstore_trusted *k;
	char object[512], *text;
	size_t len;
	int fd, r;

	snprintf(object, sizeof(object), "%.200s/" FOLDER "/%.255s", store,
	    name);
	if (t->n == PSTORE_TRUST_MAX)
		return (pstore_fail(e, PSTORE_FAILED,
		    "%s: read: more than %d trusted keys", object,
		    PSTORE_TRUST_MAX));
	fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: open", object));
	r = pstore_fd_safe(fd, object, e);
	if (r == 0)
		r = pstore_fd_read(fd, object, KEYFILE_MAX, &text, &len, e);
	close(fd);
	if (r != 0)
		return (-1);
	k = &t->keys[t->n];
	r = pstore_pubkey_parse(&k->key, text, len, object, e);
	free(text);
	if (r != 0)
		return (pstore_hint(e, "take it away: pstore trust remove "
		    "%.200s", name));
	memcpy(k->name, name, stem(name));
	k->name[stem(name)] = '\0';
	t->n++;
	return (0);
}

static int
by_name(const void *a, const void *b)
{
	const struct pstore_trusted *x = a, *y = b;

	return (strcmp(x->name, y->name));
}

/* Takes over DIRFD. */
static int
load_all(struct pstore_trust *t, int dirfd, const char *store,
    struct pstore_error *e)
{
	struct dirent *d;
	DIR *dir;
	int r;

	dir = fdopendir(dirfd);
	if (dir == NULL) {
		close(dirfd);
		return (pstore_fail_os(e, errno, "%s/" FOLDER ": list", store));
	}
	r = 0;
	while (r == 0 && (d = readdir(dir)) != NULL) {
		if (stem(d->d_name) != 0)
			r = load_one(t, dirfd, store, d->d_name, e);
	}
	closedir(dir);
	qsort(t->keys, t->n, sizeof(t->keys[0]), by_name);
	return (r);
}

int
pstore_trust_load(struct pstore_trust *t, int storefd, const char *store,
    struct pstore_error *e)
{
	char object[PATH_MAX + 16];
	int fd;

	t->everything = 0;
	t->n = 0;
	snprintf(object, sizeof(object), "%s/" FOLDER, store);
	fd = pstore_dir_open(storefd, FOLDER, object, e);
	if (fd < 0)
		return (e->os == ENOENT ? 0 : -1);
	if (pstore_fd_safe(fd, object, e) != 0) {
		close(fd);
		return (-1);
	}
	return (load_all(t, fd, store, e));
}

const struct pstore_trusted *
pstore_trust_find(const struct pstore_trust *t,
    const uint8_t id[PSTORE_KEYID_BYTES])
{
	size_t i;

	for (i = 0; i < t->n; i++) {
		if (memcmp(t->keys[i].key.id, id, PSTORE_KEYID_BYTES) == 0)
			return (&t->keys[i]);
	}
	return (NULL);
}

static int
nobody(const struct pstore_signature *sigs, size_t nsigs, const char *object,
    struct pstore_error *e)
{
	char hex[PSTORE_KEYID_HEX];

	if (nsigs == 0) {
		pstore_fail(e, PSTORE_UNTRUSTED, "%s: verify: not signed",
		    object);
		return (pstore_hint(e, "sign it: pimg sign %.200s", object));
	}
	pstore_keyid_hex(sigs[0].id, hex);
	pstore_fail(e, PSTORE_UNTRUSTED,
	    "%s: verify: signed by no trusted key (but by %s%s)", object, hex,
	    nsigs > 1 ? " and others" : "");
	return (pstore_hint(e, "if you trust its maker: pstore trust add "
	    "FILE.pub"));
}

int
pstore_trust_check(const struct pstore_trust *t,
    const struct pstore_signature *sigs, size_t nsigs, const void *msg,
    size_t len, const char *object, const struct pstore_trusted **signer,
    struct pstore_error *e)
{
	const struct pstore_trusted *k, *good;
	size_t i;

	good = NULL;
	for (i = 0; i < nsigs; i++) {
		k = pstore_trust_find(t, sigs[i].id);
		if (k == NULL)
			continue;
		if (pstore_verify(&sigs[i], &k->key, msg, len, object, e) != 0)
			return (-1);
		if (good == NULL)
			good = k;
	}
	if (signer != NULL)
		*signer = good;
	if (good == NULL && !t->everything)
		return (nobody(sigs, nsigs, object, e));
	return (0);
}

static int
name_ok(const char *name)
{
	size_t len;

	len = strlen(name);
	return (len > 0 && len + strlen(SUFFIX) <= NAME_MAX - 8 &&
	    name[0] != '.' && strchr(name, '/') == NULL);
}

/* The key is there under some name already? */
static int
known(int storefd, const char *store, const char *name,
    const struct pstore_pubkey *pk, struct pstore_error *e)
{
	const struct pstore_trusted *k;
	struct pstore_trust *t;
	int r;

	t = malloc(sizeof(*t));
	if (t == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s", store));
	r = pstore_trust_load(t, storefd, store, e);
	k = r == 0 ? pstore_trust_find(t, pk->id) : NULL;
	if (k != NULL && memcmp(&k->key, pk, sizeof(*pk)) == 0)
		r = 1;
	else if (k != NULL)
		r = pstore_fail(e, PSTORE_CONFLICT, "%s: trust: %s has the same "
		    "key id and is another key", name, k->name);
	free(t);
	return (r);
}

int
pstore_trust_add(int storefd, const char *store, const char *name,
    const struct pstore_pubkey *pk, struct pstore_error *e)
{
	char file[NAME_MAX + 1], text[256], object[PATH_MAX + NAME_MAX + 16];
	int fd, r;

	if (!name_ok(name))
		return (pstore_fail(e, PSTORE_USAGE,
		    "%.100s: trust: not a name for a key", name));
	snprintf(object, sizeof(object), "%s/" FOLDER, store);
	fd = pstore_dir_make(storefd, FOLDER, object, 0755, e);
	if (fd < 0)
		return (-1);
	r = known(storefd, store, name, pk, e);
	if (r != 0) {
		close(fd);
		return (r > 0 ? 0 : -1);
	}
	snprintf(file, sizeof(file), "%.240s" SUFFIX, name);
	snprintf(object, sizeof(object), "%s/" FOLDER "/%s", store, file);
	pstore_pubkey_format(pk, text, sizeof(text));
	if (faccessat(fd, file, F_OK, AT_SYMLINK_NOFOLLOW) == 0) {
		pstore_fail(e, PSTORE_CONFLICT, "%s: trust: another key has "
		    "this name", object);
		r = pstore_hint(e, "give a name: pstore trust add FILE NAME");
	} else
		r = pstore_file_replace(fd, file, object, 0644, text,
		    strlen(text), e);
	close(fd);
	return (r);
}

int
pstore_trust_remove(int storefd, const char *store, const char *name,
    struct pstore_error *e)
{
	char file[NAME_MAX + 1], object[PATH_MAX + 16];
	int fd, r;

	snprintf(object, sizeof(object), "%s/" FOLDER, store);
	if (!name_ok(name))
		return (pstore_fail(e, PSTORE_USAGE,
		    "%.100s: trust: not a name for a key", name));
	snprintf(file, sizeof(file), "%.240s%s", name,
	    stem(name) != 0 ? "" : SUFFIX);
	fd = pstore_dir_open(storefd, FOLDER, object, e);
	if (fd < 0)
		return (-1);
	if (unlinkat(fd, file, 0) != 0) {
		pstore_fail_os(e, errno, "%s/%s: remove", object, file);
		r = pstore_hint(e, "see the names: pstore trust list");
	} else
		r = pstore_dir_sync(fd, object, e);
	close(fd);
	return (r);
}
