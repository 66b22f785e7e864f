/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Small calls of which prototypes cannot say all: identifiers made here,
 * and structures that hold the native call's arguments.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include <hook.h>

#define	UUIDS_MAX	2048	/* kern_uuid.c: more is EINVAL */
#define	UUID_EPOCH	0x01b21dd213814000UL	/* 1582 to 1970 in 100 ns */

#define	EVENTFD_SEMAPHORE 1	/* sys/eventfd.h */
#define	EVENTFD_NONBLOCK 0x4
#define	EVENTFD_CLOEXEC	0x100000

struct uuid {
	uint32_t	time_low;
	uint16_t	time_mid, time_hi_and_version;
	uint8_t		clock_seq_hi_and_reserved, clock_seq_low, node[6];
};
_Static_assert(sizeof(struct uuid) == 16, "struct uuid");

/*
 * uuidgen(store, count): version 1, with a random node (its multicast bit
 * says so) and a random clock sequence, new in each call.
 */
long
hook_uuidgen(struct pimg_frame *f)
{
	struct { int64_t sec, nsec; } now;
	struct uuid u;
	uint64_t t;
	long count = (int)f->arg[1], i, r;

	if (count < 1 || count > UUIDS_MAX)
		return (-EINVAL);
	if ((r = pimg_sys(__NR_getrandom, &u, sizeof(u), 0)) < 0)
		return (r);
	pimg_sys(__NR_clock_gettime, 0, &now);
	t = (uint64_t)now.sec * 10000000 + (uint64_t)now.nsec / 100 +
	    UUID_EPOCH;
	u.node[0] |= 1;
	u.clock_seq_hi_and_reserved =
	    (uint8_t)((u.clock_seq_hi_and_reserved & 0x3f) | 0x80);
	for (i = 0; i < count; i++, t++) {
		u.time_low = (uint32_t)t;
		u.time_mid = (uint16_t)(t >> 32);
		u.time_hi_and_version = (uint16_t)((t >> 48 & 0x0fff) | 0x1000);
		r = pimg_copyout(f->arg[0] + (unsigned long)i * sizeof(u), &u,
		    sizeof(u));
		if (r != 0)
			return (r);
	}
	return (0);
}

/* __specialfd(SPECIALFD_EVENTFD, request, size): eventfd is made by it */
long
hook_special_eventfd(struct pimg_frame *f)
{
	struct { uint32_t initval; int32_t flags; } q;
	int32_t flags = 0;

	if (f->arg[2] != sizeof(q))
		return (-EINVAL);
	if (pimg_copyin(&q, f->arg[1], sizeof(q)) != 0)
		return (-EFAULT);
	if (q.flags & ~(EVENTFD_SEMAPHORE | EVENTFD_NONBLOCK | EVENTFD_CLOEXEC))
		return (-EINVAL);
	if (q.flags & EVENTFD_SEMAPHORE)
		flags |= 1;
	if (q.flags & EVENTFD_NONBLOCK)
		flags |= O_NONBLOCK;
	if (q.flags & EVENTFD_CLOEXEC)
		flags |= O_CLOEXEC;
	return (pimg_sys(__NR_eventfd2, q.initval, flags));
}
