/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Keeping the kernel module and the system's store the same.
 */
#ifndef PSTORE_KSYNC_H
#define PSTORE_KSYNC_H

#include "pstore/cmd/cli.h"
#include "pstore/kernel.h"

/* Is this the store that the kernel follows? */
int	ksync_follows(const struct pstore_place *);

/* After a change of the store: gives NAME@N to the kernel and makes it
 * current there, or removes it.  Without a module nothing happens; a failure
 * is a warning, the store has changed already. */
void	ksync_promoted(struct cli *, const struct pstore_place *,
	    const char *name, uint32_t n);
void	ksync_removed(struct cli *, const struct pstore_place *,
	    const char *name, uint32_t n);

/* Checks trust and bytes of NAME@N, and hands it over. */
int	ksync_install(struct cli *, int kernel, const struct pstore_place *,
	    const char *name, uint32_t n);

#endif
