/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Messages of net.routetable (net/route.h, net/if.h of FreeBSD 14).
 */
#define	BSD_AF_LINK	18
#define	BSD_AF_INET	2
#define	BSD_AF_INET6	28

#define	BSD_RTM_VERSION	5
#define	BSD_RTM_GET	4
#define	BSD_RTM_IFINFO	14
#define	BSD_RTM_NEWADDR	12
#define	BSD_RTM_NEWMADDR 15

#define	BSD_RT_DUMP	1
#define	BSD_RT_FLAGS	2
#define	BSD_RT_IFLIST	3
#define	BSD_RT_IFMALIST	4
#define	BSD_RT_IFLISTL	5
#define	BSD_SDL_MIN	56	/* sizeof(struct sockaddr_dl), rounded */
#define	BSD_RTF_LOCAL	0x200000

struct bsd_if_data {
	uint8_t		type, physical, addrlen, hdrlen, link_state, vhid;
	uint16_t	datalen;
	uint32_t	mtu, metric;
	uint64_t	baudrate, ipackets, ierrors, opackets, oerrors;
	uint64_t	collisions, ibytes, obytes, imcasts, omcasts;
	uint64_t	iqdrops, oqdrops, noproto, hwassist;
	int64_t		epoch;
	int64_t		lastchange[2];
};

struct bsd_if_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	int32_t		addrs, flags;
	uint16_t	index, spare;
	struct bsd_if_data data;
};
_Static_assert(sizeof(struct bsd_if_msghdr) == 0xa8, "if_msghdr");

struct bsd_if_msghdrl {
	uint16_t	msglen;
	uint8_t		version, type;
	int32_t		addrs, flags;
	uint16_t	index, spare, len, data_off;
	int32_t		spare2;
	struct bsd_if_data data;
};
_Static_assert(sizeof(struct bsd_if_msghdrl) == 0xb0, "if_msghdrl");

struct bsd_ifa_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	int32_t		addrs, flags;
	uint16_t	index, spare;
	int32_t		metric;
};
_Static_assert(sizeof(struct bsd_ifa_msghdr) == 0x14, "ifa_msghdr");

struct bsd_ifa_msghdrl {
	uint16_t	msglen;
	uint8_t		version, type;
	int32_t		addrs, flags;
	uint16_t	index, spare, len, data_off;
	int32_t		metric;
	struct bsd_if_data data;
};
_Static_assert(sizeof(struct bsd_ifa_msghdrl) == 0xb0, "ifa_msghdrl");

struct bsd_ifma_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	int32_t		addrs, flags;
	uint16_t	index, spare;
};
_Static_assert(sizeof(struct bsd_ifma_msghdr) == 0x10, "ifma_msghdr");

struct bsd_rt_msghdr {
	uint16_t	msglen;
	uint8_t		version, type;
	uint16_t	index, spare;
	int32_t		flags, addrs, pid, seq, error, fmask;
	uint64_t	inits;
	struct {
		uint64_t	locks, mtu, hopcount, expire, recvpipe;
		uint64_t	sendpipe, ssthresh, rtt, rttvar, pksent;
		uint64_t	weight, nhidx, filler[2];
	} rmx;
};
_Static_assert(sizeof(struct bsd_rt_msghdr) == 0x98, "rt_msghdr");
