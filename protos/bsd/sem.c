/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * semctl(2): its last argument is a union here and the address of one there,
 * so what it holds is read first.
 */
#include <asm/ipcbuf.h>
#include <asm/sembuf.h>
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/ipc.h>

#include <hook.h>

#include "conv.h"

#define	GETALL	13
#define	SETVAL	16
#define	SETALL	17

/* (semid, semnum, cmd, union *) */
static long
with_value(struct pimg_frame *f, long cmd)
{
	pimg_reg value;
	long r;

	if ((r = pimg_copyin(&value, f->arg[3], sizeof(value))) < 0)
		return (r);
	if (cmd == SETVAL)
		value = (unsigned int)value;
	return (pimg_sys(__NR_semctl, f->arg[0], f->arg[1], cmd, value));
}

long
hook_semctl_getall(struct pimg_frame *f)
{

	return (with_value(f, GETALL));
}

long
hook_semctl_setval(struct pimg_frame *f)
{

	return (with_value(f, SETVAL));
}

long
hook_semctl_setall(struct pimg_frame *f)
{

	return (with_value(f, SETALL));
}

long
hook_semctl_stat(struct pimg_frame *f)
{
	struct n_semid64_ds native;
	struct f_semid_ds foreign;
	pimg_reg dst;
	long r;

	if ((r = pimg_copyin(&dst, f->arg[3], sizeof(dst))) < 0 ||
	    (r = pimg_sys(__NR_semctl, f->arg[0], 0, IPC_STAT, &native)) < 0 ||
	    (r = out_semid_ds(&foreign, &native)) < 0)
		return (r);
	return (pimg_copyout(dst, &foreign, sizeof(foreign)));
}

long
hook_semctl_set(struct pimg_frame *f)
{
	struct n_semid64_ds native;
	struct f_semid_ds foreign;
	pimg_reg src;
	long r;

	pimg_memset(&native, 0, sizeof(native));
	if ((r = pimg_copyin(&src, f->arg[3], sizeof(src))) < 0 ||
	    (r = pimg_copyin(&foreign, src, sizeof(foreign))) < 0 ||
	    (r = in_semid_ds(&native, &foreign)) < 0)
		return (r);
	return (pimg_sys(__NR_semctl, f->arg[0], 0, IPC_SET, &native));
}
