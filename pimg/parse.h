/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The parser of prototype files: what its parts share.
 *
 * Recursive descent, one function a production.  A production that fails has
 * reported one diagnostic and returns false; its caller skips to a safe place
 * (the next item of a block, the next line that begins a statement) and goes
 * on, so that one run reports every error of a file.
 */
#ifndef PIMG_PARSE_H
#define PIMG_PARSE_H

#include "pimg/ast.h"
#include "pimg/lex.h"

struct pimg_parser {
	struct pimg_unit	*unit;
	struct pimg_arena	*arena;
	struct pimg_diags	*diags;
	const struct pimg_source *source;
	struct pimg_token	*tokens;
	size_t			 count, at;
	enum pimg_abi		 abi;
	/* Wants of an `inherit` or `include`, resolved by the loader. */
	bool	(*include)(struct pimg_parser *, const char *name,
		    struct pimg_pos, bool is_inherit);
	void			*loader;
	/* Told of each statement that had no error: tokens [from, to). */
	void	(*statement)(struct pimg_parser *, size_t from, size_t to);
};

/* Parses the whole source into the unit. */
void	pimg_parse(struct pimg_parser *);

/* parse_token.c */
const struct pimg_token *pimg_peek(struct pimg_parser *);
const struct pimg_token *pimg_peek2(struct pimg_parser *);
const struct pimg_token *pimg_next(struct pimg_parser *);
bool	pimg_is(const struct pimg_token *, int punct);
bool	pimg_is_word(const struct pimg_token *, const char *word);
bool	pimg_accept(struct pimg_parser *, int punct);
bool	pimg_accept_word(struct pimg_parser *, const char *word);
bool	pimg_expect(struct pimg_parser *, int punct, const char *where);
bool	pimg_unexpected(struct pimg_parser *, const char *expected);
char	*pimg_token_text(struct pimg_parser *, const struct pimg_token *);
char	*pimg_expect_ident(struct pimg_parser *, const char *what,
	    struct pimg_pos *);
char	*pimg_expect_string(struct pimg_parser *, const char *what);
bool	pimg_number(struct pimg_parser *, int64_t *, const char *what);
bool	pimg_errno(struct pimg_parser *, int *);
/* Skips to the end of a block's item: past ';' or before '}'. */
void	pimg_skip_item(struct pimg_parser *);
/* parse.c: skips to the next token that begins a statement. */
void	pimg_skip_statement(struct pimg_parser *);
bool	pimg_begins_statement(const struct pimg_token *);
/* The same wherever it stands on its line. */
bool	pimg_is_statement(const struct pimg_token *);

/* parse_type.c */
bool	pimg_parse_arg(struct pimg_parser *, struct pimg_arg *, bool named);
bool	pimg_parse_type(struct pimg_parser *, struct pimg_type *);
/* parse_expr.c */
bool	pimg_parse_expr(struct pimg_parser *, struct pimg_expr **);

/* parse_call.c: NUMBER [words] STATUS ..., and the same with '*' */
bool	pimg_parse_line(struct pimg_parser *);
bool	pimg_parse_template(struct pimg_parser *);
/* May the token stand between the number and the brace? */
bool	pimg_is_line_word(const struct pimg_token *);
/* parse_target.c */
bool	pimg_parse_attributes(struct pimg_parser *, struct pimg_call *);
bool	pimg_parse_version(struct pimg_parser *, uint32_t *, const char **);

/* parse_map.c: flags, enum, errno, signal, variants */
bool	pimg_parse_map(struct pimg_parser *, enum pimg_map_kind);
bool	pimg_parse_variants(struct pimg_parser *);
bool	pimg_parse_header(struct pimg_parser *, const char **);

/* parse_struct.c: struct, native struct, typedef */
bool	pimg_parse_struct(struct pimg_parser *, bool is_native);
bool	pimg_parse_typedef(struct pimg_parser *);

#endif
