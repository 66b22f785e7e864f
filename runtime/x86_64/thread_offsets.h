/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Offsets into struct pimg_thread that assembler uses, x86-64.  GS points to
 * the structure.  runtime/thread.h asserts each of them.
 */
#ifndef PIMG_X86_64_THREAD_OFFSETS_H
#define PIMG_X86_64_THREAD_OFFSETS_H

#define	T_RET		0x00	/* where the call in progress returns to */
#define	T_SELF		0x08
#define	T_NR		0x10	/* the trap frame begins here */
#define	T_ARG0		0x18
#define	T_ARG1		0x20
#define	T_ARG2		0x28
#define	T_ARG3		0x30
#define	T_ARG4		0x38
#define	T_ARG5		0x40
#define	T_RBX		0x48
#define	T_RBP		0x50
#define	T_R12		0x58
#define	T_R13		0x60
#define	T_R14		0x68
#define	T_R15		0x70
#define	T_SP		0x78
#define	T_IP		0x80
#define	T_FLAGS	0x88
#define	T_RESULT		0x90
#define	T_STACK		0x98	/* top of the private stack */
#define	T_PENDING	0xa0	/* u32: a signal waits for the boundary */
#define	T_SCRATCH	0xa8	/* memory to release when the call ends */

#endif
