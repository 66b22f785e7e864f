/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What the hooks for sockets and terminals need to know of FreeBSD
 * (sys/sys/socket.h, sys/sys/un.h, sys/sys/ucred.h, sys/netinet/in.h).
 */
#ifndef PIMG_FREEBSD_SOCKET_ABI_H
#define PIMG_FREEBSD_SOCKET_ABI_H

#include <stdint.h>

#define	BSD_SO_SNDBUF		0x1001
#define	BSD_LOCAL_PEERCRED	1
#define	BSD_LOCAL_CREDS		2
#define	BSD_XUCRED_PID		1

struct bsd_xucred {
	uint32_t	version, uid;
	int16_t		ngroups;
	uint32_t	groups[16];
	union {
		uint64_t	unused;
		int32_t		pid;
	};
};

/* Ancillary data. */
#define	BSD_SCM_TIMESTAMP	2
#define	BSD_SCM_CREDS		3
#define	BSD_CMSGCRED		1	/* sent by the program, filled in */
#define	BSD_IP_RECVDSTADDR	7	/* also IP_SENDSRCADDR */
#define	BSD_IP_RECVIF		20
#define	BSD_IP_RECVTTL		65
#define	BSD_IP_RECVTOS		68
#define	BSD_SDL_BYTES		54	/* struct sockaddr_dl */

/* Of struct ifreq, behind the name. */
#define	BSD_IFREQ_DATA		16

#endif
