/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Copyright (c) 2026 The pimg authors
 *
 * Every difference between the kernels that the module supports, and no
 * other file asks for a kernel's version.
 */
#ifndef PIMG_COMPAT_H
#define PIMG_COMPAT_H

#include <linux/file.h>
#include <linux/ftrace.h>
#include <linux/mm.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "the module needs Linux 6.1 or newer"
#endif

#ifndef CONFIG_X86_64
#error "the module is for x86-64"
#endif

/* 6.3 made vm_flags read-only outside helpers. */
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 3, 0)
static inline void pimg_vm_flags_mod(struct vm_area_struct *vma,
				     unsigned long set, unsigned long clear)
{
	vma->vm_flags = (vma->vm_flags | set) & ~clear;
}
#else
static inline void pimg_vm_flags_mod(struct vm_area_struct *vma,
				     unsigned long set, unsigned long clear)
{
	vm_flags_mod(vma, set, clear);
}
#endif

/* 6.2 renamed it. */
#ifndef ftrace_regs_set_instruction_pointer
#define ftrace_regs_set_instruction_pointer(fregs, ip) \
	ftrace_instruction_pointer_set(fregs, ip)
#endif

/* 6.12 hid the file in struct fd. */
#ifndef fd_file
#define fd_file(f) ((f).file)
#endif

#endif
