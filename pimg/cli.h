/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What the verbs of pimg(1) share: the table of commands, common options,
 * and where things are found.  A verb fills the error record and returns
 * -1; main.c prints it and chooses the exit status.
 */
#ifndef PIMG_CLI_H
#define PIMG_CLI_H

#include <getopt.h>
#include <stdbool.h>

#include "pimg/build.h"
#include "pimg/unit.h"
#include "pstore/store.h"

struct pimg_cli {
	const struct pimg_command *verb;
	bool			 json;
	const char		*store;		/* --store */
	const char		*protos;	/* --protos */
	struct pstore_error	 error;
};

struct pimg_command {
	const char	*name;
	int		(*run)(struct pimg_cli *, int, char **);
	const char	*args;
	const char	*purpose;
};

extern const struct pimg_command pimg_commands[];

/* The verbs, one file each. */
int	pimg_cmd_build(struct pimg_cli *, int, char **);
int	pimg_cmd_check(struct pimg_cli *, int, char **);
int	pimg_cmd_fmt(struct pimg_cli *, int, char **);
int	pimg_cmd_import(struct pimg_cli *, int, char **);
int	pimg_cmd_inspect(struct pimg_cli *, int, char **);
int	pimg_cmd_keygen(struct pimg_cli *, int, char **);
int	pimg_cmd_sign(struct pimg_cli *, int, char **);
int	pimg_cmd_verify(struct pimg_cli *, int, char **);

/* Every verb's long options begin with these. */
#define	PIMG_OPT_JSON	1000
#define	PIMG_OPT_STORE	1001
#define	PIMG_OPT_PROTOS	1002
#define	PIMG_OPT_HELP	1003
#define	PIMG_OPTIONS							\
	{ "json", no_argument, NULL, PIMG_OPT_JSON },			\
	{ "store", required_argument, NULL, PIMG_OPT_STORE },		\
	{ "protos", required_argument, NULL, PIMG_OPT_PROTOS },		\
	{ "help", no_argument, NULL, PIMG_OPT_HELP }

/* The next option of a verb, the common ones handled; -1 at the end, '?' for
 * a wrong one (the record says which). */
int	pimg_option(struct pimg_cli *, int argc, char **argv,
	    const char *shorts, const struct option *longs);
int	pimg_once(struct pimg_cli *, bool *flag, const char *name);
int	pimg_text_once(struct pimg_cli *, const char **value, const char *name);
int	pimg_usage(struct pimg_cli *, const char *fmt, ...)
	    __attribute__((format(printf, 2, 3)));
int	pimg_operands(struct pimg_cli *, int argc, int min, int max);

/* A data folder: PREFIX/share/pimg/NAME, or the source tree's NAME. */
int	pimg_data_folder(const char *name, char *buf, size_t size,
	    struct pstore_error *);
/* --protos, PIMG_PROTOS, or the installation's. */
const char *pimg_protos(struct pimg_cli *, char *buf, size_t size);

/* Loads and checks; prints the diagnostics.  -1 when there are errors. */
int	pimg_load(struct pimg_cli *, struct pimg_unit *, const char *name);

/* cmd_verify.c: the images of a version are sound and are what its manifest
 * says; *note is of the last one. */
struct pimg_note;
int	pimg_version_check(struct pimg_arena *, const struct pstore_version *,
	    struct pimg_note *note, struct pstore_error *);

#endif
