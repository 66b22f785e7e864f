/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * ioctls that ask about network interfaces (sys/sockio.h, net/if.h): one
 * struct ifreq, or the list of those with an address.  The name comes first
 * on both sides, and behind it what is asked for; the struct of NetBSD is
 * longer (socket_abi.h).  The number of the request, its low byte, is the
 * same on all three systems but for the MTU's.
 */
#include "conv.h"
#include "hook.h"
#include "socket_abi.h"

#include <asm/unistd.h>
#include <linux/sockios.h>

#define	E_NOMEM		12
#define	E_INVAL		22
#define	E_NOTTY		25
#define	NAME_BYTES	16
#define	LIST_MAX	256
#define	NATIVE_MULTICAST 0x1000
#define	BSD_MULTICAST	0x8000

long	hook_ioctl_interface(struct pimg_frame *);
long	hook_ioctl_interfaces(struct pimg_frame *);

struct bsd_ifreq {
	char	name[NAME_BYTES];
	union {
		uint8_t	bytes[BSD_IFREQ_DATA];
		int16_t	flags;
		int32_t	number;
		uint16_t index;
		union fu_sockaddr addr;
	};
};

struct native_ifreq {
	char	name[NAME_BYTES];
	union {
		uint8_t	bytes[24];
		int16_t	flags;
		int32_t	number;
		union nu_sockaddr addr;	/* the head and an IPv4 address */
	};
};

#define	FOREIGN_BYTES	(NAME_BYTES + BSD_IFREQ_DATA)
#define	NATIVE_BYTES	40

static long
native_request(unsigned request)
{
	switch (request & 0xff) {
	case 17: return (SIOCGIFFLAGS);
	case 23: return (SIOCGIFMETRIC);
	case 32: return (SIOCGIFINDEX);
	case 33: return (SIOCGIFADDR);
	case 34: return (SIOCGIFDSTADDR);
	case 35: return (SIOCGIFBRDADDR);
	case 37: return (SIOCGIFNETMASK);
	case 51: case 126: return (SIOCGIFMTU);
	default: return (0);
	}
}

static long
address(struct bsd_ifreq *b, const struct native_ifreq *n)
{
	union fu_sockaddr a;
	uint64_t len;
	long r;

	if ((r = out_sockaddr(&a, &len, &n->addr, 16)) != 0)
		return (r);
	pimg_memcpy(b->bytes, &a, 16);
	return (0);
}

static long
answer(struct bsd_ifreq *b, const struct native_ifreq *n, long request)
{
	switch (request) {
	case SIOCGIFFLAGS:
		b->flags = n->flags & 0x3df;
		if (n->flags & NATIVE_MULTICAST)
			b->flags |= (int16_t)BSD_MULTICAST;
		return (0);
	case SIOCGIFINDEX:
		b->index = (uint16_t)n->number;
		return (0);
	case SIOCGIFMTU:
	case SIOCGIFMETRIC:
		b->number = n->number;
		return (0);
	default:
		return (address(b, n));
	}
}

long
hook_ioctl_interface(struct pimg_frame *f)
{
	long request = native_request((unsigned)f->arg[1]), r;
	struct native_ifreq n;
	struct bsd_ifreq b;

	pimg_memset(&n, 0, sizeof(n));
	if ((r = pimg_copyin(&b, f->arg[2], FOREIGN_BYTES)) != 0)
		return (r);
	pimg_memcpy(n.name, b.name, NAME_BYTES);
	if ((r = pimg_call(__NR_ioctl, f->arg[0], request, &n)) < 0)
		return (r);
	if ((r = answer(&b, &n, request)) != 0)
		return (r);
	return (pimg_copyout(f->arg[2], &b, FOREIGN_BYTES));
}

/* SIOCGIFCONF: as many entries as there is room for. */
long
hook_ioctl_interfaces(struct pimg_frame *f)
{
	struct { int32_t len, pad; pimg_addr buf; } to;
	struct { int32_t len, pad; void *buf; } from;
	struct native_ifreq n;
	struct bsd_ifreq b;
	int32_t at = 0;
	long r, i;

	if ((r = pimg_copyin(&to, f->arg[2], sizeof(to))) != 0)
		return (r);
	from.len = LIST_MAX * NATIVE_BYTES;
	if ((from.buf = pimg_scratch((size_t)from.len)) == NULL)
		return (-E_NOMEM);
	if ((r = pimg_call(__NR_ioctl, f->arg[0], SIOCGIFCONF, &from)) < 0)
		return (r);
	for (i = 0; i < from.len / NATIVE_BYTES && to.len - at >=
	    FOREIGN_BYTES; i++, at += FOREIGN_BYTES) {
		pimg_memset(&b, 0, sizeof(b));
		pimg_memset(&n, 0, sizeof(n));
		pimg_memcpy(&n, (char *)from.buf + i * NATIVE_BYTES,
		    NATIVE_BYTES);
		pimg_memcpy(b.name, n.name, NAME_BYTES);
		if ((r = address(&b, &n)) != 0 || (r = pimg_copyout(to.buf +
		    (unsigned)at, &b, FOREIGN_BYTES)) != 0)
			return (r);
	}
	to.len = at;
	return (pimg_copyout(f->arg[2], &to, sizeof(to)));
}
