/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Whose program is this?  One piece of code for pstore(1), which asks before
 * it picks an image, and for the image, which asks at each exec of a child.
 *
 *	brand_elf.c	headers, segments, notes
 *	brand_go.c	the GOOS that Go's build information names
 *	brand.c		the marks of a file, and the rules
 *
 * The code needs no library and no memory but the caller's.  A file is read
 * through a function like pread(2); every number in it is checked against a
 * bound before it is used, and the number of reads is bounded.
 *
 * The rules, first match wins:
 *
 *	a --native rule of the user's		native
 *	a brand that this personality claims	stays
 *	a note of a known system		that system's
 *	OSABI of a known system			that system's
 *	the interpreter of a known system	that system's
 *	GOOS in Go's build information		that system's
 *	none of them				see below
 *
 * "That system's" means: native for Linux under a BSD personality, stays for
 * Linux under a Linux one, stays if it is this personality's own name, else
 * the personality of that name.  A program without a mark stays under a Linux
 * personality, and under one whose programs may be without: it claims notes,
 * but no OSABI (DragonFly).  Where every program has an OSABI or a note
 * (FreeBSD, NetBSD), one without is native: static Linux programs have none.
 */
#ifndef PIMG_RUNTIME_BRAND_H
#define PIMG_RUNTIME_BRAND_H

#include <stddef.h>
#include <stdint.h>

#include "image.h"

/* Reads at most len bytes at off; how many, or a negative number. */
typedef long pimg_brand_read(void *ctx, void *buf, size_t len, uint64_t off);

#define	PIMG_FILE_OTHER		0	/* no ELF file that is understood */
#define	PIMG_FILE_SCRIPT	1	/* #! */
#define	PIMG_FILE_ELF		2

struct pimg_brand_file {
	pimg_brand_read	*read;		/* these two the caller sets */
	void		*ctx;
	int		kind;		/* and these pimg_brand_open() */
	uint8_t		is64, osabi;
	uint16_t	machine;
	uint16_t	phnum, shnum, shstrndx;
	uint64_t	phoff, shoff;
	size_t		have;		/* of the file's beginning, ... */
	uint8_t		head[1024];	/* where nearly all of it is found */
};

struct pimg_brand_segment {
	uint32_t	type, flags;
	uint64_t	offset, vaddr, filesz, memsz, align;
};

struct pimg_brand_section {
	uint32_t	name;
	uint64_t	addr, offset, size;
};

#define	PIMG_BRAND_OWNER	20

/* Steps through the notes of all PT_NOTE segments. */
struct pimg_brand_note {
	char		owner[PIMG_BRAND_OWNER]; /* ends in NUL, else empty */
	uint32_t	type, size;	/* of the descriptor */
	uint64_t	desc;		/* where it is in the file */
	/* where the next one is */
	unsigned	segment, count;
	uint64_t	pos, end, align;
};

/* Fills in the headers; returns the kind. */
int	pimg_brand_open(struct pimg_brand_file *);
int	pimg_brand_get(const struct pimg_brand_file *, void *buf, size_t len,
	    uint64_t off);		/* exactly len; 0 or -1 */
int	pimg_brand_segment(const struct pimg_brand_file *, unsigned i,
	    struct pimg_brand_segment *);
int	pimg_brand_section(const struct pimg_brand_file *, unsigned i,
	    struct pimg_brand_section *);
/* The next note; begin with a zeroed struct; 0 at the end. */
int	pimg_brand_next(const struct pimg_brand_file *,
	    struct pimg_brand_note *);
/* The note of an image, whole and valid; 0 or -1. */
int	pimg_brand_image(const struct pimg_brand_file *, struct pimg_note *);
int	pimg_brand_same(const char *, const char *);
uint64_t pimg_brand_number(const uint8_t *, unsigned bytes);

#define	PIMG_GOOS_MAX	16

/* GOOS into goos ("" if there is none). */
void	pimg_brand_goos(const struct pimg_brand_file *,
	    char goos[PIMG_GOOS_MAX]);

enum pimg_system {
	PIMG_SYSTEM_NONE,		/* no mark */
	PIMG_SYSTEM_LINUX,
	PIMG_SYSTEM_FREEBSD,
	PIMG_SYSTEM_NETBSD,
	PIMG_SYSTEM_DRAGONFLY,
	PIMG_SYSTEM_OPENBSD,
	PIMG_SYSTEM_UNKNOWN		/* a mark, of nobody known here */
};
const char *pimg_system_name(enum pimg_system);

/* What a file says about itself. */
struct pimg_brand_facts {
	int		kind;
	uint8_t		osabi;
	uint16_t	machine;
	enum pimg_system note, abi, linker;	/* by note, OSABI, interpreter */
	char		interp[64];	/* as much as fits; "" for none */
	/* only asked when the others say nothing */
	char		goos[PIMG_GOOS_MAX];
};

void	pimg_brand_facts(struct pimg_brand_file *, struct pimg_brand_facts *);

enum pimg_rule {
	PIMG_RULE_NATIVE,		/* the user's --native */
	PIMG_RULE_OWN,			/* claimed by this personality */
	PIMG_RULE_NOTE,
	PIMG_RULE_OSABI,
	PIMG_RULE_INTERP,
	PIMG_RULE_GOOS,
	PIMG_RULE_NONE			/* no mark */
};
const char *pimg_rule_name(enum pimg_rule);

enum pimg_fate {
	PIMG_FATE_STAY,			/* this personality */
	PIMG_FATE_NATIVE,		/* the kernel */
	PIMG_FATE_OTHER			/* the personality verdict.name */
};

struct pimg_verdict {
	enum pimg_fate	fate;
	enum pimg_rule	rule;
	char		name[PIMG_NAME_MAX + 1];
};

/* Which of the image's claims fits the file: its index, or -1. */
int	pimg_brand_claim(const struct pimg_brand_file *,
	    const struct pimg_brand_facts *, const struct pimg_note *);

/* Note is the image's whose program asks; NATIVE: a --native rule fits. */
void	pimg_brand_decide(const struct pimg_brand_file *,
	    const struct pimg_brand_facts *, const struct pimg_note *,
	    int native, struct pimg_verdict *);

/* The system that the file's marks name, and by which rule. */
enum pimg_rule pimg_brand_system(const struct pimg_brand_facts *,
	    enum pimg_system *);

/*
 * Whether a file's name fits a rule: '*' stands for any characters, '?' for
 * one.  A rule without a slash is about the last component.
 */
int	pimg_brand_glob(const char *rule, const char *path);

#endif
