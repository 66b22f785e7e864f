/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Assembler macros for the functions that run on the guest's registers; see
 * runtime/x86_64/shim.h.
 */
#ifndef PIMG_I386_SHIM_H
#define PIMG_I386_SHIM_H

#include "thread_offsets.h"

.macro	SHIM name
	.globl	\name
	.hidden	\name
	.type	\name, @function
	.p2align 3
\name:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa esp, 0
	.cfi_undefined eip
.endm

.macro	SHIM_END name
	.cfi_endproc
	.size	\name, . - \name
.endm

#endif
