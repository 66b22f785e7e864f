/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The hook that golden.proto names.
 */
#include "hook.h"

long	hook_golden(struct pimg_frame *);

long
hook_golden(struct pimg_frame *f)
{
	return ((long)f->arg[0]);
}
