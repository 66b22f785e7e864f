/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * small32 [RELEASE]: a 32-bit program that makes calls by int $0x80 and by
 * the vDSO's entry (sysenter), forks, has threads and signals, and executes
 * itself; each step must work and uname must say RELEASE.
 */
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static volatile sig_atomic_t caught;
static int threads;

static long
int80(long nr)
{
	long r;

	__asm__ volatile("int $0x80" : "=a"(r) : "0"(nr) : "memory");
	return (r);
}

static void
on_signal(int sig)
{

	caught += sig == SIGUSR1;
}

static void *
thread(void *arg)
{

	(void)arg;
	if (int80(SYS_gettid) > 0)
		__atomic_add_fetch(&threads, 1, __ATOMIC_RELAXED);
	return (NULL);
}

static void
release(const char *want)
{
	struct utsname u;

	if (uname(&u) != 0 || strcmp(u.release, want) != 0)
		errx(1, "release %s", u.release);
}

int
main(int argc, char **argv)
{
	pthread_t t[8];
	int i, status;
	pid_t pid;

	if (argc < 2)
		errx(2, "usage: small32 RELEASE");
	release(argv[1]);
	if (int80(SYS_getpid) != getpid())
		errx(1, "getpid");
	if (int80(5000) != -ENOSYS)
		errx(1, "call 5000");
	if (signal(SIGUSR1, on_signal) == SIG_ERR)
		err(1, "signal");
	for (i = 0; i < 100; i++)
		if (raise(SIGUSR1) != 0 || caught != i + 1)
			errx(1, "signal %d", i);
	for (i = 0; i < 8; i++)
		if (pthread_create(&t[i], NULL, thread, NULL) != 0)
			errx(1, "pthread_create");
	for (i = 0; i < 8; i++)
		pthread_join(t[i], NULL);
	if (threads != 8)
		errx(1, "%d threads", threads);
	if ((pid = fork()) == 0) {
		release(argv[1]);
		if (argc == 2)
			execl("/proc/self/exe", argv[0], argv[1], "again",
			    (char *)NULL);
		_exit(argc == 3 ? 7 : 1);
	}
	if (waitpid(pid, &status, 0) != pid ||
	    WEXITSTATUS(status) != (argc == 2 ? 0 : 7))
		errx(1, "child: status %#x", (unsigned)status);
	return (0);
}
