/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Headers of the messages of an interface list.  FreeBSD has two forms of
 * each (NET_RT_IFLISTL's tells where its parts are); NetBSD has the address
 * message of NetBSD 7 and the one since.
 */
#include "route.h"

#define	ADDR_UP		1	/* RTF_UP, in ifam_flags */

static void
if_head(struct route_msg *m, const struct net_link *k)
{
	struct bsd_if_msghdr *h = (void *)m->buf;

	h->msglen = (uint16_t)m->len;
	h->version = BSD_RTM_VERSION;
	h->type = BSD_RTM_IFINFO;
	h->addrs = m->addrs;
	h->flags = route_if_flags(k);
	h->index = (uint16_t)k->index;
	route_if_data(&h->data, k);
}

static void
ifa_head(struct route_msg *m, const struct net_link *k)
{
	struct bsd_ifa_msghdr *h = (void *)m->buf;

	h->msglen = (uint16_t)m->len;
	h->version = BSD_RTM_VERSION;
	h->type = BSD_RTM_NEWADDR;
	h->addrs = m->addrs;
	h->flags = ADDR_UP;
	h->index = (uint16_t)k->index;
}

#if defined(BSD_RT_IFLISTL)

size_t
route_if_size(int what)
{

	return (what == BSD_RT_IFLISTL ? sizeof(struct bsd_if_msghdrl) :
	    sizeof(struct bsd_if_msghdr));
}

void
route_if_head(struct route_msg *m, const struct net_link *k, int what)
{
	struct bsd_if_msghdrl *h = (void *)m->buf;

	if_head(m, k);
	if (what != BSD_RT_IFLISTL)
		return;
	h->len = sizeof(*h);
	h->data_off = offsetof(struct bsd_if_msghdrl, data);
	h->spare2 = 0;
	route_if_data(&h->data, k);
}

size_t
route_ifa_size(int what)
{

	return (what == BSD_RT_IFLISTL ? sizeof(struct bsd_ifa_msghdrl) :
	    sizeof(struct bsd_ifa_msghdr));
}

void
route_ifa_head(struct route_msg *m, const struct net_link *k, int what)
{
	struct bsd_ifa_msghdrl *h = (void *)m->buf;

	ifa_head(m, k);
	if (what != BSD_RT_IFLISTL)
		return;
	h->len = sizeof(*h);
	h->data_off = offsetof(struct bsd_ifa_msghdrl, data);
	h->metric = 0;
	route_if_data(&h->data, k);
}

#elif defined(BSD_RT_OIFLIST)

size_t
route_if_size(int what)
{

	(void)what;
	return (sizeof(struct bsd_if_msghdr));
}

void
route_if_head(struct route_msg *m, const struct net_link *k, int what)
{

	(void)what;
	if_head(m, k);
}

size_t
route_ifa_size(int what)
{

	return (what == BSD_RT_OIFLIST ? sizeof(struct bsd_oifa_msghdr) :
	    sizeof(struct bsd_ifa_msghdr));
}

void
route_ifa_head(struct route_msg *m, const struct net_link *k, int what)
{
	struct bsd_oifa_msghdr *h = (void *)m->buf;

	if (what != BSD_RT_OIFLIST) {
		ifa_head(m, k);
		return;
	}
	h->msglen = (uint16_t)m->len;
	h->version = BSD_RTM_VERSION;
	h->type = BSD_RTM_ONEWADDR;
	h->addrs = m->addrs;
	h->flags = ADDR_UP;
	h->index = (uint16_t)k->index;
}

#else

size_t
route_if_size(int what)
{

	(void)what;
	return (sizeof(struct bsd_if_msghdr));
}

void
route_if_head(struct route_msg *m, const struct net_link *k, int what)
{

	(void)what;
	if_head(m, k);
}

size_t
route_ifa_size(int what)
{

	(void)what;
	return (sizeof(struct bsd_ifa_msghdr));
}

void
route_ifa_head(struct route_msg *m, const struct net_link *k, int what)
{

	(void)what;
	ifa_head(m, k);
}

#endif
