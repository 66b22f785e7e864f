/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The name that a session was logged in by.  Linux keeps none: it is empty, as
 * in a session that nobody has logged in to.
 */
#define _GNU_SOURCE
#include <errno.h>

#include <hook.h>

/* (buffer, its size) */
long
hook_getlogin(struct pimg_frame *f)
{

	if (f->arg[1] == 0)
		return (-ERANGE);
	return (pimg_zeroout(f->arg[0], 1));
}
