/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What hooks of the base need to know of DragonFly.
 */
#ifndef PIMG_DRAGONFLY_ABI_H
#define PIMG_DRAGONFLY_ABI_H

#define	BSD_OSRELDATE	600400		/* __DragonFly_version of 6.4 */
#define	BSD_CONTINUED	0x13		/* wait status, sys/sys/wait.h */
#define	BSD_CPUCLOCK_ID	1		/* argument of clock_getcpuclockid2 */

#endif
