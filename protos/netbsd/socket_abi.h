/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What the hooks for sockets and terminals need to know of NetBSD
 * (sys/sys/socket.h, sys/sys/un.h, sys/sys/ucred.h, sys/netinet/in.h).
 */
#ifndef PIMG_NETBSD_SOCKET_ABI_H
#define PIMG_NETBSD_SOCKET_ABI_H

#include <stdint.h>

#define	BSD_SO_SNDBUF		0x1001
#define	BSD_LOCAL_PEEREID	3
#define	BSD_LOCAL_CREDS		4

/* Ancillary data. */
#define	BSD_SCM_TIMESTAMP	8
#define	BSD_SCM_CREDS		0x10
#define	BSD_SOCKCRED_PID	1	/* struct sockcred begins with it */
#define	BSD_IP_RECVDSTADDR	7
#define	BSD_IP_PKTINFO		25
#define	BSD_IP_RECVTTL		23

/* Of struct ifreq, behind the name. */
#define	BSD_IFREQ_DATA		128

#endif
