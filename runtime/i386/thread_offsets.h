/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Offsets into struct pimg_thread that assembler uses, i386.  FS selects the
 * structure (the highest TLS slot, so that the guest's own slots are the
 * usual ones).  runtime/thread.h asserts each of them.
 */
#ifndef PIMG_I386_THREAD_OFFSETS_H
#define PIMG_I386_THREAD_OFFSETS_H

#define	T_RET		0x00	/* where the call in progress returns to */
#define	T_SELF		0x04
#define	T_NR		0x08	/* the trap frame begins here */
#define	T_ARG0		0x0c	/* ebx */
#define	T_ARG1		0x10	/* ecx */
#define	T_ARG2		0x14	/* edx */
#define	T_ARG3		0x18	/* esi */
#define	T_ARG4		0x1c	/* edi */
#define	T_ARG5		0x20	/* ebp */
#define	T_SP		0x24
#define	T_IP		0x28
#define	T_FLAGS		0x2c
#define	T_RESULT	0x30
#define	T_STACK		0x34	/* top of the private stack */
#define	T_PENDING	0x38	/* u32: a signal waits for the boundary */
#define	T_SCRATCH	0x40	/* memory to release when the call ends */
#define	T_SPILL		0x44	/* ecx of the guest's */
#define	T_SPILL2	0x48	/* edx of the guest's */
#define	T_TARGET	0x4c	/* where the dispatcher goes next */
#define	T_DISPATCH	0x50	/* address of pimg_dispatch */
#define	T_TRACED	0x54	/* not 0: calls are traced */

#endif
