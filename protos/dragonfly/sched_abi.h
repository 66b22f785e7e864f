/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Classes of rtprio(2) (sys/rtprio.h).
 */
#define	RTPRIO_REALTIME	0
#define	RTPRIO_NORMAL	1
#define	RTPRIO_IDLE	2
