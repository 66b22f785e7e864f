/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Ancillary data: between message.c and the two directions, cmsg_in.c and
 * cmsg_out.c.
 *
 * A header is 12 bytes there, in front of data aligned to 8, so that 4 bytes
 * of padding follow it; here it is 16 bytes with a 64-bit length.  Both end
 * up with the data at 16.
 */
#ifndef PIMG_BSD_CMSG_H
#define PIMG_BSD_CMSG_H

#include "hook.h"

struct bsd_cmsg {
	uint32_t	len;		/* 0 */
	int32_t		level;		/* 4 */
	int32_t		type;		/* 8 */
	uint32_t	pad;		/* 12: not part of sys/socket.h's */
};

struct native_cmsg {
	uint64_t	len;		/* 0 */
	int32_t		level;		/* 8 */
	int32_t		type;		/* 12 */
};

#define	CMSG_HEAD	16
#define	CMSG_UP(n)	(((n) + 7ul) & ~7ul)

/* Levels and types of ours. */
#define	SOL_NATIVE		1
#define	SCM_NATIVE_RIGHTS	1
#define	SCM_NATIVE_CREDS	2
#define	SCM_NATIVE_TIMESTAMP	29
#define	LEVEL_IP		0
#define	LEVEL_IPV6		41
#define	NATIVE_IP_TOS		1
#define	NATIVE_IP_TTL		2
#define	NATIVE_IP_PKTINFO	8
#define	NATIVE_IP_ORIGDSTADDR	20

/* Of theirs. */
#define	SOL_BSD			0xffff
#define	SCM_BSD_RIGHTS		1

#define	CONTROL_MAX	(64 * 1024)

/* The credentials of one process, as our kernel passes them. */
struct native_ucred {
	int32_t		pid;
	uint32_t	uid, gid;
};

struct native_pktinfo {
	int32_t		index;
	uint32_t	spec_dst, addr;
};

/* A buffer of control messages that is being filled. */
struct cmsg_buf {
	char		*p;
	size_t		 len, size;
	int		 cut;		/* something did not fit */
};

/*
 * in: the program's messages become native ones; 0 or a negated errno.
 * out: the native ones become the program's; descriptors for which there is
 * no room are closed.  `sockcred`: credentials were asked for by an option.
 */
long	bsd_cmsg_in(struct cmsg_buf *to, const char *from, size_t len);
void	bsd_cmsg_out(struct cmsg_buf *to, const char *from, size_t len,
	    int sockcred);

#endif
