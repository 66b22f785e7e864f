/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * sendmsg, recvmsg, and the calls that make several of them.
 *
 * The vector of buffers is the same on both sides and passes as it is.  The
 * address and the ancillary data are converted in memory of the image's own
 * (cmsg.h), so the native call gets a header of ours.
 */
#include "conv.h"
#include "cmsg.h"
#include "socket_abi.h"

#include <asm/socket.h>
#include <asm/unistd.h>

#define	E_INTR		4
#define	E_AGAIN		11
#define	E_NOMEM		12
#define	E_INVAL		22
#define	NATIVE_CTRUNC	0x8
#define	NATIVE_DONTWAIT	0x40
#define	NATIVE_WAITFORONE 0x10000
#define	NATIVE_AF_UNIX	1

/* struct msghdr (sys/socket.h) */
struct bsd_msghdr {
	pimg_addr	name;
	uint32_t	namelen, pad;
	pimg_addr	iov;
	int32_t		iovlen, pad2;
	pimg_addr	control;
	uint32_t	controllen;
	int32_t		flags;
};

/* struct mmsghdr of NetBSD, where the two calls exist */
struct bsd_mmsghdr {
	struct bsd_msghdr hdr;
	uint32_t	len, pad;
};

struct native_msghdr {
	void		*name;
	int32_t		 namelen;
	pimg_addr	 iov;
	uint64_t	 iovlen;
	void		*control;
	uint64_t	 controllen;
	uint32_t	 flags;
};

_Static_assert(sizeof(struct bsd_msghdr) == 48, "struct msghdr");
_Static_assert(sizeof(struct native_msghdr) == 56, "struct msghdr");

long	hook_sendmsg(struct pimg_frame *);
long	hook_recvmsg(struct pimg_frame *);
long	hook_sendmmsg(struct pimg_frame *);
long	hook_recvmmsg(struct pimg_frame *);

/* What one message needs besides the buffers of the program. */
struct message {
	struct bsd_msghdr	m;
	struct native_msghdr	n;
	union nu_sockaddr	native;
	union fu_sockaddr	foreign;
	int			asked;	/* LOCAL_CREDS is on */
	int			lent;	/* SO_PASSCRED is on for this call */
};

static long
header_in(struct message *x, pimg_addr addr)
{
	long r;

	pimg_memset(x, 0, sizeof(*x));
	if ((r = pimg_copyin(&x->m, addr, sizeof(x->m))) != 0)
		return (r);
	if (x->m.iovlen < 0)
		return (-90);		/* EMSGSIZE */
	x->n.iov = x->m.iov;
	x->n.iovlen = (uint64_t)x->m.iovlen;
	return (0);
}

static long
send_name(struct message *x)
{
	uint64_t len = x->m.namelen;
	long r;

	if (x->m.name == 0)
		return (0);
	r = pimg_copyin(&x->foreign, x->m.name, len < sizeof(x->foreign) ?
	    len : sizeof(x->foreign));
	if (r != 0 || (r = in_sockaddr(&x->native, &len, &x->foreign,
	    len)) != 0)
		return (r);
	x->n.name = &x->native;
	x->n.namelen = (int32_t)len;
	return (0);
}

/* A native message may need twice the room (an address and its interface). */
static long
send_control(struct message *x)
{
	struct cmsg_buf to = {0};
	size_t len = x->m.controllen;
	char *from;
	long r;

	if (x->m.control == 0)
		return (0);
	if (len < 12 || len > CONTROL_MAX)
		return (-E_INVAL);
	to.size = 2 * len + 64;
	if ((from = pimg_scratch(len)) == NULL ||
	    (to.p = pimg_scratch(to.size)) == NULL)
		return (-E_NOMEM);
	if ((r = pimg_copyin(from, x->m.control, len)) != 0 ||
	    (r = bsd_cmsg_in(&to, from, len)) != 0)
		return (r);
	x->n.control = to.p;
	x->n.controllen = to.len;
	return (0);
}

static long
send_one(long s, pimg_addr msg, long flags)
{
	struct message x;
	long r;

	if ((r = header_in(&x, msg)) != 0 || (r = send_name(&x)) != 0 ||
	    (r = send_control(&x)) != 0)
		return (r);
	return (pimg_call(__NR_sendmsg, s, &x.n, flags));
}

static int
option(long s, int name)
{
	uint32_t size = sizeof(int);
	int v = 0;

	pimg_sys(__NR_getsockopt, s, SOL_SOCKET, name, &v, &size);
	return (v);
}

static void
pass_credentials(long s, int on)
{
	pimg_sys(__NR_setsockopt, s, SOL_SOCKET, SO_PASSCRED, &on,
	    sizeof(on));
}

/*
 * There a sender may attach credentials without the receiver's asking.  Here
 * they are kept with the message all the same, and shown while an option is
 * on: so it is on during this call, if there is room for what it shows.
 */
static void
expect_credentials(struct message *x, long s)
{
	if (option(s, SO_DOMAIN) != NATIVE_AF_UNIX)
		return;
	x->asked = option(s, SO_PASSCRED);
#ifdef BSD_CMSGCRED
	if (!x->asked && x->m.controllen >= CMSG_HEAD + 84) {
		x->lent = 1;
		pass_credentials(s, 1);
	}
#endif
}

static long
receive_room(struct message *x, long s)
{
	size_t len = x->m.controllen;

	if (x->m.name != 0) {
		x->n.name = &x->native;
		x->n.namelen = sizeof(x->native);
	}
	if (x->m.control == 0 || len == 0)
		return (0);
	if (len > CONTROL_MAX)
		len = CONTROL_MAX;
	x->n.controllen = len + 64;
	if ((x->n.control = pimg_scratch(x->n.controllen)) == NULL)
		return (-E_NOMEM);
	expect_credentials(x, s);
	return (0);
}

static long
receive_control(struct message *x)
{
	struct cmsg_buf to = { .size = x->m.controllen };
	long r;

	x->m.controllen = 0;
	if (x->n.control == NULL)
		return (0);
	if (to.size > CONTROL_MAX)
		to.size = CONTROL_MAX;
	if ((to.p = pimg_scratch(to.size)) == NULL)
		return (-E_NOMEM);
	bsd_cmsg_out(&to, x->n.control, x->n.controllen, x->asked);
	if (to.cut)
		x->n.flags |= NATIVE_CTRUNC;
	if ((r = pimg_copyout(x->m.control, to.p, to.len)) != 0)
		return (r);
	x->m.controllen = (uint32_t)to.len;
	return (0);
}

static long
receive_name(struct message *x)
{
	uint64_t len;
	long r;

	if (x->m.name == 0)
		return (0);
	if ((r = out_sockaddr(&x->foreign, &len, &x->native,
	    (uint64_t)x->n.namelen)) != 0)
		return (r);
	if (len < x->m.namelen)
		x->m.namelen = (uint32_t)len;
	return (pimg_copyout(x->m.name, &x->foreign, x->m.namelen));
}

static long
receive_one(long s, pimg_addr msg, long flags)
{
	struct message x;
	uint64_t shown = 0;
	long r, e;

	if ((r = header_in(&x, msg)) != 0 || (r = receive_room(&x, s)) != 0)
		return (r);
	r = pimg_call(__NR_recvmsg, s, &x.n, flags);
	if (x.lent)
		pass_credentials(s, 0);
	if (r < 0)
		return (r);
	if ((e = receive_control(&x)) != 0 || (e = receive_name(&x)) != 0 ||
	    (e = map_message_flags_out(x.n.flags, &shown)) != 0)
		return (e);
	x.m.flags = (int32_t)shown;
	e = pimg_copyout(msg, &x.m, sizeof(x.m));
	return (e != 0 ? e : r);
}

/* sendmsg(s, msg, flags), native flags */
long
hook_sendmsg(struct pimg_frame *f)
{
	return (send_one((long)f->arg[0], f->arg[1], (long)f->arg[2]));
}

/* recvmsg(s, msg, flags), native flags */
long
hook_recvmsg(struct pimg_frame *f)
{
	return (receive_one((long)f->arg[0], f->arg[1], (long)f->arg[2]));
}

/* Writes the length of a message that is done. */
static long
length_out(pimg_addr mmsg, long n)
{
	uint32_t len = (uint32_t)n;

	return (pimg_copyout(mmsg + __builtin_offsetof(struct bsd_mmsghdr,
	    len), &len, sizeof(len)));
}

/* sendmmsg(s, mmsg, vlen, flags): an error counts only for the first. */
long
hook_sendmmsg(struct pimg_frame *f)
{
	pimg_addr at = f->arg[1];
	uint32_t i, n = (uint32_t)f->arg[2];
	long r = 0;

	if (n > 1024)
		n = 1024;
	for (i = 0; i < n; i++, at += sizeof(struct bsd_mmsghdr)) {
		r = send_one((long)f->arg[0], at, (long)f->arg[3]);
		if (r < 0 || (r = length_out(at, r)) != 0)
			break;
	}
	return (i > 0 ? (long)i : r);
}

/* Has the time passed that recvmmsg was given? */
static int
expired(pimg_addr timeout, const int64_t start[2])
{
	int64_t now[2], limit[2];

	if (timeout == 0 || pimg_copyin(limit, timeout, sizeof(limit)) != 0)
		return (0);
	pimg_sys(__NR_clock_gettime, 1, now);
	limit[0] += start[0];
	limit[1] += start[1];
	if (limit[1] >= 1000000000) {
		limit[1] -= 1000000000;
		limit[0]++;
	}
	return (now[0] > limit[0] || (now[0] == limit[0] &&
	    now[1] >= limit[1]));
}

/* recvmmsg(s, mmsg, vlen, flags, timeout); the time is looked at between
 * messages, as it is there. */
long
hook_recvmmsg(struct pimg_frame *f)
{
	pimg_addr at = f->arg[1];
	long r = 0, flags = (long)f->arg[3] & ~NATIVE_WAITFORONE;
	uint32_t i, n = (uint32_t)f->arg[2];
	int64_t start[2];

	if (n > 1024)
		n = 1024;
	pimg_sys(__NR_clock_gettime, 1, start);
	for (i = 0; i < n; i++, at += sizeof(struct bsd_mmsghdr)) {
		r = receive_one((long)f->arg[0], at, flags);
		if (r < 0 || (r = length_out(at, r)) != 0)
			break;
		if (f->arg[3] & NATIVE_WAITFORONE)
			flags |= NATIVE_DONTWAIT;
		if (expired(f->arg[4], start)) {
			i++;
			break;
		}
	}
	return (i > 0 ? (long)i : r);
}
