/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Handing images to the kernel module.  Nothing untrusted gets there, whatever
 * --allow-untrusted let into the store: the kernel's images run for all.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/ksync.h"

int
ksync_follows(const struct pstore_place *p)
{
	return (p->origin == PSTORE_BY_SYSTEM ||
	    strcmp(p->path, PSTORE_SYSTEM) == 0);
}

static int
check(struct cli *c, const struct pstore_place *p, struct pstore_version *v)
{
	struct pstore_trust *t;
	int r;

	t = calloc(1, sizeof(*t));
	if (t == NULL)
		return (pstore_fail_os(&c->err, ENOMEM, "%s: verify",
		    v->image));
	r = pstore_trust_load(t, p->fd, p->path, &c->err);
	if (r == 0)
		r = pstore_version_trust(v, t, &c->err);
	free(t);
	return (r);
}

int
ksync_install(struct cli *c, int kernel, const struct pstore_place *p,
    const char *name, uint32_t n)
{
	struct pstore_places one;
	struct pstore_version *v;
	struct pstore_found f;
	struct pstore_ref ref;
	int r;

	one.n = 1;
	one.v[0] = *p;
	memset(&ref, 0, sizeof(ref));
	snprintf(ref.name, sizeof(ref.name), "%s", name);
	ref.kind = PSTORE_REF_NUMBER;
	ref.number = n;
	if (pstore_find(&f, &one, &ref, &c->err) != 0)
		return (-1);
	v = calloc(1, sizeof(*v));
	r = v == NULL ? pstore_fail_os(&c->err, ENOMEM, "%s", name) :
	    pstore_version_head(v, f.dirfd, f.image, &c->err);
	if (r == 0)
		r = check(c, p, v);
	if (r == 0)
		r = pstore_kernel_install(kernel, v, f.dirfd, &c->err);
	close(f.dirfd);
	free(v);
	return (r);
}

static void
warn(struct cli *c)
{
	cli_warn(c, "%s; the store has changed, the kernel has not: pstore "
	    "kernel sync", c->err.message);
}

void
ksync_promoted(struct cli *c, const struct pstore_place *p, const char *name,
    uint32_t n)
{
	int fd;

	if (!ksync_follows(p))
		return;
	if (pstore_kernel_open(&fd, NULL, &c->err) != 0) {
		if (c->err.code != PSTORE_NOTFOUND)
			warn(c);
		return;
	}
	if (ksync_install(c, fd, p, name, n) != 0 ||
	    pstore_kernel_current(fd, name, n, &c->err) != 0)
		warn(c);
	close(fd);
}

void
ksync_removed(struct cli *c, const struct pstore_place *p, const char *name,
    uint32_t n)
{
	int fd;

	if (!ksync_follows(p))
		return;
	if (pstore_kernel_open(&fd, NULL, &c->err) != 0) {
		if (c->err.code != PSTORE_NOTFOUND)
			warn(c);
		return;
	}
	if (pstore_kernel_remove(fd, name, n, &c->err) != 0 &&
	    c->err.os != ENOENT)
		warn(c);
	close(fd);
}
