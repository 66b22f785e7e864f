/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pimg: the compiler of syscall personalities.
 *
 * The one place that prints errors and decides the exit status, which is the
 * code of the error record (pstore/error.h; see EXIT STATUS in pimg(1)).
 */
#include <jansson.h>
#include <stdio.h>
#include <string.h>

#include "pimg/cli.h"

const struct pimg_command pimg_commands[] = {
	{ "keygen", pimg_cmd_keygen,
	  "[--no-passphrase | --passphrase-file FILE] [--key FILE] [--json]",
	  "Make a key pair for signing images" },
	{ "build", pimg_cmd_build,
	  "NAME ... | --all [--sign] [--key FILE] [--passphrase-file FILE] [--version N] "
	  "[--protos DIR] [--store DIR] [-o FILE] [--json]",
	  "Compile a personality's prototypes into the next version of its "
	  "image" },
	{ "sign", pimg_cmd_sign,
	  "FILE | NAME@N [--key FILE] [--passphrase-file FILE] [--store DIR] "
	  "[--json]",
	  "Add a signature to a bundle or to a version in the store" },
	{ "inspect", pimg_cmd_inspect,
	  "NAME | NAME@N | FILE [--protos DIR] [--store DIR] [--json | --mdoc]",
	  "Show what a personality, a version or a file contains" },
	{ "verify", pimg_cmd_verify,
	  "FILE [--store DIR] [--json]",
	  "Check a bundle: bytes, manifest, signatures and trust" },
	{ "check", pimg_cmd_check,
	  "NAME [--protos DIR] [--tests DIR] [--json]",
	  "Check a personality's prototypes and build nothing" },
	{ "fmt", pimg_cmd_fmt,
	  "[--check | --write] FILE ...",
	  "Print prototype files in canonical form" },
	{ "import-master", pimg_cmd_import,
	  "[--dialect freebsd|dragonfly|netbsd|openbsd|linux] FILE",
	  "Turn a kernel's system call table into a starting prototype file" },
	{ NULL, NULL, NULL, NULL },
};

static int
fail(const struct pimg_cli *c)
{
	json_t *o;

	fflush(stdout);
	if (!c->json) {
		fprintf(stderr, "pimg: %s\n", c->error.message);
		if (c->error.hint[0] != '\0')
			fprintf(stderr, "pimg: hint: %s\n", c->error.hint);
	} else {
		o = json_pack("{s:{s:s,s:s,s:s?}}", "error", "code",
		    pstore_code_name(c->error.code), "message",
		    c->error.message, "hint", c->error.hint[0] != '\0' ?
		    c->error.hint : NULL);
		json_dumpf(o, stderr, JSON_COMPACT | JSON_ENSURE_ASCII);
		fputc('\n', stderr);
		json_decref(o);
	}
	return (pstore_exit_status(c->error.code));
}

static void
usage(FILE *out)
{
	const struct pimg_command *v;

	fputs("usage: pimg COMMAND [ARGUMENT ...]\n\n", out);
	for (v = pimg_commands; v->name != NULL; v++)
		fprintf(out, "  pimg %s %s\n      %s.\n", v->name, v->args,
		    v->purpose);
	fputs("\nSee pimg(1), pimg-proto(5) and pimg-image(5).\n", out);
}

static const struct pimg_command *
find(const char *name)
{
	const struct pimg_command *v;

	for (v = pimg_commands; v->name != NULL; v++) {
		if (strcmp(v->name, name) == 0)
			return (v);
	}
	return (NULL);
}

int
main(int argc, char **argv)
{
	struct pimg_cli c = {0};
	int i = 1;

	if (i < argc && strcmp(argv[i], "--json") == 0) {
		c.json = true;
		i++;
	}
	if (i < argc && (strcmp(argv[i], "--help") == 0 ||
	    strcmp(argv[i], "help") == 0)) {
		usage(stdout);
		return (fflush(stdout) == 0 ? 0 : 1);
	}
	if (i < argc && strcmp(argv[i], "--version") == 0) {
		printf("pimg %s\n", PIMG_VERSION);
		return (fflush(stdout) == 0 ? 0 : 1);
	}
	if (i >= argc) {
		pimg_usage(&c, "a command is missing");
		return (fail(&c));
	}
	if ((c.verb = find(argv[i])) == NULL) {
		pimg_usage(&c, "%.80s: no such command", argv[i]);
		return (fail(&c));
	}
	if (c.verb->run(&c, argc - i, argv + i) < 0)
		return (fail(&c));
	if (fflush(stdout) != 0) {
		pstore_fail(&c.error, PSTORE_FAILED,
		    "standard output: cannot write");
		return (fail(&c));
	}
	return (0);
}
