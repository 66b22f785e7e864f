/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Pseudo terminals: what ioctl.c offers a system's own hooks.
 */
#ifndef PIMG_BSD_TTY_H
#define PIMG_BSD_TTY_H

/* The number of the terminal of which fd is the master, or an error. */
long	bsd_pty_number(long fd);
/* prefix and number, in dst. */
char	*bsd_pty_name(char *dst, const char *prefix, unsigned long n);

#endif
