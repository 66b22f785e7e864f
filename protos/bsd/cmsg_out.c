/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Ancillary data on its way out (recvmsg).  Guarantees: what does not fit is
 * cut off and marked so, and no descriptor stays open that the program was
 * not told of.
 */
#include "conv.h"
#include "cmsg.h"
#include "socket_abi.h"

#include <asm/unistd.h>

/* Adds a message, or as much of it as there is room for; bytes of data. */
static size_t
add(struct cmsg_buf *to, int level, int type, const void *data, size_t len)
{
	struct bsd_cmsg h = { (uint32_t)(CMSG_HEAD + len), level, type, 0 };
	char *p = to->p + to->len;
	size_t room = to->size - to->len, full = CMSG_HEAD + CMSG_UP(len);

	if (room <= CMSG_HEAD) {
		to->cut = 1;
		return (0);
	}
	if (room < CMSG_HEAD + len) {
		to->cut = 1;
		len = room - CMSG_HEAD;
		h.len = (uint32_t)(CMSG_HEAD + len);
	}
	pimg_memcpy(p, &h, sizeof(h));
	pimg_memcpy(p + CMSG_HEAD, data, len);
	to->len += full < room ? full : room;
	return (len);
}

/* Descriptors are passed whole or not at all. */
static void
rights(struct cmsg_buf *to, const char *data, size_t len)
{
	size_t room = to->size - to->len, n = len / 4, i;
	size_t fits = room < CMSG_HEAD + 4 ? 0 : (room - CMSG_HEAD) / 4;
	int32_t fd;

	if (fits > n)
		fits = n;
	else if (fits < n)
		to->cut = 1;
	for (i = fits; i < n; i++) {
		pimg_memcpy(&fd, data + 4 * i, sizeof(fd));
		pimg_sys(__NR_close, fd);
	}
	if (fits > 0)
		add(to, SOL_BSD, SCM_BSD_RIGHTS, data, 4 * fits);
}

#if defined(BSD_CMSGCRED)
/* struct cmsgcred, filled in for a sender that left room for it. */
static void
cmsgcred(struct cmsg_buf *to, const struct native_ucred *u)
{
	struct {
		int32_t		pid;
		uint32_t	uid, euid, gid;
		int16_t		ngroups;
		uint32_t	groups[16];
	} c;

	pimg_memset(&c, 0, sizeof(c));
	c.pid = u->pid;
	c.uid = c.euid = u->uid;
	c.gid = c.groups[0] = u->gid;
	c.ngroups = 1;
	add(to, SOL_BSD, BSD_SCM_CREDS, &c, sizeof(c));
}
#endif

/* struct sockcred, for a receiver that asked (LOCAL_CREDS). */
static void
sockcred(struct cmsg_buf *to, const struct native_ucred *u)
{
	struct {
#ifdef BSD_SOCKCRED_PID
		int32_t		pid;
#endif
		uint32_t	uid, euid, gid, egid;
		int32_t		ngroups;
		uint32_t	groups[1];
	} c;

	pimg_memset(&c, 0, sizeof(c));
#ifdef BSD_SOCKCRED_PID
	c.pid = u->pid;
#endif
	c.uid = c.euid = u->uid;
	c.gid = c.egid = c.groups[0] = u->gid;
	c.ngroups = 1;
	add(to, SOL_BSD, BSD_SCM_CREDS, &c, sizeof(c));
}

static void
credentials(struct cmsg_buf *to, const char *data, size_t len, int asked)
{
	struct native_ucred u;

	if (len < sizeof(u))
		return;
	pimg_memcpy(&u, data, sizeof(u));
	if (u.pid == 0)
		return;			/* nobody said */
#ifdef BSD_CMSGCRED
	if (!asked) {
		cmsgcred(to, &u);
		return;
	}
#endif
	(void)asked;
	sockcred(to, &u);
}

#ifdef BSD_IP_RECVIF
/* Through which interface: an address with a number and no name. */
static void
interface(struct cmsg_buf *to, const char *data, size_t len)
{
	struct native_pktinfo i;
	uint8_t dl[BSD_SDL_BYTES];
	uint16_t index;

	if (len < sizeof(i))
		return;
	pimg_memcpy(&i, data, sizeof(i));
	pimg_memset(dl, 0, sizeof(dl));
	dl[0] = sizeof(dl);
	dl[1] = 18;			/* AF_LINK */
	index = (uint16_t)i.index;
	pimg_memcpy(dl + 2, &index, sizeof(index));
	add(to, LEVEL_IP, BSD_IP_RECVIF, dl, sizeof(dl));
}
#endif

#ifdef BSD_IP_PKTINFO
static void
interface(struct cmsg_buf *to, const char *data, size_t len)
{
	struct native_pktinfo i;
	struct { uint32_t addr; int32_t index; } o;

	if (len < sizeof(i))
		return;
	pimg_memcpy(&i, data, sizeof(i));
	o.addr = i.addr;
	o.index = i.index;
	add(to, LEVEL_IP, BSD_IP_PKTINFO, &o, sizeof(o));
}
#endif

static void
ip_level(struct cmsg_buf *to, int type, const char *data, size_t len)
{
	switch (type) {
	case NATIVE_IP_ORIGDSTADDR:	/* struct sockaddr_in: the address */
		if (len >= 8)
			add(to, LEVEL_IP, BSD_IP_RECVDSTADDR, data + 4, 4);
		break;
	case NATIVE_IP_PKTINFO:
		interface(to, data, len);
		break;
	case NATIVE_IP_TTL:		/* an int here, a byte there */
		add(to, LEVEL_IP, BSD_IP_RECVTTL, data, 1);
		break;
#ifdef BSD_IP_RECVTOS
	case NATIVE_IP_TOS:
		add(to, LEVEL_IP, BSD_IP_RECVTOS, data, 1);
		break;
#endif
	default:
		break;
	}
}

static int
ipv6_type(int type)
{
	switch (type) {
	case 50: return (46);	/* IPV6_PKTINFO */
	case 52: return (47);	/* IPV6_HOPLIMIT */
	case 54: return (49);	/* IPV6_HOPOPTS */
	case 57: return (51);	/* IPV6_RTHDR */
	case 59: return (50);	/* IPV6_DSTOPTS */
	case 67: return (61);	/* IPV6_TCLASS */
	default: return (0);
	}
}

static void
one(struct cmsg_buf *to, const struct native_cmsg *h, const char *data,
    size_t len, int asked)
{
	if (h->level == SOL_NATIVE) {
		if (h->type == SCM_NATIVE_RIGHTS)
			rights(to, data, len);
		else if (h->type == SCM_NATIVE_CREDS)
			credentials(to, data, len, asked);
		else if (h->type == SCM_NATIVE_TIMESTAMP)
			add(to, SOL_BSD, BSD_SCM_TIMESTAMP, data, len);
	} else if (h->level == LEVEL_IP)
		ip_level(to, h->type, data, len);
	else if (h->level == LEVEL_IPV6 && ipv6_type(h->type) != 0)
		add(to, LEVEL_IPV6, ipv6_type(h->type), data, len);
}

static void
each(struct cmsg_buf *to, const char *from, size_t len, int sockcreds,
    int creds)
{
	struct native_cmsg h;
	size_t at = 0;

	while (len - at >= sizeof(h)) {
		pimg_memcpy(&h, from + at, sizeof(h));
		if (h.len < CMSG_HEAD || h.len > len - at)
			break;
		if ((h.level == SOL_NATIVE && h.type == SCM_NATIVE_CREDS) ==
		    creds)
			one(to, &h, from + at + CMSG_HEAD, h.len - CMSG_HEAD,
			    sockcreds);
		if (CMSG_UP(h.len) >= len - at)
			break;
		at += CMSG_UP(h.len);
	}
}

/* Credentials last: descriptors must not be lost for want of room. */
void
bsd_cmsg_out(struct cmsg_buf *to, const char *from, size_t len, int asked)
{
	each(to, from, len, asked, 0);
	each(to, from, len, asked, 1);
}
