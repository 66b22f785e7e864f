/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Calls on sockets that do more than their native namesakes.
 *
 * An IPv6 socket of the BSDs does not take IPv4 unless it is told to
 * (net.inet6.ip6.v6only is 1 on FreeBSD and NetBSD, and DragonFly knows nothing
 * else), so that one program can listen on both wildcards.  What accept makes
 * inherits O_NONBLOCK from the listener; accept4 and paccept say it themselves.
 */
#include "hook.h"

#include <asm/unistd.h>
#include <linux/fcntl.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/poll.h>

#define	NATIVE_AF_INET6	10
#define	NATIVE_NONBLOCK	04000		/* SOCK_NONBLOCK and O_NONBLOCK */

long	hook_socket(struct pimg_frame *);
long	hook_accept(struct pimg_frame *);
long	hook_paccept(struct pimg_frame *);

/* socket(domain, type, protocol), native numbers */
long
hook_socket(struct pimg_frame *f)
{
	int on = 1;
	long s;

	s = pimg_call(__NR_socket, f->arg[0], f->arg[1], f->arg[2]);
	if (s >= 0 && f->arg[0] == NATIVE_AF_INET6)
		pimg_sys(__NR_setsockopt, s, IPPROTO_IPV6, IPV6_V6ONLY, &on,
		    sizeof(on));
	return (s);
}

/* accept(s, address, length), native objects */
long
hook_accept(struct pimg_frame *f)
{
	long flags = pimg_sys(__NR_fcntl, f->arg[0], F_GETFL);

	if (flags < 0)
		return (flags);
	return (pimg_call(__NR_accept4, f->arg[0], f->arg[1], f->arg[2],
	    flags & NATIVE_NONBLOCK));
}

/*
 * paccept(s, address, length, mask, flags): accept4 under another signal
 * mask.  It is waiting that a signal is to interrupt, so that is what happens
 * under the mask.
 */
long
hook_paccept(struct pimg_frame *f)
{
	struct pollfd p = { .fd = (int)f->arg[0], .events = POLLIN };
	pimg_reg a[6] = { (pimg_reg)&p, 1, 0, 0, 8 };
	uint64_t mask, host;
	long r;

	if (f->arg[3] != 0) {
		if ((r = pimg_sigset_copyin(&mask, f->arg[3])) != 0)
			return (r);
		r = pimg_sys(__NR_fcntl, f->arg[0], F_GETFL);
		if (r < 0)
			return (r);
		a[3] = (pimg_reg)&host;
		if ((r & NATIVE_NONBLOCK) == 0 && (r = pimg_mask_call(
		    __NR_ppoll, a, mask, &host)) < 0)
			return (r);
	}
	return (pimg_call(__NR_accept4, f->arg[0], f->arg[1], f->arg[2],
	    f->arg[4]));
}
