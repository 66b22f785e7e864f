/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Where thread blocks come from: arenas of address space, each twice as large
 * as the one before, of which a block becomes usable when it is first needed.
 * A block is taken and given back by setting and clearing one bit, without a
 * lock, so a thread can do it as the last thing before it ends, and a thread
 * that was killed in the middle leaves nothing held.
 *
 * Blocks of tasks that share memory but are not threads (vfork and its kin)
 * are given back by the parent, or found ownerless here once the task is
 * gone.
 */
#include <linux/mman.h>

#include "arch.h"
#include "runtime.h"

#define	BITS		(8 * sizeof(unsigned long))
#define	ARENAS		12
#define	FIRST		8			/* blocks in the first arena */
#define	BLOCKS(k)	((unsigned long)FIRST << (k))
#define	WORDS		(BLOCKS(ARENAS - 1) / BITS)

static struct arena {
	unsigned long	base;
	unsigned long	used[WORDS];
	unsigned long	ready[WORDS];
} arenas[ARENAS];

/*
 * Map mode's first block: mapping one costs every exec more than all the rest
 * of the start.  It has the image's code below it and its own tables around
 * it, but no guard pages; arena 0 has no other blocks then.
 */
static char first_block[2 * PIMG_BLOCK_SIZE];
#define	FIRST_ONLY	(~1UL & ((1UL << FIRST) - 1))

/*
 * Zeroed memory of the image's own, with a page that cannot be touched on
 * either side: a guest's pointer that runs off its mapping must fault and not
 * run on into ours.  NULL: no memory.
 */
void *
pimg_map_private(size_t len)
{
	size_t size = PIMG_PAGE_UP(len) + 2 * PIMG_PAGE;
	long r;

	r = pimg_mmap(0, size, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (pimg_failed(r))
		return (NULL);
	if (pimg_sys(__NR_mprotect, (unsigned long)r + PIMG_PAGE,
	    size - 2 * PIMG_PAGE, PROT_READ | PROT_WRITE) != 0) {
		pimg_sys(__NR_munmap, r, size);
		return (NULL);
	}
	return ((char *)r + PIMG_PAGE);
}

void
pimg_unmap_private(void *p, size_t len)
{

	pimg_sys(__NR_munmap, (char *)p - PIMG_PAGE,
	    PIMG_PAGE_UP(len) + 2 * PIMG_PAGE);
}

/* Bytes of arena k from its base. */
static unsigned long
arena_size(int k)
{

	return (k == 0 && pimg_process.mapped ? PIMG_BLOCK_SIZE :
	    BLOCKS(k) * PIMG_BLOCK_SIZE);
}

static int
make_arena(struct arena *a, unsigned long size)
{
	unsigned long base, none = 0;
	long r;

	/* a block begins with a guard page; one more closes the arena */
	r = pimg_mmap(0, size + PIMG_PAGE + PIMG_BLOCK_SIZE, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (pimg_failed(r))
		return (0);
	base = ((unsigned long)r + PIMG_BLOCK_SIZE - 1) & ~(PIMG_BLOCK_SIZE - 1);
	if (base != (unsigned long)r)
		pimg_sys(__NR_munmap, r, base - (unsigned long)r);
	if (base != (unsigned long)r + PIMG_BLOCK_SIZE)
		pimg_sys(__NR_munmap, base + size + PIMG_PAGE,
		    (unsigned long)r + PIMG_BLOCK_SIZE - base);
	if (!__atomic_compare_exchange_n(&a->base, &none, base, 0,
	    __ATOMIC_ACQ_REL, __ATOMIC_ACQUIRE))
		pimg_sys(__NR_munmap, base, size + PIMG_PAGE);
	return (1);
}

/* Takes a free bit of a, or returns -1. */
static long
take(struct arena *a, unsigned long blocks)
{
	unsigned long w, free, bit;

	for (w = 0; w * BITS < blocks; w++)
		while ((free = ~__atomic_load_n(&a->used[w],
		    __ATOMIC_ACQUIRE)) != 0) {
			bit = (unsigned long)__builtin_ctzl(free);
			if (w * BITS + bit >= blocks)
				break;
			if ((__atomic_fetch_or(&a->used[w], 1UL << bit,
			    __ATOMIC_ACQ_REL) & 1UL << bit) == 0)
				return ((long)(w * BITS + bit));
		}
	return (-1);
}

static int
make_ready(struct arena *a, unsigned long i)
{
	unsigned long b = a->base + i * PIMG_BLOCK_SIZE, bit = 1UL << i % BITS;

	if (a->ready[i / BITS] & bit)
		return (1);
	if (pimg_failed(pimg_sys(__NR_mprotect, b + PIMG_BLOCK_STACK,
	    PIMG_BLOCK_STACK_END - PIMG_BLOCK_STACK, PROT_READ | PROT_WRITE)) ||
	    pimg_failed(pimg_sys(__NR_mprotect, b + PIMG_BLOCK_SIG,
	    PIMG_BLOCK_SIZE - PIMG_BLOCK_SIG, PROT_READ | PROT_WRITE)))
		return (0);
	__atomic_fetch_or(&a->ready[i / BITS], bit, __ATOMIC_ACQ_REL);
	return (1);
}

static struct arena *
arena_of(struct pimg_thread *t, unsigned long *index)
{
	int k;

	for (k = 0; k < ARENAS; k++)
		if ((unsigned long)t - arenas[k].base < arena_size(k))
			break;
	*index = ((unsigned long)t - arenas[k].base) / PIMG_BLOCK_SIZE;
	return (&arenas[k]);
}

/*
 * Gives back the blocks of memory-sharing processes that have ended without
 * telling us (killed, or exec'd).  Returns whether there was any.
 */
static int
reclaim(void)
{
	struct pimg_thread *t;
	unsigned long i, bit;
	uint32_t flags;
	int k, n = 0;

	for (k = 0; k < ARENAS && arenas[k].base != 0; k++)
		for (i = 0; i < BLOCKS(k); i++) {
			bit = 1UL << i % BITS;
			if ((arenas[k].used[i / BITS] &
			    __atomic_load_n(&arenas[k].ready[i / BITS],
			    __ATOMIC_ACQUIRE) & bit) == 0)
				continue;	/* free, or being prepared */
			t = (struct pimg_thread *)(arenas[k].base +
			    i * PIMG_BLOCK_SIZE + PIMG_BLOCK_THREAD);
			flags = PIMG_T_PROCESS;
			if (t->flags != PIMG_T_PROCESS || t->tid == 0 ||
			    pimg_sys(__NR_kill, t->tid, 0) != -ESRCH ||
			    !__atomic_compare_exchange_n(&t->flags, &flags, 0,
			    0, __ATOMIC_ACQ_REL, __ATOMIC_RELAXED))
				continue;
			pimg_block_put(t);
			n++;
		}
	return (n);
}

/* The thread structure of the block at base, zero but for its places. */
static struct pimg_thread *
prepare(unsigned long base)
{
	struct pimg_thread *t = (struct pimg_thread *)(base + PIMG_BLOCK_THREAD);

	pimg_memset(t, 0, sizeof(*t));
	t->self = t;
	/* the word at the top of the stack is for unwinders, see entry.S */
	t->stack = base + PIMG_BLOCK_STACK_END - 16;
	*(struct pimg_thread **)t->stack = t;
	return (t);
}

/*
 * A block whose stacks are mapped and whose thread structure is zero, or
 * NULL when memory or the table is exhausted.
 */
struct pimg_thread *
pimg_block_get(void)
{
	unsigned long i;
	long r;
	int k, again = 1;

	for (k = 0; k < ARENAS; k++) {
		if (k > 0 && arenas[k].base == 0 && again) {
			again = 0;
			if (reclaim()) {
				k = -1;
				continue;
			}
		}
		if (arenas[k].base == 0 &&
		    !make_arena(&arenas[k], BLOCKS(k) * PIMG_BLOCK_SIZE))
			return (NULL);
		if ((r = take(&arenas[k], BLOCKS(k))) >= 0)
			break;
	}
	if (k == ARENAS)
		return (NULL);
	i = (unsigned long)r;
	if (!make_ready(&arenas[k], i)) {
		__atomic_fetch_and(&arenas[k].used[i / BITS], ~(1UL << i % BITS),
		    __ATOMIC_ACQ_REL);
		return (NULL);
	}
	return (prepare(arenas[k].base + i * PIMG_BLOCK_SIZE));
}

/* The block of a process's first thread in map mode; it is never refused. */
struct pimg_thread *
pimg_block_first(void)
{

	arenas[0].base = ((unsigned long)first_block + PIMG_BLOCK_SIZE - 1) &
	    ~(PIMG_BLOCK_SIZE - 1);
	arenas[0].used[0] = FIRST_ONLY | 1;
	arenas[0].ready[0] = 1;
	return (prepare(arenas[0].base));
}

/* The word and bit to clear to give t's block back. */
void
pimg_block_bit(struct pimg_thread *t, unsigned long **word, unsigned long *bit)
{
	struct arena *a;
	unsigned long i;

	a = arena_of(t, &i);
	*word = &a->used[i / BITS];
	*bit = 1UL << i % BITS;
}

/* Gives back the block of a task that has ended or never started. */
void
pimg_block_put(struct pimg_thread *t)
{
	unsigned long *word, bit;

	pimg_scratch_free(t);
	if (t->sighand != NULL &&
	    __atomic_sub_fetch(&t->sighand->refs, 1, __ATOMIC_ACQ_REL) == 0)
		pimg_unmap_private(t->sighand, sizeof(*t->sighand));
	t->sighand = NULL;
	t->flags = 0;
	pimg_block_bit(t, &word, &bit);
	__atomic_fetch_and(word, ~bit, __ATOMIC_ACQ_REL);
}

/* After fork: the other threads' blocks have no threads in this process. */
void
pimg_block_forget_others(struct pimg_thread *t)
{
	unsigned long *word, bit;
	int k;

	for (k = 0; k < ARENAS && arenas[k].base != 0; k++)
		pimg_memset(arenas[k].used, 0,
		    (BLOCKS(k) + BITS - 1) / BITS * sizeof(unsigned long));
	if (pimg_process.mapped)
		arenas[0].used[0] = FIRST_ONLY;
	pimg_block_bit(t, &word, &bit);
	*word |= bit;
}

/* Whether [addr, addr + len) touches any block or arena. */
int
pimg_block_overlaps(unsigned long addr, unsigned long len)
{
	unsigned long base;
	int k;

	for (k = 0; k < ARENAS && (base = arenas[k].base) != 0; k++)
		if (addr < base + arena_size(k) &&
		    base < addr + len)
			return (1);
	return (0);
}
