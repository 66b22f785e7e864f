/*
 * SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * Copyright (c) 2026 The pimg authors
 *
 * The interface of the kernel module: ioctl(2) requests on /dev/pimg.
 *
 * The kernel holds images.  An image is known by personality, version and
 * machine, and is one of
 *
 *	  INSTALL          CURRENT            CURRENT of another version
 *	 --------> held ------------> current ------------> held
 *	              |                                      |
 *	              | REMOVE (EBUSY while current)         | REMOVE
 *	              v                                      v
 *	          removed: no new process gets it; freed with its last process
 *
 * CURRENT concerns a personality's version, that is both machines at once.
 * Which personality a new program gets is decided at execve(2), first match:
 *
 *	1. the caller's choice (CHOOSE)
 *	2. the program's brand, if a held image of a BSD model carries it
 *	3. the extended attribute trusted.pimg of the program's file:
 *	   NAME, NAME@N or "native"
 *	4. the personality of the program that calls execve
 *	5. none: the program runs natively
 *
 * In the cases 1, 3 and 4 a program that gains privilege (set-user-ID and its
 * kin) runs natively all the same, and so do its descendants.
 *
 * Every structure begins with its own size and with flags.  A size smaller
 * than that of interface version 1 is EINVAL; a larger one is accepted if the
 * bytes that this kernel does not know are zero, else E2BIG.  Unknown flags
 * and reserved bytes that are not zero are EINVAL.  Names are lower-case
 * letters, digits, '-', '_' and '.', beginning with a letter, padded with
 * NULs to PIMG_KNAME bytes, of which the last is NUL; anything else is
 * EINVAL.  Structures are the same for 32-bit callers.
 */
#ifndef PIMG_KMOD_PIMG_H
#define PIMG_KMOD_PIMG_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define PIMG_DEVICE		"/dev/pimg"
#define PIMG_UAPI_VERSION	1
#define PIMG_KNAME		32
#define PIMG_KDIGEST		32
#define PIMG_XATTR		"trusted.pimg"

/*
 * INFO: who is there.  Anybody may ask.  A caller that knows another major
 * interface version must not go on.
 */
struct pimg_info {
	__u32 size;		/* 0x00 in: sizeof(struct pimg_info) */
	__u32 flags;		/* 0x04 in: 0; out: PIMG_INFO_ */
#define PIMG_INFO_ON		1	/* images are selected at exec */
#define PIMG_INFO_HOOK		2	/* calls are redirected without a signal */
#define PIMG_INFO_DEBUG		4	/* a debug build, self-tests passed */
	__u32 uapi;		/* 0x08 PIMG_UAPI_VERSION */
	__u32 abi_revision;	/* 0x0c of images that can be installed */
	__u32 images;		/* 0x10 images alive, removed ones included */
	__u32 maps;		/* 0x14 address spaces that map one */
	__u64 reserved;		/* 0x18 0 */
};

/*
 * INSTALL: gives the kernel an image.  The file is read once, from its
 * beginning; its bytes must have the SHA-256 given.  Needs CAP_SYS_ADMIN in
 * the initial user namespace.  The kernel checks structure, note and digest;
 * whether the image may be trusted is the caller's to know.
 *
 *	EBADF		fd is not open for reading
 *	EINVAL		not a regular file; bad name; version 0
 *	EFBIG		smaller or larger than an image can be
 *	EBADMSG		the bytes do not have that digest
 *	ENOEXEC		not an image: structure or note
 *	EPROTONOSUPPORT	of an ABI revision that this module does not know
 *	EEXIST		that version is held with other bytes
 *	ENOSPC		more images than the kernel can hold
 *
 * The same bytes under the same version again: success, nothing changes.
 */
struct pimg_install {
	__u32 size;		/* 0x00 */
	__u32 flags;		/* 0x04 0 */
	__s32 fd;		/* 0x08 */
	__u32 version;		/* 0x0c */
	char name[PIMG_KNAME];	/* 0x10 must be the note's */
	__u8 file[PIMG_KDIGEST];	/* 0x30 SHA-256 of the file's bytes */
	__u8 manifest[PIMG_KDIGEST];	/* 0x50 the version's digest: only shown */
};

/*
 * CURRENT: the version that new programs of a personality get; 0 for none.
 * REMOVE: lets go of all images of a version.  Both need CAP_SYS_ADMIN in the
 * initial user namespace.  ENOENT: no such version is held.  EBUSY: REMOVE of
 * what is current.
 */
struct pimg_select {
	__u32 size;		/* 0x00 */
	__u32 flags;		/* 0x04 0 */
	__u32 version;		/* 0x08 */
	__u32 reserved;		/* 0x0c 0 */
	char name[PIMG_KNAME];	/* 0x10 */
};

/* LIST: one entry an image, removed ones that are still in use included. */
struct pimg_entry {
	char name[PIMG_KNAME];	/* 0x00 */
	__u32 version;		/* 0x20 */
	__u32 machine;		/* 0x24 EM_X86_64 or EM_386 */
	__u32 model;		/* 0x28 1 linux, 2 bsd */
	__u32 flags;		/* 0x2c */
#define PIMG_ENTRY_HELD		1	/* not removed */
#define PIMG_ENTRY_CURRENT	2
	__u32 maps;		/* 0x30 address spaces that map it */
	__u32 calls;		/* 0x34 slots of its table */
	__u8 file[PIMG_KDIGEST];	/* 0x38 */
	__u8 manifest[PIMG_KDIGEST];	/* 0x58 */
};				/* 0x78 */

struct pimg_list {
	__u32 size;		/* 0x00 */
	__u32 flags;		/* 0x04 0 */
	__u32 room;		/* 0x08 in: entries that fit */
	__u32 count;		/* 0x0c out: entries there are */
	__u64 entries;		/* 0x10 address of struct pimg_entry[room] */
};

/*
 * CHOOSE: the personality of the next program that the calling process, or a
 * child it forks before, executes.  From there on it is inherited by fork and
 * exec, following what is current at each exec, or staying with the version
 * if pinned.
 *
 *	version 0	what is current at exec (ENOPKG there if nothing is)
 *	version N	this one at the next exec
 *	PIN		and at all later ones; needs a version
 *	DIGEST		`file` must be the SHA-256 of the held x86-64 image,
 *			else ESTALE; needs a version
 *	NATIVE		none; an inherited personality is left; name empty
 *	CANCEL		takes an earlier choice back; name empty
 *
 * ENOENT: no such personality or version is held.  EAGAIN: the module is
 * switched off.
 */
struct pimg_choose {
	__u32 size;		/* 0x00 */
	__u32 flags;		/* 0x04 */
#define PIMG_CHOOSE_PIN		1
#define PIMG_CHOOSE_DIGEST	2
#define PIMG_CHOOSE_NATIVE	4
#define PIMG_CHOOSE_CANCEL	8
	__u32 version;		/* 0x08 */
	__u32 reserved;		/* 0x0c 0 */
	char name[PIMG_KNAME];	/* 0x10 */
	__u8 file[PIMG_KDIGEST];	/* 0x30 */
};

/*
 * QUERY: what a process runs with.  Another's needs what ptrace(2) needs for
 * reading.  ESRCH: no such process.  EPERM: not yours.  ENODATA: it has no
 * personality.
 */
struct pimg_query {
	__u32 size;		/* 0x00 */
	__u32 flags;		/* 0x04 in: 0; out: PIMG_QUERY_ */
#define PIMG_QUERY_PINNED	1
	__s32 pid;		/* 0x08 in: 0 for the caller */
	__u32 version;		/* 0x0c */
	char name[PIMG_KNAME];	/* 0x10 */
	__u32 machine;		/* 0x30 */
	__u32 reserved;		/* 0x34 */
	__u64 base;		/* 0x38 where the image is mapped */
	__u8 file[PIMG_KDIGEST];	/* 0x40 */
	__u8 manifest[PIMG_KDIGEST];	/* 0x60 */
};				/* 0x80 */

/*
 * SWITCH: on 0 stops selecting images at exec: programs of linux
 * personalities then run natively, branded foreign ones fail with ENOPKG,
 * running processes stay as they are.  Needs CAP_SYS_ADMIN.
 */
struct pimg_switch {
	__u32 size;		/* 0x00 */
	__u32 flags;		/* 0x04 0 */
	__u32 on;		/* 0x08 0 or 1 */
	__u32 reserved;		/* 0x0c 0 */
};

#define PIMG_IOC		0xbd
#define PIMG_IOC_INFO		_IOWR(PIMG_IOC, 0, struct pimg_info)
#define PIMG_IOC_INSTALL	_IOW(PIMG_IOC, 1, struct pimg_install)
#define PIMG_IOC_CURRENT	_IOW(PIMG_IOC, 2, struct pimg_select)
#define PIMG_IOC_REMOVE		_IOW(PIMG_IOC, 3, struct pimg_select)
#define PIMG_IOC_LIST		_IOWR(PIMG_IOC, 4, struct pimg_list)
#define PIMG_IOC_CHOOSE		_IOW(PIMG_IOC, 5, struct pimg_choose)
#define PIMG_IOC_QUERY		_IOWR(PIMG_IOC, 6, struct pimg_query)
#define PIMG_IOC_SWITCH		_IOW(PIMG_IOC, 7, struct pimg_switch)

#endif
