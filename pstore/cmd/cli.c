/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Options, errors and help of pstore(1).
 */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/cli.h"

int
cli_usage(struct cli *c, const char *fmt, ...)
{
	const struct command *cmd;
	char what[600];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof(what), fmt, ap);
	va_end(ap);
	pstore_fail(&c->err, PSTORE_USAGE, "%s%s%s",
	    c->verb != NULL ? c->verb : "", c->verb != NULL ? ": " : "", what);
	for (cmd = commands; cmd->name != NULL; cmd++) {
		if (c->verb != NULL && strcmp(cmd->name, c->verb) == 0)
			return (pstore_hint(&c->err, "pstore %s %s", cmd->name,
			    cmd->args));
	}
	return (pstore_hint(&c->err, "pstore --help lists the commands"));
}

int
cli_once(struct cli *c, int *flag, const char *name)
{
	if (*flag)
		return (cli_usage(c, "%s is given twice", name));
	*flag = 1;
	return (0);
}

int
cli_text_once(struct cli *c, const char **value, const char *name)
{
	if (*value != NULL)
		return (cli_usage(c, "%s is given twice", name));
	*value = optarg;
	return (0);
}

static int
wrong_option(struct cli *c, char **argv)
{
	if (optopt == OPT_STORE)
		return (cli_usage(c, "--store needs a folder"));
	if (optopt > 0 && optopt < 256 && strchr(argv[optind - 1], '=') == NULL &&
	    strncmp(argv[optind - 1], "--", 2) != 0)
		return (cli_usage(c, "option -%c is unknown or lacks its value",
		    optopt));
	return (cli_usage(c, "option %s is unknown, ambiguous or lacks its "
	    "value", argv[optind - 1]));
}

int
cli_option(struct cli *c, int argc, char **argv, const char *shorts,
    const struct option *longs)
{
	int opt;

	opterr = 0;
	while ((opt = getopt_long(argc, argv, shorts, longs, NULL)) != -1) {
		switch (opt) {
		case OPT_STORE:
			if (cli_text_once(c, &c->store, "--store") != 0)
				return ('?');
			break;
		case OPT_JSON:
			c->json = 1;
			break;
		case OPT_HELP:
			cli_help(stdout, c->verb);
			exit(fflush(stdout) == 0 ? 0 : 1);
		case ':':
		case '?':
			wrong_option(c, argv);
			return ('?');
		default:
			return (opt);
		}
	}
	return (-1);
}

int
cli_operands(struct cli *c, int argc, int min, int max)
{
	int n;

	n = argc - optind;
	if (n < min)
		return (cli_usage(c, "an argument is missing"));
	if (n > max)
		return (cli_usage(c, "too many arguments"));
	return (0);
}

int
cli_places(struct cli *c)
{
	return (pstore_places_open(&c->places, c->store, &c->err));
}

const struct pstore_place *
cli_store(struct cli *c, size_t i)
{
	size_t j;

	if (c->places.v[i].fd < 0)
		return (NULL);
	for (j = 0; j < i; j++) {
		if (c->places.v[j].fd >= 0 &&
		    strcmp(c->places.v[j].path, c->places.v[i].path) == 0)
			return (NULL);
	}
	return (&c->places.v[i]);
}

int
cli_effective(struct cli *c, size_t i, const char *name)
{
	struct pstore_error ignored;
	uint32_t n;
	size_t j;

	for (j = 0; j < i; j++) {
		if (cli_store(c, j) != NULL &&
		    (pstore_current(&c->places.v[j], name, &n, &ignored) != 0 ||
		    n != 0))
			return (0);
	}
	return (1);
}

/* One line: what comes from file names and the like stays harmless. */
static void
print_line(FILE *f, const char *text)
{
	for (; *text != '\0'; text++)
		putc((unsigned char)*text < 32 || *text == 127 ? '?' : *text, f);
	putc('\n', f);
}

int
cli_fail(struct cli *c)
{
	fflush(stdout);
	if (c->json) {
		fputs("{\"error\":{", stderr);
		json_member(stderr, "", "code", pstore_code_name(c->err.code));
		json_member(stderr, ",", "message", c->err.message);
		json_member(stderr, ",", "hint", c->err.hint);
		fputs("}}\n", stderr);
	} else {
		fputs("pstore: ", stderr);
		print_line(stderr, c->err.message);
		if (c->err.hint[0] != '\0') {
			fputs("pstore: hint: ", stderr);
			print_line(stderr, c->err.hint);
		}
	}
	return (c->own_status != 0 ? c->own_status :
	    pstore_exit_status(c->err.code));
}

void
cli_warn(struct cli *c, const char *fmt, ...)
{
	char text[1200];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	fflush(stdout);
	if (c->json) {
		fputs("{", stderr);
		json_member(stderr, "", "warning", text);
		fputs("}\n", stderr);
	} else {
		fputs("pstore: warning: ", stderr);
		print_line(stderr, text);
	}
}

void
cli_help(FILE *f, const char *verb)
{
	const struct command *cmd;

	fputs("usage: pstore [--store DIR] [--json] COMMAND [ARGUMENT ...]\n",
	    f);
	for (cmd = commands; cmd->name != NULL; cmd++) {
		if (verb == NULL || strcmp(cmd->name, verb) == 0)
			fprintf(f, "  pstore %s%s%s\n      %s\n", cmd->name,
			    cmd->args[0] != '\0' ? " " : "", cmd->args,
			    cmd->purpose);
	}
	if (verb == NULL)
		fputs("Wherever NAME@N is taken, NAME@sha256:HEX is too.  "
		    "See pstore(1).\n", f);
}

static const struct command *
find_command(struct cli *c, const char *name)
{
	const struct command *cmd;

	for (cmd = commands; cmd->name != NULL; cmd++) {
		if (strcmp(cmd->name, name) == 0)
			return (cmd);
	}
	cli_usage(c, "%.80s: no such command", name);
	return (NULL);
}

/* Options before the verb; 1: all is done. */
static int
global_options(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ "version", no_argument, NULL, 'V' },
		{ NULL, 0, NULL, 0 }
	};
	int opt;

	while ((opt = cli_option(c, argc, argv, "+:V", longs)) != -1) {
		if (opt == '?')
			return (-1);
		puts("pstore " PIMG_VERSION);
		return (1);
	}
	if (optind >= argc)
		return (cli_usage(c, "which command?"));
	return (0);
}

static int
flushed(struct cli *c)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return (0);
	return (pstore_fail_os(&c->err, errno, "standard output: write"));
}

int
cli_main(struct cli *c, int argc, char **argv,
    int (*elsewhere)(struct cli *, char **))
{
	const struct command *cmd;
	int first, r;

	r = global_options(c, argc, argv);
	if (r < 0)
		return (cli_fail(c));
	if (r > 0)
		return (flushed(c) == 0 ? 0 : cli_fail(c));
	first = optind;
	cmd = find_command(c, argv[first]);
	if (cmd == NULL)
		return (cli_fail(c));
	if (cmd->run == NULL)
		return (elsewhere(c, argv));
	c->verb = cmd->name;
	optind = 0;		/* glibc: begin anew */
	r = cmd->run(c, argc - first, argv + first);
	if (r < 0)
		return (cli_fail(c));
	return (flushed(c) == 0 ? r : cli_fail(c));
}
