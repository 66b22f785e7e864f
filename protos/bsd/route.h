/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Building messages of the routing socket: begin one with the size of its
 * header, add addresses in the order of their numbers, then write the
 * header.  route_abi.h has the system's layouts; route_head.c fills them.
 */
#ifndef PIMG_PROTOS_BSD_ROUTE_H
#define PIMG_PROTOS_BSD_ROUTE_H

#include <stddef.h>
#include <stdint.h>

#include <hook.h>

#include "netlink.h"
#include "route_abi.h"
#include "sysctl.h"

/* Places of addresses in a message; its bit is 1 << place (net/route.h). */
#define	RTAX_DST_	0
#define	RTAX_GATEWAY_	1
#define	RTAX_NETMASK_	2
#define	RTAX_IFP_	4
#define	RTAX_IFA_	5
#define	RTAX_BRD_	7

struct route_msg {
	char	buf[512] __attribute__((__aligned__(8)));
	size_t	len;
	int	addrs;
};

void	route_begin(struct route_msg *m, size_t head);
void	route_add(struct route_msg *m, int which, const void *sa, size_t len);
void	route_add_inet(struct route_msg *m, int which, int family,
	    const uint8_t *addr, int32_t scope);
void	route_add_link(struct route_msg *m, int which,
	    const struct net_link *k);
int	route_if_flags(const struct net_link *k);
void	route_if_data(struct bsd_if_data *d, const struct net_link *k);

/* route_head.c: sizes and contents of the headers, by the list asked for. */
#define	ROUTE_SHORT_NAME	(-EINVAL)
size_t	route_if_size(int what);
void	route_if_head(struct route_msg *m, const struct net_link *k, int what);
size_t	route_ifa_size(int what);
void	route_ifa_head(struct route_msg *m, const struct net_link *k, int what);
long	route_groups(struct sysctl_req *q, int family, int index);

#endif
