/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Timers of every kind, and timers hammering a program that computes, makes
 * blocking calls and moves data: no call is lost, none is made twice.
 */
#include <pthread.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/timerfd.h>
#include <time.h>

#include "guest.h"

static volatile int hits, last_code, last_value;

static void
hit(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)uc;
	last_code = si->si_code;
	last_value = si->si_value.sival_int;
	hits++;
}

static void
hammer(int usec)
{
	struct itimerval it = { { 0, usec }, { 0, usec } };

	guest_on(SIGALRM, hit, SA_RESTART);
	OK(setitimer(ITIMER_REAL, &it, NULL));
}

static void
interval(void)
{
	struct itimerval it = { { 0, 2000 }, { 0, 2000 } }, got;
	static const int which[] = { ITIMER_REAL, ITIMER_VIRTUAL, ITIMER_PROF };
	static const int sigs[] = { SIGALRM, SIGVTALRM, SIGPROF };
	volatile long x = 0;
	int i;

	for (i = 0; i < 3; i++) {
		hits = 0;
		guest_on(sigs[i], hit, SA_RESTART);
		OK(setitimer(which[i], &it, NULL));
		while (hits < 10)
			x++;
		memset(&got, 0, sizeof(got));
		OK(getitimer(which[i], &got));
		EQUAL(got.it_interval.tv_sec, 0);
		CHECK(got.it_interval.tv_usec >= 2000);
		got.it_value.tv_usec = got.it_value.tv_sec = 0;
		OK(setitimer(which[i], &got, NULL));
	}
	alarm(100);
	EQUAL(alarm(0), 100);
}

static void
posix(void)
{
	struct itimerspec it = { { 0, 3000000 }, { 0, 3000000 } }, got;
	struct sigevent ev = { 0 };
	timer_t t;

	guest_on(SIGRTMIN + 2, hit, SA_RESTART);
	ev.sigev_notify = SIGEV_SIGNAL;
	ev.sigev_signo = SIGRTMIN + 2;
	ev.sigev_value.sival_int = 4711;
	OK(timer_create(CLOCK_MONOTONIC, &ev, &t));
	OK(timer_settime(t, 0, &it, NULL));
	while (hits < 10)
		pause();
	EQUAL(last_code, SI_TIMER);
	EQUAL(last_value, 4711);
	OK(timer_gettime(t, &got));
	EQUAL(got.it_interval.tv_nsec, 3000000);
	OK(timer_delete(t));
	EQUAL(RAW(SYS_timer_delete, 12345), -EINVAL);
}

/* Expirations while it is blocked are counted as overruns. */
static void
overrun(void)
{
	struct itimerspec it = { { 0, 1000000 }, { 0, 1000000 } };
	struct sigevent ev = { 0 };
	timer_t t;

	guest_on(SIGUSR1, hit, 0);
	guest_block(SIGUSR1);
	ev.sigev_notify = SIGEV_SIGNAL;
	ev.sigev_signo = SIGUSR1;
	OK(timer_create(CLOCK_MONOTONIC, &ev, &t));
	OK(timer_settime(t, 0, &it, NULL));
	guest_sleep(50);
	memset(&it, 0, sizeof(it));
	EQUAL(hits, 0);
	guest_unblock(SIGUSR1);
	CHECK(hits >= 1);
	CHECK(timer_getoverrun(t) >= 0);
	OK(timer_settime(t, 0, &it, NULL));
	OK(timer_delete(t));
}

static void
descriptor(void)
{
	struct itimerspec it = { { 0, 2000000 }, { 0, 2000000 } };
	uint64_t n, sum = 0;
	int tfd;

	hammer(500);
	OK(tfd = timerfd_create(CLOCK_MONOTONIC, 0));
	OK(timerfd_settime(tfd, 0, &it, NULL));
	while (sum < 20) {
		EQUAL(read(tfd, &n, 8), 8);
		sum += n;
	}
	OK(close(tfd));
}

/* A checksum over arithmetic in every kind of register. */
static double
compute(uint64_t *sum)
{
	uint64_t a = 1, b = 2;
	double x = 1.0, y = 0.5;
	long double z = 3.0L;
	int i;

	for (i = 1; i < 20000; i++) {
		a = a * 6364136223846793005ULL + b;
		b ^= a >> 13;
		x = x * 1.0000001 + y / i;
		y = y + 1.0 / x;
		z = z * 0.999999L + x;
	}
	*sum = a ^ b;
	return (x + y + (double)z);
}

static void
arithmetic(void)
{
	uint64_t want, got;
	double dwant, dgot;
	int i;

	dwant = compute(&want);
	hammer(100);
	for (i = 0; i < guest_times(1500); i++) {
		dgot = compute(&got);
		CHECK(got == want && memcmp(&dgot, &dwant, sizeof(dgot)) == 0);
	}
	CHECK(hits > 5);
}

static void *
producer(void *arg)
{
	int fd = *(int *)arg, i;
	unsigned char c;

	for (i = 0; i < guest_times(20000); i++) {
		c = (unsigned char)(i * 7);
		EQUAL(write(fd, &c, 1), 1);
	}
	close(fd);
	return (NULL);
}

/* One byte at a time: each arrives once, in order. */
static void
pipes(void)
{
	unsigned char c;
	pthread_t t;
	int i, p[2];

	OK(pipe(p));
	hammer(150);
	EQUAL(pthread_create(&t, NULL, producer, &p[1]), 0);
	for (i = 0; i < guest_times(20000); i++) {
		EQUAL(read(p[0], &c, 1), 1);
		EQUAL(c, (unsigned char)(i * 7));
	}
	EQUAL(read(p[0], &c, 1), 0);
	EQUAL(pthread_join(t, NULL), 0);
}

/* Without SA_RESTART: each call either fails with EINTR or has happened. */
static void
sockets(void)
{
	int i, s[2], sent = 0, interrupted = 0;
	struct itimerval it = { { 0, 150 }, { 0, 150 } };
	unsigned char c = 0, got;
	ssize_t n;
	pid_t kid;

	OK(socketpair(AF_UNIX, SOCK_STREAM, 0, s));
	OK(kid = fork());
	if (kid == 0) {
		OK(close(s[0]));
		guest_on(SIGALRM, hit, 0);
		OK(setitimer(ITIMER_REAL, &it, NULL));
		for (i = 0; i < guest_times(20000); i++) {
			do
				n = read(s[1], &got, 1);
			while (n == -1 && errno == EINTR);
			EQUAL(n, 1);
			EQUAL(got, (unsigned char)i);
		}
		EQUAL(write(s[1], "k", 1), 1);
		_exit(0);
	}
	OK(close(s[1]));
	guest_on(SIGALRM, hit, 0);
	OK(setitimer(ITIMER_REAL, &it, NULL));
	while (sent < guest_times(20000)) {
		c = (unsigned char)sent;
		n = send(s[0], &c, 1, 0);
		if (n == 1)
			sent++;
		else if (errno == EINTR)
			interrupted++;
		else
			FAIL("send: %s", strerror(errno));
	}
	do
		n = read(s[0], &got, 1);
	while (n == -1 && errno == EINTR);
	EQUAL(n, 1);
	memset(&it, 0, sizeof(it));
	OK(setitimer(ITIMER_REAL, &it, NULL));
	EQUAL(waitpid(kid, &i, 0), kid);
	EQUAL(i, 0);
}

/* A sleep that is interrupted all the time ends on time nevertheless. */
static void
sleeping(void)
{
	struct timespec ts = { 0, 200000000 }, end;
	int64_t t;
	int n = 0;

	hammer(700);
	t = guest_ms();
	while (nanosleep(&ts, &ts) == -1) {
		EQUAL(errno, EINTR);
		n++;
	}
	t = guest_ms() - t;
	CHECK(t >= 190 && n > 3);
	OK(clock_gettime(CLOCK_MONOTONIC, &end));
	end.tv_nsec += 100000000;
	end.tv_sec += end.tv_nsec / 1000000000;
	end.tv_nsec %= 1000000000;
	while ((n = clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &end, NULL)) != 0)
		EQUAL(n, EINTR);
}

/* fork, exec and wait under fire: a child starts without the timer. */
static void
forking(void)
{
	struct itimerval got;
	int i, status;
	pid_t pid;

	hammer(400);
	for (i = 0; i < 100; i++) {
		OK(pid = fork());
		if (pid == 0) {
			OK(getitimer(ITIMER_REAL, &got));
			_exit(got.it_interval.tv_usec != 0);
		}
		while (waitpid(pid, &status, 0) == -1)
			EQUAL(errno, EINTR);
		EQUAL(status, 0);
	}
	for (i = 0; i < 20; i++) {
		OK(pid = fork());
		if (pid == 0) {
			execl("/bin/true", "true", (char *)NULL);
			_exit(1);
		}
		while (waitpid(pid, &status, 0) == -1)
			EQUAL(errno, EINTR);
		EQUAL(status, 0);
	}
}

const struct guest_case guest_cases[] = {
	{ "interval", interval },
	{ "posix", posix },
	{ "overrun", overrun },
	{ "descriptor", descriptor },
	{ "arithmetic", arithmetic },
	{ "pipes", pipes },
	{ "sockets", sockets },
	{ "sleeping", sleeping },
	{ "forking", forking },
	{ NULL, NULL }
};
