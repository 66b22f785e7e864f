// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copyright (c) 2026 The pimg authors
 *
 * execve: which image a program gets, and how it gets it.
 *
 *	load_binary	(first in the kernel's list of formats; the old program
 *			is still there) decides, takes a reference, and can
 *			refuse: the exec fails and the caller goes on
 *	binfmt_elf	loads the program, knowing nothing (linux models), or
 *			loads the image as the program's interpreter (BSD)
 *	started		(task work: in the new address space, before its first
 *			instruction) maps the image beside the program, arms
 *			the task, and makes it begin in the image's start hook
 *
 * The task work runs at the end of every exec, failed ones included, so no
 * decision outlives its exec.  Past the point of no return an error can only
 * kill, which is also what the kernel does there.
 */
#include <linux/binfmts.h>
#include <linux/compat.h>
#include <linux/elf.h>
#include <linux/mman.h>
#include <linux/moduleparam.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/task_work.h>
#include <linux/xattr.h>

#include "internal.h"

#define NOTES_MAX SZ_4K

bool pimg_off;
module_param_named(off, pimg_off, bool, 0444);
MODULE_PARM_DESC(off, "do not select images at exec");

/* One exec under way. */
struct start {
	struct callback_head work;
	struct mm_struct *old_mm;	/* only compared */
	struct file *image;
	bool pinned;
};

/* The program's first bytes, as far as they matter here. */
struct program {
	struct file *file;
	u32 machine;
	u8 osabi;
	u64 phoff;
	u32 phnum, phentsize;
};

/* ---- the old program ---- */

/* The image that a task runs in, with a reference to its file; or NULL. */
static struct file *image_of(struct task_struct *task, struct mm_struct *mm,
			     bool *pinned, unsigned long *base)
{
	struct vm_area_struct *vma;
	struct file *file = NULL;

	if (!mm || !pimg_armed(task))
		return NULL;
	*base = task->syscall_dispatch.offset;
	mmap_read_lock(mm);
	vma = find_vma(mm, *base);
	if (vma && vma->vm_start == *base && pimg_image_of_vma(vma)) {
		file = get_file(vma->vm_file);
		*pinned = (unsigned long)vma->vm_private_data & PIMG_MAP_PINNED;
	}
	mmap_read_unlock(mm);
	return file;
}

int pimg_exec_query(struct task_struct *task, struct pimg_query *q)
{
	struct mm_struct *mm = get_task_mm(task);
	struct pimg_image *image;
	unsigned long base = 0;
	bool pinned = false;
	struct file *file;

	file = image_of(task, mm, &pinned, &base);
	if (mm)
		mmput(mm);
	if (!file)
		return -ENODATA;
	image = pimg_image_of_file(file);
	q->flags = pinned ? PIMG_QUERY_PINNED : 0;
	q->version = image->version;
	q->machine = image->shape.note.machine;
	q->base = base;
	memcpy(q->name, image->shape.note.personality, PIMG_KNAME);
	memcpy(q->file, image->digest, PIMG_KDIGEST);
	memcpy(q->manifest, image->manifest, PIMG_KDIGEST);
	fput(file);
	return 0;
}

/* ---- the new program ---- */

/* Whether bprm is a program that an image could be for. */
static bool read_program(struct linux_binprm *bprm, struct program *p)
{
	const struct elf64_hdr *h64 = (const void *)bprm->buf;
	const struct elf32_hdr *h32 = (const void *)bprm->buf;

	if (memcmp(bprm->buf, ELFMAG, SELFMAG))
		return false;
	p->file = bprm->file;
	p->osabi = bprm->buf[EI_OSABI];
	if (bprm->buf[EI_CLASS] == ELFCLASS64) {
		p->machine = h64->e_machine;
		p->phoff = h64->e_phoff;
		p->phnum = h64->e_phnum;
		p->phentsize = h64->e_phentsize;
		return p->machine == EM_X86_64;
	}
	p->machine = h32->e_machine;
	p->phoff = h32->e_phoff;
	p->phnum = h32->e_phnum;
	p->phentsize = h32->e_phentsize;
	return p->machine == EM_386 || p->machine == EM_X86_64;
}

/* An x32 program: no image is for it. */
static bool is_x32(const struct linux_binprm *bprm, const struct program *p)
{
	return p->machine == EM_X86_64 && bprm->buf[EI_CLASS] != ELFCLASS64;
}

static bool note_in(const u8 *data, size_t len, const struct pimg_brand *b)
{
	const size_t owner = strlen(b->owner) + 1;

	while (len >= 12) {
		const u32 *head = (const void *)data;
		const u64 namesz = ALIGN((u64)head[0], 4);
		const u64 size = 12 + namesz + ALIGN((u64)head[1], 4);

		if (size > len)
			break;
		if (head[0] == owner && head[2] == b->note_type &&
		    !memcmp(data + 12, b->owner, owner))
			return true;
		data += size;
		len -= size;
	}
	return false;
}

/* Looks for b in the notes of a program. */
static bool has_note(const struct program *p, const struct pimg_brand *b)
{
	const bool is64 = p->phentsize == sizeof(struct elf64_phdr);
	bool found = false;
	u32 i;
	void *buf;

	if (!is64 && p->phentsize != sizeof(struct elf32_phdr))
		return false;
	buf = kmalloc(NOTES_MAX, GFP_KERNEL);
	for (i = 0; buf && i < min(p->phnum, 32U) && !found; i++) {
		struct elf64_phdr ph;
		loff_t pos = p->phoff + (u64)i * p->phentsize;
		ssize_t n;

		if (kernel_read(p->file, &ph, p->phentsize, &pos) !=
		    p->phentsize || ph.p_type != PT_NOTE)
			continue;
		pos = is64 ? ph.p_offset : ((struct elf32_phdr *)&ph)->p_offset;
		n = is64 ? ph.p_filesz : ((struct elf32_phdr *)&ph)->p_filesz;
		n = kernel_read(p->file, buf, min_t(size_t, n, NOTES_MAX), &pos);
		found = n > 0 && note_in(buf, n, b);
	}
	kfree(buf);
	return found;
}

static bool match_brand(const struct pimg_brand *brand, void *arg)
{
	const struct program *p = arg;

	if (brand->kind == PIMG_BRAND_OSABI)
		return p->osabi == brand->osabi;
	return has_note(p, brand);
}

/*
 * trusted.pimg: NAME, NAME@N or "native".  Only where the initial user
 * namespace decides who may write such attributes, and set-id bits count.
 */
static bool read_xattr(struct file *file, struct pimg_want *want)
{
	struct dentry *dentry = file_dentry(file);
	char value[PIMG_LABEL + 1], *at;
	ssize_t n;

	if (dentry->d_sb->s_user_ns != &init_user_ns ||
	    (file->f_path.mnt->mnt_flags & MNT_NOSUID))
		return false;
	n = __vfs_getxattr(dentry, d_inode(dentry), PIMG_XATTR, value,
			   sizeof(value) - 1);
	if (n <= 0)
		return false;
	value[n] = '\0';
	memset(want, 0, sizeof(*want));
	if (!strcmp(value, "native"))
		return true;
	at = strchr(value, '@');
	if (at) {
		*at = '\0';
		if (kstrtou32(at + 1, 10, &want->version) || !want->version)
			return false;
	}
	if (strlen(value) >= PIMG_KNAME)
		return false;
	strcpy(want->name, value);
	return pimg_name_ok(want->name);
}

/* ---- the decision ---- */

/*
 * The image for a program, with a reference; NULL for none; or the error
 * that exec ends with.
 */
static struct file *decide(struct linux_binprm *bprm, const struct program *p,
			   bool *pinned)
{
	struct file *file, *old = NULL;
	struct pimg_want want;
	unsigned long base;

	*pinned = false;
	if (pimg_choice_get(&want))
		goto wanted;
	if (pimg_table_brand(match_brand, (void *)p, &want)) {
		if (pimg_off)
			return ERR_PTR(-ENOPKG);
		goto wanted;
	}
	if (!pimg_table_empty() && read_xattr(p->file, &want))
		goto wanted;
	old = image_of(current, current->mm, pinned, &base);
	if (!old)
		return NULL;
	memset(&want, 0, sizeof(want));
	memcpy(want.name, pimg_image_of_file(old)->shape.note.personality,
	       PIMG_KNAME);
	if (*pinned) {
		want.version = pimg_image_of_file(old)->version;
		want.pinned = true;
	}
	if (pimg_image_of_file(old)->shape.note.model != PIMG_MODEL_LINUX)
		want.name[0] = '\0';	/* a program without its brand */
wanted:
	if (pimg_off || !want.name[0]) {
		file = NULL;
		goto out;
	}
	*pinned = want.pinned;
	file = pimg_table_get(&want, p->machine);
	if (!file && old && want.pinned &&
	    pimg_image_of_file(old)->shape.note.machine == p->machine)
		file = get_file(old);	/* pinned and removed */
	if (!file || is_x32(bprm, p)) {
		if (file)
			fput(file);
		file = ERR_PTR(-ENOPKG);
	}
out:
	if (old)
		fput(old);
	return file;
}

/* ---- the new address space ---- */

static bool gained_privilege(struct mm_struct *mm, u32 machine)
{
	const unsigned long *aux = mm->saved_auxv;
	const u32 *aux32 = (const u32 *)mm->saved_auxv;
	int i;

	for (i = 0; i < AT_VECTOR_SIZE; i += 2) {
		if (machine == EM_386) {
			if (aux32[i] == AT_SECURE)
				return aux32[i + 1];
		} else if (aux[i] == AT_SECURE) {
			return aux[i + 1];
		}
	}
	return true;
}

/* Puts a flag at the mapping that begins at base, and its pages in place. */
static int mark(unsigned long base, bool pinned)
{
	struct mm_struct *mm = current->mm;
	struct vm_area_struct *vma;
	int err = -EFAULT;

	mmap_write_lock(mm);
	vma = find_vma(mm, base);
	if (vma && vma->vm_start == base && pimg_image_of_vma(vma)) {
		vma->vm_private_data = (void *)(pinned ? PIMG_MAP_PINNED : 0);
		err = vma->vm_flags & VM_MAYSHARE ? pimg_image_fill(vma) : 0;
	}
	mmap_write_unlock(mm);
	return err;
}

/*
 * Returns where the image is, or a negative errno.  The kernel's next mapping
 * is usually right below the last one, so the text goes there; where it does
 * not fit, one mapping is made for both and the text put over it.
 */
static long map_beside(struct file *file, const struct pimg_image *image)
{
	const struct pimg_shape *shape = &image->shape;
	const unsigned long data = shape->total - shape->text;
	unsigned long base, text;

	base = vm_mmap(NULL, 0, data, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(base))
		return base;
	text = vm_mmap(file, base - shape->text, shape->text,
		       PROT_READ | PROT_EXEC, MAP_SHARED | MAP_FIXED_NOREPLACE,
		       0);
	if (!IS_ERR_VALUE(text))
		return text;
	vm_munmap(base, data);
	base = vm_mmap(NULL, 0, shape->total, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, 0);
	if (IS_ERR_VALUE(base))
		return base;
	text = vm_mmap(file, base, shape->text, PROT_READ | PROT_EXEC,
		       MAP_SHARED | MAP_FIXED, 0);
	return IS_ERR_VALUE(text) ? (long)text : (long)base;
}

/* The linux model: beside the program; entered first. */
static int start_beside(struct start *s, const struct pimg_image *image)
{
	struct pt_regs *regs = current_pt_regs();
	long base = map_beside(s->image, image);
	int err;

	if (base < 0)
		return base;
	err = mark(base, s->pinned);
	if (err)
		return err;
	pimg_arm(current, image, base);
	regs->cx = regs->ip;
	regs->ip = base + image->shape.note.start;
	return 0;
}

/* The BSD model: the kernel has loaded the image as the program. */
static int start_loader(struct start *s, const struct pimg_image *image)
{
	const unsigned long base = current->mm->start_code & PAGE_MASK;
	int err = mark(base, s->pinned);

	if (!err)
		pimg_arm(current, image, base);
	return err;
}

static void started(struct callback_head *work)
{
	struct start *s = container_of(work, struct start, work);
	const struct pimg_image *image = pimg_image_of_file(s->image);
	const u32 model = image->shape.note.model;
	int err;

	if (!current->mm || current->mm == s->old_mm ||
	    (current->flags & PF_EXITING))
		goto out;		/* exec failed, or the task is dying */
	pimg_choice_clear();
	if (model == PIMG_MODEL_LINUX &&
	    gained_privilege(current->mm, image->shape.note.machine))
		goto out;
	err = model == PIMG_MODEL_LINUX ? start_beside(s, image) :
		start_loader(s, image);
	if (err) {
		pr_warn_ratelimited("%s: cannot be mapped into %s[%d] (%d), which is killed\n",
				    image->label, current->comm,
				    task_tgid_nr(current), err);
		send_sig(SIGKILL, current, 1);
	}
out:
	fput(s->image);
	kfree(s);
}

/* ---- the format ---- */

/*
 * A program that has chosen "native", or is dropped from a personality by
 * rule, also uses up its choice.
 */
static void started_native(struct callback_head *work)
{
	struct start *s = container_of(work, struct start, work);

	if (current->mm && current->mm != s->old_mm)
		pimg_choice_clear();
	kfree(s);
}

static int plan(struct file *image, bool pinned)
{
	struct start *s = kzalloc(sizeof(*s), GFP_KERNEL);
	int err;

	if (!s)
		return -ENOMEM;
	s->old_mm = current->mm;
	s->image = image;
	s->pinned = pinned;
	init_task_work(&s->work, image ? started : started_native);
	err = task_work_add(current, &s->work, TWA_RESUME);
	if (err)
		kfree(s);
	return err;
}

/*
 * Makes the image the program's interpreter, with the command line that
 * binfmt_misc's flag P gives: INTERPRETER PATH ARGV0 ARG...
 */
static int substitute(struct linux_binprm *bprm, struct file *image)
{
	const char *label = pimg_image_of_file(image)->label;
	int err;

	if (bprm->interp_flags & BINPRM_FLAGS_PATH_INACCESSIBLE)
		return -ENOENT;
	err = copy_string_kernel(bprm->interp, bprm);
	if (err < 0)
		return err;
	bprm->argc++;
	err = copy_string_kernel(label, bprm);
	if (err < 0)
		return err;
	bprm->argc++;
	err = bprm_change_interp(label, bprm);
	if (err < 0)
		return err;
	err = exe_file_deny_write_access(image);
	if (err)
		return err;
	bprm->interp_flags |= BINPRM_FLAGS_PRESERVE_ARGV0;
	bprm->interpreter = get_file(image);
	return 0;
}

static int load_binary(struct linux_binprm *bprm)
{
	struct pimg_want choice;
	struct program program;
	struct file *image;
	bool pinned;
	int err;

	if (pimg_image_of_file(bprm->file) || !read_program(bprm, &program))
		return -ENOEXEC;
	image = decide(bprm, &program, &pinned);
	if (IS_ERR(image))
		return PTR_ERR(image);
	if (!image && !pimg_choice_get(&choice))
		return -ENOEXEC;
	err = plan(image, pinned);
	if (err) {
		if (image)
			fput(image);
		return err;
	}
	if (image && pimg_image_of_file(image)->shape.note.model ==
	    PIMG_MODEL_BSD)
		return substitute(bprm, image);
	return -ENOEXEC;		/* binfmt_elf goes on */
}

static struct linux_binfmt format = {
	.module = THIS_MODULE,
	.load_binary = load_binary,
};

int pimg_exec_init(void)
{
	insert_binfmt(&format);
	return 0;
}

void pimg_exec_exit(void)
{
	unregister_binfmt(&format);
}
