/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Tokens of a prototype file.
 *
 * The whole file is cut into tokens at once; comments stay in the array so
 * that the formatter can keep them.  A bad character becomes PIMG_T_BAD and
 * is reported only if the parser needs the token: the rest of an UNIMPL line
 * is free text.  As in the BSDs' files, a ';' that is the first thing on a
 * line begins a comment, and a backslash before a newline is a blank.
 */
#ifndef PIMG_LEX_H
#define PIMG_LEX_H

#include "pimg/source.h"

enum pimg_tok {
	PIMG_T_EOF, PIMG_T_BAD, PIMG_T_COMMENT,
	PIMG_T_IDENT,
	PIMG_T_NUMBER,		/* 12 0x1f 017 'c' */
	PIMG_T_VERSION,		/* 3.17 2.6.39 */
	PIMG_T_STRING,		/* "..." */
	PIMG_T_ARROW,		/* -> */
	PIMG_T_ELLIPSIS,	/* ... */
	PIMG_T_SHL,		/* << */
	PIMG_T_PUNCT,		/* one character */
};

struct pimg_token {
	enum pimg_tok	type;
	struct pimg_pos	pos;
	uint64_t	value;		/* NUMBER; the character of PUNCT */
	unsigned char	first;		/* first on its line */
	unsigned char	blank;		/* an empty line comes before it */
};

/* The array ends with PIMG_T_EOF; the count includes it. */
struct pimg_token *pimg_lex(struct pimg_arena *, const struct pimg_source *,
	    size_t *count);

#endif
