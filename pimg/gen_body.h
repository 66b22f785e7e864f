/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The function of one converted call while it is being written: what its
 * arguments declare, what comes in before the native call, and what goes out
 * after it.
 */
#ifndef PIMG_GEN_BODY_H
#define PIMG_GEN_BODY_H

#include "pimg/gen.h"

struct pimg_body {
	const struct pimg_unit	*u;
	const struct pimg_call	*c;
	const struct pimg_variant *v;	/* or NULL */
	const struct pimg_variant *inner; /* chosen within v, or NULL */
	struct pimg_text	 decl, in, out;
	const char		*value[PIMG_ARGS_MAX];	/* C text of each arg */
	bool			 uses_v;
};

/* gen_arg.c */
/* The foreign value as C, with the argument's own width and sign. */
const char *pimg_body_raw(const struct pimg_body *, const struct pimg_arg *);
/* An expression; `foreign`: of the values as they came, not as converted. */
const char *pimg_body_expr(struct pimg_body *, const struct pimg_expr *,
	    bool foreign);
const char *pimg_body_scalar_type(const struct pimg_body *,
	    const struct pimg_arg *);
/* Everything that the argument needs; value[] says how it is passed on. */
void	pimg_body_argument(struct pimg_body *, const struct pimg_arg *);
/* gen_call.c: the body whole, in braces. */
void	pimg_body_emit(struct pimg_body *, struct pimg_text *);
/* The argument of a call that a variant's selector names. */
const struct pimg_arg *pimg_body_selector(const struct pimg_call *,
	    const struct pimg_arg *payload);
/* gen_variant.c: functions of all variants; a switch over them, in braces. */
void	pimg_gen_variants(const struct pimg_unit *, const struct pimg_call *,
	    const struct pimg_arg *, struct pimg_text *);
void	pimg_gen_choice(const struct pimg_unit *, const struct pimg_call *,
	    const struct pimg_arg *selector, const struct pimg_variants *,
	    const char *symbol, struct pimg_text *);
/* gen_sized.c: the same of an object and its length. */
void	pimg_body_sized(struct pimg_body *, const struct pimg_arg *);

#endif
