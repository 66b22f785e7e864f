/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Processes that run in an image, as /proc shows them.
 */
#ifndef PSTORE_PROCSCAN_H
#define PSTORE_PROCSCAN_H

#include <sys/types.h>

#include "pstore/place.h"

struct process {
	pid_t	pid;
	char	program[256];	/* the guest's argv[0] */
	char	image[PSTORE_IMAGE_MAX];
	const char *carrier;	/* "sud", "kmod" */
};

typedef int process_fn(void *, const struct process *);

/* Calls FN for each process whose executable is an image of one of these
 * stores, or that the kernel module gave one; a process that vanishes meanwhile is passed over. */
int	process_scan(const struct pstore_places *, process_fn *, void *,
	    struct pstore_error *);

#endif
