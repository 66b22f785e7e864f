/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Shared memory objects (sys/kern/uipc_shm.c).  A name is any string there;
 * here it is a file in /dev/shm, whose slashes are other characters and whose
 * beginning keeps it apart from the native objects.  SHM_ANON is a memfd.
 */
#include <asm/unistd.h>
#include <linux/errno.h>
#include <linux/fcntl.h>
#include <linux/memfd.h>

#include <hook.h>

#define	SHM_ANON	1UL
#define	SHM_ALLOW_SEALING 1U
#define	SHM_GROW_ON_WRITE 2U		/* files always do */
#define	SHM_LARGEPAGE	4U
#define	PREFIX		"/dev/shm/freebsd."
#define	NAME_SIZE	256

static long
name_in(char dst[static NAME_SIZE], pimg_addr src)
{
	size_t at = sizeof(PREFIX) - 1;
	char *p;
	long r;

	pimg_memcpy(dst, PREFIX, at);
	r = pimg_strin(dst + at, src, NAME_SIZE - at);
	if (r < 0)
		return (r);
	if (dst[at] != '/')
		return (-EINVAL);
	for (p = dst + at; *p != '\0'; p++)
		if (*p == '/')
			*p = '%';
	return (0);
}

static long
anonymous(pimg_addr name, unsigned long shmflags, uint64_t flags)
{
	char label[NAME_SIZE] = "anon";
	long r;

	if (name != 0 && (r = pimg_strin(label, name, sizeof(label))) < 0)
		return (r);
	return (pimg_sys(__NR_memfd_create, label,
	    (flags & O_CLOEXEC ? MFD_CLOEXEC : 0) |
	    (shmflags & SHM_ALLOW_SEALING ? MFD_ALLOW_SEALING : 0)));
}

static long
open_object(pimg_addr path, uint64_t flags, unsigned long mode,
    unsigned long shmflags, pimg_addr name)
{
	char file[NAME_SIZE];
	long r;

	if (shmflags & ~(SHM_ALLOW_SEALING | SHM_GROW_ON_WRITE) ||
	    (flags & O_ACCMODE) == O_WRONLY || flags & ~(uint64_t)(O_ACCMODE |
	    O_CREAT | O_EXCL | O_TRUNC | O_CLOEXEC))
		return (-EINVAL);
	if (path == SHM_ANON)
		return (anonymous(name, shmflags, flags));
	if ((r = name_in(file, path)) < 0)
		return (r);
	return (pimg_call(__NR_openat, AT_FDCWD, file, flags | O_NOFOLLOW,
	    mode & 07777));
}

/* (path, flags, mode, shmflags, name): flags are native */
long
hook_shm_open2(struct pimg_frame *f)
{

	return (open_object(f->arg[0], f->arg[1], f->arg[2], f->arg[3],
	    f->arg[4]));
}

long
hook_shm_unlink(struct pimg_frame *f)
{
	char file[NAME_SIZE];
	long r;

	if ((r = name_in(file, f->arg[0])) < 0)
		return (r);
	return (pimg_sys(__NR_unlinkat, AT_FDCWD, file, 0));
}

/* The flags are those of renameat2: do not replace, exchange. */
long
hook_shm_rename(struct pimg_frame *f)
{
	char from[NAME_SIZE], to[NAME_SIZE];
	long r;

	if ((r = name_in(from, f->arg[0])) < 0 ||
	    (r = name_in(to, f->arg[1])) < 0)
		return (r);
	if (f->arg[2] & ~3UL)
		return (-EINVAL);
	return (pimg_sys(__NR_renameat2, AT_FDCWD, from, AT_FDCWD, to,
	    f->arg[2]));
}
