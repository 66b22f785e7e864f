/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * How NetBSD lays out an entry of a directory (sys/sys/dirent.h).  The types of
 * files have the same numbers on both sides.  dst has BSD_DIRENT_MAX zeroed
 * bytes; the result is the size of the record.
 */
#ifndef PIMG_NETBSD_DIRENT_H
#define PIMG_NETBSD_DIRENT_H

#include <hook.h>

#define	BSD_DIRENT_MAX	288	/* a name of 255 bytes and all the rest */

struct bsd_dirent {
	uint64_t	fileno;
	uint16_t	reclen, namlen;
	uint8_t		type;
	char		name[];
};
#define	BSD_DIRENT_HEAD	13	/* the name is not aligned */

static inline size_t
bsd_dirent(char *dst, uint64_t ino, int64_t next, uint8_t type,
    const char *name, size_t len)
{
	struct bsd_dirent *d = (struct bsd_dirent *)dst;

	(void)next;
	d->fileno = ino;
	d->reclen = (uint16_t)((BSD_DIRENT_HEAD + len + 1 + 7) & ~7UL);
	d->namlen = (uint16_t)len;
	d->type = type;
	pimg_memcpy(d->name, name, len);
	return (d->reclen);
}

#define	bsd_dirent_old	bsd_dirent

#endif
