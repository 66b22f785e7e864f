/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * dies guest: faults in its own code.
 * dies image: destroys GS, so that the image faults at its next call.
 */
#include <sys/syscall.h>

#include <string.h>
#include <unistd.h>

static __attribute__((noinline)) void
store(volatile int *p)
{

	*p = 1;
}

int
main(int argc, char **argv)
{

	if (argc > 1 && strcmp(argv[1], "image") == 0) {
		__asm__ volatile("mov %0, %%gs" : : "r"(0));
		syscall(SYS_getppid);
	}
	store((volatile int *)16);
	return (0);
}
