// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copyright (c) 2026 The pimg authors
 *
 * An image in the kernel is a file of a file system of its own, so that the
 * kernel's own reference counting is the image's life:
 *
 *	the table (table.c)	one reference while the image is held
 *	each mapping		one reference; fork and split take their own
 *	an exec under way	one reference
 *
 * and the last fput() frees it.  The file's name is what /proc/PID/maps
 * shows: pimg:linux26@3.  Nobody ever has a descriptor of it.
 *
 * A mapping can be neither written (not by ptrace either), nor grown, split,
 * moved nor re-protected by the process, and if the process unmaps it all
 * the same, the process is killed: it must not go on without it.
 */
#include <linux/module.h>
#include <linux/mount.h>
#include <linux/pagemap.h>
#include <linux/pseudo_fs.h>
#include <linux/sched/mm.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/uio.h>
#include <linux/vmalloc.h>

#include "internal.h"

#define PIMG_FS_MAGIC 0x70696d67

static struct vfsmount *image_mnt;

/* ---- the mapping ---- */

static bool is_own_text(struct vm_area_struct *vma)
{
	const struct pimg_slot *slot = pimg_armed(current);
	unsigned long entry;

	if (!slot || current->mm != vma->vm_mm)
		return false;
	entry = current->syscall_dispatch.offset + slot->entry;
	return entry >= vma->vm_start && entry < vma->vm_end;
}

static void image_vm_open(struct vm_area_struct *vma)
{
	struct pimg_image *image = vma->vm_file->private_data;

	atomic_inc(&image->maps);
}

static void image_vm_close(struct vm_area_struct *vma)
{
	struct pimg_image *image = vma->vm_file->private_data;

	atomic_dec(&image->maps);
	if (is_own_text(vma)) {
		pr_warn_ratelimited("%s: unmapped by %s[%d], which is killed\n",
				    image->label, current->comm,
				    task_tgid_nr(current));
		send_sig(SIGKILL, current, 1);
	}
}

static vm_fault_t image_vm_fault(struct vm_fault *vmf)
{
	struct pimg_image *image = vmf->vma->vm_file->private_data;

	if (vmf->pgoff >= image->shape.text >> PAGE_SHIFT)
		return VM_FAULT_SIGBUS;
	vmf->page = image->pages[vmf->pgoff];
	get_page(vmf->page);
	return 0;
}

/*
 * Puts all pages in place at once, which is cheaper than the faults of any
 * program.  The caller holds mmap_lock for writing; vma maps a whole image.
 */
int pimg_image_fill(struct vm_area_struct *vma)
{
	struct pimg_image *image = vma->vm_file->private_data;
	unsigned long n = image->shape.text >> PAGE_SHIFT;

	if (vma->vm_end - vma->vm_start != image->shape.text || vma->vm_pgoff)
		return -EINVAL;
	return vm_insert_pages(vma, vma->vm_start, image->pages, &n);
}

/* exec maps, unmaps and splits before it is armed. */
static int image_vm_may_split(struct vm_area_struct *vma, unsigned long addr)
{
	return is_own_text(vma) ? -EINVAL : 0;
}

static int image_vm_mremap(struct vm_area_struct *vma)
{
	return -EINVAL;
}

static int image_vm_mprotect(struct vm_area_struct *vma, unsigned long start,
			     unsigned long end, unsigned long newflags)
{
	return -EACCES;
}

static const struct vm_operations_struct image_vm_ops = {
	.open = image_vm_open,
	.close = image_vm_close,
	.fault = image_vm_fault,
	.may_split = image_vm_may_split,
	.mremap = image_vm_mremap,
	.mprotect = image_vm_mprotect,
};

static int image_mmap(struct file *file, struct vm_area_struct *vma)
{
	if (vma->vm_flags & VM_WRITE)
		return -EACCES;
	pimg_vm_flags_mod(vma, VM_DONTEXPAND, VM_MAYWRITE);
	vma->vm_ops = &image_vm_ops;
	vma->vm_private_data = NULL;
	image_vm_open(vma);
	return 0;
}

/* ---- the file ---- */

/* For the kernel's ELF loader, which reads headers of what it maps. */
static ssize_t image_read_iter(struct kiocb *iocb, struct iov_iter *to)
{
	struct pimg_image *image = iocb->ki_filp->private_data;
	size_t n;

	if (iocb->ki_pos < 0 || iocb->ki_pos >= image->shape.filesz)
		return 0;
	n = copy_to_iter(image->data + iocb->ki_pos,
			 image->shape.filesz - iocb->ki_pos, to);
	iocb->ki_pos += n;
	return n;
}

static int image_release(struct inode *inode, struct file *file)
{
	struct pimg_image *image = file->private_data;

	if (!image)
		return 0;
	PIMG_ASSERT(!image->held);
	PIMG_ASSERT(!atomic_read(&image->maps));
	down_write(&pimg_table_lock);
	list_del(&image->entry);
	pimg_slot_give(image->slot);
	up_write(&pimg_table_lock);
	kvfree(image->pages);
	vfree(image->data);
	kfree(image);
	return 0;
}

static const struct file_operations image_fops = {
	.owner = THIS_MODULE,
	.release = image_release,
	.mmap = image_mmap,
	.read_iter = image_read_iter,
	.llseek = noop_llseek,
};

struct pimg_image *pimg_image_of_file(struct file *file)
{
	return file && file->f_op == &image_fops ? file->private_data : NULL;
}

struct pimg_image *pimg_image_of_vma(struct vm_area_struct *vma)
{
	return vma->vm_ops == &image_vm_ops ? vma->vm_file->private_data : NULL;
}

static int copy_data(struct pimg_image *image, const void *data)
{
	const u32 n = image->shape.text >> PAGE_SHIFT;
	u32 i;

	image->data = vmalloc_user(image->shape.text);
	image->pages = kvmalloc_array(n, sizeof(*image->pages),
				      GFP_KERNEL_ACCOUNT);
	if (!image->data || !image->pages)
		return -ENOMEM;
	memcpy(image->data, data, image->shape.filesz);
	for (i = 0; i < n; i++)
		image->pages[i] = vmalloc_to_page(image->data +
						  ((size_t)i << PAGE_SHIFT));
	return 0;
}

static struct file *new_file(struct pimg_image *image)
{
	struct inode *inode = alloc_anon_inode(image_mnt->mnt_sb);
	struct file *file;

	if (IS_ERR(inode))
		return ERR_CAST(inode);
	inode->i_mode = S_IFREG | 0555;
	inode->i_uid = GLOBAL_ROOT_UID;
	inode->i_gid = GLOBAL_ROOT_GID;
	inode->i_size = image->shape.filesz;
	file = alloc_file_pseudo(inode, image_mnt, image->label, O_RDONLY,
				 &image_fops);
	if (IS_ERR(file)) {
		iput(inode);
		return file;
	}
	__module_get(THIS_MODULE);	/* fput() puts it */
	file->private_data = image;
	return file;
}

/**
 * pimg_image_new - an image from bytes that have been checked
 *
 * The caller holds pimg_table_lock and owns the only reference, image->file;
 * the image is on pimg_images.  Return: the image or an error pointer.
 */
struct pimg_image *pimg_image_new(const void *data,
				  const struct pimg_shape *shape, u32 version,
				  const u8 *digest, const u8 *manifest)
{
	struct pimg_image *image;
	int err;

	image = kzalloc(sizeof(*image), GFP_KERNEL_ACCOUNT);
	if (!image)
		return ERR_PTR(-ENOMEM);
	image->shape = *shape;
	err = copy_data(image, data);
	if (err)
		goto free_data;
	image->version = version;
	memcpy(image->digest, digest, PIMG_KDIGEST);
	memcpy(image->manifest, manifest, PIMG_KDIGEST);
	snprintf(image->label, sizeof(image->label), "%s@%u",
		 shape->note.personality, version);

	err = pimg_slot_take(image);
	if (err < 0)
		goto free_data;
	image->slot = err;
	image->file = new_file(image);
	if (IS_ERR(image->file)) {
		err = PTR_ERR(image->file);
		pimg_slot_give(image->slot);
		goto free_data;
	}
	list_add_tail(&image->entry, &pimg_images);
	return image;

free_data:
	kvfree(image->pages);
	vfree(image->data);
	kfree(image);
	return ERR_PTR(err);
}

/* ---- the file system ---- */

static char *image_dname(struct dentry *dentry, char *buffer, int buflen)
{
	static const char prefix[] = "pimg:";
	const size_t plen = sizeof(prefix) - 1;
	size_t len = dentry->d_name.len;
	char *p;

	if (buflen < 0 || plen + len + 1 > buflen)
		return ERR_PTR(-ENAMETOOLONG);
	p = buffer + buflen - (plen + len + 1);
	memcpy(p, prefix, plen);
	memcpy(p + plen, dentry->d_name.name, len + 1);
	return p;
}

static const struct dentry_operations image_dops = {
	.d_dname = image_dname,
};

static int image_init_fs(struct fs_context *fc)
{
	struct pseudo_fs_context *ctx = init_pseudo(fc, PIMG_FS_MAGIC);

	if (!ctx)
		return -ENOMEM;
	ctx->dops = &image_dops;
	return 0;
}

/* No owner: its only mount is the module's own and would pin it for ever. */
static struct file_system_type image_fs = {
	.name = "pimg",
	.init_fs_context = image_init_fs,
	.kill_sb = kill_anon_super,
};

int pimg_image_init(void)
{
	image_mnt = kern_mount(&image_fs);
	return PTR_ERR_OR_ZERO(image_mnt);
}

void pimg_image_exit(void)
{
	kern_unmount(image_mnt);
}
