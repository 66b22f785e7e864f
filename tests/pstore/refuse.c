/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Runs a program under a seccomp filter that refuses the prctl(2) which arms
 * Syscall User Dispatch, as a container might.
 *
 *	refuse ERRNO|kill PROGRAM ARG...
 */
#include <sys/prctl.h>
#include <sys/syscall.h>

#include <linux/filter.h>
#include <linux/seccomp.h>

#include <err.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define	SET_DISPATCH	59	/* PR_SET_SYSCALL_USER_DISPATCH */

int
main(int argc, char **argv)
{
	unsigned action;

	if (argc < 3)
		errx(2, "refuse ERRNO|kill PROGRAM ARG...");
	action = strcmp(argv[1], "kill") == 0 ? SECCOMP_RET_KILL_PROCESS :
	    SECCOMP_RET_ERRNO | (unsigned)atoi(argv[1]);
	struct sock_filter code[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_prctl, 0, 3),
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, args[0])),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SET_DISPATCH, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, action),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog prog = { sizeof(code) / sizeof(code[0]), code };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &prog) != 0)
		err(1, "seccomp");
	execvp(argv[2], argv + 2);
	err(1, "%s", argv[2]);
}
