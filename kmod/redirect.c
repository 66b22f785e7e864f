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
#include <linux/syscall_user_dispatch.h>
#include <linux/thread_info.h>

#include "internal.h"

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
 * The image asks for Syscall User Dispatch.  A loader (BSD models) arms its
 * carrier so: it has one already.  Anything else would disarm.
 */
static bool is_dispatch_prctl(const struct pt_regs *regs)
{
	return regs->orig_ax == __NR_prctl &&
		regs->di == PR_SET_SYSCALL_USER_DISPATCH;
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
		if (likely(ia32 || !is_dispatch_prctl(regs)))
			return false;
		return refuse(regs, slot->model == PIMG_MODEL_BSD &&
			      regs->si == PR_SYS_DISPATCH_ON ? 0 : -EINVAL);
	}
	regs->ax = regs->orig_ax;
	regs->cx = regs->ip;
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
