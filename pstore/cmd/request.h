/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * One `pstore exec`: what was asked for and what was found for it.
 */
#ifndef PSTORE_REQUEST_H
#define PSTORE_REQUEST_H

#include "pstore/cmd/cli.h"
#include "pstore/cmd/program.h"
#include "pstore/version.h"

#define	EXEC_NATIVE_MAX	16		/* --native rules */
#define	TRACE_NONE	0
#define	TRACE_LINES	1
#define	TRACE_SUMMARY	2

struct request {
	const char *image;		/* what the user named, or NULL */
	char	**argv;			/* PROGRAM ARG ... */
	int	argc;
	int	explain, untrusted, traps;
	const char *native[EXEC_NATIVE_MAX];
	int	nnative;
	const char *root;		/* --root */
	char	rootdir[1024];		/* where names are looked up first */
	int	trace;			/* TRACE_ */
	const char *output;		/* -o, or NULL */
	char	trace_option[32];	/* for the image, "" for none */
	struct pstore_ref ref;
	int	by_name;		/* the user chose the personality */
	char	rule[160];		/* how it was chosen */
	struct program program;
	struct pstore_found found;
	struct pstore_version version;
	struct pimg_note note;		/* of the image that was checked */
	const struct pstore_trusted *signer;
	int	kernel;			/* has made the choice, or -1 */
	struct pstore_trust trust;
};

/* image_file.c: finds what q->ref names, and checks it; a descriptor or -1. */
int	exec_image(struct cli *, struct request *);

struct cli;

/* exec_trace.c: opens the trace; what must be told to the image is in q. */
int	exec_trace(struct cli *, struct request *);

/* explain.c: --explain, on standard error. */
void	exec_explain(const struct request *, int json);

#endif
