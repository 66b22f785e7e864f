/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Dumps over rtnetlink.  The socket lives for one dump; what the kernel
 * reports is copied into flat records, and anything that is cut off or not
 * understood is left out.  A kernel or filter that refuses netlink sockets
 * gives its errno.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/if_addr.h>
#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/rtnetlink.h>

#include <hook.h>

#include "netlink.h"

#define	SOCK_RAW_CLOEXEC	(3 | 02000000)
#define	AF_NETLINK_	16
#define	BUFFER		32768

typedef long (*parser)(struct net_list *, const struct nlmsghdr *);

struct request {
	struct nlmsghdr	head;
	struct rtgenmsg	gen;
	char		pad[3];
};

/* A zeroed record at the end of the list, or NULL. */
static void *
append(struct net_list *l, size_t size)
{
	char *items;
	size_t room;

	if (l->count == l->room) {
		room = l->room == 0 ? 32 : 2 * l->room;
		if ((items = pimg_scratch(room * size)) == NULL)
			return (NULL);
		if (l->count > 0)
			pimg_memcpy(items, l->items, l->count * size);
		l->items = items;
		l->room = room;
	}
	return ((char *)l->items + l->count++ * size);
}

static long
parse(struct net_list *l, const char *buf, long len, int type, parser fn)
{
	const struct nlmsghdr *h = (const void *)buf;
	long r;

	for (; NLMSG_OK(h, len); h = NLMSG_NEXT(h, len)) {
		if (h->nlmsg_type == NLMSG_DONE)
			return (1);
		if (h->nlmsg_type == NLMSG_ERROR)
			return (((const struct nlmsgerr *)NLMSG_DATA(h))->error);
		if (h->nlmsg_type == type && (r = fn(l, h)) != 0)
			return (r);
	}
	return (0);
}

static long
dump(struct net_list *l, int request, int reply, parser fn)
{
	struct request q;
	char *buf;
	long fd, r;

	l->items = NULL;
	l->count = l->room = 0;
	if ((buf = pimg_scratch(BUFFER)) == NULL)
		return (-ENOMEM);
	fd = pimg_sys(__NR_socket, AF_NETLINK_, SOCK_RAW_CLOEXEC, NETLINK_ROUTE);
	if (fd < 0)
		return (fd);
	pimg_memset(&q, 0, sizeof(q));
	q.head.nlmsg_len = sizeof(q);
	q.head.nlmsg_type = (uint16_t)request;
	q.head.nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
	r = pimg_sys(__NR_sendto, fd, &q, sizeof(q), 0, NULL, 0);
	while (r >= 0 &&
	    (r = pimg_sys(__NR_recvfrom, fd, buf, BUFFER, 0, NULL, NULL)) > 0)
		if ((r = parse(l, buf, r, reply, fn)) != 0)
			break;
	pimg_sys(__NR_close, fd);
	return (r < 0 ? r : 0);
}

static uint32_t
number(const struct rtattr *a)
{
	uint32_t v = 0;

	if (RTA_PAYLOAD(a) >= sizeof(v))
		pimg_memcpy(&v, RTA_DATA(a), sizeof(v));
	return (v);
}

static void
bytes(uint8_t *dst, size_t size, const struct rtattr *a)
{
	size_t n = RTA_PAYLOAD(a);

	pimg_memcpy(dst, RTA_DATA(a), n < size ? n : size);
}

static void
parse_stats(struct net_link *k, const struct rtattr *a)
{
	struct rtnl_link_stats64 s;

	if (RTA_PAYLOAD(a) < offsetof(struct rtnl_link_stats64, rx_length_errors))
		return;
	pimg_memcpy(&s, RTA_DATA(a), offsetof(struct rtnl_link_stats64,
	    rx_length_errors));
	k->rx_packets = s.rx_packets;
	k->tx_packets = s.tx_packets;
	k->rx_bytes = s.rx_bytes;
	k->tx_bytes = s.tx_bytes;
	k->rx_errors = s.rx_errors;
	k->tx_errors = s.tx_errors;
	k->rx_dropped = s.rx_dropped;
	k->tx_dropped = s.tx_dropped;
	k->multicast = s.multicast;
	k->collisions = s.collisions;
}

static long
parse_link(struct net_list *l, const struct nlmsghdr *h)
{
	const struct ifinfomsg *m = NLMSG_DATA(h);
	const struct rtattr *a = IFLA_RTA(m);
	long len = (long)IFLA_PAYLOAD(h);
	struct net_link *k = append(l, sizeof(*k));

	if (k == NULL)
		return (-ENOMEM);
	k->index = m->ifi_index;
	k->flags = m->ifi_flags;
	k->type = m->ifi_type;
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		switch (a->rta_type) {
		case IFLA_IFNAME:
			bytes((uint8_t *)k->name, sizeof(k->name) - 1, a);
			break;
		case IFLA_MTU:
			k->mtu = number(a);
			break;
		case IFLA_ADDRESS:
			k->addrlen = (uint8_t)RTA_PAYLOAD(a);
			if (k->addrlen > sizeof(k->addr))
				k->addrlen = sizeof(k->addr);
			bytes(k->addr, sizeof(k->addr), a);
			break;
		case IFLA_OPERSTATE:
			bytes(&k->operstate, 1, a);
			break;
		case IFLA_STATS64:
			parse_stats(k, a);
			break;
		}
	}
	return (0);
}

/* IFA_ADDRESS is the peer's where IFA_LOCAL is there, else our own. */
static long
parse_addr(struct net_list *l, const struct nlmsghdr *h)
{
	const struct ifaddrmsg *m = NLMSG_DATA(h);
	const struct rtattr *a = IFA_RTA(m), *local = NULL, *peer = NULL;
	const struct rtattr *brd = NULL;
	long len = (long)IFA_PAYLOAD(h);
	struct net_addr *d;

	for (; RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		if (a->rta_type == IFA_LOCAL)
			local = a;
		else if (a->rta_type == IFA_ADDRESS)
			peer = a;
		else if (a->rta_type == IFA_BROADCAST)
			brd = a;
	}
	if ((m->ifa_family != NET_INET && m->ifa_family != NET_INET6) ||
	    (local == NULL && peer == NULL))
		return (0);
	if ((d = append(l, sizeof(*d))) == NULL)
		return (-ENOMEM);
	d->index = (int32_t)m->ifa_index;
	d->family = m->ifa_family;
	d->prefix = m->ifa_prefixlen;
	bytes(d->addr, sizeof(d->addr), local != NULL ? local : peer);
	if (brd == NULL && local != NULL)
		brd = peer;
	if (brd != NULL) {
		d->has_brd = 1;
		bytes(d->brd, sizeof(d->brd), brd);
	}
	return (0);
}

static uint32_t
route_mtu(const struct rtattr *metrics)
{
	const struct rtattr *a = RTA_DATA(metrics);
	long len = (long)RTA_PAYLOAD(metrics);

	for (; RTA_OK(a, len); a = RTA_NEXT(a, len))
		if (a->rta_type == RTAX_MTU)
			return (number(a));
	return (0);
}

/* Routes of the tables main and local, those of local for own addresses. */
static long
parse_route(struct net_list *l, const struct nlmsghdr *h)
{
	const struct rtmsg *m = NLMSG_DATA(h);
	const struct rtattr *a = RTM_RTA(m);
	long len = (long)RTM_PAYLOAD(h);
	struct net_route *t;

	if ((m->rtm_family != NET_INET && m->rtm_family != NET_INET6) ||
	    (m->rtm_flags & RTM_F_CLONED) ||
	    !(m->rtm_table == RT_TABLE_MAIN ||
	    (m->rtm_table == RT_TABLE_LOCAL && m->rtm_type == RTN_LOCAL)))
		return (0);
	if ((t = append(l, sizeof(*t))) == NULL)
		return (-ENOMEM);
	t->family = m->rtm_family;
	t->prefix = m->rtm_dst_len;
	t->table = m->rtm_table;
	t->type = m->rtm_type;
	t->protocol = m->rtm_protocol;
	for (; RTA_OK(a, len); a = RTA_NEXT(a, len)) {
		switch (a->rta_type) {
		case RTA_DST:
			bytes(t->dst, sizeof(t->dst), a);
			break;
		case RTA_GATEWAY:
			t->has_gateway = 1;
			bytes(t->gateway, sizeof(t->gateway), a);
			break;
		case RTA_OIF:
			t->index = (int32_t)number(a);
			break;
		case RTA_METRICS:
			t->mtu = route_mtu(a);
			break;
		}
	}
	return (0);
}

long
net_links(struct net_list *l)
{

	return (dump(l, RTM_GETLINK, RTM_NEWLINK, parse_link));
}

long
net_addrs(struct net_list *l)
{

	return (dump(l, RTM_GETADDR, RTM_NEWADDR, parse_addr));
}

long
net_routes(struct net_list *l)
{

	return (dump(l, RTM_GETROUTE, RTM_NEWROUTE, parse_route));
}

const struct net_link *
net_link(const struct net_list *l, int32_t index)
{
	const struct net_link *k = l->items;
	size_t i;

	for (i = 0; i < l->count; i++)
		if (k[i].index == index)
			return (&k[i]);
	return (NULL);
}
