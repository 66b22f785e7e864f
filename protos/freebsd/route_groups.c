/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * NET_RT_IFMALIST: the multicast groups of interfaces, from the native
 * kernel's /proc/net/igmp and igmp6.
 */
#include <linux/errno.h>

#include "procfs.h"
#include "route.h"

#define	TABLE	16384		/* bytes of a table that are looked at */

struct groups {
	struct sysctl_req *q;
	const struct net_list *links;
	int	index;		/* one interface, or 0 */
};

static long
out_group(const struct groups *g, int32_t index, int family,
    const uint8_t *addr)
{
	const struct net_link *k = net_link(g->links, index);
	struct bsd_ifma_msghdr *h;
	struct route_msg m;

	if (k == NULL || (g->index != 0 && g->index != index))
		return (0);
	h = (void *)m.buf;
	route_begin(&m, sizeof(*h));
	route_add_link(&m, RTAX_IFP_, k);
	route_add_inet(&m, RTAX_IFA_, family, addr, index);
	h->msglen = (uint16_t)m.len;
	h->version = BSD_RTM_VERSION;
	h->type = BSD_RTM_NEWMADDR;
	h->addrs = m.addrs;
	h->index = (uint16_t)index;
	return (sysctl_out(g->q, m.buf, m.len));
}

static const char *
next_line(const char *p)
{

	while (*p != '\0' && *p != '\n')
		p++;
	return (*p == '\n' ? p + 1 : p);
}

static uint8_t
hex_digit(char c)
{

	return ((uint8_t)(c <= '9' ? c - '0' : (c | 32) - 'a' + 10));
}

static void
hex(uint8_t *dst, const char *p, size_t n)
{

	for (; n > 0 && p[0] > ' ' && p[1] > ' '; n--, p += 2)
		*dst++ = (uint8_t)(hex_digit(p[0]) << 4 | hex_digit(p[1]));
}

/* A line "INDEX name ..." for each interface, then "\t\t\t\tGROUP ..." */
static long
inet(const struct groups *g, const char *text)
{
	const char *p = next_line(text);
	uint8_t addr[4], c;
	int32_t index = 0;
	long r = 0;

	for (; *p != '\0' && r == 0; p = next_line(p)) {
		if (*p >= '0' && *p <= '9') {
			index = (int32_t)proc_number(&p, 10);
			continue;
		}
		while (*p == '\t' || *p == ' ')
			p++;
		hex(addr, p, 4);	/* a number: the last byte first */
		c = addr[0], addr[0] = addr[3], addr[3] = c;
		c = addr[1], addr[1] = addr[2], addr[2] = c;
		r = out_group(g, index, NET_INET, addr);
	}
	return (r);
}

/* "INDEX name GROUP users flags timer" */
static long
inet6(const struct groups *g, const char *text)
{
	const char *p;
	uint8_t addr[16];
	int32_t index;
	long r = 0;

	for (p = text; *p != '\0' && r == 0; p = next_line(p)) {
		index = (int32_t)proc_number(&p, 10);
		while (*p == ' ' || *p == '\t')
			p++;
		while (*p > ' ')
			p++;
		while (*p == ' ' || *p == '\t')
			p++;
		hex(addr, p, 16);
		r = out_group(g, index, NET_INET6, addr);
	}
	return (r);
}

long
route_groups(struct sysctl_req *q, int family, int index)
{
	struct net_list links;
	struct groups g = { q, &links, index };
	char *text;
	long r;

	if ((r = net_links(&links)) != 0)
		return (r);
	if ((text = pimg_scratch(TABLE)) == NULL)
		return (-ENOMEM);
	if ((family == 0 || family == BSD_AF_INET) &&
	    proc_read("/proc/net/igmp", text, TABLE) > 0)
		r = inet(&g, text);
	if (r == 0 && (family == 0 || family == BSD_AF_INET6) &&
	    proc_read("/proc/net/igmp6", text, TABLE) > 0)
		r = inet6(&g, text);
	return (r);
}
