/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The formatter's lines: tokens with the blanks between them, comments and
 * empty lines.
 */
#ifndef PIMG_FMT_LINE_H
#define PIMG_FMT_LINE_H

#include "pimg/parse.h"

/* What the blanks between tokens depend on. */
enum pimg_fmt_context { HEAD, TYPES, LENGTH, EXPR, ITEM, HEADER };

struct pimg_range {
	size_t	from, to;
};

struct pimg_fmt {
	struct pimg_parser	 p;	/* first: the callback casts */
	struct pimg_text	*out;
	struct pimg_range		*ranges;
	size_t			 nranges;
	size_t			 line;		/* where the line begins */
	const struct pimg_token	*prev;		/* on this line, or NULL */
	bool			 unary;		/* prev is a sign or '*' */
	bool			 ended;		/* by a comment to the end */
};

void	pimg_fmt_newline(struct pimg_fmt *);
/* Ends the line, if anything stands on it, and begins one. */
void	pimg_fmt_start_line(struct pimg_fmt *, const char *indent);
void	pimg_fmt_empty_line(struct pimg_fmt *);
void	pimg_fmt_put(struct pimg_fmt *, const struct pimg_token *, enum pimg_fmt_context);
/* Free text: a blank where there was one. */
void	pimg_fmt_put_as_written(struct pimg_fmt *, const struct pimg_token *);
/* A comment begins its own line if it did so, else it follows. */
void	pimg_fmt_comment(struct pimg_fmt *, const struct pimg_token *,
	    const char *indent);

#endif
