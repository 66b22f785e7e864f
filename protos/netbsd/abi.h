/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What hooks of the base need to know of NetBSD.
 */
#ifndef PIMG_NETBSD_ABI_H
#define PIMG_NETBSD_ABI_H

#define	BSD_OSRELDATE	1000000000	/* __NetBSD_Version__ of 10.0 */
#define	BSD_CONTINUED	0xffff		/* wait status, sys/sys/wait.h */
#define	BSD_CPUCLOCK_ID	1		/* argument of clock_getcpuclockid2 */

#endif
