/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The numbers of the tree: constants of the system, and what the native
 * kernel says of the machine, the network and the process.  A fact that the
 * native kernel hides gives ENOENT, as a node that is not there.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/resource.h>

#include "procfs.h"
#include "sysctl.h"

/* The number of a file of /proc/sys; the second of them with second. */
static long
read_number(const char *path, int second, int64_t *v)
{
	char buf[64];
	const char *p = buf;
	long r = proc_read(path, buf, sizeof(buf));

	if (r < 0)
		return (-ENOENT);
	*v = (int64_t)proc_number(&p, 10);
	if (second)
		*v = (int64_t)proc_number(&p, 10);
	return (0);
}

static long
file_number(int64_t which, int64_t *v)
{

	switch (which) {
	case F_SOMAXCONN:
		return (read_number("/proc/sys/net/core/somaxconn", 0, v));
	case F_FORWARD:
		return (read_number("/proc/sys/net/ipv4/ip_forward", 0, v));
	case F_FORWARD6:
		return (read_number("/proc/sys/net/ipv6/conf/all/forwarding",
		    0, v));
	case F_TTL:
		return (read_number("/proc/sys/net/ipv4/ip_default_ttl", 0, v));
	case F_PORTFIRST:
		return (read_number("/proc/sys/net/ipv4/ip_local_port_range",
		    0, v));
	case F_PORTLAST:
		return (read_number("/proc/sys/net/ipv4/ip_local_port_range",
		    1, v));
	case F_V6ONLY:
		return (read_number("/proc/sys/net/ipv6/bindv6only", 0, v));
	case F_MAXPID:
		return (read_number("/proc/sys/kernel/pid_max", 0, v));
	case F_RANDOM:
		*v = 0;
		return (pimg_sys(__NR_getrandom, v, 4, 0) == 4 ? 0 : -EIO);
	default:
		return (-ENOENT);
	}
}

static long
descriptors(int64_t *v)
{
	struct { uint64_t cur, max; } limit;
	long r;

	r = pimg_sys(__NR_prlimit64, 0, RLIMIT_NOFILE, NULL, &limit);
	*v = limit.max > INT32_MAX ? INT32_MAX : (int64_t)limit.max;
	return (r);
}

long
sysctl_number(const struct pimg_mib *m, int64_t *v)
{

	switch (m->from) {
	case M_CONST:
		*v = m->value;
		return (0);
	case M_NCPU:
		*v = proc_ncpu();
		return (0);
	case M_PHYSMEM:
		*v = (int64_t)proc_meminfo("MemTotal:");
		return (0);
	case M_USERMEM:
		*v = (int64_t)proc_meminfo("MemAvailable:");
		return (0);
	case M_PAGES:
		*v = (int64_t)proc_meminfo("MemTotal:") / 4096;
		return (0);
	case M_FREEPAGES:
		*v = (int64_t)proc_meminfo("MemFree:") / 4096;
		return (0);
	case M_SWAP:
		*v = (int64_t)proc_meminfo("SwapTotal:");
		return (0);
	case M_NOFILE:
		return (descriptors(v));
	case M_USRSTACK:
		*v = (int64_t)pimg_stack_base();
		return (0);
	case M_PSSTRINGS:
		*v = (int64_t)pimg_ps_strings();
		return (0);
	case M_MHZ:
		*v = proc_mhz();
		return (0);
	case M_FILE:
		return (file_number(m->value, v));
	default:
		return (-ENOENT);
	}
}
