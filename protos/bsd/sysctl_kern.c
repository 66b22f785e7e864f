/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The strings and structures of the tree, and the two values that may be
 * set: the names of host and domain, for which the native kernel checks the
 * privilege.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/utsname.h>

#include "procfs.h"
#include "sysctl.h"
#include "sysctl_abi.h"

#define	RANDOM_MAX	256	/* bytes that kern.arandom gives at most */
#define	HZ		100	/* what the native kernel counts in */

static long
host_name(struct sysctl_req *q, int domain)
{
	struct new_utsname u;
	long r = pimg_sys(__NR_uname, &u);

	if (r < 0)
		return (r);
	if (!domain)
		return (sysctl_string(q, u.nodename));
	/* the native kernel's word for none */
	return (sysctl_string(q, pimg_strcmp(u.domainname, "(none)") == 0 ?
	    "" : u.domainname));
}

/* /etc/machine-id with hyphens; all zero, as where none is set, without it. */
static long
host_uuid(struct sysctl_req *q)
{
	char id[64], uuid[40];
	size_t i, n = 0;

	if (proc_read("/etc/machine-id", id, sizeof(id)) < 32)
		pimg_memset(id, '0', 32);
	for (i = 0; i < 32; i++) {
		if (i == 8 || i == 12 || i == 16 || i == 20)
			uuid[n++] = '-';
		uuid[n++] = id[i];
	}
	uuid[n] = '\0';
	return (sysctl_string(q, uuid));
}

long
sysctl_text(struct sysctl_req *q, const struct pimg_mib *m)
{
	char model[128];

	switch (m->from) {
	case M_TEXT:
		return (sysctl_string(q, pimg_mib_text(m->value)));
	case M_HOSTNAME:
		return (host_name(q, 0));
	case M_DOMAIN:
		return (host_name(q, 1));
	case M_MODEL:
		proc_model(model, sizeof(model));
		return (sysctl_string(q, model));
	case M_HOSTUUID:
		return (host_uuid(q));
	default:
		return (-ENOENT);
	}
}

/* A timeval, or a timespec: the same bytes while there is no fraction. */
static long
boot_time(struct sysctl_req *q)
{
	int64_t t[2] = { (int64_t)proc_boottime(), 0 };

	return (sysctl_out(q, t, sizeof(t)));
}

/* struct clockinfo (sys/time.h): hz, tick, tickadj, stathz, profhz. */
static long
clock_rate(struct sysctl_req *q)
{
	int32_t c[5] = { HZ, 1000000 / HZ, 0, HZ, HZ };

	return (sysctl_out(q, c, sizeof(c)));
}

/* struct loadavg (sys/resource.h, vm/vm_param.h) */
static long
load_average(struct sysctl_req *q)
{
	struct {
		uint32_t	ldavg[3];
		uint32_t	pad;
		int64_t		fscale;
	} l;

	pimg_memset(&l, 0, sizeof(l));
	proc_loadavg(l.ldavg);
	l.fscale = 2048;
	return (sysctl_out(q, &l, sizeof(l)));
}

static long
cpu_time(struct sysctl_req *q)
{
	uint64_t t[5];

	proc_cputime(-1, t);
	return (sysctl_out(q, t, sizeof(t)));
}

/* One after the other; at least one, also where /proc hides them. */
static long
cpu_times(struct sysctl_req *q)
{
	uint64_t t[5];
	int cpu;
	long r;

	for (cpu = 0; proc_cputime(cpu, t) || cpu == 0; cpu++)
		if ((r = sysctl_out(q, t, sizeof(t))) != 0)
			return (r);
	return (0);
}

/* As much as there is room for (kern_random of each system). */
static long
random_bytes(struct sysctl_req *q)
{
	char buf[RANDOM_MAX];
	size_t n = q->room;
	long r;

	if (n > sizeof(buf)) {
		if (SYSCTL_RANDOM_STRICT)
			return (-E2BIG);
		n = sizeof(buf);
	}
	if ((r = pimg_sys(__NR_getrandom, buf, n, 0)) < 0)
		return (r);
	return (sysctl_out(q, buf, n));
}

long
sysctl_struct(struct sysctl_req *q, const struct pimg_mib *m)
{

	switch (m->from) {
	case M_BOOTTIME:
		return (boot_time(q));
	case M_CLOCKRATE:
		return (clock_rate(q));
	case M_LOADAVG:
		return (load_average(q));
	case M_CPTIME:
		return (cpu_time(q));
	case M_CPTIMES:
		return (cpu_times(q));
	case M_RANDOM:
		return (random_bytes(q));
	default:
		return (-ENOENT);
	}
}

long
sysctl_write(struct sysctl_req *q, const struct pimg_mib *m)
{
	char name[65];
	size_t n = q->newlen;

	if (m->from != M_HOSTNAME && m->from != M_DOMAIN)
		return (-EPERM);
	if (n >= sizeof(name))
		return (-EINVAL);
	if (pimg_copyin(name, q->new, n) != 0)
		return (-EFAULT);
	name[n] = '\0';
	n = pimg_strlen(name);
	return (pimg_sys(m->from == M_HOSTNAME ? __NR_sethostname :
	    __NR_setdomainname, name, n));
}
