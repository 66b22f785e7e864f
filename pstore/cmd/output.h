/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What the catalogue's commands share: opening the right store, arguments
 * that name a version, reports.
 */
#ifndef PSTORE_OUTPUT_H
#define PSTORE_OUTPUT_H

#include "pstore/catalogue.h"
#include "pstore/cmd/cli.h"

/* The store that writing commands touch: the first of the list. */
int	store_first(struct cli *, enum pstore_mode, struct pstore **);
/* NAME@N or NAME@sha256:HEX in the first store; NAME alone is refused. */
int	version_operand(struct cli *, const char *word, struct pstore_ref *);

/* -n -m TEXT --allow-untrusted --force */
struct change_options {
	int	dry, untrusted, force;
	const char *message;
};
int	change_options(struct cli *, int argc, char **argv, const char *shorts,
	    const struct option *longs, struct change_options *);
void	change_act(struct pstore_act *, const struct change_options *);
/* What a promotion or rollback did, or would do. */
void	change_print(struct cli *, const struct pstore_change *, int dry,
	    int rollback);

#define	OPT_FORCE	1100
#define	CHANGE_OPTIONS							\
	{ "dry-run", no_argument, NULL, 'n' },				\
	{ "message", required_argument, NULL, 'm' }

#endif
