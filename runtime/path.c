/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * File names on their way in.  To the kernel /proc/self/exe is the image;
 * to the guest it is the guest's program.  The names that mean it are
 * recognised by their text: /proc/self/exe, /proc/thread-self/exe,
 * /proc/PID/exe and /proc/self/task/TID/exe of this process.  A name that
 * reaches the link by another way (relative to a descriptor of /proc) shows
 * the image.
 */
#include "runtime.h"

/* If s begins with word, what follows it; else NULL. */
static const char *
after(const char *s, const char *word)
{

	while (*word != '\0')
		if (*s++ != *word++)
			return (NULL);
	return (s);
}

/* Skips one or more slashes; NULL if there is none. */
static const char *
slash(const char *s)
{

	if (s == NULL || *s != '/')
		return (NULL);
	while (*s == '/')
		s++;
	return (s);
}

/* A decimal number; *v gets it.  NULL if there is none. */
static const char *
number(const char *s, uint64_t *v)
{
	const char *p = s;

	for (*v = 0; *p >= '0' && *p <= '9' && p - s < 10; p++)
		*v = *v * 10 + (uint64_t)(*p - '0');
	return (p == s ? NULL : p);
}

/* Skips "self", "thread-self" or an id of this process; NULL if another's. */
static const char *
self_dir(const char *s)
{
	const char *p;
	uint64_t pid;

	if ((p = after(s, "self")) != NULL ||
	    (p = after(s, "thread-self")) != NULL)
		return (p);
	if ((p = number(s, &pid)) == NULL)
		return (NULL);
	if ((long)pid == pimg_sys(__NR_getpid) ||
	    pimg_sys(__NR_tgkill, pimg_sys(__NR_getpid), pid, 0) == 0)
		return (p);
	return (NULL);
}

/* Whether path names this process's own executable. */
int
pimg_path_is_self(const char *path)
{
	const char *p = path, *q;
	uint64_t tid;

	if (*p != '/' || (p = after(slash(p), "proc")) == NULL ||
	    (p = slash(p)) == NULL || (p = self_dir(p)) == NULL ||
	    (p = slash(p)) == NULL)
		return (0);
	if ((q = after(p, "task")) != NULL && (q = slash(q)) != NULL &&
	    (q = number(q, &tid)) != NULL && (q = slash(q)) != NULL)
		p = q;
	return (pimg_strcmp(p, "exe") == 0);
}

long
pimg_pathin(char *dst, pimg_addr src)
{
	long n = pimg_strin(dst, src, PIMG_PATH_MAX);

	if (n > 9 && dst[0] == '/' && pimg_process.program[0] != '\0' &&
	    pimg_path_is_self(dst)) {
		pimg_strlcpy(dst, pimg_process.program, PIMG_PATH_MAX);
		n = (long)pimg_strlen(dst);
	}
	return (n);
}
