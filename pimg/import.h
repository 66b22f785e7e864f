/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * From a kernel's own table of system calls to a starting prototype file.
 *
 * Numbers, names and types come from the table; what it does not say is
 * decided in the most careful way (a call without a native one of its name is
 * `missing`), and every decision is marked with a comment "import:" for the
 * person who goes on from there.
 */
#ifndef PIMG_IMPORT_H
#define PIMG_IMPORT_H

#include "pimg/ast.h"

enum pimg_dialect {
	PIMG_DIALECT_GUESS,
	PIMG_DIALECT_FREEBSD, PIMG_DIALECT_DRAGONFLY,
	PIMG_DIALECT_NETBSD, PIMG_DIALECT_OPENBSD,
	PIMG_DIALECT_LINUX,
};

/* "freebsd", ...; false: no such dialect. */
bool	pimg_dialect(const char *name, enum pimg_dialect *);

/*
 * `known` may hold prototypes to take types from by name (a Linux table has
 * none), or be NULL.  The result is canonical.
 */
int	pimg_import(const struct pimg_source *, enum pimg_dialect,
	    const struct pimg_unit *known, struct pimg_diags *,
	    struct pimg_text *out);

#endif
