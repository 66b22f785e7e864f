/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The work folder of a build: private (0700), below TMPDIR, removed whole at
 * the end unless it is to be kept.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pimg/build.h"

#define	OUTPUT_MAX	(64u * 1024 * 1024)

int
pimg_work_make(struct pimg_build *b, struct pstore_error *error)
{
	const char *tmp = getenv("TMPDIR");
	char *path;

	if (tmp == NULL || tmp[0] != '/')
		tmp = "/tmp";
	path = pimg_printf(b->unit->arena, "%s/pimg.XXXXXX", tmp);
	if (mkdtemp(path) == NULL)
		return (pstore_fail_os(error, errno, "%s: cannot make a work "
		    "folder", tmp));
	b->work = path;
	return (0);
}

/* Makes the folders on the way to name. */
static int
make_parents(const char *work, const char *name, char *path, size_t size)
{
	const char *slash;

	for (slash = strchr(name, '/'); slash != NULL;
	    slash = strchr(slash + 1, '/')) {
		snprintf(path, size, "%s/%.*s", work, (int)(slash - name),
		    name);
		if (mkdir(path, 0700) < 0 && errno != EEXIST)
			return (-1);
	}
	return (0);
}

int
pimg_work_folder(struct pimg_build *b, const char *name,
    struct pstore_error *error)
{
	char path[4096];

	snprintf(path, sizeof(path), "%s/%s", b->work, name);
	if (mkdir(path, 0700) < 0)
		return (pstore_fail_os(error, errno, "%s: cannot make", path));
	return (0);
}

int
pimg_work_write(struct pimg_build *b, const char *name, const void *data,
    size_t size, struct pstore_error *error)
{
	char path[4096];
	ssize_t n = 0;
	int fd;

	if (make_parents(b->work, name, path, sizeof(path)) < 0)
		return (pstore_fail_os(error, errno, "%s: cannot make", path));
	snprintf(path, sizeof(path), "%s/%s", b->work, name);
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || (size > 0 && (n = write(fd, data, size)) < 0) ||
	    (size_t)n != size) {
		pstore_fail_os(error, n >= 0 && fd >= 0 ? ENOSPC : errno,
		    "%s: cannot write", path);
		if (fd >= 0)
			close(fd);
		return (-1);
	}
	close(fd);
	return (0);
}

int
pimg_work_read(struct pimg_build *b, const char *name, struct pimg_text *t,
    struct pstore_error *error)
{
	char path[4096], buf[65536];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%s/%s", b->work, name);
	if ((fd = open(path, O_RDONLY | O_CLOEXEC)) < 0)
		return (pstore_fail_os(error, errno, "%s: cannot open", path));
	while ((n = read(fd, buf, sizeof(buf))) > 0 && t->len < OUTPUT_MAX)
		pimg_addn(t, buf, (size_t)n);
	close(fd);
	if (n < 0)
		return (pstore_fail_os(error, errno, "%s: cannot read", path));
	return (0);
}

static int
remove_one(const char *path, const struct stat *st, int type, struct FTW *f)
{
	(void)st;
	(void)type;
	(void)f;
	return (remove(path));
}

void
pimg_work_remove(struct pimg_build *b)
{
	if (b->work != NULL && !b->keep)
		nftw(b->work, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}
