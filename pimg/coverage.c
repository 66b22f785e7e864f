/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What becomes of each call of a personality, and how much of it needs C.
 */
#include <stdio.h>

#include "pimg/coverage.h"
#include "pimg/native.h"
#include "pimg/unit.h"

#define	NCLASSES	5

static const char *
target_text(const struct pimg_call *c, char *buf, size_t size)
{
	switch (c->target.kind) {
	case PIMG_TO_NATIVE:
		snprintf(buf, size, "%s", c->target.name);
		break;
	case PIMG_TO_ERRNO:
		snprintf(buf, size, "errno %s",
		    pimg_errno_name((int)c->target.value));
		break;
	case PIMG_TO_RETURN:
		snprintf(buf, size, "return %lld",
		    (long long)c->target.value);
		break;
	case PIMG_TO_HOOK:
		snprintf(buf, size, "hook %s", c->target.name);
		break;
	case PIMG_TO_RUNTIME:
		snprintf(buf, size, "runtime %s", c->target.name);
		break;
	default:
		snprintf(buf, size, "missing");
		break;
	}
	return (buf);
}

struct counts {
	size_t	classes[NCLASSES];
	size_t	implemented, hooks, runtime;
};

/*
 * Implemented is what the foreign system has and we answer, be it with an
 * errno; prototypes alone make the answer where no C stands behind it.
 */
static void
count(const struct pimg_unit *u, struct counts *n)
{
	const struct pimg_call *c;
	size_t i;
	int abi;

	*n = (struct counts){0};
	for (abi = 0; abi < PIMG_NABI; abi++) {
		for (i = 0; i < u->tables[abi].count; i++) {
			c = u->tables[abi].calls[i];
			n->classes[c->cls]++;
			n->implemented += c->status == PIMG_STD &&
			    c->cls != PIMG_MISSING;
			n->hooks += c->cls == PIMG_HOOK &&
			    c->target.kind == PIMG_TO_HOOK;
			n->runtime += c->cls == PIMG_HOOK &&
			    c->target.kind == PIMG_TO_RUNTIME;
		}
	}
}

static size_t
prototype_only(const struct counts *n)
{
	return (n->implemented - n->hooks - n->runtime);
}

static double
share(const struct counts *n)
{
	return (n->implemented == 0 ? 0 :
	    100.0 * (double)prototype_only(n) / (double)n->implemented);
}

static json_t *
calls_json(const struct pimg_unit *u)
{
	json_t *list = json_array();
	const struct pimg_call *c;
	char buf[128];
	size_t i;
	int abi;

	for (abi = 0; abi < PIMG_NABI; abi++) {
		for (i = 0; i < u->tables[abi].count; i++) {
			c = u->tables[abi].calls[i];
			json_array_append_new(list, json_pack(
			    "{s:s,s:i,s:s,s:s,s:s}", "abi",
			    pimg_abi_name(c->abi), "number", (int)c->number,
			    "name", c->symbol, "class",
			    pimg_class_name(c->cls), "target",
			    target_text(c, buf, sizeof(buf))));
		}
	}
	return (list);
}

json_t *
pimg_coverage_json(const struct pimg_unit *u)
{
	json_t *classes = json_object();
	struct counts n;
	int i;

	count(u, &n);
	for (i = 0; i < NCLASSES; i++)
		json_object_set_new(classes,
		    pimg_class_name((enum pimg_class)i),
		    json_integer((json_int_t)n.classes[i]));
	return (json_pack("{s:i,s:s,s:b,s:s,s:s?,s:s,s:I,s:I,s:I,s:I,s:f,s:o,"
	    "s:o}", "schema", 1, "personality", u->personality.name, "base",
	    u->is_base, "title", u->title, "release", u->release, "convention",
	    u->convention == PIMG_BSD ? "bsd" : "linux", "implemented",
	    (json_int_t)n.implemented, "prototype_only",
	    (json_int_t)prototype_only(&n), "by_hook", (json_int_t)n.hooks,
	    "by_runtime", (json_int_t)n.runtime, "prototype_only_percent",
	    share(&n), "classes", classes, "calls", calls_json(u)));
}

void
pimg_coverage_text(const struct pimg_unit *u)
{
	const struct pimg_call *c;
	struct counts n;
	size_t i;
	char buf[128];
	int abi;

	count(u, &n);
	printf("%s: %s, %s\n", u->is_base ? "base" : "personality",
	    u->personality.name, u->title);
	if (u->release != NULL)
		printf("release: %s\n", u->release);
	if (u->is_base)
		printf("prototypes without a number: %zu\n",
		    u->templates.count);
	for (i = 0; i < NCLASSES; i++)
		printf("%s: %zu\n", pimg_class_name((enum pimg_class)i),
		    n.classes[i]);
	printf("implemented: %zu\nby a hook: %zu\nby the runtime: %zu\n"
	    "prototype-only: %zu, %.1f %% of the implemented\n",
	    n.implemented, n.hooks, n.runtime, prototype_only(&n), share(&n));
	for (abi = 0; abi < PIMG_NABI; abi++) {
		for (i = 0; i < u->tables[abi].count; i++) {
			c = u->tables[abi].calls[i];
			printf("%-7s %4u %-22s %-14s %s\n",
			    pimg_abi_name(c->abi), c->number, c->symbol,
			    pimg_class_name(c->cls),
			    target_text(c, buf, sizeof(buf)));
		}
	}
}
