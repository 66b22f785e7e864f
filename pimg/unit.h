/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A personality: its folder of prototypes, those it inherits, and the
 * drop-in folder beside it, read and checked as one unit.
 *
 *	PROTOS/NAME/FILE.proto	in the order of their names
 *	PROTOS/NAME/FILE.c	hooks, and *.h for them
 *	PROTOS/NAME.d/FILE.proto	drop-ins: add slots, or override some
 *
 * PROTOS is a list of folders separated by colons: NAME comes from the first
 * that has it, NAME.d from every one.  What NAME itself says overrides what
 * it inherits; drop-ins override both, and do not pass to those that inherit
 * NAME.
 */
#ifndef PIMG_UNIT_H
#define PIMG_UNIT_H

#include "pimg/ast.h"

/*
 * Reads and parses.  -1 when a file or folder cannot be read; what is wrong
 * with the text is in unit->diags.  pimg_unit_free() in either case.
 */
int	pimg_unit_load(struct pimg_unit *, const char *protos,
	    const char *name, struct pstore_error *);
/* The same of one text, for tests and fuzzing: no includes. */
void	pimg_unit_parse(struct pimg_unit *, const struct pimg_source *);
void	pimg_unit_init(struct pimg_unit *);
void	pimg_unit_free(struct pimg_unit *);

/* Does the folder have a `personality` statement of that name? */
bool	pimg_is_personality(const char *protos, const char *name);

/* Resolves and judges; afterwards the tables hold what the image has. */
void	pimg_check(struct pimg_unit *);

const struct pimg_call *pimg_call_of(const struct pimg_unit *, enum pimg_abi,
	    unsigned nr);
/* Slots of the ABI's table: the largest number and one. */
unsigned pimg_slots(const struct pimg_unit *, enum pimg_abi);

/* Is C behind the call, and a generated function before it? */
bool	pimg_is_wrapped(const struct pimg_call *);

const char *pimg_class_name(enum pimg_class);
const char *pimg_abi_name(enum pimg_abi);

#endif
