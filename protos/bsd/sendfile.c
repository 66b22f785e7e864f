/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * sendfile of FreeBSD and DragonFly: headers, a part of a file, trailers, all
 * to a stream socket.  It ends when everything has been sent; a socket that
 * does not block, or a signal, may end it before.  How much was sent is told
 * in every case, so that the program can go on from there.
 */
#include "hook.h"

#include <asm/socket.h>
#include <asm/unistd.h>

#define	E_INTR		4
#define	E_INVAL		22
#define	E_NOTSOCK	88
#define	NATIVE_STREAM	1
#define	MODE_TYPE	0170000
#define	MODE_REGULAR	0100000
#define	CHUNK		0x7ffff000ul	/* as much as one native call takes */

long	hook_sendfile(struct pimg_frame *);

/* struct sf_hdtr (sys/socket.h) */
struct bsd_sf_hdtr {
	pimg_addr	headers;
	int32_t		header_count, pad;
	pimg_addr	trailers;
	int32_t		trailer_count, pad2;
};

struct sendfile {
	long		fd, s;
	int64_t		offset;
	uint64_t	left;		/* of the file; 0: up to its end */
	int64_t		sent;		/* of everything */
};

/* Once something has been sent, a signal ends the call, it is not repeated. */
static long
ended(const struct sendfile *x, long r)
{
	return (r == -PIMG_RESTART && x->sent > 0 ? -E_INTR : r);
}

static long
check(const struct sendfile *x)
{
	uint32_t size = sizeof(int);
	char st[256];
	uint32_t mode;
	int type = 0;
	long r;

	if ((r = pimg_sys(__NR_fstat, x->fd, st)) < 0)
		return (r);
	pimg_memcpy(&mode, st + 24, sizeof(mode));	/* st_mode */
	if ((mode & MODE_TYPE) != MODE_REGULAR || x->offset < 0)
		return (-E_INVAL);
	if ((r = pimg_sys(__NR_getsockopt, x->s, SOL_SOCKET, SO_TYPE, &type,
	    &size)) < 0)
		return (r);
	return (type != NATIVE_STREAM ? -E_INVAL : 0);
}

/* A vector is written whole, however many calls that takes. */
static long
vector(struct sendfile *x, pimg_addr iov, int count)
{
	struct { pimg_addr base; uint64_t len; } v;
	long r;
	int i;

	for (i = 0; i < count; i++) {
		if ((r = pimg_copyin(&v, iov + (pimg_addr)i * sizeof(v),
		    sizeof(v))) != 0)
			return (r);
		while (v.len > 0) {
			r = pimg_call(__NR_write, x->s, v.base, v.len);
			if (r < 0)
				return (ended(x, r));
			v.base += (uint64_t)r;
			v.len -= (uint64_t)r;
			x->sent += r;
		}
	}
	return (0);
}

static long
file(struct sendfile *x)
{
	int all = x->left == 0;
	uint64_t n;
	long r;

	while (all || x->left > 0) {
		n = all || x->left > CHUNK ? CHUNK : x->left;
		r = pimg_call(__NR_sendfile, x->s, x->fd, &x->offset, n);
		if (r < 0)
			return (ended(x, r));
		if (r == 0)
			break;
		x->sent += r;
		x->left -= all ? 0 : (uint64_t)r;
	}
	return (0);
}

static long
everything(struct sendfile *x, pimg_addr hdtr)
{
	struct bsd_sf_hdtr h = {0};
	long r;

	if (hdtr != 0 && (r = pimg_copyin(&h, hdtr, sizeof(h))) != 0)
		return (r);
	if ((r = check(x)) != 0 ||
	    (r = vector(x, h.headers, h.header_count)) != 0 ||
	    (r = file(x)) != 0)
		return (r);
	return (vector(x, h.trailers, h.trailer_count));
}

/* sendfile(fd, s, offset, nbytes, hdtr, sbytes) */
long
hook_sendfile(struct pimg_frame *f)
{
	struct sendfile x = { .fd = (int)f->arg[0], .s = (int)f->arg[1],
	    .offset = (int64_t)f->arg[2], .left = f->arg[3] };
	long r = everything(&x, f->arg[4]), e;

	if (f->arg[5] == 0)
		return (r);
	e = pimg_copyout(f->arg[5], &x.sent, sizeof(x.sent));
	return (e != 0 ? e : r);
}
