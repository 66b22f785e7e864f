/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Wild pointers: a table of calls, each pointer argument in turn replaced by
 * one that is null, unmapped, read-only, at the end of a page with nothing
 * behind it, or not an address at all, with SIGSEGV handled, ignored and
 * blocked.  Each result is printed, to be compared with the native run's;
 * no handler may run and nothing may die.  Last, memory that another thread
 * takes away and gives back meanwhile: EFAULT or success, nothing else.
 */
#include <fcntl.h>
#include <poll.h>
#include <pthread.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <time.h>

#include "guest.h"

#if defined(__i386__)
#define	FSTATAT		SYS_fstatat64
#define	SELECT		SYS__newselect
#define	KERNEL_PLACE	0xfffff000
#define	NO_PLACE	0xffffe000
#else
#define	FSTATAT		SYS_newfstatat
#define	SELECT		SYS_select
#define	KERNEL_PLACE	0xffff888000001000
#define	NO_PLACE	0x0123456789abcdef
#endif

/* Arguments that are only known when the program runs. */
enum { BASE = 0x7a0000, BUF, BUF2, BUF3, PATH, PATH2, FD, PIPE_R, PIPE_W, SOCK,
    EPOLL, SIGSET, SELF, IOV, TIME };
#define	P(n)	(1U << (n))
#define	T(n)	(0x101U << (n))		/* null would mean: for ever */

struct call {
	const char	*name;
	long		nr;
	unsigned	ptrs;		/* which arguments are pointers */
	long		a[6];
};

static const struct call calls[] = {
	{ "read", SYS_read, P(1), { FD, BUF, 64 } },
	{ "write", SYS_write, P(1), { PIPE_W, BUF, 64 } },
	{ "pread64", SYS_pread64, P(1), { FD, BUF, 64, 0 } },
	{ "pwrite64", SYS_pwrite64, P(1), { FD, BUF, 64, 0 } },
	{ "readv", SYS_readv, P(1), { FD, IOV, 2 } },
	{ "writev", SYS_writev, P(1), { PIPE_W, IOV, 2 } },
	{ "open", SYS_open, P(0), { PATH, O_RDONLY, 0 } },
	{ "creat", SYS_creat, P(0), { PATH2, 0600 } },
	{ "openat", SYS_openat, P(1), { AT_FDCWD, PATH, O_RDONLY, 0 } },
	{ "stat", SYS_stat, P(0) | P(1), { PATH, BUF } },
	{ "lstat", SYS_lstat, P(0) | P(1), { PATH, BUF } },
	{ "fstat", SYS_fstat, P(1), { FD, BUF } },
	{ "newfstatat", FSTATAT, P(1) | P(2), { AT_FDCWD, PATH, BUF, 0 } },
	{ "statfs", SYS_statfs, P(0) | P(1), { PATH, BUF } },
	{ "fstatfs", SYS_fstatfs, P(1), { FD, BUF } },
	{ "access", SYS_access, P(0), { PATH, R_OK } },
	{ "faccessat", SYS_faccessat, P(1), { AT_FDCWD, PATH, R_OK } },
	{ "poll", SYS_poll, P(0), { BUF, 1, 0 } },
	{ "ppoll", SYS_ppoll, P(0) | T(2) | P(3), { BUF, 1, TIME, SIGSET, 8 } },
	{ "select", SELECT, P(1) | P(2) | P(3) | T(4), { 10, BUF, BUF2, BUF3, TIME } },
	{ "pselect6", SYS_pselect6, P(1) | T(4) | P(5), { 10, BUF, BUF2, BUF3, TIME, 0 } },
	{ "rt_sigaction", SYS_rt_sigaction, P(1) | P(2), { SIGUSR1, BUF, BUF2, 8 } },
	{ "rt_sigaction_ign", SYS_rt_sigaction, P(2), { SIGUSR1, 0, BUF2, 8 } },
	{ "rt_sigprocmask", SYS_rt_sigprocmask, P(1) | P(2), { 0, SIGSET, BUF2, 8 } },
	{ "rt_sigpending", SYS_rt_sigpending, P(0), { BUF, 8 } },
	{ "rt_sigtimedwait", SYS_rt_sigtimedwait, P(0) | P(1) | T(2), { SIGSET, BUF, TIME, 8 } },
	{ "rt_sigqueueinfo", SYS_rt_sigqueueinfo, P(2), { SELF, 0, BUF } },
	{ "sigaltstack", SYS_sigaltstack, P(1), { 0, BUF } },
	{ "sigaltstack_set", SYS_sigaltstack, P(0), { BUF, 0 } },
	{ "signalfd4", SYS_signalfd4, P(1), { -1, SIGSET, 8, 0 } },
	{ "pipe", SYS_pipe, P(0), { BUF } },
	{ "pipe2", SYS_pipe2, P(0), { BUF, O_CLOEXEC } },
	{ "nanosleep", SYS_nanosleep, P(0), { TIME, 0 } },
	{ "clock_nanosleep", SYS_clock_nanosleep, P(2), { CLOCK_MONOTONIC, 0, TIME, 0 } },
	{ "clock_gettime", SYS_clock_gettime, P(1), { CLOCK_MONOTONIC, BUF } },
	{ "clock_getres", SYS_clock_getres, P(1), { CLOCK_MONOTONIC, BUF } },
	{ "gettimeofday", SYS_gettimeofday, P(0) | P(1), { BUF, BUF2 } },
	{ "time", SYS_time, P(0), { BUF } },
	{ "times", SYS_times, P(0), { BUF } },
	{ "getitimer", SYS_getitimer, P(1), { 0, BUF } },
	{ "setitimer", SYS_setitimer, P(1) | P(2), { 0, BUF, BUF2 } },
	{ "utimes", SYS_utimes, P(0) | P(1), { PATH, BUF } },
	{ "utimensat", SYS_utimensat, P(1) | P(2), { AT_FDCWD, PATH, BUF, 0 } },
	{ "uname", SYS_uname, P(0), { BUF } },
	{ "sysinfo", SYS_sysinfo, P(0), { BUF } },
	{ "getrlimit", SYS_getrlimit, P(1), { 7, BUF } },
	{ "prlimit64", SYS_prlimit64, P(2) | P(3), { 0, 4, 0, BUF } },
	{ "getrusage", SYS_getrusage, P(1), { 0, BUF } },
	{ "wait4", SYS_wait4, P(1) | P(3), { -1, BUF, WNOHANG, BUF2 } },
	{ "getcwd", SYS_getcwd, P(0), { BUF, 4096 } },
	{ "chdir", SYS_chdir, P(0), { PATH } },
	{ "mkdir", SYS_mkdir, P(0), { PATH, 0700 } },
	{ "rmdir", SYS_rmdir, P(0), { PATH } },
	{ "rename", SYS_rename, P(0) | P(1), { PATH, PATH } },
	{ "link", SYS_link, P(0) | P(1), { PATH, PATH } },
	{ "symlink", SYS_symlink, P(0) | P(1), { PATH, PATH } },
	{ "unlink", SYS_unlink, P(0), { PATH2 } },
	{ "readlink", SYS_readlink, P(0) | P(1), { PATH2, BUF, 64 } },
	{ "readlinkat", SYS_readlinkat, P(1) | P(2), { AT_FDCWD, PATH2, BUF, 64 } },
	{ "chmod", SYS_chmod, P(0), { PATH, 0644 } },
	{ "chown", SYS_chown, P(0), { PATH, -1, -1 } },
	{ "truncate", SYS_truncate, P(0), { PATH, 4096 } },
	{ "mknod", SYS_mknod, P(0), { PATH, 0100600, 0 } },
	{ "getdents64", SYS_getdents64, P(1), { FD, BUF, 64 } },
	{ "fcntl_getlk", SYS_fcntl, P(2), { FD, F_GETLK, BUF } },
	{ "ioctl_fionread", SYS_ioctl, P(2), { PIPE_R, 0x541b, BUF } },
#ifdef __x86_64__		/* the other has socketcall */
	{ "bind", SYS_bind, P(1), { SOCK, BUF, 16 } },
	{ "connect", SYS_connect, P(1), { SOCK, BUF, 16 } },
	{ "getsockname", SYS_getsockname, P(1) | P(2), { SOCK, BUF, BUF2 } },
	{ "getpeername", SYS_getpeername, P(1) | P(2), { SOCK, BUF, BUF2 } },
	{ "getsockopt", SYS_getsockopt, P(3) | P(4), { SOCK, SOL_SOCKET, SO_TYPE, BUF, BUF2 } },
	{ "setsockopt", SYS_setsockopt, P(3), { SOCK, SOL_SOCKET, SO_RCVBUF, BUF, 4 } },
	{ "sendto", SYS_sendto, P(1), { SOCK, BUF, 8, MSG_DONTWAIT, 0, 0 } },
	{ "recvfrom", SYS_recvfrom, P(1) | P(4) | P(5), { SOCK, BUF, 8, MSG_DONTWAIT, BUF2, BUF3 } },
	{ "sendmsg", SYS_sendmsg, P(1), { SOCK, BUF, MSG_DONTWAIT } },
	{ "recvmsg", SYS_recvmsg, P(1), { SOCK, BUF, MSG_DONTWAIT } },
	{ "socketpair", SYS_socketpair, P(3), { AF_UNIX, SOCK_STREAM, 0, BUF } },
#endif
	{ "epoll_ctl", SYS_epoll_ctl, P(3), { EPOLL, EPOLL_CTL_MOD, PIPE_R, BUF } },
	{ "epoll_wait", SYS_epoll_wait, P(1), { EPOLL, BUF, 1, 0 } },
	{ "epoll_pwait", SYS_epoll_pwait, P(1) | P(4), { EPOLL, BUF, 1, 0, SIGSET, 8 } },
	{ "futex_wait", SYS_futex, P(0) | T(3), { BUF, 0, 0, TIME } },
	{ "futex_wake", SYS_futex, P(0), { BUF, 1, 1 } },
	{ "timer_create", SYS_timer_create, P(1) | P(2), { CLOCK_MONOTONIC, BUF, BUF2 } },
	{ "timerfd_settime", SYS_timerfd_settime, P(2) | P(3), { FD, 0, BUF, BUF2 } },
	{ "sched_getparam", SYS_sched_getparam, P(1), { 0, BUF } },
	{ "sched_getaffinity", SYS_sched_getaffinity, P(2), { 0, 128, BUF } },
	{ "getgroups", SYS_getgroups, P(1), { 64, BUF } },
	{ "getresuid", SYS_getresuid, P(0) | P(1) | P(2), { BUF, BUF2, BUF3 } },
	{ "prctl_get_name", SYS_prctl, P(1), { 16, BUF } },
	{ "prctl_set_name", SYS_prctl, P(1), { 15, BUF } },
	{ "mincore", SYS_mincore, P(2), { BUF, 4096, BUF2 } },
	{ "sendfile", SYS_sendfile, P(2), { PIPE_W, FD, BUF, 1 } },
	{ "set_robust_list", SYS_set_robust_list, 0, { 0, 1 } },
#ifdef __x86_64__
	{ "arch_prctl_get_fs", SYS_arch_prctl, P(1), { 0x1003, BUF } },
#endif
	{ "getxattr", SYS_getxattr, P(0) | P(1) | P(2), { PATH, PATH2, BUF, 64 } },
	{ "clone_ptid", SYS_clone, P(2), { 0x00100000 | SIGCHLD, 0, BUF, 0, 0 } },
};
#define	NCALLS	(sizeof(calls) / sizeof(calls[0]))

enum { NIL, UNMAPPED, READONLY, CROSSING, KERNEL, NONCANON, NKINDS };
static const char *const kinds[] = { "null", "unmapped", "readonly", "crossing",
    "kernel", "noncanonical" };

static char *arena;	/* 8 pages: rw, hole, ro, hole, rw (3), hole */
static int fd = -1, pipes[2], socks[2], epfd;
static volatile int handled;

static void
handler(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)si;
	(void)uc;
	handled++;
}

static long
value(long v)
{
	switch (v) {
	case BUF:	return ((long)(arena + 4 * 4096));
	case BUF2:	return ((long)(arena + 5 * 4096));
	case BUF3:	return ((long)(arena + 6 * 4096));
	case PATH:	return ((long)"file");
	case PATH2:	return ((long)"nowhere");
	case FD:	return (fd);
	case PIPE_R:	return (pipes[0]);
	case PIPE_W:	return (pipes[1]);
	case SOCK:	return (socks[0]);
	case EPOLL:	return (epfd);
	case SIGSET:	return ((long)(arena + 6 * 4096 + 2048));
	case SELF:	return (getpid());
	case IOV:	return ((long)(arena + 6 * 4096 + 1024));
	case TIME:	return ((long)(arena + 6 * 4096 + 3072));
	default:	return (v);
	}
}

static long
wild(int kind)
{
	switch (kind) {
	case NIL:	return (0);
	case UNMAPPED:	return ((long)(arena + 4096 + 16));
	case READONLY:	return ((long)(arena + 2 * 4096 + 16));
	case CROSSING:	return ((long)(arena + 4096 - 3));
	case KERNEL:	return ((long)KERNEL_PLACE);
	default:	return ((long)NO_PLACE);
	}
}

static void
refresh(void)
{
	struct iovec *iov = (struct iovec *)(arena + 6 * 4096 + 1024);
	struct timespec *ts = (struct timespec *)(arena + 6 * 4096 + 3072);
	char sink[4096];

	memset(arena, 0, 4096);
	memset(arena + 4 * 4096, 0, 3 * 4096);
	*(uint32_t *)(arena + 5 * 4096) = 16;		/* lengths */
	*(uint32_t *)(arena + 6 * 4096) = 16;
	iov[0].iov_base = arena + 4 * 4096;
	iov[1].iov_base = arena + 5 * 4096;
	iov[0].iov_len = iov[1].iov_len = 8;
	ts->tv_sec = 0;
	ts->tv_nsec = 1000;
	lseek(fd, 0, SEEK_SET);
	while (read(pipes[0], sink, sizeof(sink)) > 0)
		;
}

static void
begin(void)
{
	struct epoll_event ev = { .events = EPOLLIN };

	arena = mmap(NULL, 8 * 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(arena != MAP_FAILED);
	OK(munmap(arena + 4096, 4096));
	/* read as a stack_t: SS_DISABLE, which every kernel takes */
	*(int *)(arena + 2 * 4096 + 16 + 8) = 2;
	OK(mprotect(arena + 2 * 4096, 4096, PROT_READ));
	OK(munmap(arena + 3 * 4096, 4096));
	OK(munmap(arena + 7 * 4096, 4096));
	OK(fd = open("file", O_RDWR | O_CREAT, 0644));
	OK(ftruncate(fd, 4096));
	OK(pipe2(pipes, O_NONBLOCK));
	OK(socketpair(AF_UNIX, SOCK_DGRAM, 0, socks));
	OK(epfd = epoll_create1(0));
	OK(epoll_ctl(epfd, EPOLL_CTL_ADD, pipes[0], &ev));
}

/* Undoes what a call that succeeded has made. */
static void
undo(const struct call *c, long r)
{
	int i;

	if (c->nr == SYS_clone && r == 0)
		RAW(SYS_exit_group, 0);
	if (c->nr == SYS_clone && r > 0)
		waitpid((pid_t)r, NULL, 0);
	signal(SIGUSR1, SIG_DFL);
	for (i = epfd + 1; i < epfd + 8; i++)
		close(i);
}

static void
try(const struct call *c, int arg, int kind)
{
	long a[6], r;
	int i;

	refresh();
	for (i = 0; i < 6; i++)
		a[i] = value(c->a[i]);
	a[arg] = wild(kind);
	r = raw6(c->nr, a[0], a[1], a[2], a[3], a[4], a[5]);
	undo(c, r);
	if (r < 0)
		printf("%s.%d %s: errno %ld\n", c->name, arg, kinds[kind], -r);
	else
		printf("%s.%d %s: ok\n", c->name, arg, kinds[kind]);
}

static void
table(void)
{
	size_t n;
	int arg, kind;

	signal(SIGUSR1, SIG_IGN);
	for (n = 0; n < NCALLS; n++)
		for (arg = 0; arg < 6; arg++)
			for (kind = 0; kind < NKINDS; kind++)
				if ((calls[n].ptrs & P(arg)) && (kind != NIL ||
				    !(calls[n].ptrs & P(arg + 8))))
					try(&calls[n], arg, kind);
	EQUAL(handled, 0);
}

static void
with_handler(void)
{
	begin();
	guest_on(SIGSEGV, handler, 0);
	guest_on(SIGBUS, handler, 0);
	table();
}

static void
with_ignored(void)
{
	begin();
	signal(SIGSEGV, SIG_IGN);
	signal(SIGBUS, SIG_IGN);
	table();
}

static void
with_blocked(void)
{
	sigset_t pend;

	begin();
	guest_on(SIGSEGV, handler, 0);
	guest_block(SIGSEGV);
	guest_block(SIGBUS);
	table();
	OK(sigpending(&pend));
	EQUAL(sigismember(&pend, SIGSEGV), 0);
	EQUAL(sigismember(&pend, SIGBUS), 0);
}

static void
with_default(void)
{
	begin();
	table();
}

static volatile int stop;

static void *
flicker(void *arg)
{
	while (!stop) {
		munmap(arg, 4096);
		sched_yield();
		if (mmap(arg, 4096, PROT_READ | PROT_WRITE, MAP_PRIVATE |
		    MAP_ANONYMOUS | MAP_FIXED, -1, 0) != arg)
			FAIL("mmap");
	}
	return (NULL);
}

/* Each call with each pointer into a page that comes and goes. */
static void
unmapped_meanwhile(void)
{
	pthread_t t;
	size_t n;
	char *page;
	long a[6], r;
	int arg, i, round, zero;

	OK(zero = open("/dev/zero", O_RDONLY));
	begin();
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(page != MAP_FAILED);
	guest_on(SIGSEGV, handler, 0);
	signal(SIGUSR1, SIG_IGN);
	EQUAL(pthread_create(&t, NULL, flicker, page), 0);
	for (n = 0; n < NCALLS; n++) {
		for (arg = 0; arg < 6; arg++) {
			if (!(calls[n].ptrs & P(arg)) || calls[n].nr == SYS_clone)
				continue;
			for (round = 0; round < guest_times(40); round++) {
				refresh();
				/* or a time of years stands there */
				RAW(SYS_read, zero, page, 4096);
				for (i = 0; i < 6; i++)
					a[i] = value(calls[n].a[i]);
				a[arg] = (long)page + 64;
				r = raw6(calls[n].nr, a[0], a[1], a[2], a[3],
				    a[4], a[5]);
				undo(&calls[n], r);
				if (r < -4095)
					FAIL("%s gives %ld", calls[n].name, r);
			}
		}
	}
	stop = 1;
	EQUAL(pthread_join(t, NULL), 0);
	EQUAL(handled, 0);
}

const struct guest_case guest_cases[] = {
	{ "handled", with_handler },
	{ "ignored", with_ignored },
	{ "blocked", with_blocked },
	{ "default", with_default },
	{ "unmapped_meanwhile", unmapped_meanwhile },
	{ NULL, NULL }
};
