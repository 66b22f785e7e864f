/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Messages with ancillary data: descriptors, credentials, times, addresses;
 * what happens where there is too little room; many messages at once.
 */
#include "sock.h"

struct control {
	struct cmsghdr	h;
	int		fd[6];
	char		rest[128];
};

static void
message(struct msghdr *m, struct iovec *v, void *data, size_t len,
    void *control, uint32_t controllen)
{
	memset(m, 0, sizeof(*m));
	v->base = data;
	v->len = len;
	m->iov = v;
	m->iovlen = 1;
	m->control = control;
	m->controllen = controllen;
}

/* Sends n times the descriptor fd. */
static long
pass(int s, int fd, int n)
{
	struct control c;
	struct msghdr m;
	struct iovec v;
	int i;

	memset(&c, 0, sizeof(c));
	c.h.len = 16 + 4 * (uint32_t)n;
	c.h.level = SOL_SOCKET;
	c.h.type = SCM_RIGHTS;
	for (i = 0; i < n; i++)
		c.fd[i] = fd;
	message(&m, &v, (void *)"x", 1, &c, (c.h.len + 7) & ~7u);
	return (sys(SYS_sendmsg, s, &m, 0));
}

static int
open_descriptors(void)
{
	int i, n = 0;

	for (i = 0; i < 64; i++)
		n += sys(SYS_fcntl, i, F_GETFD) >= 0;
	return (n);
}

CASE(descriptors)
{
	struct control c;
	struct msghdr m;
	struct iovec v;
	int fd[2], p[2];
	char b;

	make_pipe(p);
	EQUAL(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fd), 0);
	EQUAL(pass(fd[0], p[1], 2), 1);
	message(&m, &v, &b, 1, &c, 16 + 8);
	EQUAL(sys(SYS_recvmsg, fd[1], &m, MSG_CMSG_CLOEXEC), 1);
	EQUAL(m.controllen, 24);
	EQUAL(m.flags & MSG_CTRUNC, 0);
	EQUAL(c.h.len, 24);
	EQUAL(c.h.level, SOL_SOCKET);
	EQUAL(c.h.type, SCM_RIGHTS);
	EQUAL(sys(SYS_fcntl, c.fd[0], F_GETFD), FD_CLOEXEC);
	EQUAL(sys(SYS_write, c.fd[1], "y", 1), 1);
	EQUAL(sys(SYS_read, p[0], &b, 1), 1);
	EQUAL(b, 'y');
}

CASE(descriptors_cut)
{
	struct control c;
	struct msghdr m;
	struct iovec v;
	int fd[2], before;
	char b;

	EQUAL(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fd), 0);
	before = open_descriptors();
	EQUAL(pass(fd[0], 1, 5), 1);
	message(&m, &v, &b, 1, &c, 16 + 4);
	EQUAL(sys(SYS_recvmsg, fd[1], &m, 0), 1);
	EQUAL(m.flags & MSG_CTRUNC, MSG_CTRUNC);
	EQUAL(c.h.len, 20);
	EQUAL(open_descriptors(), before + 1);
	EQUAL(pass(fd[0], 1, 5), 1);
	message(&m, &v, &b, 1, 0, 0);
	EQUAL(sys(SYS_recvmsg, fd[1], &m, 0), 1);
	EQUAL(m.flags & MSG_CTRUNC, MSG_CTRUNC);
	EQUAL(open_descriptors(), before + 1);
}

CASE(refused)
{
	struct control c;
	struct msghdr m;
	struct iovec v;
	int fd[2];

	EQUAL(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fd), 0);
	EQUAL(pass(fd[0], 99, 1), -EBADF);
	memset(&c, 0, sizeof(c));
	c.h.len = 20;
	c.h.level = SOL_SOCKET;
	c.h.type = 77;
	message(&m, &v, (void *)"x", 1, &c, 24);
	EQUAL(sys(SYS_sendmsg, fd[0], &m, 0), -EINVAL);
	c.h.type = SCM_RIGHTS;
	c.h.len = 400;
	EQUAL(sys(SYS_sendmsg, fd[0], &m, 0), -EINVAL);
	c.h.len = 3;
	EQUAL(sys(SYS_sendmsg, fd[0], &m, 0), -EINVAL);
	EQUAL(sys(SYS_sendmsg, fd[0], 8, 0), -EFAULT);
	m.control = (void *)8;
	EQUAL(sys(SYS_sendmsg, fd[0], &m, 0), -EFAULT);
	message(&m, &v, (void *)"x", 1, 0, 0);
	m.iovlen = -1;
	CHECK(sys(SYS_sendmsg, fd[0], &m, 0) < 0);
}

#if !defined(NETBSD)
/* struct cmsgcred: the sender leaves room, the kernel fills it in. */
CASE(credentials)
{
	struct cred {
		struct cmsghdr	h;
		int		pid;
		uint32_t	uid, euid, gid;
		int16_t		ngroups;
		uint32_t	groups[16];
	} c;
	struct msghdr m;
	struct iovec v;
	int fd[2];
	char b;

	EQUAL(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fd), 0);
	memset(&c, 0, sizeof(c));
	c.h.len = 16 + 84;
	c.h.level = SOL_SOCKET;
	c.h.type = 3;
	message(&m, &v, (void *)"x", 1, &c, 104);
	EQUAL(sys(SYS_sendmsg, fd[0], &m, 0), 1);
	memset(&c, 0xff, sizeof(c));
	message(&m, &v, &b, 1, &c, 104);
	EQUAL(sys(SYS_recvmsg, fd[1], &m, 0), 1);
	EQUAL(c.h.len, 100);
	EQUAL(c.h.type, 3);
	EQUAL(c.pid, sys(SYS_getpid));
	EQUAL(c.uid, sys(SYS_getuid));
	EQUAL(c.gid, sys(SYS_getgid));
	/* Nobody sent any. */
	EQUAL(sys(SYS_write, fd[0], "x", 1), 1);
	message(&m, &v, &b, 1, &c, 104);
	EQUAL(sys(SYS_recvmsg, fd[1], &m, 0), 1);
	EQUAL(m.controllen, 0);
}
#endif

CASE(peer)
{
	int fd[2];
#if defined(NETBSD)
	struct { int pid; uint32_t uid, gid; } u;
	uint32_t len = sizeof(u);

	EQUAL(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fd), 0);
	EQUAL(sys(SYS_getsockopt, fd[0], 0, 3, &u, &len), 0);
	EQUAL(u.pid, sys(SYS_getpid));
#else
	struct {
		uint32_t version, uid; int16_t n; uint32_t groups[16];
		uint64_t last;
	} u;
	uint32_t len = sizeof(u);

	EQUAL(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, fd), 0);
	EQUAL(sys(SYS_getsockopt, fd[0], 0, 1, &u, &len), 0);
	EQUAL(len, 88);
	EQUAL(u.version, 0);
	EQUAL(u.groups[0], sys(SYS_getgid));
#endif
	EQUAL(u.uid, sys(SYS_getuid));
}

/* A datagram's time, and where it was sent to. */
CASE(told_with_datagrams)
{
	struct sockaddr_in a = { 0, AF_INET, 0, LOOPBACK, {0} }, from;
	struct {
		struct cmsghdr h1;
		char d1[32];
		char rest[200];
	} c;
	int s = (int)sys(SYS_socket, AF_INET, SOCK_DGRAM, 0), one = 1, seen = 0;
	uint32_t len = sizeof(a), at, addr;
	struct cmsghdr h;
	struct msghdr m;
	struct iovec v;
	char b[4];

	EQUAL(sys(SYS_bind, s, &a, sizeof(a)), 0);
	EQUAL(sys(SYS_getsockname, s, &a, &len), 0);
	EQUAL(sys(SYS_setsockopt, s, SOL_SOCKET, SO_TIMESTAMP, &one,
	    sizeof(one)), 0);
	EQUAL(sys(SYS_setsockopt, s, IPPROTO_IP, IP_RECVDSTADDR, &one,
	    sizeof(one)), 0);
	EQUAL(sys(SYS_sendto, s, "abcdef", 6, 0, &a, sizeof(a)), 6);
	message(&m, &v, b, 4, &c, sizeof(c));
	m.name = &from;
	m.namelen = sizeof(from);
	EQUAL(sys(SYS_recvmsg, s, &m, 0), 4);
	EQUAL(m.flags & MSG_TRUNC, MSG_TRUNC);
	EQUAL(m.namelen, 16);
	EQUAL(from.port, a.port);
	for (at = 0; at + 16 <= m.controllen; at += (h.len + 7) & ~7u) {
		memcpy(&h, (char *)&c + at, sizeof(h));
		if (h.level == SOL_SOCKET && h.type == SCM_TIMESTAMP) {
			seen |= 1;
			EQUAL(h.len, 32);
		} else if (h.level == IPPROTO_IP && h.type == IP_RECVDSTADDR) {
			memcpy(&addr, (char *)&c + at + 16, 4);
			seen |= 2;
			EQUAL(h.len, 20);
			EQUAL(addr, LOOPBACK);
		}
	}
	EQUAL(seen, 3);
}

CASE(told_with_ipv6)
{
	struct sockaddr_in6 a = { 0, AF_INET6, 0, 0, { [15] = 1 }, 0 };
	struct { struct cmsghdr h; uint8_t addr[16]; uint32_t index; } c;
	int s = (int)sys(SYS_socket, AF_INET6, SOCK_DGRAM, 0), one = 1;
	uint32_t len = sizeof(a);
	struct msghdr m;
	struct iovec v;
	char b[4];

	EQUAL(sys(SYS_bind, s, &a, sizeof(a)), 0);
	EQUAL(sys(SYS_getsockname, s, &a, &len), 0);
	EQUAL(sys(SYS_setsockopt, s, IPPROTO_IPV6, IPV6_RECVPKTINFO, &one,
	    sizeof(one)), 0);
	EQUAL(sys(SYS_sendto, s, "a", 1, 0, &a, sizeof(a)), 1);
	message(&m, &v, b, 4, &c, 40);
	EQUAL(sys(SYS_recvmsg, s, &m, 0), 1);
	EQUAL(c.h.len, 36);
	EQUAL(c.h.level, IPPROTO_IPV6);
	EQUAL(c.h.type, IPV6_PKTINFO);
	EQUAL(memcmp(c.addr, a.addr, 16), 0);
	CHECK(c.index > 0);
	/* The same goes back in, as the source. */
	message(&m, &v, (void *)"b", 1, &c, 40);
	m.name = &a;
	m.namelen = sizeof(a);
	EQUAL(sys(SYS_sendmsg, s, &m, 0), 1);
}

#if defined(NETBSD)
CASE(many_messages)
{
	struct mmsg { struct msghdr m; uint32_t len; } out[3], in[5];
	struct iovec v[3], w[5];
	char b[5][8];
	int fd[2], i;

	EQUAL(sys(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, fd), 0);
	for (i = 0; i < 3; i++)
		message(&out[i].m, &v[i], (void *)"abcdef", (size_t)i + 1, 0,
		    0);
	for (i = 0; i < 5; i++)
		message(&in[i].m, &w[i], b[i], 8, 0, 0);
	EQUAL(sys(SYS_sendmmsg, fd[0], out, 3, 0), 3);
	EQUAL(out[2].len, 3);
	EQUAL(sys(SYS_recvmmsg, fd[1], in, 5, 0x2000, 0), 3);
	EQUAL(in[0].len, 1);
	EQUAL(in[2].len, 3);
	EQUAL(sys(SYS_recvmmsg, fd[1], in, 5, MSG_DONTWAIT, 0), -EAGAIN);
}
#endif

#if !defined(DRAGONFLY)
/* LOCAL_CREDS: the receiver asks, and gets struct sockcred. */
CASE(credentials_by_option)
{
	struct {
		struct cmsghdr h;
#if defined(NETBSD)
		int pid;
#endif
		uint32_t uid, euid, gid, egid;
		int ngroups;
		uint32_t groups[16];
	} c;
	struct msghdr m;
	struct iovec v;
	int fd[2], one = 1;
	char b;

	EQUAL(sys(SYS_socketpair, AF_UNIX, SOCK_DGRAM, 0, fd), 0);
#if defined(NETBSD)
	EQUAL(sys(SYS_setsockopt, fd[1], 0, 4, &one, sizeof(one)), 0);
#else
	EQUAL(sys(SYS_setsockopt, fd[1], 0, 2, &one, sizeof(one)), 0);
#endif
	EQUAL(sys(SYS_write, fd[0], "x", 1), 1);
	message(&m, &v, &b, 1, &c, sizeof(c));
	EQUAL(sys(SYS_recvmsg, fd[1], &m, 0), 1);
	EQUAL(c.h.level, SOL_SOCKET);
#if defined(NETBSD)
	EQUAL(c.h.type, 0x10);
	EQUAL(c.pid, sys(SYS_getpid));
#else
	EQUAL(c.h.type, 3);
#endif
	EQUAL(c.euid, sys(SYS_getuid));
	EQUAL(c.egid, sys(SYS_getgid));
	CHECK(c.ngroups >= 1);
}
#endif
