/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Ancillary data on its way in (sendmsg).  Guarantees: every message is whole
 * and known, or the call fails with EINVAL as it does there.
 */
#include "cmsg.h"
#include "socket_abi.h"

#include <asm/unistd.h>

#define	E_INVAL	22

static char *
add(struct cmsg_buf *to, int level, int type, const void *data, size_t len)
{
	struct native_cmsg h = { CMSG_HEAD + len, level, type };
	char *p = to->p + to->len;

	if (to->size - to->len < CMSG_HEAD + CMSG_UP(len))
		return (NULL);
	pimg_memcpy(p, &h, sizeof(h));
	pimg_memcpy(p + CMSG_HEAD, data, len);
	to->len += CMSG_HEAD + CMSG_UP(len);
	return (p);
}

/* The program leaves room for credentials; the kernel says who it is. */
static long
credentials(struct cmsg_buf *to)
{
	struct native_ucred u;

	u.pid = (int32_t)pimg_sys(__NR_getpid);
	u.uid = (uint32_t)pimg_sys(__NR_getuid);
	u.gid = (uint32_t)pimg_sys(__NR_getgid);
	return (add(to, SOL_NATIVE, SCM_NATIVE_CREDS, &u, sizeof(u)) ==
	    NULL ? -E_INVAL : 0);
}

static long
socket_level(struct cmsg_buf *to, const struct bsd_cmsg *h, const char *data,
    size_t len)
{
	if (h->type == SCM_BSD_RIGHTS)
		return (add(to, SOL_NATIVE, SCM_NATIVE_RIGHTS, data, len) ==
		    NULL ? -E_INVAL : 0);
#ifdef BSD_CMSGCRED
	if (h->type == BSD_SCM_CREDS)
		return (credentials(to));
#else
	(void)credentials;
#endif
	return (-E_INVAL);
}

/* The address that a datagram is to come from, by one name or the other. */
static long
source(struct cmsg_buf *to, const char *data, size_t len, int index)
{
	struct native_pktinfo i = {0};

	if (len < sizeof(i.spec_dst))
		return (-E_INVAL);
	pimg_memcpy(&i.spec_dst, data, sizeof(i.spec_dst));
	i.index = index;
	return (add(to, LEVEL_IP, NATIVE_IP_PKTINFO, &i, sizeof(i)) == NULL ?
	    -E_INVAL : 0);
}

static long
ip_level(struct cmsg_buf *to, const struct bsd_cmsg *h, const char *data,
    size_t len)
{
	switch (h->type) {
	case 3:		/* IP_TOS */
		return (add(to, LEVEL_IP, NATIVE_IP_TOS, data, len) == NULL ?
		    -E_INVAL : 0);
	case 4:		/* IP_TTL */
		return (add(to, LEVEL_IP, NATIVE_IP_TTL, data, len) == NULL ?
		    -E_INVAL : 0);
	case BSD_IP_RECVDSTADDR:	/* IP_SENDSRCADDR */
		return (source(to, data, len, 0));
#ifdef BSD_IP_PKTINFO
	case BSD_IP_PKTINFO: {
		int32_t index = 0;

		if (len >= 8)
			pimg_memcpy(&index, data + 4, sizeof(index));
		return (source(to, data, len, index));
	}
#endif
	default:
		return (-E_INVAL);
	}
}

/* The same data under another number (netinet6/in6.h, RFC 3542). */
static int
ipv6_type(int type)
{
	switch (type) {
	case 46: return (50);	/* IPV6_PKTINFO */
	case 47: return (52);	/* IPV6_HOPLIMIT */
	case 49: return (54);	/* IPV6_HOPOPTS */
	case 50: return (59);	/* IPV6_DSTOPTS */
	case 51: return (57);	/* IPV6_RTHDR */
	case 61: return (67);	/* IPV6_TCLASS */
	case 62: return (62);	/* IPV6_DONTFRAG */
	default: return (0);
	}
}

static long
one(struct cmsg_buf *to, const struct bsd_cmsg *h, const char *data,
    size_t len)
{
	int type;

	if (h->level == SOL_BSD)
		return (socket_level(to, h, data, len));
	if (h->level == LEVEL_IP)
		return (ip_level(to, h, data, len));
	if (h->level != LEVEL_IPV6 || (type = ipv6_type(h->type)) == 0)
		return (-E_INVAL);
	return (add(to, LEVEL_IPV6, type, data, len) == NULL ? -E_INVAL : 0);
}

long
bsd_cmsg_in(struct cmsg_buf *to, const char *from, size_t len)
{
	struct bsd_cmsg h;
	size_t at = 0;
	long r;

	while (len - at >= 12) {
		pimg_memset(&h, 0, sizeof(h));
		pimg_memcpy(&h, from + at, 12);
		if (h.len < CMSG_HEAD || h.len > len - at)
			return (-E_INVAL);
		if ((r = one(to, &h, from + at + CMSG_HEAD,
		    h.len - CMSG_HEAD)) != 0) {
			pimg_missing("control message",
			    (unsigned long)h.type);
			return (r);
		}
		if (CMSG_UP(h.len) >= len - at)
			break;
		at += CMSG_UP(h.len);
	}
	return (0);
}
