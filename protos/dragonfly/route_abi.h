/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Messages of net.routetable (net/route.h, net/if.h of DragonFly 6.4).
 */
#define	BSD_AF_LINK	18
#define	BSD_AF_INET	2
#define	BSD_AF_INET6	28

#define	BSD_RTM_VERSION	7	/* 6 before ifa_msghdr grew in 5.8 */
#define	BSD_RTM_GET	4
#define	BSD_RTM_IFINFO	14
#define	BSD_RTM_NEWADDR	12

#define	BSD_RT_DUMP	1
#define	BSD_RT_FLAGS	2
#define	BSD_RT_IFLIST	3
#define	BSD_SDL_MIN	56	/* sizeof(struct sockaddr_dl), rounded */
#define	BSD_RTF_LOCAL	0x200000

struct bsd_if_data {
	uint8_t		type, physical, addrlen, hdrlen, recvquota, xmitquota;
	uint64_t	mtu, metric, link_state, baudrate;
	uint64_t	ipackets, ierrors, opackets, oerrors, collisions;
	uint64_t	ibytes, obytes, imcasts, omcasts, iqdrops, noproto;
	uint64_t	hwassist, oqdrops;
	int64_t		lastchange[2];
};

struct bsd_if_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	int32_t		addrs, flags;
	uint16_t	index;
	struct bsd_if_data data;
};
_Static_assert(sizeof(struct bsd_if_msghdr) == 0xb0, "if_msghdr");

struct bsd_ifa_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	int32_t		addrs, flags;
	uint16_t	index;
	int32_t		metric, addrflags;
};
_Static_assert(sizeof(struct bsd_ifa_msghdr) == 0x18, "ifa_msghdr");

struct bsd_rt_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	uint16_t	index;
	int32_t		flags, addrs, pid, seq, error, use;
	uint64_t	inits;
	struct {
		uint64_t	locks, mtu, pksent, expire, sendpipe, ssthresh;
		uint64_t	rtt, rttvar, recvpipe, hopcount;
		uint16_t	mssopt, pad;
		uint64_t	msl, iwmaxsegs, iwcapsegs;
	} rmx;
};
_Static_assert(sizeof(struct bsd_rt_msghdr) == 0x98, "rt_msghdr");
