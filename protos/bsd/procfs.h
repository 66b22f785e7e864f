/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Facts about the machine and its processes, read from Linux's /proc by the
 * hooks of the BSDs.  Nothing here touches guest memory.  Every function
 * that returns long returns a negated errno when the fact is not to be had.
 */
#ifndef PIMG_PROTOS_BSD_PROCFS_H
#define PIMG_PROTOS_BSD_PROCFS_H

#include <stddef.h>
#include <stdint.h>

/* A process as /proc/PID/stat and /proc/PID/status show it. */
struct proc_info {
	int32_t		pid, ppid, pgid, sid, tpgid;
	int32_t		threads, tracer;
	uint32_t	tty;		/* as the kernel encodes it */
	uint32_t	uid, ruid, svuid, gid, rgid, svgid;
	uint32_t	groups[16];
	int32_t		ngroups;
	char		state;		/* R, S, D, T, t, Z, ... */
	int8_t		nice;
	int32_t		cpu;
	uint64_t	vsize;		/* bytes */
	uint64_t	rss, text, data, stack;	/* pages */
	uint64_t	minflt, majflt;
	uint64_t	utime, stime, cutime, cstime;	/* microseconds */
	uint64_t	start_sec, start_usec;
	uint64_t	blocked, ignored, caught, pending; /* native masks */
	char		comm[20];
};

/* Reads a whole file into buf and ends it with a NUL: bytes read. */
long	proc_read(const char *path, char *buf, size_t size);

/* "/proc/PID/leaf" into dst; pid 0 is the caller. */
void	proc_path(char *dst, size_t size, int32_t pid, const char *leaf);
long	proc_read_pid(int32_t pid, const char *leaf, char *buf, size_t size);

/* The decimal or hexadecimal number at *p, which moves behind it. */
uint64_t proc_number(const char **p, unsigned base);

/* What follows key at the beginning of a line of text, or NULL. */
const char *proc_field(const char *text, const char *key);

/* A field of /proc/meminfo in bytes; 0 if it is not there. */
uint64_t proc_meminfo(const char *key);

/* Seconds since the epoch at which the machine was started. */
uint64_t proc_boottime(void);

/* The load averages times 2^11 (FSCALE). */
void	proc_loadavg(uint32_t avg[3]);

/*
 * user, nice, system, interrupt and idle time in 1/100 s of all processors
 * (-1) or of one; 0 if there is no such one.
 */
int	proc_cputime(int cpu, uint64_t t[5]);

/* The processors' speed. */
unsigned proc_mhz(void);

/* The name of the processor. */
void	proc_model(char *dst, size_t size);

/* Processors that the calling process may run on. */
int	proc_ncpu(void);

long	proc_get(int32_t pid, struct proc_info *p);

/* Calls fn for each number in a folder until it returns non-zero. */
long	proc_each(const char *dir, long (*fn)(void *arg, int32_t number),
	    void *arg);

#endif
