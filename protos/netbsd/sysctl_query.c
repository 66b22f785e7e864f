/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Meta-identifiers at the end of a name (sysctl(7), kern/kern_sysctl.c):
 * CTL_QUERY lists a node's children as struct sysctlnode, which is how names
 * become numbers on NetBSD.  Descriptions there are none; nodes cannot be
 * made or destroyed.
 */
#include <linux/errno.h>

#include "sysctl.h"
#include "sysctl_abi.h"

#define	CTL_QUERY	(-2)
#define	CTL_DESCRIBE	(-7)

#define	VERS_MASK	0xff000000u
#define	VERS_1		0x01000000u
#define	FLAG_PERMANENT	0x00000200u
#define	FLAG_READWRITE	0x00000070u
#define	FLAG_ANYNUMBER	0x00004000u

struct node {
	uint32_t	flags;
	int32_t		num;
	char		name[32];
	uint32_t	ver, rsvd;
	union {
		struct { uint32_t csize, clen; uint64_t child; };
		struct { uint64_t data, offset; };
		int32_t	idata;
		int64_t	qdata;
	};
	uint64_t	size, func, parent, desc;
};
_Static_assert(sizeof(struct node) == 96, "struct sysctlnode");

static int
is_child(const struct pimg_mib *m, const int32_t *name, unsigned depth)
{
	unsigned i;

	if (m->depth != depth + 1)
		return (0);
	for (i = 0; i < depth; i++)
		if (m->oid[i] != name[i])
			return (0);
	return (1);
}

static uint32_t
children(const struct pimg_mib *m)
{
	int32_t name[5];
	uint32_t n = 0;
	unsigned i;

	for (i = 0; i < m->depth; i++)
		name[i] = m->oid[i];
	for (i = 0; i < pimg_mib_count; i++)
		n += (uint32_t)is_child(&pimg_mib[i], name, m->depth);
	return (n);
}

static void
fill(struct node *n, const struct pimg_mib *m)
{
	const char *last = m->name, *p;

	for (p = m->name; *p != '\0'; p++)
		if (*p == '.')
			last = p + 1;
	pimg_memset(n, 0, sizeof(*n));
	n->flags = VERS_1 | FLAG_PERMANENT |
	    (m->flags & MIB_WRITE ? FLAG_READWRITE : 0) |
	    (m->type == T_BOOL ? 6 : m->type);
	n->num = m->oid[m->depth - 1];
	pimg_strlcpy(n->name, last, sizeof(n->name));
	switch (m->type) {
	case T_NODE:
		n->clen = n->csize = children(m);
		break;
	case T_INT:
		n->size = 4;
		n->idata = (int32_t)m->value;
		break;
	case T_QUAD:
		n->size = 8;
		n->qdata = m->value;
		break;
	case T_BOOL:
		n->size = 1;
		break;
	}
}

/* A version other than ours is refused; without one it is ours. */
static long
check_version(const struct sysctl_req *q)
{
	uint32_t flags;

	if (q->new == 0)
		return (0);
	if (q->newlen != sizeof(struct node))
		return (-EINVAL);
	if (pimg_copyin(&flags, q->new, sizeof(flags)) != 0)
		return (-EFAULT);
	return ((flags & VERS_MASK) == VERS_1 ? 0 : -EINVAL);
}

static long
query(struct sysctl_req *q)
{
	unsigned depth = q->namelen - 1, i;
	const struct pimg_mib *m;
	struct sysctl_req parent = *q;
	struct node n;
	long r;

	if ((r = check_version(q)) != 0)
		return (r);
	parent.namelen = depth;
	if (depth > 0) {
		m = sysctl_find(&parent);
		if (m == NULL || (m->depth != depth && m->type == T_NODE))
			return (-ENOENT);
		if (m->type != T_NODE || m->from >= M_META)
			return (-ENOTDIR);
	}
	for (i = 0; i < pimg_mib_count && r == 0; i++) {
		if (!is_child(&pimg_mib[i], q->name, depth))
			continue;
		fill(&n, &pimg_mib[i]);
		r = sysctl_out(q, &n, sizeof(n));
	}
	return (r);
}

long
sysctl_query(struct sysctl_req *q)
{

	switch (q->name[q->namelen - 1]) {
	case CTL_QUERY:
		return (query(q));
	case CTL_DESCRIBE:
		return (0);
	default:
		return (-EPERM);	/* create, destroy, mmap */
	}
}
