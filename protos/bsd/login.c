/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The name that a session was logged in by.  Linux keeps none, so it is what
 * the process or an ancestor since the last exec has set, and empty before.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/syscall.h>

#include <hook.h>

#define	NAME_SIZE	33	/* MAXLOGNAME of FreeBSD; the others' is smaller */

static char login[NAME_SIZE];

/* (buffer, its size) */
long
hook_getlogin(struct pimg_frame *f)
{
	size_t len = pimg_strlen(login) + 1;

	if (f->arg[1] < len)
		return (-ERANGE);
	return (pimg_copyout(f->arg[0], login, len));
}

/* (name) */
long
hook_setlogin(struct pimg_frame *f)
{
	char name[NAME_SIZE];
	long r;

	if (pimg_sys(__NR_geteuid) != 0)
		return (-EPERM);
	if ((r = pimg_strin(name, f->arg[0], sizeof(name))) < 0)
		return (r == -ENAMETOOLONG ? -EINVAL : r);
	pimg_strlcpy(login, name, sizeof(login));
	return (0);
}
