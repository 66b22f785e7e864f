/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Sockets of the three systems, for the tests: numbers and layouts
 * (sys/sys/socket.h, sys/netinet/in.h, sys/sys/un.h of each).
 */
#ifndef TESTS_BSD_SOCK_H
#define TESTS_BSD_SOCK_H

#include "start.h"

enum {
	SYS_recvmsg = 27, SYS_sendmsg = 28, SYS_recvfrom = 29,
	SYS_getpeername = 31, SYS_getsockopt = 118, SYS_getuid = 24,
	SYS_getgid = 47, SYS_umask = 60,
#if defined(NETBSD)
	AF_INET6 = 24, MSG_NOSIGNAL = 0x400, MSG_CMSG_CLOEXEC = 0x800,
	SYS_recvmmsg = 475, SYS_sendmmsg = 476, SYS_paccept = 456,
	SO_TIMESTAMP = 0x2000, SO_RCVTIMEO = 0x100c, SCM_TIMESTAMP = 8,
	TCP_KEEPIDLE = 3, TCP_KEEPCNT = 6, NONAME_LEN = 16,
#elif defined(DRAGONFLY)
	AF_INET6 = 28, MSG_NOSIGNAL = 0x400, MSG_CMSG_CLOEXEC = 0x1000,
	SYS_sendfile = 393, SYS_accept4 = 541,
	SO_TIMESTAMP = 0x400, SO_RCVTIMEO = 0x1006, SCM_TIMESTAMP = 2,
	TCP_KEEPIDLE = 0x100, TCP_KEEPCNT = 0x400, NONAME_LEN = 16,
#else
	AF_INET6 = 28, MSG_NOSIGNAL = 0x20000, MSG_CMSG_CLOEXEC = 0x40000,
	SYS_sendfile = 393, SYS_accept4 = 541,
	SO_TIMESTAMP = 0x400, SO_RCVTIMEO = 0x1006, SCM_TIMESTAMP = 2,
	TCP_KEEPIDLE = 0x100, TCP_KEEPCNT = 0x400, NONAME_LEN = 16,
#endif
	SOL_SOCKET = 0xffff, SO_REUSEADDR = 4, SO_LINGER = 0x80,
	SO_SNDBUF = 0x1001, SO_RCVBUF = 0x1002, SO_ERROR = 0x1007,
	SO_TYPE = 0x1008, SCM_RIGHTS = 1,
	SOCK_RAW = 3, SOCK_SEQPACKET = 5, SOCK_CLOEXEC = 0x10000000,
	SOCK_NONBLOCK = 0x20000000, FD_CLOEXEC = 1,
	MSG_PEEK = 2, MSG_TRUNC = 0x10, MSG_CTRUNC = 0x20, MSG_DONTWAIT = 0x80,
	IPPROTO_IP = 0, IPPROTO_TCP = 6, IPPROTO_IPV6 = 41,
	IP_TTL = 4, IP_RECVDSTADDR = 7, IPV6_V6ONLY = 27, IPV6_RECVPKTINFO = 36,
	IPV6_PKTINFO = 46, IP_MULTICAST_TTL = 10, IP_ADD_MEMBERSHIP = 12,
	ENOBUFS = 55, EADDRINUSE = 48, EAFNOSUPPORT = 47, ENOPROTOOPT = 42,
	EPROTOTYPE = 41, EPROTONOSUPPORT = 43, EISCONN = 56,
};

struct sockaddr_in {
	uint8_t		len, family;
	uint16_t	port;
	uint32_t	addr;
	uint8_t		zero[8];
};

struct sockaddr_in6 {
	uint8_t		len, family;
	uint16_t	port;
	uint32_t	flow;
	uint8_t		addr[16];
	uint32_t	scope;
};

struct sockaddr_un {
	uint8_t		len, family;
	char		path[104];
};

struct iovec {
	void	*base;
	size_t	 len;
};

struct msghdr {
	void		*name;
	uint32_t	 namelen;
	struct iovec	*iov;
	int		 iovlen;
	void		*control;
	uint32_t	 controllen;
	int		 flags;
};

struct cmsghdr {
	uint32_t	len;
	int		level, type;
	uint32_t	pad;		/* up to the data */
};

#define	LOOPBACK	0x0100007fu	/* in network order */

/* A listener on the loopback, and its address. */
static inline int
listener(struct sockaddr_in *a)
{
	uint32_t len = sizeof(*a);
	int s = (int)sys(SYS_socket, AF_INET, SOCK_STREAM, 0);

	memset(a, 0, sizeof(*a));
	a->len = sizeof(*a);
	a->family = AF_INET;
	a->addr = LOOPBACK;
	EQUAL(sys(SYS_bind, s, a, sizeof(*a)), 0);
	EQUAL(sys(SYS_listen, s, 5), 0);
	EQUAL(sys(SYS_getsockname, s, a, &len), 0);
	return (s);
}

/* Both ends of a connection over the loopback. */
static inline void
connection(int fd[2])
{
	struct sockaddr_in a;
	int s = listener(&a);

	fd[0] = (int)sys(SYS_socket, AF_INET, SOCK_STREAM, 0);
	EQUAL(sys(SYS_connect, fd[0], &a, sizeof(a)), 0);
	fd[1] = (int)sys(SYS_accept, s, 0, 0);
	CHECK(fd[1] >= 0);
	sys(SYS_close, s);
}

#endif
