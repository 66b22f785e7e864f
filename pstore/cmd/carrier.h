/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Whether a carrier can be used here, why not, and what to do about it.
 *
 * One answer for `pstore status` and for `pstore exec`, which gives it before
 * the program starts.
 */
#ifndef PSTORE_CARRIER_H
#define PSTORE_CARRIER_H

#define	CARRIERS	3

struct carrier {
	const char *name;	/* "sud", "kmod", "sites" */
	int	usable;
	char	cause[256];	/* why not; empty when usable */
	char	hint[256];	/* what to do; empty: nothing */
};

void	carrier_sud(struct carrier *);
void	carrier_kmod(struct carrier *);
void	carrier_sites(struct carrier *);
/* All of them, in the order in which exec would take them. */
void	carrier_all(struct carrier [CARRIERS]);

#endif
