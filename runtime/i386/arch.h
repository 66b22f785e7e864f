/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * i386, under a 64-bit kernel.  See runtime/arch.h.
 */
#ifndef PIMG_I386_ARCH_H
#define PIMG_I386_ARCH_H

#include <linux/elf.h>

#include <asm/ldt.h>
#include <asm/stat.h>
#include <asm/statfs.h>

#include "code.h"
#include "hook.h"
#include "signal.h"
#include "sys.h"
#include "thread.h"
#include "trace.h"

extern const char pimg_entry_stack[] __attribute__((__visibility__("hidden")));
extern const char pimg_spilled[] __attribute__((__visibility__("hidden")));
extern const char pimg_unspilled[] __attribute__((__visibility__("hidden")));

typedef Elf32_Ehdr pimg_ehdr;
typedef Elf32_Phdr pimg_phdr;
typedef Elf32_Sym pimg_sym;
typedef Elf32_Dyn pimg_dyn;

#define	PIMG_ELFCLASS	ELFCLASS32
#define	PIMG_EM		EM_386
#define	PIMG_PHENT	32
#define	PIMG_TASK_SIZE	0xffffe000UL
#define	PIMG_PIE_BASE	0x56555000UL
#define	PIMG_PIE_PAGES	0x00ffUL
#define	PIMG_FILE_NAME	"i386"
#define	PIMG_OTHER_NAME	"x86_64"	/* the image of the other ABI */
#define	PIMG_OTHER_CLASS ELFCLASS64
#define	PIMG_OTHER_EM	EM_X86_64
#define	PIMG_AUDIT_ARCH	0x40000003U
#define	PIMG_CALL_BYTES	2		/* length of an `int $0x80` */
#define	PIMG_BLOOM_WORDS 1

#define	UC_IP(uc)	((uc)->uc_mcontext.eip)
#define	UC_SP(uc)	((uc)->uc_mcontext.esp)
#define	UC_RESULT(uc)	((uc)->uc_mcontext.eax)
#define	UC_ERR(uc)	((uc)->uc_mcontext.err)
#define	UC_TRAPNO(uc)	((uc)->uc_mcontext.trapno)

/* The highest TLS slot of a 64-bit kernel's GDT. */
#define	PIMG_TLS_SLOT	14
#define	PIMG_TLS_SELECTOR (PIMG_TLS_SLOT * 8 + 3)

/* The dispatcher has ecx and edx in the thread block while it uses them. */
static inline unsigned long
pimg_arch_undo(const struct pimg_thread *t, struct ucontext *uc)
{
	unsigned long ip = uc->uc_mcontext.eip, ret = 0;

	if (ip == (unsigned long)pimg_entry_stack) {
		(void)pimg_copyin(&ret, uc->uc_mcontext.esp, sizeof(ret));
		uc->uc_mcontext.esp += sizeof(ret);
		return (ret);
	}
	if (ip >= (unsigned long)pimg_spilled &&
	    ip < (unsigned long)pimg_unspilled) {
		uc->uc_mcontext.ecx = t->spill;
		uc->uc_mcontext.edx = t->spill2;
	}
	return (t->ret);
}

static inline long
pimg_arch_attach(struct pimg_thread *t)
{
	struct user_desc d = {
		.entry_number = PIMG_TLS_SLOT,
		.base_addr = (unsigned int)(unsigned long)t,
		.limit = 0xfffff, .seg_32bit = 1, .limit_in_pages = 1,
		.useable = 1,
	};
	long r = pimg_sys(__NR_set_thread_area, &d);

	if (r != 0)
		return (r);
	t->dispatch = (unsigned long)pimg_dispatch;
	t->traced = pimg_trace.mode != 0;
	__asm__ volatile("mov %0, %%fs" : : "r"(PIMG_TLS_SELECTOR) : "memory");
	return (0);
}

static inline long
pimg_mmap(unsigned long addr, unsigned long len, int prot, int flags, int fd,
    unsigned long off)
{

	return (pimg_sys(__NR_mmap2, addr, len, prot, flags, fd,
	    off / PIMG_PAGE));
}

static inline long
pimg_read_at(int fd, void *buf, size_t len, unsigned long off)
{

	return (pimg_sys(__NR_pread64, fd, buf, len, off, 0));
}

static inline long
pimg_fstat_mode(int fd)
{
	struct stat64 st;
	long r = pimg_sys(__NR_fstat64, fd, &st);

	return (r != 0 ? r : (long)st.st_mode);
}

static inline long
pimg_fstatfs_flags(int fd)
{
	struct statfs64 fs;
	long r = pimg_sys(__NR_fstatfs64, fd, sizeof(fs), &fs);

	return (r != 0 ? r : (long)fs.f_flags);
}

#endif
