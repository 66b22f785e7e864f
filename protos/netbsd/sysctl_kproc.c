/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Processes in NetBSD's tree (kern/kern_proc.c, kern_exec.c, kern_lwp.c):
 * kern.proc2 {1, 47, what, argument, size, count}, kern.proc_args
 * {1, 48, pid, what}, kern.lwp {1, 64, pid, size, count}.
 */
#include <linux/errno.h>

#include "procfs.h"
#include "sysctl_proc.h"

/* sys/sysctl.h */
#define	KERN_PROC_GID		7
#define	KERN_PROC_RGID		8
#define	KERN_PROC_ARGV		1
#define	KERN_PROC_NARGV		2
#define	KERN_PROC_ENV		3
#define	KERN_PROC_NENV		4
#define	KERN_PROC_PATHNAME	5
#define	KERN_PROC_CWD		6

struct kinfo_lwp {
	uint64_t	forw, back, laddr, addr;
	int32_t		lid, flag;
	uint32_t	swtime, slptime;
	int32_t		schedflags, holdcnt;
	uint8_t		priority, usrpri;
	int8_t		stat, pad1;
	int32_t		pad2;
	char		wmesg[8];
	uint64_t	wchan, cpuid;
	uint32_t	rtime_sec, rtime_usec, cpticks, pctcpu, pid;
	char		name[20];
};

struct threads {
	struct sysctl_req *q;
	int32_t		pid;
	size_t		size, count;
};

static long
processes(struct sysctl_req *q)
{
	struct proc_list l = { q, 0, 0, 0, 0 };

	if (q->namelen != 6 || q->name[4] <= 0 || q->name[5] < 0)
		return (-EINVAL);
	l.select = q->name[2];
	if (l.select == KERN_PROC_GID)
		l.select = SELECT_GID;
	else if (l.select == KERN_PROC_RGID)
		l.select = SELECT_RGID;
	else if (l.select < 0 || l.select > SELECT_RUID)
		return (-EINVAL);
	l.arg = q->name[3];
	l.size = (size_t)q->name[4];
	l.count = (size_t)q->name[5];
	return (proc_listing(&l));
}

static long
one_thread(void *arg, int32_t tid)
{
	struct threads *t = arg;
	struct kinfo_lwp l;
	size_t n = t->size < sizeof(l) ? t->size : sizeof(l);
	long r;

	if (t->count == 0) {
		t->q->done += t->size;
		return (0);
	}
	t->count--;
	pimg_memset(&l, 0, sizeof(l));
	l.lid = tid;
	l.pid = (uint32_t)t->pid;
	l.stat = 3;			/* LSSLEEP */
	r = sysctl_out(t->q, &l, n);
	return (r != 0 ? r : sysctl_zero(t->q, t->size - n));
}

static long
threads(struct sysctl_req *q)
{
	struct threads t = { q, 0, 0, 0 };
	char path[64];
	long r;

	if (q->namelen != 5 || q->name[3] <= 0 || q->name[4] < 0)
		return (-EINVAL);
	t.pid = q->name[2];
	t.size = (size_t)q->name[3];
	t.count = (size_t)q->name[4];
	proc_path(path, sizeof(path), t.pid, "task");
	r = proc_each(path, one_thread, &t);
	return (r == -ENOENT ? -ESRCH : r);
}

static long
arguments(struct sysctl_req *q)
{
	int32_t pid;

	if (q->namelen != 4)
		return (-EINVAL);
	pid = q->name[2];
	switch (q->name[3]) {
	case KERN_PROC_ARGV:
		return (proc_strings(q, pid, "cmdline"));
	case KERN_PROC_NARGV:
		return (proc_count_strings(q, pid, "cmdline"));
	case KERN_PROC_ENV:
		return (proc_strings(q, pid, "environ"));
	case KERN_PROC_NENV:
		return (proc_count_strings(q, pid, "environ"));
	case KERN_PROC_PATHNAME:
		return (proc_pathname(q, pid));
	case KERN_PROC_CWD:
		return (proc_cwd(q, pid));
	default:
		sysctl_unknown(q, NULL);
		return (-EINVAL);
	}
}

long
sysctl_proc(struct sysctl_req *q, const struct pimg_mib *m)
{

	if (q->new != 0)
		return (-EPERM);
	switch (m->from) {
	case M_PROC2:
		return (processes(q));
	case M_PROCARGS:
		return (arguments(q));
	default:
		return (threads(q));
	}
}
