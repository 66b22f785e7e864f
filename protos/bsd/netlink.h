/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The machine's interfaces, addresses and routes, as the native kernel lists
 * them over rtnetlink.  Lists live in scratch memory until the call ends.
 */
#ifndef PIMG_PROTOS_BSD_NETLINK_H
#define PIMG_PROTOS_BSD_NETLINK_H

#include <stddef.h>
#include <stdint.h>

/* Families are the native ones. */
#define	NET_INET	2
#define	NET_INET6	10

struct net_link {
	int32_t		index;
	uint32_t	flags;		/* native IFF_* */
	uint16_t	type;		/* ARPHRD_* */
	uint8_t		operstate;	/* IF_OPER_* */
	uint8_t		addrlen;
	uint8_t		addr[32];
	uint32_t	mtu;
	uint64_t	rx_packets, tx_packets, rx_bytes, tx_bytes;
	uint64_t	rx_errors, tx_errors, rx_dropped, tx_dropped;
	uint64_t	multicast, collisions;
	char		name[16];
};

struct net_addr {
	int32_t		index;
	uint8_t		family, prefix, has_brd, pad;
	uint8_t		addr[16];	/* of the interface */
	uint8_t		brd[16];	/* broadcast or peer */
};

struct net_route {
	int32_t		index;
	uint8_t		family, prefix, table, type;
	uint8_t		has_gateway, protocol, pad[2];
	uint8_t		dst[16], gateway[16];
	uint32_t	mtu;
};

struct net_list {
	void		*items;
	size_t		count, room;
};

long	net_links(struct net_list *l);
long	net_addrs(struct net_list *l);
long	net_routes(struct net_list *l);
const struct net_link *net_link(const struct net_list *l, int32_t index);

#endif
