/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * procctl(idtype, id, command, data) (sys/procctl.h): reapers, which are the
 * native kernel's child subreapers.  A process may only ask about itself.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/prctl.h>

#include <hook.h>

#define	P_PID		0
#define	REAP_ACQUIRE	1
#define	REAP_RELEASE	2
#define	REAP_STATUS	3
#define	REAPER_OWNED	1

struct reaper_status {
	uint32_t	flags, refs;
	int64_t		reserved1[15];
	int32_t		pid_head, reserved2[15];
};

static long
status(int on, pimg_addr data)
{
	struct reaper_status s;

	pimg_memset(&s, 0, sizeof(s));
	s.flags = on ? REAPER_OWNED : 0;
	s.refs = 1;
	s.pid_head = -1;
	return (pimg_copyout(data, &s, sizeof(s)));
}

long
hook_procctl(struct pimg_frame *f)
{
	int on = 0;

	if ((int)f->arg[0] != P_PID)
		return (-EINVAL);
	if (f->arg[1] != 0 && (long)f->arg[1] != pimg_sys(__NR_getpid))
		return (-EINVAL);
	pimg_sys(__NR_prctl, PR_GET_CHILD_SUBREAPER, &on);
	switch ((int)f->arg[2]) {
	case REAP_ACQUIRE:
		return (on ? -EALREADY :
		    pimg_sys(__NR_prctl, PR_SET_CHILD_SUBREAPER, 1));
	case REAP_RELEASE:
		return (!on ? -ENOTCONN :
		    pimg_sys(__NR_prctl, PR_SET_CHILD_SUBREAPER, 0));
	case REAP_STATUS:
		return (status(on, f->arg[3]));
	default:
		return (-EINVAL);
	}
}
