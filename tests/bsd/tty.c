/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * ioctl: terminals (modes, characters, speeds, size), descriptors, unknown
 * requests.
 */
#include "start.h"

#define	FIOCLEX		0x20006601
#define	FIONCLEX	0x20006602
#define	FIONREAD	0x4004667f
#define	FIONBIO		0x8004667e
#define	FIODTYPE	0x4004667a
#define	TIOCFLUSH	0x80047410
#define	TIOCGETA	0x402c7413
#define	TIOCSETA	0x802c7414
#define	TIOCSETAF	0x802c7416
#define	TIOCGWINSZ	0x40087468
#define	TIOCSWINSZ	0x80087467
#define	TIOCDRAIN	0x2000745e
#define	TIOCSCTTY	0x20007461
#define	TIOCGPGRP	0x40047477
#define	TIOCSPGRP	0x80047476
#define	TIOCNOTTY	0x20007471
enum {
	VEOF = 0, VERASE = 3, VINTR = 8, VMIN = 16, VTIME = 17,
	ICRNL = 0x100, OPOST = 1, ONLCR = 2, ECHO = 8, ICANON = 0x100,
	ISIG = 0x80, CSIZE = 0x300, CS8 = 0x300, CREAD = 0x800, PARENB = 0x1000,
	SYS_setsid = 147,
};

struct termios {
	uint32_t	iflag, oflag, cflag, lflag;
	uint8_t		cc[20];
	uint32_t	ispeed, ospeed;
};

/* Both ends of a pseudo terminal. */
static void
terminal(int fd[2])
{
#if defined(FREEBSD)
	struct { int len; void *buf; } arg;
	char name[64] = "/dev/";

	fd[0] = (int)sys(504, O_RDWR | 0x8000);		/* posix_openpt */
	CHECK(fd[0] >= 0);
	EQUAL(sys(SYS_ioctl, fd[0], 0x2000741c, 0), 0);	/* TIOCPTMASTER */
	arg.len = 59;
	arg.buf = name + 5;
	EQUAL(sys(SYS_ioctl, fd[0], 0x80106678, &arg), 0); /* FIODGNAME */
	fd[1] = (int)sys(SYS_open, name, O_RDWR | 0x8000);
#elif defined(DRAGONFLY)
	struct { int len; void *buf; } arg;
	char name[64] = "/dev/";

	fd[0] = (int)sys(SYS_open, "/dev/ptmx", O_RDWR | 0x8000);
	CHECK(fd[0] >= 0);
	EQUAL(sys(SYS_ioctl, fd[0], 0x20007455, 0), 0);	/* TIOCISPTMASTER */
	arg.len = 59;
	arg.buf = name + 5;
	EQUAL(sys(SYS_ioctl, fd[0], 0x80106678, &arg), 0); /* FIODNAME */
	fd[1] = (int)sys(SYS_open, name, O_RDWR | 0x8000);
#else
	static struct { int m, s; char mn[1024], sn[1024]; } p;

	fd[0] = (int)sys(SYS_open, "/dev/ptmx", O_RDWR);
	EQUAL(sys(SYS_ioctl, fd[0], 0x48087446, &p), 0); /* TIOCPTMGET */
	CHECK(p.sn[0] == '/');
	sys(SYS_close, fd[0]);
	fd[0] = p.m;
	fd[1] = p.s;
#endif
	CHECK(fd[1] >= 0);
}

CASE(modes)
{
	struct termios t, u;
	int fd[2];
	char b[8];

	terminal(fd);
	memset(&t, 0xff, sizeof(t));
	EQUAL(sys(SYS_ioctl, fd[1], TIOCGETA, &t), 0);
	EQUAL(t.cc[VINTR], 3);
	EQUAL(t.cc[VEOF], 4);
	EQUAL(t.cc[VERASE], 127);
	EQUAL(t.cflag & CSIZE, CS8);
	EQUAL(t.cflag & PARENB, 0);
	CHECK(t.lflag & ECHO);
	CHECK(t.lflag & ICANON);
	CHECK(t.lflag & ISIG);
	CHECK(t.iflag & ICRNL);
	CHECK(t.oflag & OPOST);
	EQUAL(t.ospeed, 38400);
	EQUAL(t.ispeed, 38400);
	t.lflag &= ~(uint32_t)(ECHO | ICANON);
	t.oflag &= ~(uint32_t)ONLCR;
	t.cc[VMIN] = 3;
	t.cc[VTIME] = 1;
	t.cc[VINTR] = 0xff;
	t.ospeed = t.ispeed = 9600;
	EQUAL(sys(SYS_ioctl, fd[1], TIOCSETAF, &t), 0);
	EQUAL(sys(SYS_ioctl, fd[1], TIOCGETA, &u), 0);
	EQUAL(memcmp(&t, &u, sizeof(t)), 0);
	EQUAL(sys(SYS_write, fd[0], "a\3c", 3), 3);
	EQUAL(sys(SYS_read, fd[1], b, 8), 3);
	EQUAL(b[1], 3);
	EQUAL(sys(SYS_write, fd[1], "\n", 1), 1);
	EQUAL(sys(SYS_read, fd[0], b, 8), 1);
	EQUAL(b[0], '\n');
}

CASE(size)
{
	struct { uint16_t row, col, x, y; } w = { 33, 77, 0, 0 }, v;
	int fd[2];

	terminal(fd);
	EQUAL(sys(SYS_ioctl, fd[0], TIOCSWINSZ, &w), 0);
	EQUAL(sys(SYS_ioctl, fd[1], TIOCGWINSZ, &v), 0);
	EQUAL(v.row, 33);
	EQUAL(v.col, 77);
}

CASE(controlling)
{
	int fd[2], pid, status, group;

	terminal(fd);
	if ((pid = child()) == 0) {
		EQUAL(sys(SYS_setsid), sys(SYS_getpid));
		EQUAL(sys(SYS_ioctl, fd[1], TIOCSCTTY, 0), 0);
		EQUAL(sys(SYS_ioctl, fd[1], TIOCGPGRP, &group), 0);
		EQUAL(group, sys(SYS_getpid));
		EQUAL(sys(SYS_ioctl, fd[1], TIOCSPGRP, &group), 0);
		exit_process(0);
	}
	status = reap(pid);
	EQUAL(status, 0);
}

CASE(queues)
{
	struct termios t;
	int fd[2], n = 1;
	char b[8];

	terminal(fd);
	EQUAL(sys(SYS_ioctl, fd[1], TIOCGETA, &t), 0);
	t.lflag &= ~(uint32_t)(ECHO | ICANON);
	EQUAL(sys(SYS_ioctl, fd[1], TIOCSETA, &t), 0);
	EQUAL(sys(SYS_write, fd[0], "abc", 3), 3);
	nap(50);
	EQUAL(sys(SYS_ioctl, fd[1], FIONREAD, &n), 0);
	EQUAL(n, 3);
	n = 1;
	EQUAL(sys(SYS_ioctl, fd[1], TIOCFLUSH, &n), 0);
	EQUAL(sys(SYS_ioctl, fd[1], FIONREAD, &n), 0);
	EQUAL(n, 0);
	EQUAL(sys(SYS_ioctl, fd[1], TIOCDRAIN, 0), 0);
	n = 1;
	EQUAL(sys(SYS_ioctl, fd[1], FIONBIO, &n), 0);
	EQUAL(sys(SYS_read, fd[1], b, 8), -EAGAIN);
}

CASE(descriptors)
{
	int p[2], n = -1;

	make_pipe(p);
	EQUAL(sys(SYS_ioctl, p[0], FIOCLEX, 0), 0);
	EQUAL(sys(SYS_fcntl, p[0], F_GETFD), 1);
	EQUAL(sys(SYS_ioctl, p[0], FIONCLEX, 0), 0);
	EQUAL(sys(SYS_fcntl, p[0], F_GETFD), 0);
	EQUAL(sys(SYS_ioctl, p[0], FIONREAD, &n), 0);
	EQUAL(n, 0);
	EQUAL(sys(SYS_ioctl, p[0], TIOCGETA, &n), -ENOTTY);
	EQUAL(sys(SYS_ioctl, p[0], 0x4004ffff, &n), -ENOTTY);
	EQUAL(sys(SYS_ioctl, 99, FIONREAD, &n), -EBADF);
	EQUAL(sys(SYS_ioctl, sys(SYS_open, "/dev/null", 0), FIODTYPE, &n), 0);
	EQUAL(n, 8);
}
