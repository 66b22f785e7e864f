/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Scanning /proc; procscan.h says for what.
 *
 * /proc/PID/exe stays the image for everybody outside, and the path names
 * store and version: that is the whole trick.
 */
#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/procscan.h"
#include "pstore/kernel.h"

#define	DELETED	" (deleted)"
#define	MEMFD	"/memfd:pimg:"

static int
is_image(const char *text)
{
	struct pstore_error ignored;
	struct pstore_ref ref;

	return (pstore_ref_parse(&ref, text, &ignored) == 0 &&
	    ref.kind == PSTORE_REF_NUMBER);
}

/* "STORE/versions/NAME@N/x86_64", the tail after STORE/versions/. */
static int
image_of_path(const char *tail, char image[PSTORE_IMAGE_MAX])
{
	const char *slash;

	slash = strchr(tail, '/');
	if (slash == NULL || (strcmp(slash, "/x86_64") != 0 &&
	    strcmp(slash, "/i386") != 0) ||
	    (size_t)(slash - tail) >= PSTORE_IMAGE_MAX)
		return (-1);
	memcpy(image, tail, (size_t)(slash - tail));
	image[slash - tail] = '\0';
	return (is_image(image) ? 0 : -1);
}

static int
match(const struct pstore_places *ps, char *exe, char image[PSTORE_IMAGE_MAX])
{
	size_t i, len;

	len = strlen(exe);
	if (len > strlen(DELETED) &&
	    strcmp(exe + len - strlen(DELETED), DELETED) == 0)
		exe[len - strlen(DELETED)] = '\0';
	if (strncmp(exe, MEMFD, strlen(MEMFD)) == 0) {
		snprintf(image, PSTORE_IMAGE_MAX, "%.*s", PSTORE_IMAGE_MAX - 1,
		    exe + strlen(MEMFD));
		return (is_image(image) ? 0 : -1);
	}
	for (i = 0; i < ps->n; i++) {
		len = strlen(ps->v[i].path);
		if (strncmp(exe, ps->v[i].path, len) == 0 &&
		    strncmp(exe + len, "/versions/", 10) == 0 &&
		    image_of_path(exe + len + 10, image) == 0)
			return (0);
	}
	return (-1);
}

static ssize_t
slurp(int proc, const char *pid, const char *file, char *buf, size_t size)
{
	char path[64];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), "%.16s/%.16s", pid, file);
	fd = openat(proc, path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (-1);
	n = read(fd, buf, size - 1);
	close(fd);
	buf[n < 0 ? 0 : n] = '\0';
	return (n);
}

/* The guest's argv[0]: where the image could not hide its own arguments
 * (pimg/1 OPTION ... -- PATH ARGV0 ...), it is behind them. */
static void
name_program(int proc, const char *pid, char *out, size_t size)
{
	char buf[4096], *end, *p;
	ssize_t n;

	n = slurp(proc, pid, "cmdline", buf, sizeof(buf));
	end = buf + (n < 0 ? 0 : n);
	p = buf;
	if (n > 0 && strcmp(p, "pimg/1") == 0) {
		while (p < end && strcmp(p, "--") != 0)
			p += strlen(p) + 1;
		if (p < end)
			p += strlen(p) + 1;	/* from "--" to PATH */
		if (p < end)
			p += strlen(p) + 1;	/* to ARGV0 */
	}
	if (n > 0 && p < end && *p != '\0') {
		snprintf(out, size, "%.255s", p);
		return;
	}
	n = slurp(proc, pid, "comm", buf, sizeof(buf));
	buf[strcspn(buf, "\n")] = '\0';
	snprintf(out, size, "%.255s", n > 0 ? buf : "?");
}

/* The kernel maps its images beside the program: only it can tell. */
static int
ask_kernel(int kernel, struct process *p)
{
	struct pimg_query q;

	if (kernel < 0 || !pstore_kernel_query(kernel, (int)p->pid, &q))
		return (-1);
	snprintf(p->image, sizeof(p->image), "%.*s@%u", PIMG_NAME_MAX, q.name,
	    q.version);
	p->carrier = "kmod";
	return (0);
}

static int
look(const struct pstore_places *ps, int kernel, int proc, const char *pid,
    process_fn *fn, void *arg)
{
	char exe[PATH_MAX], path[32];
	struct process p;
	ssize_t n;

	snprintf(path, sizeof(path), "%.16s/exe", pid);
	n = readlinkat(proc, path, exe, sizeof(exe) - 1);
	if (n <= 0)
		return (0);
	exe[n] = '\0';
	p.pid = (pid_t)atol(pid);
	p.carrier = "sud";
	if (ask_kernel(kernel, &p) != 0 && match(ps, exe, p.image) != 0)
		return (0);
	name_program(proc, pid, p.program, sizeof(p.program));
	return (fn(arg, &p));
}

int
process_scan(const struct pstore_places *ps, process_fn *fn, void *arg,
    struct pstore_error *e)
{
	struct dirent *d;
	int kernel, r;
	DIR *dir;

	dir = opendir("/proc");
	if (dir == NULL)
		return (pstore_fail_os(e, errno, "/proc: list"));
	if (pstore_kernel_open(&kernel, NULL, e) != 0)
		kernel = -1;
	r = 0;
	while (r == 0 && (d = readdir(dir)) != NULL) {
		if (isdigit((unsigned char)d->d_name[0]))
			r = look(ps, kernel, dirfd(dir), d->d_name, fn, arg);
	}
	closedir(dir);
	if (kernel >= 0)
		close(kernel);
	return (r);
}
