/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What hooks of the base need to know of FreeBSD.
 */
#ifndef PIMG_FREEBSD_ABI_H
#define PIMG_FREEBSD_ABI_H

#define	BSD_OSRELDATE	1402000		/* __FreeBSD_version of 14.2 */
#define	BSD_CONTINUED	0x13		/* wait status, sys/sys/wait.h */
#define	BSD_CPUCLOCK_ID	0		/* argument of clock_getcpuclockid2 */

#endif
