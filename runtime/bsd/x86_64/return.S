/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The BSD convention without a stack.
 *
 * pimg_bsd_return is where register-only shims end: rax is a native result;
 * the program gets it with the carry flag clear, or the foreign errno with
 * the carry flag set.  The other flags keep their values, as they do over a
 * `syscall`: whether rax is in [-4095, -1] is found out by moving bytes.
 *
 * pimg_guest_sigreturn is where the guest's signal handlers return to, with
 * rsp at the signal frame.  It is guest code that lies in the image; a call
 * that is rolled back comes to the short jump two bytes before the return
 * address.
 */
#include "x86_64/shim.h"

	.section .text.entry, "ax", @progbits

	.globl	pimg_bsd_return, pimg_bsd_return_end
	.hidden	pimg_bsd_return, pimg_bsd_return_end
SHIM pimg_bsd_return
	mov	%rax, %rcx
	bswap	%rcx
	movzbl	%cl, %ecx		/* byte 7: 0 in most results */
	jrcxz	1f
	mov	%rax, %rcx
	not	%rcx			/* 0 to 4094 in an error */
	bswap	%rcx
	mov	%ecx, %ecx		/* bytes 7 to 4 */
	jrcxz	2f
1:	clc
	jmp	*%gs:T_RET
2:	mov	%eax, %ecx
	not	%ecx
	bswap	%ecx
	movzwl	%cx, %ecx		/* bytes 3 and 2 */
	jrcxz	3f
	jmp	1b
3:	movzbl	%ah, %ecx
	lea	-0xf0(%rcx), %ecx	/* byte 1, from 0xf0 upwards */
	bswap	%ecx
	movzbl	%cl, %ecx		/* 0xff if it is below */
	jrcxz	4f
	jmp	1b
4:	mov	%eax, %ecx
	not	%ecx
	lea	1(%rcx), %ecx
	movzbl	%cl, %ecx
	lea	pimg_errno_table(%rip), %r11
	movzbl	(%r11, %rcx), %eax
	stc
	jmp	*%gs:T_RET
pimg_bsd_return_end:
SHIM_END pimg_bsd_return

	.globl	pimg_guest_sigreturn
	.hidden	pimg_guest_sigreturn
	.hidden	pimg_errno_table
SHIM pimg_guest_sigreturn
1:	lea	3f(%rip), %rcx
	mov	%rcx, %gs:T_RET
	lea	pimg_bsd_sigreturn(%rip), %r11
	jmp	pimg_enter_c
2:	jmp	1b
3:	ud2
SHIM_END pimg_guest_sigreturn

	.section .note.GNU-stack, "", @progbits
