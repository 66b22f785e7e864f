/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The system information tree of the BSDs.  Each system has a table of its
 * nodes, pimg_mib[] in its own mib.c, in which a node says by a word of this
 * file where its value comes from; sysctl.c looks nodes up and moves values,
 * the other sysctl_*.c make them.
 *
 * How a value is returned: it is written piece by piece with sysctl_out(),
 * which copies what there is room for and counts the rest, so that a program
 * that asks for the length alone gets it from the same code.
 */
#ifndef PIMG_PROTOS_BSD_SYSCTL_H
#define PIMG_PROTOS_BSD_SYSCTL_H

#include <stddef.h>
#include <stdint.h>

#include <hook.h>

#define	SYSCTL_NAME	24	/* words of a name, the most of the three */

struct sysctl_req {
	int32_t		name[SYSCTL_NAME];
	unsigned	namelen;
	pimg_addr	old;	/* room for the value; 0: the length only */
	size_t		room;
	size_t		done;	/* bytes so far, whether there is room or not */
	pimg_addr	new;	/* 0: the value is not to be changed */
	size_t		newlen;
};

/* The types, by the numbers that all three give them. */
enum {
	T_NODE = 1, T_INT, T_STRING, T_QUAD, T_STRUCT,
	T_UINT, T_LONG, T_ULONG, T_UQUAD,	/* FreeBSD, DragonFly */
	T_BOOL,
};

/* Where values come from. */
enum {
	M_NONE,		/* a node with nothing but nodes below */
	M_CONST,	/* the number in the table */
	M_TEXT,		/* the string of that number, pimg_mib_text() */
	/* numbers */
	M_NCPU, M_PHYSMEM, M_USERMEM, M_PAGES, M_FREEPAGES, M_SWAP, M_NOFILE,
	M_USRSTACK, M_PSSTRINGS, M_MHZ,
	M_FILE,		/* the number in a file, file_number() */
	/* strings */
	M_HOSTNAME, M_DOMAIN, M_MODEL, M_HOSTUUID,
	/* structures */
	M_BOOTTIME, M_CLOCKRATE, M_LOADAVG, M_CPTIME, M_CPTIMES, M_RANDOM,
	/* nodes that take the rest of a name */
	M_META, M_PROC, M_PROCARGS, M_PROC2, M_LWP, M_ROUTE,
};

/* The files of M_FILE. */
enum {
	F_SOMAXCONN, F_FORWARD, F_FORWARD6, F_TTL, F_PORTFIRST, F_PORTLAST,
	F_V6ONLY, F_RANDOM, F_MAXPID,
};

#define	MIB_WRITE	1	/* may be written by who has the privilege */

struct pimg_mib {
	char		name[36];	/* all of it, with dots */
	uint16_t	oid[5];
	uint8_t		depth;		/* words of oid */
	uint8_t		type;
	uint8_t		from;
	uint8_t		flags;
	int64_t		value;
};

/* mib.c of each system; ordered by oid, a node before those below it. */
extern const struct pimg_mib pimg_mib[];
extern const unsigned pimg_mib_count;
const char *pimg_mib_text(int64_t which);

/* sysctl.c */
long	sysctl_out(struct sysctl_req *q, const void *p, size_t len);
long	sysctl_zero(struct sysctl_req *q, size_t len);
long	sysctl_string(struct sysctl_req *q, const char *s);
const struct pimg_mib *sysctl_find(const struct sysctl_req *q);
const struct pimg_mib *sysctl_named(const char *name);
void	sysctl_unknown(const struct sysctl_req *q, const char *name);

/* The makers. */
long	sysctl_number(const struct pimg_mib *m, int64_t *v);
long	sysctl_text(struct sysctl_req *q, const struct pimg_mib *m);
long	sysctl_struct(struct sysctl_req *q, const struct pimg_mib *m);
long	sysctl_proc(struct sysctl_req *q, const struct pimg_mib *m);
long	sysctl_route(struct sysctl_req *q);
long	sysctl_meta(struct sysctl_req *q);
long	sysctl_query(struct sysctl_req *q);
long	sysctl_write(struct sysctl_req *q, const struct pimg_mib *m);

#endif
