// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copyright (c) 2026 The pimg authors
 *
 * Which tasks have an image, and which will get one.
 *
 * A task with an image is armed: the kernel's own Syscall User Dispatch state
 * says so, and says which image without a look-up, in bits that the kernel
 * leaves alone:
 *
 *	offset		where the image is mapped
 *	len		limit + slot: limit is the image's length without its
 *			last page, slot (< PIMG_SLOTS < a page) its place in
 *			pimg_slots
 *	selector	offset + the place of a byte that equals 1 (BLOCK)
 *
 * To the stock code this means: a call from [offset, offset + len) is native,
 * any other is SIGSYS.  (What len says too much lies in the image's last
 * page, which is not executable.)  So if the redirect is ever missing, no
 * call gets through as a native one: the image's SIGSYS handler takes it.
 *
 * A task that has chosen a personality for a program that it has yet to
 * execute is in the hash table of choices, by its process.
 */
#include <linux/elf.h>
#include <linux/hashtable.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/syscall_user_dispatch.h>

#include "internal.h"

struct pimg_slot pimg_slots[PIMG_SLOTS] __read_mostly;

/* The caller holds pimg_table_lock.  Slot 0 is for len without a slot. */
int pimg_slot_take(const struct pimg_image *image)
{
	const struct pimg_shape *shape = &image->shape;
	struct pimg_slot *slot;
	int i;

	BUILD_BUG_ON(PIMG_SLOTS > PAGE_SIZE);
	for (i = 1; i < PIMG_SLOTS && pimg_slots[i].limit; i++)
		;
	if (i == PIMG_SLOTS)
		return -ENOSPC;
	slot = &pimg_slots[i];
	slot->selector = shape->note.selector;
	slot->text = shape->text;
	slot->entry = shape->note.machine == EM_386 ?
		shape->note.entry_stack : shape->note.entry_rcx;
	slot->machine = shape->note.machine;
	slot->model = shape->note.model;
	slot->image = image;
	smp_store_release(&slot->limit, shape->total - PAGE_SIZE);
	return i;
}

void pimg_slot_give(u32 slot)
{
	WRITE_ONCE(pimg_slots[slot].limit, 0);
}

/* Arms a task that is current or has not run yet. */
void pimg_arm(struct task_struct *task, const struct pimg_image *image,
	      unsigned long base)
{
	struct syscall_user_dispatch *sd = &task->syscall_dispatch;

	sd->offset = base;
	sd->len = (image->shape.total - PAGE_SIZE) | image->slot;
	sd->selector = (char __user *)base + image->shape.note.selector;
	sd->on_dispatch = false;
	set_task_syscall_work(task, SYSCALL_USER_DISPATCH);
}

/* ---- choices ---- */

struct choice {
	struct hlist_node node;
	struct signal_struct *process;	/* only compared */
	struct pimg_want want;
};

static DEFINE_HASHTABLE(choices, 6);
static DEFINE_SPINLOCK(pimg_choice_lock);
static atomic_t choice_count = ATOMIC_INIT(0);

static struct choice *find_choice(struct signal_struct *process)
{
	struct choice *c;

	lockdep_assert_held(&pimg_choice_lock);
	hash_for_each_possible(choices, c, node, (unsigned long)process)
		if (c->process == process)
			return c;
	return NULL;
}

static void insert_choice(struct choice *c)
{
	hash_add(choices, &c->node, (unsigned long)c->process);
	atomic_inc(&choice_count);
}

static void remove_choice(struct choice *c)
{
	hash_del(&c->node);
	atomic_dec(&choice_count);
	kfree(c);
}

int pimg_choice_set(const struct pimg_choose *req)
{
	struct choice *c, *old;

	c = kzalloc(sizeof(*c), GFP_KERNEL_ACCOUNT);
	if (!c)
		return -ENOMEM;
	c->process = current->signal;
	memcpy(c->want.name, req->name, PIMG_KNAME);
	c->want.version = req->version;
	c->want.pinned = req->flags & PIMG_CHOOSE_PIN;
	spin_lock(&pimg_choice_lock);
	old = find_choice(c->process);
	if (old)
		remove_choice(old);
	insert_choice(c);
	spin_unlock(&pimg_choice_lock);
	return 0;
}

/* The calling process's choice; an empty name means "native". */
bool pimg_choice_get(struct pimg_want *want)
{
	struct choice *c;

	if (!atomic_read(&choice_count))
		return false;
	spin_lock(&pimg_choice_lock);
	c = find_choice(current->signal);
	if (c)
		*want = c->want;
	spin_unlock(&pimg_choice_lock);
	return c;
}

static void clear_choice(struct signal_struct *process)
{
	struct choice *c;

	if (!atomic_read(&choice_count))
		return;
	spin_lock(&pimg_choice_lock);
	c = find_choice(process);
	if (c)
		remove_choice(c);
	spin_unlock(&pimg_choice_lock);
}

void pimg_choice_clear(void)
{
	clear_choice(current->signal);
}

/* The last thread of a process takes its choice with it. */
void pimg_choice_exit(struct task_struct *task)
{
	if (atomic_read(&choice_count) && !atomic_read(&task->signal->live))
		clear_choice(task->signal);
}

/*
 * A new process inherits; without memory for that it must not live.  Atomic
 * context; the child has not run yet.
 */
void pimg_choice_fork(struct task_struct *parent, struct task_struct *child)
{
	struct choice *c, *new;

	if (!atomic_read(&choice_count) || parent->signal == child->signal)
		return;
	new = kmalloc(sizeof(*new), GFP_ATOMIC | __GFP_NOWARN);
	spin_lock(&pimg_choice_lock);
	c = find_choice(parent->signal);
	if (c && new) {
		new->process = child->signal;
		new->want = c->want;
		insert_choice(new);
		new = NULL;
	} else if (c) {
		send_sig(SIGKILL, child, 1);
	}
	spin_unlock(&pimg_choice_lock);
	kfree(new);
}

/* Unloading: whoever has chosen is no longer asked. */
void pimg_choice_drop_all(void)
{
	struct hlist_node *tmp;
	struct choice *c;
	int i;

	hash_for_each_safe(choices, i, tmp, c, node)
		remove_choice(c);
}
