/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The coverage report of pimg inspect NAME.
 */
#ifndef PIMG_COVERAGE_H
#define PIMG_COVERAGE_H

#include <jansson.h>

#include "pimg/ast.h"

json_t	*pimg_coverage_json(const struct pimg_unit *);
void	pimg_coverage_text(const struct pimg_unit *);

#endif
