// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copyright (c) 2026 The pimg authors
 *
 * A system call of an armed task becomes a jump into its image.
 *
 *	program: syscall
 *	   |
 *	   v
 *	kernel's entry, SYSCALL_WORK_SYSCALL_USER_DISPATCH set
 *	   |
 *	   v
 *	syscall_user_dispatch() --ftrace--> armed? --yes--> dispatch()
 *	   |                                  |                |
 *	   | no: the stock function  <--------+                |
 *	   v                                                   v
 *	native call, or SIGSYS               ip in the image: native call
 *	                                     else: ip = base + entry_rcx,
 *	                                     all registers as they were,
 *	                                     rcx = address after the call
 *	                                     (i386: that is pushed)
 *
 * This comes before ptrace, seccomp and audit, which see native calls only.
 * rcx and r11 are free: the syscall instruction overwrites them.  The program
 * continues by IRET because ip and rcx differ.
 *
 * If ftrace loses the hook, the stock function raises SIGSYS: slower, and
 * never a native call.
 */
#include <linux/elf.h>
#include <linux/ftrace.h>
#include <linux/prctl.h>
#include <linux/ptrace.h>
#include <linux/sched/signal.h>
#include <linux/sched/task.h>
#include <linux/syscall_user_dispatch.h>
#include <linux/thread_info.h>
#include <linux/uaccess.h>

#include "internal.h"

#define NR_PRCTL_32 172

static char target[] = "syscall_user_dispatch";
static bool present;

/* The call is not made; what the program sees is in regs. */
static bool skip(struct pt_regs *regs)
{
	regs->orig_ax = -1;
	current->syscall_dispatch.on_dispatch = true;
	return true;
}

static bool refuse(struct pt_regs *regs, long err)
{
	regs->ax = err;
	return skip(regs);
}

/*
 * The image tells what auxiliary vector its program sees, which /proc/PID/auxv
 * is to show too.  Of a process's own that needs no privilege (compare
 * PR_SET_MM_MAP), so the stock call's CAP_SYS_RESOURCE is not asked for.
 */
static long set_auxv(const void __user *addr, size_t len)
{
	struct mm_struct *mm = current->mm;
	unsigned long aux[AT_VECTOR_SIZE] = { 0 };

	BUILD_BUG_ON(sizeof(aux) != sizeof(mm->saved_auxv));
	if (len > sizeof(aux))
		return -EINVAL;
	if (copy_from_user(aux, addr, len))
		return -EFAULT;
	aux[AT_VECTOR_SIZE - 2] = AT_NULL;
	aux[AT_VECTOR_SIZE - 1] = 0;
	task_lock(current);
	memcpy(mm->saved_auxv, aux, sizeof(aux));
	task_unlock(current);
	return 0;
}

/*
 * The image's own prctl.  Asking for Syscall User Dispatch would disarm; a
 * loader (BSD models) arms its carrier so, and has one already.
 */
static bool image_prctl(struct pt_regs *regs, const struct pimg_slot *slot)
{
	const bool ia32 = slot->machine == EM_386;
	const unsigned long option = ia32 ? regs->bx : regs->di;
	const unsigned long arg = ia32 ? regs->cx : regs->si;

	if (option == PR_SET_SYSCALL_USER_DISPATCH)
		return refuse(regs, slot->model == PIMG_MODEL_BSD &&
			      arg == PR_SYS_DISPATCH_ON ? 0 : -EINVAL);
	if (option == PR_SET_MM && arg == PR_SET_MM_AUXV)
		return refuse(regs, set_auxv((void __user *)regs->dx,
					     ia32 ? regs->si : regs->r10));
	return false;
}

/*
 * No register is free at an int $0x80: the return address is pushed.  i386
 * has no red zone.  A program that has no stack there gets the signal that
 * pushing it itself would have got.
 */
static bool push_return(struct pt_regs *regs)
{
	u32 __user *sp = (u32 __user *)(regs->sp - sizeof(*sp));

	if (put_user((u32)regs->ip, sp))
		return false;
	regs->sp -= sizeof(*sp);
	return true;
}

static bool dispatch(struct pt_regs *regs)
{
	const struct pimg_slot *slot = pimg_armed(current);
	const unsigned long base = current->syscall_dispatch.offset;
	const bool ia32 = in_ia32_syscall();

	if (unlikely(!slot))	/* disarmed since the hook looked: cannot be */
		return refuse(regs, -ENOSYS);
	if (unlikely(ia32 != (slot->machine == EM_386)))
		return refuse(regs, -ENOSYS);
	if (regs->ip - base < slot->text) {
		if (unlikely(regs->orig_ax == (ia32 ? NR_PRCTL_32 :
					       __NR_prctl)))
			return image_prctl(regs, slot);
		return false;
	}
	if (unlikely(ia32)) {
		if (!push_return(regs)) {
			force_sig(SIGSEGV);
			return skip(regs);
		}
	} else {
		regs->cx = regs->ip;
	}
	regs->ax = regs->orig_ax;
	regs->ip = base + slot->entry;
	return skip(regs);
}

static void notrace hook(unsigned long ip, unsigned long parent,
			 struct ftrace_ops *ops, struct ftrace_regs *fregs)
{
	if (pimg_armed(current))
		ftrace_regs_set_instruction_pointer(fregs,
						    (unsigned long)dispatch);
}

static struct ftrace_ops hook_ops = {
	.func = hook,
	.flags = FTRACE_OPS_FL_IPMODIFY | FTRACE_OPS_FL_PERMANENT,
};

bool pimg_redirect_present(void)
{
	return present;
}

int pimg_redirect_init(void)
{
	int err;

	err = ftrace_set_filter(&hook_ops, target, strlen(target), 0);
	if (err) {
		pr_err("%s: not to be traced in this kernel (%d)\n", target,
		       err);
		return err;
	}
	err = register_ftrace_function(&hook_ops);
	if (err) {
		pr_err("%s: not to be redirected (%d)%s\n", target, err,
		       err == -EBUSY ? ": another module does" : "");
		ftrace_free_filter(&hook_ops);
		return err;
	}
	present = true;
	return 0;
}

/* No task is armed any more; waits for those that are still in the hook. */
void pimg_redirect_exit(void)
{
	unregister_ftrace_function(&hook_ops);
	ftrace_free_filter(&hook_ops);
}
