/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * waits read|ppoll: waits for ever, five frames deep, in a call that the
 * image serves by a register-only shim or by C.
 */
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static __attribute__((noinline)) int
innermost(int in_c)
{
	sigset_t set;
	char c;
	int r;

	sigemptyset(&set);
	if (in_c)
		r = ppoll(NULL, 0, NULL, &set);
	else
		r = (int)read(0, &c, 1);
	return (r + 1);
}

static __attribute__((noinline)) int
middle(int in_c)
{

	return (innermost(in_c) + 1);
}

int
main(int argc, char **argv)
{

	puts("waiting");
	fflush(stdout);
	return (middle(argc > 1 && strcmp(argv[1], "ppoll") == 0));
}
