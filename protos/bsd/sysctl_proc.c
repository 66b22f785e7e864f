/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Processes: lists of them, their arguments, environment, program and
 * folder.  What belongs to another user and may not be seen gives the native
 * kernel's errno; a process that ends meanwhile is left out of a list.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include "kinfo.h"
#include "procfs.h"
#include "sysctl_proc.h"

static int
selected(const struct proc_list *l, const struct proc_info *p)
{
	uint32_t arg = (uint32_t)l->arg;

	switch (l->select) {
	case SELECT_ALL: return (1);
	case SELECT_PID: return (p->pid == l->arg);
	case SELECT_PGRP: return (p->pgid == l->arg);
	case SELECT_SESSION: return (p->sid == l->arg);
	case SELECT_TTY: return (p->tty == arg);
	case SELECT_UID: return (p->uid == arg);
	case SELECT_RUID: return (p->ruid == arg);
	case SELECT_GID: return (p->gid == arg);
	case SELECT_RGID: return (p->rgid == arg);
	default: return (0);
	}
}

static long
list_one(void *arg, int32_t pid)
{
	struct proc_list *l = arg;
	char buf[KINFO_MAX] __attribute__((__aligned__(8)));
	struct proc_info p;
	size_t n, size;
	long r;

	if (proc_get(pid, &p) != 0 || !selected(l, &p))
		return (0);
	pimg_memset(buf, 0, sizeof(buf));
	n = kinfo_fill(buf, &p);
	size = l->size != 0 ? l->size : n;
	if (l->count == 0) {
		l->q->done += size;
		return (0);
	}
	l->count--;
	r = sysctl_out(l->q, buf, n < size ? n : size);
	if (r == 0 && size > n)
		r = sysctl_zero(l->q, size - n);
	return (r);
}

long
proc_listing(struct proc_list *l)
{
	long r;

	if (l->select == SELECT_PID) {
		r = list_one(l, l->arg);
		return (r == 0 && l->q->done == 0 ? -ESRCH : r);
	}
	/* room for those that begin meanwhile, as the kernels leave it */
	if (l->q->old == 0)
		l->q->done += 5 * (l->size != 0 ? l->size : KINFO_MAX);
	return (proc_each("/proc", list_one, l));
}

/* Calls for each block of a file of /proc/PID. */
static long
copy_file(int32_t pid, const char *leaf, long (*fn)(void *, const char *, size_t),
    void *arg)
{
	char path[64], buf[1024];
	long fd, n, r = 0;

	proc_path(path, sizeof(path), pid == -1 ? 0 : pid, leaf);
	fd = pimg_sys(__NR_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (fd == -ENOENT ? -ESRCH : fd == -EACCES ? -EPERM : fd);
	while (r == 0 && (n = pimg_sys(__NR_read, fd, buf, sizeof(buf))) > 0)
		r = fn(arg, buf, (size_t)n);
	pimg_sys(__NR_close, fd);
	return (r);
}

static long
out_block(void *arg, const char *buf, size_t len)
{

	return (sysctl_out(arg, buf, len));
}

static long
count_block(void *arg, const char *buf, size_t len)
{
	size_t i;

	for (i = 0; i < len; i++)
		*(int32_t *)arg += buf[i] == '\0';
	return (0);
}

/* cmdline or environ: strings, each with its NUL. */
long
proc_strings(struct sysctl_req *q, int32_t pid, const char *leaf)
{

	return (copy_file(pid, leaf, out_block, q));
}

long
proc_count_strings(struct sysctl_req *q, int32_t pid, const char *leaf)
{
	int32_t count = 0;
	long r = copy_file(pid, leaf, count_block, &count);

	return (r != 0 ? r : sysctl_out(q, &count, sizeof(count)));
}

static long
read_link(int32_t pid, const char *leaf, char dst[PIMG_PATH_MAX])
{
	char path[64];
	long n;

	proc_path(path, sizeof(path), pid, leaf);
	n = pimg_sys(__NR_readlinkat, AT_FDCWD, path, dst, PIMG_PATH_MAX - 1);
	if (n < 0)
		return (n == -ENOENT ? -ESRCH : n == -EACCES ? -EPERM : n);
	dst[n] = '\0';
	return (n);
}

/*
 * Another process's program.  If that process is one of ours its executable
 * is an image; then the first file it has mapped besides the image is its
 * program.
 */
struct maps {
	char	path[PIMG_PATH_MAX], image[PIMG_PATH_MAX];
	size_t	n;
	int	in_path, found;
};

static long
find_program(void *arg, const char *buf, size_t len)
{
	struct maps *m = arg;
	size_t i;

	for (i = 0; i < len; i++) {
		if (buf[i] == '\n') {
			m->path[m->n] = '\0';
			if (m->n > 0 && pimg_strcmp(m->path, m->image) != 0) {
				m->found = 1;
				return (1);
			}
			m->n = 0;
			m->in_path = 0;
		} else if (buf[i] == '/' || m->in_path) {
			m->in_path = 1;
			if (m->n + 1 < sizeof(m->path))
				m->path[m->n++] = buf[i];
		}
	}
	return (0);
}

static long
other_program(struct sysctl_req *q, int32_t pid)
{
	struct maps *m = pimg_scratch(sizeof(*m));
	long r;

	if (m == NULL)
		return (-ENOMEM);
	if ((r = read_link(pid, "exe", m->path)) < 0 ||
	    (r = read_link(0, "exe", m->image)) < 0)
		return (r);
	if (pimg_strcmp(m->path, m->image) != 0)
		return (sysctl_string(q, m->path));
	r = copy_file(pid, "maps", find_program, m);
	return (r < 0 ? r : sysctl_string(q, m->found ? m->path : m->image));
}

long
proc_pathname(struct sysctl_req *q, int32_t pid)
{
	const char *path = pimg_program_path();

	if (pid != -1 && pid != pimg_sys(__NR_getpid))
		return (other_program(q, pid));
	return (path[0] == '\0' ? -ENOENT : sysctl_string(q, path));
}

long
proc_cwd(struct sysctl_req *q, int32_t pid)
{
	char path[PIMG_PATH_MAX];
	long r = read_link(pid == -1 ? 0 : pid, "cwd", path);

	return (r < 0 ? r : sysctl_string(q, path));
}
