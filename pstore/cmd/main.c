/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * bin/pstore: exec, ps and status, and a hand-over of everything else.
 *
 * Nothing that these three do not use is linked: starting a program under a
 * personality must cost little more than starting it.
 */
#include <errno.h>
#include <limits.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/cli.h"
#include "pstore/cmd/verbs.h"

#define	HERE(name)	cmd_##name
#define	CATALOGUE(name)	NULL
#define	COMMAND(name, where, args, purpose)	\
	{ #name, where(name), args, purpose },

const struct command commands[] = {
#include "pstore/cmd/commands.def"
	{ NULL, NULL, NULL, NULL }
};

/* PREFIX/libexec/pimg/pstore-catalogue of PREFIX/bin/pstore. */
static int
catalogue_path(char *buf, size_t size)
{
	char exe[PATH_MAX], *p;
	ssize_t n;
	int i;

	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n <= 0)
		return (-1);
	exe[n] = '\0';
	for (i = 0; i < 2; i++) {
		p = strrchr(exe, '/');
		if (p == NULL)
			return (-1);
		*p = '\0';
	}
	return ((size_t)snprintf(buf, size,
	    "%s/libexec/pimg/pstore-catalogue", exe) < size ? 0 : -1);
}

static int
elsewhere(struct cli *c, char **argv)
{
	char path[PATH_MAX];

	if (catalogue_path(path, sizeof(path)) != 0)
		pstore_fail(&c->err, PSTORE_FAILED, "pstore: find its other "
		    "half: /proc/self/exe cannot be read");
	else {
		execv(path, argv);
		pstore_fail_os(&c->err, errno, "%s: execute", path);
		c->err.code = PSTORE_FAILED;
	}
	pstore_hint(&c->err, "/proc must be mounted and the installation "
	    "complete");
	return (cli_fail(c));
}

int
main(int argc, char **argv)
{
	static struct cli c;

	return (cli_main(&c, argc, argv, elsewhere));
}
