/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Commands of fcntl(2) that are other calls here: dup2, closefrom, and what
 * /proc/self/fd knows of descriptors.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include <hook.h>

#include "kqueue.h"

#define	BSD_PATH_MAX	1024
#define	NAME_AT		19	/* of struct linux_dirent64 */
#define	RECLEN_AT	16
#define	FD_NAME		"/proc/self/fd/"

long	hook_dup2(struct pimg_frame *f);
long	hook_dup3(struct pimg_frame *f);
long	hook_closefrom(struct pimg_frame *f);

/* (fd, F_DUP2FD, to) */
long
hook_fcntl_dup2(struct pimg_frame *f)
{
	struct pimg_frame sub = *f;

	sub.arg[1] = f->arg[2];
	return (hook_dup2(&sub));
}

/* dup3 refuses equal descriptors, this sets the flag. */
long
hook_fcntl_dup2_cloexec(struct pimg_frame *f)
{
	struct pimg_frame sub = *f;
	long r;

	if ((unsigned)f->arg[0] == (unsigned)f->arg[2]) {
		r = pimg_sys(__NR_fcntl, f->arg[0], F_SETFD, FD_CLOEXEC);
		return (r < 0 ? r : (long)(int)f->arg[0]);
	}
	sub.arg[1] = f->arg[2];
	sub.arg[2] = O_CLOEXEC;
	return (hook_dup3(&sub));
}

/* (fd, F_CLOSEM): the descriptor and all above it. */
long
hook_fcntl_closem(struct pimg_frame *f)
{

	return (hook_closefrom(f));
}

static long
number(const char *s)
{
	long n = 0;

	if (*s < '0' || *s > '9')
		return (-1);
	while (*s >= '0' && *s <= '9')
		n = n * 10 + (*s++ - '0');
	return (n);
}

/* The largest descriptor in a block of /proc/self/fd's entries. */
static long
largest(const char *block, long got, long own)
{
	long max = -1, fd;
	uint16_t reclen;
	long at;

	for (at = 0; at < got; at += reclen) {
		pimg_memcpy(&reclen, block + at + RECLEN_AT, sizeof(reclen));
		fd = number(block + at + NAME_AT);
		if (fd > max && fd != own && !bsd_hidden((int)fd))
			max = fd;
	}
	return (max);
}

/* (fd, F_MAXFD) */
long
hook_fcntl_maxfd(struct pimg_frame *f)
{
	char block[4096];
	long dir, got, max = -1, m;

	(void)f;
	dir = pimg_sys(__NR_openat, AT_FDCWD, FD_NAME, O_RDONLY | O_DIRECTORY |
	    O_CLOEXEC);
	if (dir < 0)
		return (dir);
	while ((got = pimg_sys(__NR_getdents64, dir, block,
	    sizeof(block))) > 0) {
		if ((m = largest(block, got, dir)) > max)
			max = m;
	}
	pimg_sys(__NR_close, dir);
	return (max);
}

/* (fd, F_GETPATH, buffer of MAXPATHLEN) */
long
hook_fcntl_getpath(struct pimg_frame *f)
{
	char name[sizeof(FD_NAME) + 12] = FD_NAME, path[BSD_PATH_MAX], digits[12];
	size_t n = sizeof(FD_NAME) - 1, k = 0;
	unsigned fd = (unsigned)f->arg[0];
	long r;

	do
		digits[k++] = (char)('0' + fd % 10);
	while ((fd /= 10) != 0);
	while (k > 0)
		name[n++] = digits[--k];
	name[n] = '\0';
	r = pimg_sys(__NR_readlinkat, AT_FDCWD, name, path, sizeof(path) - 1);
	if (r < 0)
		return (r == -ENOENT ? -EBADF : r);
	path[r] = '\0';
	if (path[0] != '/')
		return (-ENOENT);	/* a pipe, a socket: no name */
	return (pimg_copyout(f->arg[2], path, (size_t)r + 1));
}
