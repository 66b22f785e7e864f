/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * __sysctl: lengths, errors and names as each system's kernel has them, and
 * the lists of processes and interfaces.
 */
#include "start.h"

#define	SYS_sysctl	202
#define	ENOTDIR		20
#define	EISDIR		21

#define	CTL_KERN	1
#define	CTL_NET		4
#define	CTL_HW		6
#define	KERN_OSTYPE	1
#define	HW_PAGESIZE	7

static const int ostype[] = { CTL_KERN, KERN_OSTYPE };
static char buf[1 << 16];
static size_t len;

/* A request of n words of name into size bytes of buf; len is what it says. */
static long
get(const int *name, unsigned n, size_t size)
{

	len = size;
	return (sys(SYS_sysctl, name, n, buf, &len, 0, 0));
}

#define	GET(size, ...)							\
	get((const int[]){ __VA_ARGS__ },				\
	    sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int), size)

static size_t
length(const int *name, unsigned n)
{

	len = 0;
	CHECK(sys(SYS_sysctl, name, n, 0, &len, 0, 0) == 0);
	return (len);
}

#if defined(FREEBSD)
#define	OSTYPE	"FreeBSD"
#elif defined(DRAGONFLY)
#define	OSTYPE	"DragonFly"
#else
#define	OSTYPE	"NetBSD"
#endif

CASE(a_string_and_its_length)
{

	EQUAL(length(ostype, 2), sizeof(OSTYPE));
	EQUAL(GET(sizeof(buf), CTL_KERN, KERN_OSTYPE), 0);
	EQUAL(len, sizeof(OSTYPE));
	CHECK(strcmp(buf, OSTYPE) == 0);
}

/* What fits is copied; NetBSD then tells how much there is. */
CASE(too_little_room)
{

	memset(buf, 'x', 16);
	EQUAL(GET(3, CTL_KERN, KERN_OSTYPE), -ENOMEM);
	CHECK(memcmp(buf, OSTYPE, 3) == 0 && buf[3] == 'x');
#ifdef NETBSD
	EQUAL(len, sizeof(OSTYPE));
#else
	EQUAL(len, 3);
#endif
	EQUAL(GET(2, CTL_HW, HW_PAGESIZE), -ENOMEM);
}

CASE(numbers)
{
	int v = 0;

	EQUAL(GET(sizeof(buf), CTL_HW, HW_PAGESIZE), 0);
	EQUAL(len, sizeof(v));
	memcpy(&v, buf, sizeof(v));
	EQUAL(v, 4096);
	EQUAL(GET(sizeof(buf), CTL_HW, 3), 0);
	memcpy(&v, buf, sizeof(v));
	CHECK(v >= 1 && v <= 1024);
}

CASE(what_is_not_there)
{

	EQUAL(GET(64, CTL_KERN, 9999), -ENOENT);
	EQUAL(GET(64, CTL_NET, 2), -EISDIR);
	EQUAL(GET(64, CTL_KERN, KERN_OSTYPE, 1), -ENOTDIR);
	EQUAL(sys(SYS_sysctl, buf, 0, buf, &len, 0, 0), -EINVAL);
	EQUAL(sys(SYS_sysctl, buf, 99, buf, &len, 0, 0), -EINVAL);
	EQUAL(sys(SYS_sysctl, 8, 2, buf, &len, 0, 0), -EFAULT);
	EQUAL(sys(SYS_sysctl, ostype, 2, buf, 8, 0, 0), -EFAULT);
	EQUAL(sys(SYS_sysctl, ostype, 2, 8, &len, 0, 0),
	    -EFAULT);
}

CASE(constants_cannot_be_changed)
{

	len = sizeof(buf);
	EQUAL(sys(SYS_sysctl, ostype, 2, buf, &len, "Plan9", 5),
	    -EPERM);
}

#ifdef NETBSD
struct node {
	uint32_t	flags;
	int32_t		num;
	char		name[32];
	uint32_t	ver, rsvd;
	uint64_t	un[2], size, func, parent, desc;
};

/* CTL_QUERY: the number of the child of a node that has a name. */
static int
child_of(const int *name, unsigned n, const char *want)
{
	const struct node *d = (const void *)buf;
	struct node version = { .flags = 0x01000000 };
	int query[8];
	size_t i;

	memcpy(query, name, n * sizeof(name[0]));
	query[n] = -2;
	len = sizeof(buf);
	EQUAL(sys(SYS_sysctl, query, n + 1, buf, &len, &version,
	    sizeof(version)), 0);
	for (i = 0; i < len / sizeof(*d); i++)
		if (strcmp(d[i].name, want) == 0)
			return (d[i].num);
	return (-1);
}

/* Reads all that is below a node of n words; how many values. */
static int
walk(const int *name, unsigned n)
{
	struct node list[128];
	int child[8], count = 0;
	size_t i, k, room;

	memcpy(child, name, n * sizeof(name[0]));
	child[n] = -2;
	room = sizeof(list);
	EQUAL(sys(SYS_sysctl, child, n + 1, list, &room, 0, 0), 0);
	k = room / sizeof(list[0]);
	for (i = 0; i < k; i++) {
		child[n] = list[i].num;
		if ((list[i].flags & 15) != 1) {
			/* as much as kern.arandom gives */
			EQUAL(get(child, n + 1, 256), 0);
			CHECK(len <= 256);
			count++;
		} else if (list[i].un[0] != 0)	/* has children */
			count += walk(child, n + 1);
	}
	return (count);
}

CASE(the_tree_can_be_walked)
{

	CHECK(walk(0, 0) > 50);
}

CASE(nodes_are_listed)
{
	struct node old = { .flags = 0 };
	int name[2] = { 0 }, query = -2;

	EQUAL(name[0] = child_of(name, 0, "kern"), CTL_KERN);
	EQUAL(child_of(name, 1, "hostname"), 10);
	EQUAL(child_of(name, 1, "nosuch"), -1);
	EQUAL(GET(64, CTL_KERN, 9999, -2), -ENOENT);
	EQUAL(GET(64, CTL_KERN, KERN_OSTYPE, -2), -ENOTDIR);
	len = sizeof(buf);
	EQUAL(sys(SYS_sysctl, &query, 1, buf, &len, &old,
	    sizeof(old)), -EINVAL);
}
#else
/* {0, 3}: an oid by its name; its words, or a negated errno. */
static long
oid(const char *name, int *words)
{
	static const int name2oid[] = { 0, 3 };
	long r;

	len = 24 * sizeof(int);
	r = sys(SYS_sysctl, name2oid, 2, words, &len, name,
	    strlen(name));
	return (r < 0 ? r : (long)(len / sizeof(int)));
}

CASE(names_become_oids)
{
	int words[24];

	EQUAL(oid("kern.hostname", words), 2);
	EQUAL(words[0], CTL_KERN);
	EQUAL(words[1], 10);
	EQUAL(oid("kern.nosuch", words), -ENOENT);
	EQUAL(oid("", words), -ENOENT);
	EQUAL(GET(sizeof(buf), 0, 1, CTL_KERN, 10), 0);
	CHECK(strcmp(buf, "kern.hostname") == 0);
	EQUAL(GET(sizeof(buf), 0, 4, CTL_KERN, KERN_OSTYPE), 0);
	EQUAL(buf[0], 3);		/* CTLTYPE_STRING */
	CHECK(strcmp(buf + 4, "A") == 0);
}

/*
 * As sysctl -a goes: each step leads on, and there is an end; what is no
 * node has a value, of the length that it says.
 */
CASE(the_tree_can_be_walked)
{
	int name[26] = { 0, 2 }, next[24], steps = 0;
	unsigned n = 0, i;
	long r;

	for (; steps < 1000; steps++) {
		len = sizeof(next);
		r = sys(SYS_sysctl, name, n + 2, next, &len, 0, 0);
		if (r != 0)
			break;
		n = (unsigned)(len / sizeof(int));
		for (i = 0; i < n; i++)
			name[i + 2] = next[i];
		if ((n == 2 || n == 3) && next[0] == CTL_KERN && next[1] == 14)
			continue;	/* kern.proc wants arguments */
		if (next[0] == CTL_NET && next[1] == 17)
			continue;
		r = get(next, n, sizeof(buf));
		if (r != 0 || len > sizeof(buf)) {
			EQUAL(r, 0);
			for (i = 0; i < n; i++)
				EQUAL(next[i], -1);
		}
	}
	EQUAL(r, -ENOENT);
	CHECK(steps > 50);
}
#endif

static const char *
path_of_self(void)
{
#if defined(FREEBSD)
	EQUAL(GET(sizeof(buf), CTL_KERN, 14, 12, -1), 0);
#elif defined(DRAGONFLY)
	EQUAL(GET(sizeof(buf), CTL_KERN, 14, 9, -1), 0);
#else
	EQUAL(GET(sizeof(buf), CTL_KERN, 48, -1, 5), 0);
#endif
	return (buf);
}

CASE(the_program_knows_its_file)
{
	const char *path = path_of_self();
	size_t n = strlen(path);

	CHECK(path[0] == '/');
	CHECK(n > 7 && strcmp(path + n - 7, "/sysctl") == 0);
}

/* The process's own entry: the structure's size, and where its pid is. */
CASE(a_process_is_shown)
{
	int pid = (int)sys(SYS_getpid), shown;
#if defined(FREEBSD)
	EQUAL(GET(sizeof(buf), CTL_KERN, 14, 1, pid), 0);
	EQUAL(len, 1088);
	memcpy(&shown, buf + 72, 4);
#elif defined(DRAGONFLY)
	EQUAL(GET(sizeof(buf), CTL_KERN, 14, 1, pid), 0);
	memcpy(&shown, buf + 220, 4);
#else
	EQUAL(GET(sizeof(buf), CTL_KERN, 47, 1, pid, 600, 1), 0);
	EQUAL(len, 600);
	memcpy(&shown, buf + 116, 4);
#endif
	EQUAL(shown, pid);
#ifndef NETBSD
	EQUAL(GET(sizeof(buf), CTL_KERN, 14, 1, 0x3fffffff), -ESRCH);
#endif
}

#if defined(NETBSD)
#define	PF_ROUTE	34
#define	RT_IFLIST	6
#define	RTM_IFINFO	20
#else
#define	PF_ROUTE	17
#define	RT_IFLIST	3
#define	RTM_IFINFO	14
#endif

/* Messages follow each other to the very end; the loopback is among them. */
CASE(interfaces_are_listed)
{
	unsigned short size;
	unsigned flags;
	int loop = 0;
	size_t at;

	EQUAL(GET(sizeof(buf), CTL_NET, PF_ROUTE, 0, 0, RT_IFLIST, 0), 0);
	for (at = 0; at + 16 < len; at += size) {
		memcpy(&size, buf + at, 2);
		memcpy(&flags, buf + at + 8, 4);
		CHECK(size >= 16 && size % 4 == 0 && at + size <= len);
		if (size < 16)
			break;
		if (buf[at + 3] == RTM_IFINFO && (flags & 8) != 0)
			loop++;
	}
	EQUAL(at, len);
	EQUAL(loop, 1);
	CHECK(GET(64, CTL_NET, PF_ROUTE, 0, 0, 77, 0) == -EINVAL);
}

#ifdef FREEBSD
/* NET_RT_IFLISTL: headers say how long they are and where their data is. */
CASE(interfaces_in_the_long_form)
{
	unsigned short size, part[2];
	unsigned char type;
	size_t at;

	EQUAL(GET(sizeof(buf), CTL_NET, PF_ROUTE, 0, 0, 5, 0), 0);
	for (at = 0; at + 24 < len; at += size) {
		memcpy(&size, buf + at, 2);
		memcpy(part, buf + at + 16, 4);
		type = (unsigned char)buf[at + 3];
		CHECK(type == 14 || type == 12);
		EQUAL(part[0], 0xb0);
		EQUAL(part[1], 24);
		CHECK(size > part[0]);
		if (size <= part[0])
			break;
	}
	EQUAL(at, len);
}
#endif
