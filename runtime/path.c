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
#include "arch.h"
#include "convention.h"
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

/*
 * A BSD's procfs calls the process itself curproc and, but for NetBSD's, its
 * executable file.
 */
static void
native_name(char *path)
{
#ifdef PIMG_CONVENTION_BSD
	static const char self[] = "/proc/self";
	const char *rest = after(path, "/proc/curproc");

	if (rest != NULL && (*rest == '/' || *rest == '\0')) {
		if (pimg_strcmp(rest, "/file") == 0)
			rest = "/exe";
		path = pimg_strlcpy(path, self, sizeof(self));
		do
			*path++ = *rest;
		while (*rest++ != '\0');
	}
#else
	(void)path;
#endif
}

/* Whether path names this process's own executable. */
int
pimg_path_is_self(const char *path)
{
	const char *p = path, *q;
	uint64_t tid;

	if (pimg_process.mapped)
		return (0);	/* the kernel's link is the program already */
	if (*p != '/' || (p = after(slash(p), "proc")) == NULL ||
	    (p = slash(p)) == NULL || (p = self_dir(p)) == NULL ||
	    (p = slash(p)) == NULL)
		return (0);
	if ((q = after(p, "task")) != NULL && (q = slash(q)) != NULL &&
	    (q = number(q, &tid)) != NULL && (q = slash(q)) != NULL)
		p = q;
	return (pimg_strcmp(p, "exe") == 0);
}

/*
 * The image of the other ABI beside image, into dst (PIMG_PATH_MAX bytes).
 * Returns 0 if there can be none.
 */
int
pimg_path_other(char *dst, const char *image)
{
	size_t n = pimg_strlen(image);

	while (n > 0 && image[n - 1] != '/')
		n--;
	if (n == 0 || n + sizeof(PIMG_OTHER_NAME) > PIMG_PATH_MAX)
		return (0);
	pimg_memcpy(dst, image, n);
	pimg_strlcpy(dst + n, PIMG_OTHER_NAME, PIMG_PATH_MAX - n);
	return (1);
}

/*
 * The current image of another personality in the store of .../current/NAME/
 * FILE, into dst.  Returns 0 if there can be none.
 */
int
pimg_path_personality(char *dst, const char *current, const char *name)
{
	size_t n = pimg_strlen(current), file, len = pimg_strlen(name);

	while (n > 0 && current[n - 1] != '/')
		n--;
	if (n == 0)
		return (0);
	for (file = --n; n > 0 && current[n - 1] != '/'; n--)
		;
	if (n == 0 || n + len + 32 > PIMG_PATH_MAX)
		return (0);
	pimg_memcpy(dst, current, n);
	pimg_memcpy(dst + n, name, len);
	pimg_strlcpy(dst + n + len, current + file, 32);
	return (1);
}

long
pimg_pathin(char *dst, pimg_addr src)
{
	long n = pimg_strin(dst, src, PIMG_PATH_MAX);

	if (n > 0)
		native_name(dst);
	if (n > 9 && dst[0] == '/' && pimg_process.program[0] != '\0' &&
	    pimg_path_is_self(dst)) {
		pimg_strlcpy(dst, pimg_process.program, PIMG_PATH_MAX);
		return ((long)pimg_strlen(dst));
	}
	return (n > 0 ? pimg_root_path(dst) : n);
}

long
pimg_name_in(char *name, size_t size)
{
	char path[PIMG_PATH_MAX];
	size_t len;
	long n;

	for (len = 0; len < size && name[len] != '\0'; len++)
		path[len] = name[len];
	path[len] = '\0';
	n = pimg_root_path(path);
	if (n < 0 || (size_t)n == len)
		return (n < 0 ? n : 0);
	if ((size_t)n >= size)
		return (-36);		/* ENAMETOOLONG */
	pimg_memcpy(name, path, (size_t)n + 1);
	return (n);
}

/* readlink(path) with path copied in: the program, if it is our own link. */
static long
read_link(long dirfd, pimg_addr src, pimg_addr buf, unsigned long size)
{
	char path[PIMG_PATH_MAX];
	long n = pimg_strin(path, src, sizeof(path));
	size_t len = pimg_strlen(pimg_process.program);

	if (n < 0)
		return (n);
	native_name(path);
	if (len == 0 || !pimg_path_is_self(path)) {
		if (path[0] != '\0' && (n = pimg_root_path(path)) < 0)
			return (n);
		return (pimg_call(__NR_readlinkat, dirfd, path, buf, size));
	}
	if ((int)size <= 0)
		return (-EINVAL);
	if (len > size)
		len = size;
	n = pimg_copyout(buf, pimg_process.program, len);
	return (n != 0 ? n : (long)len);
}

/*
 * readlink and readlinkat.  An empty name is an error for readlink, though
 * readlinkat may be given one (2.6.39) with a descriptor of a link.
 */
long
pimg_rt_readlink(struct pimg_frame *f)
{
	char c;

	if (pimg_copyin(&c, f->arg[0], 1) != 0)
		return (-EFAULT);
	if (c == '\0')
		return (-ENOENT);
	return (read_link(PIMG_AT_FDCWD, f->arg[0], f->arg[1], f->arg[2]));
}

long
pimg_rt_readlinkat(struct pimg_frame *f)
{

	return (read_link((int)f->arg[0], f->arg[1], f->arg[2], f->arg[3]));
}
