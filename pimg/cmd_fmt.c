/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg fmt: prototype files in canonical form.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pimg/cli.h"
#include "pimg/fmt.h"

enum { OPT_CHECK = 1, OPT_WRITE };

/* Beside the file and then renamed, so that a crash leaves the old one. */
static int
replace(const char *path, const struct pimg_text *t,
    struct pstore_error *error)
{
	char *tmp = NULL;
	struct stat st;
	int fd = -1, rv = -1;

	if (asprintf(&tmp, "%s.XXXXXX", path) < 0)
		abort();
	if (stat(path, &st) < 0 || (fd = mkstemp(tmp)) < 0 ||
	    write(fd, t->data, t->len) != (ssize_t)t->len ||
	    fchmod(fd, st.st_mode & 0777) < 0 || fsync(fd) < 0 ||
	    rename(tmp, path) < 0) {
		pstore_fail_os(error, errno, "%s: cannot replace", path);
		if (fd >= 0)
			unlink(tmp);
	} else
		rv = 0;
	if (fd >= 0)
		close(fd);
	free(tmp);
	return (rv);
}

/* 1: the file was not in canonical form. */
static int
one_file(struct pimg_cli *c, const char *path, bool check, bool write_back)
{
	struct pimg_arena arena = {0};
	struct pimg_diags diags = { .arena = &arena };
	struct pimg_source s = {0};
	struct pimg_text out = {0};
	int rv = -1;

	if (pimg_source_read(&arena, AT_FDCWD, path, path, &s,
	    &c->error) < 0)
		goto done;
	if (pimg_fmt(&s, &diags, &out) < 0) {
		pimg_diags_print(&diags, stderr);
		pstore_fail(&c->error, PSTORE_FAILED, "%s: %zu error%s",
		    path, diags.errors, diags.errors == 1 ? "" : "s");
		goto done;
	}
	rv = out.len != s.len || (out.len > 0 &&
	    memcmp(out.data, s.text, out.len) != 0);
	if (check && rv == 1)
		printf("%s\n", path);
	else if (write_back && rv == 1 && replace(path, &out, &c->error) < 0)
		rv = -1;
	else if (!check && !write_back)
		fwrite(out.data, 1, out.len, stdout);
done:
	pimg_text_free(&out);
	pimg_arena_free(&arena);
	return (rv);
}

int
pimg_cmd_fmt(struct pimg_cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		PIMG_OPTIONS,
		{ "check", no_argument, NULL, OPT_CHECK },
		{ "write", no_argument, NULL, OPT_WRITE },
		{ NULL, 0, NULL, 0 },
	};
	bool check = false, write_back = false;
	int opt, r, changed = 0;

	while ((opt = pimg_option(c, argc, argv, ":", longs)) != -1) {
		if (opt == '?' || (opt == OPT_CHECK ?
		    pimg_once(c, &check, "--check") :
		    pimg_once(c, &write_back, "--write")) < 0)
			return (-1);
	}
	if (check && write_back)
		return (pimg_usage(c,
		    "--check and --write exclude each other"));
	if (pimg_operands(c, argc, 1, 100000) < 0)
		return (-1);
	for (; optind < argc; optind++) {
		if ((r = one_file(c, argv[optind], check, write_back)) < 0)
			return (-1);
		changed += r;
	}
	if (check && changed > 0)
		return (pstore_fail(&c->error, PSTORE_FAILED,
		    "%d file%s not in canonical form", changed,
		    changed == 1 ? " is" : "s are"));
	return (0);
}
