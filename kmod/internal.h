/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copyright (c) 2026 The pimg authors
 *
 * What the module's files offer each other.
 *
 *	check.c		is this file an image?  A pure function of its bytes
 *	image.c		an image as a file whose pages processes map
 *	table.c		which images are held, which are current
 *	task.c		which tasks have which image; arming; choices
 *	exec.c		selection at exec, mapping, entering the start hook
 *	redirect.c	a system call becomes a jump into the image
 *	probe.c		kernel tracepoints: fork, exit, deaths inside images
 *	dev.c		/dev/pimg
 *
 * Locks: pimg_table_lock (rwsem) is taken before anything else and never
 * under mmap_lock; pimg_choice_lock (spin, IRQs on) is a leaf.
 */
#ifndef PIMG_INTERNAL_H
#define PIMG_INTERNAL_H

#undef pr_fmt
#define pr_fmt(fmt) KBUILD_MODNAME ": " fmt

#include <linux/fs.h>
#include <linux/list.h>
#include <linux/mm_types.h>
#include <linux/sched.h>

#include "runtime/image.h"
#include "compat.h"
#include "pimg.h"

#ifdef PIMG_DEBUG
#define PIMG_IS_DEBUG 1
#define PIMG_ASSERT(x) WARN_ON_ONCE(!(x))
#else
#define PIMG_IS_DEBUG 0
#define PIMG_ASSERT(x) ((void)0)
#endif

#define PIMG_FILE_MIN	SZ_4K
#define PIMG_FILE_MAX	SZ_8M		/* of a file */
#define PIMG_ZERO_MAX	SZ_64M		/* of the zero-filled segment */
#define PIMG_LABEL	(PIMG_KNAME + 11)	/* linux26@4294967295 */

/* ---- check.c ---- */

/* What the module needs to know of an image, all of it checked. */
struct pimg_shape {
	u32 text;		/* bytes mapped R+X, whole pages */
	u32 filesz;		/* of them from the file */
	u32 total;		/* text and the zero-filled segment, whole pages */
	struct pimg_note note;
};

int pimg_check(const void *data, size_t len, struct pimg_shape *shape);
bool pimg_name_ok(const char name[PIMG_KNAME]);

/* ---- image.c ---- */

struct pimg_image {
	struct list_head entry;	/* of pimg_images; under pimg_table_lock */
	struct file *file;	/* its references are the image's */
	void *data;		/* shape.text bytes */
	struct page **pages;	/* the same, as they are mapped */
	struct pimg_shape shape;
	u32 version;
	u32 slot;		/* see task.c */
	atomic_t maps;		/* address spaces */
	bool held;		/* the table has a reference; under its lock */
	u8 digest[PIMG_KDIGEST];
	u8 manifest[PIMG_KDIGEST];
	char label[PIMG_LABEL];
};

/* Bits of vm_private_data of an image's mapping. */
#define PIMG_MAP_PINNED	1UL

int pimg_image_init(void);
void pimg_image_exit(void);
struct pimg_image *pimg_image_new(const void *data,
				  const struct pimg_shape *shape, u32 version,
				  const u8 *digest, const u8 *manifest);
int pimg_image_fill(struct vm_area_struct *vma);
struct pimg_image *pimg_image_of_file(struct file *file);
struct pimg_image *pimg_image_of_vma(struct vm_area_struct *vma);

/* ---- table.c ---- */

extern struct rw_semaphore pimg_table_lock;
extern struct list_head pimg_images;

/* A personality asked for; version 0 is what is current. */
struct pimg_want {
	char name[PIMG_KNAME];
	u32 version;
	bool pinned;
};

int pimg_table_install(int fd, const struct pimg_install *req);
int pimg_table_current(const struct pimg_select *req);
int pimg_table_remove(const struct pimg_select *req);
int pimg_table_list(struct pimg_list *req);
int pimg_table_check(const struct pimg_choose *req);
void pimg_table_count(struct pimg_info *info);
struct file *pimg_table_get(const struct pimg_want *want, u32 machine);
bool pimg_table_empty(void);
bool pimg_table_brand(bool (*match)(const struct pimg_brand *, void *),
		      void *arg, struct pimg_want *want);

/* ---- task.c ---- */

/*
 * What the redirect needs of an image.  Slots are never freed, only reused
 * when their image is, so they are read without a lock.
 */
struct pimg_slot {
	u32 limit;		/* 0: free */
	u32 selector;
	u32 text;
	u32 entry;
	u32 machine;
	u32 model;
	const struct pimg_image *image;	/* valid while its caller is mapped */
};

#define PIMG_SLOTS 1024
extern struct pimg_slot pimg_slots[PIMG_SLOTS];

int pimg_slot_take(const struct pimg_image *image);
void pimg_slot_give(u32 slot);
void pimg_arm(struct task_struct *task, const struct pimg_image *image,
	      unsigned long base);

/* The slot of an armed task, or NULL.  Any context. */
static __always_inline const struct pimg_slot *
pimg_armed(const struct task_struct *task)
{
	const struct syscall_user_dispatch *sd = &task->syscall_dispatch;
	const struct pimg_slot *slot = &pimg_slots[sd->len & (PIMG_SLOTS - 1)];

	if (!(task_thread_info(task)->syscall_work &
	      SYSCALL_WORK_SYSCALL_USER_DISPATCH) ||
	    (sd->len & PAGE_MASK) != slot->limit || slot->limit == 0 ||
	    (unsigned long)sd->selector - sd->offset != slot->selector)
		return NULL;
	return slot;
}

int pimg_choice_set(const struct pimg_choose *req);
bool pimg_choice_get(struct pimg_want *want);
void pimg_choice_clear(void);
void pimg_choice_fork(struct task_struct *parent, struct task_struct *child);
void pimg_choice_exit(struct task_struct *task);
void pimg_choice_drop_all(void);

/* ---- exec.c ---- */

extern bool pimg_off;
int pimg_exec_query(struct task_struct *task, struct pimg_query *q);
int pimg_exec_init(void);
void pimg_exec_exit(void);

/* ---- redirect.c ---- */

int pimg_redirect_init(void);
void pimg_redirect_exit(void);
bool pimg_redirect_present(void);

/* ---- probe.c ---- */

int pimg_probe_init(void);
void pimg_probe_exit(void);

/* ---- dev.c ---- */

int pimg_dev_init(void);
void pimg_dev_exit(void);

/* ---- selftest.c ---- */

#ifdef PIMG_DEBUG
int pimg_selftest(void);
#else
static inline int pimg_selftest(void)
{
	return 0;
}
#endif

#endif
