/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Where the handler of Syscall User Dispatch sends a call that is traced: a
 * stub like those of the calls that are served in C, which a signal rolls
 * back like them.
 */
#include "shim.h"

	.hidden	pimg_traced_call, pimg_enter_c

	.section .text.stub, "ax", @progbits
SHIM pimg_trace_entry
	lea	pimg_traced_call(%rip), %r11
	jmp	pimg_enter_c
SHIM_END pimg_trace_entry

	.section .note.GNU-stack, "", @progbits
