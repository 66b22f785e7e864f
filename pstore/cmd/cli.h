/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What the two programs of pstore(1) share: the table of commands, common
 * options, errors as text or JSON, and a small JSON writer.
 */
#ifndef PSTORE_CLI_H
#define PSTORE_CLI_H

#include <getopt.h>
#include <stdio.h>

#include "pstore/place.h"

struct cli {
	const char *verb;	/* NULL before one is known */
	const char *store;	/* --store */
	int	json;
	int	own_status;	/* not 0: exit with this on any failure (exec) */
	struct pstore_error err;
	struct pstore_places places;
};

typedef int command_fn(struct cli *, int, char **);

struct command {
	const char *name;
	command_fn *run;	/* NULL: in the other program */
	const char *args;
	const char *purpose;
};

extern const struct command commands[];

/* Every command's long options begin with these. */
#define	OPT_STORE	1000
#define	OPT_JSON	1001
#define	OPT_HELP	1002
#define	OPT_UNTRUSTED	1003
#define	CLI_OPTIONS							\
	{ "store", required_argument, NULL, OPT_STORE },		\
	{ "json", no_argument, NULL, OPT_JSON },			\
	{ "help", no_argument, NULL, OPT_HELP }

/*
 * The next option of a command, common ones handled; -1 at the end, '?' for a
 * wrong or repeated one (the record says which).
 */
int	cli_option(struct cli *, int argc, char **argv, const char *shorts,
	    const struct option *longs);
/* Sets a flag that may be given once. */
int	cli_once(struct cli *, int *flag, const char *name);
int	cli_text_once(struct cli *, const char **value, const char *name);
/* Wrong arguments: the record, with the command's synopsis as the hint. */
int	cli_usage(struct cli *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
/* Exactly so many operands are left behind the options. */
int	cli_operands(struct cli *, int argc, int min, int max);

/* Opens the list of stores. */
int	cli_places(struct cli *);
/* The Ith, or NULL if it is absent or named before already. */
const struct pstore_place *cli_store(struct cli *, size_t i);
/* Is NAME's current version in store I the one that exec would take? */
int	cli_effective(struct cli *, size_t i, const char *name);

/* Prints the record and returns the exit status. */
int	cli_fail(struct cli *);
void	cli_warn(struct cli *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));

void	cli_help(FILE *, const char *verb);
/* Finds the verb, runs it, flushes: main() of both programs. */
int	cli_main(struct cli *, int argc, char **argv,
	    int (*elsewhere)(struct cli *, char **argv));

/* A string in quotes; bytes that are not UTF-8 become U+FFFD. */
void	json_string(FILE *, const char *);
/* "key": "value", or null for NULL and ""; SEP is printed before. */
void	json_member(FILE *, const char *sep, const char *key,
	    const char *value);

#endif
