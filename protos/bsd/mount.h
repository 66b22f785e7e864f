/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A mounted file system, as mountinfo and statfs(2) tell it, from which each
 * system's statfs.h makes its own structure.
 */
#ifndef PIMG_BSD_MOUNT_H
#define PIMG_BSD_MOUNT_H

#include <asm/statfs.h>

#include <hook.h>

#define	BSD_MOUNT_NAME	1024

struct bsd_mount {
	struct statfs	fs;
	char		type[32];
	char		on[BSD_MOUNT_NAME];
	char		from[BSD_MOUNT_NAME];
};

/* f_flags of Linux */
#define	ST_RDONLY	0x1
#define	ST_NOSUID	0x2
#define	ST_NODEV	0x4
#define	ST_NOEXEC	0x8
#define	ST_SYNCHRONOUS	0x10
#define	ST_NOATIME	0x400

/* The flags that have the same number on all three. */
#define	MNT_RDONLY	0x1
#define	MNT_SYNCHRONOUS	0x2
#define	MNT_NOEXEC	0x4
#define	MNT_NOSUID	0x8
#define	MNT_LOCAL	0x1000
#define	MNT_ROOTFS	0x4000

static inline unsigned int
bsd_mount_flags(const struct bsd_mount *m, unsigned int noatime)
{
	unsigned long f = (unsigned long)m->fs.f_flags;

	return ((f & ST_RDONLY ? MNT_RDONLY : 0) |
	    (f & ST_SYNCHRONOUS ? MNT_SYNCHRONOUS : 0) |
	    (f & ST_NOEXEC ? MNT_NOEXEC : 0) |
	    (f & ST_NOSUID ? MNT_NOSUID : 0) |
	    (f & ST_NOATIME ? noatime : 0) |
	    (m->from[0] == '/' || m->from[0] == '\0' ? MNT_LOCAL : 0) |
	    (m->on[0] == '/' && m->on[1] == '\0' ? MNT_ROOTFS : 0));
}

#endif
