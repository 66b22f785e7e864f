/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Facts about one process, for the systems' own forms of kern.proc.  A pid
 * of -1, where a program may give it, is the caller.
 */
#ifndef PIMG_PROTOS_BSD_SYSCTL_PROC_H
#define PIMG_PROTOS_BSD_SYSCTL_PROC_H

#include "sysctl.h"

/* Which processes, KERN_PROC_* that all three have (sys/sysctl.h). */
#define	SELECT_ALL	0
#define	SELECT_PID	1
#define	SELECT_PGRP	2
#define	SELECT_SESSION	3
#define	SELECT_TTY	4
#define	SELECT_UID	5
#define	SELECT_RUID	6
#define	SELECT_GID	100	/* the systems' numbers differ */
#define	SELECT_RGID	101

/* What a list takes of each structure, and how many. */
struct proc_list {
	struct sysctl_req *q;
	int		select;
	int32_t		arg;
	size_t		size;	/* bytes of each; 0: the structure's own */
	size_t		count;
};

long	proc_listing(struct proc_list *l);
long	proc_strings(struct sysctl_req *q, int32_t pid, const char *leaf);
long	proc_count_strings(struct sysctl_req *q, int32_t pid, const char *leaf);
long	proc_pathname(struct sysctl_req *q, int32_t pid);
long	proc_cwd(struct sysctl_req *q, int32_t pid);

#endif
