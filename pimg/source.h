/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A prototype file in memory, places in it, and what is wrong with them.
 *
 * Diagnostics are collected, not printed, so that one run reports every
 * error; pimg_diags_print() renders them as
 *
 *	linux26/linux26.proto:12:7: error: unknown type 'itn'
 *	   12 | 3 STD { itn read(int fd); }
 *	      |         ^~~
 *	      = expected a type
 */
#ifndef PIMG_SOURCE_H
#define PIMG_SOURCE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "pimg/arena.h"
#include "pstore/error.h"

#define	PIMG_SOURCE_MAX	(4 * 1024 * 1024)	/* bytes of one file */

struct pimg_source {
	const char	*name;		/* as shown: linux26/linux26.proto */
	const char	*text;		/* NUL after len bytes */
	size_t		 len;
	int		 rank;		/* files of a higher rank override */
	int		 dropin;	/* from NAME.d */
	int		 is_hook;	/* C, not prototypes */
	int		 inherited;	/* from a folder that NAME inherits */
	const char	*folder;	/* where it was read from */
};

struct pimg_pos {
	const struct pimg_source	*source;
	uint32_t	off, len;	/* the span in text */
	uint32_t	line, col;	/* from 1; col counts bytes */
};

enum pimg_severity { PIMG_ERROR, PIMG_WARNING, PIMG_NOTE };

struct pimg_diag {
	enum pimg_severity	 severity;
	struct pimg_pos		 pos;
	const char		*text;
	const char		*expected;	/* or NULL */
};

struct pimg_diags {
	struct pimg_arena	*arena;
	struct pimg_diag	*list;
	size_t			 count;
	size_t			 errors, warnings;
};

#define	PIMG_ERRORS_MAX	200	/* further ones are counted, not kept */

int	pimg_source_read(struct pimg_arena *, int dirfd, const char *file,
	    const char *name, struct pimg_source *, struct pstore_error *);
void	pimg_diag(struct pimg_diags *, enum pimg_severity, struct pimg_pos,
	    const char *expected, const char *fmt, ...)
	    __attribute__((format(printf, 5, 6)));
/* In the order of files and lines, each once; notes stay behind what they
 * explain. */
void	pimg_diags_sort(struct pimg_diags *);
void	pimg_diags_print(const struct pimg_diags *, FILE *);

#define	pimg_err(d, pos, ...)						\
	pimg_diag((d), PIMG_ERROR, (pos), NULL, __VA_ARGS__)
#define	pimg_warn(d, pos, ...)						\
	pimg_diag((d), PIMG_WARNING, (pos), NULL, __VA_ARGS__)
#define	pimg_note(d, pos, ...)						\
	pimg_diag((d), PIMG_NOTE, (pos), NULL, __VA_ARGS__)

#endif
