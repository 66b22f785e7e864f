/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The canonical form of a prototype file.
 *
 * Formatting the result again changes nothing, every comment is kept, and
 * the tokens are the same; only the blanks between them differ.
 */
#ifndef PIMG_FMT_H
#define PIMG_FMT_H

#include "pimg/source.h"

/* -1 when the text has errors: they are in `diags`. */
int	pimg_fmt(const struct pimg_source *, struct pimg_diags *,
	    struct pimg_text *out);

#endif
