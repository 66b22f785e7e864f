/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * calls CASE: makes the calls of one case of trace_test, between two calls of
 * getsid(0) that mark them.  Nothing depends on what the C library does: the
 * calls are made by their numbers.
 */
#include <sys/epoll.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define	WILD	((void *)0x10)

static void
mark(void)
{
	syscall(SYS_getsid, 0);
}

static void
strings(void)
{
	static char zeros[40];
	char buf[8], name[300];
	int fd;

	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = '\0';
	mark();
	syscall(SYS_open, "absent", O_RDONLY, 0);
	fd = (int)syscall(SYS_openat, AT_FDCWD, "file",
	    O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0640);
	syscall(SYS_write, fd, "a\tb\n\"\\\0011\001x\377", 11);
	syscall(SYS_write, fd, zeros, sizeof(zeros));
	syscall(SYS_lseek, fd, 0, SEEK_SET);
	syscall(SYS_read, fd, buf, sizeof(buf));
	syscall(SYS_pread64, fd, buf, sizeof(buf), 1000L);
	syscall(SYS_rename, "file", "other");
	syscall(SYS_readlink, "other", buf, sizeof(buf));
	syscall(SYS_unlink, "other");
	syscall(SYS_mkdir, name, 0700);
	syscall(SYS_close, fd);
	mark();
}

static void
wild(void)
{
	mark();
	syscall(SYS_open, WILD, O_RDONLY, 0);
	syscall(SYS_write, 1, WILD, 5);
	syscall(SYS_read, 0, WILD, 0);
	syscall(SYS_rename, NULL, WILD);
	syscall(SYS_nanosleep, WILD, NULL);
	syscall(SYS_poll, WILD, 3, 0);
	syscall(SYS_writev, 1, WILD, 1L);
	syscall(SYS_rt_sigaction, SIGUSR1, WILD, NULL, 8L);
	syscall(SYS_execve, "/bin/true", WILD, NULL);
	syscall(SYS_fcntl, 99, F_SETLK, WILD);
	syscall(SYS_getcwd, WILD, -1L);
	mark();
}

static void
structs(void)
{
	struct timespec ts = { 0, 1000 };
	struct rlimit rl = { 0, 0 };
	struct pollfd p[2];
	struct epoll_event ev = { .events = EPOLLIN | EPOLLET };
	struct flock lock = { .l_type = F_WRLCK };
	struct winsize ws;
	struct stat st;
	int fds[2], ep;

	mark();
	syscall(SYS_nanosleep, &ts, NULL);
	syscall(SYS_setrlimit, RLIMIT_CORE, &rl);
	syscall(SYS_prlimit64, 0, RLIMIT_CORE, NULL, &rl);
	syscall(SYS_pipe2, fds, O_CLOEXEC);
	syscall(SYS_write, fds[1], "x", 1);
	p[0] = (struct pollfd){ fds[0], POLLIN, 0 };
	p[1] = (struct pollfd){ fds[1], POLLIN, 0 };
	syscall(SYS_poll, p, 2, 100);
	syscall(SYS_poll, p + 1, 1, 0);
	ep = (int)syscall(SYS_epoll_create1, EPOLL_CLOEXEC);
	ev.data.u64 = 7;
	syscall(SYS_epoll_ctl, ep, EPOLL_CTL_ADD, fds[0], &ev);
	syscall(SYS_epoll_wait, ep, &ev, 1, 0);
	syscall(SYS_fcntl, fds[0], F_GETFD);
	syscall(SYS_fcntl, fds[0], F_SETFL, O_NONBLOCK);
	syscall(SYS_fcntl, fds[0], F_SETLK, &lock);
	syscall(SYS_fcntl, fds[0], 12345, 6);
	syscall(SYS_ioctl, fds[0], TIOCGWINSZ, &ws);
	syscall(SYS_lstat, "/", &st);
	syscall(SYS_umask, 027);
	mark();
}

static void
flags(void)
{
	sigset_t set;
	char *p;

	sigemptyset(&set);
	sigaddset(&set, SIGUSR1);
	sigaddset(&set, SIGTERM);
	mark();
	p = (char *)syscall(SYS_mmap, NULL, 8192L, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0L);
	syscall(SYS_mprotect, p, 4096L, PROT_READ);
	syscall(SYS_madvise, p, 4096L, MADV_DONTNEED);
	syscall(SYS_munmap, p, 8192L);
	syscall(SYS_access, "/", R_OK | X_OK);
	syscall(SYS_rt_sigprocmask, SIG_BLOCK, &set, NULL, 8L);
	syscall(SYS_rt_sigprocmask, SIG_UNBLOCK, &set, &set, 8L);
	syscall(SYS_kill, 0x7ffffff0, SIGUSR2);
	syscall(SYS_wait4, -1, NULL, WNOHANG | WUNTRACED, NULL);
	syscall(SYS_unlinkat, AT_FDCWD, "absent", AT_REMOVEDIR);
	syscall(SYS_socket, 10, 2 | 04000, 300);
	syscall(SYS_open, "/", O_WRONLY | 0x40000000, 0);
	mark();
}

/* ------------------------------------------------------------------ */

static void
children(void)
{
	int status;
	pid_t pid;

	mark();
	pid = (pid_t)syscall(SYS_fork);
	if (pid == 0) {
		syscall(SYS_dup, 1);
		syscall(SYS_exit_group, 3);
	}
	syscall(SYS_wait4, pid, &status, 0, NULL);
	if (vfork() == 0) {
		execl("/proc/self/exe", "calls", "again", NULL);
		_exit(1);
	}
	syscall(SYS_wait4, -1, &status, 0, NULL);
	mark();
}

static void
again(void)
{
	syscall(SYS_execve, "/no/such/program", NULL, NULL);
	syscall(SYS_exit_group, 0);
}

static void *
thread(void *arg)
{
	syscall(SYS_dup, 1);
	return (arg);
}

static void
threads(void)
{
	pthread_t t;

	mark();
	pthread_create(&t, NULL, thread, NULL);
	pthread_join(t, NULL);
	mark();
}

/* ------------------------------------------------------------------ */

static void
on_signal(int sig)
{
	(void)sig;
	syscall(SYS_getppid);
}

static void
handle(int sig, int flags_)
{
	struct sigaction sa = { .sa_handler = on_signal, .sa_flags = flags_ };

	sigaction(sig, &sa, NULL);
}

/* A child signals the parent while that reads, and then writes. */
static void
interrupted(int flags_)
{
	int fds[2];
	char c;
	pid_t pid, parent = getpid();

	handle(SIGUSR1, flags_);
	if (pipe(fds) != 0)
		exit(1);
	pid = fork();
	if (pid == 0) {
		usleep(100000);
		kill(parent, SIGUSR1);
		usleep(100000);
		if (write(fds[1], "c", 1) != 1)
			exit(1);
		_exit(0);
	}
	mark();
	syscall(SYS_read, fds[0], &c, 1);
	mark();
	waitpid(pid, NULL, 0);
}

static void
restart(void)
{
	interrupted(SA_RESTART);
}

static void
interrupt(void)
{
	interrupted(0);
}

static void
missing(void)
{
	mark();
	syscall(SYS_statx, 1, NULL, 0, 0, NULL, 0);
	syscall(999, 1, 2, 3, 4, 5, 6);
	syscall(SYS_getpid);
	syscall(SYS_getpid);
	syscall(SYS_close, 99);
	mark();
}

static void
killed(void)
{
	mark();
	syscall(SYS_getppid);
	syscall(SYS_kill, getpid(), SIGKILL);
}

/* Everything that a program does to numbers that it thinks are free. */
static void
descriptors(void)
{
	struct rlimit rl;
	int fd, seen = 0, closed = 0;

	getrlimit(RLIMIT_NOFILE, &rl);
	for (fd = 3; fd < 1200; fd++) {
		seen += fcntl(fd, F_GETFD) != -1;
		closed += close(fd) == 0;
	}
	printf("limit %s, seen %d, closed %d\n",
	    rl.rlim_cur > 0 ? "there" : "none", seen, closed);
	rl.rlim_cur = rl.rlim_max < 1200 ? rl.rlim_max : 1200;
	setrlimit(RLIMIT_NOFILE, &rl);
	for (fd = 3; fd < (int)rl.rlim_cur; fd++) {
		if (dup2(1, fd) != fd)
			printf("dup2 to %d: %s\n", fd, strerror(errno));
	}
	for (fd = 3; fd < (int)rl.rlim_cur; fd++) {
		if (close(fd) != 0)
			printf("close %d: %s\n", fd, strerror(errno));
	}
	fflush(stdout);
	execl("/proc/self/exe", "calls", "missing", NULL);
}

static const struct {
	const char	*name;
	void		(*run)(void);
} cases[] = {
	{ "strings", strings }, { "wild", wild }, { "structs", structs },
	{ "flags", flags }, { "children", children }, { "again", again },
	{ "threads", threads }, { "restart", restart },
	{ "interrupt", interrupt }, { "missing", missing },
	{ "killed", killed }, { "descriptors", descriptors },
};

int
main(int argc, char **argv)
{
	size_t i;

	for (i = 0; argc == 2 && i < sizeof(cases) / sizeof(cases[0]); i++) {
		if (strcmp(argv[1], cases[i].name) != 0)
			continue;
		cases[i].run();
		return (0);
	}
	fprintf(stderr, "usage: calls CASE\n");
	return (2);
}
