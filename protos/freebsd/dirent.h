/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * How FreeBSD lays out an entry of a directory (sys/sys/dirent.h).  The types of
 * files have the same numbers on both sides.  dst has BSD_DIRENT_MAX zeroed
 * bytes; the result is the size of the record.
 */
#ifndef PIMG_FREEBSD_DIRENT_H
#define PIMG_FREEBSD_DIRENT_H

#include <hook.h>

#define	BSD_DIRENT_MAX	288	/* a name of 255 bytes and all the rest */

/* Since inode numbers have 64 bits: d_off is there, d_reclen a multiple of 8. */
struct bsd_dirent {
	uint64_t	fileno;
	int64_t		off;
	uint16_t	reclen;
	uint8_t		type, pad0;
	uint16_t	namlen, pad1;
	char		name[];
};

struct bsd_dirent_old {
	uint32_t	fileno;
	uint16_t	reclen;
	uint8_t		type, namlen;
	char		name[];
};

static inline size_t
bsd_dirent(char *dst, uint64_t ino, int64_t next, uint8_t type,
    const char *name, size_t len)
{
	struct bsd_dirent *d = (struct bsd_dirent *)dst;

	d->fileno = ino;
	d->off = next;
	d->reclen = (uint16_t)((sizeof(*d) + len + 1 + 7) & ~7UL);
	d->type = type;
	d->namlen = (uint16_t)len;
	pimg_memcpy(d->name, name, len);
	return (d->reclen);
}

static inline size_t
bsd_dirent_old(char *dst, uint64_t ino, int64_t next, uint8_t type,
    const char *name, size_t len)
{
	struct bsd_dirent_old *d = (struct bsd_dirent_old *)dst;

	(void)next;
	d->fileno = (uint32_t)ino;
	d->reclen = (uint16_t)((sizeof(*d) + len + 1 + 3) & ~3UL);
	d->type = type;
	d->namlen = (uint8_t)len;
	pimg_memcpy(d->name, name, len);
	return (d->reclen);
}

#endif
