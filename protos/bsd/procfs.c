/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Reading /proc: files, and the facts about the machine that they hold.
 * Descriptors are closed before a function returns, so a guest never sees
 * one.  A file that cannot be read leaves numbers at 0 and strings empty.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>

#include <hook.h>

#include "procfs.h"

#define	MAXCPU	1024

long
proc_read(const char *path, char *buf, size_t size)
{
	size_t n = 0;
	long fd, r;

	fd = pimg_sys(__NR_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (fd);
	do {
		r = pimg_sys(__NR_read, fd, buf + n, size - 1 - n);
		if (r > 0)
			n += (size_t)r;
	} while (r > 0 && n < size - 1);
	pimg_sys(__NR_close, fd);
	buf[n] = '\0';
	return (r < 0 ? r : (long)n);
}

void
proc_path(char *dst, size_t size, int32_t pid, const char *leaf)
{
	char digits[12], *d = digits + sizeof(digits), *p;
	uint32_t v = (uint32_t)pid;

	*--d = '\0';
	do
		*--d = (char)('0' + v % 10);
	while ((v /= 10) != 0);
	p = pimg_strlcpy(dst, "/proc/", size);
	p = pimg_strlcpy(p, pid == 0 ? "self" : d, size - (size_t)(p - dst));
	p = pimg_strlcpy(p, "/", size - (size_t)(p - dst));
	pimg_strlcpy(p, leaf, size - (size_t)(p - dst));
}

long
proc_read_pid(int32_t pid, const char *leaf, char *buf, size_t size)
{
	char path[64];
	long r;

	proc_path(path, sizeof(path), pid, leaf);
	r = proc_read(path, buf, size);
	return (r == -ENOENT ? -ESRCH : r);
}

uint64_t
proc_number(const char **p, unsigned base)
{
	uint64_t v = 0;
	unsigned digit;
	char c;

	while (**p == ' ' || **p == '\t' || **p == '\n')
		(*p)++;
	for (;; (*p)++) {
		c = **p;
		if (c >= '0' && c <= '9')
			digit = (unsigned)(c - '0');
		else if (base == 16 && c >= 'a' && c <= 'f')
			digit = (unsigned)(c - 'a' + 10);
		else
			return (v);
		v = v * base + digit;
	}
}

const char *
proc_field(const char *text, const char *key)
{
	size_t i;

	while (*text != '\0') {
		for (i = 0; key[i] != '\0' && text[i] == key[i]; i++)
			;
		if (key[i] == '\0')
			return (text + i);
		while (*text != '\0' && *text++ != '\n')
			;
	}
	return (NULL);
}

uint64_t
proc_meminfo(const char *key)
{
	char buf[2048];
	const char *p;

	if (proc_read("/proc/meminfo", buf, sizeof(buf)) < 0 ||
	    (p = proc_field(buf, key)) == NULL)
		return (0);
	return (proc_number(&p, 10) * 1024);
}

/*
 * Looks for a line of a file that may be longer than a buffer (/proc/stat
 * has a number for each interrupt), and copies what follows key.
 */
static int
find_line(const char *path, const char *key, char *dst, size_t size)
{
	char buf[512];
	size_t match = 0, n = 0;
	long fd, i = 0, r = 0;
	int line = 1;		/* at, or still matching, a line's beginning */

	fd = pimg_sys(__NR_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (0);
	for (;; i++) {
		if (i == r) {
			r = pimg_sys(__NR_read, fd, buf, sizeof(buf));
			if ((i = 0) >= r)
				break;
		}
		if (key[match] == '\0') {
			if (buf[i] == '\n' || n + 1 == size)
				break;
			dst[n++] = buf[i];
		} else if (buf[i] == '\n') {
			line = 1;
			match = 0;
		} else if (line && buf[i] == key[match])
			match++;
		else
			line = 0;
	}
	pimg_sys(__NR_close, fd);
	dst[n] = '\0';
	return (key[match] == '\0');
}

uint64_t
proc_boottime(void)
{
	char line[64];
	const char *p = line;

	if (!find_line("/proc/stat", "btime", line, sizeof(line)))
		return (0);
	return (proc_number(&p, 10));
}

void
proc_loadavg(uint32_t avg[3])
{
	char buf[128];
	const char *p = buf;
	uint64_t whole, hundredth;
	int i;

	pimg_memset(avg, 0, 3 * sizeof(avg[0]));
	if (proc_read("/proc/loadavg", buf, sizeof(buf)) < 0)
		return;
	for (i = 0; i < 3; i++) {
		whole = proc_number(&p, 10);
		if (*p == '.')
			p++;
		hundredth = proc_number(&p, 10);
		avg[i] = (uint32_t)((whole * 100 + hundredth) * 2048 / 100);
	}
}

int
proc_cputime(int cpu, uint64_t t[5])
{
	char line[160], key[16] = "cpu ", *k = key + 3;
	const char *p = line;
	uint64_t v[7];		/* user nice system idle iowait irq softirq */
	int i;

	if (cpu >= 0) {
		if (cpu >= 100)
			*k++ = (char)('0' + cpu / 100 % 10);
		if (cpu >= 10)
			*k++ = (char)('0' + cpu / 10 % 10);
		*k++ = (char)('0' + cpu % 10);
		pimg_strlcpy(k, " ", 2);
	}
	pimg_memset(t, 0, 5 * sizeof(t[0]));
	if (!find_line("/proc/stat", key, line, sizeof(line)))
		return (0);
	for (i = 0; i < 7; i++)
		v[i] = proc_number(&p, 10);
	t[0] = v[0];
	t[1] = v[1];
	t[2] = v[2];
	t[3] = v[5] + v[6];
	t[4] = v[3] + v[4];
	return (1);
}

unsigned
proc_mhz(void)
{
	char line[64];
	const char *p = line;

	if (!find_line("/proc/cpuinfo", "cpu MHz", line, sizeof(line)))
		return (0);
	while (*p == '\t' || *p == ' ' || *p == ':')
		p++;
	return ((unsigned)proc_number(&p, 10));
}

void
proc_model(char *dst, size_t size)
{
	char line[128];
	const char *p = line;

	if (!find_line("/proc/cpuinfo", "model name", line, sizeof(line))) {
		pimg_strlcpy(dst, "amd64", size);
		return;
	}
	while (*p == '\t' || *p == ' ' || *p == ':')
		p++;
	pimg_strlcpy(dst, p, size);
}

int
proc_ncpu(void)
{
	unsigned long set[MAXCPU / 64];
	long r, i;
	int n = 0;

	r = pimg_sys(__NR_sched_getaffinity, 0, sizeof(set), set);
	for (i = 0; i < r / (long)sizeof(set[0]); i++)
		for (; set[i] != 0; set[i] &= set[i] - 1)
			n++;
	return (n > 0 ? n : 1);
}
