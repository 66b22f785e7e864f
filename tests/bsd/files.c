/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Files, directories and descriptors by raw calls: what Go's tests do not
 * reach, with the layouts and numbers of each system.
 */
#include "start.h"

enum {
	SYS_symlink = 57, SYS_readlink = 58, SYS_flock = 131,
	SYS_lchmod = 274, SYS_fpathconf = 192, SYS_mkfifo = 132,
	SYS_ftruncate_pad = 201, SYS_chflags = 34, SYS_pathconf = 191,
#if defined(FREEBSD)
	SYS_fstatat = 552, SYS_openat = 499, SYS_unlinkat = 503,
	SYS_getdirentries = 554, SYS_fstatfs = 556, SYS_getfsstat = 557,
	SYS_getcwd = 326, SYS_faccessat = 489, SYS_utimensat = 547,
	SYS_old_lstat = 190, SYS_old_getdirentries = 196, SYS_shm_open2 = 571,
	SYS_lutimes = 276, SYS_ftruncate = 480, SYS_fchmodat = 490,
#elif defined(DRAGONFLY)
	SYS_fstatat = 505, SYS_openat = 504, SYS_unlinkat = 508,
	SYS_getdirentries = 479, SYS_fstatfs = 158, SYS_getfsstat = 18,
	SYS_getcwd = 326, SYS_faccessat = 509, SYS_utimensat = 539,
	SYS_lutimes = 276, SYS_extpread = 173, SYS_fchmodat = 506,
#else
	SYS_fstatat = 466, SYS_openat = 468, SYS_unlinkat = 471,
	SYS_getdents = 390, SYS_fstatvfs1 = 485, SYS_getvfsstat = 483,
	SYS_getcwd = 296, SYS_faccessat = 462, SYS_utimensat = 467,
	SYS_lutimes = 424, SYS_fchmodat = 463,
#endif
};

enum {
	ENOTDIR = 20, EISDIR = 21, EMLINK = 31, ERANGE = 34, ELOOP = 62,
	EFTYPE = 79,
	O_EXLOCK = 0x20, O_SHLOCK = 0x10, O_NOFOLLOW = 0x100, O_APPEND = 8,
	LOCK_SH = 1, LOCK_EX = 2, LOCK_NB = 4, LOCK_UN = 8,
	F_DUPFD = 0, F_RDLCK = 1, F_UNLCK = 2, F_WRLCK = 3,
#if defined(DRAGONFLY)
	AT_FDCWD = -328243, AT_SYMLINK_NOFOLLOW = 1, AT_REMOVEDIR = 2,
	AT_EACCESS = 4,
#else
	AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x200, AT_REMOVEDIR = 0x800,
	AT_EACCESS = 0x100,
#endif
#if defined(FREEBSD)
	O_DIRECTORY = 0x20000, O_CLOEXEC = 0x100000, F_GETLK = 11, F_SETLK = 12,
	F_DUPFD_CLOEXEC = 17,
#elif defined(DRAGONFLY)
	O_DIRECTORY = 0x8000000, O_CLOEXEC = 0x20000, F_GETLK = 7, F_SETLK = 8,
	F_DUPFD_CLOEXEC = 17,
#else
	O_DIRECTORY = 0x200000, O_CLOEXEC = 0x400000, F_GETLK = 7, F_SETLK = 8,
	F_DUPFD_CLOEXEC = 12,
#endif
};

#define	S_IFMT	0170000
#define	S_IFDIR	0040000
#define	S_IFREG	0100000
#define	S_IFLNK	0120000

#if defined(FREEBSD)
struct stat {
	uint64_t dev, ino, nlink;
	uint16_t mode, pad0;
	uint32_t uid, gid, pad1;
	uint64_t rdev;
	struct timespec atim, mtim, ctim, btim;
	int64_t size, blocks;
	int32_t blksize;
	uint32_t flags;
	uint64_t gen, spare[10];
};
struct dirent {
	uint64_t fileno;
	int64_t off;
	uint16_t reclen;
	uint8_t type, pad0;
	uint16_t namlen, pad1;
	char name[];
};
#define	RECLEN(d)	((d)->reclen)
#elif defined(DRAGONFLY)
struct stat {
	uint64_t ino;
	uint32_t nlink, dev;
	uint16_t mode, pad0;
	uint32_t uid, gid, rdev;
	struct timespec atim, mtim, ctim;
	int64_t size, blocks;
	uint32_t spare1, flags, gen, spare2;
	int64_t blksize, spare3;
};
struct dirent {
	uint64_t fileno;
	uint16_t namlen;
	uint8_t type, pad0;
	uint32_t pad1;
	char name[];
};
#define	RECLEN(d)	((16 + (d)->namlen + 1 + 7) & ~7)
#else
struct stat {
	uint64_t dev;
	uint32_t mode;
	uint64_t ino;
	uint32_t nlink, uid, gid;
	uint64_t rdev;
	struct timespec atim, mtim, ctim, btim;
	int64_t size, blocks;
	uint32_t blksize, flags, gen, spare[2];
};
struct dirent {
	uint64_t fileno;
	uint16_t reclen, namlen;
	uint8_t type;
	char name[];
};
#define	RECLEN(d)	((d)->reclen)
#endif

struct flock {
	int64_t start, len;
	int32_t pid;
	int16_t type, whence;
	int32_t sysid;
};

static void
touch(const char *name)
{

	sys(SYS_close, sys(SYS_open, name, O_WRONLY | O_CREAT, 0600));
}

CASE(open_flags)
{
	long fd = sys(SYS_open, "f", O_RDWR | O_CREAT | O_EXCL | O_APPEND |
	    O_CLOEXEC, 0640);
	struct stat st;

	CHECK(fd >= 0);
	EQUAL(sys(SYS_open, "f", O_RDWR | O_CREAT | O_EXCL, 0640), -EEXIST);
	EQUAL(sys(SYS_fcntl, fd, F_GETFD), 1);
	EQUAL(sys(SYS_fcntl, fd, F_GETFL), O_RDWR | O_APPEND);
	EQUAL(sys(SYS_fcntl, fd, F_SETFL, O_RDWR | O_NONBLOCK), 0);
	EQUAL(sys(SYS_fcntl, fd, F_GETFL), O_RDWR | O_NONBLOCK);
	EQUAL(sys(SYS_open, "f", O_RDONLY | O_DIRECTORY), -ENOTDIR);
	EQUAL(sys(SYS_fstatat, AT_FDCWD, "f", &st, 0), 0);
	EQUAL(st.mode, S_IFREG | 0640);
	EQUAL(st.nlink, 1);
	EQUAL(st.size, 0);
	EQUAL(st.flags, 0);
}

/* A link that O_NOFOLLOW forbids, and links that go in circles. */
CASE(open_nofollow)
{
	touch("f");
	EQUAL(sys(SYS_symlink, "f", "l"), 0);
	EQUAL(sys(SYS_symlink, "loop", "loop"), 0);
#if defined(NETBSD)
	EQUAL(sys(SYS_open, "l", O_NOFOLLOW), -EFTYPE);
#else
	EQUAL(sys(SYS_open, "l", O_NOFOLLOW), -EMLINK);
#endif
	EQUAL(sys(SYS_open, "loop", O_RDONLY), -ELOOP);
	EQUAL(sys(SYS_open, "loop/x", O_NOFOLLOW), -ELOOP);
	CHECK(sys(SYS_open, "f", O_NOFOLLOW) >= 0);
}

CASE(open_locks)
{
	long fd = sys(SYS_open, "f", O_RDWR | O_CREAT | O_EXLOCK, 0600);

	CHECK(fd >= 0);
	EQUAL(sys(SYS_open, "f", O_RDWR | O_SHLOCK | O_NONBLOCK), -EAGAIN);
	EQUAL(sys(SYS_flock, fd, LOCK_SH), 0);
	CHECK(sys(SYS_open, "f", O_RDWR | O_SHLOCK | O_NONBLOCK) >= 0);
	EQUAL(sys(SYS_open, "f", O_RDWR | O_EXLOCK | O_NONBLOCK), -EAGAIN);
}

CASE(record_locks)
{
	long fd = sys(SYS_open, "f", O_RDWR | O_CREAT, 0600);
	struct flock l = { .start = 10, .len = 5, .type = F_WRLCK };
	int pid;

	EQUAL(sys(SYS_fcntl, fd, F_SETLK, &l), 0);
	if ((pid = child()) == 0) {
		l.type = F_RDLCK;
		EQUAL(sys(SYS_fcntl, fd, F_SETLK, &l), -EAGAIN);
		l.start = 0;
		l.len = 0;
		EQUAL(sys(SYS_fcntl, fd, F_GETLK, &l), 0);
		EQUAL(l.type, F_WRLCK);
		EQUAL(l.start, 10);
		EQUAL(l.len, 5);
		EQUAL(l.pid, sys(SYS_getppid));
		l.start = 20;
		EQUAL(sys(SYS_fcntl, fd, F_GETLK, &l), 0);
		EQUAL(l.type, F_UNLCK);
		exit_process(0);
	}
	EQUAL(reap(pid), 0);
}

CASE(duplicates)
{
#if defined(NETBSD)
	EQUAL(sys(SYS_fcntl, 3, 10), 0);		/* what was inherited */
#else
	EQUAL(sys(SYS_closefrom, 3), 0);
#endif
	EQUAL(sys(SYS_fcntl, 0, F_DUPFD, 20), 20);
	EQUAL(sys(SYS_fcntl, 0, F_DUPFD_CLOEXEC, 20), 21);
	EQUAL(sys(SYS_fcntl, 21, F_GETFD), 1);
#if defined(NETBSD)
	EQUAL(sys(SYS_fcntl, 0, 11), 21);		/* F_MAXFD */
	EQUAL(sys(SYS_fcntl, 20, 10), 0);		/* F_CLOSEM */
	EQUAL(sys(SYS_fcntl, 0, 11), 2);
#else
	EQUAL(sys(SYS_fcntl, 0, 10, 30), 30);		/* F_DUP2FD */
	EQUAL(sys(SYS_fcntl, 0, 18, 31), 31);		/* F_DUP2FD_CLOEXEC */
	EQUAL(sys(SYS_fcntl, 31, F_GETFD), 1);
	EQUAL(sys(SYS_fcntl, 0, F_DUPFD, 30), 32);
	EQUAL(sys(SYS_closefrom, 20), 0);
	EQUAL(sys(SYS_fcntl, 20, F_GETFD), -EBADF);
	EQUAL(sys(SYS_fcntl, 32, F_GETFD), -EBADF);
#endif
	EQUAL(sys(SYS_fcntl, 0, 4711), -EINVAL);
}

CASE(unlink_directory)
{
	EQUAL(sys(SYS_mkdir, "d", 0700), 0);
	EQUAL(sys(SYS_unlink, "d"), -EPERM);
	EQUAL(sys(SYS_unlinkat, AT_FDCWD, "d", 0), -EPERM);
	EQUAL(sys(SYS_unlinkat, AT_FDCWD, "d", AT_REMOVEDIR), 0);
	EQUAL(sys(SYS_unlinkat, AT_FDCWD, "d", 0x40000), -EINVAL);
}

CASE(links_themselves)
{
	struct stat st;
	struct { int64_t sec; int32_t usec, pad; } tv[2] = {
		{ 1000, 5, 0x7fffffff }, { 2000, 999999, -1 } };
	struct timespec ts[2] = { { 0, 0 }, { 3000, 7 } };

#if defined(FREEBSD) || defined(DRAGONFLY)
	tv[0].pad = tv[1].pad = 0;
	ts[0].tv_nsec = -2;			/* UTIME_OMIT */
#else
	ts[0].tv_nsec = 0x3ffffffe;
#endif
	EQUAL(sys(SYS_symlink, "nowhere", "l"), 0);
	EQUAL(sys(SYS_fstatat, AT_FDCWD, "l", &st, 0), -ENOENT);
	EQUAL(sys(SYS_fstatat, AT_FDCWD, "l", &st, AT_SYMLINK_NOFOLLOW), 0);
	EQUAL(st.mode & S_IFMT, S_IFLNK);
	EQUAL(sys(SYS_lutimes, "l", tv), 0);
	EQUAL(sys(SYS_fstatat, AT_FDCWD, "l", &st, AT_SYMLINK_NOFOLLOW), 0);
	EQUAL(st.atim.tv_sec, 1000);
	EQUAL(st.atim.tv_nsec, 5000);
	EQUAL(st.mtim.tv_nsec, 999999000);
	EQUAL(sys(SYS_utimensat, AT_FDCWD, "l", ts, AT_SYMLINK_NOFOLLOW), 0);
	EQUAL(sys(SYS_fstatat, AT_FDCWD, "l", &st, AT_SYMLINK_NOFOLLOW), 0);
	EQUAL(st.atim.tv_sec, 1000);
	EQUAL(st.mtim.tv_sec, 3000);
	EQUAL(st.mtim.tv_nsec, 7);
	EQUAL(sys(SYS_lchmod, "l", 0600), -EOPNOTSUPP);
	touch("f");
	EQUAL(sys(SYS_lchmod, "f", 0444), 0);
	EQUAL(sys(SYS_fchmodat, AT_FDCWD, "f", 0400, AT_SYMLINK_NOFOLLOW), 0);
	EQUAL(sys(SYS_fchmodat, AT_FDCWD, "f", 0640, 0), 0);
	EQUAL(sys(SYS_fstatat, AT_FDCWD, "f", &st, 0), 0);
	EQUAL(st.mode & 07777, 0640);
	EQUAL(sys(SYS_chflags, "f", 0), 0);
	EQUAL(sys(SYS_chflags, "f", 2), -EOPNOTSUPP);
	EQUAL(sys(SYS_chflags, "none", 0), -ENOENT);
	EQUAL(sys(SYS_faccessat, AT_FDCWD, "f", 4, AT_EACCESS), 0);
}

/* ------------------------------------------------------------------ */

#define	ENTRIES	40

static long
read_dir(long fd, char *buf, size_t size, int64_t *base)
{
#if defined(NETBSD)
	*base = 0;
	return (sys(SYS_getdents, fd, buf, size));
#else
	return (sys(SYS_getdirentries, fd, buf, size, base));
#endif
}

/* Makes a name of a number, longer and longer. */
static void
make_name(char *name, int i)
{
	memset(name, 'x', (size_t)i + 2);
	name[0] = (char)('0' + i / 10);
	name[1] = (char)('0' + i % 10);
	name[i + 2] = '\0';
}

static int
index_of(const struct dirent *d)
{
	if (d->name[0] == '.')
		return (-1);
	return ((d->name[0] - '0') * 10 + d->name[1] - '0');
}

static long
fill_dir(void)
{
	char name[64];
	int i;

	EQUAL(sys(SYS_mkdir, "d", 0700), 0);
	EQUAL(sys(SYS_chdir, "d"), 0);
	for (i = 0; i < ENTRIES; i++) {
		make_name(name, i);
		touch(name);
	}
	return (sys(SYS_open, ".", O_RDONLY | O_DIRECTORY));
}

/* Marks what is in a block and checks each record. */
static int
mark(const char *buf, long n, char *seen)
{
	const struct dirent *d;
	int count = 0, i;
	long at;

	for (at = 0; at < n; at += RECLEN(d)) {
		d = (const struct dirent *)(buf + at);
		CHECK(d->fileno != 0);
		EQUAL(strlen(d->name), d->namlen);
		count++;
		if ((i = index_of(d)) < 0) {
			EQUAL(d->type, 4);
			continue;
		}
		EQUAL(d->type, 8);
		EQUAL(d->namlen, i > 0 ? i + 2 : 2);
		EQUAL(seen[i], 0);
		seen[i] = 1;
	}
	EQUAL(at, n);
	return (count);
}

/* Buffers that hold one or two entries lose none and repeat none. */
CASE(directory_small_buffers)
{
	char buf[128] __attribute__((__aligned__(8))), seen[ENTRIES] = { 0 };
	long fd = fill_dir(), n;
	int64_t base;
	int i, count = 0;

	EQUAL(read_dir(fd, buf, 8, &base), -EINVAL);
	while ((n = read_dir(fd, buf, sizeof(buf), &base)) > 0) {
		CHECK(n <= (long)sizeof(buf));
		count += mark(buf, n, seen);
	}
	EQUAL(n, 0);
	EQUAL(count, ENTRIES + 2);
	for (i = 0; i < ENTRIES; i++)
		EQUAL(seen[i], 1);
}

/* A position that a block began at leads back to the same entries. */
CASE(directory_positions)
{
	static char first[1024] __attribute__((__aligned__(8)));
	static char second[1024] __attribute__((__aligned__(8)));
	long fd = fill_dir(), n, m, where;
	int64_t base, again;

	CHECK(read_dir(fd, first, 512, &base) > 0);
#if defined(FREEBSD)
	where = sys(SYS_lseek, fd, 0, 1);
#else
	where = sys(SYS_lseek, fd, 0, 0, 1);
#endif
	CHECK(where > 0);
	n = read_dir(fd, first, sizeof(first), &base);
	CHECK(n > 0);
#if !defined(NETBSD)
	EQUAL(base, where);
#endif
#if defined(FREEBSD)
	EQUAL(sys(SYS_lseek, fd, where, 0), where);
#else
	EQUAL(sys(SYS_lseek, fd, 0, where, 0), where);
#endif
	m = read_dir(fd, second, sizeof(second), &again);
	EQUAL(m, n);
	EQUAL(memcmp(first, second, (size_t)n), 0);
}

#if defined(FREEBSD)
CASE(directory_cookies)
{
	static char buf[4096] __attribute__((__aligned__(8)));
	char one[64] __attribute__((__aligned__(8)));
	const struct dirent *d, *e = (const struct dirent *)one;
	long fd = fill_dir(), n, at;
	int64_t base, last = 0;

	n = read_dir(fd, buf, sizeof(buf), &base);
	for (at = 0; at < n; at += d->reclen) {
		d = (const struct dirent *)(buf + at);
		if (last != 0 && d->reclen <= sizeof(one)) {
			EQUAL(sys(SYS_lseek, fd, last, 0), last);
			CHECK(read_dir(fd, one, sizeof(one), &base) > 0);
			EQUAL(e->fileno, d->fileno);
			EQUAL(base, last);
		}
		last = d->off;
	}
}

/* Layouts of FreeBSD 11. */
CASE(before_long_inodes)
{
	struct {
		uint32_t dev, ino;
		uint16_t mode, nlink;
		uint32_t uid, gid, rdev;
		struct timespec atim, mtim, ctim;
		int64_t size, blocks;
		int32_t blksize;
		uint32_t flags, gen, spare;
		struct timespec btim;
	} st;
	char buf[64] __attribute__((__aligned__(8)));
	struct { uint32_t fileno; uint16_t reclen; uint8_t type, namlen;
	    char name[]; } *d = (void *)buf;
	long base, n, fd;

	EQUAL(sizeof(st), 120);
	EQUAL(sys(SYS_symlink, "four", "l"), 0);
	EQUAL(sys(SYS_old_lstat, "l", &st), 0);
	EQUAL(st.mode & S_IFMT, S_IFLNK);
	EQUAL(st.size, 4);
	EQUAL(st.nlink, 1);
	fd = sys(SYS_open, ".", O_RDONLY);
	n = sys(SYS_old_getdirentries, fd, buf, sizeof(buf), &base);
	CHECK(n > 0);
	EQUAL(d->namlen, strlen(d->name));
	EQUAL(d->reclen, (8 + d->namlen + 1 + 3) & ~3);
	EQUAL(base, 0);
}

CASE(shared_memory_objects)
{
	long fd = sys(SYS_shm_open2, 1, O_RDWR | O_CLOEXEC, 0, 0, 0), fd2;

	CHECK(fd >= 0);
	EQUAL(sys(SYS_ftruncate, fd, 8192), 0);
	EQUAL(sys(SYS_fcntl, fd, F_GETFD), 1);
	EQUAL(sys(SYS_shm_open2, "/pimg test/a", O_RDWR, 0, 0, 0), -ENOENT);
	fd = sys(SYS_shm_open2, "/pimg test/a", O_RDWR | O_CREAT, 0600, 0, 0);
	CHECK(fd >= 0);
	fd2 = sys(SYS_shm_open2, "/pimg test/a", O_RDONLY, 0, 0, 0);
	CHECK(fd2 >= 0);
	EQUAL(sys(SYS_write, fd, "hello", 5), 5);
	char b[8];
	EQUAL(sys(SYS_read, fd2, b, 8), 5);
	EQUAL(sys(483, "/pimg test/a"), 0);
	EQUAL(sys(483, "/pimg test/a"), -ENOENT);
	EQUAL(sys(SYS_shm_open2, "noslash", O_RDWR, 0, 0, 0), -EINVAL);
}
#endif

/* Calls that return their error instead of failing. */
#if !defined(DRAGONFLY)
CASE(errors_returned)
{
	struct timespec ts = { 0, 2000000000 };

#if defined(FREEBSD)
	EQUAL(sys(530, 99, 0, 4096), EBADF);		/* posix_fallocate */
	EQUAL(sys(531, 99, 0, 0, 0), EBADF);		/* posix_fadvise */
	EQUAL(sys(244, 0, 0, &ts, 0), EINVAL);		/* clock_nanosleep */
	EQUAL(sys(244, 0, 99, &ts, 0), EINVAL);
#else
	EQUAL(sys(479, 99, 0, 0, 4096), EBADF);
	EQUAL(sys(416, 99, 0, 0, 0, 0), EBADF);
	EQUAL(sys(477, 0, 0, &ts, 0), EINVAL);
	EQUAL(sys(477, 0, 99, &ts, 0), EINVAL);
#endif
	ts.tv_nsec = 1;
#if defined(FREEBSD)
	EQUAL(sys(244, 0, 0, &ts, 0), 0);
#else
	EQUAL(sys(477, 0, 0, &ts, 0), 0);
#endif
}
#endif

CASE(current_directory)
{
	char buf[1024], small[2];
	long r;

	EQUAL(sys(SYS_chdir, "/"), 0);
	r = sys(SYS_getcwd, buf, sizeof(buf));
#if defined(NETBSD)
	EQUAL(r, 2);
#else
	EQUAL(r, 0);
#endif
	EQUAL(strcmp(buf, "/"), 0);
	EQUAL(sys(SYS_chdir, "/tmp"), 0);
	EQUAL(sys(SYS_getcwd, small, sizeof(small)), -ERANGE);
}

CASE(limits_of_files)
{
	EQUAL(sys(SYS_pathconf, ".", 4), 255);		/* _PC_NAME_MAX */
	EQUAL(sys(SYS_pathconf, ".", 5), 1024);		/* _PC_PATH_MAX */
	EQUAL(sys(SYS_pathconf, "none", 4), -ENOENT);
	EQUAL(sys(SYS_pathconf, ".", 999), -EINVAL);
	EQUAL(sys(SYS_fpathconf, 99, 4), -EBADF);
}

CASE(file_systems)
{
	static char buf[64 * 1024];
	long fd = sys(SYS_open, "/", O_RDONLY), n;
#if defined(FREEBSD)
	enum { SIZE = 2344, VERSION = 0, ON = 280 + 16 + 1024 };

	EQUAL(sys(SYS_fstatfs, fd, buf), 0);
	EQUAL(*(uint32_t *)(buf + VERSION), 0x20140518);
	EQUAL(strcmp(buf + ON, "/"), 0);
	n = sys(SYS_getfsstat, 0, 0, 2);
	CHECK(n > 0);
	EQUAL(sys(SYS_getfsstat, buf, SIZE + 100, 2), 1);
#elif defined(DRAGONFLY)
	enum { ON = 64 + 8 + 4 + 4 + 8 + 16 + 16 };

	EQUAL(sys(SYS_fstatfs, fd, buf), 0);
	EQUAL(strcmp(buf + ON, "/"), 0);
	n = sys(SYS_getfsstat, 0, 0, 2);
	CHECK(n > 0);
#else
	enum { ON = 160 + 32 + 32 };

	EQUAL(sys(SYS_fstatvfs1, fd, buf, 2), 0);
	EQUAL(strcmp(buf + ON, "/"), 0);
	n = sys(SYS_getvfsstat, 0, 0, 2);
	CHECK(n > 0);
#endif
}

#if defined(DRAGONFLY)
CASE(transfers_with_flags)
{
	char b[8] = "";
	long fd = sys(SYS_open, "f", O_RDWR | O_CREAT, 0600);

	EQUAL(sys(174, fd, "hello", 5, 0, 0), 5);	/* extpwrite */
	EQUAL(sys(174, fd, "!", 1, 0x200000, 5), 1);
	EQUAL(sys(SYS_extpread, fd, b, 3, 0, 1), 3);
	EQUAL(memcmp(b, "ell", 3), 0);
	EQUAL(sys(SYS_extpread, fd, b, 8, 0, -1), 6);
	EQUAL(sys(SYS_extpread, fd, b, 8, 0, -1), 0);
	EQUAL(sys(174, fd, "+", 1, 0x100000, 0), 1);	/* appended */
	EQUAL(sys(SYS_extpread, fd, b, 8, 0x280000, 0), 7);
	EQUAL(memcmp(b, "hello!+", 7), 0);
	EQUAL(sys(SYS_extpread, fd, b, 8, 0x200000, -5), -EINVAL);
}

CASE(file_system_numbers)
{
	uint64_t v[26];
	long fd = sys(SYS_open, "/", O_RDONLY);

	memset(v, 0xff, sizeof(v));
	EQUAL(sys(501, fd, v), 0);			/* fstatvfs */
	EQUAL(v[10], 255);				/* f_namemax */
	EQUAL(v[6], v[7]);				/* f_ffree, f_favail */
	EQUAL(v[19], 0);
	EQUAL(v[20], -1);
	EQUAL(sys(500, "/none", v), -ENOENT);
}
#endif
