/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Processes: fork, vfork, raw clone with every kind of sharing that is not a
 * thread, wait, and what a child may and may not change in its parent.
 */
#include <fcntl.h>
#include <sched.h>
#include <sys/mman.h>
#include <sys/prctl.h>

#include "guest.h"

static volatile int shared;

static void
exit_seven(void)
{
	_exit(7);
}

static void
abort_self(void)
{
	abort();
}

static void
sleep_long(void)
{
	guest_sleep(10000);
}

static void
fork_status(void)
{
	int i;

	for (i = 0; i < guest_times(200); i++)
		EQUAL(guest_child(exit_seven), 7 << 8);
	guest_dies(abort_self, SIGABRT);
}

static void
fork_memory(void)
{
	pid_t pid;
	int status;

	shared = 1;
	OK(pid = fork());
	if (pid == 0) {
		shared = 2;
		CHECK(getppid() != getpid());
		_exit(shared);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(status, 2 << 8);
	EQUAL(shared, 1);
}

static void
fork_deep(void)
{
	pid_t pid;
	int depth, status;

	for (depth = 0; depth < 30; depth++) {
		OK(pid = fork());
		if (pid != 0) {
			EQUAL(waitpid(pid, &status, 0), pid);
			_exit(WEXITSTATUS(status) + (depth > 0));
		}
	}
	_exit(0);
}

static void
fork_nested(void)
{
	EQUAL(guest_child(fork_deep), 29 << 8);
}

static void
vfork_exit(void)
{
	volatile int i;
	int status;
	pid_t pid;

	for (i = 0; i < guest_times(200); i++) {
		shared = 0;
		OK(pid = vfork());
		if (pid == 0) {
			shared = 5;
			_exit(3);
		}
		EQUAL(shared, 5);	/* it shares memory, and goes first */
		EQUAL(waitpid(pid, &status, 0), pid);
		EQUAL(status, 3 << 8);
	}
}

/* The child of a vfork changes a handler: the parent keeps its own. */
static void
vfork_handlers(void)
{
	struct sigaction sa;
	pid_t pid;
	int status;

	signal(SIGUSR1, SIG_IGN);
	OK(pid = vfork());
	if (pid == 0) {
		signal(SIGUSR1, SIG_DFL);
		signal(SIGUSR2, SIG_IGN);
		close(0);
		_exit(0);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	OK(sigaction(SIGUSR1, NULL, &sa));
	CHECK(sa.sa_handler == SIG_IGN);
	OK(sigaction(SIGUSR2, NULL, &sa));
	CHECK(sa.sa_handler == SIG_DFL);
	OK(fcntl(0, F_GETFD));
}

static void
vfork_exec(void)
{
	char *const argv[] = { STR("true"), NULL };
	char *const envp[] = { NULL };
	volatile int i;
	int status;
	pid_t pid;

	for (i = 0; i < guest_times(50); i++) {
		OK(pid = vfork());
		if (pid == 0) {
			execve("/bin/true", argv, envp);
			_exit(99);
		}
		EQUAL(waitpid(pid, &status, 0), pid);
		EQUAL(status, 0);
	}
}

static void
vfork_killed(void)
{
	int status;
	pid_t pid;

	OK(pid = vfork());
	if (pid == 0) {
		kill(getpid(), SIGKILL);
		_exit(0);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(status, SIGKILL);
	vfork_exit();
}

#define	STACK	65536

static char *
new_stack(void)
{
	char *p = mmap(NULL, STACK, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return (p + STACK);
}

static void
usr2(int sig)
{
	shared = sig;
}

static int
sharer(void *arg)
{
	int what = *(int *)arg;

	shared = 42;
	if (what & 1)
		signal(SIGUSR2, usr2);
	if (what & 2)
		close(9);
	if (what & 4)
		chdir("/proc");
	return (11);
}

static int
run_sharer(int flags, int what)
{
	char *stack = new_stack();
	int status;
	pid_t pid;

	shared = 0;
	signal(SIGUSR2, SIG_DFL);
	OK(dup2(0, 9));
	OK(chdir("/"));
	OK(pid = clone(sharer, stack, flags | SIGCHLD, &what));
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(status, 11 << 8);
	OK(munmap(stack - STACK, STACK));
	return (status);
}

static bool
usr2_is(void (*fn)(int))
{
	struct sigaction sa;

	OK(sigaction(SIGUSR2, NULL, &sa));
	return (sa.sa_handler == fn);
}

static bool
cwd_is(const char *s)
{
	char buf[256];

	CHECK(getcwd(buf, sizeof(buf)) != NULL);
	return (strcmp(buf, s) == 0);
}

/* Each sharing of clone(2) by itself: what is not shared is a copy. */
static void
clone_sharing(void)
{
	int i;

	for (i = 0; i < guest_times(20); i++) {
		run_sharer(0, 7);
		EQUAL(shared, 0);
		CHECK(usr2_is(SIG_DFL) && cwd_is("/"));
		OK(fcntl(9, F_GETFD));

		run_sharer(CLONE_VM, 7);
		EQUAL(shared, 42);
		CHECK(usr2_is(SIG_DFL) && cwd_is("/"));
		OK(fcntl(9, F_GETFD));

		run_sharer(CLONE_VM | CLONE_SIGHAND, 7);
		EQUAL(shared, 42);
		CHECK(usr2_is(usr2) && cwd_is("/"));
		OK(fcntl(9, F_GETFD));

		run_sharer(CLONE_FILES, 7);
		EQUAL(shared, 0);
		CHECK(usr2_is(SIG_DFL) && cwd_is("/"));
		FAILS(fcntl(9, F_GETFD), EBADF);

		run_sharer(CLONE_FS, 7);
		CHECK(usr2_is(SIG_DFL) && cwd_is("/proc"));

		run_sharer(CLONE_VM | CLONE_VFORK, 7);
		EQUAL(shared, 42);
		CHECK(usr2_is(SIG_DFL));

		run_sharer(CLONE_VM | CLONE_FILES | CLONE_FS | CLONE_SIGHAND, 7);
		CHECK(usr2_is(usr2) && cwd_is("/proc"));
		FAILS(fcntl(9, F_GETFD), EBADF);
	}
}

static int
raise_usr2(void *arg)
{
	(void)arg;
	signal(SIGUSR2, usr2);
	shared = 0;
	RAW(SYS_kill, RAW(SYS_getpid), SIGUSR2);
	if (shared != SIGUSR2)
		return (1);
	/* The parent's disposition must not be seen here, nor ours there. */
	guest_sleep(20);
	RAW(SYS_kill, RAW(SYS_getpid), SIGUSR2);
	return (0);
}

/* A CLONE_VM child without CLONE_SIGHAND has handlers of its own, at once. */
static void
clone_vm_signals(void)
{
	char *stack = new_stack();
	volatile int i;
	int status;
	pid_t pid;

	for (i = 0; i < guest_times(20); i++) {
		signal(SIGUSR2, SIG_DFL);
		OK(pid = clone(raise_usr2, stack, CLONE_VM | SIGCHLD, NULL));
		signal(SIGUSR2, SIG_IGN);
		CHECK(usr2_is(SIG_IGN));
		EQUAL(waitpid(pid, &status, 0), pid);
		EQUAL(status, 0);
		CHECK(usr2_is(SIG_IGN));
	}
}

static void
clone_errors(void)
{
	EQUAL(RAW(SYS_clone, CLONE_SIGHAND | SIGCHLD, 0, 0, 0, 0), -EINVAL);
	EQUAL(RAW(SYS_clone, CLONE_THREAD | CLONE_VM, 0, 0, 0, 0), -EINVAL);
	EQUAL(RAW(SYS_clone, CLONE_FS | CLONE_NEWNS, 0, 0, 0, 0), -EINVAL);
}

static void
wait_kinds(void)
{
	siginfo_t si;
	pid_t pid;
	int status;

	OK(pid = fork());
	if (pid == 0)
		sleep_long();
	EQUAL(waitpid(pid, &status, WNOHANG), 0);
	OK(kill(pid, SIGSTOP));
	EQUAL(waitpid(pid, &status, WUNTRACED), pid);
	CHECK(WIFSTOPPED(status) && WSTOPSIG(status) == SIGSTOP);
	OK(kill(pid, SIGCONT));
	EQUAL(waitpid(pid, &status, WCONTINUED), pid);
	CHECK(WIFCONTINUED(status));
	OK(kill(pid, SIGTERM));
	OK(waitid(P_PID, (id_t)pid, &si, WEXITED | WNOWAIT));
	EQUAL(si.si_pid, pid);
	EQUAL(si.si_code, CLD_KILLED);
	EQUAL(si.si_status, SIGTERM);
	EQUAL(waitpid(pid, &status, 0), pid);
	FAILS(waitpid(-1, &status, 0), ECHILD);
}

static void
parent_death(void)
{
	int p[2];
	char c;

	OK(pipe(p));
	OK(prctl(PR_SET_PDEATHSIG, SIGUSR1));
	if (fork() == 0) {
		if (fork() == 0) {
			prctl(PR_SET_PDEATHSIG, SIGKILL);
			close(p[0]);
			guest_sleep(10000);
			_exit(0);
		}
		guest_sleep(30);
		_exit(0);
	}
	OK(close(p[1]));
	EQUAL(read(p[0], &c, 1), 0);	/* the grandchild was killed: EOF */
	OK(wait(NULL));
}

static void
session(void)
{
	pid_t pid;
	int status;

	OK(pid = fork());
	if (pid == 0) {
		EQUAL(setsid(), getpid());
		EQUAL(getsid(0), getpid());
		EQUAL(getpgrp(), getpid());
		FAILS(setsid(), EPERM);
		_exit(0);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(status, 0);
}

const struct guest_case guest_cases[] = {
	{ "fork_status", fork_status },
	{ "fork_memory", fork_memory },
	{ "fork_nested", fork_nested },
	{ "vfork_exit", vfork_exit },
	{ "vfork_handlers", vfork_handlers },
	{ "vfork_exec", vfork_exec },
	{ "vfork_killed", vfork_killed },
	{ "clone_sharing", clone_sharing },
	{ "clone_vm_signals", clone_vm_signals },
	{ "clone_errors", clone_errors },
	{ "wait_kinds", wait_kinds },
	{ "parent_death", parent_death },
	{ "session", session },
	{ NULL, NULL }
};
