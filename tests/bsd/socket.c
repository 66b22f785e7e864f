/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Sockets: addresses with their lengths, options, errors.
 */
#include "sock.h"

static int
option(int s, int level, int name)
{
	uint32_t len = sizeof(int);
	int v = -1;
	long r = sys(SYS_getsockopt, s, level, name, &v, &len);

	return (r < 0 ? (int)r : v);
}

CASE(types)
{
	int s = (int)sys(SYS_socket, AF_INET, SOCK_STREAM | SOCK_CLOEXEC |
	    SOCK_NONBLOCK, 0);

	CHECK(s >= 0);
	EQUAL(sys(SYS_fcntl, s, F_GETFD), FD_CLOEXEC);
	CHECK(sys(SYS_fcntl, s, F_GETFL) & O_NONBLOCK);
	EQUAL(sys(SYS_socket, 99, SOCK_STREAM, 0), -EAFNOSUPPORT);
	EQUAL(sys(SYS_socket, AF_INET, 9, 0), -EPROTOTYPE);
	EQUAL(sys(SYS_socket, AF_INET, SOCK_STREAM, 17), -EPROTONOSUPPORT);
	EQUAL(option(s, SOL_SOCKET, SO_TYPE), SOCK_STREAM);
}

CASE(addresses)
{
	struct sockaddr_in a, b;
	int s = listener(&a), c, d;
	uint32_t len;

	EQUAL(a.len, 16);
	EQUAL(a.family, AF_INET);
	EQUAL(a.addr, LOOPBACK);
	CHECK(a.port != 0);
	c = (int)sys(SYS_socket, AF_INET, SOCK_STREAM, 0);
	EQUAL(sys(SYS_getpeername, c, &b, &len), -ENOTCONN);
	EQUAL(sys(SYS_connect, c, &a, 15), -EINVAL);
	EQUAL(sys(SYS_connect, c, &a, 17), -EINVAL);
	EQUAL(sys(SYS_connect, c, &a, 16), 0);
	EQUAL(sys(SYS_connect, c, &a, 16), -EISCONN);
	len = sizeof(b);
	d = (int)sys(SYS_accept, s, &b, &len);
	CHECK(d >= 0);
	EQUAL(len, 16);
	EQUAL(b.len, 16);
	EQUAL(b.addr, LOOPBACK);
	memset(&b, 0xff, sizeof(b));
	len = 4;
	EQUAL(sys(SYS_getpeername, d, &b, &len), 0);
	EQUAL(len, 4);
	EQUAL(b.len, 16);
	EQUAL(b.addr, 0xffffffffu);
	len = (uint32_t)-1;
	EQUAL(sys(SYS_getpeername, d, &b, &len), -EINVAL);
	EQUAL(sys(SYS_getpeername, d, &b, 8), -EFAULT);
}

CASE(inherit_nonblock)
{
	struct sockaddr_in a;
	int s = listener(&a), c, d;

	sys(SYS_fcntl, s, F_SETFL, O_NONBLOCK | O_RDWR);
	c = (int)sys(SYS_socket, AF_INET, SOCK_STREAM, 0);
	EQUAL(sys(SYS_accept, s, 0, 0), -EAGAIN);
	EQUAL(sys(SYS_connect, c, &a, sizeof(a)), 0);
	d = (int)sys(SYS_accept, s, 0, 0);
	CHECK(sys(SYS_fcntl, d, F_GETFL) & O_NONBLOCK);
	EQUAL(sys(SYS_connect, sys(SYS_socket, AF_INET, SOCK_STREAM, 0), &a,
	    sizeof(a)), 0);
#if defined(NETBSD)
	d = (int)sys(SYS_paccept, s, 0, 0, 0, SOCK_CLOEXEC);
#else
	d = (int)sys(SYS_accept4, s, 0, 0, SOCK_CLOEXEC);
#endif
	EQUAL(sys(SYS_fcntl, d, F_GETFL) & O_NONBLOCK, 0);
	EQUAL(sys(SYS_fcntl, d, F_GETFD), FD_CLOEXEC);
}

CASE(ipv6_only)
{
	struct sockaddr_in6 a = { sizeof(a), AF_INET6, 0, 0, {0}, 0 };
	struct sockaddr_in b = { sizeof(b), AF_INET, 0, 0, {0} };
	int s = (int)sys(SYS_socket, AF_INET6, SOCK_STREAM, 0);
	int t = (int)sys(SYS_socket, AF_INET, SOCK_STREAM, 0);
	uint32_t len = sizeof(a);

	EQUAL(option(s, IPPROTO_IPV6, IPV6_V6ONLY), 1);
	EQUAL(sys(SYS_bind, s, &a, sizeof(a)), 0);
	EQUAL(sys(SYS_listen, s, 1), 0);
	EQUAL(sys(SYS_getsockname, s, &a, &len), 0);
	EQUAL(len, 28);
	EQUAL(a.family, AF_INET6);
	b.port = a.port;
	EQUAL(sys(SYS_bind, t, &b, sizeof(b)), 0);
	EQUAL(sys(SYS_listen, t, 1), 0);
}

CASE(local_names)
{
	struct sockaddr_un a = { 0, AF_UNIX, "pimg-test-socket" }, b;
	int s = (int)sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0), c, d;
	uint32_t len = 2 + 17;

	sys(SYS_unlink, a.path);
	EQUAL(sys(SYS_bind, s, &a, len), 0);
	EQUAL(sys(SYS_bind, sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0), &a, len),
	    -EADDRINUSE);
	EQUAL(sys(SYS_listen, s, 1), 0);
	c = (int)sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0);
	EQUAL(sys(SYS_connect, c, &a, len), 0);
	len = sizeof(b);
	memset(&b, 0xff, sizeof(b));
	d = (int)sys(SYS_accept, s, &b, &len);
	CHECK(d >= 0);
	EQUAL(len, NONAME_LEN);
	EQUAL(b.family, AF_UNIX);
	EQUAL(b.path[0], 0);
	len = sizeof(b);
	EQUAL(sys(SYS_getpeername, c, &b, &len), 0);
	EQUAL(len, 2 + 17);
	EQUAL(b.len, len);
	EQUAL(strcmp(b.path, "pimg-test-socket"), 0);
	EQUAL(sys(SYS_unlink, a.path), 0);
	/* A name that begins with a NUL is an empty one. */
	a.path[0] = 0;
	CHECK(sys(SYS_bind, sys(SYS_socket, AF_UNIX, SOCK_STREAM, 0), &a, 12) <
	    0);
}

CASE(options)
{
	struct { int on, seconds; } linger = { 1, 7 }, l;
	struct { int64_t sec; int64_t usec; } t = { 0, 50000 }, u;
	int s = (int)sys(SYS_socket, AF_INET, SOCK_STREAM, 0), one = 1, v;
	uint32_t len = sizeof(l);
	char byte = 9;
	int64_t start;

	EQUAL(sys(SYS_setsockopt, s, SOL_SOCKET, SO_LINGER, &linger,
	    sizeof(linger)), 0);
	EQUAL(sys(SYS_getsockopt, s, SOL_SOCKET, SO_LINGER, &l, &len), 0);
	EQUAL(l.on != 0, 1);
	EQUAL(l.seconds, 7);
	v = 30000;
	EQUAL(sys(SYS_setsockopt, s, SOL_SOCKET, SO_RCVBUF, &v, sizeof(v)),
	    0);
	EQUAL(option(s, SOL_SOCKET, SO_RCVBUF), 30000);
	EQUAL(option(s, SOL_SOCKET, SO_ERROR), 0);
	EQUAL(option(s, SOL_SOCKET, 0x7777), -ENOPROTOOPT);
	EQUAL(option(s, 77, 1), -EINVAL);
	EQUAL(option(s, IPPROTO_TCP, 0x7777), -ENOPROTOOPT);
	v = 33;
	EQUAL(sys(SYS_setsockopt, s, IPPROTO_IP, IP_TTL, &v, sizeof(v)), 0);
	EQUAL(option(s, IPPROTO_IP, IP_TTL), 33);
	EQUAL(sys(SYS_setsockopt, s, SOL_SOCKET, SO_REUSEADDR, &one, 2),
	    -EINVAL);
	s = (int)sys(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	EQUAL(sys(SYS_setsockopt, s, IPPROTO_IP, IP_MULTICAST_TTL, &byte, 1),
	    0);
	EQUAL(sys(SYS_setsockopt, s, SOL_SOCKET, SO_RCVTIMEO, &t, sizeof(t)),
	    0);
	len = sizeof(u);
	EQUAL(sys(SYS_getsockopt, s, SOL_SOCKET, SO_RCVTIMEO, &u, &len), 0);
	EQUAL(u.sec, 0);
	EQUAL((int)u.usec / 10000, 5);
	start = now();
	EQUAL(sys(SYS_recvfrom, s, &v, sizeof(v), 0, 0, 0), -EAGAIN);
	CHECK(now() - start >= 40000000);
}

CASE(keepalive_times)
{
	int s = (int)sys(SYS_socket, AF_INET, SOCK_STREAM, 0), v;

#if defined(DRAGONFLY)
	v = 61000;
#else
	v = 61;
#endif
	EQUAL(sys(SYS_setsockopt, s, IPPROTO_TCP, TCP_KEEPIDLE, &v, sizeof(v)),
	    0);
	EQUAL(option(s, IPPROTO_TCP, TCP_KEEPIDLE), v);
	v = 5;
	EQUAL(sys(SYS_setsockopt, s, IPPROTO_TCP, TCP_KEEPCNT, &v, sizeof(v)),
	    0);
	EQUAL(option(s, IPPROTO_TCP, TCP_KEEPCNT), 5);
}

CASE(pending_error)
{
	struct sockaddr_in a;
	int s = listener(&a), c;
	struct { int fd; short events, revents; } p;

	sys(SYS_close, s);
	c = (int)sys(SYS_socket, AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
	p.fd = c;
	p.events = 4;
	if (sys(SYS_connect, c, &a, sizeof(a)) == -EINPROGRESS) {
		EQUAL(sys(SYS_poll, &p, 1, 1000), 1);
		EQUAL(option(c, SOL_SOCKET, SO_ERROR), ECONNREFUSED);
		EQUAL(option(c, SOL_SOCKET, SO_ERROR), 0);
	}
}

CASE(datagrams)
{
	struct sockaddr_in a = { 0, AF_INET, 0, LOOPBACK, {0} }, b;
	int s = (int)sys(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	int t = (int)sys(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	uint32_t len = sizeof(a);
	char buf[8];

	EQUAL(sys(SYS_bind, s, &a, sizeof(a)), 0);
	EQUAL(sys(SYS_getsockname, s, &a, &len), 0);
	EQUAL(sys(SYS_sendto, t, "hello", 5, 0, &a, sizeof(a)), 5);
	len = sizeof(b);
	EQUAL(sys(SYS_recvfrom, s, buf, 8, MSG_PEEK, &b, &len), 5);
	EQUAL(len, 16);
	EQUAL(b.addr, LOOPBACK);
	/* As an argument MSG_TRUNC asks for nothing there. */
	EQUAL(sys(SYS_recvfrom, s, buf, 2, MSG_TRUNC, 0, 0), 2);
	EQUAL(sys(SYS_recvfrom, s, buf, 8, MSG_DONTWAIT, 0, 0), -EAGAIN);
	EQUAL(sys(SYS_sendto, t, "hello", 5, 0, 0, 0) < 0, 1);
}

CASE(broken_pipe)
{
	int fd[2];

	EQUAL(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fd), 0);
	sys(SYS_close, fd[1]);
	EQUAL(sys(SYS_sendto, fd[0], "x", 1, MSG_NOSIGNAL, 0, 0), -EPIPE);
}

/* struct ifconf and struct ifreq; the latter is longer on NetBSD. */
#if defined(NETBSD)
enum { IFREQ = 144, SIOCGIFMTU = (int)0xc090697e, SIOCGIFFLAGS = (int)0xc0906911,
    SIOCGIFCONF = (int)0xc0106926, SIOCGIFADDR = (int)0xc0906921 };
#else
enum { IFREQ = 32, SIOCGIFMTU = (int)0xc0206933, SIOCGIFFLAGS = (int)0xc0206911,
    SIOCGIFCONF = (int)0xc0106924, SIOCGIFADDR = (int)0xc0206921 };
#endif

CASE(interfaces)
{
	static char list[16 * IFREQ];
	struct { int len; char *buf; } conf = { sizeof(list), list };
	int s = (int)sys(SYS_socket, AF_INET, SOCK_DGRAM, 0), at, found = 0;
	char one[IFREQ];
	struct sockaddr_in a;
	short flags;
	int mtu;

	EQUAL(sys(SYS_ioctl, s, SIOCGIFCONF, &conf), 0);
	CHECK(conf.len >= IFREQ);
	EQUAL(conf.len % IFREQ, 0);
	for (at = 0; at < conf.len; at += IFREQ) {
		memcpy(&a, list + at + 16, sizeof(a));
		if (a.addr != LOOPBACK)
			continue;
		found = 1;
		EQUAL(a.len, 16);
		EQUAL(a.family, AF_INET);
		memcpy(one, list + at, IFREQ);
		EQUAL(sys(SYS_ioctl, s, SIOCGIFFLAGS, one), 0);
		memcpy(&flags, one + 16, sizeof(flags));
		EQUAL(flags & 9, 9);		/* up, loopback */
		EQUAL(sys(SYS_ioctl, s, SIOCGIFMTU, one), 0);
		memcpy(&mtu, one + 16, sizeof(mtu));
		CHECK(mtu >= 1500);
		EQUAL(sys(SYS_ioctl, s, SIOCGIFADDR, one), 0);
		EQUAL(memcmp(one + 16, list + at + 16, 16), 0);
	}
	EQUAL(found, 1);
	memset(one, 'x', 15);
	one[15] = 0;
	CHECK(sys(SYS_ioctl, s, SIOCGIFMTU, one) < 0);
}

/* Several sockets share a port if all of them say so. */
CASE(shared_port)
{
	struct sockaddr_in a = { 0, AF_INET, 0, LOOPBACK, {0} };
	int s = (int)sys(SYS_socket, AF_INET, SOCK_DGRAM, 0), one = 1;
	int t = (int)sys(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	uint32_t len = sizeof(a);

	EQUAL(sys(SYS_setsockopt, s, SOL_SOCKET, 0x200, &one, sizeof(one)), 0);
	EQUAL(sys(SYS_bind, s, &a, sizeof(a)), 0);
	EQUAL(sys(SYS_getsockname, s, &a, &len), 0);
	EQUAL(sys(SYS_bind, t, &a, sizeof(a)), -EADDRINUSE);
	EQUAL(sys(SYS_setsockopt, t, SOL_SOCKET, 0x200, &one, sizeof(one)), 0);
	EQUAL(sys(SYS_bind, t, &a, sizeof(a)), 0);
}

/* struct ip_mreq: the loopback joins 224.0.0.50, and leaves it. */
CASE(multicast)
{
	struct { uint32_t group, interface; } m = { 0x320000e0, LOOPBACK };
	int s = (int)sys(SYS_socket, AF_INET, SOCK_DGRAM, 0);
	uint32_t i = LOOPBACK, len = sizeof(i);

	EQUAL(sys(SYS_setsockopt, s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m,
	    sizeof(m)), 0);
	EQUAL(sys(SYS_setsockopt, s, IPPROTO_IP, IP_ADD_MEMBERSHIP, &m,
	    sizeof(m)), -EADDRINUSE);
	EQUAL(sys(SYS_setsockopt, s, IPPROTO_IP, 13, &m, sizeof(m)), 0);
	EQUAL(sys(SYS_setsockopt, s, IPPROTO_IP, 9, &i, sizeof(i)), 0);
	i = 0;
	EQUAL(sys(SYS_getsockopt, s, IPPROTO_IP, 9, &i, &len), 0);
	EQUAL(i, LOOPBACK);
}
