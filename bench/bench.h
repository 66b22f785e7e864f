/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What the parts of bench share: paths in the tree under test, and running
 * and timing programs.  Each exits with a message where it fails.
 */
#ifndef PIMG_BENCH_H
#define PIMG_BENCH_H

#include <stddef.h>
#include <stdint.h>

#define	WORD(s)	((char *)(uintptr_t)(s))	/* for argv, which is not const */

double	bench_median(double *v, size_t n);		/* sorts v */
char	*bench_path(const char *name);			/* PREFIX/name */
int	bench_run(char *const *argv, int fd);		/* its wait status */
double	bench_timed(char *const *argv, int fd);	/* ms; it must succeed */

/* bundle.c: measured once, printed in either form. */
void	bench_bundles(const char *store, const char *folder);
void	bench_bundles_text(void);
void	bench_bundles_json(void);

#endif
