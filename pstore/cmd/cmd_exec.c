/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore exec: pick a version, check it, become it.
 *
 * What image_file.c has checked is the descriptor that is executed, so that
 * nothing can be swapped between check and use.  After execveat(2) the process is the
 * image's loader (see runtime/) and then the program: its exit status is this
 * command's.  What goes wrong before is 125, 126 or 127.
 *
 * Where the kernel module holds the very bytes that were checked, it carries
 * the program instead: it is told which image the next exec gets, and the
 * program is executed as it is.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/carrier.h"
#include "pstore/cmd/request.h"
#include "pstore/cmd/verbs.h"
#include "pstore/kernel.h"

#define	PROTOCOL	"pimg/1"	/* argv[0] that the image knows */

/* Quotes a word for a shell if it needs that. */
static void
quote(char *out, size_t size, const char *word)
{
	size_t n;

	if (word[0] != '\0' && word[strspn(word, "abcdefghijklmnopqrstuvwxyz"
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./,:@%")] == '\0') {
		snprintf(out, size, "%s", word);
		return;
	}
	n = 0;
	out[n++] = '\'';
	for (; *word != '\0' && n + 7 < size; word++) {
		if (*word == '\'')
			n += (size_t)snprintf(out + n, size - n, "'\\''");
		else
			out[n++] = *word;
	}
	out[n++] = '\'';
	out[n] = '\0';
}

/* The line with the "--" where it belongs.  WORDS begins with what was taken
 * for the image's name. */
static int
corrected(struct cli *c, struct request *q, char **words, int n)
{
	struct pstore_error ignored;
	struct pstore_ref ref;
	char line[400], word[200];
	size_t used;
	int i;

	used = (size_t)snprintf(line, sizeof(line), "pstore exec%s%s",
	    q->explain ? " --explain" : "",
	    q->untrusted ? " --allow-untrusted" : "");
	i = 0;
	if (n > 1 && pstore_ref_parse(&ref, words[0], &ignored) == 0)
		used += (size_t)snprintf(line + used, sizeof(line) - used,
		    " %s", words[i++]);
	used += (size_t)snprintf(line + used, sizeof(line) - used, " --");
	for (; i < n && used < sizeof(line); i++) {
		quote(word, sizeof(word), words[i]);
		used += (size_t)snprintf(line + used, sizeof(line) - used,
		    " %s", word);
	}
	pstore_fail(&c->err, PSTORE_USAGE,
	    "exec: \"--\" is missing before the program");
	return (pstore_hint(&c->err, "%s", line));
}

static int
add_native(struct cli *c, struct request *q, const char *rule)
{
	if (q->nnative == EXEC_NATIVE_MAX)
		return (cli_usage(c, "more than %d --native rules",
		    EXEC_NATIVE_MAX));
	if (rule[0] == '\0' || strlen(rule) > 200)
		return (cli_usage(c, "--native needs a pattern of at most 200 "
		    "characters"));
	q->native[q->nnative++] = rule;
	return (0);
}

static int
choose_trace(struct cli *c, struct request *q, const char *how)
{
	if (q->trace != TRACE_NONE)
		return (cli_usage(c, "--trace is given twice"));
	if (how != NULL && strcmp(how, "summary") != 0)
		return (cli_usage(c, "--trace=%s: --trace, or --trace=summary",
		    how));
	q->trace = how == NULL ? TRACE_LINES : TRACE_SUMMARY;
	return (0);
}

static int
read_options(struct cli *c, int argc, char **argv, struct request *q)
{
	static const struct option longs[] = {
		CLI_OPTIONS,
		{ "allow-untrusted", no_argument, NULL, OPT_UNTRUSTED },
		{ "explain", no_argument, NULL, 'e' },
		{ "native", required_argument, NULL, 'n' },
		{ "root", required_argument, NULL, 'r' },
		{ "trace", optional_argument, NULL, 't' },
		{ "traps", no_argument, NULL, 'T' },
		{ NULL, 0, NULL, 0 }
	};
	int opt;

	/* The leading "-" hands over operands one by one, as option 1. */
	while ((opt = cli_option(c, argc, argv, "-:o:", longs)) != -1) {
		if (opt == 'e' && cli_once(c, &q->explain, "--explain") == 0)
			continue;
		if (opt == OPT_UNTRUSTED &&
		    cli_once(c, &q->untrusted, "--allow-untrusted") == 0)
			continue;
		if (opt == 'T' && cli_once(c, &q->traps, "--traps") == 0)
			continue;
		if (opt == 'n' && add_native(c, q, optarg) == 0)
			continue;
		if (opt == 'r' && cli_text_once(c, &q->root, "--root") == 0)
			continue;
		if (opt == 't' && choose_trace(c, q, optarg) == 0)
			continue;
		if (opt == 'o') {
			if (cli_text_once(c, &q->output, "-o") != 0)
				return (-1);
			continue;
		}
		if (opt != 1)
			return (-1);
		if (q->image != NULL)
			return (corrected(c, q, argv + optind - 2,
			    argc - optind + 2));
		q->image = optarg;
	}
	if (optind == 0 || strcmp(argv[optind - 1], "--") != 0) {
		if (q->image != NULL)
			return (corrected(c, q, argv + optind - 1,
			    argc - optind + 1));
		return (cli_usage(c, "which program?"));
	}
	if (q->output != NULL && q->trace == TRACE_NONE)
		return (cli_usage(c, "-o is where --trace goes"));
	q->argv = argv + optind;
	q->argc = argc - optind;
	return (q->argc > 0 ? 0 : cli_usage(c, "no program behind \"--\""));
}

static int
choose(struct cli *c, struct request *q)
{
	char name[PIMG_NAME_MAX + 1], rule[128];

	if (q->image != NULL) {
		q->by_name = 1;
		snprintf(q->rule, sizeof(q->rule), "named on the command line");
		return (pstore_ref_parse(&q->ref, q->image, &c->err));
	}
	if (program_brand(&q->program, &c->places, name, rule, sizeof(rule),
	    &c->err) != 0)
		return (-1);
	snprintf(q->rule, sizeof(q->rule), "the program's brand (%s)", rule);
	return (pstore_ref_parse(&q->ref, name, &c->err));
}

static int
check_carrier(struct cli *c, const struct request *q)
{
	struct carrier sud;

	carrier_sud(&sud);
	if (sud.usable)
		return (0);
	pstore_fail(&c->err, PSTORE_UNSUPPORTED, "%s: carry its system calls: "
	    "%s", q->found.image, sud.cause);
	return (pstore_hint(&c->err, "%s", sud.hint));
}

/*
 * What the kernel follows is the system's store, so another store's programs
 * go there only when they stay on their version.  An untrusted image is never
 * the kernel's.
 */
static void
try_kernel(struct request *q)
{
	const struct pstore_file *f;
	struct pstore_error ignored;
	int fd, pin;

	q->kernel = -1;
	if (q->root != NULL || q->nnative > 0 || q->traps ||
	    q->trace != TRACE_NONE)
		return;		/* these are for the image's own loader */
	pin = q->ref.kind != PSTORE_REF_CURRENT;
	f = pstore_manifest_file(&q->version.manifest, "x86_64");
	if (f == NULL || (!pin && q->found.place->origin != PSTORE_BY_SYSTEM &&
	    strcmp(q->found.place->path, PSTORE_SYSTEM) != 0))
		return;
	if (pstore_kernel_open(&fd, NULL, &ignored) != 0)
		return;
	if (pstore_kernel_choose(fd, q->ref.name, q->found.number, pin,
	    f->hash) == 0)
		q->kernel = fd;
	else
		close(fd);
}

/* The program itself; the kernel maps the image beside it. */
static int
become_native(struct cli *c, struct request *q)
{
	execv(q->program.path, q->argv);
	c->own_status = errno == ENOENT ? STATUS_NOT_FOUND :
	    STATUS_NOT_EXECUTABLE;
	pstore_fail_os(&c->err, errno, "%s: execute", q->program.word);
	pstore_kernel_cancel(q->kernel);
	return (-1);
}

/* --NAME=VALUE, in memory that the exec gives back. */
static char *
option(const char *name, const char *value)
{
	char *word;

	return (asprintf(&word, "%s=%s", name, value) < 0 ? NULL : word);
}

/*
 * Where children of other foreign systems find an image that the store lacks.
 * A Linux personality's images may be older than this option.
 */
static const char *
installed_images(const struct cli *c, const struct request *q)
{
	size_t i;

	for (i = 0; i < c->places.n; i++) {
		if (c->places.v[i].origin == PSTORE_BY_INSTALL &&
		    c->places.v[i].fd >= 0 &&
		    q->note.model == PIMG_MODEL_BSD &&
		    q->found.place != &c->places.v[i])
			return (c->places.v[i].path);
	}
	return (NULL);
}

/* {"pimg/1", OPTION..., "--", PATH, ARGV0, ARG ...} */
static int
become(struct cli *c, struct request *q, int fd)
{
	const char *images;
	char **argv;
	int i, n;

	argv = calloc((size_t)q->argc + 10 + EXEC_NATIVE_MAX, sizeof(*argv));
	if (argv == NULL)
		return (pstore_fail_os(&c->err, ENOMEM, "%s: execute",
		    q->found.image));
	n = 0;
	argv[n++] = (char *)(uintptr_t)PROTOCOL;
	if (q->ref.kind != PSTORE_REF_CURRENT)
		argv[n++] = (char *)(uintptr_t)"--pin";
	if (q->traps)
		argv[n++] = (char *)(uintptr_t)"--traps";
	for (i = 0; i < q->nnative; i++)
		argv[n++] = option("--native", q->native[i]);
	if (q->root != NULL)
		argv[n++] = option("--root", q->rootdir);
	images = installed_images(c, q);
	if (images != NULL)
		argv[n++] = option("--images", images);
	if (q->trace_option[0] != '\0')
		argv[n++] = q->trace_option;
	argv[n++] = (char *)(uintptr_t)"--";
	argv[n++] = q->program.path;
	memcpy(argv + n, q->argv, (size_t)q->argc * sizeof(*argv));
	execveat(fd, "", argv, environ, AT_EMPTY_PATH);
	pstore_fail_os(&c->err, errno, "%s: execute", q->found.image);
	if (c->err.os == EACCES)
		pstore_hint(&c->err, "is %s mounted noexec?",
		    q->found.place->path);
	free(argv);
	return (-1);
}

/* --root, or /compat/NAME where that exists; the image does the same. */
static int
find_root(struct cli *c, struct request *q)
{
	struct pstore_error ignored;
	struct pstore_ref ref;
	char real[PATH_MAX];
	struct stat st;

	if (q->root == NULL) {
		if (q->image == NULL ||
		    pstore_ref_parse(&ref, q->image, &ignored) != 0)
			return (0);
		snprintf(q->rootdir, sizeof(q->rootdir), "/compat/%s",
		    ref.name);
		if (stat(q->rootdir, &st) != 0 || !S_ISDIR(st.st_mode))
			q->rootdir[0] = '\0';
		return (0);
	}
	if (realpath(q->root, real) == NULL || stat(real, &st) != 0)
		return (pstore_fail_os(&c->err, errno, "--root %.300s: open",
		    q->root));
	if (!S_ISDIR(st.st_mode))
		return (pstore_fail_os(&c->err, ENOTDIR, "--root %.300s: open",
		    q->root));
	if (strlen(real) >= sizeof(q->rootdir))
		return (pstore_fail_os(&c->err, ENAMETOOLONG,
		    "--root %.300s: open", q->root));
	strcpy(q->rootdir, real);
	return (0);
}

static int
find_program(struct cli *c, struct request *q, const char *root)
{
	int status;

	if (program_find(&q->program, q->argv[0], root, &status, &c->err) == 0)
		return (0);
	c->own_status = status;
	return (-1);
}

/* A root is the BSDs'; one that nobody asked for is not there for others. */
static int
check_root(struct cli *c, struct request *q)
{
	if (q->note.model != PIMG_MODEL_LINUX || q->rootdir[0] == '\0')
		return (0);
	if (q->root != NULL)
		return (cli_usage(c, "--root is for a foreign system's folder; "
		    "%s has the host's files", q->ref.name));
	q->rootdir[0] = '\0';
	return (find_program(c, q, NULL));
}

static int
run(struct cli *c, struct request *q)
{
	const char *root;
	int fd;

	if (cli_places(c) != 0 || find_root(c, q) != 0)
		return (-1);
	root = q->rootdir[0] != '\0' && strcmp(q->rootdir, "/") != 0 ?
	    q->rootdir : NULL;
	if (find_program(c, q, root) != 0 || choose(c, q) != 0)
		return (-1);
	fd = exec_image(c, q);
	if (fd < 0 || check_root(c, q) != 0)
		return (-1);
	try_kernel(q);
	if (q->kernel < 0 && check_carrier(c, q) != 0)
		return (-1);
	if (q->explain)
		exec_explain(q, c->json);
	if (q->trace != TRACE_NONE && exec_trace(c, q) != 0)
		return (-1);
	return (q->kernel >= 0 ? become_native(c, q) : become(c, q, fd));
}

int
cmd_exec(struct cli *c, int argc, char **argv)
{
	static struct request q;

	c->own_status = STATUS_OWN;
	if (read_options(c, argc, argv, &q) != 0)
		return (-1);
	return (run(c, &q));
}
