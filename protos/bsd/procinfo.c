/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The processes of the machine, from /proc/PID/{stat,statm,status} and the
 * folder /proc itself.  A process that ends while it is read gives ESRCH.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include <hook.h>

#include "procfs.h"

#define	TICK_USEC	10000	/* USER_HZ is 100 for every program */

static int64_t
number(const char **p)
{
	uint64_t v;
	int minus;

	while (**p == ' ')
		(*p)++;
	if ((minus = **p == '-'))
		(*p)++;
	v = proc_number(p, 10);
	return (minus ? -(int64_t)v : (int64_t)v);
}

/* "PID (comm) S ppid ...": comm may hold anything, so the last ')' counts. */
static const char *
parse_comm(const char *text, struct proc_info *p)
{
	const char *begin = NULL, *end = NULL, *s;
	size_t n = 0;

	for (s = text; *s != '\0'; s++)
		if (*s == '(' && begin == NULL)
			begin = s + 1;
		else if (*s == ')')
			end = s;
	if (begin == NULL || end == NULL || end[1] == '\0')
		return (NULL);
	for (s = begin; s < end && n + 1 < sizeof(p->comm); s++)
		p->comm[n++] = *s;
	return (end + 2);
}

static void
parse_start(struct proc_info *p, uint64_t ticks)
{

	p->start_sec = proc_boottime() + ticks / 100;
	p->start_usec = ticks % 100 * TICK_USEC;
}

/* The fields of proc(5)'s stat, from the third on. */
static long
parse_stat(const char *text, struct proc_info *p)
{
	const char *s = parse_comm(text, p);
	int64_t v;
	int i;

	if (s == NULL)
		return (-ESRCH);
	p->state = *s++;
	for (i = 4; i <= 39; i++) {
		v = number(&s);
		switch (i) {
		case 4: p->ppid = (int32_t)v; break;
		case 5: p->pgid = (int32_t)v; break;
		case 6: p->sid = (int32_t)v; break;
		case 7: p->tty = (uint32_t)v; break;
		case 8: p->tpgid = (int32_t)v; break;
		case 10: p->minflt = (uint64_t)v; break;
		case 12: p->majflt = (uint64_t)v; break;
		case 14: p->utime = (uint64_t)v * TICK_USEC; break;
		case 15: p->stime = (uint64_t)v * TICK_USEC; break;
		case 16: p->cutime = (uint64_t)v * TICK_USEC; break;
		case 17: p->cstime = (uint64_t)v * TICK_USEC; break;
		case 19: p->nice = (int8_t)v; break;
		case 20: p->threads = (int32_t)v; break;
		case 22: parse_start(p, (uint64_t)v); break;
		case 23: p->vsize = (uint64_t)v; break;
		case 24: p->rss = (uint64_t)v; break;
		case 39: p->cpu = (int32_t)v; break;
		}
	}
	return (0);
}

static uint64_t
status_number(const char *text, const char *key, unsigned base)
{
	const char *p = proc_field(text, key);

	return (p == NULL ? 0 : proc_number(&p, base));
}

static void
parse_ids(const char *text, const char *key, uint32_t *real, uint32_t *eff,
    uint32_t *saved)
{
	const char *p = proc_field(text, key);

	if (p == NULL)
		return;
	*real = (uint32_t)proc_number(&p, 10);
	*eff = (uint32_t)proc_number(&p, 10);
	*saved = (uint32_t)proc_number(&p, 10);
}

/* The effective group comes first in a BSD's list. */
static void
parse_groups(const char *text, struct proc_info *p)
{
	const char *s = proc_field(text, "Groups:");

	p->groups[0] = p->gid;
	for (p->ngroups = 1; s != NULL && p->ngroups < 16; p->ngroups++) {
		while (*s == ' ' || *s == '\t')
			s++;
		if (*s < '0' || *s > '9')
			break;
		p->groups[p->ngroups] = (uint32_t)proc_number(&s, 10);
	}
}

static void
parse_status(const char *text, struct proc_info *p)
{

	parse_ids(text, "Uid:", &p->ruid, &p->uid, &p->svuid);
	parse_ids(text, "Gid:", &p->rgid, &p->gid, &p->svgid);
	parse_groups(text, p);
	p->tracer = (int32_t)status_number(text, "TracerPid:", 10);
	p->text = status_number(text, "VmExe:", 10) / 4;
	p->data = status_number(text, "VmData:", 10) / 4;
	p->stack = status_number(text, "VmStk:", 10) / 4;
	p->pending = status_number(text, "ShdPnd:", 16);
	p->blocked = status_number(text, "SigBlk:", 16);
	p->ignored = status_number(text, "SigIgn:", 16);
	p->caught = status_number(text, "SigCgt:", 16);
}

long
proc_get(int32_t pid, struct proc_info *p)
{
	char buf[4096];
	long r;

	pimg_memset(p, 0, sizeof(*p));
	p->pid = pid;
	if ((r = proc_read_pid(pid, "stat", buf, sizeof(buf))) < 0 ||
	    (r = parse_stat(buf, p)) < 0)
		return (r);
	if ((r = proc_read_pid(pid, "status", buf, sizeof(buf))) < 0)
		return (r);
	parse_status(buf, p);
	return (0);
}

struct dirent64 {
	uint64_t	ino;
	int64_t		off;
	uint16_t	reclen;
	uint8_t		type;
	char		name[];
};

static long
each_entry(const char *buf, long len, long (*fn)(void *, int32_t), void *arg)
{
	const struct dirent64 *d;
	const char *s;
	long at, r;
	int32_t pid;

	for (at = 0; at < len; at += d->reclen) {
		d = (const void *)(buf + at);
		s = d->name;
		if (*s < '0' || *s > '9')
			continue;
		pid = (int32_t)proc_number(&s, 10);
		if ((r = fn(arg, pid)) != 0)
			return (r);
	}
	return (0);
}

long
proc_each(const char *dir, long (*fn)(void *arg, int32_t number), void *arg)
{
	char buf[2048] __attribute__((__aligned__(8)));
	long fd, n, r = 0;

	fd = pimg_sys(__NR_openat, AT_FDCWD, dir,
	    O_RDONLY | O_CLOEXEC | O_DIRECTORY);
	if (fd < 0)
		return (fd);
	while (r == 0 &&
	    (n = pimg_sys(__NR_getdents64, fd, buf, sizeof(buf))) > 0)
		r = each_entry(buf, n, fn, arg);
	pimg_sys(__NR_close, fd);
	return (r);
}
