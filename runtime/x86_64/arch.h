/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * x86-64.  See runtime/arch.h.
 */
#ifndef PIMG_X86_64_ARCH_H
#define PIMG_X86_64_ARCH_H

#include <linux/elf.h>

#include <asm/stat.h>
#include <asm/statfs.h>

#include "code.h"
#include "hook.h"
#include "signal.h"
#include "sys.h"
#include "thread.h"

typedef Elf64_Ehdr pimg_ehdr;
typedef Elf64_Phdr pimg_phdr;
typedef Elf64_Sym pimg_sym;
typedef Elf64_Dyn pimg_dyn;

#define	PIMG_ELFCLASS	ELFCLASS64
#define	PIMG_EM		EM_X86_64
#define	PIMG_PHENT	56
#define	PIMG_TASK_SIZE	0x7ffffffff000UL
#define	PIMG_PIE_BASE	0x555555554000UL
#define	PIMG_PIE_PAGES	0x0fffffffUL	/* random: 40 bits of address */
#define	PIMG_FILE_NAME	"x86_64"
#define	PIMG_OTHER_NAME	"i386"		/* the image of the other ABI */
#define	PIMG_OTHER_CLASS ELFCLASS32
#define	PIMG_OTHER_EM	EM_386
#define	PIMG_AUDIT_ARCH	0xc000003eU
#define	PIMG_CALL_BYTES	2		/* length of a `syscall` */
#define	PIMG_BLOOM_WORDS 2		/* 32-bit words of a GNU hash filter word */

#define	UC_IP(uc)	((uc)->uc_mcontext.rip)
#define	UC_SP(uc)	((uc)->uc_mcontext.rsp)
#define	UC_RESULT(uc)	((uc)->uc_mcontext.rax)
#define	UC_ERR(uc)	((uc)->uc_mcontext.err)
#define	UC_TRAPNO(uc)	((uc)->uc_mcontext.trapno)

#define	ARCH_SET_GS	0x1001

/* The dispatcher and the stubs change rcx and r11 only. */
static inline unsigned long
pimg_arch_undo(const struct pimg_thread *t, const struct ucontext *uc)
{

	return (uc->uc_mcontext.rip == (uint64_t)pimg_entry ?
	    uc->uc_mcontext.rcx : t->ret);
}

static inline long
pimg_arch_attach(struct pimg_thread *t)
{

	return (pimg_sys(__NR_arch_prctl, ARCH_SET_GS, t));
}

static inline long
pimg_mmap(unsigned long addr, unsigned long len, int prot, int flags, int fd,
    unsigned long off)
{

	return (pimg_sys(__NR_mmap, addr, len, prot, flags, fd, off));
}

static inline long
pimg_read_at(int fd, void *buf, size_t len, unsigned long off)
{

	return (pimg_sys(__NR_pread64, fd, buf, len, off));
}

/* The mode of an open file, or a negated errno. */
static inline long
pimg_fstat_mode(int fd)
{
	struct stat st;
	long r = pimg_sys(__NR_fstat, fd, &st);

	return (r != 0 ? r : (long)st.st_mode);
}

/* The mount flags of an open file's file system, or a negated errno. */
static inline long
pimg_fstatfs_flags(int fd)
{
	struct statfs fs;
	long r = pimg_sys(__NR_fstatfs, fd, &fs);

	return (r != 0 ? r : (long)fs.f_flags);
}

#endif
