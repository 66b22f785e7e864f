// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copyright (c) 2026 The pimg authors
 *
 * The kernel's tracepoints, found by name because modules cannot link to
 * them:
 *
 *	sched_process_fork	a new task is armed as its parent before it runs
 *				(the kernel has cleared the copied state)
 *	sched_process_exit	a process's choice ends with it
 *	signal_deliver		a fault of an image's own code is logged
 *
 * Probes run with preemption off.
 */
#include <linux/module.h>
#include <linux/sched/signal.h>
#include <linux/sched/task_stack.h>
#include <linux/syscall_user_dispatch.h>
#include <linux/tracepoint.h>
#include <linux/uaccess.h>

#include "runtime/x86_64/thread_offsets.h"
#include "internal.h"

static void on_fork(void *data, struct task_struct *parent,
		    struct task_struct *child)
{
	if (pimg_armed(parent)) {
		child->syscall_dispatch = parent->syscall_dispatch;
		child->syscall_dispatch.on_dispatch = false;
		set_task_syscall_work(child, SYSCALL_USER_DISPATCH);
	}
	pimg_choice_fork(parent, child);
}

static void on_exit(void *data, struct task_struct *task)
{
	pimg_choice_exit(task);
}

static bool is_fault(int sig)
{
	return sig == SIGSEGV || sig == SIGBUS || sig == SIGILL ||
		sig == SIGFPE || sig == SIGTRAP;
}

/*
 * A signal takes its default action: if an instruction of the image raised
 * it, the image is at fault.  (Those that it expects find its handler.)
 */
static void on_deliver(void *data, int sig, struct kernel_siginfo *info,
		       struct k_sigaction *ka)
{
	const struct pimg_slot *slot;
	struct pt_regs *regs;
	unsigned long base;
	u64 nr;

	if (!is_fault(sig) || info->si_code <= 0 ||
	    ka->sa.sa_handler != SIG_DFL)
		return;
	slot = pimg_armed(current);
	if (!slot)
		return;
	regs = task_pt_regs(current);
	base = current->syscall_dispatch.offset;
	if (regs->ip - base >= slot->text)
		return;
	if (slot->machine != EM_X86_64 ||
	    copy_from_user_nofault(&nr, (void __user *)
				   (current->thread.gsbase + T_NR), sizeof(nr)))
		nr = regs->ax;
	pr_warn_ratelimited("%s sha256:%*phN: fault in the image: signal %d at +%#lx, call %llu, in %s[%d]\n",
			    slot->image->label, PIMG_KDIGEST,
			    slot->image->manifest, sig, regs->ip - base, nr,
			    current->comm, task_tgid_nr(current));
}

static struct probe {
	const char *name;
	void *func;
	struct tracepoint *tp;
} probes[] = {
	{ "sched_process_fork", on_fork },
	{ "sched_process_exit", on_exit },
	{ "signal_deliver", on_deliver },
};

static void look(struct tracepoint *tp, void *data)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(probes); i++)
		if (!strcmp(tp->name, probes[i].name))
			probes[i].tp = tp;
}

static void unregister(size_t n)
{
	while (n-- > 0)
		tracepoint_probe_unregister(probes[n].tp, probes[n].func, NULL);
	tracepoint_synchronize_unregister();
}

int pimg_probe_init(void)
{
	size_t i;
	int err = 0;

	for_each_kernel_tracepoint(look, NULL);
	for (i = 0; i < ARRAY_SIZE(probes) && !err; i++) {
		err = -ENOENT;
		if (probes[i].tp)
			err = tracepoint_probe_register(probes[i].tp,
							probes[i].func, NULL);
		if (err)
			pr_err("tracepoint %s: not to be had (%d)\n",
			       probes[i].name, err);
	}
	if (err)
		unregister(i - 1);
	return err;
}

void pimg_probe_exit(void)
{
	unregister(ARRAY_SIZE(probes));
}
