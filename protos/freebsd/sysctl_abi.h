/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What __sysctl of this system does in its own way (kern/kern_sysctl.c).
 */
#define	SYSCTL_MAXNAME	24	/* CTL_MAXNAME */
#define	SYSCTL_MINNAME	2
#define	SYSCTL_TELLS_COPIED 1	/* ENOMEM tells the length that was copied */
#define	SYSCTL_META		/* {0,N}: names about names */
#define	SYSCTL_BOOL_KIND 0xa	/* U8, or int */
#define	SYSCTL_BYNAME		/* call 570 */
#define	SYSCTL_RANDOM_STRICT 0	/* kern.arandom is cut to 256 bytes */
