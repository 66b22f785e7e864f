// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copyright (c) 2026 The pimg authors
 *
 * /dev/pimg: requests in, checked before anything happens.  What each does
 * is documented in pimg.h.
 *
 * The node is 0666: everybody may choose for himself and look.  What changes
 * what others get needs CAP_SYS_ADMIN in the initial user namespace, checked
 * before the request is even read.
 */
#include <linux/capability.h>
#include <linux/cred.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/pid.h>
#include <linux/sched/coredump.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/uaccess.h>

#include "internal.h"

#define SIZE_MAX_IN SZ_4K

union request {
	u32 size;
	struct pimg_info info;
	struct pimg_install install;
	struct pimg_select select;
	struct pimg_list list;
	struct pimg_choose choose;
	struct pimg_query query;
	struct pimg_switch onoff;
};

/* ---- one request each ---- */

static long do_info(union request *r)
{
	struct pimg_info *info = &r->info;

	if (info->flags || info->reserved)
		return -EINVAL;
	memset((u8 *)info + sizeof(info->size), 0,
	       sizeof(*info) - sizeof(info->size));
	if (!READ_ONCE(pimg_off))
		info->flags |= PIMG_INFO_ON;
	if (pimg_redirect_present())
		info->flags |= PIMG_INFO_HOOK;
	if (PIMG_IS_DEBUG)
		info->flags |= PIMG_INFO_DEBUG;
	info->uapi = PIMG_UAPI_VERSION;
	info->abi_revision = PIMG_ABI_REVISION;
	pimg_table_count(info);
	return 0;
}

static long do_install(union request *r)
{
	const struct pimg_install *req = &r->install;

	if (req->flags || !req->version || !pimg_name_ok(req->name))
		return -EINVAL;
	return pimg_table_install(req->fd, req);
}

static bool select_ok(const struct pimg_select *req)
{
	return !req->flags && !req->reserved && pimg_name_ok(req->name);
}

static long do_current(union request *r)
{
	return select_ok(&r->select) ? pimg_table_current(&r->select) : -EINVAL;
}

static long do_remove(union request *r)
{
	if (!select_ok(&r->select) || !r->select.version)
		return -EINVAL;
	return pimg_table_remove(&r->select);
}

static long do_list(union request *r)
{
	if (r->list.flags)
		return -EINVAL;
	return pimg_table_list(&r->list);
}

static long do_choose(union request *r)
{
	const struct pimg_choose *req = &r->choose;
	const u32 none = PIMG_CHOOSE_NATIVE | PIMG_CHOOSE_CANCEL;
	const u32 versioned = PIMG_CHOOSE_PIN | PIMG_CHOOSE_DIGEST;
	int err;

	if ((req->flags & ~(none | versioned)) || req->reserved)
		return -EINVAL;
	if (!(req->flags & PIMG_CHOOSE_DIGEST) &&
	    memchr_inv(req->file, 0, PIMG_KDIGEST))
		return -EINVAL;
	if (req->flags & none) {
		if (hweight32(req->flags) != 1 || req->version ||
		    memchr_inv(req->name, 0, PIMG_KNAME))
			return -EINVAL;
		if (req->flags & PIMG_CHOOSE_NATIVE)
			return pimg_choice_set(req);
		pimg_choice_clear();
		return 0;
	}
	if (!pimg_name_ok(req->name) ||
	    (!req->version && (req->flags & versioned)))
		return -EINVAL;
	if (READ_ONCE(pimg_off))
		return -EAGAIN;
	err = pimg_table_check(req);
	return err ? err : pimg_choice_set(req);
}

/*
 * What ptrace(2) asks of a reader, as far as a module can ask it: the same
 * user, or CAP_SYS_PTRACE over the process; and that it is dumpable.
 */
static bool may_read(struct task_struct *task)
{
	const struct cred *cred = current_cred(), *t;
	struct mm_struct *mm;
	bool ok, dumpable = false;

	if (same_thread_group(task, current))
		return true;
	rcu_read_lock();
	t = __task_cred(task);
	ok = uid_eq(cred->fsuid, t->euid) && uid_eq(cred->fsuid, t->suid) &&
		uid_eq(cred->fsuid, t->uid) && gid_eq(cred->fsgid, t->egid) &&
		gid_eq(cred->fsgid, t->sgid) && gid_eq(cred->fsgid, t->gid) &&
		cap_issubset(t->cap_permitted, cred->cap_permitted);
	if (!ok)
		ok = ns_capable(t->user_ns, CAP_SYS_PTRACE);
	rcu_read_unlock();
	if (!ok)
		return false;
	mm = get_task_mm(task);
	if (mm) {
		dumpable = (mm->flags & MMF_DUMPABLE_MASK) == SUID_DUMP_USER ||
			ns_capable(mm->user_ns, CAP_SYS_PTRACE);
		mmput(mm);
	}
	return dumpable;
}

static long do_query(union request *r)
{
	struct pimg_query *q = &r->query;
	struct task_struct *task;
	struct pid *pid;
	long err;

	if (q->flags || q->reserved || q->pid < 0)
		return -EINVAL;
	if (!q->pid)
		return pimg_exec_query(current, q);
	pid = find_get_pid(q->pid);
	task = get_pid_task(pid, PIDTYPE_TGID);
	put_pid(pid);
	if (!task)
		return -ESRCH;
	err = may_read(task) ? pimg_exec_query(task, q) : -EPERM;
	put_task_struct(task);
	return err;
}

static long do_switch(union request *r)
{
	if (r->onoff.flags || r->onoff.reserved || r->onoff.on > 1)
		return -EINVAL;
	WRITE_ONCE(pimg_off, !r->onoff.on);
	return 0;
}

static const struct op {
	unsigned int cmd;
	bool admin;
	long (*func)(union request *r);
} ops[] = {
	{ PIMG_IOC_INFO, false, do_info },
	{ PIMG_IOC_INSTALL, true, do_install },
	{ PIMG_IOC_CURRENT, true, do_current },
	{ PIMG_IOC_REMOVE, true, do_remove },
	{ PIMG_IOC_LIST, false, do_list },
	{ PIMG_IOC_CHOOSE, false, do_choose },
	{ PIMG_IOC_QUERY, false, do_query },
	{ PIMG_IOC_SWITCH, true, do_switch },
};

static const struct op *find_op(unsigned int cmd)
{
	size_t i;

	for (i = 0; i < ARRAY_SIZE(ops); i++)
		if (ops[i].cmd == cmd)
			return &ops[i];
	return NULL;
}

/*
 * A request is read once.  Its own size word may be larger than what this
 * module knows, never smaller.
 */
static long pimg_ioctl(struct file *file, unsigned int cmd, unsigned long arg)
{
	const struct op *op = find_op(cmd);
	void __user *user = (void __user *)arg;
	union request r;
	size_t known;
	u32 size;
	long err;

	if (!op)
		return -ENOTTY;
	if (op->admin && !capable(CAP_SYS_ADMIN))
		return -EPERM;
	known = _IOC_SIZE(cmd);
	if (get_user(size, (u32 __user *)user))
		return -EFAULT;
	if (size < known)
		return -EINVAL;
	if (size > SIZE_MAX_IN)
		return -E2BIG;
	err = copy_struct_from_user(&r, known, user, size);
	if (err)
		return err;
	r.size = size;
	err = op->func(&r);
	if (!err && (_IOC_DIR(cmd) & _IOC_READ) &&
	    copy_to_user(user, &r, known))
		err = -EFAULT;
	return err;
}

static const struct file_operations dev_fops = {
	.owner = THIS_MODULE,
	.unlocked_ioctl = pimg_ioctl,
	.compat_ioctl = compat_ptr_ioctl,
	.llseek = noop_llseek,
};

static struct miscdevice dev = {
	.minor = MISC_DYNAMIC_MINOR,
	.name = "pimg",
	.fops = &dev_fops,
	.mode = 0666,
};

int pimg_dev_init(void)
{
	return misc_register(&dev);
}

void pimg_dev_exit(void)
{
	misc_deregister(&dev);
}
