/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Options and places of pimg(1).
 */
#include <errno.h>
#include <limits.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pimg/cli.h"

int
pimg_usage(struct pimg_cli *c, const char *fmt, ...)
{
	char what[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	if (c->verb == NULL) {
		pstore_fail(&c->error, PSTORE_USAGE, "%s", what);
		return (pstore_hint(&c->error,
		    "pimg --help lists the commands"));
	}
	pstore_fail(&c->error, PSTORE_USAGE, "%s: %s", c->verb->name, what);
	return (pstore_hint(&c->error, "pimg %s %s", c->verb->name,
	    c->verb->args));
}

int
pimg_once(struct pimg_cli *c, bool *flag, const char *name)
{
	if (*flag)
		return (pimg_usage(c, "%s is given twice", name));
	*flag = true;
	return (0);
}

int
pimg_text_once(struct pimg_cli *c, const char **value, const char *name)
{
	if (*value != NULL)
		return (pimg_usage(c, "%s is given twice", name));
	*value = optarg;
	return (0);
}

static void
help(const struct pimg_cli *c)
{
	printf("usage: pimg %s %s\n%s.\n", c->verb->name, c->verb->args,
	    c->verb->purpose);
}

int
pimg_option(struct pimg_cli *c, int argc, char **argv, const char *shorts,
    const struct option *longs)
{
	int opt;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		switch (opt) {
		case PIMG_OPT_JSON:
			c->json = true;
			break;
		case PIMG_OPT_STORE:
			if (pimg_text_once(c, &c->store, "--store") < 0)
				return ('?');
			break;
		case PIMG_OPT_PROTOS:
			if (pimg_text_once(c, &c->protos, "--protos") < 0)
				return ('?');
			break;
		case PIMG_OPT_HELP:
			help(c);
			exit(fflush(stdout) == 0 ? 0 : 1);
		case ':':
		case '?':
			pimg_usage(c, "option %s is unknown, ambiguous or "
			    "lacks its value", argv[optind - 1]);
			return ('?');
		default:
			return (opt);
		}
	}
	return (-1);
}

int
pimg_operands(struct pimg_cli *c, int argc, int min, int max)
{
	int n = argc - optind;

	if (n < min)
		return (pimg_usage(c, "an argument is missing"));
	if (n > max)
		return (pimg_usage(c, "too many arguments"));
	return (0);
}

/* The executable is PREFIX/bin/pimg, or TREE/build/bin/pimg. */
int
pimg_data_folder(const char *name, char *buf, size_t size,
    struct pstore_error *error)
{
	char exe[PATH_MAX], *slash;
	ssize_t n;
	int i;

	if ((n = readlink("/proc/self/exe", exe, sizeof(exe) - 1)) < 0)
		return (pstore_fail_os(error, errno, "/proc/self/exe"));
	exe[n] = '\0';
	for (i = 0; i < 2; i++) {
		if ((slash = strrchr(exe, '/')) != NULL)
			*slash = '\0';
	}
	if ((size_t)snprintf(buf, size, "%s/share/pimg/%s", exe, name) < size &&
	    access(buf, R_OK | X_OK) == 0)
		return (0);
	if ((slash = strrchr(exe, '/')) != NULL)
		*slash = '\0';
	if ((size_t)snprintf(buf, size, "%s/%s", exe, name) < size &&
	    access(buf, R_OK | X_OK) == 0)
		return (0);
	return (pstore_fail(error, PSTORE_NOTFOUND, "the folder '%s' of the "
	    "installation is missing", name));
}

const char *
pimg_protos(struct pimg_cli *c, char *buf, size_t size)
{
	const char *env = getenv("PIMG_PROTOS");

	if (c->protos != NULL)
		return (c->protos);
	if (env != NULL && env[0] != '\0')
		return (env);
	return (pimg_data_folder("protos", buf, size, &c->error) < 0 ? NULL :
	    buf);
}

int
pimg_load(struct pimg_cli *c, struct pimg_unit *u, const char *name)
{
	char buf[PATH_MAX];
	const char *protos = pimg_protos(c, buf, sizeof(buf));
	int rv;

	if (protos == NULL)
		return (-1);
	rv = pimg_unit_load(u, protos, name, &c->error);
	if (rv == 0)
		pimg_check(u);
	if (!c->json)
		pimg_diags_print(u->diags, stderr);
	if (rv < 0)
		return (-1);
	if (u->diags->errors == 0)
		return (0);
	pstore_fail(&c->error, PSTORE_FAILED, "%s: %zu error%s in the "
	    "prototypes", name, u->diags->errors,
	    u->diags->errors == 1 ? "" : "s");
	return (c->json ? pstore_hint(&c->error, "pimg check --json %s lists "
	    "them", name) : -1);
}
