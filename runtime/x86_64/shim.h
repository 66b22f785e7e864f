/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Assembler macros for the functions that run on the guest's registers:
 * the dispatcher and the register-only shims.  They have no stack frame:
 * the caller's stack pointer is the current one, and the return address is
 * in the first slot of the thread block.  No unwinder can be told that (GS
 * base is no register that gdb 13 or perf knows), so these frames end the
 * backtrace, and runtime/pimg-gdb.py teaches gdb to go on.
 */
#ifndef PIMG_X86_64_SHIM_H
#define PIMG_X86_64_SHIM_H

#include "thread_offsets.h"

.macro	SHIM name
	.globl	\name
	.hidden	\name
	.type	\name, @function
	.p2align 3
\name:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa rsp, 0
	.cfi_undefined rip
.endm

.macro	SHIM_END name
	.cfi_endproc
	.size	\name, . - \name
.endm

#endif
