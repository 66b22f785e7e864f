/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Looking up the program in PATH, and absolute names below --root first.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/program.h"

#define	DEFAULT_PATH	"/bin:/usr/bin"		/* as execvp(3) */

/* 0, or the errno that execve would give. */
static int
usable(const char *path)
{
	struct stat st;

	if (stat(path, &st) != 0)
		return (errno);
	if (!S_ISREG(st.st_mode))
		return (EACCES);
	return (faccessat(AT_FDCWD, path, X_OK, AT_EACCESS) == 0 ? 0 : errno);
}

/* DIR/WORD as the personality will see it; 0 or an errno. */
static int
try(struct program *p, const char *dir, int len, const char *root)
{
	const char *sep;
	int error, n;

	sep = len > 0 ? "/" : "";
	if (root != NULL && (len > 0 ? dir[0] : p->word[0]) == '/') {
		n = snprintf(p->path, sizeof(p->path), "%s%.*s%s%s", root, len,
		    dir, sep, p->word);
		if (n < (int)sizeof(p->path) && usable(p->path) == 0)
			return (0);
	}
	n = snprintf(p->path, sizeof(p->path), "%.*s%s%s", len, dir, sep,
	    p->word);
	error = n < (int)sizeof(p->path) ? usable(p->path) : ENAMETOOLONG;
	return (error);
}

static int
search(struct program *p, const char *root)
{
	const char *dir, *end;
	struct stat st;
	int error, found;

	dir = getenv("PATH");
	if (dir == NULL)
		dir = DEFAULT_PATH;
	for (found = ENOENT;; dir = end + 1) {
		end = strchrnul(dir, ':');
		error = try(p, dir, (int)(end - dir), root);
		if (error == 0)
			return (0);
		/* A folder that may not be searched hides nothing that the
		 * user meant. */
		if (error == EACCES && stat(p->path, &st) == 0 &&
		    S_ISREG(st.st_mode))
			found = EACCES;
		if (*end == '\0')
			return (found);
	}
}

static void
look(struct program *p)
{
	struct pimg_brand_file file;
	int fd;

	fd = open(p->path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0)
		return;		/* mode 0111: its image will say so */
	elf_facts(fd, &file, &p->facts);
	close(fd);
}

int
program_find(struct program *p, const char *word, const char *root,
    int *status, struct pstore_error *e)
{
	int error;

	memset(p, 0, sizeof(*p));
	p->word = word;
	if (strchr(word, '/') == NULL && word[0] != '\0')
		error = search(p, root);
	else
		error = try(p, "", 0, root);
	if (error == 0) {
		look(p);
		return (0);
	}
	*status = error == ENOENT || error == ENOTDIR ? STATUS_NOT_FOUND :
	    STATUS_NOT_EXECUTABLE;
	if (error == ENOENT && strchr(word, '/') == NULL)
		return (pstore_fail(e, PSTORE_NOTFOUND, "%s: find: not in PATH",
		    word));
	return (pstore_fail_os(e, error, "%s: execute", word));
}
