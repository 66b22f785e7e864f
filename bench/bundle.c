/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What a real program costs under a BSD personality: esbuild, bundling the
 * project of tests/esbuild/fetch.sh.  The systems take turns with the Linux
 * build of the same version, so that a busy machine hits all; medians.  Where
 * a program is missing, so is its figure.
 */
#include <err.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

#define	BUNDLES	15
#define	QEMUS	3
#define	WORDS	12

static struct column {
	const char	*name;		/* of the figure */
	const char	*program;	/* in the folder */
	bool		 personality;
	bool		 there;
	size_t		 runs;
	double		 ms[BUNDLES];
	double		 median;
} columns[] = {
	{ .name = "linux", .program = "linux", .runs = BUNDLES },
	{ .name = "freebsd", .program = "freebsd", .personality = true,
	    .runs = BUNDLES },
	{ .name = "netbsd", .program = "netbsd", .personality = true,
	    .runs = BUNDLES },
	{ .name = "qemu-x86_64", .program = "linux", .runs = QEMUS },
};
#define	NCOLUMNS	(sizeof(columns) / sizeof(columns[0]))

static const char *bundle_store, *bundle_folder;
static char out[] = "/tmp/pimg-bundle.XXXXXX";

static char *
join(const char *format, const char *a, const char *b)
{
	char *p;

	if (asprintf(&p, format, a, b) == -1)
		err(1, NULL);
	return (p);
}

/* The command of a column; with version it only says that it is there. */
static void
command(const struct column *c, bool version, char *argv[WORDS])
{
	size_t n = 0;

	if (c->personality) {
		argv[n++] = bench_path("bin/pstore");
		argv[n++] = WORD("--store");
		argv[n++] = WORD(bundle_store);
		argv[n++] = WORD("exec");
		argv[n++] = WORD(c->name);
		argv[n++] = WORD("--");
	} else if (strcmp(c->name, c->program) != 0)
		argv[n++] = WORD(c->name);
	argv[n++] = join("%s/%s", bundle_folder, c->program);
	if (version)
		argv[n++] = WORD("--version");
	else {
		argv[n++] = join("%s/%s", bundle_folder, "project/entry.ts");
		argv[n++] = WORD("--bundle");
		argv[n++] = WORD("--minify");
		argv[n++] = WORD("--log-level=error");
		argv[n++] = join("--outdir=%s/%s", out, c->name);
	}
	argv[n] = NULL;
}

void
bench_bundles(const char *store, const char *folder)
{
	char *argv[WORDS], *clean;
	int null = open("/dev/null", O_WRONLY | O_CLOEXEC);
	struct column *c;
	size_t i;

	bundle_store = store;
	bundle_folder = folder;
	if (null == -1 || mkdtemp(out) == NULL)
		err(1, "%s", out);
	for (c = columns; c < columns + NCOLUMNS; c++) {
		command(c, true, argv);
		c->there = access(argv[0], X_OK) == 0 || strchr(argv[0], '/') == NULL;
		c->there = c->there && bench_run(argv, null) == 0;
	}
	/* the first round fills the page cache and is not counted */
	for (i = 0; i <= BUNDLES; i++)
		for (c = columns; c < columns + NCOLUMNS; c++) {
			if (!c->there || i > c->runs)
				continue;
			command(c, false, argv);
			c->ms[i == 0 ? 0 : i - 1] = bench_timed(argv, null);
		}
	for (c = columns; c < columns + NCOLUMNS; c++)
		if (c->there)
			c->median = bench_median(c->ms, c->runs);
	clean = join("rm -rf %s%s", out, "");
	if (system(clean) != 0)
		warnx("%s stays", out);
	free(clean);
	close(null);
}

void
bench_bundles_text(void)
{
	const struct column *c;

	if (!columns[0].there) {
		printf("\nesbuild is not here\n");
		return;
	}
	printf("\nesbuild bundling a project, ms: ");
	for (c = columns; c < columns + NCOLUMNS; c++) {
		if (!c->there)
			continue;
		printf("%s%s %.0f", c == columns ? "" : ", ", c->name, c->median);
		if (c != columns)
			printf(" (%.2f)", c->median / columns[0].median);
	}
	printf("\n");
}

void
bench_bundles_json(void)
{
	const struct column *c;

	printf("\"esbuild\":{");
	for (c = columns; c < columns + NCOLUMNS; c++) {
		printf("%s\"%s_ms\":", c == columns ? "" : ",", c->name);
		if (c->there)
			printf("%.1f", c->median);
		else
			printf("null");
	}
	printf("}");
}
