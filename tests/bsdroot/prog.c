/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A dynamic FreeBSD program that does as its arguments say, in order:
 *
 *	read PATH	prints what is in it
 *	make PATH	creates a file
 *	mkdir PATH
 *	exec PATH ARG...	replaces itself
 *
 * The entry of crt1.o: rdi is the initial stack.
 */
#include "sys.h"

void	greet(const char *path);
void	prog_main(long *stack);

static void
report(const char *what, const char *path, long r)
{

	print(what);
	print(" ");
	print(path);
	print(": ");
	print_number(r < 0 ? r : 0);
	print("\n");
}

static long
make(const char *path)
{
	long fd = sys(SYS_open, path, O_WRONLY | O_CREAT, 0644);

	if (fd >= 0)
		sys(SYS_close, fd);
	return (fd);
}

__attribute__((used, noreturn)) void
prog_main(long *stack)
{
	char **v = (char **)(stack + 2), **envp = v + stack[0];

	for (; v[0] != 0 && v[1] != 0; v += 2) {
		if (same(v[0], "read"))
			greet(v[1]);
		else if (same(v[0], "make"))
			report(v[0], v[1], make(v[1]));
		else if (same(v[0], "mkdir"))
			report(v[0], v[1], sys(SYS_mkdir, v[1], 0755));
		else if (same(v[0], "exec"))
			report(v[0], v[1], sys(SYS_execve, v[1], v + 1, envp));
	}
	for (;;)
		sys(SYS_exit, 3);
}

__asm__(".globl _start\n_start:\n	and $-16, %rsp\n	call prog_main\n");
