/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What the compiler knows of the native side: call numbers, errno numbers,
 * and the scalar types that C and the kernels' headers have.  These are
 * tables of facts, not of this machine's headers, so that the same sources
 * give the same image everywhere; the build asserts them against the
 * headers that are there.
 */
#ifndef PIMG_NATIVE_H
#define PIMG_NATIVE_H

#include "pimg/ast.h"

/* A native call's number, or -1. */
int		 pimg_native_nr(enum pimg_abi, const char *name);
/* The name of number nr, or NULL; for iterating: numbers are below max. */
const char	*pimg_native_name(enum pimg_abi, int nr);
int		 pimg_native_max(enum pimg_abi);

/* E names of Linux; 0 when there is none. */
int		 pimg_errno_value(const char *name);
const char	*pimg_errno_name(int value);

/* SIG names of Linux; 0 or NULL when there is none. */
int		 pimg_signal_value(const char *name);
const char	*pimg_signal_name(int value);

const struct pimg_scalar *pimg_scalar(const char *name);

#endif
