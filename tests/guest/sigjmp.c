/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Leaving a handler otherwise than by returning: siglongjmp a hundred
 * thousand times, swapcontext, pthread_exit, a new signal at each step.
 */
#include <pthread.h>
#include <setjmp.h>
#include <sys/mman.h>

#include "guest.h"

static sigjmp_buf env;
static volatile int count;
static __thread sigjmp_buf tenv;

static void
jump(int sig, siginfo_t *si, void *uc)
{
	(void)si;
	(void)uc;
	siglongjmp(env, sig);
}

static void
tjump(int sig, siginfo_t *si, void *uc)
{
	(void)si;
	(void)uc;
	siglongjmp(tenv, sig);
}

static long
vm_kb(void)
{
	char line[256];
	long kb = -1;
	FILE *fp;

	CHECK((fp = fopen("/proc/self/status", "r")) != NULL);
	while (fgets(line, sizeof(line), fp) != NULL)
		if (sscanf(line, "VmSize: %ld", &kb) == 1)
			break;
	fclose(fp);
	CHECK(kb > 0);
	return (kb);
}

static void
many(int flags, int n)
{
	volatile int i;
	volatile long kb = 0;

	guest_on(SIGUSR1, jump, flags);
	for (i = 0; i < n; i++) {
		if (i == 1000)
			kb = vm_kb();
		if (sigsetjmp(env, 1) == 0) {
			RAW(SYS_tgkill, RAW(SYS_getpid), RAW(SYS_gettid), SIGUSR1);
			FAIL("no signal came");
		}
	}
	EQUAL(i, n);
	if (n > 1000)
		CHECK(vm_kb() - kb < 256);	/* nothing leaked */
}

static void
plain(void)
{
	many(0, guest_times(100000));
}

static void
alternate(void)
{
	stack_t ss = { .ss_size = 65536 };

	CHECK((ss.ss_sp = malloc(ss.ss_size)) != NULL);
	OK(sigaltstack(&ss, NULL));
	many(SA_ONSTACK, guest_times(20000));
}

static void
nodefer(void)
{
	many(SA_NODEFER, guest_times(20000));
}

/* Without saving the mask: the signal stays blocked, as it must. */
static void
mask_left(void)
{
	sigset_t set;

	guest_on(SIGUSR1, jump, 0);
	if (sigsetjmp(env, 0) == 0)
		raise(SIGUSR1);
	OK(sigprocmask(SIG_BLOCK, NULL, &set));
	EQUAL(sigismember(&set, SIGUSR1), 1);
	guest_unblock(SIGUSR1);
}

/* Out of a handler that interrupted a blocking call. */
static void
blocking(void)
{
	volatile int i;
	int p[2];
	char c;

	OK(pipe(p));
	guest_on(SIGALRM, jump, SA_RESTART);
	for (i = 0; i < guest_times(200); i++) {
		if (sigsetjmp(env, 1) == 0) {
			ualarm(1000, 0);
			(void)!read(p[0], &c, 1);
			FAIL("read returned");
		}
	}
}

/* Out of a fault, again and again. */
static void
faults(void)
{
	char *p = mmap(NULL, 4096, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	volatile int i;

	CHECK(p != MAP_FAILED);
	guest_on(SIGSEGV, jump, 0);
	for (i = 0; i < guest_times(20000); i++) {
		if (sigsetjmp(env, 1) == 0) {
			*(volatile char *)p = 1;
			FAIL("the write went through");
		}
	}
}

static void *
in_thread(void *arg)
{
	volatile int i;

	for (i = 0; i < guest_times(3000); i++) {
		if (sigsetjmp(tenv, 1) == 0) {
			RAW(SYS_tgkill, getpid(), RAW(SYS_gettid), SIGUSR2);
			FAIL("no signal came");
		}
	}
	__sync_fetch_and_add(&count, i);
	return (arg);
}

static void
threads(void)
{
	pthread_t t[4];
	int i;

	guest_on(SIGUSR2, tjump, 0);
	for (i = 0; i < 4; i++)
		EQUAL(pthread_create(&t[i], NULL, in_thread, NULL), 0);
	for (i = 0; i < 4; i++)
		EQUAL(pthread_join(t[i], NULL), 0);
	EQUAL(count, 4 * guest_times(3000));
}

static void
leave(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)si;
	(void)uc;
	pthread_exit((void *)9);
}

static void *
leaver(void *arg)
{
	(void)arg;
	raise(SIGUSR1);
	FAIL("still here");
}

static void
thread_exits(void)
{
	pthread_t t;
	void *ret;
	int i;

	guest_on(SIGUSR1, leave, 0);
	for (i = 0; i < guest_times(200); i++) {
		EQUAL(pthread_create(&t, NULL, leaver, NULL), 0);
		EQUAL(pthread_join(t, &ret), 0);
		EQUAL((intptr_t)ret, 9);
	}
}

/* A handler that forks, execs and waits. */
static void
forking(int sig, siginfo_t *si, void *uc)
{
	int status;
	pid_t pid;

	(void)sig;
	(void)si;
	(void)uc;
	OK(pid = fork());
	if (pid == 0) {
		execl("/bin/true", "true", (char *)NULL);
		_exit(1);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(status, 0);
	count++;
}

static void
handler_forks(void)
{
	int i;

	guest_on(SIGUSR1, forking, 0);
	for (i = 0; i < guest_times(20); i++)
		raise(SIGUSR1);
	EQUAL(count, guest_times(20));
}

const struct guest_case guest_cases[] = {
	{ "plain", plain },
	{ "alternate", alternate },
	{ "nodefer", nodefer },
	{ "mask_left", mask_left },
	{ "blocking", blocking },
	{ "faults", faults },
	{ "threads", threads },
	{ "thread_exits", thread_exits },
	{ "handler_forks", handler_forks },
	{ NULL, NULL }
};
