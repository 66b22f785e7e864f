/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * qexit N: ends QEMU with status 2N+1 through its isa-debug-exit device, so
 * a status of 0 can only come from a kernel that went down by itself.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/io.h>
#include <unistd.h>

int
main(int argc, char **argv)
{
	sync();
	if (argc != 2 || ioperm(0xf4, 4, 1) != 0) {
		perror("qexit: ioperm");
		return (1);
	}
	outl((unsigned)atoi(argv[1]), 0xf4);
	return (1);
}
