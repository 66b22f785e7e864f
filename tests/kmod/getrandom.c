/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * getrandom [N]: says N times, 50 ms apart, what getrandom(2) does: "ok" or
 * the errno's name.
 */
#include <sys/syscall.h>

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	int i, n = argc > 1 ? atoi(argv[1]) : 1;
	char c;

	for (i = 0; i < n; i++) {
		puts(syscall(SYS_getrandom, &c, 1, 0) == 1 ? "ok" :
		    strerrorname_np(errno));
		fflush(stdout);
		if (i + 1 < n)
			usleep(50000);
	}
	return (0);
}
