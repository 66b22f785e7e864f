/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What __sysctl of this system does in its own way (kern/kern_sysctl.c).
 */
#define	SYSCTL_MAXNAME	12	/* CTL_MAXNAME */
#define	SYSCTL_MINNAME	1
#define	SYSCTL_TELLS_COPIED 0	/* ENOMEM tells the length there is */
#define	SYSCTL_QUERY		/* CTL_QUERY and its kin at the end of a name */
#define	SYSCTL_RANDOM_STRICT 1	/* kern.arandom: E2BIG for more than 256 bytes */
