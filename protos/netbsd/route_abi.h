/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Messages of net.route (net/route.h, net/if.h of NetBSD 10, and of its
 * compat/sys/net for programs made before NetBSD 8).
 */
#define	BSD_AF_LINK	18
#define	BSD_AF_INET	2
#define	BSD_AF_INET6	24

#define	BSD_RTM_VERSION	4
#define	BSD_RTM_GET	4
#define	BSD_RTM_IFINFO	20
#define	BSD_RTM_NEWADDR	22
#define	BSD_RTM_ONEWADDR 12

#define	BSD_RT_DUMP	1
#define	BSD_RT_FLAGS	2
#define	BSD_RT_OIFLIST	5	/* with NetBSD 7's ifa_msghdr: Go asks so */
#define	BSD_RT_IFLIST	6
#define	BSD_SDL_MIN	20	/* sizeof(struct sockaddr_dl) */
#define	BSD_RTF_LOCAL	0x40000

struct bsd_if_data {
	uint8_t		type, addrlen, hdrlen;
	int32_t		link_state;
	uint64_t	mtu, metric, baudrate;
	uint64_t	ipackets, ierrors, opackets, oerrors, collisions;
	uint64_t	ibytes, obytes, imcasts, omcasts, iqdrops, noproto;
	int64_t		lastchange[2];
};

struct bsd_if_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	int32_t		addrs, flags;
	uint16_t	index;
	struct bsd_if_data data;
};
_Static_assert(sizeof(struct bsd_if_msghdr) == 0x98, "if_msghdr");

struct bsd_ifa_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	uint16_t	index;
	int32_t		flags, addrs, pid, addrflags, metric;
} __attribute__((__aligned__(8)));
_Static_assert(sizeof(struct bsd_ifa_msghdr) == 32, "ifa_msghdr");

struct bsd_oifa_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	int32_t		addrs, flags, metric;
	uint16_t	index;
} __attribute__((__aligned__(8)));
_Static_assert(sizeof(struct bsd_oifa_msghdr) == 0x18, "ifa_msghdr70");

struct bsd_rt_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	uint16_t	index;
	int32_t		flags, addrs, pid, seq, error, use, inits;
	struct {
		uint64_t	locks, mtu, hopcount, recvpipe, sendpipe;
		uint64_t	ssthresh, rtt, rttvar;
		int64_t		expire, pksent;
	} rmx;
} __attribute__((__aligned__(8)));
_Static_assert(sizeof(struct bsd_rt_msghdr) == 0x78, "rt_msghdr");
