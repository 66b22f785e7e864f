/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Makes each call of demo.proto and prints what a program of that system
 * sees.  It is a Linux program whose numbers above 400 mean the demo's calls.
 */
#define	_GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

struct d_time { uint16_t magic; int32_t nsec; uint8_t gap[3]; int32_t sec; };
struct d_short { uint8_t size; int8_t sec; int16_t nsec; };
struct d_limit { uint32_t max, cur; };
struct d_event { uint64_t data, events; };
struct d_poll { short revents, events; long fd; };

static void
show(const char *what, long r)
{
	if (r == -1)
		printf("%s: %s\n", what, strerrorname_np(errno));
	else
		printf("%s: %ld\n", what, r);
}

/* Both results of a call, and arguments beyond the sixth. */
static long
two(long nr, long *second)
{
	long r;

	__asm__ volatile("syscall" : "=a" (r), "=d" (*second) :
	    "0" (nr), "1" (0L) : "rcx", "r11", "memory");
	return (r);
}

static long
stacked(long nr, long fd, void *buf, long n, long pos)
{
	register long r10 __asm__("r10") = 4, r8 __asm__("r8") = 5;
	register long r9 __asm__("r9") = 6;
	long r;

	/* Below the red zone; first the word where BSDs have an address. */
	__asm__ volatile("sub $128, %%rsp; push %8; push %7; push %6; "
	    "push %5; push $0; syscall; add $168, %%rsp"
	    : "=a" (r) : "0" (nr), "D" (1L), "S" (2L), "d" (3L), "r" (fd),
	    "r" (buf), "r" (n), "r" (pos), "r" (r10), "r" (r8), "r" (r9)
	    : "rcx", "r11", "memory");
	return (r);
}

static void
files(void)
{
	char buf[8] = "";
	long fd, a, b = 0;

	fd = syscall(400, "file", 0600, 0x10 | 0x20 | 3 | 0x400);
	show("open", fd < 0 ? fd : 3);
	show("open write only", write((int)fd, "0123456789", 10));
	show("open lock", syscall(400, "file", 0, 1 | 0x800));
	show("open unknown", syscall(400, "file", 0, 1 | 0x8000));
	show("open no access", syscall(400, "file", 0, 0));
	show("open nowhere", syscall(400, (char *)8, 0, 1));
	a = syscall(400, "file", 0, 2 | 0x300 | 0x40);
	show("sync flags", fcntl((int)a, F_GETFL) & (O_SYNC | O_APPEND | O_ACCMODE));
	show("getfl", syscall(407, a, 101, 0));
	show("setfl", syscall(407, a, 102, 0x40 | 1));
	show("setfl unknown", syscall(407, a, 102, 0x8001));
	show("dup at 50", syscall(407, a, 100, 50));
	show("nothing", syscall(407, a, 103, 0));
	show("never", syscall(407, a, 104, 0));
	show("other", syscall(407, a, 105, 0));
	show("seek", syscall(409, fd, 3, 0, 10));
	show("seek far", syscall(409, fd, 5, 1, 10));
	show("seek how", syscall(409, fd, 5, 1, 0));
	show("pread", stacked(410, fd, buf, 4, 2));
	printf("%s\n", buf);
	show("close bad", syscall(411, 999));
	show("chdir", syscall(412, "nowhere"));
	a = two(404, &b);
	show("pipe", write((int)b, "abc", 3));
	b = 9;
	show("avail", syscall(408, a, 1, &b));
	show("avail", (int)b);
	show("avail nowhere", syscall(408, a, 1, 8L));
	show("passed", syscall(408, a, 0x541b, &b));
}

static void
times(void)
{
	struct d_time t;
	struct d_short s;
	struct timespec now;

	memset(&t, 0xff, sizeof(t));
	show("gettime", syscall(401, -1, &t));
	clock_gettime(CLOCK_REALTIME, &now);
	printf("%#x %d %d\n", t.magic, t.gap[0] | t.gap[1] | t.gap[2],
	    now.tv_sec - t.sec <= 1 && t.nsec >= 0 && t.nsec < 1000000000);
	show("gettime ticks", syscall(401, 7, &t));
	show("gettime uptime", syscall(401, 8, &t));
	show("gettime unknown", syscall(401, 0, &t));
	show("gettime nowhere", syscall(401, 7, 0L));
	memset(&t, 0, sizeof(t));
	t.nsec = 1000;
	show("sleep", syscall(402, &t));
	t.nsec = -1;
	show("sleep badly", syscall(402, &t));
	show("sleep null", syscall(402, 0L));
	memset(&s, 0xff, sizeof(s));
	show("getres", syscall(403, 7, &s));
	printf("%d %d\n", s.size, s.sec);
	show("getres null", syscall(403, 7, 0L));
}

static void
others(void)
{
	struct d_poll p[2] = { { 9, 1 | 2, 0 }, { 9, 2, 99 } };
	struct rlimit set = { 123, RLIM_INFINITY };
	struct d_event e[3] = { { 0x1234, 1 }, { 0, 0 }, { 0x77, 0x77 } };
	struct d_limit l;
	int pipes[2];
	long a;

	pipe(pipes);
	p[0].fd = open("/dev/null", O_RDWR);
	setrlimit(RLIMIT_CPU, &set);
	show("limit", syscall(405, RLIMIT_CPU, &l));
	printf("%u %#x\n", l.cur, l.max);
	show("poll", syscall(406, 0, p, 2));
	printf("%d %d %d %d\n", p[0].revents, p[0].events, p[0].fd > 2,
	    p[1].revents);
	show("poll many", syscall(406, 0, p, 70000));
	p[1].fd = 1L << 40;
	show("poll wide", syscall(406, 0, p, 2));
	show("nothing", syscall(413));
	show("refused", syscall(414));
	show("later", syscall(415));
	show("uid", syscall(416) - getuid());
	a = epoll_create1(0);
	show("watch", syscall(418, a, 1, pipes[0], &e[0]));
	write(pipes[1], "x", 1);
	show("wait", syscall(417, a, e + 1, 2));
	printf("%#lx %ld %#lx\n", e[1].data, e[1].events, e[2].data);
	show("missing", syscall(419));
	show("beyond", syscall(425));
}

/* Objects with a length; what one is depends on its second byte. */
static void
sized(void)
{
	struct d_in { uint8_t len, family; uint32_t addr; uint16_t port; } in =
	    { 0, 9, 0x0100007f, 0 }, out;
	struct { uint8_t len, family; char path[30]; } un = { 0, 7, "a" };
	struct { short linger, onoff; } l = { 5, 1 }, m;
	int s = socket(AF_INET, SOCK_STREAM, 0);
	int u = socket(AF_UNIX, SOCK_STREAM, 0);
	socklen_t len = sizeof(out);
	int type = 0;

	show("bind", syscall(420, s, &in, sizeof(in)));
	show("bind short", syscall(420, s, &in, sizeof(in) - 1));
	show("bind headless", syscall(420, s, &in, 1));
	show("bind nowhere", syscall(420, s, 8L, sizeof(in)));
	show("name", syscall(421, s, &out, &len));
	printf("%u %u %u %#x %d\n", len, out.len, out.family, out.addr,
	    out.port != 0);
	len = 3;
	memset(&out, 0xff, sizeof(out));
	show("name cut", syscall(421, s, &out, &len));
	printf("%u %u %u %#x\n", len, out.len, out.family, out.port);
	len = sizeof(un);
	show("unnamed", syscall(421, u, &un, &len));
	printf("%u %u %u\n", len, un.len, un.family);
	show("bind unnamed", syscall(420, u, &un, 22));
	show("bind other", syscall(420, u, "\0\4", 2));
	show("linger", syscall(422, s, 77, 1, &l, sizeof(l)));
	show("linger short", syscall(422, s, 77, 1, &l, 1));
	len = 77;
	show("linger get", syscall(423, s, 77, 1, &m, &len));
	printf("%u %d %d\n", len, m.linger, m.onoff);
	len = sizeof(type);
	show("type", syscall(423, s, 77, 2, &type, &len));
	printf("%d\n", type);
	show("option", syscall(423, s, 77, 3, &type, &len));
	show("level", syscall(423, s, 78, 3, &type, &len));
	u = fcntl(0, F_DUPFD_CLOEXEC, 30);
	s = syscall(424, u);
	printf("%d %d\n", fcntl(s, F_GETFD), fcntl(u, F_GETFD));
	show("with an error", syscall(424, u));
}

int
main(void)
{
	files();
	times();
	others();
	sized();
	return (0);
}
