/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The folder in which the personality's own system lies (--root=DIR, or
 * /compat/NAME where that exists), as FreeBSD's Linux emulation has one.
 * An absolute name means
 *
 *	1. what has that name under DIR, if there is something;
 *	2. what has it on the host, if there is something;
 *	3. under DIR, if its folder is there: it is about to be made;
 *	4. on the host.
 *
 * So a name that two programs use is the same file for both of them, and the
 * question need not be answered which call makes files.  Relative names, "/"
 * itself, and names that would leave DIR by ".." are the host's.  Links are
 * followed by the kernel: an absolute one under DIR leads to the host.
 */
#include "arch.h"
#include "runtime.h"

#define	ROOT_MAX	1024
#define	COMPAT		"/compat/"

static struct {
	char	dir[ROOT_MAX];		/* without a slash at its end; "" */
	size_t	len;
} root;

/* Whether there is something of that name; a link is something. */
static int
exists(const char *path)
{
	char c;
	long r = pimg_sys(__NR_readlinkat, PIMG_AT_FDCWD, path, &c, 1);

	return (r >= 0 || r == -EINVAL);
}

/* --root's value, or the default if that is NULL.  0 or -ENAMETOOLONG. */
long
pimg_root_set(const char *dir)
{
	char *p;

	if (dir == NULL) {
		p = pimg_strlcpy(root.dir, COMPAT, sizeof(root.dir));
		pimg_strlcpy(p, pimg_personality, PIMG_NAME_MAX + 1);
		if (pimg_sys(__NR_faccessat, PIMG_AT_FDCWD, root.dir, 0) != 0)
			root.dir[0] = '\0';
	} else {
		if (pimg_strlen(dir) >= sizeof(root.dir))
			return (-ENAMETOOLONG);
		pimg_strlcpy(root.dir, dir, sizeof(root.dir));
	}
	root.len = pimg_strlen(root.dir);
	while (root.len > 0 && root.dir[root.len - 1] == '/')
		root.dir[--root.len] = '\0';
	return (0);
}

/* Whether the name stays below its beginning, and names something there. */
static int
stays(const char *path)
{
	const char *p = path, *end;
	int depth = 0, least = 0, parts = 0;

	while (*p != '\0') {
		while (*p == '/')
			p++;
		for (end = p; *end != '\0' && *end != '/'; end++)
			;
		if (end - p == 2 && p[0] == '.' && p[1] == '.')
			depth--;
		else if (end != p && !(end - p == 1 && *p == '.'))
			depth++;
		if (depth < least)
			least = depth;
		parts += end != p;
		p = end;
	}
	return (least == 0 && depth > 0 && parts > 0);
}

/* Whether the folder of what path names is there. */
static int
has_parent(char *path, size_t len)
{
	size_t end = len;
	long r;

	while (end > root.len && path[end - 1] == '/')
		end--;
	while (end > root.len && path[end - 1] != '/')
		end--;
	if (end == root.len)
		return (1);		/* DIR itself */
	path[end - 1] = '\0';
	r = pimg_sys(__NR_faccessat, PIMG_AT_FDCWD, path, 0);
	path[end - 1] = '/';
	return (r == 0);
}

static void
shift(char *to, const char *from, size_t len)
{
	size_t i;

	if (to < from)
		for (i = 0; i < len; i++)
			to[i] = from[i];
	else
		for (i = len; i > 0; i--)
			to[i - 1] = from[i - 1];
}

/*
 * Makes of an absolute name the one that it means, in place; path has
 * PIMG_PATH_MAX bytes.  Returns its length.
 */
long
pimg_root_path(char *path)
{
	size_t len = pimg_strlen(path);

	if (root.len == 0 || path[0] != '/' ||
	    root.len + len >= PIMG_PATH_MAX || !stays(path))
		return ((long)len);
	shift(path + root.len, path, len + 1);
	pimg_memcpy(path, root.dir, root.len);
	if (exists(path) || (!exists(path + root.len) &&
	    has_parent(path, root.len + len)))
		return ((long)(root.len + len));
	shift(path, path + root.len, len + 1);
	return ((long)len);
}
