/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The tables behind native.c: names of the native calls by number.
 */
#ifndef PIMG_NATIVE_TABLE_H
#define PIMG_NATIVE_TABLE_H

extern const char *const pimg_native_x86_64[], *const pimg_native_i386[];
extern const int pimg_native_x86_64_count, pimg_native_i386_count;

#endif
