/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Waiting for signals: sigsuspend, the sigtimedwait family, signalfd, and
 * the calls that wait for descriptors with a mask of their own.
 */
#include <poll.h>
#include <pthread.h>
#include <sys/epoll.h>
#include <sys/select.h>
#include <sys/signalfd.h>

#include "guest.h"

static volatile int count, masked;

static void
note(int sig, siginfo_t *si, void *uc)
{
	sigset_t set;

	(void)si;
	(void)uc;
	sigprocmask(SIG_BLOCK, NULL, &set);
	masked = sigismember(&set, SIGUSR2) << 1 | sigismember(&set, sig);
	count++;
}

static bool
blocked(int sig)
{
	sigset_t set;

	OK(sigprocmask(SIG_BLOCK, NULL, &set));
	return (sigismember(&set, sig) == 1);
}

/* The mask changes, the call waits, the handler runs, the mask is back. */
static void
suspend(void)
{
	sigset_t none, two;
	pid_t kid;
	int i;

	sigemptyset(&none);
	sigemptyset(&two);
	sigaddset(&two, SIGUSR2);
	guest_on(SIGUSR1, note, 0);
	guest_block(SIGUSR1);
	for (i = 0; i < 20; i++) {
		count = 0;
		kid = guest_kick(SIGUSR1, i % 2 ? 0 : 5);
		if (i % 4 == 1)
			guest_sleep(5);		/* pending before the call */
		FAILS(sigsuspend(i % 3 ? &none : &two), EINTR);
		EQUAL(count, 1);
		/* the handler runs with the temporary mask plus its own */
		EQUAL(masked, i % 3 ? 1 : 3);
		CHECK(blocked(SIGUSR1));
		CHECK(!blocked(SIGUSR2));
		guest_reap(kid);
	}
}

/* One that is ignored does not end the wait; a second one does. */
static void
suspend_ignored(void)
{
	sigset_t none;
	pid_t a, b;

	sigemptyset(&none);
	signal(SIGUSR2, SIG_IGN);
	guest_on(SIGUSR1, note, 0);
	guest_block(SIGUSR1);
	a = guest_kick(SIGUSR2, 10);
	b = guest_kick(SIGUSR1, 40);
	FAILS(sigsuspend(&none), EINTR);
	EQUAL(count, 1);
	guest_reap(a);
	guest_reap(b);
}

static void
timedwait(void)
{
	struct timespec zero = { 0, 0 }, some = { 0, 30000000 }, bad = { 0, -1 };
	union sigval v = { .sival_int = 77 };
	siginfo_t si;
	sigset_t set;
	int64_t t;
	pid_t kid;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN);
	OK(sigprocmask(SIG_BLOCK, &set, NULL));
	FAILS(sigtimedwait(&set, &si, &zero), EAGAIN);
	t = guest_ms();
	FAILS(sigtimedwait(&set, &si, &some), EAGAIN);
	CHECK(guest_ms() - t >= 29);
	FAILS(sigtimedwait(&set, &si, &bad), EINVAL);
	OK(sigqueue(getpid(), SIGRTMIN, v));
	EQUAL(sigtimedwait(&set, &si, &zero), SIGRTMIN);
	EQUAL(si.si_code, SI_QUEUE);
	EQUAL(si.si_value.sival_int, 77);
	EQUAL(si.si_pid, getpid());
	kid = guest_kick(SIGUSR1, 20);
	EQUAL(sigwaitinfo(&set, &si), SIGUSR1);
	EQUAL(si.si_code, SI_USER);
	EQUAL(si.si_pid, kid);
	guest_reap(kid);
	/* A handler for another one ends it. */
	guest_on(SIGUSR2, note, SA_RESTART);
	kid = guest_kick(SIGUSR2, 20);
	EQUAL(RAW(SYS_rt_sigtimedwait, &set, &si, 0, 8), -EINTR);
	EQUAL(count, 1);
	guest_reap(kid);
}

/* SIGSEGV, SIGSYS and SIGBUS sent by kill can be waited for like others. */
static void
timedwait_faults(void)
{
	struct timespec zero = { 0, 0 };
	static const int sigs[] = { SIGSEGV, SIGSYS, SIGBUS, SIGTRAP, SIGILL };
	siginfo_t si;
	sigset_t set;
	size_t i;

	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++) {
		sigemptyset(&set);
		sigaddset(&set, sigs[i]);
		OK(sigprocmask(SIG_BLOCK, &set, NULL));
		FAILS(sigtimedwait(&set, &si, &zero), EAGAIN);
		OK(kill(getpid(), sigs[i]));
		EQUAL(sigtimedwait(&set, &si, &zero), sigs[i]);
		EQUAL(si.si_signo, sigs[i]);
		EQUAL(si.si_code, SI_USER);
		FAILS(sigtimedwait(&set, &si, &zero), EAGAIN);
	}
}

static void *
sender(void *arg)
{
	guest_sleep(20);
	pthread_kill(*(pthread_t *)arg, SIGUSR1);
	return (NULL);
}

static void
wait_thread(void)
{
	pthread_t t, self = pthread_self();
	siginfo_t si;
	sigset_t set;
	int sig;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	EQUAL(pthread_sigmask(SIG_BLOCK, &set, NULL), 0);
	EQUAL(pthread_create(&t, NULL, sender, &self), 0);
	EQUAL(sigwaitinfo(&set, &si), SIGUSR1);
	EQUAL(pthread_join(t, NULL), 0);
	EQUAL(pthread_create(&t, NULL, sender, &self), 0);
	EQUAL(sigwait(&set, &sig), 0);
	EQUAL(sig, SIGUSR1);
	EQUAL(pthread_join(t, NULL), 0);
}

static void
fd(void)
{
	struct signalfd_siginfo ssi;
	struct pollfd pfd;
	union sigval v = { .sival_int = 5 };
	sigset_t set;
	int sfd;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGRTMIN + 1);
	OK(sigprocmask(SIG_BLOCK, &set, NULL));
	OK(sfd = signalfd(-1, &set, SFD_NONBLOCK | SFD_CLOEXEC));
	FAILS(read(sfd, &ssi, sizeof(ssi)), EAGAIN);
	pfd.fd = sfd;
	pfd.events = POLLIN;
	EQUAL(poll(&pfd, 1, 0), 0);
	OK(sigqueue(getpid(), SIGRTMIN + 1, v));
	OK(kill(getpid(), SIGUSR1));
	EQUAL(poll(&pfd, 1, 1000), 1);
	EQUAL(read(sfd, &ssi, sizeof(ssi)), sizeof(ssi));
	EQUAL(ssi.ssi_signo, SIGUSR1);
	EQUAL(ssi.ssi_pid, getpid());
	EQUAL(read(sfd, &ssi, sizeof(ssi)), sizeof(ssi));
	EQUAL(ssi.ssi_signo, SIGRTMIN + 1);
	EQUAL(ssi.ssi_int, 5);
	sigdelset(&set, SIGUSR1);
	EQUAL(signalfd(sfd, &set, 0), sfd);
	OK(kill(getpid(), SIGUSR1));
	FAILS(read(sfd, &ssi, sizeof(ssi)), EAGAIN);
	FAILS(signalfd(0, &set, 0), EINVAL);
	FAILS(signalfd(-1, &set, 0x100), EINVAL);
}

static void
fd_faults(void)
{
	struct signalfd_siginfo ssi;
	sigset_t set;
	int sfd;

	sigemptyset(&set);
	sigaddset(&set, SIGSEGV);
	sigaddset(&set, SIGSYS);
	OK(sigprocmask(SIG_BLOCK, &set, NULL));
	OK(sfd = signalfd(-1, &set, SFD_NONBLOCK));
	OK(kill(getpid(), SIGSEGV));
	EQUAL(read(sfd, &ssi, sizeof(ssi)), sizeof(ssi));
	EQUAL(ssi.ssi_signo, SIGSEGV);
	OK(kill(getpid(), SIGSYS));
	EQUAL(read(sfd, &ssi, sizeof(ssi)), sizeof(ssi));
	EQUAL(ssi.ssi_signo, SIGSYS);
}

static long
do_ppoll(const sigset_t *set, int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	return (ppoll(NULL, 0, &ts, set));
}

static long
do_pselect(const sigset_t *set, int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	return (pselect(0, NULL, NULL, NULL, &ts, set));
}

static long
do_epoll(const sigset_t *set, int ms)
{
	struct epoll_event ev;
	static int efd = -1;

	if (efd == -1)
		OK(efd = epoll_create1(0));
	return (epoll_pwait(efd, &ev, 1, ms, set));
}

static void
with_mask(long (*wait)(const sigset_t *, int))
{
	sigset_t none, two;
	int64_t t;
	pid_t kid;
	int i;

	sigemptyset(&none);
	sigemptyset(&two);
	sigaddset(&two, SIGUSR2);
	guest_on(SIGUSR1, note, SA_RESTART);
	guest_block(SIGUSR1);
	t = guest_ms();
	EQUAL(wait(&none, 20), 0);
	CHECK(guest_ms() - t >= 19);
	for (i = 0; i < 12; i++) {
		count = 0;
		kid = guest_kick(SIGUSR1, i % 2 ? 0 : 5);
		if (i % 4 == 1)
			guest_sleep(5);
		FAILS(wait(i % 3 ? &none : &two, 5000), EINTR);
		EQUAL(count, 1);
		EQUAL(masked, i % 3 ? 1 : 3);
		CHECK(blocked(SIGUSR1));
		guest_reap(kid);
	}
	/* Without a mask it stays blocked and pending. */
	OK(kill(getpid(), SIGUSR1));
	EQUAL(wait(NULL, 20), 0);
	count = 0;
	guest_unblock(SIGUSR1);
	EQUAL(count, 1);
}

static void
ppoll_mask(void)
{
	with_mask(do_ppoll);
}

static void
pselect_mask(void)
{
	with_mask(do_pselect);
}

static void
epoll_mask(void)
{
	with_mask(do_epoll);
}

/* A descriptor that is ready and a signal that is pending: ready wins. */
static void
ready_first(void)
{
	struct pollfd pfd;
	struct timespec ts = { 1, 0 };
	sigset_t none;
	int p[2];

	sigemptyset(&none);
	guest_on(SIGUSR1, note, 0);
	OK(pipe(p));
	EQUAL(write(p[1], "x", 1), 1);
	pfd.fd = p[0];
	pfd.events = POLLIN;
	EQUAL(ppoll(&pfd, 1, &ts, &none), 1);
	EQUAL(pfd.revents, POLLIN);
	EQUAL(RAW(SYS_ppoll, &pfd, 1, &ts, &none, 4), -EINVAL);
	EQUAL(RAW(SYS_ppoll, &pfd, 1, &ts, 8, 8), -EFAULT);
}

const struct guest_case guest_cases[] = {
	{ "suspend", suspend },
	{ "suspend_ignored", suspend_ignored },
	{ "timedwait", timedwait },
	{ "timedwait_faults", timedwait_faults },
	{ "wait_thread", wait_thread },
	{ "fd", fd },
	{ "fd_faults", fd_faults },
	{ "ppoll_mask", ppoll_mask },
	{ "pselect_mask", pselect_mask },
	{ "epoll_mask", epoll_mask },
	{ "ready_first", ready_first },
	{ NULL, NULL }
};
