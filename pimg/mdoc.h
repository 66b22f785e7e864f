/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The support table of a personality as a manual page.
 */
#ifndef PIMG_MDOC_H
#define PIMG_MDOC_H

#include <stdio.h>

#include "pimg/ast.h"

void	pimg_mdoc(const struct pimg_unit *, FILE *);

#endif
