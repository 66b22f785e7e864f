/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * From a checked unit to the text of the generated files:
 *
 *	convention.h	which calling convention it is
 *	gen.h		what the runtime and the note must know
 *	dispatch.S	tables, register-only shims, stubs of the others
 *	conv.h		maps and structures as C, for shims.c and for hooks
 *	shims.c		converted calls, against runtime/hook.h
 *	trace.c		what the trace needs to show calls (gen_trace.c)
 *	assert.c	native layouts and constants against the headers
 *
 * The text depends on the unit alone: the same prototypes give the same
 * bytes, on every machine.
 */
#ifndef PIMG_GEN_H
#define PIMG_GEN_H

#include "pimg/ast.h"

#define	PIMG_SHA256_BYTES	32

void	pimg_gen_convention(const struct pimg_unit *, struct pimg_text *);
void	pimg_gen_header(const struct pimg_unit *, enum pimg_abi,
	    const uint8_t source[PIMG_SHA256_BYTES], struct pimg_text *);
void	pimg_gen_dispatch(const struct pimg_unit *, enum pimg_abi,
	    struct pimg_text *);
void	pimg_gen_conv(const struct pimg_unit *, enum pimg_abi,
	    struct pimg_text *);
void	pimg_gen_shims(const struct pimg_unit *, enum pimg_abi,
	    struct pimg_text *);
void	pimg_gen_trace(const struct pimg_unit *, enum pimg_abi,
	    struct pimg_text *);
/* A test program that includes shims.c. */
void	pimg_gen_roundtrip(const struct pimg_unit *, enum pimg_abi,
	    struct pimg_text *);
/* One file per header; index from 0; false: there are no more. */
bool	pimg_gen_assert(const struct pimg_unit *, enum pimg_abi, size_t index,
	    struct pimg_text *);

/* For %llx. */
static inline unsigned long long
pimg_ull(uint64_t v)
{
	return (v);
}

/* The comment at the head of each file. */
void	pimg_gen_banner(const struct pimg_unit *, const char *what,
	    struct pimg_text *);

/* gen_map.c and gen_struct.c, parts of conv.h */
void	pimg_gen_maps(const struct pimg_unit *, struct pimg_text *);
void	pimg_gen_structs(const struct pimg_unit *, enum pimg_abi,
	    struct pimg_text *);
/* gen_head.c: a structure whose head chooses the rest */
void	pimg_gen_head(const struct pimg_struct *, struct pimg_text *);
/* gen_call.c: one converted call */
void	pimg_gen_call(const struct pimg_unit *, const struct pimg_call *,
	    struct pimg_text *);

#endif
