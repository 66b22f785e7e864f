/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A library for prog.c: prints a file's first bytes.
 */
#include "sys.h"

void	greet(const char *path);

void
greet(const char *path)
{
	char buf[256];
	long fd, n;

	print(path);
	print(": ");
	if ((fd = sys(SYS_open, path, O_RDONLY)) < 0) {
		print_number(fd);
		print("\n");
		return;
	}
	if ((n = sys(SYS_read, fd, buf, sizeof(buf))) > 0)
		sys(SYS_write, 1, buf, n);
	sys(SYS_close, fd);
}
