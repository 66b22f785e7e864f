/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * struct statvfs of NetBSD 10, and the one before, which has no label and\n * fewer spare words (sys/sys/statvfs.h).
 */
#ifndef PIMG_NETBSD_STATFS_H
#define PIMG_NETBSD_STATFS_H

#include "mount.h"

#define	MNT_NOATIME	0x04000000
#define	MNT_NODEV	0x10

struct bsd_statvfs_head {
	uint64_t	flag, bsize, frsize, iosize, blocks, bfree, bavail;
	uint64_t	bresvd, files, ffree, favail, fresvd;
	uint64_t	syncreads, syncwrites, asyncreads, asyncwrites;
	int32_t		fsidx[2];
	uint64_t	fsid, namemax;
	uint32_t	owner;
};

struct bsd_statfs {
	struct bsd_statvfs_head head;
	uint64_t	spare[4];
	char		fstypename[32];
	char		on[1024];
	char		from[1024];
	char		label[1024];
};

/* Not aligned: the words before the names are four of 32 bits. */
struct bsd_statfs_old {
	uint8_t		head[156];
	uint32_t	spare[4];
	char		fstypename[32];
	char		on[1024];
	char		from[1024];
	uint32_t	pad;
};

#define	BSD_STATFS_SIZE		sizeof(struct bsd_statfs)
#define	BSD_STATFS_OLD_SIZE	sizeof(struct bsd_statfs_old)
_Static_assert(offsetof(struct bsd_statvfs_head, owner) == 152, "f_owner");
_Static_assert(BSD_STATFS_OLD_SIZE == 2256, "struct statvfs90");

static inline void
bsd_statvfs_head(struct bsd_statvfs_head *h, const struct bsd_mount *m)
{

	h->flag = bsd_mount_flags(m, MNT_NOATIME) |
	    (m->fs.f_flags & ST_NODEV ? MNT_NODEV : 0);
	h->bsize = (uint64_t)m->fs.f_bsize;
	h->frsize = (uint64_t)m->fs.f_frsize;
	h->iosize = (uint64_t)m->fs.f_bsize;
	h->blocks = (uint64_t)m->fs.f_blocks;
	h->bfree = (uint64_t)m->fs.f_bfree;
	h->bavail = (uint64_t)m->fs.f_bavail;
	h->bresvd = h->bfree - h->bavail;
	h->files = (uint64_t)m->fs.f_files;
	h->ffree = h->favail = (uint64_t)m->fs.f_ffree;
	pimg_memcpy(h->fsidx, &m->fs.f_fsid, sizeof(h->fsidx));
	h->fsid = (uint32_t)h->fsidx[0];
	h->namemax = (uint64_t)m->fs.f_namelen;
}

static inline void
bsd_statfs(void *dst, const struct bsd_mount *m)
{
	struct bsd_statfs *s = dst;

	bsd_statvfs_head(&s->head, m);
	pimg_strlcpy(s->fstypename, m->type, sizeof(s->fstypename));
	pimg_strlcpy(s->on, m->on, sizeof(s->on));
	pimg_strlcpy(s->from, m->from, sizeof(s->from));
}

static inline void
bsd_statfs_old(void *dst, const struct bsd_mount *m)
{
	struct bsd_statfs_old *s = dst;
	struct bsd_statvfs_head head;

	pimg_memset(&head, 0, sizeof(head));
	bsd_statvfs_head(&head, m);
	pimg_memcpy(s->head, &head, sizeof(s->head));
	pimg_strlcpy(s->fstypename, m->type, sizeof(s->fstypename));
	pimg_strlcpy(s->on, m->on, sizeof(s->on));
	pimg_strlcpy(s->from, m->from, sizeof(s->from));
}

#endif
