/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Socket options that one native option does not serve.  Each function gets
 * the frame of setsockopt or getsockopt as the program made the call; f->nr
 * says which (105 and 118 on all three systems).
 *
 *	sockopt_buffer		our kernel doubles the size of a buffer for its
 *				own book-keeping, and shows it doubled
 *	sockopt_local		level 0, options 1 to 4: of IP, or of a local
 *				socket (sys/un.h), which asks for credentials
 *	sockopt_keepalive	DragonFly counts in milliseconds
 *	sockopt_pathmtu		struct ip6_mtuinfo holds a socket address
 *	sockopt_icmp6		a filter's set bits pass there, block here
 */
#include "conv.h"
#include "hook.h"
#include "socket_abi.h"

#include <asm/socket.h>
#include <asm/unistd.h>
#include <linux/in.h>
#include <linux/in6.h>

#define	NR_GETSOCKOPT	118
#define	NATIVE_AF_UNIX	1
#define	NATIVE_IP_TTL	2
#define	E_INVAL		22
#define	E_NOPROTOOPT	92

long	hook_sockopt_buffer(struct pimg_frame *);
long	hook_sockopt_local(struct pimg_frame *);
long	hook_sockopt_keepalive(struct pimg_frame *);
long	hook_sockopt_pathmtu(struct pimg_frame *);
long	hook_sockopt_icmp6(struct pimg_frame *);

static int
is_get(const struct pimg_frame *f)
{
	return (f->nr == NR_GETSOCKOPT);
}

static long
get(const struct pimg_frame *f, int level, int name, void *p, uint32_t size)
{
	return (pimg_sys(__NR_getsockopt, f->arg[0], level, name, p, &size));
}

static long
set(const struct pimg_frame *f, int level, int name, const void *p,
    uint32_t size)
{
	return (pimg_sys(__NR_setsockopt, f->arg[0], level, name, p, size));
}

/* The program's own numbers are the native call's but for the name. */
static long
renamed(const struct pimg_frame *f, int level, int name)
{
	return (pimg_call(is_get(f) ? __NR_getsockopt : __NR_setsockopt,
	    f->arg[0], level, name, f->arg[3], f->arg[4]));
}

/* What getsockopt writes: as much as there is room for, and how much. */
static long
give(const struct pimg_frame *f, const void *p, uint32_t size)
{
	uint32_t room;
	long r;

	if (f->arg[3] == 0)
		return (0);
	if ((r = pimg_copyin(&room, f->arg[4], sizeof(room))) != 0)
		return (r);
	if ((int32_t)room < 0)
		return (-E_INVAL);
	if (room > size)
		room = size;
	if ((r = pimg_copyout(f->arg[3], p, room)) != 0)
		return (r);
	return (pimg_copyout(f->arg[4], &room, sizeof(room)));
}

/* What setsockopt reads. */
static long
take(const struct pimg_frame *f, void *p, uint32_t size)
{
	if ((uint32_t)f->arg[4] < size)
		return (-E_INVAL);
	return (pimg_copyin(p, f->arg[3], size));
}

long
hook_sockopt_buffer(struct pimg_frame *f)
{
	int name = f->arg[2] == BSD_SO_SNDBUF ? SO_SNDBUF : SO_RCVBUF, v;
	long r;

	if (!is_get(f))
		return (renamed(f, SOL_SOCKET, name));
	if ((r = get(f, SOL_SOCKET, name, &v, sizeof(v))) < 0)
		return (r);
	v /= 2;
	return (give(f, &v, sizeof(v)));
}

#ifdef BSD_LOCAL_PEERCRED
/* LOCAL_PEERCRED: who made the other end (sys/ucred.h). */
static long
peer(const struct pimg_frame *f)
{
	struct bsd_xucred x = { .version = 0, .ngroups = 1 };
	struct { int32_t pid; uint32_t uid, gid; } u;
	long r;

	if ((r = get(f, SOL_SOCKET, SO_PEERCRED, &u, sizeof(u))) < 0)
		return (r);
	if (u.pid == 0)
		return (-107);		/* ENOTCONN */
	x.uid = u.uid;
	x.groups[0] = u.gid;
#ifdef BSD_XUCRED_PID
	x.pid = u.pid;
#endif
	return (give(f, &x, sizeof(x)));
}
#endif

#ifdef BSD_LOCAL_PEEREID
/* LOCAL_PEEREID: the same in fewer words (sys/un.h). */
static long
peer(const struct pimg_frame *f)
{
	struct { int32_t pid; uint32_t uid, gid; } u;
	long r;

	if ((r = get(f, SOL_SOCKET, SO_PEERCRED, &u, sizeof(u))) < 0)
		return (r);
	return (u.pid == 0 ? -107 : give(f, &u, sizeof(u)));
}
#endif

static long
local(const struct pimg_frame *f)
{
	int name = (int)f->arg[2];

#ifdef BSD_LOCAL_PEERCRED
	if (name == BSD_LOCAL_PEERCRED)
		return (is_get(f) ? peer(f) : -E_INVAL);
#endif
#ifdef BSD_LOCAL_PEEREID
	if (name == BSD_LOCAL_PEEREID)
		return (is_get(f) ? peer(f) : -E_INVAL);
#endif
#ifdef BSD_LOCAL_CREDS
	if (name == BSD_LOCAL_CREDS)
		return (renamed(f, SOL_SOCKET, SO_PASSCRED));
#endif
	pimg_missing("local socket option", (unsigned long)name);
	return (-E_INVAL);
}

long
hook_sockopt_local(struct pimg_frame *f)
{
	static const char native[] = { 0, 4, 3, 1, NATIVE_IP_TTL };
	int domain = 0;
	long r;

	if ((r = get(f, SOL_SOCKET, SO_DOMAIN, &domain, sizeof(domain))) < 0)
		return (r);
	if (domain == NATIVE_AF_UNIX)
		return (local(f));
	return (renamed(f, IPPROTO_IP, native[f->arg[2] & 7]));
}

#ifdef BSD_TCP_MILLISECONDS
long
hook_sockopt_keepalive(struct pimg_frame *f)
{
	int name = f->arg[2] == 256 ? 4 : 5;	/* TCP_KEEPIDLE, _KEEPINTVL */
	int v;
	long r;

	if (is_get(f)) {
		if ((r = get(f, IPPROTO_TCP, name, &v, sizeof(v))) < 0)
			return (r);
		v *= 1000;
		return (give(f, &v, sizeof(v)));
	}
	if ((r = take(f, &v, sizeof(v))) != 0)
		return (r);
	v = v > 0 && v < 1000 ? 1 : v / 1000;
	return (set(f, IPPROTO_TCP, name, &v, sizeof(v)));
}
#endif

/* struct ip6_mtuinfo: an IPv6 socket address and the number behind it */
long
hook_sockopt_pathmtu(struct pimg_frame *f)
{
	uint8_t info[sizeof(struct n_sockaddr_in6) + 4];
	union nu_sockaddr n;
	union fu_sockaddr m;
	uint64_t len;
	long r;

	if (!is_get(f))
		return (-E_NOPROTOOPT);
	if ((r = get(f, IPPROTO_IPV6, IPV6_PATHMTU, info, sizeof(info))) < 0)
		return (r);
	pimg_memset(&n, 0, sizeof(n));
	pimg_memcpy(&n, info, sizeof(struct n_sockaddr_in6));
	if ((r = out_sockaddr(&m, &len, &n, sizeof(struct n_sockaddr_in6))) !=
	    0)
		return (r);
	pimg_memcpy(info, &m, sizeof(struct n_sockaddr_in6));
	return (give(f, info, sizeof(info)));
}

long
hook_sockopt_icmp6(struct pimg_frame *f)
{
	uint32_t filter[8];
	long r;
	int i;

	r = is_get(f) ? get(f, IPPROTO_ICMPV6, 1, filter, sizeof(filter)) :
	    take(f, filter, sizeof(filter));
	if (r < 0)
		return (r);
	for (i = 0; i < 8; i++)
		filter[i] = ~filter[i];
	return (is_get(f) ? give(f, filter, sizeof(filter)) :
	    set(f, IPPROTO_ICMPV6, 1, filter, sizeof(filter)));
}
