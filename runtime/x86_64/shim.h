/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Assembler macros for the functions that run on the guest's registers:
 * the dispatcher and the register-only shims.  They have no stack frame, so
 * the unwinder is told that the caller's stack pointer is the current one
 * and that the return address is in the first slot of the thread block
 * (GS base is DWARF register 59).
 */
#ifndef PIMG_X86_64_SHIM_H
#define PIMG_X86_64_SHIM_H

#include "thread_offsets.h"

/*
 * DW_CFA_def_cfa rsp, 0;
 * DW_CFA_expression rip: *(gs_base + T_RET), as DW_OP_bregx 59, 0;
 * DW_CFA_val_offset rsp: CFA + 0.
 */
.macro	SHIM name
	.globl	\name
	.hidden	\name
	.type	\name, @function
	.p2align 3
\name:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa rsp, 0
	.cfi_escape 0x10, 16, 3, 0x92, 59, T_RET
	.cfi_val_offset rsp, 0
.endm

.macro	SHIM_END name
	.cfi_endproc
	.size	\name, . - \name
.endm

#endif
