/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Probing the carriers; carrier.h says for whom.
 *
 * Syscall User Dispatch is probed by switching it on for this very thread,
 * with the whole address space allowed, and off again.  Under a seccomp filter
 * that is done in a child first: the filter may kill.
 */
#include <sys/prctl.h>
#include <sys/utsname.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/carrier.h"
#include "pstore/kernel.h"

#ifndef PR_SET_SYSCALL_USER_DISPATCH
#define	PR_SET_SYSCALL_USER_DISPATCH	59
#define	PR_SYS_DISPATCH_OFF		0
#define	PR_SYS_DISPATCH_ON		1
#endif

#define	KILLED	(-1)

static ssize_t
slurp(const char *path, char *buf, size_t size)
{
	ssize_t n;
	int fd;

	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (-1);
	n = read(fd, buf, size - 1);
	close(fd);
	buf[n < 0 ? 0 : n] = '\0';
	return (n);
}

static int
filtered(void)
{
	char buf[4096];
	const char *p;

	if (slurp("/proc/self/status", buf, sizeof(buf)) <= 0)
		return (0);
	p = strstr(buf, "\nSeccomp:");
	return (p != NULL && atoi(p + strlen("\nSeccomp:")) == 2);
}

/* 0 or an errno. */
static int
try_sud(void)
{
	if (prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_ON, 0UL, ~0UL,
	    0UL) != 0)
		return (errno);
	prctl(PR_SET_SYSCALL_USER_DISPATCH, PR_SYS_DISPATCH_OFF, 0UL, 0UL, 0UL);
	return (0);
}

static int
try_in_child(void)
{
	int status;
	pid_t pid;

	pid = fork();
	if (pid < 0)
		return (try_sud());
	if (pid == 0)
		_exit(try_sud());
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR)
			return (0);
	}
	return (WIFEXITED(status) ? WEXITSTATUS(status) : KILLED);
}

static void
explain_sud(struct carrier *c, int error, int filter)
{
	struct utsname u;
	unsigned major, minor;

	if (uname(&u) != 0 || sscanf(u.release, "%u.%u", &major, &minor) != 2) {
		snprintf(u.release, sizeof(u.release), "?");
		major = minor = 0;
	}
	if (error == KILLED) {
		snprintf(c->cause, sizeof(c->cause), "a seccomp filter kills "
		    "who calls prctl(PR_SET_SYSCALL_USER_DISPATCH)");
		snprintf(c->hint, sizeof(c->hint), "start the container with a "
		    "filter that allows it (Docker's and Podman's own do)");
	} else if (error == EINVAL && (major < 5 || (major == 5 && minor < 11))) {
		snprintf(c->cause, sizeof(c->cause), "the kernel, %.64s, is "
		    "older than 5.11 and has no Syscall User Dispatch",
		    u.release);
		snprintf(c->hint, sizeof(c->hint), "run Linux 5.11 or newer");
	} else if (filter) {
		snprintf(c->cause, sizeof(c->cause), "a seccomp filter refuses "
		    "prctl(PR_SET_SYSCALL_USER_DISPATCH): %s", strerror(error));
		snprintf(c->hint, sizeof(c->hint), "start the container with a "
		    "filter that allows it (Docker's and Podman's own do)");
	} else {
		snprintf(c->cause, sizeof(c->cause), "the kernel, %.64s, "
		    "refuses prctl(PR_SET_SYSCALL_USER_DISPATCH): %s",
		    u.release, strerror(error));
		snprintf(c->hint, sizeof(c->hint), "run a kernel for x86-64 "
		    "with generic entry code, as every distribution's is");
	}
}

void
carrier_sud(struct carrier *c)
{
	int error, filter;

	memset(c, 0, sizeof(*c));
	c->name = "sud";
#if !defined(__x86_64__) || defined(__ILP32__)
	snprintf(c->cause, sizeof(c->cause), "this machine is not x86-64");
	snprintf(c->hint, sizeof(c->hint), "images are made for x86-64");
	(void)explain_sud;
	(void)try_in_child;
	(void)filtered;
	(void)error;
	(void)filter;
#else
	filter = filtered();
	error = filter ? try_in_child() : try_sud();
	c->usable = error == 0;
	if (error != 0)
		explain_sud(c, error, filter);
#endif
}

static void
no_module(struct carrier *c)
{
	char buf[256];

	snprintf(c->cause, sizeof(c->cause), "no module: " PIMG_DEVICE " does "
	    "not exist");
	if (slurp("/sys/kernel/security/lockdown", buf, sizeof(buf)) > 0 &&
	    strstr(buf, "[none]") == NULL && strchr(buf, '[') != NULL)
		snprintf(c->hint, sizeof(c->hint), "kernel lockdown is on: only "
		    "a signed module can be loaded; sud needs none");
	else
		snprintf(c->hint, sizeof(c->hint), "load it, where it is "
		    "installed: modprobe pimg; sud needs none");
}

void
carrier_kmod(struct carrier *c)
{
	struct pimg_info info;
	struct pstore_error e;
	int fd;

	memset(c, 0, sizeof(*c));
	c->name = "kmod";
	if (pstore_kernel_open(&fd, &info, &e) == 0) {
		close(fd);
		c->usable = (info.flags & PIMG_INFO_ON) != 0;
		if (c->usable)
			return;
		snprintf(c->cause, sizeof(c->cause), "the module is switched "
		    "off");
		snprintf(c->hint, sizeof(c->hint), "pstore kernel on");
	} else if (e.code == PSTORE_NOTFOUND)
		no_module(c);
	else {
		snprintf(c->cause, sizeof(c->cause), "%.255s", e.message);
		snprintf(c->hint, sizeof(c->hint), "%.255s", e.hint);
	}
}

void
carrier_sites(struct carrier *c)
{
	memset(c, 0, sizeof(*c));
	c->name = "sites";
	snprintf(c->cause, sizeof(c->cause), "patched call sites are not in "
	    "this version");
}

void
carrier_all(struct carrier all[CARRIERS])
{
	carrier_kmod(&all[0]);
	carrier_sites(&all[1]);
	carrier_sud(&all[2]);
}
