/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 *	pack FOLDER FILE	makes FILE, a .tar.gz of FOLDER
 *
 * The same tree gives the same bytes: names are sorted, owners are root,
 * modes are 755 or 644, and times are SOURCE_DATE_EPOCH's or zero.
 */
#include <sys/stat.h>

#include <dirent.h>
#include <err.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <archive.h>
#include <archive_entry.h>

static struct archive *out;
static time_t when;

static void
check(int r)
{
	if (r != ARCHIVE_OK)
		errx(1, "%s", archive_error_string(out));
}

static void
contents(const char *path)
{
	char buf[65536];
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		err(1, "%s", path);
	while ((n = read(fd, buf, sizeof(buf))) > 0) {
		if (archive_write_data(out, buf, (size_t)n) != n)
			errx(1, "%s", archive_error_string(out));
	}
	if (n < 0)
		err(1, "%s", path);
	close(fd);
}

static void
entry(const char *path, const char *name, const struct stat *st)
{
	char target[PATH_MAX];
	struct archive_entry *e;
	ssize_t n;

	e = archive_entry_new();
	archive_entry_set_pathname(e, name);
	archive_entry_set_filetype(e, st->st_mode & S_IFMT);
	archive_entry_set_perm(e, S_ISDIR(st->st_mode) ||
	    (st->st_mode & 0111) != 0 ? 0755 : 0644);
	archive_entry_set_uname(e, "root");
	archive_entry_set_gname(e, "root");
	archive_entry_set_mtime(e, when, 0);
	if (S_ISREG(st->st_mode))
		archive_entry_set_size(e, st->st_size);
	if (S_ISLNK(st->st_mode)) {
		n = readlink(path, target, sizeof(target) - 1);
		if (n < 0)
			err(1, "%s", path);
		target[n] = '\0';
		archive_entry_set_symlink(e, target);
	}
	check(archive_write_header(out, e));
	archive_entry_free(e);
	if (S_ISREG(st->st_mode))
		contents(path);
}

static int
visible(const struct dirent *d)
{
	return (strcmp(d->d_name, ".") != 0 && strcmp(d->d_name, "..") != 0);
}

/* The order of bytes, whatever the locale. */
static int
order(const struct dirent **a, const struct dirent **b)
{
	return (strcmp((*a)->d_name, (*b)->d_name));
}

/* The tree is the build's own, and as deep as that. */
static void
walk(const char *path, const char *name)
{
	char below[PATH_MAX], inside[PATH_MAX];
	struct dirent **list;
	struct stat st;
	int i, n;

	if (lstat(path, &st) != 0)
		err(1, "%s", path);
	entry(path, name, &st);
	if (!S_ISDIR(st.st_mode))
		return;
	n = scandir(path, &list, visible, order);
	if (n < 0)
		err(1, "%s", path);
	for (i = 0; i < n; i++) {
		if ((size_t)snprintf(below, sizeof(below), "%s/%s", path,
		    list[i]->d_name) >= sizeof(below) ||
		    (size_t)snprintf(inside, sizeof(inside), "%s/%s", name,
		    list[i]->d_name) >= sizeof(inside))
			errx(1, "%s: too long", path);
		walk(below, inside);
		free(list[i]);
	}
	free(list);
}

int
main(int argc, char **argv)
{
	const char *date, *name;

	if (argc != 3)
		errx(2, "usage: pack FOLDER FILE");
	date = getenv("SOURCE_DATE_EPOCH");
	when = date != NULL ? (time_t)strtoll(date, NULL, 10) : 0;
	name = strrchr(argv[1], '/');
	name = name != NULL ? name + 1 : argv[1];
	out = archive_write_new();
	if (out == NULL)
		errx(1, "out of memory");
	check(archive_write_set_format_pax_restricted(out));
	check(archive_write_add_filter_gzip(out));
	check(archive_write_set_options(out, "gzip:!timestamp,"
	    "gzip:compression-level=9"));
	check(archive_write_open_filename(out, argv[2]));
	walk(argv[1], name);
	check(archive_write_close(out));
	archive_write_free(out);
	return (0);
}
