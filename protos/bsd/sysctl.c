/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * __sysctl: names are looked up in the system's table, values are made by
 * sysctl_*.c and moved here.  What the kernels guarantee and programs use:
 *
 *   - with no room (old is NULL) the call succeeds and tells the length;
 *   - with too little room what fits is copied and the call ends with ENOMEM
 *     (kern_sysctl.c's sysctl_old_user of FreeBSD and DragonFly, which then
 *     tell how much was copied; NetBSD's tells how much there is);
 *   - ENOENT for what does not exist, ENOTDIR below a leaf, EISDIR for a
 *     node, EPERM when a value may not be changed.
 */
#include <linux/errno.h>

#include "sysctl.h"
#include "sysctl_abi.h"

#define	PATH_LIMIT	1024	/* MAXPATHLEN */

long
sysctl_out(struct sysctl_req *q, const void *p, size_t len)
{
	size_t at = q->done, n = len;

	q->done += len;
	if (q->old == 0)
		return (0);
	if (at >= q->room)
		n = 0;
	else if (n > q->room - at)
		n = q->room - at;
	if (n > 0 && pimg_copyout(q->old + at, p, n) != 0)
		return (-EFAULT);
	return (0);
}

long
sysctl_zero(struct sysctl_req *q, size_t len)
{
	static const char zero[64];
	size_t n;
	long r = 0;

	for (; len > 0 && r == 0; len -= n) {
		n = len < sizeof(zero) ? len : sizeof(zero);
		r = sysctl_out(q, zero, n);
	}
	return (r);
}

long
sysctl_string(struct sysctl_req *q, const char *s)
{

	return (sysctl_out(q, s, pimg_strlen(s) + 1));
}

/* The deepest entry whose oid is the beginning of the name. */
const struct pimg_mib *
sysctl_find(const struct sysctl_req *q)
{
	const struct pimg_mib *best = NULL, *m;
	unsigned i, k;

	for (i = 0; i < pimg_mib_count; i++) {
		m = &pimg_mib[i];
		if (m->depth > q->namelen ||
		    (best != NULL && m->depth <= best->depth))
			continue;
		for (k = 0; k < m->depth && m->oid[k] == q->name[k]; k++)
			;
		if (k == m->depth)
			best = m;
	}
	return (best);
}

const struct pimg_mib *
sysctl_named(const char *name)
{
	unsigned i;

	for (i = 0; i < pimg_mib_count; i++)
		if (pimg_strcmp(pimg_mib[i].name, name) == 0)
			return (&pimg_mib[i]);
	return (NULL);
}

static char *
put_word(char *p, char *end, int32_t v)
{
	char digits[12], *d = digits + sizeof(digits);
	uint32_t u = v < 0 ? 0u - (uint32_t)v : (uint32_t)v;

	*--d = '\0';
	do
		*--d = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		*--d = '-';
	return (pimg_strlcpy(p, d, (size_t)(end - p)));
}

/*
 * Tells the trace what was asked for and is not there: by name, or by oid,
 * whose last word is the number.
 */
void
sysctl_unknown(const struct sysctl_req *q, const char *name)
{
	char what[80], *end = what + sizeof(what), *p;
	unsigned i;

	p = pimg_strlcpy(what, "sysctl ", sizeof(what));
	if (name != NULL) {
		pimg_strlcpy(p, name, (size_t)(end - p));
		pimg_missing(what, 0);
		return;
	}
	for (i = 0; i + 1 < q->namelen; i++) {
		p = put_word(p, end, q->name[i]);
		p = pimg_strlcpy(p, ".", (size_t)(end - p));
	}
	pimg_missing(what, (uint32_t)q->name[q->namelen - 1]);
}

static size_t
number_size(unsigned type)
{

	switch (type) {
	case T_INT:
	case T_UINT:
		return (4);
	case T_BOOL:
		return (1);
	default:
		return (8);
	}
}

/* What a 32-bit number cannot hold is shown as its largest value. */
static long
out_number(struct sysctl_req *q, const struct pimg_mib *m)
{
	int64_t v;
	long r;

	if ((r = sysctl_number(m, &v)) != 0)
		return (r);
	if (m->type == T_INT && v > INT32_MAX)
		v = INT32_MAX;
	else if (m->type == T_UINT && v > UINT32_MAX)
		v = UINT32_MAX;
	return (sysctl_out(q, &v, number_size(m->type)));
}

static long
leaf(struct sysctl_req *q, const struct pimg_mib *m)
{
	long r;

	if (q->new != 0 && !(m->flags & MIB_WRITE))
		return (-EPERM);
	if (m->type == T_STRING)
		r = sysctl_text(q, m);
	else if (m->type == T_STRUCT)
		r = sysctl_struct(q, m);
	else
		r = out_number(q, m);
	if (r == 0 && q->new != 0)
		r = sysctl_write(q, m);
	return (r);
}

/* A node whose entry stands for whatever is below it. */
static long
branch(struct sysctl_req *q, const struct pimg_mib *m)
{

	switch (m->from) {
#ifdef SYSCTL_META
	case M_META:
		return (sysctl_meta(q));
#endif
	case M_PROC:
	case M_PROCARGS:
	case M_PROC2:
	case M_LWP:
		return (sysctl_proc(q, m));
	case M_ROUTE:
		return (sysctl_route(q));
	default:
		return (0);
	}
}

static long
answer(struct sysctl_req *q)
{
	const struct pimg_mib *m;

#ifdef SYSCTL_QUERY
	/* Meta-identifiers are negative and stand at the end of a name. */
	if (q->name[q->namelen - 1] < 0)
		return (sysctl_query(q));
#endif
	m = sysctl_find(q);
	if (m != NULL && m->from >= M_META)
		return (branch(q, m));
	if (m != NULL && m->depth == q->namelen)
		return (m->type == T_NODE ? -EISDIR : leaf(q, m));
	if (m != NULL && m->type != T_NODE)
		return (-ENOTDIR);
	sysctl_unknown(q, NULL);
	return (-ENOENT);
}

/* Answers q and tells the program the length. */
static long
finish(struct sysctl_req *q, pimg_addr oldlenp)
{
	uint64_t len;
	long r = answer(q);
	int cut = q->old != 0 && q->done > q->room;

	if (r != 0)
		return (r);
	len = SYSCTL_TELLS_COPIED && cut ? q->room : q->done;
	if (oldlenp != 0 && pimg_copyout(oldlenp, &len, sizeof(len)) != 0)
		return (-EFAULT);
	return (cut ? -ENOMEM : 0);
}

static long
begin(struct sysctl_req *q, const pimg_reg arg[4])
{
	uint64_t room = 0;

	if (arg[1] != 0 && pimg_copyin(&room, arg[1], sizeof(room)) != 0)
		return (-EFAULT);
	q->old = arg[1] != 0 ? arg[0] : 0;
	q->room = room;
	q->new = arg[2];
	q->newlen = arg[2] != 0 ? arg[3] : 0;
	q->done = 0;
	return (0);
}

/* int __sysctl(int *name, u_int namelen, void *, size_t *, void *, size_t) */
long
hook___sysctl(struct pimg_frame *f)
{
	struct sysctl_req q;
	long r;

	q.namelen = (unsigned)f->arg[1];
	if (q.namelen > SYSCTL_MAXNAME || q.namelen < SYSCTL_MINNAME)
		return (-EINVAL);
	if (pimg_copyin(q.name, f->arg[0], q.namelen * sizeof(q.name[0])) != 0)
		return (-EFAULT);
	if ((r = begin(&q, &f->arg[2])) != 0)
		return (r);
	return (finish(&q, f->arg[3]));
}

#ifdef SYSCTL_BYNAME
/* int __sysctlbyname(const char *, size_t, void *, size_t *, void *, size_t) */
long
hook___sysctlbyname(struct pimg_frame *f)
{
	char name[PATH_LIMIT];
	const struct pimg_mib *m;
	struct sysctl_req q;
	unsigned i;
	long r;

	if (f->arg[1] >= PATH_LIMIT)
		return (-ENAMETOOLONG);
	if (pimg_copyin(name, f->arg[0], f->arg[1]) != 0)
		return (-EFAULT);
	name[f->arg[1]] = '\0';
	q.namelen = 0;
	if ((m = sysctl_named(name)) == NULL) {
		sysctl_unknown(&q, name);
		return (-ENOENT);
	}
	for (i = 0; i < m->depth; i++)
		q.name[i] = m->oid[i];
	q.namelen = m->depth;
	if ((r = begin(&q, &f->arg[2])) != 0)
		return (r);
	return (finish(&q, f->arg[3]));
}
#endif
