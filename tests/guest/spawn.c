/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * posix_spawn, a thousand times: the child shares its parent's memory while
 * it changes some sixty signal dispositions, and some children are killed
 * before they come to exec.  The parent's handlers, mask, descriptors and
 * memory are the same afterwards.
 */
#include <dirent.h>
#include <fcntl.h>
#include <pthread.h>
#include <sched.h>
#include <spawn.h>
#include <sys/mman.h>

#include "guest.h"

extern char **environ;

static volatile int hits;

static void
handler(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)si;
	(void)uc;
	hits++;
}

static int
descriptors(void)
{
	struct dirent *e;
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	CHECK(d != NULL);
	while ((e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	closedir(d);
	return (n);
}

static void
set_up(void)
{
	int sig;

	for (sig = 1; sig < 32; sig++)
		if (sig != SIGKILL && sig != SIGSTOP && sig != SIGCHLD)
			guest_on(sig, handler, SA_RESTART);
	signal(SIGPIPE, SIG_IGN);
	guest_block(SIGTERM);
}

static void
verify(void)
{
	struct sigaction sa;
	sigset_t set;
	int sig;

	for (sig = 1; sig < 32; sig++) {
		if (sig == SIGKILL || sig == SIGSTOP || sig == SIGCHLD ||
		    sig == SIGPIPE)
			continue;
		OK(sigaction(sig, NULL, &sa));
		if (sa.sa_sigaction != handler || !(sa.sa_flags & SA_RESTART))
			FAIL("the handler of signal %d is not what it was", sig);
	}
	OK(sigaction(SIGPIPE, NULL, &sa));
	CHECK(sa.sa_handler == SIG_IGN);
	OK(sigprocmask(SIG_BLOCK, NULL, &set));
	EQUAL(sigismember(&set, SIGTERM), 1);
	EQUAL(sigismember(&set, SIGUSR1), 0);
	EQUAL(sigismember(&set, SIGSYS), 0);
	hits = 0;
	OK(raise(SIGUSR1));
	OK(raise(SIGSEGV));
	OK(raise(SIGSYS));
	EQUAL(hits, 3);
}

static void
spawn_true(void)
{
	char *argv[] = { STR("true"), NULL };
	int status;
	pid_t pid;

	EQUAL(posix_spawn(&pid, "/bin/true", NULL, NULL, argv, environ), 0);
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(status, 0);
}

/*
 * What posix_spawn does until exec, but killed instead: a child that shares
 * memory, has changed its handlers, and dies in the middle.
 */
static int
doomed(void *arg)
{
	int sig;

	for (sig = 1; sig < 32; sig++)
		signal(sig, SIG_DFL);
	if (*(int *)arg % 2)
		RAW(SYS_kill, RAW(SYS_getpid), SIGKILL);
	signal(SIGSEGV, SIG_DFL);
	__asm__ volatile ("movb $1, (%0)" : : "r"(8L) : "memory");
	return (0);
}

static void
kill_one(int i, char *stack)
{
	int status;
	pid_t pid;

	OK(pid = clone(doomed, stack, CLONE_VM | CLONE_VFORK | SIGCHLD, &i));
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(status & 0x7f, i % 2 ? SIGKILL : SIGSEGV);
}

static void
thousand(void)
{
	char *stack;
	int i, n = descriptors();

	stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(stack != MAP_FAILED);
	set_up();
	for (i = 0; i < guest_times(1000); i++) {
		if (i % 5 == 4)
			kill_one(i, stack + 65536);
		else
			spawn_true();
		if (i % 50 == 49)
			verify();
	}
	EQUAL(descriptors(), n);
}

static void
file_actions(void)
{
	posix_spawn_file_actions_t fa;
	posix_spawnattr_t at;
	char *argv[] = { STR("sh"), STR("-c"), STR("echo out; echo err >&2; trap"), NULL };
	sigset_t set;
	char buf[64];
	int i, p[2], status;
	ssize_t n;
	pid_t pid;

	for (i = 0; i < guest_times(20); i++) {
		OK(pipe(p));
		EQUAL(posix_spawn_file_actions_init(&fa), 0);
		EQUAL(posix_spawn_file_actions_adddup2(&fa, p[1], 1), 0);
		EQUAL(posix_spawn_file_actions_addopen(&fa, 2, "/dev/null", O_WRONLY, 0), 0);
		EQUAL(posix_spawn_file_actions_addclose(&fa, p[0]), 0);
		EQUAL(posix_spawnattr_init(&at), 0);
		sigfillset(&set);
		EQUAL(posix_spawnattr_setsigdefault(&at, &set), 0);
		sigemptyset(&set);
		EQUAL(posix_spawnattr_setsigmask(&at, &set), 0);
		EQUAL(posix_spawnattr_setflags(&at, POSIX_SPAWN_SETSIGDEF |
		    POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETPGROUP), 0);
		EQUAL(posix_spawn(&pid, "/bin/sh", &fa, &at, argv, environ), 0);
		OK(close(p[1]));
		OK(n = read(p[0], buf, sizeof(buf)));
		EQUAL(n, 4);
		CHECK(memcmp(buf, "out\n", 4) == 0);
		EQUAL(waitpid(pid, &status, 0), pid);
		EQUAL(status, 0);
		OK(close(p[0]));
	}
}

static void
failing(void)
{
	char *argv[] = { STR("x"), NULL };
	pid_t pid;
	int i;

	set_up();
	for (i = 0; i < guest_times(100); i++) {
		EQUAL(posix_spawn(&pid, "/nowhere", NULL, NULL, argv, environ), ENOENT);
		EQUAL(posix_spawn(&pid, "/", NULL, NULL, argv, environ), EACCES);
	}
	verify();
	FAILS(waitpid(-1, NULL, 0), ECHILD);
}

static void *
spawner(void *arg)
{
	int i;

	for (i = 0; i < guest_times(25); i++)
		spawn_true();
	return (arg);
}

/* Several threads spawn at once; signals keep coming to the others. */
static void
in_threads(void)
{
	pthread_t t[4];
	int i;

	set_up();
	for (i = 0; i < 4; i++)
		EQUAL(pthread_create(&t[i], NULL, spawner, NULL), 0);
	for (i = 0; i < guest_times(200); i++) {
		EQUAL(kill(getpid(), SIGUSR2), 0);
		guest_sleep(1);
	}
	for (i = 0; i < 4; i++)
		EQUAL(pthread_join(t[i], NULL), 0);
	verify();
}

static void
popen_system(void)
{
	char buf[64] = "";
	FILE *fp;
	int i;

	for (i = 0; i < guest_times(20); i++) {
		EQUAL(system("exit 7"), 7 << 8);
		CHECK((fp = popen("echo popen $((20 + 3))", "r")) != NULL);
		CHECK(fgets(buf, sizeof(buf), fp) != NULL);
		CHECK(strcmp(buf, "popen 23\n") == 0);
		EQUAL(pclose(fp), 0);
	}
}

const struct guest_case guest_cases[] = {
	{ "thousand", thousand },
	{ "file_actions", file_actions },
	{ "failing", failing },
	{ "in_threads", in_threads },
	{ "popen_system", popen_system },
	{ NULL, NULL }
};
