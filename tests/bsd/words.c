/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * How threads of each system wait for one another: _umtx_op, umtx_sleep,
 * _lwp_park.
 */
#include "start.h"

static uint32_t word __attribute__((__aligned__(8)));

static uint32_t
load(uint32_t *p)
{

	return (__atomic_load_n(p, __ATOMIC_SEQ_CST));
}

static void
store(uint32_t *p, uint32_t v)
{

	__atomic_store_n(p, v, __ATOMIC_SEQ_CST);
}

static void
add(uint32_t *p, uint32_t v)
{

	__atomic_add_fetch(p, v, __ATOMIC_SEQ_CST);
}

#if defined(FREEBSD)
enum { WAIT = 2, WAKE = 3, TRYLOCK = 4, LOCK = 5, UNLOCK = 6, CV_WAIT = 8,
	CV_SIGNAL = 9, CV_BROADCAST = 10, WAIT_UINT = 11, RDLOCK = 12,
	WRLOCK = 13, RW_UNLOCK = 14, WAIT_UINT_PRIVATE = 15,
	WAKE_PRIVATE = 16, MUTEX_WAIT = 17, NWAKE_PRIVATE = 21, WAKE2 = 22,
	SEM2_WAIT = 23, SEM2_WAKE = 24, ROBUST_LISTS = 26 };

#define	CONTESTED	0x80000000U
#define	OWNERDEAD_WORD	0x80000010U
#define	EOWNERDEAD	96
#define	ROUNDS		2000
#define	SHARED		1U

struct umutex {
	uint32_t	owner, flags, ceilings[2];
	uint64_t	link;
	uint32_t	spare[2];
};

struct umtx_time {
	struct timespec	ts;
	uint32_t	flags, clock;
};

static int
cas(uint32_t *p, uint32_t old, uint32_t new)
{

	return (__atomic_compare_exchange_n(p, &old, new, 0, __ATOMIC_SEQ_CST,
	    __ATOMIC_SEQ_CST));
}

#define	umtx(o, op, v, a, b)	sys(SYS_umtx_op, o, op, v, a, b)

CASE(plain_words)
{
	struct umtx_time t = { { 0, 20000000 }, 0, CLOCK_MONOTONIC };
	uint64_t whole = 0x100000001;
	int64_t from;

	word = 1;
	EQUAL(umtx(&word, WAIT_UINT, 2, 0, 0), 0);
	EQUAL(umtx(&word, WAIT_UINT_PRIVATE, 2, 0, 0), 0);
	from = now();
	EQUAL(umtx(&word, WAIT_UINT_PRIVATE, 1, sizeof(t), &t), -ETIMEDOUT);
	CHECK(now() - from >= 20000000);
	from = now();
	EQUAL(umtx(&word, WAIT_UINT, 1, sizeof(t.ts), &t), -ETIMEDOUT);
	CHECK(now() - from >= 20000000);
	from = now();
	t.flags = 1;			/* absolute */
	t.ts.tv_sec = from / 1000000000;
	t.ts.tv_nsec = from % 1000000000;
	EQUAL(umtx(&word, WAIT_UINT, 1, sizeof(t), &t), -ETIMEDOUT);
	CHECK(now() - from < 1000000000);
	EQUAL(umtx(&whole, WAIT, 1, 0, 0), 0);
	EQUAL(umtx(&whole, WAIT, 0x100000001, sizeof(t), &t), -ETIMEDOUT);
	EQUAL(umtx(8, WAIT_UINT, 1, 0, 0), -EFAULT);
	EQUAL(umtx(&word, 99, 1, 0, 0), -EINVAL);
	EQUAL(umtx(&word, WAKE, 1, 0, 0), 0);
	t.ts.tv_nsec = 1000000000;
	EQUAL(umtx(&word, WAIT_UINT, 1, sizeof(t), &t), -EINVAL);
}

static void
wait_private(void *op)
{

	while (load(&word) == 1)
		umtx(&word, (long)op, 1, 0, 0);
}

CASE(wake_by_either_name)
{
	void *list[1] = { &word };

	word = 1;
	thread(wait_private, (void *)WAIT_UINT_PRIVATE);
	nap(30);
	store(&word, 2);
	EQUAL(umtx(&word, WAKE, 1, 0, 0), 0);
	join_threads();
	word = 1;
	thread(wait_private, (void *)WAIT_UINT);
	nap(30);
	store(&word, 2);
	EQUAL(umtx(&word, WAKE_PRIVATE, 1, 0, 0), 0);
	join_threads();
	word = 1;
	thread(wait_private, (void *)WAIT_UINT_PRIVATE);
	thread(wait_private, (void *)WAIT_UINT_PRIVATE);
	nap(30);
	store(&word, 2);
	EQUAL(umtx(list, NWAKE_PRIVATE, 1, 0, 0), 0);
	join_threads();
}

static void
suspended(void *arg)
{

	(void)arg;
	EQUAL(sys(442 /* thr_suspend */, 0), 0);
	add(&word, 1);
}

CASE(suspend)
{
	struct timespec ts = { 0, 20000000 };

	word = 0;
	EQUAL(sys(442, &ts), -ETIMEDOUT);
	EQUAL(sys(443 /* thr_wake */, thread_self()), 0);
	EQUAL(sys(442, &ts), 0);
	EQUAL(sys(442, &ts), -ETIMEDOUT);
	EQUAL(sys(443, 1999999), -ESRCH);
	thread(suspended, 0);
	nap(30);
	EQUAL(word, 0);
	EQUAL(sys(443, thread_ids[0]), 0);
	join_threads();
	EQUAL(word, 1);
}

/* As the thread library does it: in the kernel only when it must. */
static void
lock(struct umutex *m)
{
	uint32_t id = (uint32_t)thread_self();

	while (!cas(&m->owner, 0, id) &&
	    !cas(&m->owner, CONTESTED, id | CONTESTED))
		EQUAL(umtx(m, MUTEX_WAIT, 0, 0, 0), 0);
}

static void
unlock(struct umutex *m)
{
	uint32_t id = (uint32_t)thread_self();

	if (!cas(&m->owner, id, 0))
		EQUAL(umtx(m, UNLOCK, 0, 0, 0), 0);
}

static struct umutex mutex;
static long counter;

static void
count_library(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		lock(&mutex);
		counter++;
		if (i % 64 == 0)
			sys(SYS_sched_yield);
		unlock(&mutex);
	}
}

static void
count_kernel(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		EQUAL(umtx(&mutex, LOCK, 0, 0, 0), 0);
		counter++;
		if (i % 64 == 0)
			sys(SYS_sched_yield);
		EQUAL(umtx(&mutex, UNLOCK, 0, 0, 0), 0);
	}
}

static void
contend(uint32_t flags)
{

	mutex = (struct umutex){ .flags = flags };
	counter = 0;
	thread(count_library, 0);
	thread(count_library, 0);
	thread(count_kernel, 0);
	thread(count_kernel, 0);
	join_threads();
	EQUAL(counter, 4 * ROUNDS);
}

CASE(mutex_contended)
{

	contend(0);
	EQUAL(mutex.owner, 0);		/* nobody is thought to wait */
	contend(SHARED);
	EQUAL(mutex.owner & ~CONTESTED, 0);
}

CASE(mutex_errors)
{
	struct umtx_time t = { { 0, 20000000 }, 0, CLOCK_MONOTONIC };

	mutex.owner = 1;		/* somebody else's */
	EQUAL(umtx(&mutex, TRYLOCK, 0, 0, 0), -EBUSY);
	EQUAL(umtx(&mutex, UNLOCK, 0, 0, 0), -EPERM);
	EQUAL(umtx(&mutex, LOCK, 0, sizeof(t), &t), -ETIMEDOUT);
	EQUAL(umtx(&mutex, MUTEX_WAIT, 0, sizeof(t), &t), -ETIMEDOUT);
	mutex.owner = 0;
	EQUAL(umtx(&mutex, TRYLOCK, 0, 0, 0), 0);
	EQUAL(mutex.owner, thread_self());
	EQUAL(umtx(&mutex, UNLOCK, 0, 0, 0), 0);
	mutex.flags = 4;		/* inherits priority */
	EQUAL(umtx(&mutex, LOCK, 0, 0, 0), 0);
	EQUAL(umtx(&mutex, LOCK, 0, 0, 0), -EDEADLK);
	EQUAL(umtx(&mutex, UNLOCK, 0, 0, 0), 0);
	EQUAL(umtx(8, LOCK, 0, 0, 0), -EFAULT);
}

static struct { uint32_t waiters, flags, clock, spare; } cond;
static uint32_t turn, arrived;

static void
wait_turn(void *arg)
{

	lock(&mutex);
	add(&arrived, 1);
	while (turn < (uint32_t)(long)arg) {
		EQUAL(umtx(&cond, CV_WAIT, 0, &mutex, 0), 0);
		lock(&mutex);
	}
	unlock(&mutex);
	add(&word, 1);
}

CASE(condition)
{
	struct timespec ts = { 0, 20000000 };
	int i;

	word = 0;
	for (i = 1; i <= 4; i++)
		thread(wait_turn, (void *)(long)i);
	while (load(&arrived) < 4)
		nap(1);
	nap(20);
	for (i = 1; i <= 4; i++) {
		lock(&mutex);
		turn = (uint32_t)i;
		unlock(&mutex);
		EQUAL(umtx(&cond, CV_BROADCAST, 0, 0, 0), 0);
		while (load(&word) < (uint32_t)i)
			nap(1);
	}
	join_threads();
	EQUAL(cond.waiters, 0);
	lock(&mutex);
	EQUAL(umtx(&cond, CV_WAIT, 0, &mutex, &ts), -ETIMEDOUT);
	EQUAL(mutex.owner & ~CONTESTED, 0);
	EQUAL(umtx(&cond, CV_SIGNAL, 0, 0, 0), 0);
	EQUAL(cond.waiters, 0);
}

/* Signals are not lost: producers and consumers of one slot. */
static uint32_t slot_full, consumed;

static void
produce(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		lock(&mutex);
		while (slot_full) {
			umtx(&cond, CV_WAIT, 0, &mutex, 0);
			lock(&mutex);
		}
		slot_full = 1;
		unlock(&mutex);
		umtx(&cond, CV_BROADCAST, 0, 0, 0);
	}
}

static void
consume(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		lock(&mutex);
		while (!slot_full) {
			umtx(&cond, CV_WAIT, 0, &mutex, 0);
			lock(&mutex);
		}
		slot_full = 0;
		consumed++;
		unlock(&mutex);
		umtx(&cond, CV_BROADCAST, 0, 0, 0);
	}
}

CASE(condition_loses_nothing)
{

	thread(produce, 0);
	thread(consume, 0);
	thread(produce, 0);
	thread(consume, 0);
	join_threads();
	EQUAL(consumed, 2 * ROUNDS);
}

static struct { uint32_t state, flags, readers, writers, spare[4]; } rw;
static uint32_t inside, writing;

static void
read_often(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		EQUAL(umtx(&rw, RDLOCK, 0, 0, 0), 0);
		add(&inside, 1);
		EQUAL(load(&writing), 0);
		add(&inside, (uint32_t)-1);
		EQUAL(umtx(&rw, RW_UNLOCK, 0, 0, 0), 0);
	}
}

static void
write_often(void *arg)
{
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		EQUAL(umtx(&rw, WRLOCK, 0, 0, 0), 0);
		add(&writing, 1);
		EQUAL(load(&writing), 1);
		EQUAL(load(&inside), 0);
		add(&writing, (uint32_t)-1);
		EQUAL(umtx(&rw, RW_UNLOCK, 0, 0, 0), 0);
	}
}

CASE(readers_and_writers)
{
	struct umtx_time t = { { 0, 20000000 }, 0, CLOCK_MONOTONIC };

	thread(read_often, 0);
	thread(write_often, 0);
	thread(read_often, 0);
	thread(write_often, 0);
	join_threads();
	EQUAL(rw.state, 0);
	EQUAL(rw.readers | rw.writers, 0);
	EQUAL(umtx(&rw, RW_UNLOCK, 0, 0, 0), -EPERM);
	EQUAL(umtx(&rw, RDLOCK, 0, 0, 0), 0);
	EQUAL(umtx(&rw, WRLOCK, 0, sizeof(t), &t), -ETIMEDOUT);
	EQUAL(umtx(&rw, RDLOCK, 0, 0, 0), 0);
	EQUAL(rw.state, 2);
	EQUAL(umtx(&rw, RW_UNLOCK, 0, 0, 0), 0);
	EQUAL(umtx(&rw, RW_UNLOCK, 0, 0, 0), 0);
	EQUAL(umtx(&rw, WRLOCK, 0, 0, 0), 0);
	EQUAL(umtx(&rw, RDLOCK, 0, sizeof(t), &t), -ETIMEDOUT);
	EQUAL(umtx(&rw, RW_UNLOCK, 0, 0, 0), 0);
	EQUAL(rw.state, 0);
}

static struct { uint32_t count, flags; } sem;

static void
take_often(void *arg)
{
	uint32_t c;
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		for (;;) {
			c = load(&sem.count);
			if ((c & 0x7fffffff) != 0) {
				if (cas(&sem.count, c, c - 1))
					break;
			} else
				umtx(&sem, SEM2_WAIT, 0, 0, 0);
		}
		add(&consumed, 1);
	}
}

static void
post_often(void *arg)
{
	uint32_t c;
	int i;

	(void)arg;
	for (i = 0; i < ROUNDS; i++) {
		do
			c = load(&sem.count);
		while (!cas(&sem.count, c, c + 1));
		if (c & CONTESTED)
			EQUAL(umtx(&sem, SEM2_WAKE, 0, 0, 0), 0);
	}
}

CASE(semaphore)
{
	struct umtx_time t[2] = { { { 0, 20000000 }, 0, CLOCK_MONOTONIC } };

	thread(take_often, 0);
	thread(take_often, 0);
	thread(post_often, 0);
	thread(post_often, 0);
	join_threads();
	EQUAL(consumed, 2 * ROUNDS);
	EQUAL(sem.count & ~CONTESTED, 0);
	EQUAL(umtx(&sem, SEM2_WAIT, 0, sizeof(t[0]), t), -ETIMEDOUT);
	sem.count = 1;
	EQUAL(umtx(&sem, SEM2_WAIT, 0, 0, 0), 0);
}

static uint64_t robust_list;

static void
die_with_lock(void *arg)
{
	uint64_t lists[3] = { (uint64_t)&robust_list, 0, 0 };

	(void)arg;
	EQUAL(umtx(0, ROBUST_LISTS, sizeof(lists), lists, 0), 0);
	EQUAL(umtx(&mutex, LOCK, 0, 0, 0), 0);
	robust_list = (uint64_t)&mutex;
}

CASE(owner_dies)
{

	mutex.flags = 0x10;		/* robust */
	thread(die_with_lock, 0);
	nap(50);
	EQUAL(umtx(&mutex, LOCK, 0, 0, 0), -EOWNERDEAD);
	EQUAL(mutex.owner & ~CONTESTED, thread_self());
	EQUAL(umtx(&mutex, UNLOCK, 0, 0, 0), 0);
}

#elif defined(DRAGONFLY)

static void
sleeper(void *arg)
{

	(void)arg;
	while (load(&word) == 1)
		sys(SYS_umtx_sleep, &word, 1, 0);
	add(&word, 1);
}

CASE(umtx_sleep)
{
	int64_t t = now();

	word = 1;
	EQUAL(sys(SYS_umtx_sleep, &word, 2, 0), -EBUSY);
	EQUAL(sys(SYS_umtx_sleep, &word, 1, 20000), -EAGAIN);
	CHECK(now() - t >= 20000000);
	EQUAL(sys(SYS_umtx_sleep, &word, 1, -1), -EINVAL);
	EQUAL(sys(SYS_umtx_sleep, (char *)&word + 1, 1, 0), -EFAULT);
	thread(sleeper, 0);
	thread(sleeper, 0);
	nap(30);
	store(&word, 2);
	EQUAL(sys(SYS_umtx_wakeup, &word, 0), 0);
	join_threads();
	EQUAL(word, 4);
}

#else

static void
parker(void *arg)
{

	(void)arg;
	while (load(&word) == 0)
		sys(SYS_lwp_park, CLOCK_MONOTONIC, 0, 0, 0, 0, 0);
	add(&word, 1);
}

CASE(park)
{
	struct timespec ts = { 0, 20000000 };
	int64_t t = now();

	EQUAL(sys(SYS_lwp_park, CLOCK_MONOTONIC, 0, &ts, 0, 0, 0),
	    -ETIMEDOUT);
	CHECK(now() - t >= 20000000);
	EQUAL(ts.tv_nsec, 0);
	EQUAL(sys(SYS_lwp_unpark, thread_self(), 0), 0);
	EQUAL(sys(SYS_lwp_unpark, thread_self(), 0), 0);
	EQUAL(sys(SYS_lwp_park, CLOCK_MONOTONIC, 0, 0, 0, 0, 0), -EALREADY);
	ts = (struct timespec){ 0, 1000 };
	EQUAL(sys(SYS_lwp_park, CLOCK_MONOTONIC, 1, &ts, 0, 0, 0),
	    -ETIMEDOUT);
	EQUAL(sys(SYS_lwp_unpark, 1999999, 0), -ESRCH);
	thread(parker, 0);
	nap(30);
	store(&word, 1);
	EQUAL(sys(SYS_lwp_unpark, thread_ids[0], 0), 0);
	join_threads();
	EQUAL(word, 2);
	/* unparking another and parking in one call */
	store(&word, 0);
	thread(parker, 0);
	nap(30);
	store(&word, 1);
	ts = (struct timespec){ 0, 10000000 };
	EQUAL(sys(SYS_lwp_park, CLOCK_MONOTONIC, 0, &ts, thread_ids[1], 0, 0),
	    -ETIMEDOUT);
	join_threads();
	EQUAL(word, 2);
}

#endif
