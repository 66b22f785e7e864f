/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * How DragonFly lays out an entry of a directory (sys/sys/dirent.h).  The types of
 * files have the same numbers on both sides.  dst has BSD_DIRENT_MAX zeroed
 * bytes; the result is the size of the record.
 */
#ifndef PIMG_DRAGONFLY_DIRENT_H
#define PIMG_DRAGONFLY_DIRENT_H

#include <hook.h>

#define	BSD_DIRENT_MAX	288	/* a name of 255 bytes and all the rest */

/* There is no d_reclen: a record ends at the next multiple of 8. */
struct bsd_dirent {
	uint64_t	fileno;
	uint16_t	namlen;
	uint8_t		type, unused1;
	uint32_t	unused2;
	char		name[];
};

static inline size_t
bsd_dirent(char *dst, uint64_t ino, int64_t next, uint8_t type,
    const char *name, size_t len)
{
	struct bsd_dirent *d = (struct bsd_dirent *)dst;

	(void)next;
	d->fileno = ino;
	d->namlen = (uint16_t)len;
	d->type = type;
	pimg_memcpy(d->name, name, len);
	return ((sizeof(*d) + len + 1 + 7) & ~7UL);
}

#define	bsd_dirent_old	bsd_dirent

#endif
