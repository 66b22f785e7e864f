/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Signals as a handler sees them: flags of sigaction, what is interrupted
 * and what is restarted, what siginfo says, order, nesting, masks.
 */
#include <fcntl.h>
#include <pthread.h>
#include <poll.h>
#include <sys/time.h>
#include <ucontext.h>

#include "guest.h"

static volatile int count, depth, deepest, last_sig, last_code, last_pid, last_value;
static volatile int masked, stacked, order[64];

static void
note(int sig, siginfo_t *si, void *uc)
{
	(void)uc;
	last_sig = sig;
	last_code = si->si_code;
	last_pid = si->si_pid;
	last_value = si->si_value.sival_int;
	count++;
}

/* A read that a handler interrupts: fails without SA_RESTART. */
static void
eintr(void)
{
	int i, p[2];
	pid_t kid;
	char c;

	OK(pipe(p));
	guest_on(SIGUSR1, note, 0);
	for (i = 0; i < 10; i++) {
		count = 0;
		kid = guest_kick(SIGUSR1, 5);
		FAILS(read(p[0], &c, 1), EINTR);
		EQUAL(count, 1);
		EQUAL(last_sig, SIGUSR1);
		EQUAL(last_code, SI_USER);
		EQUAL(last_pid, kid);
		guest_reap(kid);
	}
	kid = guest_kick(SIGUSR1, 5);
	FAILS(pause(), EINTR);
	guest_reap(kid);
	kid = guest_kick(SIGUSR1, 5);
	FAILS(poll(NULL, 0, 5000), EINTR);
	guest_reap(kid);
	guest_on(SIGUSR1, note, SA_RESTART);
	kid = guest_kick(SIGUSR1, 5);
	FAILS(poll(NULL, 0, 5000), EINTR);	/* whatever SA_RESTART says */
	guest_reap(kid);
}

/* One signal, then a byte: the read that was interrupted gets it. */
static pid_t
kick_and_write(pid_t pid, int fd)
{
	pid_t kid;

	OK(kid = fork());
	if (kid == 0) {
		guest_asleep(pid);
		kill(pid, SIGUSR1);
		guest_sleep(10);
		_exit(write(fd, "x", 1) != 1);
	}
	return (kid);
}

static void
restart(void)
{
	int i, p[2];
	pid_t kid;
	char c;

	OK(pipe(p));
	guest_on(SIGUSR1, note, SA_RESTART);
	for (i = 0; i < 10; i++) {
		count = 0;
		kid = kick_and_write(getpid(), p[1]);
		EQUAL(read(p[0], &c, 1), 1);
		EQUAL(count, 1);
		guest_reap(kid);
	}
}

/* nanosleep is interrupted with the time that was left. */
static void
sleep_rest(void)
{
	struct timespec ts = { 5, 0 }, rest = { 0, 0 };
	pid_t kid;

	guest_on(SIGUSR1, note, SA_RESTART);
	kid = guest_kick(SIGUSR1, 50);
	FAILS(nanosleep(&ts, &rest), EINTR);
	CHECK(rest.tv_sec == 4 && rest.tv_nsec > 0);
	guest_reap(kid);
}

/* A stop and a continue without a handler restart what they interrupted. */
static void
stop_restart(void)
{
	int64_t t = guest_ms();
	struct timespec ts = { 0, 200000000 };
	pid_t kid, self = getpid();

	OK(kid = fork());
	if (kid == 0) {
		guest_sleep(30);
		kill(self, SIGSTOP);
		guest_sleep(30);
		kill(self, SIGCONT);
		_exit(0);
	}
	EQUAL(nanosleep(&ts, NULL), 0);
	CHECK(guest_ms() - t >= 200);
	guest_reap(kid);
}

static void
look(int sig, siginfo_t *si, void *uc)
{
	stack_t ss;
	sigset_t set;
	char here;

	(void)si;
	(void)uc;
	OK(sigaltstack(NULL, &ss));
	stacked = (ss.ss_flags & SS_ONSTACK) != 0;
	if (stacked)
		CHECK(&here >= (char *)ss.ss_sp &&
		    &here < (char *)ss.ss_sp + ss.ss_size);
	OK(sigprocmask(SIG_BLOCK, NULL, &set));
	masked = sigismember(&set, sig) | sigismember(&set, SIGUSR2) << 1;
	count++;
}

static void
onstack(void)
{
	static char alt[65536], other[65536];
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) }, old;

	OK(sigaltstack(NULL, &old));
	EQUAL(old.ss_flags, SS_DISABLE);
	OK(sigaltstack(&ss, NULL));
	OK(sigaltstack(NULL, &old));
	CHECK(old.ss_sp == alt && old.ss_size == sizeof(alt) && old.ss_flags == 0);
	guest_on(SIGUSR1, look, SA_ONSTACK);
	OK(raise(SIGUSR1));
	EQUAL(stacked, 1);
	guest_on(SIGUSR1, look, 0);
	OK(raise(SIGUSR1));
	EQUAL(stacked, 0);
	ss.ss_size = 1024;
	EQUAL(RAW(SYS_sigaltstack, &ss, 0), -ENOMEM);
	ss.ss_flags = 0x40;
	EQUAL(RAW(SYS_sigaltstack, &ss, 0), -EINVAL);
	ss.ss_flags = 0;
	ss.ss_sp = other;
	ss.ss_size = sizeof(other);
	OK(sigaltstack(&ss, &old));
	CHECK(old.ss_sp == alt);
	guest_on(SIGUSR1, look, SA_ONSTACK);
	OK(raise(SIGUSR1));
	EQUAL(stacked, 1);
	ss.ss_flags = SS_DISABLE;
	OK(sigaltstack(&ss, NULL));
	OK(raise(SIGUSR1));
	EQUAL(stacked, 0);
	EQUAL(count, 4);
}

static void
change_stack(int sig, siginfo_t *si, void *uc)
{
	static char other[65536];
	stack_t ss = { .ss_sp = other, .ss_size = sizeof(other) };

	(void)sig;
	(void)si;
	(void)uc;
	FAILS(sigaltstack(&ss, NULL), EPERM);	/* not the one we run on */
	count++;
}

static void
onstack_busy(void)
{
	static char alt[65536];
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) };

	OK(sigaltstack(&ss, NULL));
	guest_on(SIGUSR1, change_stack, SA_ONSTACK);
	OK(raise(SIGUSR1));
	EQUAL(count, 1);
}

static void *
own_stack(void *arg)
{
	stack_t ss;

	OK(sigaltstack(NULL, &ss));
	EQUAL(ss.ss_flags, SS_DISABLE);
	return (arg);
}

/* The alternate stack belongs to a thread; a fork keeps it, exec drops it. */
static void
onstack_threads(void)
{
	static char alt[65536];
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) };
	pthread_t t;
	pid_t kid;

	OK(sigaltstack(&ss, NULL));
	EQUAL(pthread_create(&t, NULL, own_stack, NULL), 0);
	EQUAL(pthread_join(t, NULL), 0);
	OK(kid = fork());
	if (kid == 0) {
		OK(sigaltstack(NULL, &ss));
		_exit(!(ss.ss_flags == 0 && ss.ss_sp == alt));
	}
	guest_reap(kid);
}

static void
masks(void)
{
	struct sigaction sa;
	sigset_t set;

	guest_on(SIGUSR1, look, 0);
	OK(raise(SIGUSR1));
	EQUAL(masked, 1);
	guest_on(SIGUSR1, look, SA_NODEFER);
	OK(raise(SIGUSR1));
	EQUAL(masked, 0);
	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = look;
	sa.sa_flags = SA_SIGINFO | SA_NODEFER;
	sigaddset(&sa.sa_mask, SIGUSR2);
	OK(sigaction(SIGUSR1, &sa, NULL));
	OK(raise(SIGUSR1));
	EQUAL(masked, 2);
	OK(sigprocmask(SIG_BLOCK, NULL, &set));
	EQUAL(sigismember(&set, SIGUSR1) | sigismember(&set, SIGUSR2), 0);
	memset(&sa, 0, sizeof(sa));
	OK(sigaction(SIGUSR1, NULL, &sa));
	CHECK(sa.sa_sigaction == look);
	EQUAL(sa.sa_flags & (SA_SIGINFO | SA_NODEFER | SA_RESETHAND | SA_RESTART),
	    SA_SIGINFO | SA_NODEFER);
	EQUAL(sigismember(&sa.sa_mask, SIGUSR2), 1);
	EQUAL(sigismember(&sa.sa_mask, SIGUSR1), 0);
}

static void
resethand(void)
{
	struct sigaction sa;

	guest_on(SIGUSR1, look, SA_RESETHAND);
	OK(raise(SIGUSR1));
	EQUAL(masked, 1);	/* still deferred while it runs */
	OK(sigaction(SIGUSR1, NULL, &sa));
	CHECK(sa.sa_handler == SIG_DFL);
	raise(SIGUSR1);
	FAIL("the second one did not kill");
}

static void
reset(void)
{
	guest_dies(resethand, SIGUSR1);
}

static void
nest(int sig, siginfo_t *si, void *uc)
{
	(void)si;
	(void)uc;
	order[count++ % 64] = sig;
	depth++;
	if (depth > deepest)
		deepest = depth;
	if (sig < SIGRTMIN + 10)
		raise(sig + 1);
	depth--;
}

static void
nested(void)
{
	int sig, i;

	for (sig = SIGRTMIN; sig <= SIGRTMIN + 10; sig++)
		guest_on(sig, nest, SA_NODEFER);
	for (i = 0; i < guest_times(100); i++) {
		count = deepest = 0;
		OK(raise(SIGRTMIN));
		EQUAL(deepest, 11);
		EQUAL(count, 11);
	}
	for (i = 0; i < 11; i++)
		EQUAL(order[i], SIGRTMIN + i);
}

static void
recurse(int sig, siginfo_t *si, void *uc)
{
	(void)si;
	(void)uc;
	if (++count < 50)
		raise(sig);
}

static void
nodefer_deep(void)
{
	guest_on(SIGUSR1, recurse, SA_NODEFER);
	OK(raise(SIGUSR1));
	EQUAL(count, 50);
}

static void
record(int sig, siginfo_t *si, void *uc)
{
	(void)uc;
	order[count++ % 64] = sig * 1000 + si->si_value.sival_int;
	EQUAL(si->si_code, SI_QUEUE);
	EQUAL(si->si_pid, getpid());
	EQUAL(si->si_uid, getuid());
}

/* Real-time signals: each is kept, lowest number first, oldest first. */
static void
queued(void)
{
	int i, sig, lo = SIGRTMIN, n = 0;
	union sigval v;
	sigset_t set, old, pend;

	sigemptyset(&set);
	for (sig = lo; sig < lo + 4; sig++) {
		struct sigaction sa;

		sigaddset(&set, sig);
		memset(&sa, 0, sizeof(sa));
		sa.sa_sigaction = record;
		sa.sa_flags = SA_SIGINFO;
		sigfillset(&sa.sa_mask);
		OK(sigaction(sig, &sa, NULL));
	}
	OK(sigprocmask(SIG_BLOCK, &set, &old));
	for (i = 0; i < 5; i++) {
		for (sig = lo + 3; sig >= lo; sig--) {
			v.sival_int = i;
			OK(sigqueue(getpid(), sig, v));
		}
	}
	EQUAL(count, 0);
	OK(sigpending(&pend));
	for (sig = lo; sig < lo + 4; sig++)
		EQUAL(sigismember(&pend, sig), 1);
	EQUAL(sigismember(&pend, lo + 4), 0);
	OK(sigprocmask(SIG_SETMASK, &old, NULL));
	EQUAL(count, 20);
	/* With all masked while one runs, they are taken in order. */
	for (sig = lo; sig < lo + 4; sig++)
		for (i = 0; i < 5; i++)
			EQUAL(order[n++], sig * 1000 + i);
}

/* Ordinary signals: pending once, however often they came. */
static void
coalesced(void)
{
	int i;

	guest_on(SIGUSR1, note, 0);
	guest_block(SIGUSR1);
	for (i = 0; i < 5; i++)
		OK(kill(getpid(), SIGUSR1));
	EQUAL(count, 0);
	guest_unblock(SIGUSR1);
	EQUAL(count, 1);
	/* Ignored while pending: gone. */
	guest_block(SIGUSR1);
	OK(kill(getpid(), SIGUSR1));
	signal(SIGUSR1, SIG_IGN);
	guest_on(SIGUSR1, note, 0);
	guest_unblock(SIGUSR1);
	EQUAL(count, 1);
}

static void
values(void)
{
	union sigval v;
	int i;

	guest_on(SIGUSR1, note, 0);
	for (i = -5; i < 5; i++) {
		v.sival_int = i * 1000003;
		OK(sigqueue(getpid(), SIGUSR1, v));
		EQUAL(last_value, i * 1000003);
		EQUAL(last_code, SI_QUEUE);
	}
	EQUAL(0, RAW(SYS_tgkill, getpid(), RAW(SYS_gettid), SIGUSR1));
	EQUAL(last_code, SI_TKILL);
	EQUAL(last_pid, getpid());
	OK(kill(getpid(), SIGUSR1));
	EQUAL(last_code, SI_USER);
	EQUAL(count, 12);
	EQUAL(kill(getpid(), 0), 0);
	FAILS(kill(getpid(), 65), EINVAL);
	EQUAL(RAW(SYS_rt_sigaction, 65, 0, 0, 8), -EINVAL);
	EQUAL(RAW(SYS_rt_sigaction, SIGUSR1, 0, 0, 4), -EINVAL);
	EQUAL(RAW(SYS_rt_sigaction, SIGKILL, &i, 0, 8), -EINVAL);
}

static void
child_info(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)uc;
	EQUAL(si->si_signo, SIGCHLD);
	last_code = si->si_code;
	last_pid = si->si_pid;
	last_value = si->si_status;
	count++;
}

static void
chld(void)
{
	int status, i;
	pid_t pid;

	guest_on(SIGCHLD, child_info, SA_RESTART);
	for (i = 0; i < 20; i++) {
		count = 0;
		OK(pid = fork());
		if (pid == 0)
			_exit(i);
		EQUAL(waitpid(pid, &status, 0), pid);
		guest_until(&count, 1);
		EQUAL(last_code, CLD_EXITED);
		EQUAL(last_pid, pid);
		EQUAL(last_value, i);
	}
	guest_on(SIGCHLD, child_info, SA_NOCLDWAIT);
	OK(pid = fork());
	if (pid == 0)
		_exit(0);
	while (waitpid(pid, &status, 0) == -1 && errno == EINTR)
		;
	EQUAL(errno, ECHILD);
	signal(SIGCHLD, SIG_IGN);
	OK(pid = fork());
	if (pid == 0)
		_exit(0);
	FAILS(waitpid(pid, &status, 0), ECHILD);
}

static volatile int tid_seen;

static void
whose(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)si;
	(void)uc;
	tid_seen = (int)RAW(SYS_gettid);
}

static volatile int tids[4];

static void *
idle(void *arg)
{
	int i = (int)(intptr_t)arg;

	tids[i] = (int)RAW(SYS_gettid);
	for (;;)
		pause();
	return (NULL);
}

static void
thread_directed(void)
{
	pthread_t t[4];
	int i, round;

	guest_on(SIGUSR1, whose, 0);
	for (i = 0; i < 4; i++)
		EQUAL(pthread_create(&t[i], NULL, idle, (void *)(intptr_t)i), 0);
	for (i = 0; i < 4; i++)
		while (tids[i] == 0)
			guest_sleep(1);
	for (round = 0; round < 50; round++) {
		for (i = 0; i < 4; i++) {
			tid_seen = 0;
			EQUAL(pthread_kill(t[i], SIGUSR1), 0);
			guest_until(&tid_seen, tids[i]);
		}
	}
	/* One for the process goes to whoever has it unblocked. */
	guest_block(SIGUSR1);
	tid_seen = 0;
	OK(kill(getpid(), SIGUSR1));
	while (tid_seen == 0)
		guest_sleep(1);
	CHECK(tid_seen != getpid());
}

static volatile int stop_all;

static void *
caller(void *arg)
{
	int p[2];
	char c;

	OK(pipe(p));
	while (!stop_all) {
		if (RAW(SYS_write, p[1], "x", 1) != 1)
			FAIL("write");
		if (RAW(SYS_read, p[0], &c, 1) != 1 || c != 'x')
			FAIL("read");
		if (RAW(SYS_gettid) <= 0)
			FAIL("gettid");
	}
	return (arg);
}

/* Every thread is hit while it is busy in and out of calls. */
static void
storm(void)
{
	pthread_t t[3];
	int i, n;

	guest_on(SIGUSR1, note, SA_RESTART);
	for (i = 0; i < 3; i++)
		EQUAL(pthread_create(&t[i], NULL, caller, NULL), 0);
	for (n = 0; n < guest_times(3000); n++)
		EQUAL(pthread_kill(t[n % 3], SIGUSR1), 0);
	stop_all = 1;
	for (i = 0; i < 3; i++)
		EQUAL(pthread_join(t[i], NULL), 0);
	CHECK(count > 0);
}

static void
ucontext_seen(int sig, siginfo_t *si, void *arg)
{
	ucontext_t *uc = arg;

	(void)sig;
	(void)si;
	masked = sigismember(&uc->uc_sigmask, SIGUSR2);
	sigaddset(&uc->uc_sigmask, SIGTERM);	/* in force after the return */
	count++;
}

static void
ucontext_mask(void)
{
	sigset_t set;

	guest_block(SIGUSR2);
	guest_on(SIGUSR1, ucontext_seen, 0);
	OK(raise(SIGUSR1));
	EQUAL(masked, 1);
	OK(sigprocmask(SIG_BLOCK, NULL, &set));
	EQUAL(sigismember(&set, SIGTERM), 1);
	EQUAL(sigismember(&set, SIGUSR2), 1);
	EQUAL(sigismember(&set, SIGUSR1), 0);
}

/* To the guest the mask is whole, also what the image never lets the host block. */
static void
mask_all(void)
{
	sigset_t set, got;
	pid_t pid;

	sigfillset(&set);
	OK(sigprocmask(SIG_SETMASK, &set, NULL));
	sigemptyset(&got);
	OK(sigprocmask(SIG_BLOCK, NULL, &got));
	EQUAL(sigismember(&got, SIGSEGV), 1);
	EQUAL(sigismember(&got, SIGSYS), 1);
	EQUAL(sigismember(&got, SIGBUS), 1);
	EQUAL(sigismember(&got, SIGKILL), 0);
	EQUAL(sigismember(&got, SIGSTOP), 0);
	EQUAL(RAW(SYS_rt_sigprocmask, 7, &set, 0, 8), -EINVAL);
	EQUAL(RAW(SYS_rt_sigprocmask, 0, &set, 0, 4), -EINVAL);
	EQUAL(RAW(SYS_rt_sigprocmask, 0, 8, 0, 8), -EFAULT);
	OK(pid = fork());
	if (pid == 0) {
		sigemptyset(&got);
		OK(sigprocmask(SIG_BLOCK, NULL, &got));
		_exit(!sigismember(&got, SIGSYS) || !sigismember(&got, SIGSEGV));
	}
	guest_reap(pid);
}

const struct guest_case guest_cases[] = {
	{ "eintr", eintr },
	{ "restart", restart },
	{ "sleep_rest", sleep_rest },
	{ "stop_restart", stop_restart },
	{ "onstack", onstack },
	{ "onstack_busy", onstack_busy },
	{ "onstack_threads", onstack_threads },
	{ "masks", masks },
	{ "mask_all", mask_all },
	{ "resethand", reset },
	{ "nested", nested },
	{ "nodefer_deep", nodefer_deep },
	{ "queued", queued },
	{ "coalesced", coalesced },
	{ "values", values },
	{ "chld", chld },
	{ "thread_directed", thread_directed },
	{ "storm", storm },
	{ "ucontext_mask", ucontext_mask },
	{ NULL, NULL }
};
