/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The list of stores and what a user calls an image; place.h has the order.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/io.h"
#include "pstore/place.h"

const char *
pstore_origin_name(enum pstore_origin o)
{
	static const char *const names[] = {
		[PSTORE_BY_OPTION] = "--store",
		[PSTORE_BY_ENV] = "PIMG_STORE",
		[PSTORE_BY_USER] = "user",
		[PSTORE_BY_SYSTEM] = "system",
		[PSTORE_BY_INSTALL] = "installation",
	};

	return (names[o]);
}

/* PREFIX/lib/pimg/images of the PREFIX/bin or PREFIX/libexec/pimg that this
 * program runs from. */
static int
installed(char *buf, size_t size)
{
	char exe[PATH_MAX], *p;
	ssize_t n;

	n = readlink("/proc/self/exe", exe, sizeof(exe) - 1);
	if (n <= 0)
		return (-1);
	exe[n] = '\0';
	p = strrchr(exe, '/');
	if (p == NULL)
		return (-1);
	*p = '\0';
	p = strstr(exe, "/libexec/pimg");
	if (p != NULL && p[strlen("/libexec/pimg")] == '\0')
		*p = '\0';
	else if ((p = strrchr(exe, '/')) != NULL)
		*p = '\0';
	else
		return (-1);
	return ((size_t)snprintf(buf, size, "%s/lib/pimg/images", exe) < size ?
	    0 : -1);
}

static int
users(char *buf, size_t size)
{
	const char *base, *sub;

	base = getenv("XDG_DATA_HOME");
	sub = "/pimg";
	if (base == NULL || base[0] != '/') {
		base = getenv("HOME");
		sub = "/.local/share/pimg";
	}
	if (base == NULL || base[0] != '/')
		return (-1);
	return ((size_t)snprintf(buf, size, "%s%s", base, sub) < size ? 0 : -1);
}

/* The path as the kernel knows it, without links: what ps sees. */
static void
canonical(struct pstore_place *p)
{
	char proc[32], real[PATH_MAX];
	ssize_t n;

	snprintf(proc, sizeof(proc), "/proc/self/fd/%d", p->fd);
	n = readlink(proc, real, sizeof(real) - 1);
	if (n <= 0 || real[0] != '/')
		return;
	memcpy(p->path, real, (size_t)n);
	p->path[n] = '\0';
}

static int
open_place(struct pstore_places *ps, enum pstore_origin origin,
    const char *path, struct pstore_error *e)
{
	struct pstore_place *p;

	p = &ps->v[ps->n];
	p->origin = origin;
	p->refused = PSTORE_OK;
	if ((size_t)snprintf(p->path, sizeof(p->path), "%s", path) >=
	    sizeof(p->path))
		return (pstore_fail_os(e, ENAMETOOLONG, "store %.64s: open",
		    path));
	p->fd = pstore_path_open(p->path, origin == PSTORE_BY_SYSTEM ||
	    origin == PSTORE_BY_INSTALL, e);
	if (p->fd < 0 && e->code != PSTORE_NOTFOUND) {
		p->refused = e->code;
		snprintf(p->cause, sizeof(p->cause), "%.399s", e->message);
		snprintf(p->hint, sizeof(p->hint), "%.199s", e->hint);
	} else if (p->fd >= 0)
		canonical(p);
	ps->n++;
	return (0);
}

int
pstore_place_ok(const struct pstore_place *p, struct pstore_error *e)
{
	if (p->refused == PSTORE_OK)
		return (0);
	pstore_fail(e, p->refused, "%s", p->cause);
	return (pstore_hint(e, "%s", p->hint));
}

static int
open_all(struct pstore_places *ps, const char *option, struct pstore_error *e)
{
	char path[PATH_MAX];
	const char *env;

	if (option != NULL &&
	    open_place(ps, PSTORE_BY_OPTION, option, e) != 0)
		return (-1);
	env = getenv("PIMG_STORE");
	if (env != NULL && env[0] != '\0' &&
	    open_place(ps, PSTORE_BY_ENV, env, e) != 0)
		return (-1);
	if (users(path, sizeof(path)) == 0 &&
	    open_place(ps, PSTORE_BY_USER, path, e) != 0)
		return (-1);
	if (open_place(ps, PSTORE_BY_SYSTEM, PSTORE_SYSTEM, e) != 0)
		return (-1);
	if (installed(path, sizeof(path)) == 0 &&
	    open_place(ps, PSTORE_BY_INSTALL, path, e) != 0)
		return (-1);
	return (0);
}

int
pstore_places_open(struct pstore_places *ps, const char *option,
    struct pstore_error *e)
{
	ps->n = 0;
	if (option != NULL && option[0] == '\0')
		return (pstore_fail(e, PSTORE_USAGE, "--store: empty path"));
	if (open_all(ps, option, e) == 0)
		return (0);
	pstore_places_close(ps);
	return (-1);
}

void
pstore_places_close(struct pstore_places *ps)
{
	while (ps->n > 0) {
		if (ps->v[--ps->n].fd >= 0)
			close(ps->v[ps->n].fd);
	}
}

static int
ref_number(struct pstore_ref *ref, const char *text)
{
	size_t len;

	len = strlen(text);
	if (len < 1 || len > 9 || strspn(text, "0123456789") != len ||
	    text[0] == '0')
		return (-1);
	ref->kind = PSTORE_REF_NUMBER;
	ref->number = (uint32_t)strtoul(text, NULL, 10);
	return (0);
}

int
pstore_ref_parse(struct pstore_ref *ref, const char *text,
    struct pstore_error *e)
{
	const char *at;
	size_t len;

	memset(ref, 0, sizeof(*ref));
	at = strchr(text, '@');
	len = at == NULL ? strlen(text) : (size_t)(at - text);
	if (len < sizeof(ref->name))
		memcpy(ref->name, text, len);
	if (!pstore_name_valid(ref->name))
		goto wrong;
	ref->kind = PSTORE_REF_CURRENT;
	if (at == NULL || ref_number(ref, at + 1) == 0)
		return (0);
	if (pstore_hash_parse(ref->digest, at + 1) == 0) {
		ref->kind = PSTORE_REF_DIGEST;
		return (0);
	}
wrong:
	pstore_fail(e, PSTORE_USAGE, "%.100s: not the name of an image", text);
	return (pstore_hint(e, "write NAME, NAME@N or NAME@sha256:HEX, for "
	    "instance linux26@1"));
}
