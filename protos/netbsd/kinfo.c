/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct kinfo_proc2 of NetBSD 10 (sys/sysctl.h): fixed widths, so that the
 * structure is the same on every machine and may grow at its end.
 */
#include "kinfo.h"

#define	NODEV	UINT32_MAX

struct kinfo_proc2 {
	uint64_t	forw, back, paddr, addr, fd, cwdi, stats, limit;
	uint64_t	vmspace, sigacts, sess, tsess, ru;
	int32_t		eflag, exitsig, flag, pid, ppid, sid, pgid, tpgid;
	uint32_t	uid, ruid, gid, rgid, groups[16];
	int16_t		ngroups, jobc;
	uint32_t	tdev, estcpu, rtime_sec, rtime_usec;
	int32_t		cpticks;
	uint32_t	pctcpu, swtime, slptime;
	int32_t		schedflags;
	uint64_t	uticks, sticks, iticks, tracep;
	int32_t		traceflag, holdcnt;
	uint32_t	siglist[4], sigmask[4], sigignore[4], sigcatch[4];
	int8_t		stat;
	uint8_t		priority, usrpri, nice;
	uint16_t	xstat, acflag;
	char		comm[24], wmesg[8];
	uint64_t	wchan;
	char		login[24];
	int32_t		vm_rssize, vm_tsize, vm_dsize, vm_ssize;
	int64_t		uvalid;
	uint32_t	ustart_sec, ustart_usec, uutime_sec, uutime_usec;
	uint32_t	ustime_sec, ustime_usec;
	uint64_t	maxrss, ixrss, idrss, isrss, minflt, majflt, nswap;
	uint64_t	inblock, oublock, msgsnd, msgrcv, nsignals;
	uint64_t	nvcsw, nivcsw;
	uint32_t	uctime_sec, uctime_usec;
	uint64_t	cpuid, realflag, nlwps, nrlwps, realstat;
	uint32_t	svuid, svgid;
	char		ename[16];
	int64_t		vm_vsize, vm_msize;
};
_Static_assert(sizeof(struct kinfo_proc2) <= KINFO_MAX, "KINFO_MAX");

/* LSIDL 1, LSRUN 2, LSSLEEP 3, LSSTOP 4, LSZOMB 5 (sys/lwp.h) */
static int8_t
lwp_state(char c)
{

	switch (c) {
	case 'R': return (2);
	case 'T': case 't': return (4);
	case 'Z': case 'X': return (5);
	default: return (3);
	}
}

/* SACTIVE 2, SSTOP 4, SZOMB 5 (sys/proc.h) */
static uint64_t
state(char c)
{

	return (c == 'T' || c == 't' ? 4 : c == 'Z' || c == 'X' ? 5 : 2);
}

static void
fill_ids(struct kinfo_proc2 *k, const struct proc_info *p)
{

	k->pid = p->pid;
	k->ppid = p->ppid;
	k->sid = p->sid;
	k->pgid = p->pgid;
	k->tpgid = p->tpgid;
	k->uid = p->uid;
	k->ruid = p->ruid;
	k->svuid = p->svuid;
	k->gid = p->gid;
	k->rgid = p->rgid;
	k->svgid = p->svgid;
	k->ngroups = (int16_t)p->ngroups;
	pimg_memcpy(k->groups, p->groups, sizeof(k->groups));
}

static void
fill_times(struct kinfo_proc2 *k, const struct proc_info *p)
{
	uint64_t run = p->utime + p->stime, child = p->cutime + p->cstime;

	k->rtime_sec = (uint32_t)(run / 1000000);
	k->rtime_usec = (uint32_t)(run % 1000000);
	k->uvalid = 1;
	k->ustart_sec = (uint32_t)p->start_sec;
	k->ustart_usec = (uint32_t)p->start_usec;
	k->uutime_sec = (uint32_t)(p->utime / 1000000);
	k->uutime_usec = (uint32_t)(p->utime % 1000000);
	k->ustime_sec = (uint32_t)(p->stime / 1000000);
	k->ustime_usec = (uint32_t)(p->stime % 1000000);
	k->uctime_sec = (uint32_t)(child / 1000000);
	k->uctime_usec = (uint32_t)(child % 1000000);
	k->minflt = p->minflt;
	k->majflt = p->majflt;
	k->maxrss = p->rss * 4;
}

size_t
kinfo_fill(void *buf, const struct proc_info *p)
{
	struct kinfo_proc2 *k = buf;

	fill_ids(k, p);
	fill_times(k, p);
	k->tdev = p->tty == 0 ? NODEV : p->tty;
	kinfo_sigset(k->siglist, p->pending);
	kinfo_sigset(k->sigmask, p->blocked);
	kinfo_sigset(k->sigignore, p->ignored);
	kinfo_sigset(k->sigcatch, p->caught);
	k->stat = lwp_state(p->state);
	k->realstat = state(p->state);
	k->nice = (uint8_t)(p->nice + 20);	/* NZERO */
	pimg_strlcpy(k->comm, p->comm, sizeof(k->comm));
	k->vm_rssize = (int32_t)p->rss;
	k->vm_tsize = (int32_t)p->text;
	k->vm_dsize = (int32_t)p->data;
	k->vm_ssize = (int32_t)p->stack;
	k->cpuid = (uint64_t)p->cpu;
	k->nlwps = k->nrlwps = (uint64_t)p->threads;
	pimg_strlcpy(k->ename, "netbsd", sizeof(k->ename));
	k->vm_vsize = k->vm_msize = (int64_t)(p->vsize / 4096);
	return (sizeof(*k));
}
