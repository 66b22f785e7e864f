/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * go_freebsd_amd64_exec and the like: what `go run` and `go test` look for in
 * PATH when GOOS is not the host's, and put before the program they built.
 *
 *	go_NAME_amd64_exec PROGRAM ARG...
 *
 * becomes `pstore exec NAME -- PROGRAM ARG...`, with the pstore that lies
 * beside this file; links to it, and links to folders above it, may lead here.
 * It is a program and not a script, since it runs once for each test binary,
 * and in containers that may have no shell.
 */
#include <errno.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#ifndef PERSONALITY
#error "whose programs?"
#endif

static char pstore[PATH_MAX + sizeof("/pstore")];

/* Where pstore must be; PATH's, if /proc cannot say where this file is. */
static void
find_pstore(void)
{
	ssize_t n;
	char *p;

	n = readlink("/proc/self/exe", pstore, PATH_MAX - 1);
	if (n <= 0) {
		strcpy(pstore, "pstore");
		return;
	}
	pstore[n] = '\0';
	p = strrchr(pstore, '/');
	strcpy(p == NULL ? pstore : p + 1, "pstore");
}

int
main(int argc, char **argv)
{
	const char **v;
	int i;

	if (argc < 2) {
		fprintf(stderr, "usage: go_%s_amd64_exec PROGRAM [ARG ...]\n",
		    PERSONALITY);
		return (125);
	}
	v = calloc((size_t)argc + 4, sizeof(*v));
	if (v == NULL)
		return (125);
	find_pstore();
	v[0] = "pstore";
	v[1] = "exec";
	v[2] = PERSONALITY;
	v[3] = "--";
	for (i = 1; i < argc; i++)
		v[i + 3] = argv[i];
	execvp(pstore, (char **)(uintptr_t)v);
	fprintf(stderr, "go_%s_amd64_exec: %s: execute: %s\n", PERSONALITY,
	    pstore, strerror(errno));
	return (125);
}
