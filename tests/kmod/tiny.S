/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The smallest program: exit_group(0).
 */
	.globl	_start
_start:
	xor	%edi, %edi
	mov	$231, %eax
	syscall
	.section .note.GNU-stack, "", @progbits
