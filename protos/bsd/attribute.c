/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Modes and times of a link itself, and limits of a file's system.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/vfs.h>
#include <time.h>

#include <hook.h>

#ifndef __NR_fchmodat2
#define	__NR_fchmodat2	452
#endif

/* A link has no mode of its own here: EOPNOTSUPP; what is no link is changed. */
static long
chmod_nofollow(unsigned long dir, const char *path, unsigned long mode)
{
	struct stat st;
	long r;

	r = pimg_sys(__NR_fchmodat2, dir, path, mode, AT_SYMLINK_NOFOLLOW);
	if (r != -ENOSYS && r != -EPERM)
		return (r);
	r = pimg_sys(__NR_newfstatat, dir, path, &st, AT_SYMLINK_NOFOLLOW);
	if (r < 0)
		return (r);
	if (S_ISLNK(st.st_mode))
		return (-EOPNOTSUPP);
	return (pimg_call(__NR_fchmodat, dir, path, mode));
}

/* (dir, path, mode, flags): native. */
long
hook_fchmodat(struct pimg_frame *f)
{
	const char *path = (const char *)f->arg[1];

	if (f->arg[3] & AT_EMPTY_PATH && path[0] == '\0')
		return (pimg_call(__NR_fchmod, f->arg[0], f->arg[2]));
	if (f->arg[3] & AT_SYMLINK_NOFOLLOW)
		return (chmod_nofollow(f->arg[0], path, f->arg[2]));
	return (pimg_call(__NR_fchmodat, f->arg[0], path, f->arg[2]));
}

/*
 * (path, times), of which times is the program's: pairs of seconds and
 * microseconds, of which NetBSD's have 32 bits and a pad.
 */
long
hook_lutimes(struct pimg_frame *f)
{
	struct timespec ts[2];
	struct { int64_t sec; int32_t usec, pad; } tv[2];
	int i;
	long r;

	if (f->arg[1] == 0)
		return (pimg_call(__NR_utimensat, AT_FDCWD, f->arg[0], NULL,
		    AT_SYMLINK_NOFOLLOW));
	if ((r = pimg_copyin(tv, f->arg[1], sizeof(tv))) < 0)
		return (r);
	for (i = 0; i < 2; i++) {
		if (tv[i].usec < 0 || tv[i].usec >= 1000000)
			return (-EINVAL);
		ts[i].tv_sec = tv[i].sec;
		ts[i].tv_nsec = tv[i].usec * 1000L;
	}
	return (pimg_call(__NR_utimensat, AT_FDCWD, f->arg[0], ts,
	    AT_SYMLINK_NOFOLLOW));
}

/* Names are FreeBSD's numbers, as the map pathconfs makes them. */
static long
value(const struct stat *st, const struct statfs *fs, int name)
{
	switch (name) {
	case 1:		/* _PC_LINK_MAX */
		return (S_ISDIR(st->st_mode) ? 32000 : 32767);
	case 2:		/* _PC_MAX_CANON */
	case 3:		/* _PC_MAX_INPUT */
		return (255);
	case 4:		/* _PC_NAME_MAX */
		return (fs->f_namelen);
	case 5:		/* _PC_PATH_MAX: what the BSDs' headers say */
		return (1024);
	case 6:		/* _PC_PIPE_BUF */
		return (512);
	case 7:		/* _PC_CHOWN_RESTRICTED */
	case 8:		/* _PC_NO_TRUNC */
	case 53:	/* _PC_ASYNC_IO */
	case 55:	/* _PC_SYNC_IO */
	case 13:	/* 2_SYMLINKS */
		return (1);
	case 9:		/* _PC_VDISABLE */
		return (255);
	case 10:	/* _PC_ALLOC_SIZE_MIN */
	case 14:	/* _PC_REC_INCR_XFER_SIZE */
	case 16:	/* _PC_REC_MIN_XFER_SIZE */
	case 17:	/* _PC_REC_XFER_ALIGN */
		return (fs->f_bsize);
	case 15:	/* _PC_REC_MAX_XFER_SIZE */
		return (1L << 20);
	case 12:	/* _PC_FILESIZEBITS */
		return (64);
	case 18:	/* _PC_SYMLINK_MAX */
		return (1023);
	case 21:	/* _PC_MIN_HOLE_SIZE */
		return (fs->f_bsize);
	default:	/* access lists, capabilities, labels: none */
		return (0);
	}
}

/* (fd, name) */
long
hook_fpathconf(struct pimg_frame *f)
{
	struct stat st;
	struct statfs fs;
	long r;

	if ((r = pimg_sys(__NR_fstat, f->arg[0], &st)) < 0 ||
	    (r = pimg_sys(__NR_fstatfs, f->arg[0], &fs)) < 0)
		return (r);
	return (value(&st, &fs, (int)f->arg[1]));
}

/* (path, name, flags of fstatat) */
long
hook_pathconf(struct pimg_frame *f)
{
	struct stat st;
	struct statfs fs;
	long fd, r;

	fd = pimg_sys(__NR_openat, AT_FDCWD, f->arg[0], O_PATH | O_CLOEXEC |
	    (f->arg[2] & AT_SYMLINK_NOFOLLOW ? O_NOFOLLOW : 0));
	if (fd < 0)
		return (fd);
	if ((r = pimg_sys(__NR_fstat, fd, &st)) == 0)
		r = pimg_sys(__NR_fstatfs, fd, &fs);
	pimg_sys(__NR_close, fd);
	return (r < 0 ? r : value(&st, &fs, (int)f->arg[1]));
}
