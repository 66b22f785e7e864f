/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct kinfo_proc of DragonFly 6.4, with its first thread's struct
 * kinfo_lwp inside (sys/kinfo.h).
 */
#include "kinfo.h"

#define	NODEV	UINT32_MAX

struct kinfo_lwp {
	int32_t		pid, tid, flags, stat, lock, tdflags, mpcount;
	int32_t		prio, tdprio;
	uint16_t	rtprio_type, rtprio_prio;
	uint64_t	uticks, sticks, iticks, cpticks;
	uint32_t	pctcpu, slptime;
	int32_t		origcpu, estcpu, cpuid;
	struct kinfo_rusage ru;
	uint32_t	siglist[4], sigmask[4];
	uint64_t	wchan;
	char		wmesg[9], comm[17];
};

struct kinfo_proc {
	uint64_t	paddr;
	int32_t		flags, stat, lock, acflag, traceflag;
	uint64_t	fd;
	uint32_t	siglist[4], sigignore[4], sigcatch[4];
	int32_t		sigflag;
	struct kinfo_time start;
	char		comm[17];
	uint32_t	uid;
	int16_t		ngroups;
	uint32_t	groups[16];
	uint32_t	ruid, svuid, rgid, svgid;
	int32_t		pid, ppid, pgid, jobc, sid;
	char		login[40];
	uint32_t	tdev;
	int32_t		tpgid, tsid;
	uint16_t	exitstat;
	int32_t		nthreads, nice;
	uint32_t	swtime;
	uint64_t	vm_map_size;
	int64_t		vm_rssize, vm_swrss, vm_tsize, vm_dsize, vm_ssize;
	uint32_t	vm_prssize;
	int32_t		jailid;
	struct kinfo_rusage ru, cru;
	int32_t		auxflags;
	struct kinfo_lwp lwp;
	uint64_t	ktaddr;
	int32_t		spare[2];
};
_Static_assert(sizeof(struct kinfo_proc) <= KINFO_MAX, "KINFO_MAX");

/* enum procstat: SIDL 1, SACTIVE 2, SSTOP 3, SZOMB 4 (sys/proc_common.h) */
static int32_t
state(char c)
{

	return (c == 'T' || c == 't' ? 3 : c == 'Z' || c == 'X' ? 4 : 2);
}

/* enum lwpstat: LSRUN 1, LSSTOP 2, LSSLEEP 3 */
static int32_t
lwp_state(char c)
{

	return (c == 'R' ? 1 : c == 'T' || c == 't' ? 2 : 3);
}

static void
fill_lwp(struct kinfo_lwp *l, const struct proc_info *p)
{

	l->pid = p->pid;
	l->tid = 1;
	l->stat = lwp_state(p->state);
	l->uticks = p->utime;
	l->sticks = p->stime;
	l->cpuid = p->cpu;
	l->ru.utime = kinfo_time(p->utime);
	l->ru.stime = kinfo_time(p->stime);
	kinfo_sigset(l->sigmask, p->blocked);
	pimg_strlcpy(l->comm, p->comm, sizeof(l->comm));
}

static void
fill_ids(struct kinfo_proc *k, const struct proc_info *p)
{

	k->uid = p->uid;
	k->ngroups = (int16_t)p->ngroups;
	pimg_memcpy(k->groups, p->groups, sizeof(k->groups));
	k->ruid = p->ruid;
	k->svuid = p->svuid;
	k->rgid = p->rgid;
	k->svgid = p->svgid;
	k->pid = p->pid;
	k->ppid = p->ppid;
	k->pgid = p->pgid;
	k->sid = k->tsid = p->sid;
	k->tpgid = p->tpgid;
}

size_t
kinfo_fill(void *buf, const struct proc_info *p)
{
	struct kinfo_proc *k = buf;

	fill_ids(k, p);
	k->stat = state(p->state);
	kinfo_sigset(k->siglist, p->pending);
	kinfo_sigset(k->sigignore, p->ignored);
	kinfo_sigset(k->sigcatch, p->caught);
	k->start.sec = (int64_t)p->start_sec;
	k->start.usec = (int64_t)p->start_usec;
	pimg_strlcpy(k->comm, p->comm, sizeof(k->comm));
	k->tdev = p->tty == 0 ? NODEV : p->tty;
	k->nthreads = p->threads;
	k->nice = p->nice;
	k->vm_map_size = p->vsize;
	k->vm_rssize = k->vm_swrss = (int64_t)p->rss;
	k->vm_prssize = (uint32_t)p->rss;
	k->vm_tsize = (int64_t)p->text;
	k->vm_dsize = (int64_t)p->data;
	k->vm_ssize = (int64_t)p->stack;
	k->ru.utime = kinfo_time(p->utime);
	k->ru.stime = kinfo_time(p->stime);
	k->cru.utime = kinfo_time(p->cutime);
	k->cru.stime = kinfo_time(p->cstime);
	fill_lwp(&k->lwp, p);
	return (sizeof(*k));
}
