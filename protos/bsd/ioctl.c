/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * ioctls that one native ioctl does not serve: terminals, pseudo terminals
 * and kinds of devices.  Each function gets the frame of ioctl as the program
 * made the call.
 */
#include "hook.h"
#include "tty.h"

#include <asm/ioctls.h>
#include <asm/unistd.h>

#define	E_FAULT		14
#define	E_INVAL		22
#define	E_NOTTY		25
#define	MODE_TYPE	0170000
#define	MODE_CHAR	0020000
#define	MODE_BLOCK	0060000
#define	MAJOR_MEM	1
#define	BSD_TIOCSTART	0x2000746e

long	hook_ioctl_device_type(struct pimg_frame *);
long	hook_ioctl_flush(struct pimg_frame *);
long	hook_ioctl_drain(struct pimg_frame *);
long	hook_ioctl_controlling(struct pimg_frame *);
long	hook_ioctl_flow(struct pimg_frame *);
long	hook_ioctl_device_name(struct pimg_frame *);
long	hook_ioctl_is_master(struct pimg_frame *);
long	hook_ioctl_pty_number(struct pimg_frame *);

/* Native mode and device of a descriptor. */
static long
device(long fd, uint32_t *mode, uint64_t *rdev)
{
	char st[256];
	long r;

	if ((r = pimg_sys(__NR_fstat, fd, st)) < 0)
		return (r);
	pimg_memcpy(mode, st + 24, sizeof(*mode));	/* st_mode */
	pimg_memcpy(rdev, st + 40, sizeof(*rdev));	/* st_rdev */
	return (0);
}

/*
 * The number of the pseudo terminal of which fd is the master.  Who asks is
 * about to open the other end, which nobody locks there.
 */
long
bsd_pty_number(long fd)
{
	int n, unlock = 0;
	long r;

	if ((r = pimg_sys(__NR_ioctl, fd, TIOCGPTN, &n)) < 0)
		return (r);
	pimg_sys(__NR_ioctl, fd, TIOCSPTLCK, &unlock);
	return (n);
}

static int
is_tty(long fd)
{
	char termios[64];

	return (pimg_sys(__NR_ioctl, fd, TCGETS, termios) >= 0);
}

/* FIODTYPE: D_TAPE 1, D_DISK 2, D_TTY 4, D_MEM 8 (sys/conf.h) */
long
hook_ioctl_device_type(struct pimg_frame *f)
{
	uint32_t mode;
	uint64_t rdev;
	int type = 0;
	long r;

	if ((r = device((long)f->arg[0], &mode, &rdev)) < 0)
		return (r);
	if ((mode & MODE_TYPE) == MODE_BLOCK)
		type = 2;
	else if ((mode & MODE_TYPE) != MODE_CHAR)
		return (-E_NOTTY);
	else if (is_tty((long)f->arg[0]))
		type = 4;
	else if ((rdev >> 8 & 0xfff) == MAJOR_MEM)
		type = 8;
	return (pimg_copyout(f->arg[2], &type, sizeof(type)));
}

/* TIOCFLUSH: FREAD 1, FWRITE 2, neither is both; here numbers from 0. */
long
hook_ioctl_flush(struct pimg_frame *f)
{
	int what;
	long r;

	if ((r = pimg_copyin(&what, f->arg[2], sizeof(what))) != 0)
		return (r);
	what &= 3;
	return (pimg_call(__NR_ioctl, f->arg[0], TCFLSH, what == 1 ? 0 :
	    what == 2 ? 1 : 2));
}

long
hook_ioctl_drain(struct pimg_frame *f)
{
	return (pimg_call(__NR_ioctl, f->arg[0], TCSBRK, 1));
}

/* Nobody's terminal is ever stolen there. */
long
hook_ioctl_controlling(struct pimg_frame *f)
{
	return (pimg_call(__NR_ioctl, f->arg[0], TIOCSCTTY, 0));
}

long
hook_ioctl_flow(struct pimg_frame *f)
{
	return (pimg_call(__NR_ioctl, f->arg[0], TCXONC,
	    (uint32_t)f->arg[1] == BSD_TIOCSTART ? 1 : 0));
}

/* TIOCPTMASTER, TIOCISPTMASTER: success says yes.  TIOCGRANTPT: the terminal
 * has the right owner from the start. */
long
hook_ioctl_is_master(struct pimg_frame *f)
{
	long r = bsd_pty_number((long)f->arg[0]);

	return (r < 0 ? -E_INVAL : 0);
}

/* TIOCGPTN */
long
hook_ioctl_pty_number(struct pimg_frame *f)
{
	long r = bsd_pty_number((long)f->arg[0]);
	int n = (int)r;

	return (r < 0 ? r : pimg_copyout(f->arg[2], &n, sizeof(n)));
}

char *
bsd_pty_name(char *dst, const char *prefix, unsigned long n)
{
	char digits[24];
	size_t len = pimg_strlen(prefix);
	int i = 0;

	pimg_memcpy(dst, prefix, len);
	do
		digits[i++] = (char)('0' + n % 10);
	while ((n /= 10) != 0);
	while (i > 0)
		dst[len++] = digits[--i];
	dst[len] = '\0';
	return (dst);
}

/*
 * FIODGNAME, FIODNAME: the name of a device below /dev, by which ptsname and
 * ttyname find it.  A pseudo terminal is in /dev/pts; of others we know only
 * the names that everyone has.
 */
long
hook_ioctl_device_name(struct pimg_frame *f)
{
	struct { int32_t len, pad; pimg_addr buf; } arg;
	char link[64], path[256];
	size_t size;
	long r;

	if ((r = pimg_copyin(&arg, f->arg[2], sizeof(arg))) != 0)
		return (r);
	r = bsd_pty_number((long)f->arg[0]);
	if (r >= 0)
		bsd_pty_name(path, "/dev/pts/", (unsigned long)r);
	else {
		bsd_pty_name(link, "/proc/self/fd/", (uint32_t)f->arg[0]);
		r = pimg_sys(__NR_readlink, link, path, sizeof(path) - 1);
		if (r < 5)
			return (r < 0 ? r : -E_INVAL);
		path[r] = '\0';
	}
	for (r = 0; r < 5 && path[r] == "/dev/"[r]; r++)
		;
	if (r < 5)
		return (-E_INVAL);
	size = pimg_strlen(path + 5) + 1;
	if (arg.len < 0 || (size_t)arg.len < size)
		return (-E_INVAL);
	return (pimg_copyout(arg.buf, path + 5, size));
}
