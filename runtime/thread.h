/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A thread's block: everything the image keeps for one thread.
 *
 *	base		guard page
 *	+0x01000	private stack (60 KiB), on which shims run
 *	+0x10000	guard page
 *	+0x11000	signal stack (52 KiB), the host's alternate stack
 *	+0x1e000	struct pimg_thread (GS points here; FS on i386)
 *	+0x1f000	the call that is being traced (trace.h)
 *	+0x20000	end
 *
 * Blocks are aligned to their size, so a signal handler finds its thread
 * from its own stack pointer even if the program has destroyed GS.  They are
 * never unmapped: a thread that exits gives its block away for reuse.
 */
#ifndef PIMG_RUNTIME_THREAD_H
#define PIMG_RUNTIME_THREAD_H

#include <stddef.h>
#include <stdint.h>

#include <linux/signal.h>

#include "hook.h"
#if defined(__x86_64__)
#include "x86_64/thread_offsets.h"
#elif defined(__i386__)
#include "i386/thread_offsets.h"
#endif

#define	PIMG_BLOCK_SIZE		0x20000UL
#define	PIMG_BLOCK_STACK	0x01000UL
#define	PIMG_BLOCK_STACK_END	0x10000UL
#define	PIMG_BLOCK_SIG		0x11000UL
#define	PIMG_BLOCK_THREAD	0x1e000UL
#define	PIMG_BLOCK_TRACE	0x1f000UL

#define	PIMG_NSIG		64
#define	PIMG_SIGBIT(sig)	(1ULL << ((sig) - 1))
/* The image's own signals: never in a host mask, virtual for the guest. */
#define	PIMG_VIRTUAL							\
	(PIMG_SIGBIT(SIGSEGV) | PIMG_SIGBIT(SIGBUS) | PIMG_SIGBIT(SIGSYS))
#define	PIMG_UNBLOCKABLE	(PIMG_SIGBIT(SIGKILL) | PIMG_SIGBIT(SIGSTOP))

/* The kernel's struct sigaction. */
struct pimg_sigaction {
	unsigned long	handler;	/* 0 default, 1 ignore */
	unsigned long	flags;
	unsigned long	restorer;
	uint64_t	mask;
};

/* Signal dispositions: one per set of tasks that share CLONE_SIGHAND. */
struct pimg_sighand {
	struct pimg_lock lock;
	uint32_t	refs;
	uint64_t	known;		/* signals whose action is in the table */
	struct pimg_sigaction action[PIMG_NSIG + 1];
};

struct pimg_altstack {
	unsigned long	sp;
	uint32_t	flags;
	unsigned long	size;
};

struct pimg_scratch_area {
	struct pimg_scratch_area *next;
	size_t		size;
};

#define	PIMG_QUEUE	4		/* one ordinary and three virtual signals */

struct pimg_thread {
	unsigned long	ret;
	struct pimg_thread *self;
	struct pimg_frame frame;
	unsigned long	stack;
	uint32_t	pending;
	uint32_t	tid;
	struct pimg_scratch_area *scratch;
#ifdef __i386__
	unsigned long	spill, spill2;	/* ecx and edx of the guest's */
	unsigned long	target;		/* where the dispatcher goes next */
	unsigned long	dispatch;	/* address of pimg_dispatch */
	unsigned long	traced;		/* calls go to pimg_traced_call */
#endif

	unsigned long	ret_kept;	/* T_RET's value while it is pimg_deliver_ret */

	/* Signals.  A guest mask is the host's mask and vmask together. */
	uint64_t	vmask;		/* blocked virtual signals */
	uint64_t	kept_mask;	/* the guest's mask while one is pending */
	uint64_t	vpending;	/* virtual signals held back by vmask */
	uint64_t	wait_mask;	/* temporary mask of sigsuspend and kin */
	uint32_t	waiting;	/* wait_mask is in force */
	uint32_t	queued;
	siginfo_t	queue[PIMG_QUEUE];
	siginfo_t	vinfo[3];	/* for vpending: SEGV, BUS, SYS */
	struct pimg_altstack altstack;	/* the guest's */
	struct pimg_sighand *sighand;

	uint32_t	flags;
#define	PIMG_T_PROCESS	1		/* shares memory, is not one of our threads */
#define	PIMG_T_VFORK	2		/* its parent frees the block */
	uint64_t	start_mask;	/* the mask a new thread starts with */
};

_Static_assert(offsetof(struct pimg_thread, ret) == T_RET, "T_RET");
_Static_assert(offsetof(struct pimg_thread, self) == T_SELF, "T_SELF");
_Static_assert(offsetof(struct pimg_thread, frame) == T_NR, "T_NR");
_Static_assert(offsetof(struct pimg_thread, frame.arg[0]) == T_ARG0, "T_ARG0");
_Static_assert(offsetof(struct pimg_thread, frame.arg[5]) == T_ARG5, "T_ARG5");
_Static_assert(offsetof(struct pimg_thread, frame.sp) == T_SP, "T_SP");
_Static_assert(offsetof(struct pimg_thread, frame.ip) == T_IP, "T_IP");
_Static_assert(offsetof(struct pimg_thread, frame.flags) == T_FLAGS, "T_FLAGS");
_Static_assert(offsetof(struct pimg_thread, frame.result) == T_RESULT, "T_RESULT");
#if defined(__x86_64__)
_Static_assert(offsetof(struct pimg_thread, frame.rbx) == T_RBX, "T_RBX");
_Static_assert(offsetof(struct pimg_thread, frame.r15) == T_R15, "T_R15");
#elif defined(__i386__)
_Static_assert(offsetof(struct pimg_thread, spill) == T_SPILL, "T_SPILL");
_Static_assert(offsetof(struct pimg_thread, spill2) == T_SPILL2, "T_SPILL2");
_Static_assert(offsetof(struct pimg_thread, target) == T_TARGET, "T_TARGET");
_Static_assert(offsetof(struct pimg_thread, dispatch) == T_DISPATCH, "T_DISPATCH");
_Static_assert(offsetof(struct pimg_thread, traced) == T_TRACED, "T_TRACED");
#endif
_Static_assert(offsetof(struct pimg_thread, stack) == T_STACK, "T_STACK");
_Static_assert(offsetof(struct pimg_thread, pending) == T_PENDING, "T_PENDING");
_Static_assert(offsetof(struct pimg_thread, scratch) == T_SCRATCH, "T_SCRATCH");
_Static_assert(sizeof(struct pimg_thread) <= PIMG_BLOCK_SIZE - PIMG_BLOCK_THREAD,
    "struct pimg_thread");

/* The calling thread, by its segment.  Not for signal handlers. */
static inline struct pimg_thread *
pimg_self(void)
{
	struct pimg_thread *t;

#if defined(__x86_64__)
	__asm__ volatile("mov %%gs:%c1, %0" : "=r"(t) : "i"(T_SELF));
#elif defined(__i386__)
	__asm__ volatile("mov %%fs:%c1, %0" : "=r"(t) : "i"(T_SELF));
#endif
	return (t);
}

/* The thread on one of whose stacks addr lies. */
static inline struct pimg_thread *
pimg_thread_at(unsigned long addr)
{

	return ((struct pimg_thread *)((addr & ~(PIMG_BLOCK_SIZE - 1)) +
	    PIMG_BLOCK_THREAD));
}

/* block.c: a block ready for a thread, or NULL; see the file for the rest. */
struct pimg_thread *pimg_block_get(void);
struct pimg_thread *pimg_block_first(void);
void	pimg_block_put(struct pimg_thread *t);
void	pimg_block_bit(struct pimg_thread *t, unsigned long **word, unsigned long *bit);
void	pimg_block_forget_others(struct pimg_thread *t);
int	pimg_block_overlaps(unsigned long addr, unsigned long len);

/*
 * thread.c: a new thread or process, by clone(2)'s flags.  A child that
 * shares memory starts with frame (NULL: the caller's) and mask (NULL: the
 * caller's); result is 0 in it, and stack, if not 0, its stack pointer.
 */
struct pimg_clone {
	unsigned long	flags, stack, ptid, ctid, tls;
	const struct pimg_frame *frame;
	const uint64_t	*mask;
};
/* The order of clone(2)'s last arguments; swapping is its own inverse. */
#if defined(__x86_64__)
#define	PIMG_CTID_TLS(ctid, tls)	(ctid), (tls)
#elif defined(__i386__)
#define	PIMG_CTID_TLS(ctid, tls)	(tls), (ctid)
#endif
long	pimg_clone(struct pimg_frame *f, const struct pimg_clone *args);
void	pimg_thread_exit(unsigned long status) __attribute__((__noreturn__));
long	pimg_thread_attach(struct pimg_thread *t);
long	pimg_arm(void);
void	pimg_scratch_release(void);
void	pimg_scratch_free(struct pimg_thread *t);

#endif
