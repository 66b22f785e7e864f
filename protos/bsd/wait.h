/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What each system's way of waiting does in a forked child.
 */
#ifndef BSD_WAIT_H
#define BSD_WAIT_H

void	bsd_wait_forked(void) __attribute__((__visibility__("hidden")));

#endif
