/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct msghdr, in which sendmsg and recvmsg find everything else: the
 * conversions that socket.proto declares.
 *
 *	sent		address and ancillary data come in
 *	received	there is room for both; they go out after the call
 *	..._many	the same with a length behind it, of which NetBSD's calls
 *			take an array
 *
 * The vector of buffers is the same on both sides and passes as it is.  The
 * address and the ancillary data are converted in memory of the image's own
 * (cmsg.h), to which the native header points.
 */
#include "conv.h"
#include "cmsg.h"
#include "socket_abi.h"

#include <asm/socket.h>
#include <asm/unistd.h>

#define	E_NOMEM		12
#define	E_INVAL		22
#define	E_MSGSIZE	90
#define	NATIVE_CTRUNC	0x8
#define	NATIVE_AF_UNIX	1
#define	NATIVE_SENT_CREDS 0x800000	/* ours, in msg_flags: see below */

/* What both directions have in common. */
static long
header_in(struct n_msghdr *n, const struct f_msghdr *f)
{
	pimg_memset(n, 0, sizeof(*n));
	if (f->msg_iovlen < 0)
		return (-E_MSGSIZE);
	n->msg_iov = f->msg_iov;
	n->msg_iovlen = (uint64_t)f->msg_iovlen;
	return (0);
}

static long
send_name(struct n_msghdr *n, const struct f_msghdr *f)
{
	uint64_t len = f->msg_namelen;
	union nu_sockaddr *native;
	union fu_sockaddr foreign;
	long r;

	if (f->msg_name == 0)
		return (0);
	if ((native = pimg_scratch(sizeof(*native))) == NULL)
		return (-E_NOMEM);
	pimg_memset(&foreign, 0, sizeof(foreign));
	r = pimg_copyin(&foreign, f->msg_name, len < sizeof(foreign) ? len :
	    sizeof(foreign));
	if (r != 0 || (r = in_sockaddr(native, &len, &foreign, len)) != 0)
		return (r);
	n->msg_name = (uint64_t)native;
	n->msg_namelen = (uint32_t)len;
	return (0);
}

/* A native message may need twice the room (an address and its interface). */
static long
send_control(struct n_msghdr *n, const struct f_msghdr *f)
{
	struct cmsg_buf to = {0};
	size_t len = f->msg_controllen;
	char *from;
	long r;

	if (f->msg_control == 0)
		return (0);
	if (len < 12 || len > CONTROL_MAX)
		return (-E_INVAL);
	to.size = 2 * len + 64;
	if ((from = pimg_scratch(len)) == NULL ||
	    (to.p = pimg_scratch(to.size)) == NULL)
		return (-E_NOMEM);
	if ((r = pimg_copyin(from, f->msg_control, len)) != 0 ||
	    (r = bsd_cmsg_in(&to, from, len)) != 0)
		return (r);
	n->msg_control = (uint64_t)to.p;
	n->msg_controllen = to.len;
	return (0);
}

static long
send_in(struct n_msghdr *n, const struct f_msghdr *f)
{
	long r;

	if ((r = header_in(n, f)) != 0 || (r = send_name(n, f)) != 0)
		return (r);
	return (send_control(n, f));
}

static long
receive_in(struct n_msghdr *n, const struct f_msghdr *f)
{
	size_t len = f->msg_controllen;
	long r;

	if ((r = header_in(n, f)) != 0)
		return (r);
	if (f->msg_name != 0) {
		n->msg_namelen = sizeof(union nu_sockaddr);
		n->msg_name = (uint64_t)pimg_scratch(n->msg_namelen);
		if (n->msg_name == 0)
			return (-E_NOMEM);
	}
	if (f->msg_control == 0 || len == 0)
		return (0);
	if (len > CONTROL_MAX)
		len = CONTROL_MAX;
	n->msg_controllen = len + 64;
	n->msg_control = (uint64_t)pimg_scratch(n->msg_controllen);
	return (n->msg_control == 0 ? -E_NOMEM : 0);
}

static long
receive_control(struct f_msghdr *f, const struct n_msghdr *n, uint32_t *flags)
{
	struct cmsg_buf to = { .size = f->msg_controllen };
	long r;

	f->msg_controllen = 0;
	if (n->msg_control == 0)
		return (0);
	if (to.size > CONTROL_MAX)
		to.size = CONTROL_MAX;
	if ((to.p = pimg_scratch(to.size)) == NULL)
		return (-E_NOMEM);
	bsd_cmsg_out(&to, (const char *)n->msg_control, n->msg_controllen,
	    (*flags & NATIVE_SENT_CREDS) == 0);
	if (to.cut)
		*flags |= NATIVE_CTRUNC;
	if ((r = pimg_copyout(f->msg_control, to.p, to.len)) != 0)
		return (r);
	f->msg_controllen = (uint32_t)to.len;
	return (0);
}

static long
receive_name(struct f_msghdr *f, const struct n_msghdr *n)
{
	union fu_sockaddr foreign;
	uint64_t len;
	long r;

	if (f->msg_name == 0)
		return (0);
	if ((r = out_sockaddr(&foreign, &len,
	    (const union nu_sockaddr *)n->msg_name, n->msg_namelen)) != 0)
		return (r);
	if (len < f->msg_namelen)
		f->msg_namelen = (uint32_t)len;
	return (pimg_copyout(f->msg_name, &foreign, f->msg_namelen));
}

static long
receive_out(struct f_msghdr *f, const struct n_msghdr *n)
{
	uint32_t flags = (uint32_t)n->msg_flags;
	uint64_t shown = 0;
	long r;

	if ((r = receive_control(f, n, &flags)) != 0 ||
	    (r = receive_name(f, n)) != 0 ||
	    (r = map_message_flags_out(flags & ~NATIVE_SENT_CREDS, &shown)) !=
	    0)
		return (r);
	f->msg_flags = (int32_t)shown;
	return (0);
}

long
in_sent(struct n_msghdr *n, const struct f_sent *f)
{
	return (send_in(n, &f->m));
}

/* What was sent is the program's as it was. */
long
out_sent(struct f_sent *f, const struct n_msghdr *n)
{
	(void)f;
	(void)n;
	return (0);
}

long
in_received(struct n_msghdr *n, const struct f_received *f)
{
	return (receive_in(n, &f->m));
}

long
out_received(struct f_received *f, const struct n_msghdr *n)
{
	return (receive_out(&f->m, n));
}

long
in_sent_many(struct n_mmsghdr *n, const struct f_sent_many *f)
{
	n->msg_len = 0;
	return (send_in(&n->msg_hdr, &f->m));
}

long
out_sent_many(struct f_sent_many *f, const struct n_mmsghdr *n)
{
	f->msg_len = n->msg_len;
	return (0);
}

long
in_received_many(struct n_mmsghdr *n, const struct f_received_many *f)
{
	n->msg_len = 0;
	return (receive_in(&n->msg_hdr, &f->m));
}

long
out_received_many(struct f_received_many *f, const struct n_mmsghdr *n)
{
	f->msg_len = n->msg_len;
	return (receive_out(&f->m, &n->msg_hdr));
}

#ifdef BSD_CMSGCRED
long	hook_recvmsg(struct pimg_frame *);

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
 * recvmsg(s, msg, flags), native.  There a sender may attach credentials
 * without the receiver's asking.  Here they are kept with the message all the
 * same, and shown while an option is on: so it is on during this call, if
 * there is room for what it shows, and the flag says what they are.
 */
long
hook_recvmsg(struct pimg_frame *f)
{
	struct n_msghdr *n = (struct n_msghdr *)f->arg[1];
	long s = (long)f->arg[0], r;
	int lend;

	lend = n->msg_controllen >= CMSG_HEAD + 84 + 64 &&
	    option(s, SO_DOMAIN) == NATIVE_AF_UNIX &&
	    !option(s, SO_PASSCRED);
	if (lend)
		pass_credentials(s, 1);
	r = pimg_call(__NR_recvmsg, s, n, f->arg[2]);
	if (!lend)
		return (r);
	pass_credentials(s, 0);
	n->msg_flags |= NATIVE_SENT_CREDS;
	return (r);
}
#endif
