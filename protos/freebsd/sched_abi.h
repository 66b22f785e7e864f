/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Classes of rtprio(2) (sys/rtprio.h).
 */
#define	RTPRIO_REALTIME	2
#define	RTPRIO_NORMAL	3
#define	RTPRIO_IDLE	4
