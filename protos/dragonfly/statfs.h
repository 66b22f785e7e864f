/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct statfs and struct statvfs of DragonFly (sys/sys/mount.h and statvfs.h);\n * the second takes the place of an older layout.
 */
#ifndef PIMG_DRAGONFLY_STATFS_H
#define PIMG_DRAGONFLY_STATFS_H

#include "mount.h"

#define	MNT_NOATIME	0x10000000

struct bsd_statfs {
	int64_t		spare2, bsize, iosize, blocks, bfree, bavail, files;
	int64_t		ffree;
	int32_t		fsid[2];
	uint32_t	owner;
	int32_t		type, flags;
	int64_t		syncwrites, asyncwrites;
	char		fstypename[16];
	char		on[80];
	int64_t		syncreads, asyncreads;
	int16_t		spares1;
	char		from[80];
	int16_t		spares2;
	int64_t		spare[2];
};

struct bsd_statvfs {
	uint64_t	bsize, frsize, blocks, bfree, bavail, files, ffree;
	uint64_t	favail, fsid, flag, namemax;
	uint32_t	owner, type;
	uint64_t	syncreads, syncwrites, asyncreads, asyncwrites;
	uint8_t		fsid_uuid[16], uid_uuid[16];
};

#define	BSD_STATFS_SIZE		sizeof(struct bsd_statfs)
#define	BSD_STATFS_OLD_SIZE	sizeof(struct bsd_statvfs)

static inline void
bsd_statfs(void *dst, const struct bsd_mount *m)
{
	struct bsd_statfs *s = dst;

	s->bsize = m->fs.f_frsize;
	s->iosize = m->fs.f_bsize;
	s->blocks = (int64_t)m->fs.f_blocks;
	s->bfree = (int64_t)m->fs.f_bfree;
	s->bavail = (int64_t)m->fs.f_bavail;
	s->files = (int64_t)m->fs.f_files;
	s->ffree = (int64_t)m->fs.f_ffree;
	pimg_memcpy(s->fsid, &m->fs.f_fsid, sizeof(s->fsid));
	s->type = (int32_t)m->fs.f_type;
	s->flags = (int32_t)bsd_mount_flags(m, MNT_NOATIME);
	pimg_strlcpy(s->fstypename, m->type, sizeof(s->fstypename));
	pimg_strlcpy(s->on, m->on, sizeof(s->on));
	pimg_strlcpy(s->from, m->from, sizeof(s->from));
}

static inline void
bsd_statfs_old(void *dst, const struct bsd_mount *m)
{
	struct bsd_statvfs *s = dst;

	s->bsize = (uint64_t)m->fs.f_bsize;
	s->frsize = (uint64_t)m->fs.f_frsize;
	s->blocks = (uint64_t)m->fs.f_blocks;
	s->bfree = (uint64_t)m->fs.f_bfree;
	s->bavail = (uint64_t)m->fs.f_bavail;
	s->files = (uint64_t)m->fs.f_files;
	s->ffree = s->favail = (uint64_t)m->fs.f_ffree;
	pimg_memcpy(&s->fsid, &m->fs.f_fsid, sizeof(s->fsid));
	s->flag = (uint64_t)m->fs.f_flags & (ST_RDONLY | ST_NOSUID);
	s->namemax = (uint64_t)m->fs.f_namelen;
	s->type = (uint32_t)m->fs.f_type;
}

#endif
