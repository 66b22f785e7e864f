/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Opening a store's path so that what was opened is what was checked.
 *
 * Threat: a folder on the way, or the store itself, that another user may
 * write, would let him swap the image between a check and its use, or from
 * the start.  So the path is walked with descriptors, every folder must be
 * root's or the caller's, and one that others may write is accepted only when
 * it is sticky (as /tmp) and the next component is root's or the caller's
 * again.  Symbolic links are followed here by hand, under the same rules.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/io.h"

#define	LINKS_MAX	40
#define	OVERFLOW_ID	65534	/* an id this user namespace does not map */

struct walk {
	const char *path;	/* as given, for messages */
	int	fd;		/* O_PATH, the folder reached so far */
	int	links;
	int	foreign;	/* the last folder's owner may be unmapped */
	char	rest[2 * PATH_MAX];
};

/* In a user namespace, root's folders outside show as OVERFLOW_ID. */
static int
unmapped_owner(uid_t uid)
{
	char buf[64];
	ssize_t n;
	int fd;

	if (uid != OVERFLOW_ID)
		return (0);
	fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (0);
	n = read(fd, buf, sizeof(buf) - 1);
	close(fd);
	if (n <= 0)
		return (0);
	buf[n] = '\0';
	return (strstr(buf, "4294967295") == NULL);
}

/* Root, the caller, and whose this program is (io.h). */
static int
is_ours(uid_t uid)
{
	return (uid == 0 || uid == geteuid() ||
	    (uid == pstore_own_owner() && !unmapped_owner(uid)));
}

static int
refuse(struct walk *w, const struct stat *st, const char *what,
    struct pstore_error *e)
{
	pstore_fail(e, PSTORE_DENIED, "store %s: open: %s (owner %u, mode %04o)",
	    w->path, what, (unsigned)st->st_uid,
	    (unsigned)st->st_mode & 07777);
	return (pstore_hint(e, "nobody but root and you may write a store or a "
	    "folder above it; repair the mode, or name another by --store"));
}

static int
check(struct walk *w, const struct stat *st, int last, struct pstore_error *e)
{
	int writable;

	if (!is_ours(st->st_uid) &&
	    !((!last || w->foreign) && unmapped_owner(st->st_uid)))
		return (refuse(w, st, last ? "it belongs to another user" :
		    "a folder above it belongs to another user", e));
	writable = (st->st_mode & S_IWOTH) ||
	    ((st->st_mode & S_IWGRP) && st->st_gid != st->st_uid);
	if (writable && last)
		return (refuse(w, st, "others may write it", e));
	if (writable && !(st->st_mode & S_ISVTX))
		return (refuse(w, st, "others may write a folder above it", e));
	return (0);
}

/* A link replaces the rest of the path by its target and that rest. */
static int
follow(struct walk *w, int fd, struct pstore_error *e)
{
	char target[PATH_MAX], joined[2 * PATH_MAX];
	ssize_t n;

	n = readlinkat(fd, "", target, sizeof(target) - 1);
	if (n < 0)
		return (pstore_fail_os(e, errno, "store %s: open", w->path));
	target[n] = '\0';
	if (++w->links > LINKS_MAX)
		return (pstore_fail_os(e, ELOOP, "store %s: open", w->path));
	if ((size_t)snprintf(joined, sizeof(joined), "%s/%s", target,
	    w->rest) >= sizeof(joined))
		return (pstore_fail_os(e, ENAMETOOLONG, "store %s: open",
		    w->path));
	memcpy(w->rest, joined, sizeof(joined));
	if (target[0] == '/') {
		close(w->fd);
		w->fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
		if (w->fd < 0)
			return (pstore_fail_os(e, errno, "store %s: open",
			    w->path));
	}
	return (0);
}

/* Takes the next component off w->rest; 0 when there is none. */
static int
next(struct walk *w, char comp[NAME_MAX + 1])
{
	char *p, *end;
	size_t len;

	p = w->rest + strspn(w->rest, "/");
	if (*p == '\0')
		return (0);
	end = p + strcspn(p, "/");
	len = (size_t)(end - p);
	if (len > NAME_MAX)
		len = NAME_MAX;
	memcpy(comp, p, len);
	comp[len] = '\0';
	memmove(w->rest, end, strlen(end) + 1);
	return (1);
}

static int
step(struct walk *w, const char *comp, struct pstore_error *e)
{
	struct stat st;
	int fd, last;

	fd = openat(w->fd, comp, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "store %s: open", w->path));
	if (fstat(fd, &st) != 0) {
		pstore_fail_os(e, errno, "store %s: stat", w->path);
		goto fail;
	}
	if (S_ISLNK(st.st_mode)) {
		if (!is_ours(st.st_uid) && !unmapped_owner(st.st_uid)) {
			refuse(w, &st, "a link on the way belongs to another "
			    "user", e);
			goto fail;
		}
		if (follow(w, fd, e) != 0)
			goto fail;
		close(fd);
		return (0);
	}
	if (!S_ISDIR(st.st_mode)) {
		pstore_fail_os(e, ENOTDIR, "store %s: open", w->path);
		goto fail;
	}
	last = w->rest[strspn(w->rest, "/")] == '\0';
	if (check(w, &st, last, e) != 0)
		goto fail;
	close(w->fd);
	w->fd = fd;
	return (0);
fail:
	close(fd);
	return (-1);
}

/* An O_PATH descriptor becomes one that can be read. */
static int
finish(struct walk *w, struct pstore_error *e)
{
	int fd;

	fd = openat(w->fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		pstore_fail_os(e, errno, "store %s: open", w->path);
	close(w->fd);
	return (fd);
}

int
pstore_path_open(const char *path, int foreign, struct pstore_error *e)
{
	char comp[NAME_MAX + 1], cwd[PATH_MAX];
	struct walk w;

	w.path = path;
	w.links = 0;
	w.foreign = foreign;
	cwd[0] = '\0';
	if (path[0] != '/' && getcwd(cwd, sizeof(cwd)) == NULL)
		return (pstore_fail_os(e, errno, "store %s: open", path));
	if ((size_t)snprintf(w.rest, sizeof(w.rest), "%s/%s", cwd, path) >=
	    sizeof(w.rest))
		return (pstore_fail_os(e, ENAMETOOLONG, "store %s: open", path));
	w.fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (w.fd < 0)
		return (pstore_fail_os(e, errno, "store %s: open", path));
	while (next(&w, comp)) {
		if (step(&w, comp, e) != 0) {
			close(w.fd);
			return (-1);
		}
	}
	return (finish(&w, e));
}
