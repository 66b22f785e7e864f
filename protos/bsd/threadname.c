/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Names of threads, which are kept where the native kernel keeps them: in
 * /proc, cut to 15 bytes.
 */
#include <linux/errno.h>

#include <asm/unistd.h>

#include "hook.h"

#define	AT_FDCWD	(-100)
#define	O_CLOEXEC	02000000
#define	O_WRONLY	1
#define	NAME_SIZE	16
#define	NAME_MAX_BSD	256

/* Opens the file that holds the name of a thread of this process. */
static long
open_name(long tid, int flags)
{
	char path[64] = "/proc/self/task/", *p = path + 16, digits[24];
	int n = 0;

	if (tid <= 0)
		return (-ESRCH);
	for (; tid != 0; tid /= 10)
		digits[n++] = (char)('0' + tid % 10);
	while (n > 0)
		*p++ = digits[--n];
	pimg_strlcpy(p, "/comm", 16);
	tid = pimg_sys(__NR_openat, AT_FDCWD, path, flags | O_CLOEXEC);
	return (tid == -ENOENT ? -ESRCH : tid);
}

/* thr_set_name(id, name), lwp_setname(id, name), _lwp_setname(id, name) */
long
hook_thread_setname(struct pimg_frame *f)
{
	char name[NAME_MAX_BSD];
	long n, fd;

	if (f->arg[1] == 0)
		n = name[0] = '\0';
	else if ((n = pimg_strin(name, f->arg[1], sizeof(name))) < 0)
		return (n);
	if ((fd = open_name((long)f->arg[0], O_WRONLY)) < 0)
		return (fd);
	n = pimg_sys(__NR_write, fd, name, n < NAME_SIZE ? n : NAME_SIZE - 1);
	pimg_sys(__NR_close, fd);
	return (n < 0 ? n : 0);
}

/* lwp_getname(id, name, len), _lwp_getname(id, name, len) */
long
hook_thread_getname(struct pimg_frame *f)
{
	char name[NAME_SIZE];
	long n, fd;

	if ((fd = open_name((long)f->arg[0], 0)) < 0)
		return (fd);
	n = pimg_sys(__NR_read, fd, name, sizeof(name));
	pimg_sys(__NR_close, fd);
	if (n <= 0)
		return (n < 0 ? n : -ESRCH);
	name[n - 1] = '\0';		/* instead of the newline */
	if ((unsigned long)n > f->arg[2])
		return (-ERANGE);
	return (pimg_copyout(f->arg[1], name, (size_t)n));
}
