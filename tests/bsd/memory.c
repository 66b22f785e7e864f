/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Mappings with the flags that only a BSD has, arguments beyond the sixth,
 * System V memory, queues and semaphores, timers.
 */
#include "start.h"

enum {
	SYS_brk = 17, SYS_msync_all = 65, SYS_mprotect = 74, SYS_madvise = 75,
	SYS_mincore = 78, SYS_shmat = 228, SYS_shmdt = 230, SYS_shmget = 231,
	SYS_semget = 221, SYS_semop = 222, SYS_msgget = 225, SYS_msgsnd = 226,
	SYS_msgrcv = 227,
#if defined(FREEBSD)
	SYS_semctl = 510, SYS_msgctl = 511, SYS_shmctl = 512,
	SYS_minherit = 250, SYS_timer_create = 235, SYS_timer_settime = 237,
	SYS_timer_gettime = 238, SYS_timer_delete = 236, SYS_msync = 65,
#elif defined(DRAGONFLY)
	SYS_semctl = 220, SYS_msgctl = 224, SYS_shmctl = 229,
	SYS_minherit = 250, SYS_msync = 65,
#else
	SYS_semctl = 442, SYS_msgctl = 444, SYS_shmctl = 443,
	SYS_minherit = 273, SYS_timer_create = 235, SYS_timer_settime = 446,
	SYS_timer_gettime = 447, SYS_timer_delete = 236, SYS_msync = 277,
#endif
};

#define	PAGE		4096L
#define	MAP_SHARED	1
#define	MAP_PRIVATE	2
#define	MAP_FIXED	0x10
#define	MAP_ANON	0x1000
#define	MAP_GUARD	0x2000
#define	MAP_EXCL	0x4000
#define	PROT_RW		3

static long
map(long addr, size_t len, long prot, long flags, long fd, long pos)
{
#if defined(FREEBSD)
	return (sys(SYS_mmap, addr, len, prot, flags, fd, pos));
#else
	return (sys8(SYS_mmap, addr, (long)len, prot, flags, fd, -1, pos, 0));
#endif
}

CASE(mapping_of_a_file)
{
	char page[PAGE];
	long fd = sys(SYS_open, "f", O_RDWR | O_CREAT, 0600), a;

	memset(page, 'a', sizeof(page));
	EQUAL(sys(SYS_write, fd, page, sizeof(page)), PAGE);
	memset(page, 'b', sizeof(page));
	EQUAL(sys(SYS_write, fd, page, sizeof(page)), PAGE);
	/* The position is the sixth or, behind a pad, the seventh argument. */
	a = map(0, PAGE, PROT_RW, MAP_SHARED, fd, PAGE);
	CHECK(a > 0);
	EQUAL(*(char *)a, 'b');
	*(char *)a = 'c';
	EQUAL(sys(SYS_msync, a, PAGE, 2), 0);
	EQUAL(map(0, 0, PROT_RW, MAP_PRIVATE | MAP_ANON, -1, 0), -EINVAL);
	EQUAL(map(0, PAGE, PROT_RW, MAP_PRIVATE, 99, 0), -EBADF);
	EQUAL(sys(SYS_munmap, a, PAGE), 0);
}

CASE(mapping_alignment)
{
#if !defined(DRAGONFLY)
	long a = map(0, PAGE, PROT_RW, MAP_PRIVATE | MAP_ANON | 24 << 24, -1, 0);
	int i;

	CHECK(a > 0);
	EQUAL(a & ((1L << 24) - 1), 0);
	for (i = 0; i < 20; i++) {
		a = map(0, 3 * PAGE, PROT_RW, MAP_PRIVATE | MAP_ANON | 21 << 24,
		    -1, 0);
		CHECK(a > 0);
		EQUAL(a & ((1L << 21) - 1), 0);
		*(char *)(a + 3 * PAGE - 1) = 1;
	}
#else
	long a = map(0, 1L << 21, PROT_RW, MAP_PRIVATE | MAP_ANON | 0x40000, -1,
	    0);

	CHECK(a > 0);
	EQUAL(a & ((1L << 21) - 1), 0);
#endif
}

#if defined(FREEBSD)
CASE(mapping_guard_and_excl)
{
	long a = map(0, 4 * PAGE, 0, MAP_GUARD, -1, 0);

	CHECK(a > 0);
	EQUAL(map(a, PAGE, PROT_RW, MAP_PRIVATE | MAP_ANON | MAP_FIXED |
	    MAP_EXCL, -1, 0), -EINVAL);
	EQUAL(map(a, PAGE, PROT_RW, MAP_PRIVATE | MAP_ANON | MAP_FIXED, -1, 0),
	    a);
	*(char *)a = 1;
	EQUAL(sys(SYS_munmap, a, 4 * PAGE), 0);
	EQUAL(map(a, PAGE, PROT_RW, MAP_PRIVATE | MAP_ANON | MAP_FIXED |
	    MAP_EXCL, -1, 0), a);
	EQUAL(map(0, PAGE, PROT_RW, MAP_GUARD, -1, 0), -EINVAL);
	/* A stack needs neither MAP_ANON nor MAP_PRIVATE. */
	CHECK(map(0, 16 * PAGE, PROT_RW, 0x400, -1, 0) > 0);
}
#endif

/* What a BSD's MADV_DONTNEED keeps, Linux's would lose. */
CASE(advice_keeps_contents)
{
	long a = map(0, PAGE, PROT_RW, MAP_PRIVATE | MAP_ANON, -1, 0);

	*(int *)a = 4711;
	EQUAL(sys(SYS_madvise, a, PAGE, 4), 0);
	EQUAL(*(int *)a, 4711);
	EQUAL(sys(SYS_madvise, a, PAGE, 4711), -EINVAL);
#if defined(NETBSD)
	EQUAL(sys(SYS_madvise, a, PAGE, 6), 0);		/* MADV_FREE */
#else
	EQUAL(sys(SYS_madvise, a, PAGE, 5), 0);
#endif
	EQUAL(sys(SYS_mprotect, a, PAGE, 1), 0);
	EQUAL(sys(SYS_minherit, a, PAGE, 2), 0);
}

CASE(break_moves)
{
	extern char end[];
	long top = ((long)end + PAGE - 1) & ~(PAGE - 1);

	EQUAL(sys(SYS_brk, top + 2 * PAGE), 0);
	*(char *)(top + PAGE) = 1;
	EQUAL(sys(SYS_brk, top), 0);
	EQUAL(sys(SYS_brk, 16), -ENOMEM);
}

CASE(shared_segments)
{
	long id = sys(SYS_shmget, 0, 3 * PAGE, 01600), a;
	uint64_t ds[16];
	int pid;

	CHECK(id >= 0);
	a = sys(SYS_shmat, id, 0, 0);
	CHECK(a > 0);
	EQUAL(sys(SYS_shmctl, id, 2, ds), 0);
#if defined(DRAGONFLY)
	EQUAL(ds[3], 3 * PAGE);
#else
	EQUAL(ds[4], 3 * PAGE);
#endif
	EQUAL(sys(SYS_shmctl, id, 1, ds), 0);
	if ((pid = child()) == 0) {
		*(int *)a = 4711;
		exit_process(0);
	}
	EQUAL(reap(pid), 0);
	EQUAL(*(int *)a, 4711);
	EQUAL(sys(SYS_shmctl, id, 0, 0), 0);
	EQUAL(sys(SYS_shmdt, a), 0);
	EQUAL(sys(SYS_shmctl, id, 77, 0), -EINVAL);
}

CASE(semaphores)
{
	long id = sys(SYS_semget, 0, 3, 01600);
	uint16_t values[3] = { 5, 6, 7 };
	struct { uint16_t num; int16_t op, flags; } op = { 1, -2, 0 };
	union { long val; void *p; } u;
	uint64_t ds[16];

	CHECK(id >= 0);
	u.p = values;
	EQUAL(sys(SYS_semctl, id, 0, 9, &u), 0);	/* SETALL */
	EQUAL(sys(SYS_semctl, id, 2, 5, 0), 7);		/* GETVAL */
	EQUAL(sys(SYS_semop, id, &op, 1), 0);
	u.val = 9;
	EQUAL(sys(SYS_semctl, id, 0, 8, &u), 0);	/* SETVAL */
	u.p = values;
	EQUAL(sys(SYS_semctl, id, 0, 6, &u), 0);	/* GETALL */
	EQUAL(values[0], 9);
	EQUAL(values[1], 4);
	u.p = ds;
	EQUAL(sys(SYS_semctl, id, 0, 2, &u), 0);	/* IPC_STAT */
	EQUAL(sys(SYS_semctl, id, 0, 1, &u), 0);	/* IPC_SET */
	EQUAL(sys(SYS_semctl, id, 0, 4, 0), sys(SYS_getpid));
	op.op = -100;
	op.flags = 04000;
	EQUAL(sys(SYS_semop, id, &op, 1), -EAGAIN);
	EQUAL(sys(SYS_semctl, id, 0, 0, 0), 0);
}

CASE(message_queues)
{
	long id = sys(SYS_msgget, 0, 01600);
	struct { long type; char text[16]; } m = { 3, "hello" };
	uint64_t ds[32];

	CHECK(id >= 0);
	EQUAL(sys(SYS_msgsnd, id, &m, 6, 0), 0);
	EQUAL(sys(SYS_msgctl, id, 2, ds), 0);
#if defined(FREEBSD)
	EQUAL(ds[7], 1);			/* msg_qnum */
#elif defined(DRAGONFLY)
	EQUAL(ds[6], 1);
#else
	EQUAL(ds[4], 1);
#endif
	EQUAL(sys(SYS_msgctl, id, 1, ds), 0);
	memset(&m, 0, sizeof(m));
	EQUAL(sys(SYS_msgrcv, id, &m, 16, 3, 0), 6);
	EQUAL(strcmp(m.text, "hello"), 0);
	EQUAL(sys(SYS_msgctl, id, 0, 0), 0);
}

#if !defined(DRAGONFLY)
CASE(timers)
{
	struct {
		int notify, signo;
		long value, rest[8];
	} event = { 0, 0, 0, { 0 } };
	struct { struct timespec interval, value; } its = {
		{ 0, 0 }, { 100, 0 } };
	int id = -1;

	EQUAL(sys(SYS_timer_create, 0, &event, &id), 0);
	EQUAL(sys(SYS_timer_settime, id, 0, &its, 0), 0);
	EQUAL(sys(SYS_timer_gettime, id, &its), 0);
	EQUAL(its.value.tv_sec, 99);
	EQUAL(sys(SYS_timer_delete, id), 0);
	EQUAL(sys(SYS_timer_delete, id), -EINVAL);
	event.notify = 1;
	event.signo = 9999;
	EQUAL(sys(SYS_timer_create, 0, &event, &id), -EINVAL);
	event.notify = 99;
	EQUAL(sys(SYS_timer_create, 0, &event, &id), -EINVAL);
	EQUAL(sys(SYS_timer_create, 3333, 0, &id), -EINVAL);
}
#endif

#if defined(NETBSD)
CASE(mapping_moves)
{
	long a = map(0, PAGE, PROT_RW, MAP_PRIVATE | MAP_ANON, -1, 0), b;

	*(int *)a = 4711;
	b = sys(411, a, PAGE, 0, 64 * PAGE, 0);
	CHECK(b > 0);
	EQUAL(*(int *)b, 4711);
	*(char *)(b + 64 * PAGE - 1) = 1;
	a = map(0, 64 * PAGE, PROT_RW, MAP_PRIVATE | MAP_ANON, -1, 0);
	EQUAL(sys(411, b, 64 * PAGE, a, 64 * PAGE, MAP_FIXED), a);
	EQUAL(*(int *)a, 4711);
}

/* Calls of the time when times had 32 bits. */
CASE(short_times)
{
	struct { int32_t sec, pad; int64_t nsec; } ts = { 0, -1, -1 };
	struct timespec now50;
	struct {
		uint32_t dev, mode;
		uint64_t ino;
		uint32_t nlink, uid, gid, rdev;
		struct { int32_t sec, pad; int64_t nsec; } atim, mtim, ctim,
		    btim;
		int64_t size, blocks;
		uint32_t blksize, flags, gen, spare[2];
	} st;
	long fd = sys(SYS_open, "f", O_RDWR | O_CREAT, 0600);

	EQUAL(sys(SYS_write, fd, "abc", 3), 3);
	EQUAL(sys(SYS_clock_gettime, 0, &now50), 0);
	EQUAL(sys(232, 0, &ts), 0);			/* clock_gettime */
	CHECK(ts.sec - now50.tv_sec <= 1);
	CHECK(ts.nsec >= 0 && ts.nsec < 1000000000);
	EQUAL(sys(388, fd, &st), 0);			/* __fstat30 */
	EQUAL(st.size, 3);
	EQUAL(st.mode, 0100600);
	CHECK(st.mtim.sec - ts.sec <= 1);
	ts.sec = 0;
	ts.pad = 77;
	ts.nsec = 1000;
	EQUAL(sys(240, &ts, 0), 0);			/* nanosleep */
}
#endif
