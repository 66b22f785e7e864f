/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Runs a program under a seccomp filter that decides as Docker's default
 * profile does for x86-64 in a container without added capabilities (moby,
 * profiles/seccomp/default.json, with io_uring refused as since 25.0):
 *
 *	container PROGRAM ARG...
 *
 * What is not allowed gives EPERM, clone3 ENOSYS, and numbers newer than the
 * profile ENOSYS, as runc has it.  clone may make no namespace, personality
 * may only ask or take one of four values, and AF_VSOCK is no socket's.
 */
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>

#include <err.h>
#include <errno.h>
#include <stddef.h>
#include <unistd.h>

#define	NEWEST		450
#define	NAMESPACES	0x7e020000	/* CLONE_NEW*, without NEWTIME */
#define	AF_VSOCK_	40

/* Numbers that are allowed whatever their arguments are. */
static const struct {
	unsigned short	first, last;
} allowed[] = {
	{ 0, 40 }, { 42, 55 }, { 57, 102 }, { 104, 133 }, { 137, 138 },
	{ 140, 152 }, { 154, 154 }, { 157, 162 }, { 186, 211 }, { 213, 226 },
	{ 228, 235 }, { 240, 245 }, { 247, 247 }, { 251, 255 }, { 257, 271 },
	{ 273, 278 }, { 280, 297 }, { 299, 299 }, { 301, 303 }, { 305, 307 },
	{ 309, 311 }, { 314, 319 }, { 322, 322 }, { 324, 334 }, { 424, 424 },
	{ 434, 434 }, { 436, 437 }, { 439, 439 }, { 441, 441 }, { 444, 449 },
};
static const unsigned personalities[] = {
	0, 8, 0x20000, 0x20008, 0xffffffff
};

#define	N(a)	(sizeof(a) / sizeof((a)[0]))

static struct sock_filter code[256];
static unsigned short used;

static void
add(unsigned short op, unsigned k, unsigned char yes, unsigned char no)
{
	code[used++] = (struct sock_filter)BPF_JUMP(op, k, yes, no);
}

#define	LOAD(off)	add(BPF_LD | BPF_W | BPF_ABS, (unsigned)(off), 0, 0)
#define	RETURN(v)	add(BPF_RET | BPF_K, (unsigned)(v), 0, 0)
#define	IS(v, y, n)	add(BPF_JMP | BPF_JEQ | BPF_K, (unsigned)(v), y, n)
#define	ATLEAST(v, y, n) add(BPF_JMP | BPF_JGE | BPF_K, (unsigned)(v), y, n)
#define	ANY(v, y, n)	add(BPF_JMP | BPF_JSET | BPF_K, (unsigned)(v), y, n)

#define	ALLOW		SECCOMP_RET_ALLOW
#define	REFUSE(e)	(SECCOMP_RET_ERRNO | (e))
#define	NUMBER		offsetof(struct seccomp_data, nr)
#define	ARG0		offsetof(struct seccomp_data, args[0])

static void
build(void)
{
	size_t i;

	LOAD(offsetof(struct seccomp_data, arch));
	IS(AUDIT_ARCH_X86_64, 1, 0);
	RETURN(REFUSE(EPERM));
	LOAD(NUMBER);
	ATLEAST(NEWEST + 1, 0, 1);
	RETURN(REFUSE(ENOSYS));
	IS(SYS_clone3, 0, 1);
	RETURN(REFUSE(ENOSYS));
	for (i = 0; i < N(allowed); i++) {
		ATLEAST(allowed[i].last + 1, 2, 0);
		ATLEAST(allowed[i].first, 0, 1);
		RETURN(ALLOW);
	}
	IS(SYS_clone, 0, 4);
	LOAD(ARG0);
	ANY(NAMESPACES, 0, 1);
	RETURN(REFUSE(EPERM));
	RETURN(ALLOW);
	IS(SYS_socket, 0, 4);
	LOAD(ARG0);
	IS(AF_VSOCK_, 0, 1);
	RETURN(REFUSE(EPERM));
	RETURN(ALLOW);
	IS(SYS_personality, 0, 1 + 2 * N(personalities));
	LOAD(ARG0);
	for (i = 0; i < N(personalities); i++) {
		IS(personalities[i], 0, 1);
		RETURN(ALLOW);
	}
	RETURN(REFUSE(EPERM));
}

int
main(int argc, char **argv)
{
	struct sock_fprog prog;

	if (argc < 2)
		errx(2, "usage: container PROGRAM [ARG ...]");
	build();
	prog.len = used;
	prog.filter = code;
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) != 0)
		err(1, "seccomp");
	execvp(argv[1], argv + 1);
	err(127, "%s", argv[1]);
}
