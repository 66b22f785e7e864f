/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * readlink(2) and readlinkat(2): to the native kernel /proc/self/exe is the
 * image; the program is told its own path.  Every other name is the native
 * call's, with the path copied once.
 */
#include "hook.h"

#define	NR_READLINKAT	267
#define	AT_FDCWD	(-100)
#define	EINVAL		22

int	pimg_path_is_self(const char *path);
long	hook_readlink(struct pimg_frame *);
long	hook_readlinkat(struct pimg_frame *);

/* The program's path, cut to the buffer and without a NUL, as the kernel. */
static long
answer(const char *path, pimg_addr buf, int size)
{
	size_t n = pimg_strlen(path);
	long r;

	if (size <= 0)
		return (-EINVAL);
	if (n > (size_t)size)
		n = (size_t)size;
	r = pimg_copyout(buf, path, n);
	return (r != 0 ? r : (long)n);
}

static long
read_link(int dirfd, pimg_addr name, pimg_addr buf, int size)
{
	char path[PIMG_PATH_MAX], program[PIMG_PATH_MAX];
	long r;

	if ((r = pimg_strin(path, name, sizeof(path))) < 0)
		return (r);
	if (!pimg_path_is_self(path))
		return (pimg_call(NR_READLINKAT, dirfd, path, buf, size));
	/* Only the runtime knows the program; the name is known to be self. */
	if ((r = pimg_pathin(program, (pimg_addr)path)) < 0)
		return (r);
	return (answer(program, buf, size));
}

/* readlinkat with an empty name reads the link that dirfd is; readlink
 * refuses one, and so does the native call with AT_FDCWD. */
long
hook_readlink(struct pimg_frame *f)
{
	return (read_link(AT_FDCWD, f->arg[0], f->arg[1], (int)f->arg[2]));
}

long
hook_readlinkat(struct pimg_frame *f)
{
	return (read_link((int)f->arg[0], f->arg[1], f->arg[2],
	    (int)f->arg[3]));
}
