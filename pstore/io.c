/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Reading and writing files below directory descriptors; io.h says what is
 * promised.  Names given here never contain a slash.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/io.h"

/*
 * A group may write when it is its owner's private one, by the usual
 * convention that such a group has its user's number.
 */
static int
others_may_write(const struct stat *st)
{
	if (st->st_mode & S_IWOTH)
		return (1);
	return ((st->st_mode & S_IWGRP) && st->st_gid != st->st_uid);
}

uid_t
pstore_own_owner(void)
{
	static struct stat st;
	static int known;

	if (!known && stat("/proc/self/exe", &st) != 0)
		st.st_uid = geteuid();
	known = 1;
	return (st.st_uid);
}

int
pstore_fd_safe(int fd, const char *object, struct pstore_error *e)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return (pstore_fail_os(e, errno, "%s: stat", object));
	if (st.st_uid != 0 && st.st_uid != geteuid() &&
	    st.st_uid != pstore_own_owner()) {
		pstore_fail(e, PSTORE_DENIED, "%s: check: owned by user %u, "
		    "neither root nor you", object, (unsigned)st.st_uid);
		return (pstore_hint(e, "use a store of your own (--store, "
		    "PIMG_STORE), or let root own it"));
	}
	if (others_may_write(&st)) {
		pstore_fail(e, PSTORE_DENIED, "%s: check: others may write it "
		    "(mode %04o)", object, (unsigned)st.st_mode & 07777);
		return (pstore_hint(e, "look at who wrote it, then: "
		    "chmod go-w '%.300s'", object));
	}
	return (0);
}

static int
read_all(int fd, char *buf, size_t size, const char *object,
    struct pstore_error *e)
{
	size_t have;
	ssize_t n;

	for (have = 0; have < size; have += (size_t)n) {
		n = read(fd, buf + have, size - have);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return (pstore_fail_os(e, errno, "%s: read", object));
		else if (n == 0)
			return (pstore_fail(e, PSTORE_CORRUPT, "%s: read: "
			    "shorter than its size", object));
	}
	return (0);
}

int
pstore_fd_read(int fd, const char *object, uint64_t max, char **buf,
    size_t *len, struct pstore_error *e)
{
	struct stat st;
	char *p;

	if (fstat(fd, &st) != 0)
		return (pstore_fail_os(e, errno, "%s: stat", object));
	if (!S_ISREG(st.st_mode))
		return (pstore_fail(e, PSTORE_CORRUPT,
		    "%s: read: not a regular file", object));
	if ((uint64_t)st.st_size > max)
		return (pstore_fail(e, PSTORE_CORRUPT, "%s: read: %llu bytes, "
		    "at most %llu are accepted", object,
		    (unsigned long long)st.st_size, (unsigned long long)max));
	p = malloc((size_t)st.st_size + 1);
	if (p == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: read", object));
	if (read_all(fd, p, (size_t)st.st_size, object, e) != 0) {
		free(p);
		return (-1);
	}
	p[st.st_size] = '\0';
	*buf = p;
	*len = (size_t)st.st_size;
	return (0);
}

int
pstore_file_read(int dirfd, const char *name, const char *object, uint64_t max,
    char **buf, size_t *len, struct pstore_error *e)
{
	int fd, r;

	fd = openat(dirfd, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: open", object));
	r = pstore_fd_read(fd, object, max, buf, len, e);
	close(fd);
	return (r);
}

static int
write_all(int fd, const char *p, size_t len)
{
	size_t done;
	ssize_t n;

	for (done = 0; done < len; done += (size_t)n) {
		n = write(fd, p + done, len - done);
		if (n < 0 && errno == EINTR)
			n = 0;
		else if (n < 0)
			return (-1);
	}
	return (0);
}

int
pstore_file_write(int dirfd, const char *name, const char *object, mode_t mode,
    const void *buf, size_t len, struct pstore_error *e)
{
	int fd, os;

	if (pstore_fault("create") != 0)
		return (pstore_fail_os(e, errno, "%s: create", object));
	fd = openat(dirfd, name,
	    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: create", object));
	if (pstore_fault("write") != 0 || write_all(fd, buf, len) != 0 ||
	    fchmod(fd, mode) != 0 || pstore_fault("sync") != 0 ||
	    fsync(fd) != 0) {
		os = errno;
		close(fd);
		unlinkat(dirfd, name, 0);
		return (pstore_fail_os(e, os, "%s: write", object));
	}
	if (close(fd) != 0)
		return (pstore_fail_os(e, errno, "%s: write", object));
	return (0);
}

int
pstore_file_replace(int dirfd, const char *name, const char *object,
    mode_t mode, const void *buf, size_t len, struct pstore_error *e)
{
	char tmp[NAME_MAX + 1];
	int os;

	if ((size_t)snprintf(tmp, sizeof(tmp), ".%s.new", name) >= sizeof(tmp))
		return (pstore_fail_os(e, ENAMETOOLONG, "%s: write", object));
	/* Left by a killed process; whoever writes here holds the lock. */
	unlinkat(dirfd, tmp, 0);
	if (pstore_file_write(dirfd, tmp, object, mode, buf, len, e) != 0)
		return (-1);
	/* After a power cut NAME is the old file or the new one, whole. */
	if (pstore_fault("rename") != 0 ||
	    renameat(dirfd, tmp, dirfd, name) != 0) {
		os = errno;
		unlinkat(dirfd, tmp, 0);
		return (pstore_fail_os(e, os, "%s: rename", object));
	}
	return (pstore_dir_sync(dirfd, object, e));
}

int
pstore_dir_open(int dirfd, const char *name, const char *object,
    struct pstore_error *e)
{
	int fd;

	fd = openat(dirfd, name,
	    O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: open", object));
	return (fd);
}

int
pstore_dir_make(int dirfd, const char *name, const char *object, mode_t mode,
    struct pstore_error *e)
{
	int fd, made;

	if (pstore_fault("mkdir") != 0)
		return (pstore_fail_os(e, errno, "%s: create", object));
	made = mkdirat(dirfd, name, mode) == 0;
	if (!made && errno != EEXIST)
		return (pstore_fail_os(e, errno, "%s: create", object));
	fd = pstore_dir_open(dirfd, name, object, e);
	if (fd >= 0 && made && fchmod(fd, mode) != 0) {
		pstore_fail_os(e, errno, "%s: create", object);
		close(fd);
		return (-1);
	}
	return (fd);
}

int
pstore_dir_each(int dirfd, const char *name, const char *object,
    pstore_entry_fn *fn, void *arg, struct pstore_error *e)
{
	struct dirent *d;
	DIR *dir;
	int fd, r;

	fd = pstore_dir_open(dirfd, name, object, e);
	if (fd < 0)
		return (-1);
	dir = fdopendir(fd);
	if (dir == NULL) {
		close(fd);
		return (pstore_fail_os(e, errno, "%s: list", object));
	}
	r = 0;
	while (r == 0 && (d = readdir(dir)) != NULL) {
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			r = fn(arg, fd, d->d_name, e);
	}
	closedir(dir);
	return (r);
}

int
pstore_dir_sync(int dirfd, const char *object, struct pstore_error *e)
{
	if (pstore_fault("syncdir") != 0 || fsync(dirfd) != 0)
		return (pstore_fail_os(e, errno, "%s: sync the folder", object));
	return (0);
}

static int
remove_entries(int fd, const char *object, struct pstore_error *e)
{
	struct dirent *d;
	DIR *dir;
	int copy, r;

	copy = dup(fd);
	dir = copy < 0 ? NULL : fdopendir(copy);
	if (dir == NULL) {
		if (copy >= 0)
			close(copy);
		return (pstore_fail_os(e, errno, "%s: list", object));
	}
	r = 0;
	while (r == 0 && (d = readdir(dir)) != NULL) {
		if (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0)
			r = pstore_tree_remove(fd, d->d_name, object, e);
	}
	closedir(dir);
	return (r);
}

int
pstore_tree_remove(int dirfd, const char *name, const char *object,
    struct pstore_error *e)
{
	int fd, r;

	if (pstore_fault("unlink") != 0)
		return (pstore_fail_os(e, errno, "%s: remove", object));
	if (unlinkat(dirfd, name, 0) == 0 || errno == ENOENT)
		return (0);
	if (errno != EISDIR && errno != EPERM)
		return (pstore_fail_os(e, errno, "%s: remove", object));
	fd = pstore_dir_open(dirfd, name, object, e);
	if (fd < 0)
		return (-1);
	r = remove_entries(fd, object, e);
	close(fd);
	if (r == 0 && unlinkat(dirfd, name, AT_REMOVEDIR) != 0)
		return (pstore_fail_os(e, errno, "%s: remove", object));
	return (r);
}
