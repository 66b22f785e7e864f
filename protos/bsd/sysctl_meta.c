/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * FreeBSD's and DragonFly's names about names: {0,1,oid} is an oid's text,
 * {0,2,oid} the oid that follows it (FreeBSD's {0,7} too), {0,3} turns the
 * text given as the new value into an oid, {0,4,oid} tells type and format,
 * {0,5,oid} the description, of which there is none here.
 */
#include <linux/errno.h>

#include "sysctl.h"
#include "sysctl_abi.h"

#ifdef SYSCTL_META

#define	META_NAME	1
#define	META_NEXT	2
#define	META_NAME2OID	3
#define	META_OIDFMT	4
#define	META_OIDDESCR	5
#define	META_NEXTNOSKIP	7

#define	PATH_LIMIT	1024		/* MAXPATHLEN */
#define	KIND_READ	0x80000000u	/* CTLFLAG_RD */
#define	KIND_WRITE	0x40000000u	/* CTLFLAG_WR */

/* The name behind {0,N} becomes the request's own. */
static void
strip(struct sysctl_req *q)
{
	unsigned i;

	for (i = 2; i < q->namelen; i++)
		q->name[i - 2] = q->name[i];
	q->namelen -= 2;
}

static char *
put_number(char *p, char *end, int32_t v)
{
	char digits[12], *d = digits + sizeof(digits);
	uint32_t u = (uint32_t)v;

	*--d = '\0';
	do
		*--d = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	return (pimg_strlcpy(p, d, (size_t)(end - p)));
}

/* Words that no entry names are shown as numbers. */
static long
name_of(struct sysctl_req *q)
{
	char text[256], *end = text + sizeof(text), *p = text;
	const struct pimg_mib *m = sysctl_find(q);
	unsigned i = 0;

	*p = '\0';
	if (m != NULL) {
		p = pimg_strlcpy(p, m->name, sizeof(text));
		i = m->depth;
	}
	for (; i < q->namelen; i++) {
		if (i > 0)
			p = pimg_strlcpy(p, ".", (size_t)(end - p));
		p = put_number(p, end, q->name[i]);
	}
	return (sysctl_string(q, text));
}

static int
compare(const struct pimg_mib *m, const struct sysctl_req *q)
{
	unsigned i;

	for (i = 0; i < m->depth && i < q->namelen; i++)
		if (m->oid[i] != q->name[i])
			return (m->oid[i] < q->name[i] ? -1 : 1);
	return ((int)m->depth - (int)q->namelen);
}

static long
put_oid(struct sysctl_req *q, const struct pimg_mib *m)
{
	int32_t word;
	unsigned i;
	long r = 0;

	for (i = 0; i < m->depth && r == 0; i++) {
		word = m->oid[i];
		r = sysctl_out(q, &word, sizeof(word));
	}
	return (r);
}

/* Leaves only, as sysctl(8) lists them; the table is in order. */
static long
next_of(struct sysctl_req *q)
{
	unsigned i;

	for (i = 0; i < pimg_mib_count; i++)
		if (pimg_mib[i].oid[0] != 0 && compare(&pimg_mib[i], q) > 0 &&
		    (pimg_mib[i].type != T_NODE || pimg_mib[i].from >= M_META))
			return (put_oid(q, &pimg_mib[i]));
	return (-ENOENT);
}

static long
name2oid(struct sysctl_req *q)
{
	char name[PATH_LIMIT];
	const struct pimg_mib *m;

	if (q->new == 0 || q->newlen == 0)
		return (-ENOENT);
	if (q->newlen >= PATH_LIMIT)
		return (-ENAMETOOLONG);
	if (pimg_copyin(name, q->new, q->newlen) != 0)
		return (-EFAULT);
	name[q->newlen] = '\0';
	if ((m = sysctl_named(name)) == NULL) {
		sysctl_unknown(q, name);
		return (-ENOENT);
	}
	return (put_oid(q, m));
}

/* The letters of sysctl(9)'s formats. */
static const char *
format(const struct pimg_mib *m)
{

	switch (m->type) {
	case T_NODE: return ("N");
	case T_INT: return ("I");
	case T_UINT: return ("IU");
	case T_LONG: return ("L");
	case T_ULONG: return ("LU");
	case T_QUAD: return ("Q");
	case T_UQUAD: return ("QU");
	case T_BOOL: return ("CU");
	case T_STRING: return ("A");
	}
	switch (m->from) {
	case M_BOOTTIME: return ("S,timeval");
	case M_CLOCKRATE: return ("S,clockinfo");
	case M_LOADAVG: return ("S,loadavg");
	case M_CPTIME: case M_CPTIMES: return ("LU");
	default: return ("S");
	}
}

static long
oidfmt(struct sysctl_req *q)
{
	const struct pimg_mib *m = sysctl_find(q);
	uint32_t kind;
	long r;

	if (m == NULL || (m->depth < q->namelen && m->from < M_META))
		return (-ENOENT);
	kind = KIND_READ | (m->flags & MIB_WRITE ? KIND_WRITE : 0) |
	    (m->type == T_BOOL ? SYSCTL_BOOL_KIND : m->type);
	if ((r = sysctl_out(q, &kind, sizeof(kind))) != 0)
		return (r);
	return (sysctl_string(q, format(m)));
}

long
sysctl_meta(struct sysctl_req *q)
{
	int32_t what = q->namelen > 1 ? q->name[1] : -1;

	if (what == META_NAME2OID)
		return (name2oid(q));
	if (q->new != 0)
		return (-EPERM);
	strip(q);
	switch (what) {
	case META_NAME:
		return (name_of(q));
	case META_NEXT:
	case META_NEXTNOSKIP:
		return (next_of(q));
	case META_OIDFMT:
		return (oidfmt(q));
	case META_OIDDESCR:
		return (sysctl_string(q, ""));
	default:
		return (-ENOENT);
	}
}

#endif
