/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct statfs of FreeBSD since 12, and the one before (sys/sys/mount.h).
 */
#ifndef PIMG_FREEBSD_STATFS_H
#define PIMG_FREEBSD_STATFS_H

#include "mount.h"

#define	MNT_NOATIME	0x10000000
#define	STATFS_VERSION	0x20140518
#define	STATFS_OLD	0x20030518

struct bsd_statfs_head {
	uint32_t	version, type;
	uint64_t	flags, bsize, iosize, blocks, bfree;
	int64_t		bavail;
	uint64_t	files;
	int64_t		ffree;
	uint64_t	syncwrites, asyncwrites, syncreads, asyncreads;
	uint64_t	spare[10];
	uint32_t	namemax, owner;
	int32_t		fsid[2];
	char		charspare[80];
	char		fstypename[16];
};

struct bsd_statfs {
	struct bsd_statfs_head head;
	char		from[1024];
	char		on[1024];
};

struct bsd_statfs_old {
	struct bsd_statfs_head head;
	char		from[88];
	char		on[88];
};

#define	BSD_STATFS_SIZE		sizeof(struct bsd_statfs)
#define	BSD_STATFS_OLD_SIZE	sizeof(struct bsd_statfs_old)
_Static_assert(BSD_STATFS_SIZE == 2344, "struct statfs");
_Static_assert(BSD_STATFS_OLD_SIZE == 472, "struct freebsd11_statfs");

static inline void
bsd_statfs_head(struct bsd_statfs_head *h, const struct bsd_mount *m)
{

	h->version = STATFS_VERSION;
	h->type = (uint32_t)m->fs.f_type;
	h->flags = bsd_mount_flags(m, MNT_NOATIME);
	h->bsize = (uint64_t)m->fs.f_frsize;
	h->iosize = (uint64_t)m->fs.f_bsize;
	h->blocks = (uint64_t)m->fs.f_blocks;
	h->bfree = (uint64_t)m->fs.f_bfree;
	h->bavail = (int64_t)m->fs.f_bavail;
	h->files = (uint64_t)m->fs.f_files;
	h->ffree = (int64_t)m->fs.f_ffree;
	h->namemax = (uint32_t)m->fs.f_namelen;
	pimg_memcpy(h->fsid, &m->fs.f_fsid, sizeof(h->fsid));
	pimg_strlcpy(h->fstypename, m->type, sizeof(h->fstypename));
}

static inline void
bsd_statfs(void *dst, const struct bsd_mount *m)
{
	struct bsd_statfs *s = dst;

	bsd_statfs_head(&s->head, m);
	pimg_strlcpy(s->from, m->from, sizeof(s->from));
	pimg_strlcpy(s->on, m->on, sizeof(s->on));
}

static inline void
bsd_statfs_old(void *dst, const struct bsd_mount *m)
{
	struct bsd_statfs_old *s = dst;

	bsd_statfs_head(&s->head, m);
	s->head.version = STATFS_OLD;
	pimg_strlcpy(s->from, m->from, sizeof(s->from));
	pimg_strlcpy(s->on, m->on, sizeof(s->on));
}

#endif
