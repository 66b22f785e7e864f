/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * STORE/log: what was done to the store by commands that never open the
 * catalogue.
 *
 * pstore exec appends to it when it runs something untrusted on request; that
 * the line can be written is the condition for running it.  A line is one
 * JSON object; one write, so that lines of two processes do not mix.
 */
#ifndef PSTORE_JOURNAL_H
#define PSTORE_JOURNAL_H

#include "pstore/place.h"

/* Opened for appending: who gets it may write the store's log. */
int	pstore_journal_open(const struct pstore_place *, struct pstore_error *);
int	pstore_journal_add(int fd, const char *store, const char *action,
	    const char *image, const char *message, struct pstore_error *);

#endif
