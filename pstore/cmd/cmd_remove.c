/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore remove: delete a version that is not current.
 */
#include <stdio.h>
#include <string.h>

#include "pstore/cmd/ksync.h"
#include "pstore/cmd/output.h"
#include "pstore/cmd/procscan.h"
#include "pstore/cmd/verbs.h"

struct users {
	const char *image;
	int	n;
	pid_t	first;
};

static int
count(void *arg, const struct process *p)
{
	struct users *u = arg;

	if (strcmp(p->image, u->image) == 0 && u->n++ == 0)
		u->first = p->pid;
	return (0);
}

/* Those that run it would go on, but could not exec any more. */
static int
check_users(struct cli *c, const char *image)
{
	struct pstore_places first;
	struct users u = { image, 0, 0 };

	first.n = 1;
	first.v[0] = c->places.v[0];
	if (process_scan(&first, count, &u, &c->err) != 0)
		return (-1);
	if (u.n == 0)
		return (0);
	pstore_fail(&c->err, PSTORE_BUSY, "%s: remove: %d processes run in it, "
	    "process %ld for one", image, u.n, (long)u.first);
	return (pstore_hint(&c->err, "see them: pstore ps %s; --force removes "
	    "it all the same: they go on, but a pinned one cannot exec",
	    image));
}

static void
report(struct cli *c, const char *image, const struct pstore_removed *gone,
    int dry)
{
	if (c->json) {
		fputs("{\"schema\":1", stdout);
		json_member(stdout, ",", "image", image);
		printf(",\"removed\":%s,\"dry_run\":%s,\"promotions\":%d}\n",
		    dry ? "false" : "true", dry ? "true" : "false",
		    gone->rollbacks);
		return;
	}
	printf("%s%s\n", dry ? "would remove " : "removed ", image);
	if (gone->rollbacks > 0)
		printf("a rollback %s pass it over\n", dry ? "would" : "will");
}

int
cmd_remove(struct cli *c, int argc, char **argv)
{
	static const struct option longs[] = {
		CLI_OPTIONS, CHANGE_OPTIONS,
		{ "force", no_argument, NULL, OPT_FORCE },
		{ NULL, 0, NULL, 0 }
	};
	char image[PSTORE_IMAGE_MAX];
	struct pstore_removed gone;
	struct change_options o;
	struct pstore_act act;
	struct pstore_ref ref;
	struct pstore *s;
	int r;

	if (change_options(c, argc, argv, ":nm:", longs, &o) != 0 ||
	    cli_operands(c, argc, 1, 1) != 0 || cli_places(c) != 0 ||
	    version_operand(c, argv[optind], &ref) != 0)
		return (-1);
	snprintf(image, sizeof(image), "%.*s@%u", PIMG_NAME_MAX, ref.name,
	    ref.number);
	if ((!o.force && check_users(c, image) != 0) ||
	    pstore_open(&s, &c->places.v[0], o.dry ? PSTORE_READ : PSTORE_WRITE,
	    &c->err) != 0)
		return (-1);
	change_act(&act, &o);
	r = pstore_remove(s, ref.name, ref.number, &act, &gone, &c->err);
	pstore_close(s);
	if (r != 0)
		return (-1);
	report(c, image, &gone, o.dry);
	if (!o.dry)
		ksync_removed(c, &c->places.v[0], ref.name, ref.number);
	return (0);
}
