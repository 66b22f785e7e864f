/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct kinfo_proc of FreeBSD 14 on amd64 (sys/user.h): 1088 bytes, its
 * layout kept by the field structsize.
 */
#include "kinfo.h"

#define	NODEV	UINT64_MAX

struct kinfo_proc {
	int32_t		structsize, layout;
	uint64_t	args, paddr, addr, tracep, textvp, fd, vmspace, wchan;
	int32_t		pid, ppid, pgid, tpgid, sid, tsid;
	int16_t		jobc, spare_short1;
	uint32_t	tdev_freebsd11;
	uint32_t	siglist[4], sigmask[4], sigignore[4], sigcatch[4];
	uint32_t	uid, ruid, svuid, rgid, svgid;
	int16_t		ngroups, spare_short2;
	uint32_t	groups[16];
	uint64_t	size;
	int64_t		rssize, swrss, tsize, dsize, ssize;
	uint16_t	xstat, acflag;
	uint32_t	pctcpu, estcpu, slptime, swtime, cow;
	uint64_t	runtime;
	struct kinfo_time start, childtime;
	int64_t		flag, kiflag;
	int32_t		traceflag;
	int8_t		stat, nice, lock, rqindex;
	uint8_t		oncpu_old, lastcpu_old;
	char		tdname[17], wmesg[9], login[18], lockname[9];
	char		comm[20], emul[17], loginclass[18], moretdname[4];
	char		sparestrings[46];
	int32_t		spareints[2];
	uint64_t	tdev;
	int32_t		oncpu, lastcpu, tracer, flag2, fibnum;
	uint32_t	cr_flags;
	int32_t		jid, numthreads, tid;
	uint8_t		pri_class, pri_level, pri_native, pri_user;
	struct kinfo_rusage rusage, rusage_ch;
	uint64_t	pcb, kstack, udata, tdaddr, pd;
	uint64_t	spareptrs[5];
	int64_t		sparelongs[12], sflag, tdflags;
};
_Static_assert(sizeof(struct kinfo_proc) == 1088, "KINFO_PROC_SIZE");
_Static_assert(offsetof(struct kinfo_proc, pid) == 72, "ki_pid");
_Static_assert(offsetof(struct kinfo_proc, comm) == 447, "ki_comm");

/* SIDL 1, SRUN 2, SSLEEP 3, SSTOP 4, SZOMB 5 (sys/proc.h) */
static int8_t
state(char c)
{

	switch (c) {
	case 'R': return (2);
	case 'T': case 't': return (4);
	case 'Z': case 'X': return (5);
	default: return (3);
	}
}

static void
fill_usage(struct kinfo_rusage *self, struct kinfo_rusage *child,
    const struct proc_info *p)
{

	self->utime = kinfo_time(p->utime);
	self->stime = kinfo_time(p->stime);
	self->maxrss = (int64_t)p->rss * 4;
	self->minflt = (int64_t)p->minflt;
	self->majflt = (int64_t)p->majflt;
	child->utime = kinfo_time(p->cutime);
	child->stime = kinfo_time(p->cstime);
}

static void
fill_ids(struct kinfo_proc *k, const struct proc_info *p)
{

	k->pid = p->pid;
	k->ppid = p->ppid;
	k->pgid = p->pgid;
	k->tpgid = p->tpgid;
	k->sid = k->tsid = p->sid;
	k->uid = p->uid;
	k->ruid = p->ruid;
	k->svuid = p->svuid;
	k->rgid = p->rgid;
	k->svgid = p->svgid;
	k->ngroups = (int16_t)p->ngroups;
	pimg_memcpy(k->groups, p->groups, sizeof(k->groups));
	k->tid = p->pid;
	k->tracer = p->tracer;
}

size_t
kinfo_fill(void *buf, const struct proc_info *p)
{
	struct kinfo_proc *k = buf;

	k->structsize = sizeof(*k);
	fill_ids(k, p);
	kinfo_sigset(k->siglist, p->pending);
	kinfo_sigset(k->sigmask, p->blocked);
	kinfo_sigset(k->sigignore, p->ignored);
	kinfo_sigset(k->sigcatch, p->caught);
	k->size = p->vsize;
	k->rssize = k->swrss = (int64_t)p->rss;
	k->tsize = (int64_t)p->text;
	k->dsize = (int64_t)p->data;
	k->ssize = (int64_t)p->stack;
	k->runtime = p->utime + p->stime;
	k->start.sec = (int64_t)p->start_sec;
	k->start.usec = (int64_t)p->start_usec;
	k->childtime = kinfo_time(p->cutime + p->cstime);
	k->stat = state(p->state);
	k->nice = p->nice;
	pimg_strlcpy(k->tdname, p->comm, sizeof(k->tdname));
	pimg_strlcpy(k->comm, p->comm, sizeof(k->comm));
	pimg_strlcpy(k->emul, "FreeBSD ELF64", sizeof(k->emul));
	pimg_strlcpy(k->loginclass, "default", sizeof(k->loginclass));
	k->tdev = p->tty == 0 ? NODEV : p->tty;
	k->tdev_freebsd11 = (uint32_t)k->tdev;
	k->oncpu = p->state == 'R' ? p->cpu : -1;
	k->lastcpu = p->cpu;
	k->numthreads = p->threads;
	k->pri_class = 3;		/* PRI_TIMESHARE */
	fill_usage(&k->rusage, &k->rusage_ch, p);
	return (sizeof(*k));
}
