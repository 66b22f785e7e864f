/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * {CTL_NET, PF_ROUTE, 0, family, what, argument}: the lists of interfaces
 * with their addresses, of multicast groups and of routes, as messages of
 * the routing socket (net/rtsock.c of each system).  A message is a header
 * of the system's layout and, in the order of the bits of its field addrs,
 * socket addresses padded to a multiple of eight bytes.
 */
#include <linux/errno.h>

#include "netlink.h"
#include "route.h"
#include "sysctl.h"

/* Interface flags have one meaning and mostly one place. */
#define	LINUX_MULTICAST	0x1000
#define	BSD_MULTICAST	0x8000
#define	BSD_SIMPLEX	0x0800
#define	SHARED_FLAGS	0x03df		/* UP to ALLMULTI, but NOTRAILERS */
#define	FLAG_BROADCAST	0x0002

#define	LINK_DOWN	1		/* net/if.h, LINK_STATE_* */
#define	LINK_UP		2
#define	OPER_UNKNOWN	0		/* IF_OPER_* */
#define	OPER_UP		6

#define	RTF_UP		0x1
#define	RTF_GATEWAY	0x2
#define	RTF_HOST	0x4
#define	RTF_REJECT	0x8
#define	RTF_DONE	0x40
#define	RTF_STATIC	0x800
#define	RTF_BLACKHOLE	0x1000

int
route_if_flags(const struct net_link *k)
{
	uint32_t v = k->flags & SHARED_FLAGS;

	if (k->flags & LINUX_MULTICAST)
		v |= BSD_MULTICAST;
	if (k->flags & FLAG_BROADCAST)
		v |= BSD_SIMPLEX;	/* does not hear its own */
	return ((int)v);
}

/* ARPHRD_* to IFT_* (net/if_types.h) */
static uint8_t
if_type(uint16_t type)
{

	switch (type) {
	case 1: return (6);		/* Ethernet */
	case 512: return (23);		/* PPP */
	case 772: return (24);		/* loopback */
	case 768: case 769: case 776: case 778:
		return (131);		/* tunnels */
	case 65534: return (53);	/* tun: propVirtual */
	default: return (1);		/* other */
	}
}

static int
link_state(const struct net_link *k)
{

	return (k->operstate == OPER_UP ||
	    (k->operstate == OPER_UNKNOWN && (k->flags & 0x40)) ?
	    LINK_UP : LINK_DOWN);
}

void
route_if_data(struct bsd_if_data *d, const struct net_link *k)
{

	pimg_memset(d, 0, sizeof(*d));
	d->type = if_type(k->type);
	d->addrlen = k->type == 772 ? 0 : k->addrlen;
	d->hdrlen = k->type == 1 ? 14 : 0;
	d->link_state = (uint8_t)link_state(k);
	d->mtu = k->mtu;
	d->ipackets = k->rx_packets;
	d->ierrors = k->rx_errors;
	d->opackets = k->tx_packets;
	d->oerrors = k->tx_errors;
	d->collisions = k->collisions;
	d->ibytes = k->rx_bytes;
	d->obytes = k->tx_bytes;
	d->imcasts = k->multicast;
	d->iqdrops = k->rx_dropped;
#ifdef BSD_RT_IFLISTL
	d->datalen = sizeof(*d);
	d->oqdrops = k->tx_dropped;
#endif
}

void
route_begin(struct route_msg *m, size_t head)
{

	pimg_memset(m, 0, sizeof(*m));
	m->len = head;
}

void
route_add(struct route_msg *m, int which, const void *sa, size_t len)
{

	if (m->len + len + 8 > sizeof(m->buf))
		return;
	pimg_memcpy(m->buf + m->len, sa, len);
	m->len += (len + 7) & ~(size_t)7;
	m->addrs |= 1 << which;
}

void
route_add_inet(struct route_msg *m, int which, int family,
    const uint8_t *addr, int32_t scope)
{
	uint8_t sa[28];

	pimg_memset(sa, 0, sizeof(sa));
	if (family == NET_INET) {
		sa[0] = 16;
		sa[1] = BSD_AF_INET;
		pimg_memcpy(sa + 4, addr, 4);
		route_add(m, which, sa, 16);
		return;
	}
	sa[0] = 28;
	sa[1] = BSD_AF_INET6;
	pimg_memcpy(sa + 8, addr, 16);
	/* link-local addresses carry their interface */
	if ((addr[0] == 0xfe && (addr[1] & 0xc0) == 0x80) ||
	    (addr[0] == 0xff && (addr[1] & 0x0f) <= 2))
		pimg_memcpy(sa + 24, &scope, 4);
	route_add(m, which, sa, 28);
}

static void
add_mask(struct route_msg *m, int family, unsigned prefix)
{
	uint8_t mask[16];
	unsigned i;

	for (i = 0; i < 16; i++, prefix = prefix > 8 ? prefix - 8 : 0)
		mask[i] = prefix >= 8 ? 0xff : (uint8_t)~(0xffu >> prefix);
	route_add_inet(m, RTAX_NETMASK_, family, mask, 0);
}

/* struct sockaddr_dl (net/if_dl.h): the interface's name, then its address */
void
route_add_link(struct route_msg *m, int which, const struct net_link *k)
{
	uint8_t sa[8 + 16 + 32 + 8];
	size_t nlen = pimg_strlen(k->name), alen, len;
	uint16_t index = (uint16_t)k->index;

	alen = k->type == 772 ? 0 : k->addrlen;
	len = 8 + nlen + alen;
	if (len < BSD_SDL_MIN)
		len = BSD_SDL_MIN;
	pimg_memset(sa, 0, sizeof(sa));
	sa[0] = (uint8_t)len;
	sa[1] = BSD_AF_LINK;
	pimg_memcpy(sa + 2, &index, 2);
	sa[4] = if_type(k->type);
	sa[5] = (uint8_t)nlen;
	sa[6] = (uint8_t)alen;
	pimg_memcpy(sa + 8, k->name, nlen);
	pimg_memcpy(sa + 8 + nlen, k->addr, alen);
	route_add(m, which, sa, len);
}

static int
bsd_family(int family)
{

	return (family == NET_INET ? BSD_AF_INET : BSD_AF_INET6);
}

static int
reject_flags(int type)
{

	switch (type) {
	case 6: return (RTF_BLACKHOLE);		/* RTN_BLACKHOLE */
	case 7: case 8: return (RTF_REJECT);	/* unreachable, prohibit */
	case 2: return (BSD_RTF_LOCAL);		/* RTN_LOCAL */
	default: return (0);
	}
}

static long
out_route(struct sysctl_req *q, const struct net_route *t,
    const struct net_link *k)
{
	struct route_msg m;
	struct bsd_rt_msghdr *h = (void *)m.buf;
	unsigned host = t->family == NET_INET ? 32 : 128;

	route_begin(&m, sizeof(*h));
	route_add_inet(&m, RTAX_DST_, t->family, t->dst, t->index);
	if (t->has_gateway)
		route_add_inet(&m, RTAX_GATEWAY_, t->family, t->gateway,
		    t->index);
	else if (k != NULL)
		route_add_link(&m, RTAX_GATEWAY_, k);
	if (t->prefix != host)
		add_mask(&m, t->family, t->prefix);
	if (k != NULL)
		route_add_link(&m, RTAX_IFP_, k);
	h->msglen = (uint16_t)m.len;
	h->version = BSD_RTM_VERSION;
	h->type = BSD_RTM_GET;
	h->index = (uint16_t)t->index;
	h->flags = RTF_UP | RTF_DONE | reject_flags(t->type) |
	    (t->has_gateway ? RTF_GATEWAY : 0) |
	    (t->prefix == host ? RTF_HOST : 0) |
	    (t->protocol > 2 ? RTF_STATIC : 0);
	h->addrs = m.addrs;
	h->rmx.mtu = t->mtu != 0 ? t->mtu : k != NULL ? k->mtu : 0;
	return (sysctl_out(q, m.buf, m.len));
}

static long
route_dump(struct sysctl_req *q, int family)
{
	struct net_list links, routes;
	const struct net_route *t;
	size_t i;
	long r;

	if ((r = net_links(&links)) != 0 || (r = net_routes(&routes)) != 0)
		return (r);
	t = routes.items;
	for (i = 0; i < routes.count && r == 0; i++)
		if (family == 0 || family == bsd_family(t[i].family))
			r = out_route(q, &t[i], net_link(&links, t[i].index));
	return (r);
}

static long
out_addrs(struct sysctl_req *q, const struct net_link *k,
    const struct net_list *addrs, int family, int what)
{
	const struct net_addr *a = addrs->items;
	struct route_msg m;
	size_t i;
	long r = 0;

	for (i = 0; i < addrs->count && r == 0; i++) {
		if (a[i].index != k->index ||
		    (family != 0 && family != bsd_family(a[i].family)))
			continue;
		route_begin(&m, route_ifa_size(what));
		add_mask(&m, a[i].family, a[i].prefix);
		route_add_inet(&m, RTAX_IFA_, a[i].family, a[i].addr, k->index);
		if (a[i].has_brd)
			route_add_inet(&m, RTAX_BRD_, a[i].family, a[i].brd,
			    k->index);
		route_ifa_head(&m, k, what);
		r = sysctl_out(q, m.buf, m.len);
	}
	return (r);
}

static long
if_list(struct sysctl_req *q, int family, int what, int index)
{
	struct net_list links, addrs;
	const struct net_link *k;
	struct route_msg m;
	size_t i;
	long r;

	if ((r = net_links(&links)) != 0 || (r = net_addrs(&addrs)) != 0)
		return (r);
	k = links.items;
	for (i = 0; i < links.count && r == 0; i++) {
		if (index != 0 && index != k[i].index)
			continue;
		route_begin(&m, route_if_size(what));
		route_add_link(&m, RTAX_IFP_, &k[i]);
		route_if_head(&m, &k[i], what);
		if ((r = sysctl_out(q, m.buf, m.len)) == 0)
			r = out_addrs(q, &k[i], &addrs, family, what);
	}
	return (r);
}

long
sysctl_route(struct sysctl_req *q)
{
	int family, what;

	if (q->new != 0)
		return (-EPERM);
	if (q->namelen < 6)
		return (ROUTE_SHORT_NAME);
	family = q->name[3];
	what = q->name[4];
	switch (what) {
	case BSD_RT_DUMP:
		return (route_dump(q, family));
	case BSD_RT_FLAGS:
		return (0);		/* neighbours: none */
	case BSD_RT_IFLIST:
#ifdef BSD_RT_IFLISTL
	case BSD_RT_IFLISTL:
#endif
#ifdef BSD_RT_OIFLIST
	case BSD_RT_OIFLIST:
#endif
		return (if_list(q, family, what, q->name[5]));
#ifdef BSD_RT_IFMALIST
	case BSD_RT_IFMALIST:
		return (route_groups(q, family, q->name[5]));
#endif
	default:
		sysctl_unknown(q, NULL);
		return (-EINVAL);
	}
}
