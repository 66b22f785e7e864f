/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The machine the image is compiled for.  Each folder gives the same names:
 *
 *	pimg_ehdr, pimg_phdr, ...	ELF types of the word size
 *	PIMG_ELFCLASS, PIMG_EM		what a guest program must be
 *	PIMG_TASK_SIZE, PIMG_PIE_BASE	the address space
 *	PIMG_AUDIT_ARCH			si_arch of a native call
 *	UC_IP, UC_SP, UC_RESULT, ...	registers of a signal's context
 *	pimg_arch_undo()		a call that has not begun: the guest's
 *					registers again; returns its return address
 *	pimg_arch_attach()		the thread's segment register
 *	pimg_mmap(), pimg_fstat_mode()	calls whose numbers or layouts differ
 */
#ifndef PIMG_RUNTIME_ARCH_H
#define PIMG_RUNTIME_ARCH_H

#if defined(__x86_64__)
#include "x86_64/arch.h"
#elif defined(__i386__)
#include "i386/arch.h"
#endif

#endif
