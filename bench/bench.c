/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * bench PREFIX STORE NOTHING PERCALL PROTOS ESBUILD [--json]: measures and
 * prints
 *
 *	- what a system call costs natively, by SUD, from a patched call site
 *	  and by direct entry
 *	- what starting a small static program costs: execve, pstore exec,
 *	  qemu-x86_64 where it is installed
 *	- pimg build linux26 into a new store, and pstore promote
 *	- esbuild of the BSDs beside that of Linux (bundle.c), if it is there
 *
 * Medians; the ways to start a program take turns, so that a busy machine
 * hits all of them.  Beside each ratio stands the native figure of the same
 * run.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "bench.h"

#define	STARTS	101
#define	BUILDS	5
#define	PROMOTES	21
#define	CALLS_MAX	16

struct row {
	char	name[32];
	double	native, sud, patched, direct;
};
static struct row rows[CALLS_MAX];
static size_t nrows;
static const char *prefix, *store, *nothing, *percall, *more, *esbuild;
static double native_ms, pstore_ms, qemu_ms = -1, build_ms, promote_ms;

static double
now_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((double)ts.tv_sec * 1e3 + (double)ts.tv_nsec / 1e6);
}

static int
order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

double
bench_median(double *v, size_t n)
{
	qsort(v, n, sizeof(v[0]), order);
	return (v[n / 2]);
}

char *
bench_path(const char *name)
{
	char *p;

	if (asprintf(&p, "%s/%s", prefix, name) == -1)
		err(1, NULL);
	return (p);
}

/* Runs argv, its output into fd, and gives its status. */
int
bench_run(char *const *argv, int fd)
{
	int status;
	pid_t pid = vfork();

	if (pid == 0) {
		if (fd != -1)
			dup2(fd, 1);
		execvp(argv[0], argv);
		_exit(errno == ENOENT ? 127 : 126);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		err(1, "%s", argv[0]);
	return (status);
}

double
bench_timed(char *const *argv, int fd)
{
	double t = now_ms();
	int status = bench_run(argv, fd);

	t = now_ms() - t;
	if (status != 0)
		errx(1, "%s %s ended with wait status %#x", argv[0],
		    argv[1] == NULL ? "" : argv[1], status);
	return (t);
}

/* Reads percall's lines into the column. */
static void
column(char *const *argv, size_t off)
{
	char line[128], name[32];
	double ns;
	size_t i;
	FILE *fp = tmpfile();

	if (fp == NULL)
		err(1, "tmpfile");
	(void)bench_timed(argv, fileno(fp));
	rewind(fp);
	for (i = 0; fgets(line, sizeof(line), fp) != NULL && i < CALLS_MAX; i++) {
		if (sscanf(line, "%31s %lf", name, &ns) != 2)
			errx(1, "not understood: %s", line);
		memcpy(rows[i].name, name, sizeof(name));
		*(double *)(void *)((char *)&rows[i] + off) = ns;
	}
	nrows = i;
	fclose(fp);
	if (nrows == 0)
		errx(1, "percall measured nothing");
}

static void
calls(void)
{
	char *image, *tool = bench_path("bin/pstore");
	char *native[] = { WORD(percall), NULL };
	char *sud[] = { tool, WORD("--store"), WORD(store), WORD("exec"),
	    WORD("--traps"), WORD("linux26"), WORD("--"), WORD(percall), NULL };
	char *patched[] = { tool, WORD("--store"), WORD(store), WORD("exec"),
	    WORD("linux26"), WORD("--"), WORD(percall), NULL };
	char *direct[] = { WORD(percall), WORD("--direct"), NULL, NULL };

	if (asprintf(&image, "%s/current/linux26/x86_64", store) == -1)
		err(1, NULL);
	direct[2] = image;
	column(native, offsetof(struct row, native));
	column(sud, offsetof(struct row, sud));
	column(patched, offsetof(struct row, patched));
	column(direct, offsetof(struct row, direct));
	free(image);
	free(tool);
}

static void
starts(void)
{
	static double a[STARTS], b[STARTS], c[STARTS];
	char *tool = bench_path("bin/pstore");
	char *native[] = { WORD(nothing), NULL };
	char *sud[] = { tool, WORD("--store"), WORD(store), WORD("exec"),
	    WORD("linux26"), WORD("--"), WORD(nothing), NULL };
	char *qemu[] = { WORD("qemu-x86_64"), WORD(nothing), NULL };
	bool have_qemu = bench_run(qemu, -1) == 0;
	size_t i;

	for (i = 0; i < STARTS; i++) {
		a[i] = bench_timed(native, -1);
		b[i] = bench_timed(sud, -1);
		if (have_qemu)
			c[i] = bench_timed(qemu, -1);
	}
	native_ms = bench_median(a, STARTS);
	pstore_ms = bench_median(b, STARTS);
	if (have_qemu)
		qemu_ms = bench_median(c, STARTS);
	free(tool);
}

/* A new home each time: nothing is there that the build could reuse. */
static void
builds(void)
{
	char home[] = "/tmp/pimg-bench.XXXXXX", cmd[64];
	char *pimg = bench_path("bin/pimg"), *tool = bench_path("bin/pstore"), *dir;
	char *keygen[] = { pimg, WORD("keygen"), WORD("--no-passphrase"), NULL };
	char *build[] = { pimg, WORD("build"), WORD("linux26"), WORD("--sign"), NULL };
	char *promote1[] = { tool, WORD("promote"), WORD("linux26@1"), NULL };
	char *promote2[] = { tool, WORD("promote"), WORD("linux26@2"), NULL };
	static double t[PROMOTES];
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	size_t i;

	if (null == -1 || mkdtemp(home) == NULL)
		err(1, "%s", home);
	unsetenv("PIMG_KEY");
	unsetenv("PIMG_STORE");
	unsetenv("XDG_DATA_HOME");
	unsetenv("XDG_CONFIG_HOME");
	for (i = 0; i < BUILDS; i++) {
		if (asprintf(&dir, "%s/%zu", home, i) == -1)
			err(1, NULL);
		setenv("HOME", dir, 1);
		free(dir);
		(void)bench_timed(keygen, null);
		t[i] = bench_timed(build, null);
	}
	build_ms = bench_median(t, BUILDS);
	/* one that is current already is not promoted: two take turns */
	setenv("PIMG_PROTOS", more, 1);
	(void)bench_timed(build, null);
	for (i = 0; i < PROMOTES; i++)
		t[i] = bench_timed(i % 2 ? promote2 : promote1, null);
	promote_ms = bench_median(t, PROMOTES);
	snprintf(cmd, sizeof(cmd), "rm -rf %s", home);
	if (system(cmd) != 0)
		warnx("%s stays", home);
	close(null);
	free(pimg);
	free(tool);
}

static void
print_text(void)
{
	size_t i;

	printf("call            native ns      SUD ns  ratio  patched ns  ratio"
	    "   direct ns  ratio\n");
	for (i = 0; i < nrows; i++)
		printf("%-14s %10.1f  %10.1f %6.2f  %10.1f %6.2f  %10.1f %6.2f\n",
		    rows[i].name, rows[i].native,
		    rows[i].sud, rows[i].sud / rows[i].native,
		    rows[i].patched, rows[i].patched / rows[i].native,
		    rows[i].direct, rows[i].direct / rows[i].native);
	printf("\nstart of a small static program, ms\n");
	printf("execve %.2f, pstore exec linux26 %.2f (+%.2f)", native_ms,
	    pstore_ms, pstore_ms - native_ms);
	if (qemu_ms >= 0)
		printf(", qemu-x86_64 %.2f (+%.2f)", qemu_ms, qemu_ms - native_ms);
	printf("\n\npimg build linux26 --sign %.0f ms, pstore promote %.1f ms\n",
	    build_ms, promote_ms);
	bench_bundles_text();
}

static void
print_json(void)
{
	size_t i;

	printf("{\"schema\":1,\"calls\":[");
	for (i = 0; i < nrows; i++)
		printf("%s{\"call\":\"%s\",\"native_ns\":%.1f,\"sud_ns\":%.1f,"
		    "\"sud_ratio\":%.2f,\"patched_ns\":%.1f,"
		    "\"patched_ratio\":%.2f,\"direct_ns\":%.1f,"
		    "\"direct_ratio\":%.2f}",
		    i == 0 ? "" : ",", rows[i].name, rows[i].native, rows[i].sud,
		    rows[i].sud / rows[i].native, rows[i].patched,
		    rows[i].patched / rows[i].native, rows[i].direct,
		    rows[i].direct / rows[i].native);
	printf("],\"start\":{\"native_ms\":%.3f,\"pstore_exec_ms\":%.3f,"
	    "\"over_native_ms\":%.3f,\"qemu_ms\":", native_ms, pstore_ms,
	    pstore_ms - native_ms);
	if (qemu_ms >= 0)
		printf("%.3f", qemu_ms);
	else
		printf("null");
	printf("},\"build_ms\":%.1f,\"promote_ms\":%.2f,", build_ms, promote_ms);
	bench_bundles_json();
	printf("}\n");
}

int
main(int argc, char **argv)
{
	bool json = argc == 8 && strcmp(argv[7], "--json") == 0;

	if (argc != 7 && !json)
		errx(2, "usage: bench PREFIX STORE NOTHING PERCALL PROTOS "
		    "ESBUILD [--json]");
	prefix = argv[1];
	store = argv[2];
	nothing = argv[3];
	percall = argv[4];
	more = argv[5];
	esbuild = argv[6];
	bench_bundles(store, esbuild);
	calls();
	starts();
	builds();
	if (json)
		print_json();
	else
		print_text();
	return (0);
}
