/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * kern.proc of DragonFly: {1, 14, what, argument} (kern/kern_proc.c).
 */
#include <linux/errno.h>

#include "procfs.h"
#include "sysctl_proc.h"

/* sys/sysctl.h */
#define	KERN_PROC_ARGS		7
#define	KERN_PROC_CWD		8
#define	KERN_PROC_PATHNAME	9
#define	KERN_PROC_FLAG_LWP	0x10	/* an entry for each thread */

long
sysctl_proc(struct sysctl_req *q, const struct pimg_mib *m)
{
	struct proc_list l = { q, 0, 0, 0, SIZE_MAX };
	int what;

	(void)m;
	if (q->namelen < 3)
		return (-EISDIR);
	if (q->new != 0)
		return (-EPERM);
	what = q->name[2] & ~KERN_PROC_FLAG_LWP;
	if (what != SELECT_ALL && q->namelen != 4)
		return (-EINVAL);
	switch (what) {
	case KERN_PROC_ARGS:
		return (proc_strings(q, q->name[3], "cmdline"));
	case KERN_PROC_CWD:
		return (proc_cwd(q, q->name[3]));
	case KERN_PROC_PATHNAME:
		return (proc_pathname(q, q->name[3]));
	}
	if (what < 0 || what > SELECT_RUID) {
		sysctl_unknown(q, NULL);
		return (-ENOENT);
	}
	l.select = what;
	l.arg = q->namelen > 3 ? q->name[3] : 0;
	return (proc_listing(&l));
}
