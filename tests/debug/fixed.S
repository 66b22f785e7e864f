/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A program that can be linked at any address: writes "fixed" and exits.
 */
	.globl	_start
_start:
	mov	$1, %eax
	mov	$1, %edi
	lea	text(%rip), %rsi
	mov	$6, %edx
	syscall
	mov	$60, %eax
	xor	%edi, %edi
	syscall
text:
	.ascii	"fixed\n"
	.section .note.GNU-stack, "", @progbits
