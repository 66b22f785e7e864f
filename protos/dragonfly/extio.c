/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Reading and writing with flags for the one call (sys/kern/sys_generic.c):
 * at the descriptor's position if the offset is -1, appended, without
 * blocking, or synchronously.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fs.h>
#include <linux/uio.h>

#include <hook.h>

#define	O_FNONBLOCKING	0x00080000UL
#define	O_FAPPEND	0x00100000UL
#define	O_FSYNCWRITE	0x00400000UL

static long
transfer(long nr, struct pimg_frame *f, const void *iov, unsigned long count)
{
	unsigned long flags = f->arg[3], native = 0;
	long offset = (long)f->arg[4], r;

	if (flags & O_FNONBLOCKING)
		native |= RWF_NOWAIT;
	if (nr == __NR_pwritev2 && flags & O_FAPPEND)
		native |= RWF_APPEND;
	if (nr == __NR_pwritev2 && flags & O_FSYNCWRITE)
		native |= RWF_SYNC;
	if (offset < -1)
		return (-EINVAL);
	r = pimg_call(nr, f->arg[0], iov, count, offset, 0, native);
	/* file systems that never wait for long refuse to say so */
	if (r == -EOPNOTSUPP && (native & RWF_NOWAIT))
		r = pimg_call(nr, f->arg[0], iov, count, offset, 0,
		    native & ~(unsigned long)RWF_NOWAIT);
	return (r);
}

static long
single(long nr, struct pimg_frame *f)
{
	struct iovec iov = { (void *)f->arg[1], f->arg[2] };

	return (transfer(nr, f, &iov, 1));
}

long
hook_extpread(struct pimg_frame *f)
{

	return (single(__NR_preadv2, f));
}

long
hook_extpwrite(struct pimg_frame *f)
{

	return (single(__NR_pwritev2, f));
}
