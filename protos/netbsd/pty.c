/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Pseudo terminals of NetBSD: both ends at once (TIOCPTMGET on /dev/ptm), and
 * the names of both (TIOCPTSNAME), in struct ptmget (sys/ttycom.h).
 */
#include "hook.h"
#include "tty.h"

#include <asm/ioctls.h>
#include <asm/unistd.h>
#include <linux/fcntl.h>

#define	E_NOMEM	12
#define	E_INVAL	22

long	hook_ioctl_pty_pair(struct pimg_frame *);
long	hook_ioctl_pty_names(struct pimg_frame *);

struct ptmget {
	int32_t	master, slave;
	char	master_name[1024], slave_name[1024];
};

static long
give(const struct pimg_frame *f, long master, long slave)
{
	struct ptmget *p = pimg_scratch(sizeof(*p));
	long n = bsd_pty_number(master);

	if (p == NULL)
		return (-E_NOMEM);
	if (n < 0)
		return (-E_INVAL);
	p->master = (int32_t)master;
	p->slave = (int32_t)slave;
	pimg_strlcpy(p->master_name, "/dev/ptmx", sizeof(p->master_name));
	bsd_pty_name(p->slave_name, "/dev/pts/", (unsigned long)n);
	return (pimg_copyout(f->arg[2], p, sizeof(*p)));
}

long
hook_ioctl_pty_pair(struct pimg_frame *f)
{
	long master, slave, r;

	master = pimg_call(__NR_open, "/dev/ptmx", O_RDWR | O_NOCTTY);
	if (master < 0)
		return (master);
	bsd_pty_number(master);		/* unlocks the other end */
	slave = pimg_sys(__NR_ioctl, master, TIOCGPTPEER, O_RDWR | O_NOCTTY);
	r = slave < 0 ? slave : give(f, master, slave);
	if (r < 0) {
		pimg_sys(__NR_close, master);
		if (slave >= 0)
			pimg_sys(__NR_close, slave);
	}
	return (r);
}

long
hook_ioctl_pty_names(struct pimg_frame *f)
{
	return (give(f, (long)f->arg[0], -1));
}
