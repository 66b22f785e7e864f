/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * regs_run(in, out): loads every register from in, goes round the loop
 * in->count times, stores every register to out.  Between load and store
 * nothing but the loop's own rax, rcx and r11 is written and no stack is
 * used, so rsp may be anything.  What the loop needs is in thread-local
 * variables, reached by fs.
 */
#include "regs.h"

	.section .tbss,"awT",@nobits
	.balign	8
tin:	.zero	8
tout:	.zero	8
tsp:	.zero	8
tnr:	.zero	8
tcount:	.zero	8
tloop:	.zero	8

#define	TLS(x)	%fs:x@tpoff

	.text

	/* i: 0 .. 15 or 31 */
	.macro	sse op
	.irp	i, 0,1,2,3,4,5,6,7,8,9,10,11,12,13,14,15
	\op	\i
	.endr
	.endm
	.macro	loadsse i
	movups	R_V + 64 * \i(%rdi), %xmm\i
	.endm
	.macro	storesse i
	movups	%xmm\i, R_V + 64 * \i(%rcx)
	.endm
	.macro	loadavx i
	vmovups	R_V + 64 * \i(%rdi), %ymm\i
	.endm
	.macro	storeavx i
	vmovups	%ymm\i, R_V + 64 * \i(%rcx)
	.endm
	.macro	load512 i
	vmovups	R_V + 64 * \i(%rdi), %zmm\i
	.endm
	.macro	store512 i
	vmovups	%zmm\i, R_V + 64 * \i(%rcx)
	.endm

	.globl	regs_run
	.type	regs_run, @function
regs_run:
	push	%rbx
	push	%rbp
	push	%r12
	push	%r13
	push	%r14
	push	%r15
	mov	%rdi, TLS(tin)
	mov	%rsi, TLS(tout)
	mov	%rsp, TLS(tsp)
	mov	R_RAX(%rdi), %rax
	mov	%rax, TLS(tnr)
	mov	R_COUNT(%rdi), %rax
	mov	%rax, TLS(tcount)
	lea	regs_spin(%rip), %rax
	cmpl	$0, R_CALL(%rdi)
	je	1f
	lea	regs_call(%rip), %rax
1:	mov	%rax, TLS(tloop)

	cmpl	$1, R_VEC(%rdi)
	ja	3f
	je	2f
	sse	loadsse
	jmp	4f
2:	sse	loadavx
	jmp	4f
3:	sse	load512
	.irp	i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	load512	\i
	.endr
	.irp	i, 0,1,2,3,4,5,6,7
	kmovq	R_K + 8 * \i(%rdi), %k\i
	.endr
4:	fninit
	fldcw	R_FCW(%rdi)
	.irp	i, 7,6,5,4,3,2,1,0
	fldl	R_ST + 8 * \i(%rdi)
	.endr
	ldmxcsr	R_MXCSR(%rdi)
	pushq	R_FLAGS(%rdi)
	popfq
	mov	R_RAX(%rdi), %rax
	mov	R_RBX(%rdi), %rbx
	mov	R_RCX(%rdi), %rcx
	mov	R_RDX(%rdi), %rdx
	mov	R_RSI(%rdi), %rsi
	mov	R_RBP(%rdi), %rbp
	mov	R_RSP(%rdi), %rsp
	mov	R_R8(%rdi), %r8
	mov	R_R9(%rdi), %r9
	mov	R_R10(%rdi), %r10
	mov	R_R11(%rdi), %r11
	mov	R_R12(%rdi), %r12
	mov	R_R13(%rdi), %r13
	mov	R_R14(%rdi), %r14
	mov	R_R15(%rdi), %r15
	mov	R_RDI(%rdi), %rdi
	jmp	*TLS(tloop)

regs_call:
	mov	TLS(tnr), %rax
	syscall
	mov	TLS(tcount), %rcx
	lea	-1(%rcx), %rcx
	mov	%rcx, TLS(tcount)
	jrcxz	regs_store
	jmp	regs_call

regs_spin:
	pause
	mov	TLS(tcount), %rcx
	lea	-1(%rcx), %rcx
	mov	%rcx, TLS(tcount)
	jrcxz	regs_store
	jmp	regs_spin

regs_store:
	mov	TLS(tout), %rcx
	mov	%rax, R_RAX(%rcx)
	mov	%rbx, R_RBX(%rcx)
	mov	%rdx, R_RDX(%rcx)
	mov	%rsi, R_RSI(%rcx)
	mov	%rdi, R_RDI(%rcx)
	mov	%rbp, R_RBP(%rcx)
	mov	%rsp, R_RSP(%rcx)
	mov	%r8, R_R8(%rcx)
	mov	%r9, R_R9(%rcx)
	mov	%r10, R_R10(%rcx)
	mov	%r11, R_R11(%rcx)
	mov	%r12, R_R12(%rcx)
	mov	%r13, R_R13(%rcx)
	mov	%r14, R_R14(%rcx)
	mov	%r15, R_R15(%rcx)
	mov	TLS(tsp), %rsp
	pushfq
	popq	R_FLAGS(%rcx)
	cld
	stmxcsr	R_MXCSR(%rcx)
	fnstcw	R_FCW(%rcx)
	.irp	i, 0,1,2,3,4,5,6,7
	fstpl	R_ST + 8 * \i(%rcx)
	.endr
	mov	TLS(tin), %rdi
	cmpl	$1, R_VEC(%rdi)
	ja	3f
	je	2f
	sse	storesse
	jmp	4f
2:	sse	storeavx
	vzeroupper
	jmp	4f
3:	sse	store512
	.irp	i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	store512 \i
	.endr
	.irp	i, 0,1,2,3,4,5,6,7
	kmovq	%k\i, R_K + 8 * \i(%rcx)
	.endr
	vzeroupper
4:	fninit
	pushq	$0x1f80
	ldmxcsr	(%rsp)
	pop	%rax
	pop	%r15
	pop	%r14
	pop	%r13
	pop	%r12
	pop	%rbp
	pop	%rbx
	ret
	.size	regs_run, . - regs_run

	/* regs_destroy(vec): what a handler does to the vector registers. */
	.macro	ruinsse i
	pcmpeqd	%xmm\i, %xmm\i
	.endm
	.macro	ruinavx i
	vxorps	%ymm\i, %ymm\i, %ymm\i
	.endm
	.globl	regs_destroy
	.type	regs_destroy, @function
regs_destroy:
	fninit
	fldz
	fldl2e
	cmp	$1, %edi
	jb	1f
	sse	ruinavx
1:	sse	ruinsse
	cmp	$2, %edi
	jb	2f
	.irp	i, 16,17,18,19,20,21,22,23,24,25,26,27,28,29,30,31
	vpxord	%zmm\i, %zmm\i, %zmm\i
	.endr
	.irp	i, 0,1,2,3,4,5,6,7
	kxorq	%k\i, %k\i, %k\i
	.endr
2:	ret
	.size	regs_destroy, . - regs_destroy

	.section .note.GNU-stack,"",@progbits
