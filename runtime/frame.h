/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The trap frame: what every carrier delivers and every shim reads.
 *
 * It lives at a fixed place in the thread's block, not on a stack, so that a
 * signal handler can complete a call that was interrupted on its way out.
 * Shims get a pointer to it.  Arguments are in the order of the calling
 * convention; a shim may change rdx (second result) and nothing else, except
 * that calls that replace the context (clone, sigreturn) rewrite it whole.
 */
#ifndef PIMG_RUNTIME_FRAME_H
#define PIMG_RUNTIME_FRAME_H

#include <stdint.h>

#ifdef __x86_64__
struct pimg_frame {
	uint64_t	nr;		/* the guest's call number */
	union {
		uint64_t	arg[6];	/* rdi, rsi, rdx, r10, r8, r9 */
		struct {
			uint64_t rdi, rsi, rdx, r10, r8, r9;
		};
	};
	uint64_t	rbx, rbp, r12, r13, r14, r15;
	uint64_t	rsp;		/* the guest's stack, untouched */
	uint64_t	rip;		/* the instruction after the call */
	uint64_t	rflags;
	uint64_t	rax;		/* the result */
};
#endif

#endif
