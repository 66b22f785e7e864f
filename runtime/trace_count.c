/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Counting for --trace=summary.  The table is shared by processes that may
 * be killed at any time, so nothing is locked: an entry is claimed, named,
 * and then only added to.  Entries are found by name, since the processes
 * may run different images.
 */
#include <linux/mman.h>

#include "arch.h"
#include "runtime.h"
#include "summary.h"
#include "trace.h"

#define	PATIENCE	1000	/* looks at an entry that is being named */

long
pimg_count_map(int fd)
{
	struct pimg_summary *s;
	long r;

	r = pimg_mmap(0, sizeof(*s), PROT_READ | PROT_WRITE, MAP_SHARED, fd,
	    0);
	if (pimg_failed(r))
		return (r);
	s = (struct pimg_summary *)r;
	if (s->magic != PIMG_SUMMARY_MAGIC ||
	    s->entries != PIMG_SUMMARY_ENTRIES)
		return (-EINVAL);
	pimg_trace.summary = s;
	return (0);
}

static uint32_t
hash(const char *s, uint32_t h)
{

	while (*s != '\0')
		h = (h ^ (unsigned char)*s++) * 16777619U;
	return (h);
}

/* The entry's state, when it is no longer being named; or BUSY for ever. */
static uint32_t
settled(const struct pimg_summary_entry *e)
{
	uint32_t state;
	int i;

	for (i = 0; i < PATIENCE; i++) {
		state = __atomic_load_n(&e->state, __ATOMIC_ACQUIRE);
		if (state != PIMG_SUMMARY_BUSY)
			break;
		pimg_sys(__NR_sched_yield);
	}
	return (state);
}

/* The entry of this kind and name, made if need be; NULL: no room. */
static struct pimg_summary_entry *
find(struct pimg_summary *s, uint32_t kind, const char *name)
{
	uint32_t h = hash(name, 2166136261U + kind), i, state;
	struct pimg_summary_entry *e;

	for (i = 0; i < PIMG_SUMMARY_ENTRIES; i++) {
		e = &s->entry[(h + i) % PIMG_SUMMARY_ENTRIES];
		state = PIMG_SUMMARY_FREE;
		if (__atomic_compare_exchange_n(&e->state, &state,
		    PIMG_SUMMARY_BUSY, 0, __ATOMIC_ACQ_REL,
		    __ATOMIC_ACQUIRE)) {
			e->hash = h;
			pimg_strlcpy(e->name, name, sizeof(e->name));
			__atomic_store_n(&e->state, kind, __ATOMIC_RELEASE);
			return (e);
		}
		if (settled(e) == kind && e->hash == h &&
		    pimg_strcmp(e->name, name) == 0)
			return (e);
	}
	return (NULL);
}

static void
count(uint32_t kind, const char *name, int failed)
{
	struct pimg_summary *s = pimg_trace.summary;
	struct pimg_summary_entry *e = find(s, kind, name);

	/* __sync: on i386 the __atomic ones of eight bytes are a library's */
	if (e == NULL) {
		__sync_fetch_and_add(&s->lost, 1);
		return;
	}
	__sync_fetch_and_add(&e->calls, 1);
	if (failed)
		__sync_fetch_and_add(&e->errors, 1);
}

/* "WORD NUMBER", cut to what an entry holds. */
static void
numbered(char name[PIMG_SUMMARY_NAME], const char *word, uint64_t v,
    unsigned base)
{
	struct pimg_line l = { name, name + PIMG_SUMMARY_NAME - 1 };

	pimg_line_text(&l, word);
	pimg_line_text(&l, base == 16 ? " 0x" : "_");
	pimg_line_number(&l, v, base);
	*l.p = '\0';
}

/* A call; name is NULL for a number without one. */
void
pimg_count_call(unsigned long nr, const char *name, int failed, int missing)
{
	char number[PIMG_SUMMARY_NAME];

	if (name == NULL) {
		numbered(number, "syscall", nr, 10);
		name = number;
	}
	count(PIMG_SUMMARY_CALL, name, failed);
	if (missing)
		count(PIMG_SUMMARY_MISSING, name, failed);
}

void
pimg_count_missing(const char *what, unsigned long value)
{
	char name[PIMG_SUMMARY_NAME];

	numbered(name, what, value, 16);
	count(PIMG_SUMMARY_OTHER, name, 0);
}
