/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Tokens of threads, see token.c.
 */
#ifndef BSD_TOKEN_H
#define BSD_TOKEN_H

#include "futex.h"

#pragma GCC visibility push(hidden)

long	token_give(uint32_t tid);
long	token_take(const struct futex_until *until);
void	token_forked(void);

#pragma GCC visibility pop

#endif
