/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Processors, the thread's own area, clocks, random numbers and queues: small
 * calls in each system's form.
 */
#include "start.h"

#define	SYS_gettimeofday_	(SYS_clock_gettime == 427 ? 418 : 116)
#define	ERANGE		34

#if defined(FREEBSD)
#define	SYS_getrandom	563
#define	SYS_getaffinity	487
#define	SYS_setaffinity	488
#define	SYS_procctl	544
#define	SYS_uuidgen	392
#define	SYS_specialfd	577
#define	SYS_mq_open	457
#define	SYS_mq_unlink	462
#define	SYS_mq_send	460
#define	SYS_mq_receive	459
#define	O_CREAT		0x200
#elif defined(DRAGONFLY)
#define	SYS_getrandom	550
#define	SYS_getaffinity	545
#define	SYS_set_tls_area 472
#define	SYS_mq_open	510
#define	SYS_mq_unlink	512
#define	SYS_mq_send	518
#define	SYS_mq_receive	519
#define	O_CREAT		0x200
#else
#define	SYS_getrandom	91
#define	SYS_getaffinity	349
#define	SYS_getparam	347
#define	SYS_getprivate	316
#define	SYS_setprivate	317
#define	SYS_mq_open	257
#define	SYS_mq_unlink	259
#define	SYS_mq_send	432
#define	SYS_mq_receive	433
#define	O_CREAT		0x200
#endif

static int
bits(const unsigned char *p, size_t n)
{
	size_t i;
	int k = 0;

	for (i = 0; i < n * 8; i++)
		k += p[i / 8] >> i % 8 & 1;
	return (k);
}

CASE(the_set_of_processors)
{
	unsigned char mask[256];
	int n = 0;

#if defined(FREEBSD)
	EQUAL(sys(SYS_getaffinity, 3, 2, -1, sizeof(mask), mask), 0);
	CHECK((n = bits(mask, sizeof(mask))) >= 1);
	EQUAL(bits(mask + 128, 128), 0);
	EQUAL(sys(SYS_setaffinity, 3, 2, -1, sizeof(mask), mask), 0);
	EQUAL(sys(SYS_getaffinity, 3, 2, -1, 0, mask), -ERANGE);
	EQUAL(sys(SYS_getaffinity, 9, 2, -1, 128, mask), -EINVAL);
	EQUAL(sys(SYS_getaffinity, 3, 9, -1, 128, mask), -EINVAL);
	EQUAL(sys(SYS_getaffinity, 3, 2, 0x3fffffff, 128, mask), -ESRCH);
	memset(mask, 0, sizeof(mask));
	EQUAL(sys(SYS_setaffinity, 3, 2, -1, 128, mask), -EDEADLK);
#elif defined(DRAGONFLY)
	memset(mask, 0xff, sizeof(mask));
	EQUAL(sys(SYS_getaffinity, 0, -1, mask), 0);
	CHECK((n = bits(mask, 32)) >= 1);
	EQUAL(bits(mask + 32, 32), 256);
#else
	int policy = -1, prio = 99;

	memset(mask, 0xff, sizeof(mask));
	EQUAL(sys(SYS_getaffinity, 0, 0, 32, mask), 0);
	EQUAL(bits(mask, 32), n);	/* none of its own */
	EQUAL(sys(SYS_getparam, 0, 0, &policy, &prio), 0);
	EQUAL(policy, 0);
#endif
}

CASE(random_bytes)
{
	char a[64], b[64];

	memset(a, 0, sizeof(a));
	memset(b, 0, sizeof(b));
	EQUAL(sys(SYS_getrandom, a, sizeof(a), 0), sizeof(a));
	EQUAL(sys(SYS_getrandom, b, sizeof(b), 0), sizeof(b));
	CHECK(memcmp(a, b, sizeof(a)) != 0);
	EQUAL(sys(SYS_getrandom, a, sizeof(a), 0x80), -EINVAL);
}

CASE(clocks_agree)
{
	struct timespec t, u;
	int64_t v[2], ms;

	EQUAL(sys(SYS_clock_gettime, 0, &t), 0);
	EQUAL(sys(SYS_gettimeofday_, v, 0), 0);
	EQUAL(sys(SYS_clock_gettime, 0, &u), 0);
	CHECK(t.tv_nsec >= 0 && t.tv_nsec < 1000000000);
	CHECK(v[1] >= 0 && v[1] < 1000000);
	ms = (v[0] - t.tv_sec) * 1000 + v[1] / 1000 - t.tv_nsec / 1000000;
	CHECK(ms >= 0 && ms < 5000);
	EQUAL(sys(SYS_clock_gettime, 999, &t), -EINVAL);
	EQUAL(sys(SYS_clock_gettime, 0, 8), -EFAULT);
}

#if defined(DRAGONFLY)
CASE(the_threads_own_area)
{
	static uint64_t area[2] = { 0, 0x1234 };
	struct { void *base; int size; } info = { area, 16 };
	uint64_t v;

	EQUAL(sys(SYS_set_tls_area, 0, &info, sizeof(info)), 0);
	__asm__ volatile("mov %%fs:8, %0" : "=r"(v));
	EQUAL(v, 0x1234);
	EQUAL(sys(SYS_set_tls_area, 5, &info, sizeof(info)), -EINVAL);
}
#elif defined(NETBSD)
CASE(the_threads_own_area)
{
	static uint64_t area[2] = { 0, 0x1234 };
	uint64_t v;

	EQUAL(sys(SYS_setprivate, area), 0);
	__asm__ volatile("mov %%fs:8, %0" : "=r"(v));
	EQUAL(v, 0x1234);
	EQUAL(sys(SYS_getprivate), (long)area);
}
#else
CASE(death_of_the_parent)
{
	int sig = 30, got = 0;		/* SIGUSR1 */

	EQUAL(sys(SYS_procctl, 0, 0, 11, &sig), 0);
	EQUAL(sys(SYS_procctl, 0, 0, 12, &got), 0);
	EQUAL(got, 30);
	sig = 999;
	EQUAL(sys(SYS_procctl, 0, 0, 11, &sig), -EINVAL);
	EQUAL(sys(SYS_procctl, 0, 0, 999, &sig), -EINVAL);
}

CASE(reapers)
{
	struct { unsigned flags, children, descendants; int reaper, pid;
	    unsigned pad[15]; } s;

	EQUAL(sys(SYS_procctl, 0, 0, 3, 0), -EINVAL);
	EQUAL(sys(SYS_procctl, 0, 0, 2, 0), 0);
	EQUAL(sys(SYS_procctl, 0, 0, 2, 0), -EBUSY);
	EQUAL(sys(SYS_procctl, 0, 0, 4, &s), 0);
	EQUAL(s.flags & 1, 1);
	EQUAL(s.reaper, sys(SYS_getpid));
	EQUAL(sys(SYS_procctl, 0, 0, 3, 0), 0);
}

CASE(identifiers)
{
	unsigned char u[2][16];

	EQUAL(sys(SYS_uuidgen, u, 2), 0);
	EQUAL(u[0][7] >> 4, 1);		/* version */
	EQUAL(u[0][8] >> 6, 2);		/* variant */
	CHECK(memcmp(u[0], u[1], 16) != 0);
	EQUAL(sys(SYS_uuidgen, u, 0), -EINVAL);
}

CASE(event_counters)
{
	struct { unsigned value; int flags; } q = { 5, 0x4 };
	uint64_t v = 0;
	long fd = sys(SYS_specialfd, 1, &q, sizeof(q));

	CHECK(fd >= 0);
	EQUAL(sys(SYS_read, fd, &v, 8), 8);
	EQUAL(v, 5);
	EQUAL(sys(SYS_read, fd, &v, 8), -EAGAIN);
	EQUAL(sys(SYS_specialfd, 9, &q, sizeof(q)), -EINVAL);
}
#endif

CASE(message_queues)
{
	struct { long flags, maxmsg, msgsize, curmsgs, spare[4]; } attr =
	    { 0, 4, 64, 0, { 0 } };
	char name[] = "/pimg-test-000000", text[64];
	unsigned prio = 0;
	long fd, pid = sys(SYS_getpid), i;

	for (i = 16; i > 10; i--, pid /= 10)
		name[i] = (char)('0' + pid % 10);
	fd = sys(SYS_mq_open, name, O_CREAT | 2, 0600, &attr);
	if (fd == -ENOSYS || fd == -EACCES)
		return;			/* not in this kernel, or not for us */
	CHECK(fd >= 0);
	EQUAL(sys(SYS_mq_send, fd, "hello", 5, 7, 0), 0);
	EQUAL(sys(SYS_mq_receive, fd, text, sizeof(text), &prio, 0), 5);
	EQUAL(prio, 7);
	CHECK(memcmp(text, "hello", 5) == 0);
	EQUAL(sys(SYS_mq_unlink, name), 0);
	EQUAL(sys(SYS_mq_unlink, name), -ENOENT);
}
