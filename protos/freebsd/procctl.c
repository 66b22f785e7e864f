/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * procctl(idtype, id, command, data) (sys/procctl.h, kern/kern_procctl.c):
 * what prctl(2) can do, for the calling process alone.  Protections that
 * the native kernel has no switch for are shown as FreeBSD's defaults, and a
 * request to change them fails with EINVAL.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/prctl.h>

#include <hook.h>

#include "procfs.h"

#define	P_PID		0

#define	REAP_ACQUIRE	2
#define	REAP_RELEASE	3
#define	REAP_STATUS	4
#define	TRACE_CTL	7
#define	TRACE_STATUS	8
#define	TRAPCAP_CTL	9
#define	TRAPCAP_STATUS	10
#define	PDEATHSIG_CTL	11
#define	PDEATHSIG_STATUS 12
#define	ASLR_CTL	13
#define	ASLR_STATUS	14
#define	PROTMAX_CTL	15
#define	PROTMAX_STATUS	16
#define	STACKGAP_CTL	17
#define	STACKGAP_STATUS	18
#define	NO_NEW_PRIVS_CTL 19
#define	NO_NEW_PRIVS_STATUS 20
#define	WXMAP_CTL	21
#define	WXMAP_STATUS	22

#define	TRACE_ENABLE	1
#define	TRACE_DISABLE	2
#define	NNP_ENABLE	1
#define	NNP_DISABLE	2
#define	REAPER_OWNED	1

struct reaper_status {
	uint32_t	flags, children, descendants;
	int32_t		reaper, pid;
	uint32_t	pad[15];
};

static int
is_reaper(void)
{
	int on = 0;

	pimg_sys(__NR_prctl, PR_GET_CHILD_SUBREAPER, &on);
	return (on);
}

static long
reap_status(pimg_addr data)
{
	struct reaper_status s;
	struct proc_info p;

	pimg_memset(&s, 0, sizeof(s));
	s.pid = -1;
	s.reaper = 1;
	if (is_reaper()) {
		s.flags = REAPER_OWNED;
		s.reaper = (int32_t)pimg_sys(__NR_getpid);
	} else if (proc_get((int32_t)pimg_sys(__NR_getpid), &p) == 0)
		s.reaper = p.ppid;
	return (pimg_copyout(data, &s, sizeof(s)));
}

static long
reap(int command, pimg_addr data)
{
	int on = is_reaper();

	if (command == REAP_STATUS)
		return (reap_status(data));
	if ((command == REAP_ACQUIRE) == on)
		return (on ? -EBUSY : -EINVAL);
	return (pimg_sys(__NR_prctl, PR_SET_CHILD_SUBREAPER, !on));
}

static long
put_int(pimg_addr data, int32_t v)
{

	return (pimg_copyout(data, &v, sizeof(v)));
}

static long
death_signal(int command, pimg_addr data)
{
	int32_t sig = 0;

	if (command == PDEATHSIG_STATUS) {
		pimg_sys(__NR_prctl, PR_GET_PDEATHSIG, &sig);
		return (put_int(data, sig == 0 ? 0 : pimg_signal_out(sig)));
	}
	if (pimg_copyin(&sig, data, sizeof(sig)) != 0)
		return (-EFAULT);
	if (sig != 0 && (sig = pimg_signal_in(sig)) <= 0)
		return (-EINVAL);
	return (pimg_sys(__NR_prctl, PR_SET_PDEATHSIG, sig));
}

/* Tracing and core dumps are one switch of the native kernel's. */
static long
trace(int32_t v)
{

	switch (v) {
	case TRACE_ENABLE:
		return (pimg_sys(__NR_prctl, PR_SET_DUMPABLE, 1));
	case TRACE_DISABLE:
		return (pimg_sys(__NR_prctl, PR_SET_DUMPABLE, 0));
	default:
		return (-EINVAL);
	}
}

static long
trace_status(pimg_addr data)
{
	struct proc_info p;

	if (pimg_sys(__NR_prctl, PR_GET_DUMPABLE) != 1)
		return (put_int(data, -1));
	if (proc_get((int32_t)pimg_sys(__NR_getpid), &p) != 0)
		p.tracer = 0;
	return (put_int(data, p.tracer));
}

static long
no_new_privs(int32_t v)
{

	if (v == NNP_ENABLE)
		return (pimg_sys(__NR_prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0));
	return (v == NNP_DISABLE &&
	    pimg_sys(__NR_prctl, PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 0 ?
	    0 : -EINVAL);
}

/* What a fresh FreeBSD process has. */
static long
defaults(int command, pimg_addr data)
{

	switch (command) {
	case TRAPCAP_STATUS:
		return (put_int(data, 2));	/* TRAPCAP_CTL_DISABLE */
	case ASLR_STATUS:
		return (put_int(data, (int32_t)0x80000003)); /* NOFORCE, ACTIVE */
	case PROTMAX_STATUS:
		return (put_int(data, 3));	/* NOFORCE */
	case STACKGAP_STATUS:
		return (put_int(data, 5));	/* ENABLE, ENABLE_EXEC */
	case WXMAP_STATUS:
		return (put_int(data, 1));	/* PERMIT */
	default:
		return (-EINVAL);
	}
}

static long
control(int command, int32_t v)
{

	switch (command) {
	case TRACE_CTL:
		return (trace(v));
	case NO_NEW_PRIVS_CTL:
		return (no_new_privs(v));
	case ASLR_CTL:
	case PROTMAX_CTL:
		return (v == 3 ? 0 : -EINVAL);
	case STACKGAP_CTL:
		return (v == 1 || v == 4 || v == 5 ? 0 : -EINVAL);
	case WXMAP_CTL:
		return (v == 1 ? 0 : -EINVAL);
	case TRAPCAP_CTL:
		return (v == 2 ? 0 : -EINVAL);
	default:
		return (-EINVAL);
	}
}

/* 0 if the call is about the calling process, which alone may be asked. */
static long
about_self(const struct pimg_frame *f)
{

	if ((int)f->arg[0] != P_PID)
		return (-EINVAL);
	if (f->arg[1] == 0 || (long)f->arg[1] == pimg_sys(__NR_getpid))
		return (0);
	return (pimg_sys(__NR_kill, f->arg[1], 0) == -ESRCH ? -ESRCH : -EPERM);
}

long
hook_procctl_reap(struct pimg_frame *f)
{
	long r = about_self(f);

	return (r != 0 ? r : reap((int)f->arg[2], f->arg[3]));
}

long
hook_procctl_death(struct pimg_frame *f)
{
	long r = about_self(f);

	return (r != 0 ? r : death_signal((int)f->arg[2], f->arg[3]));
}

long
hook_procctl_control(struct pimg_frame *f)
{
	int32_t v;
	long r = about_self(f);

	if (r != 0)
		return (r);
	if (pimg_copyin(&v, f->arg[3], sizeof(v)) != 0)
		return (-EFAULT);
	return (control((int)f->arg[2], v));
}

long
hook_procctl_status(struct pimg_frame *f)
{
	long r = about_self(f);

	if (r != 0)
		return (r);
	switch ((int)f->arg[2]) {
	case TRACE_STATUS:
		return (trace_status(f->arg[3]));
	case NO_NEW_PRIVS_STATUS:
		return (put_int(f->arg[3], pimg_sys(__NR_prctl,
		    PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0) == 1 ?
		    NNP_ENABLE : NNP_DISABLE));
	default:
		return (defaults((int)f->arg[2], f->arg[3]));
	}
}
