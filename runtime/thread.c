/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Threads and processes: how a new one gets its block, its GS, its signal
 * stack and the carrier before any guest code runs in it, and how it ends.
 *
 *	fork		the child has a copy of everything, the block included;
 *			only the carrier must be armed again
 *	CLONE_VM	the child gets a block of its own, prepared by the
 *			parent; with CLONE_SIGHAND it shares the dispositions,
 *			without it has a copy
 *	CLONE_VFORK	as the two above; the parent sleeps until the child has
 *			gone and then takes the block back itself
 */
#include <linux/sched.h>

#include "arch.h"
#include "runtime.h"

#define	PR_SET_SYSCALL_USER_DISPATCH 59
#define	PR_SYS_DISPATCH_ON	1
#define	SIGSET_SIZE		8

/*
 * Routes this thread's calls from outside the image to its handler.  In map
 * mode the module has done so.
 */
long
pimg_arm(void)
{

	if (pimg_process.mapped)
		return (0);
	return (pimg_sys(__NR_prctl, PR_SET_SYSCALL_USER_DISPATCH,
	    PR_SYS_DISPATCH_ON, __ehdr_start,
	    pimg_image_end - __ehdr_start, 0));
}

/*
 * Makes t the calling thread: segment register and signal stack.  Returns 0 or a
 * negated errno.
 */
long
pimg_thread_attach(struct pimg_thread *t)
{
	struct pimg_altstack ss;
	long r;

	pimg_altstack_host(t, &ss);
	r = pimg_arch_attach(t);
	if (r == 0)
		r = pimg_sys(__NR_sigaltstack, &ss, 0);
	if (r == 0)
		t->tid = (uint32_t)pimg_sys(__NR_gettid);
	return (r);
}

/* ------------------------------------------------------------------ */
/* Scratch memory of the current call                                 */

void *
pimg_scratch(size_t len)
{
	struct pimg_thread *t = pimg_self();
	struct pimg_scratch_area *a;
	size_t size = len + sizeof(*a);

	if (size < len)
		return (NULL);
	if ((a = pimg_map_private(size)) == NULL)
		return (NULL);
	a->size = size;
	a->next = t->scratch;
	t->scratch = a;
	return (a + 1);
}

void
pimg_scratch_free(struct pimg_thread *t)
{
	struct pimg_scratch_area *a;

	while ((a = t->scratch) != NULL) {
		t->scratch = a->next;
		pimg_unmap_private(a, a->size);
	}
}

void
pimg_scratch_release(void)
{

	pimg_scratch_free(pimg_self());
}

/* ------------------------------------------------------------------ */
/* clone                                                              */

void	pimg_child(struct pimg_thread *t) __attribute__((__noreturn__));

/* A CLONE_VM child's first code, on its private stack, all blocked. */
void
pimg_child(struct pimg_thread *t)
{

	if (pimg_thread_attach(t) != 0 || pimg_arm() != 0) {
		pimg_message("new thread", "cannot arm the carrier");
		pimg_sys(__NR_exit_group, 125);
	}
	pimg_sys(__NR_rt_sigprocmask, SIG_SETMASK, &t->start_mask, NULL,
	    SIGSET_SIZE);
	pimg_exit();
}

/* Makes the child's block from the parent's thread t.  NULL: no memory. */
static struct pimg_thread *
child_block(struct pimg_thread *t, unsigned long flags)
{
	struct pimg_thread *c = pimg_block_get();

	if (c == NULL)
		return (NULL);
	if (flags & CLONE_SIGHAND) {
		c->sighand = t->sighand;
		__atomic_add_fetch(&c->sighand->refs, 1, __ATOMIC_ACQ_REL);
	} else if ((c->sighand = pimg_sighand_copy(t->sighand)) == NULL) {
		pimg_block_put(c);
		return (NULL);
	}
	c->frame = t->frame;
	c->vmask = t->vmask;
	if (flags & CLONE_VFORK)
		c->altstack = t->altstack;
	if (flags & CLONE_VFORK)
		c->flags |= PIMG_T_VFORK;
	if ((flags & CLONE_THREAD) == 0)
		c->flags |= PIMG_T_PROCESS;
	return (c);
}

static long
clone_shared(const struct pimg_clone *args)
{
	struct pimg_thread *t = pimg_self(), *c;
	unsigned long flags = args->flags;
	uint64_t all = ~PIMG_VIRTUAL, mask;
	long r;

	if ((c = child_block(t, flags)) == NULL)
		return (-EAGAIN);
	if (args->frame != NULL)
		c->frame = *args->frame;
	c->frame.result = 0;
	if (args->stack != 0)
		c->frame.sp = args->stack;
	r = pimg_call(__NR_rt_sigprocmask, SIG_SETMASK, &all, &mask,
	    SIGSET_SIZE);
	if (r != 0) {
		pimg_block_put(c);
		return (r);
	}
	c->start_mask = mask;
	if (args->mask != NULL) {
		c->start_mask = *args->mask & ~PIMG_VIRTUAL;
		c->vmask = *args->mask & PIMG_VIRTUAL;
	}
	r = pimg_clone_vm(flags, c->stack, args->ptid, args->ctid, args->tls,
	    c);
	if (pimg_failed(r) || (flags & CLONE_VFORK))
		pimg_block_put(c);
	if (t->pending)		/* a virtual signal: the queue has its mask */
		t->kept_mask = (t->kept_mask & PIMG_VIRTUAL) | mask;
	else
		pimg_sys(__NR_rt_sigprocmask, SIG_SETMASK, &mask, NULL,
		    SIGSET_SIZE);
	return (r);
}

static long
clone_copied(struct pimg_frame *f, const struct pimg_clone *args)
{
	struct pimg_thread *t = pimg_self();
	long r;

	pimg_lock(&t->sighand->lock);
	pimg_lock(&pimg_process.brk_lock);
	r = pimg_call(__NR_clone, args->flags, 0, args->ptid,
	    PIMG_CTID_TLS(args->ctid, args->tls));
	if (r == 0) {
		t->tid = (uint32_t)pimg_sys(__NR_gettid);
		t->flags = 0;
		t->vpending = 0;
	}
	pimg_unlock(&pimg_process.brk_lock);
	pimg_unlock(&t->sighand->lock);
	if (r != 0)
		return (r);
	pimg_block_forget_others(t);
	if (pimg_arm() != 0) {
		pimg_message("fork", "cannot arm the carrier");
		pimg_sys(__NR_exit_group, 125);
	}
	if (args->frame != NULL)
		*f = *args->frame;
	if (args->stack != 0)
		f->sp = args->stack;
	return (0);
}

/*
 * Makes a thread or process.  Returns its id, and 0 in a child that has a
 * copy of the memory, whose frame f is; a negated errno.
 */
long
pimg_clone(struct pimg_frame *f, const struct pimg_clone *args)
{

	return (args->flags & CLONE_VM ? clone_shared(args) :
	    clone_copied(f, args));
}


/* ------------------------------------------------------------------ */

/*
 * Ends the calling thread, not its process.  The block is given away by the thread itself as
 * the last thing, except a vfork child's, which its parent takes back.
 */
void
pimg_thread_exit(unsigned long status)
{
	struct pimg_thread *t = pimg_self();
	struct pimg_sighand *sh = t->sighand;
	unsigned long *word, bit, none = 0;
	uint64_t all = ~0ULL;

	pimg_sys(__NR_rt_sigprocmask, SIG_SETMASK, &all, NULL, SIGSET_SIZE);
	if (t->flags & PIMG_T_VFORK) {
		word = &none;
		bit = 0;
	} else {
		pimg_scratch_free(t);
		t->sighand = NULL;
		t->flags = 0;
		if (__atomic_sub_fetch(&sh->refs, 1, __ATOMIC_ACQ_REL) == 0)
			pimg_unmap_private(sh, sizeof(*sh));
		pimg_block_bit(t, &word, &bit);
	}
	pimg_thread_gone(status, word, bit);
}
