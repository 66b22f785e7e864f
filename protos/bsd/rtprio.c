/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Real-time and idle classes of FreeBSD and DragonFly (sys/rtprio.h) by the
 * native kernel's policies: a priority of 0 is the highest and 31 the lowest,
 * the reverse of SCHED_FIFO's 1 to 99, of which 32 down to 1 are used.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/sched.h>

#include <hook.h>

#include "sched_abi.h"

#ifdef RTPRIO_NORMAL

#define	LOOKUP		0
#define	SET		1
#define	PRIO_MAX_	31

struct rtprio {
	uint16_t	type, prio;
};

static long
lookup(long who, pimg_addr dst)
{
	long policy = pimg_sys(__NR_sched_getscheduler, who);
	struct rtprio p = { RTPRIO_NORMAL, 0 };
	int32_t prio = 0;

	if (policy < 0)
		return (policy);
	policy &= ~SCHED_RESET_ON_FORK;
	if (policy == SCHED_FIFO || policy == SCHED_RR) {
		pimg_sys(__NR_sched_getparam, who, &prio);
		p.type = RTPRIO_REALTIME;
		p.prio = prio > PRIO_MAX_ ? 0 : (uint16_t)(PRIO_MAX_ + 1 - prio);
	} else if (policy == SCHED_IDLE)
		p.type = RTPRIO_IDLE;
	return (pimg_copyout(dst, &p, sizeof(p)));
}

static long
set(long who, pimg_addr src)
{
	struct rtprio p;
	int32_t prio = 0, policy;

	if (pimg_copyin(&p, src, sizeof(p)) != 0)
		return (-EFAULT);
	if (p.prio > PRIO_MAX_ && p.type != RTPRIO_NORMAL)
		return (-EINVAL);
	if (p.type == RTPRIO_REALTIME) {
		policy = SCHED_FIFO;
		prio = PRIO_MAX_ + 1 - p.prio;
	} else if (p.type == RTPRIO_NORMAL)
		policy = SCHED_NORMAL;
	else if (p.type == RTPRIO_IDLE)
		policy = SCHED_IDLE;
	else
		return (-EINVAL);
	return (pimg_sys(__NR_sched_setscheduler, who, policy, &prio));
}

static long
call(long function, long who, pimg_addr p)
{

	if (who < 0)
		return (-ESRCH);
	switch (function) {
	case LOOKUP:
		return (lookup(who, p));
	case SET:
		return (set(who, p));
	default:
		return (-EINVAL);
	}
}

/* rtprio(function, pid, rtp) and rtprio_thread(function, tid, rtp) */
long
hook_rtprio(struct pimg_frame *f)
{

	return (call((int)f->arg[0], (int)f->arg[1], f->arg[2]));
}

/* lwp_rtprio(function, pid, tid, rtp): a tid of -1 is the first thread */
long
hook_lwp_rtprio(struct pimg_frame *f)
{
	long tid = (int)f->arg[2];

	return (call((int)f->arg[0], tid > 0 ? tid : (int)f->arg[1],
	    f->arg[3]));
}

#endif
