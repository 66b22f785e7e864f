/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The trap frame: what every carrier delivers and every shim reads.
 *
 * It lives at a fixed place in the thread's block, not on a stack, so that a
 * signal handler can complete a call that was interrupted on its way out.
 * Shims get a pointer to it.  Arguments are in the order of the calling
 * convention; a shim may change arg[2] (second result) and nothing else, except
 * that calls that replace the context (clone, sigreturn) rewrite it whole.
 */
#ifndef PIMG_RUNTIME_FRAME_H
#define PIMG_RUNTIME_FRAME_H

#include <stdint.h>

/* A register of the guest. */
typedef unsigned long pimg_reg;

#if defined(__x86_64__)
struct pimg_frame {
	pimg_reg	nr;		/* the guest's call number */
	union {
		pimg_reg	arg[6];	/* rdi, rsi, rdx, r10, r8, r9 */
		struct {
			pimg_reg rdi, rsi, rdx, r10, r8, r9;
		};
	};
	pimg_reg	rbx, rbp, r12, r13, r14, r15;
	pimg_reg	sp;		/* the guest's stack, untouched */
	pimg_reg	ip;		/* the instruction after the call */
	pimg_reg	flags;
	pimg_reg	result;
};
#elif defined(__i386__)
struct pimg_frame {
	pimg_reg	nr;
	union {
		pimg_reg	arg[6];	/* ebx, ecx, edx, esi, edi, ebp */
		struct {
			pimg_reg ebx, ecx, edx, esi, edi, ebp;
		};
	};
	pimg_reg	sp;
	pimg_reg	ip;
	pimg_reg	flags;
	pimg_reg	result;
};
#endif

#endif
