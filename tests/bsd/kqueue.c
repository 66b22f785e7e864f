/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * kqueue: each filter and each flag.
 */
#include "kev.h"

static struct kevent ev[64];
static char buf[64];

static struct kevent
make(uint64_t ident, int filter, unsigned flags, unsigned fflags,
    int64_t data, uint64_t udata)
{
	struct kevent k;

	memset(&k, 0, sizeof(k));
	k.ident = ident;
#if defined(NETBSD)
	k.filter = (uint32_t)filter;
	k.flags = flags;
#else
	k.filter = (int16_t)filter;
	k.flags = (uint16_t)flags;
#endif
	k.fflags = fflags;
	k.data = data;
	k.udata = udata;
	return (k);
}

/* One change without waiting. */
static long
change(int kq, uint64_t ident, int filter, unsigned flags, unsigned fflags,
    int64_t data)
{
	struct kevent k = make(ident, filter, flags, fflags, data, 42);

	return (sys(SYS_kevent, kq, &k, 1, 0, 0, 0));
}

/* The events that come within ms. */
static long
get(int kq, long ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	memset(ev, 0, sizeof(ev));
	return (sys(SYS_kevent, kq, 0, 0, ev, 64, &ts));
}

static int
queue(void)
{
	long kq = sys(SYS_kqueue);

	CHECK(kq >= 0);
	return ((int)kq);
}

static int
readable(int fd)
{
	struct { int fd; short events, revents; } p = { fd, 1, 0 };

	return (sys(SYS_poll, &p, 1, 0) == 1);
}

static void
put(int fd, const char *s)
{

	EQUAL(sys(SYS_write, fd, s, strlen(s)), (long)strlen(s));
}

/* ------------------------------------------------------------------ */
/* Errors and flags                                                   */

CASE(errors)
{
	int kq = queue();

	EQUAL(change(99, 0, READ, ADD, 0, 0), -EBADF);
	EQUAL(change(0, 0, READ, ADD, 0, 0), -EBADF);
	EQUAL(change(kq, 500, READ, ADD, 0, 0), -EBADF);
	EQUAL(change(kq, 1, READ, DELETE, 0, 0), -ENOENT);
	EQUAL(change(kq, 1, 99, ADD, 0, 0), -EINVAL);
	EQUAL(change(kq, (uint64_t)kq, READ, ADD, 0, 0), -EINVAL);
	EQUAL(sys(SYS_kevent, kq, 8, 1, 0, 0, 0), -EFAULT);
	EQUAL(sys(SYS_kevent, kq, 0, 0, ev, 1, 8), -EFAULT);
	EQUAL(sys(SYS_close, kq), 0);
	EQUAL(get(kq, 0), -EBADF);
}

CASE(level)
{
	int kq = queue(), p[2];

	make_pipe(p);
	EQUAL(change(kq, (uint64_t)p[0], READ, ADD, 0, 0), 0);
	EQUAL(get(kq, 0), 0);
	put(p[1], "abc");
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].ident, p[0]);
	EQUAL((int)ev[0].filter, READ);
	EQUAL(ev[0].data, 3);
	EQUAL(ev[0].udata, 42);
	EQUAL(get(kq, 0), 1);
	EQUAL(get(kq, 500), 1);
	CHECK(readable(kq));
	EQUAL(sys(SYS_read, p[0], buf, 3), 3);
	EQUAL(get(kq, 0), 0);
	CHECK(!readable(kq));
	put(p[1], "d");
	EQUAL(change(kq, (uint64_t)p[0], READ, DELETE, 0, 0), 0);
	EQUAL(get(kq, 0), 0);
}

CASE(udata_has_64_bits)
{
	struct timespec zero = { 0, 0 };
	int kq = queue(), p[2];
	struct kevent k;

	make_pipe(p);
	put(p[1], "x");
	k = make((uint64_t)p[0], READ, ADD, 0, 0, 0xfedcba9876543210);
	EQUAL(sys(SYS_kevent, kq, &k, 1, ev, 1, &zero), 1);
	CHECK(ev[0].udata == 0xfedcba9876543210);
}

CASE(clear)
{
	int kq = queue(), p[2];

	make_pipe(p);
	put(p[1], "x");
	EQUAL(change(kq, (uint64_t)p[0], READ, ADD | CLEAR, 0, 0), 0);
	EQUAL(get(kq, 0), 1);
	CHECK(ev[0].flags & CLEAR);
	EQUAL(get(kq, 0), 0);
	put(p[1], "y");
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].data, 2);
	EQUAL(get(kq, 20), 0);
}

CASE(oneshot)
{
	int kq = queue(), p[2];

	make_pipe(p);
	put(p[1], "x");
	EQUAL(change(kq, (uint64_t)p[0], READ, ADD | ONESHOT, 0, 0), 0);
	EQUAL(get(kq, 0), 1);
	EQUAL(get(kq, 0), 0);
	EQUAL(change(kq, (uint64_t)p[0], READ, DELETE, 0, 0), -ENOENT);
}

CASE(disable_and_dispatch)
{
	int kq = queue(), p[2];

	make_pipe(p);
	EQUAL(change(kq, (uint64_t)p[0], READ, ADD | DISABLE, 0, 0), 0);
	put(p[1], "x");
	EQUAL(get(kq, 0), 0);
	EQUAL(change(kq, (uint64_t)p[0], READ, ENABLE, 0, 0), 0);
	EQUAL(get(kq, 0), 1);
	EQUAL(change(kq, (uint64_t)p[0], READ, DELETE, 0, 0), 0);
	EQUAL(change(kq, (uint64_t)p[0], READ, ADD | DISPATCH, 0, 0), 0);
	EQUAL(get(kq, 0), 1);
	EQUAL(get(kq, 0), 0);
	EQUAL(change(kq, (uint64_t)p[0], READ, ENABLE, 0, 0), 0);
	EQUAL(get(kq, 0), 1);
	EQUAL(get(kq, 0), 0);
}

CASE(receipt)
{
	int kq = queue(), p[2];
	struct kevent k[2];

	make_pipe(p);
	k[0] = make((uint64_t)p[0], READ, ADD | RECEIPT, 0, 0, 1);
	k[1] = make(600, WRITE, ADD, 0, 0, 2);
	EQUAL(sys(SYS_kevent, kq, k, 2, ev, 64, 0), 2);
	EQUAL(ev[0].flags, ERROR);
	EQUAL(ev[0].data, 0);
	EQUAL(ev[1].flags, ERROR);
	EQUAL(ev[1].data, EBADF);
	EQUAL(ev[1].udata, 2);
}

/* Two names of one event list and change list. */
CASE(lists_may_be_one)
{
	struct timespec zero = { 0, 0 };
	int kq = queue(), p[2];

	make_pipe(p);
	put(p[1], "x");
	ev[0] = make((uint64_t)p[0], READ, ADD, 0, 0, 7);
	ev[1] = make((uint64_t)p[1], WRITE, ADD, 0, 0, 8);
	EQUAL(sys(SYS_kevent, kq, ev, 2, ev, 2, &zero), 2);
	EQUAL(ev[0].udata + ev[1].udata, 15);
}

/* ------------------------------------------------------------------ */
/* Descriptors                                                        */

CASE(end_of_a_pipe)
{
	int kq = queue(), p[2];

	make_pipe(p);
	EQUAL(change(kq, (uint64_t)p[0], READ, ADD, 0, 0), 0);
	put(p[1], "abcd");
	EQUAL(sys(SYS_close, p[1]), 0);
	EQUAL(get(kq, 0), 1);
	CHECK(ev[0].flags & END);
	EQUAL(ev[0].data, 4);
	EQUAL(sys(SYS_read, p[0], buf, 10), 4);
	EQUAL(get(kq, 0), 1);
	CHECK(ev[0].flags & END);
	EQUAL(ev[0].data, 0);
	make_pipe(p);
	EQUAL(change(kq, (uint64_t)p[1], WRITE, ADD | ONESHOT, 0, 0), 0);
	EQUAL(sys(SYS_close, p[0]), 0);
	EQUAL(get(kq, 0), 2);
	CHECK((ev[0].flags & ev[1].flags) & END);
}

CASE(close_removes)
{
	int kq = queue(), p[2], d;

	make_pipe(p);
	EQUAL(change(kq, (uint64_t)p[0], READ, ADD, 0, 0), 0);
	d = (int)sys(SYS_dup, p[0]);
	CHECK(d > p[1]);
	EQUAL(sys(SYS_close, p[0]), 0);
	put(p[1], "x");
	EQUAL(get(kq, 0), 0);
	EQUAL(change(kq, (uint64_t)d, READ, ADD, 0, 0), 0);
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].ident, d);
	/* the same number again, by dup2 over it */
	EQUAL(sys(SYS_dup2, 1, d), d);
	EQUAL(get(kq, 0), 0);
	EQUAL(change(kq, (uint64_t)d, READ, DELETE, 0, 0), -ENOENT);
}

CASE(two_filters_of_one_socket)
{
	struct timespec zero = { 0, 0 };
	int kq = queue(), s[2];
	struct kevent k[2];

	EQUAL(sys(SYS_socketpair, AF_UNIX, SOCK_STREAM, 0, s), 0);
	k[0] = make((uint64_t)s[0], READ, ADD | CLEAR, 0, 0, 1);
	k[1] = make((uint64_t)s[0], WRITE, ADD | CLEAR, 0, 0, 2);
	EQUAL(sys(SYS_kevent, kq, k, 2, ev, 64, &zero), 1);
	EQUAL((int)ev[0].filter, WRITE);
	EQUAL(ev[0].udata, 2);
	CHECK(ev[0].data > 1000);
	EQUAL(get(kq, 0), 0);
	put(s[1], "hello");
	CHECK(get(kq, 0) >= 1);
	EQUAL((int)ev[0].filter, READ);
	EQUAL(ev[0].data, 5);
	EQUAL(change(kq, (uint64_t)s[0], READ, DELETE, 0, 0), 0);
	EQUAL(change(kq, (uint64_t)s[0], WRITE, DELETE, 0, 0), 0);
	put(s[1], "hello");
	EQUAL(get(kq, 0), 0);
}

CASE(files_are_ready)
{
	int kq = queue(), fd;

	fd = (int)sys(SYS_open, "file", O_RDWR | O_CREAT, 0600);
	CHECK(fd >= 0);
	EQUAL(change(kq, (uint64_t)fd, WRITE, ADD, 0, 0), 0);
	EQUAL(get(kq, 0), 1);
	EQUAL(get(kq, 0), 1);
	EQUAL(change(kq, (uint64_t)fd, WRITE, DELETE, 0, 0), 0);
	EQUAL(change(kq, (uint64_t)fd, READ, ADD, 0, 0), 0);
	EQUAL(get(kq, 0), 0);
	put(fd, "abc");
	EQUAL(get(kq, 0), 0);
	EQUAL(sys(SYS_close, fd), 0);
	fd = (int)sys(SYS_open, "file", O_RDONLY);
	EQUAL(change(kq, (uint64_t)fd, READ, ADD, 0, 0), 0);
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].data, 3);
	EQUAL(sys(SYS_read, fd, buf, 3), 3);
	EQUAL(get(kq, 0), 0);
	fd = (int)sys(SYS_open, "/dev/null", O_RDWR);
	EQUAL(change(kq, (uint64_t)fd, READ, ADD, 0, 0), 0);
	EQUAL(change(kq, (uint64_t)fd, WRITE, ADD, 0, 0), 0);
	EQUAL(get(kq, 0), 2);
}

/* ------------------------------------------------------------------ */
/* The other filters                                                  */

CASE(user)
{
	int kq = queue();

	EQUAL(change(kq, 7, USER, ADD | CLEAR, 0, 0), 0);
	EQUAL(get(kq, 0), 0);
	EQUAL(change(kq, 7, USER, 0, NOTE_TRIGGER | NOTE_FFCOPY | 5, 3), 0);
	CHECK(readable(kq));
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].ident, 7);
	EQUAL(ev[0].fflags, 5);
	EQUAL(ev[0].data, 3);
	EQUAL(get(kq, 0), 0);
	EQUAL(change(kq, 7, USER, 0, NOTE_TRIGGER | NOTE_FFOR | 2, 3), 0);
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].fflags, 7);
	EQUAL(change(kq, 8, USER, 0, NOTE_TRIGGER, 0), -ENOENT);
}

CASE(timer)
{
	int kq = queue();
	int64_t t;

	EQUAL(change(kq, 1, TIMER, ADD, 0, 10), 0);
	nap(35);
	EQUAL(get(kq, 0), 1);
	CHECK(ev[0].data >= 3);
	t = now();
	EQUAL(get(kq, 1000), 1);
	CHECK(now() - t < 500000000);
	EQUAL(change(kq, 1, TIMER, DELETE, 0, 0), 0);
	EQUAL(get(kq, 30), 0);
	EQUAL(change(kq, 2, TIMER, ADD | ONESHOT, 0, 20), 0);
	CHECK(!readable(kq));
	nap(40);
	CHECK(readable(kq));
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].data, 1);
	EQUAL(get(kq, 30), 0);
	EQUAL(change(kq, 2, TIMER, DELETE, 0, 0), -ENOENT);
#if !defined(DRAGONFLY)
	t = now();
	EQUAL(change(kq, 3, TIMER, ADD | ONESHOT, USECONDS, 20000), 0);
	EQUAL(get(kq, 1000), 1);
	CHECK(now() - t >= 20000000);
	EQUAL(change(kq, 4, TIMER, ADD | ONESHOT, NSECONDS, 1000), 0);
	EQUAL(get(kq, 1000), 1);
	/* a time that is long past */
	EQUAL(change(kq, 5, TIMER, ADD | ONESHOT, SECONDS | NOTE_ABSTIME, 1),
	    0);
	EQUAL(get(kq, 1000), 1);
#endif
}

CASE(timeout)
{
	struct timespec bad = { 0, 1000000000 };
	int64_t t = now();
	int kq = queue();

	EQUAL(get(kq, 50), 0);
	CHECK(now() - t >= 50000000);
	EQUAL(sys(SYS_kevent, kq, 0, 0, ev, 1, &bad), -EINVAL);
}

CASE(process)
{
	int kq = queue(), pid = child();

	if (pid == 0) {
		nap(50);
		exit_process(3);
	}
	EQUAL(change(kq, (uint64_t)pid, PROC, ADD, NOTE_EXIT, 0), 0);
	EQUAL(get(kq, 0), 0);
	EQUAL(get(kq, 5000), 1);
	EQUAL(ev[0].fflags, NOTE_EXIT);
	EQUAL(ev[0].data, 0x300);
	CHECK(ev[0].flags & END);
	EQUAL(get(kq, 0), 0);
	EQUAL(reap(pid), 0x300);
	EQUAL(change(kq, (uint64_t)pid, PROC, ADD, NOTE_EXIT, 0), -ESRCH);
	if ((pid = child()) == 0)
		for (;;)
			nap(1000);
	EQUAL(change(kq, (uint64_t)pid, PROC, ADD, NOTE_EXIT, 0), 0);
	EQUAL(sys(SYS_kill, pid, SIGUSR1), 0);
	EQUAL(get(kq, 5000), 1);
	EQUAL(ev[0].data, SIGUSR1);
	EQUAL(reap(pid), SIGUSR1);
}

/* A child forks, its child executes another program, both end. */
CASE(process_tracked)
{
	static char self[] = "/proc/self/exe", list[] = "-l";
	char *argv[] = { self, list, 0 }, *env[] = { 0 };
	int kq = queue(), pid, grandchild = 0, exits = 0, fork = 0, exec = 0;
	int i, n;

	if ((pid = child()) == 0) {
		nap(50);
		if ((pid = child()) == 0) {
			nap(100);
			sys(SYS_close, 1);
			sys(SYS_execve, self, argv, env);
			exit_process(1);
		}
		nap(50);
		EQUAL(reap(pid), 0);
		nap(50);
		exit_process(0);
	}
	EQUAL(change(kq, (uint64_t)pid, PROC, ADD,
	    NOTE_EXIT | NOTE_FORK | NOTE_EXEC | NOTE_TRACK, 0), 0);
	while (exits < 2) {
		CHECK((n = (int)get(kq, 5000)) > 0);
		for (i = 0; i < n; i++) {
			if (ev[i].fflags & NOTE_CHILD) {
				EQUAL(ev[i].data, pid);
				grandchild = (int)ev[i].ident;
			}
			if (ev[i].fflags & NOTE_FORK) {
				EQUAL(ev[i].ident, pid);
				fork++;
			}
			if (ev[i].fflags & NOTE_EXEC) {
				EQUAL(ev[i].ident, grandchild);
				exec++;
			}
			if (ev[i].fflags & NOTE_EXIT)
				exits++;
		}
	}
	EQUAL(fork, 1);
	CHECK(grandchild > 0);
	CHECK(exec <= 1);	/* it may have ended between two looks */
	EQUAL(reap(pid), 0);
}

CASE(vnode)
{
	int kq = queue(), fd;

	fd = (int)sys(SYS_open, "vn", O_RDWR | O_CREAT, 0600);
	EQUAL(change(kq, (uint64_t)fd, VNODE, ADD | CLEAR, 0x7f, 0), 0);
	EQUAL(get(kq, 0), 0);
	put(fd, "abc");
	EQUAL(get(kq, 100), 1);
	EQUAL(ev[0].fflags, NOTE_WRITE | NOTE_EXTEND);
	EQUAL(sys(SYS_fchmod, fd, 0644), 0);
	EQUAL(get(kq, 100), 1);
	EQUAL(ev[0].fflags, NOTE_ATTRIB);
	EQUAL(sys(SYS_link, "vn", "vn2"), 0);
	EQUAL(get(kq, 100), 1);
	EQUAL(ev[0].fflags, NOTE_LINK);
	EQUAL(sys(SYS_rename, "vn", "vn3"), 0);
	EQUAL(get(kq, 100), 1);
	CHECK(ev[0].fflags & NOTE_RENAME);
	EQUAL(sys(SYS_unlink, "vn2"), 0);
	EQUAL(get(kq, 100), 1);
	EQUAL(ev[0].fflags, NOTE_DELETE);
	EQUAL(sys(SYS_close, fd), 0);
	EQUAL(sys(SYS_unlink, "vn3"), 0);
	EQUAL(get(kq, 0), 0);
	fd = (int)sys(SYS_open, ".", O_RDONLY);
	EQUAL(change(kq, (uint64_t)fd, VNODE, ADD | CLEAR,
	    NOTE_WRITE | NOTE_LINK, 0), 0);
	EQUAL(sys(SYS_mkdir, "d", 0700), 0);
	EQUAL(get(kq, 100), 1);
	EQUAL(ev[0].fflags, NOTE_WRITE | NOTE_LINK);
	EQUAL(sys(SYS_rmdir, "d"), 0);
}

/* ------------------------------------------------------------------ */
/* Several                                                            */

CASE(nested)
{
	int kq = queue(), outer = queue(), p[2];

	make_pipe(p);
	EQUAL(change(outer, (uint64_t)kq, READ, ADD, 0, 0), 0);
	EQUAL(get(outer, 0), 0);
	EQUAL(change(kq, (uint64_t)p[0], READ, ADD, 0, 0), 0);
	put(p[1], "x");
	EQUAL(get(outer, 0), 1);
	EQUAL(ev[0].ident, kq);
	EQUAL(get(kq, 0), 1);
	EQUAL(get(outer, 0), 1);
	EQUAL(sys(SYS_read, p[0], buf, 1), 1);
	EQUAL(get(kq, 0), 0);
	EQUAL(get(outer, 0), 0);
	EQUAL(change(kq, 1, USER, ADD | CLEAR, NOTE_TRIGGER, 0), 0);
	EQUAL(get(outer, 0), 1);
}

CASE(not_inherited)
{
	int kq = queue(), pid, k2;

	EQUAL(change(kq, 1, TIMER, ADD, 0, 10), 0);
	if ((pid = child()) == 0) {
		EQUAL(get(kq, 0), -EBADF);
		EQUAL(sys(SYS_close, kq), -EBADF);
		k2 = queue();
		EQUAL(k2, kq);
		EQUAL(get(k2, 20), 0);
		EQUAL(change(k2, 1, TIMER, ADD | ONESHOT, 0, 10), 0);
		EQUAL(get(k2, 1000), 1);
		exit_process(0);
	}
	EQUAL(reap(pid), 0);
	EQUAL(get(kq, 1000), 1);
}

CASE(dup_of_a_kqueue)
{
	int kq = queue(), p[2], d;

	make_pipe(p);
	put(p[1], "x");
	EQUAL(change(kq, (uint64_t)p[0], READ, ADD, 0, 0), 0);
	d = (int)sys(SYS_dup, kq);
	EQUAL(get(d, 0), 1);
	EQUAL(sys(SYS_close, kq), 0);
	EQUAL(get(d, 0), 1);
	EQUAL(change(d, 1, USER, ADD | CLEAR, NOTE_TRIGGER, 0), 0);
	EQUAL(get(d, 0), 2);
}

static int shared_kq;
static uint32_t got;

static void
waiter(void *arg)
{
	struct kevent k;

	(void)arg;
	if (sys(SYS_kevent, shared_kq, 0, 0, &k, 1, 0) == 1)
		__atomic_add_fetch(&got, 1, __ATOMIC_SEQ_CST);
}

CASE(another_thread_changes)
{
	int i;

	shared_kq = queue();
	EQUAL(change(shared_kq, 1, USER, ADD | CLEAR, 0, 0), 0);
	thread(waiter, 0);
	nap(30);
	EQUAL(change(shared_kq, 1, USER, 0, NOTE_TRIGGER, 0), 0);
	join_threads();
	EQUAL(got, 1);
	thread(waiter, 0);
	nap(30);
	EQUAL(change(shared_kq, 2, TIMER, ADD | ONESHOT, 0, 20), 0);
	join_threads();
	EQUAL(got, 2);
	/* one event each for several that wait */
	for (i = 0; i < 4; i++)
		thread(waiter, 0);
	nap(30);
	for (i = 0; i < 4; i++)
		EQUAL(change(shared_kq, 10 + (uint64_t)i, USER, ADD | ONESHOT,
		    NOTE_TRIGGER, 0), 0);
	join_threads();
	EQUAL(got, 6);
	EQUAL(get(shared_kq, 0), 0);
}

/* Descriptors that the image keeps for itself are not in the program's way. */
CASE(hidden_descriptors)
{
	int kq, fd, n = 0;

	for (fd = 3; fd < 300; fd++)
		sys(SYS_close, fd);
	kq = queue();
	EQUAL(change(kq, 1, TIMER, ADD, 0, 10), 0);
	for (fd = kq + 1; fd < 5000; fd++)
		if (sys(SYS_close, fd) == 0)
			n++;
	EQUAL(n, 0);
	EQUAL(get(kq, 1000), 1);
	for (fd = 3900; fd < 4100; fd++) {
		if (sys(SYS_dup2, kq, fd) != fd)
			break;
		EQUAL(sys(SYS_close, fd), 0);
	}
	EQUAL(get(kq, 1000), 1);
#if !defined(NETBSD)
	EQUAL(sys(SYS_closefrom, kq + 1), 0);
	EQUAL(get(kq, 1000), 1);
	EQUAL(sys(SYS_closefrom, kq), 0);
	EQUAL(get(kq, 0), -EBADF);
#endif
}

CASE(many)
{
	int kq = queue(), i, total = 0;
	long n;

	for (i = 0; i < 500; i++)
		EQUAL(change(kq, (uint64_t)i, USER, ADD | CLEAR, NOTE_TRIGGER,
		    0), 0);
	while ((n = get(kq, 0)) > 0)
		total += (int)n;
	EQUAL(n, 0);
	EQUAL(total, 500);
}

/* ------------------------------------------------------------------ */
/* Signals                                                            */

static volatile int handled;

static void
handler(int sig)
{

	(void)sig;
	handled++;
}

#if defined(NETBSD)
extern char kq_tramp[];
__asm__(
"	.globl	kq_tramp\n"
"kq_tramp:\n"
"	mov	%r15, %rdi\n"
"	mov	$308, %eax\n"		/* setcontext */
"	syscall\n"
"	hlt\n");
#endif

static void
dispose(int sig, void (*f)(int))
{
#if defined(NETBSD)
	struct { void (*f)(int); uint32_t mask[4]; int flags; } sa =
	    { f, { 0 }, 0 };

	EQUAL(sys(SYS_sigaction, sig, &sa, 0, kq_tramp, 2), 0);
#else
	struct { void (*f)(int); int flags; uint32_t mask[4]; } sa =
	    { f, 0, { 0 } };

	EQUAL(sys(SYS_sigaction, sig, &sa, 0), 0);
#endif
}

static void
send(int sig)
{

	EQUAL(sys(SYS_kill, sys(SYS_getpid), sig), 0);
}

CASE(signal_ignored)
{
	int kq = queue(), pid;

	dispose(SIGUSR1, (void (*)(int))1);
	EQUAL(change(kq, SIGUSR1, SIGNAL, ADD, 0, 0), 0);
	EQUAL(get(kq, 0), 0);
	send(SIGUSR1);
	send(SIGUSR1);
	CHECK(readable(kq));
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].ident, SIGUSR1);
	EQUAL(ev[0].data, 2);
	EQUAL(get(kq, 0), 0);
	/* while it waits: the event, not EINTR */
	if ((pid = child()) == 0) {
		nap(50);
		EQUAL(sys(SYS_kill, sys(SYS_getppid), SIGUSR1), 0);
		exit_process(0);
	}
	EQUAL(get(kq, 5000), 1);
	EQUAL(ev[0].data, 1);
	EQUAL(reap(pid), 0);
	EQUAL(change(kq, SIGUSR1, SIGNAL, DELETE, 0, 0), 0);
	send(SIGUSR1);
	EQUAL(get(kq, 0), 0);
	EQUAL(change(kq, 0, SIGNAL, ADD, 0, 0), -EINVAL);
	EQUAL(change(kq, 200, SIGNAL, ADD, 0, 0), -EINVAL);
}

CASE(signal_by_default)
{
	int kq = queue(), pid;

	EQUAL(change(kq, SIGCHLD, SIGNAL, ADD, 0, 0), 0);
	EQUAL(change(kq, SIGWINCH, SIGNAL, ADD, 0, 0), 0);
	send(SIGWINCH);
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].ident, SIGWINCH);
	if ((pid = child()) == 0)
		exit_process(0);
	EQUAL(get(kq, 5000), 1);
	EQUAL(ev[0].ident, SIGCHLD);
	EQUAL(reap(pid), 0);
	/* one that ends the process still does */
	if ((pid = child()) == 0) {
		kq = queue();
		EQUAL(change(kq, SIGUSR2, SIGNAL, ADD, 0, 0), 0);
		send(SIGUSR2);
		exit_process(0);
	}
	EQUAL(reap(pid), SIGUSR2);
}

CASE(signal_caught_and_blocked)
{
	uint32_t set[4] = { 1U << (SIGUSR1 - 1), 0, 0, 0 };
	int kq = queue();

	dispose(SIGUSR1, handler);
	EQUAL(change(kq, SIGUSR1, SIGNAL, ADD, 0, 0), 0);
	send(SIGUSR1);
	EQUAL(handled, 1);
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].data, 1);
	EQUAL(sys(SYS_sigprocmask, 1, set, 0), 0);
	send(SIGUSR1);
	EQUAL(handled, 1);
	EQUAL(get(kq, 1000), 1);
	EQUAL(ev[0].data, 1);
	EQUAL(sys(SYS_sigprocmask, 2, set, 0), 0);
	EQUAL(handled, 2);
	EQUAL(get(kq, 0), 0);
	send(SIGUSR1);
	EQUAL(get(kq, 0), 1);
	EQUAL(ev[0].data, 1);
	EQUAL(handled, 3);
}

/* A signal with a handler ends the wait, and it is not restarted. */
CASE(signal_interrupts)
{
	int kq = queue(), pid;

	dispose(SIGUSR1, handler);
	if ((pid = child()) == 0) {
		nap(50);
		EQUAL(sys(SYS_kill, sys(SYS_getppid), SIGUSR1), 0);
		exit_process(0);
	}
	EQUAL(get(kq, 5000), -EINTR);
	EQUAL(handled, 1);
	EQUAL(reap(pid), 0);
}
