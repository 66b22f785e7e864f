/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * statfs(2) and its relatives: numbers from the native call, names from
 * /proc/self/mountinfo, which is read whole into memory of its own.  Without
 * it a file system has no names, which is no error.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/stat.h>

#include <hook.h>

#include "mount.h"
#include "statfs.h"

#define	TABLE_SIZE	(1UL << 20)	/* address space, touched as needed */

#ifndef STATX_MNT_ID
#define	STATX_MNT_ID	0x1000
#endif

struct table {
	char	*text;
	size_t	 len, at;
};

static long
table_open(struct table *t)
{
	long fd, n = 0;

	*t = (struct table){ .text = pimg_map_private(TABLE_SIZE) };
	if (t->text == NULL)
		return (-ENOMEM);
	fd = pimg_sys(__NR_openat, AT_FDCWD, "/proc/self/mountinfo",
	    O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (0);
	while (t->len < TABLE_SIZE && (n = pimg_sys(__NR_read, fd,
	    t->text + t->len, TABLE_SIZE - t->len)) > 0)
		t->len += (size_t)n;
	pimg_sys(__NR_close, fd);
	return (0);
}

static void
table_close(struct table *t)
{

	if (t->text != NULL)
		pimg_unmap_private(t->text, TABLE_SIZE);
}

/* The byte that an escape of three octal digits, or a character, stands for. */
static char
byte(struct table *t)
{
	const char *p = t->text + t->at;
	size_t left = t->len - t->at;

	t->at++;
	if (*p != '\\' || left < 4 || p[1] < '0' || p[1] > '3')
		return (*p);
	t->at += 3;
	return ((char)((p[1] - '0') << 6 | (p[2] - '0') << 3 | (p[3] - '0')));
}

/* Copies the next word of the line, as much of it as there is room for. */
static void
word(struct table *t, char *dst, size_t size)
{
	size_t n = 0;
	char c;

	while (t->at < t->len && t->text[t->at] == ' ')
		t->at++;
	while (t->at < t->len && t->text[t->at] != ' ' &&
	    t->text[t->at] != '\n') {
		c = byte(t);
		if (n + 1 < size)
			dst[n++] = c;
	}
	dst[n] = '\0';
}

/* Reads a line, "id parent dev root ON options... - TYPE FROM ..."; its id. */
static long
table_next(struct table *t, struct bsd_mount *m)
{
	char skip[32];
	long id = 0;
	int i;

	if (t->at >= t->len)
		return (-1);
	while (t->at < t->len && t->text[t->at] >= '0' &&
	    t->text[t->at] <= '9')
		id = id * 10 + (t->text[t->at++] - '0');
	for (i = 0; i < 3; i++)
		word(t, skip, sizeof(skip));
	word(t, m->on, sizeof(m->on));
	do
		word(t, skip, sizeof(skip));
	while (skip[0] != '\0' && !(skip[0] == '-' && skip[1] == '\0'));
	word(t, m->type, sizeof(m->type));
	word(t, m->from, sizeof(m->from));
	while (t->at < t->len && t->text[t->at++] != '\n')
		continue;
	return (id);
}

/* What a descriptor's file is on. */
static long
mount_of(long fd, struct bsd_mount *m)
{
	struct table t;
	struct statx sx;
	long r, id;

	if ((r = pimg_sys(__NR_fstatfs, fd, &m->fs)) < 0)
		return (r);
	if (pimg_sys(__NR_statx, fd, "", AT_EMPTY_PATH, STATX_MNT_ID, &sx) < 0 ||
	    (sx.stx_mask & STATX_MNT_ID) == 0)
		return (0);
	if ((r = table_open(&t)) < 0)
		return (r);
	while ((id = table_next(&t, m)) >= 0 && id != (long)sx.stx_mnt_id)
		continue;
	if (id < 0) {	/* a root that is no mount: the process changed it */
		pimg_strlcpy(m->on, "/", sizeof(m->on));
		m->from[0] = m->type[0] = '\0';
	}
	table_close(&t);
	return (0);
}

enum layout { CURRENT, OLD };

static size_t
layout_size(enum layout which)
{

	return (which == OLD ? BSD_STATFS_OLD_SIZE : BSD_STATFS_SIZE);
}

/* dst has room for either. */
static long
put(pimg_addr dst, const struct bsd_mount *m, char *room, enum layout which)
{

	pimg_memset(room, 0, layout_size(which));
	if (which == OLD)
		bsd_statfs_old(room, m);
	else
		bsd_statfs(room, m);
	return (pimg_copyout(dst, room, layout_size(which)));
}

static long
one(long fd, pimg_addr dst, enum layout which)
{
	struct bsd_mount *m = pimg_scratch(sizeof(*m));
	char *room = pimg_scratch(BSD_STATFS_SIZE);
	long r;

	if (m == NULL || room == NULL)
		return (-ENOMEM);
	if ((r = mount_of(fd, m)) < 0)
		return (r);
	return (put(dst, m, room, which));
}

static long
by_path(struct pimg_frame *f, enum layout which)
{
	long fd, r;

	fd = pimg_sys(__NR_openat, AT_FDCWD, f->arg[0], O_PATH | O_CLOEXEC);
	if (fd < 0)
		return (fd);
	r = one(fd, f->arg[1], which);
	pimg_sys(__NR_close, fd);
	return (r);
}

/*
 * Writes what fits of the list to dst, if there is one, and returns how many
 * there are, or were written.  A mount that cannot be asked has no numbers.
 */
static long
list(pimg_addr dst, size_t size, enum layout which)
{
	struct bsd_mount *m = pimg_scratch(sizeof(*m));
	char *room = pimg_scratch(BSD_STATFS_SIZE);
	struct table t;
	long n = 0, r;

	if (m == NULL || room == NULL)
		return (-ENOMEM);
	if ((r = table_open(&t)) < 0)
		return (r);
	while (table_next(&t, m) >= 0) {
		if (dst == 0) {
			n++;
			continue;
		}
		if ((size_t)(n + 1) * layout_size(which) > size)
			break;
		if (pimg_sys(__NR_statfs, m->on, &m->fs) < 0)
			pimg_memset(&m->fs, 0, sizeof(m->fs));
		r = put(dst + (size_t)n * layout_size(which), m, room, which);
		if (r < 0)
			break;
		n++;
	}
	table_close(&t);
	return (r < 0 ? r : n);
}

/* (path, buf): the path has been copied */
long
hook_statfs(struct pimg_frame *f)
{

	return (by_path(f, CURRENT));
}

long
hook_statfs_old(struct pimg_frame *f)
{

	return (by_path(f, OLD));
}

/* (fd, buf) */
long
hook_fstatfs(struct pimg_frame *f)
{

	return (one((long)(int)f->arg[0], f->arg[1], CURRENT));
}

long
hook_fstatfs_old(struct pimg_frame *f)
{

	return (one((long)(int)f->arg[0], f->arg[1], OLD));
}

/* (buf, size in bytes, mode) */
long
hook_getfsstat(struct pimg_frame *f)
{

	return (list(f->arg[0], f->arg[1], CURRENT));
}

long
hook_getfsstat_old(struct pimg_frame *f)
{

	return (list(f->arg[0], f->arg[1], OLD));
}
