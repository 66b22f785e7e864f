/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The tables of the trace while they are being written: each is the text of
 * a C initialiser and the number of its elements.  See runtime/trace.h for
 * what they say.
 */
#ifndef PIMG_GEN_TRACE_H
#define PIMG_GEN_TRACE_H

#include "pimg/gen.h"

struct pimg_rows {
	struct pimg_text	text;
	uint32_t		count;
};

/* What has a row already, and which. */
struct pimg_seen {
	const void		**what;
	size_t			 count;
};

struct pimg_tracer {
	const struct pimg_unit	*u;
	enum pimg_abi		 abi;
	struct pimg_rows	 strings;	/* count: bytes */
	struct pimg_rows	 calls, args, maps, items, structs, fields,
				 variants, variant, code;
	struct pimg_seen	 has_map, has_struct, has_variants;
	struct pimg_pooled	*pool;		/* strings by their hash */
};

/* A struct pimg_trace_type. */
struct pimg_shown {
	const char	*kind;		/* "SIGNED": PIMG_TV_SIGNED */
	unsigned	 size, ref;
};

/* gen_trace_type.c */
void	 pimg_tracer_init(struct pimg_tracer *);
void	 pimg_row(struct pimg_rows *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* The offset of a string in the pool. */
uint32_t pimg_tracer_string(struct pimg_tracer *, const char *);
/* Its index in the list, or where it would be appended. */
size_t	 pimg_tracer_index(struct pimg_tracer *, struct pimg_seen *,
	    const void *, bool *is_new);
/* A value of this type, converted by that map (or NULL). */
struct pimg_shown pimg_tracer_type(struct pimg_tracer *,
	    const struct pimg_type *, const struct pimg_map *, bool is_signal);
bool	 pimg_is_opaque(const struct pimg_shown *);
const char *pimg_tracer_show(struct pimg_tracer *, struct pimg_shown);

/* gen_trace_arg.c: the row of variants, as far as a call (or NULL) has what
 * they depend on; appends one argument to args. */
unsigned pimg_tracer_variants(struct pimg_tracer *, const struct pimg_call *,
	    const struct pimg_variants *);
void	 pimg_tracer_arg(struct pimg_tracer *, const struct pimg_call *,
	    const struct pimg_arg *);

#endif
