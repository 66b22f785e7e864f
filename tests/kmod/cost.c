/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * cost calls		guest instructions of a call, one line each:
 *			getppid (passed through), getuid, nosys (answered by
 *			the image or the kernel's table)
 * cost exec N PROGRAM	of fork, exec, exit and wait of PROGRAM
 * cost choose N PROGRAM	the same, the parent native, the child under
 *			linux26
 *
 * Under QEMU's -icount the time stamp counter counts instructions.  The
 * least of many chunks is taken: timer ticks only add.
 */
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kapi.h"

#define	CHUNKS	200
#define	CALLS	100

static uint64_t
tsc(void)
{
	uint32_t lo, hi;

	__asm__ volatile("lfence; rdtsc" : "=a"(lo), "=d"(hi));
	return ((uint64_t)hi << 32 | lo);
}

static long
call(long nr)
{
	long r;

	__asm__ volatile("syscall" : "=a"(r) : "0"(nr) : "rcx", "r11",
	    "memory");
	return (r);
}

/* Without the loop's own instructions, which an empty one measures. */
static uint64_t
least(long nr)
{
	uint64_t best = UINT64_MAX, empty = UINT64_MAX, a, t;
	int i, k;

	for (k = 0; k < CHUNKS; k++) {
		a = tsc();
		for (i = 0; i < CALLS; i++)
			call(nr);
		t = tsc() - a;
		best = t < best ? t : best;
		a = tsc();
		for (i = 0; i < CALLS; i++)
			__asm__ volatile("" : : "a"(nr) : "memory");
		t = tsc() - a;
		empty = t < empty ? t : empty;
	}
	return ((best - empty) / CALLS);
}

static void
exec_once(const char *program)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execl(program, program, (char *)NULL);
		_exit(127);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid || status != 0)
		errx(1, "%s: status %#x", program, (unsigned)status);
}

static void
exec_many(const char *what, int n, const char *program)
{
	uint64_t best = UINT64_MAX, a, t;

	while (n-- > 0) {
		a = tsc();
		exec_once(program);
		t = tsc() - a;
		best = t < best ? t : best;
	}
	printf("%s %lu\n", what, (unsigned long)best);
}

int
main(int argc, char **argv)
{
	int dev;

	if (argc == 2 && strcmp(argv[1], "calls") == 0) {
		printf("getppid %lu\n", (unsigned long)least(SYS_getppid));
		printf("getuid %lu\n", (unsigned long)least(SYS_getuid));
		printf("nosys %lu\n", (unsigned long)least(999));
	} else if (argc == 4 && strcmp(argv[1], "exec") == 0)
		exec_many("exec", atoi(argv[2]), argv[3]);
	else if (argc == 4 && strcmp(argv[1], "choose") == 0) {
		if ((dev = open(PIMG_DEVICE, O_RDONLY | O_CLOEXEC)) == -1 ||
		    k_choose(dev, "linux26", 0, 0) != 0)
			err(1, "choose");
		exec_many("choose", atoi(argv[2]), argv[3]);
	} else
		errx(2, "usage: cost calls|exec N PROGRAM|choose N PROGRAM");
	return (0);
}
