/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The way in and the way out, i386.  The drawing is in runtime/x86_64/entry.S;
 * what differs:
 *
 *   - an `int $0x80` leaves no register free: the carrier stores the return
 *     address in T_RET and enters at pimg_entry, or pushes it and enters at
 *     pimg_entry_stack; the dispatcher spills one register;
 *   - there is no pc-relative addressing: the dispatch table's address is in
 *     the thread block;
 *   - a call that is served in C goes to pimg_enter_c at once, which looks
 *     the function up in pimg_functions when the registers are saved.
 */
#include "gen.h"
#include "shim.h"

#define	SYS_exit		1
#define	SYS_munmap		91
#define	SYS_clone		120
#define	SYS_rt_sigreturn	173
#define	SYS_sigreturn		119
#define	ENOSYS			38
#define	EFAULT			14
#define	ENAMETOOLONG		36
#define	EFLAGS_TF		0x100

	.section .text.entry, "ax", @progbits

	.globl	pimg_entry_begin
	.hidden	pimg_entry_begin
pimg_entry_begin:

	.globl	pimg_entry_stack, pimg_entry, pimg_spilled, pimg_unspilled
	.hidden	pimg_entry_stack, pimg_entry, pimg_spilled, pimg_unspilled
	.type	pimg_entry, @function
	.p2align 4
pimg_entry_stack:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa esp, 0
	.cfi_undefined eip
	popl	%fs:T_RET
pimg_entry:
	mov	%ecx, %fs:T_SPILL
	mov	%edx, %fs:T_SPILL2
pimg_spilled:
	/* as on x86-64: the flags stay as they are */
	mov	%eax, %ecx
	bswap	%ecx
	movzwl	%cx, %ecx		/* bytes 3 and 2 of the number */
	jecxz	1f
	jmp	2f
1:	movzbl	%ah, %ecx		/* byte 1: which 256 slots */
.rept	(PIMG_NCALLS - 1) / 256
	jecxz	3f
	lea	-1(%ecx), %ecx
.endr
	jecxz	3f
2:	mov	%fs:T_SPILL, %ecx
	jmp	pimg_s_nosys
3:	mov	%fs:T_DISPATCH, %ecx
	mov	(%ecx, %eax, 4), %edx
	lea	(%ecx, %edx), %ecx
	mov	%ecx, %fs:T_TARGET
	mov	%fs:T_SPILL2, %edx
	mov	%fs:T_SPILL, %ecx
pimg_unspilled:
	jmp	*%fs:T_TARGET
	.cfi_endproc
	.size	pimg_entry, . - pimg_entry

SHIM pimg_s_nosys
	mov	$-ENOSYS, %eax
	.globl	pimg_nosys_jump
	.hidden	pimg_nosys_jump
pimg_nosys_jump:
	jmp	*%fs:T_RET
SHIM_END pimg_s_nosys

/*
 * The word at T_STACK is the thread block's address, from which the unwinder
 * reads the frame:  DW_OP_breg4(esp) 0, DW_OP_deref, DW_OP_plus_uconst OFF
 */
#define	CFI_FRAME_REG(reg, off)						\
	.cfi_escape 0x10, reg, 5, 0x74, 0, 0x06, 0x23, off

	.globl	pimg_enter_c, pimg_switched, pimg_trace_entry
	.hidden	pimg_enter_c, pimg_switched, pimg_trace_entry
	.hidden	pimg_traced_call
	.type	pimg_enter_c, @function
	.p2align 4
pimg_trace_entry:			/* any call of a thread that is traced */
pimg_enter_c:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa esp, 0
	.cfi_undefined eip
	mov	%eax, %fs:T_NR
	mov	%ebx, %fs:T_ARG0
	mov	%ecx, %fs:T_ARG1
	mov	%edx, %fs:T_ARG2
	mov	%esi, %fs:T_ARG3
	mov	%edi, %fs:T_ARG4
	mov	%ebp, %fs:T_ARG5
	mov	%esp, %fs:T_SP
	/* ecx is in the frame now, but a roll-back must find it whole */
	mov	%fs:T_STACK, %esp
pimg_switched:
	.cfi_escape 0x0f, 6, 0x74, 0, 0x06, 0x23, T_SP, 0x06
	CFI_FRAME_REG(8, T_IP)
	CFI_FRAME_REG(3, T_ARG0)
	CFI_FRAME_REG(5, T_ARG5)
	CFI_FRAME_REG(6, T_ARG3)
	CFI_FRAME_REG(7, T_ARG4)
	mov	%fs:T_RET, %ecx
	mov	%ecx, %fs:T_IP
	pushfl
	andl	$~EFLAGS_TF, (%esp)
	popl	%fs:T_FLAGS
	cld
	call	1f
1:	pop	%ebx
	lea	pimg_traced_call - 1b(%ebx), %ecx
	cmpl	$0, %fs:T_TRACED
	jne	4f
	lea	pimg_functions - 1b(%ebx), %ebx
	mov	%ebx, %ecx
	add	(%ebx, %eax, 4), %ecx
4:	mov	%fs:T_SELF, %eax
	add	$T_NR, %eax
	sub	$12, %esp
	push	%eax
	.cfi_escape 0x0f, 6, 0x74, 16, 0x06, 0x23, T_SP, 0x06
	call	*%ecx
	add	$16, %esp
	mov	%eax, %fs:T_RESULT
	cmpl	$0, %fs:T_SCRATCH
	je	2f
	call	pimg_scratch_release
2:	cmpl	$-512, %fs:T_RESULT
	jne	pimg_exit
	/* -PIMG_RESTART: back to the program's call with its own number */
	subl	$2, %fs:T_IP
	mov	%fs:T_NR, %eax
	mov	%eax, %fs:T_RESULT
	.cfi_endproc
	.size	pimg_enter_c, . - pimg_enter_c

.macro	LOAD_FRAME
	mov	%fs:T_STACK, %esp
	pushl	%fs:T_FLAGS
	popfl
	mov	%fs:T_ARG0, %ebx
	mov	%fs:T_ARG1, %ecx
	mov	%fs:T_ARG2, %edx
	mov	%fs:T_ARG3, %esi
	mov	%fs:T_ARG4, %edi
	mov	%fs:T_ARG5, %ebp
	mov	%fs:T_RESULT, %eax
	mov	%fs:T_SP, %esp
.endm

	.globl	pimg_exit, pimg_exit_begin, pimg_exit_end
	.hidden	pimg_exit, pimg_exit_begin, pimg_exit_end
	.type	pimg_exit, @function
pimg_exit:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa esp, 0
	.cfi_undefined eip
pimg_exit_begin:
	cmpl	$0, %fs:T_PENDING
	jne	pimg_exit_pending
	LOAD_FRAME
	jmp	*%fs:T_IP
pimg_exit_end:
	.cfi_endproc
	.size	pimg_exit, . - pimg_exit

	.globl	pimg_deliver_frame, pimg_deliver_ret
	.hidden	pimg_deliver_frame, pimg_deliver_ret
	.type	pimg_exit_pending, @function
pimg_exit_pending:
	LOAD_FRAME
pimg_deliver_frame:
	hlt
	.size	pimg_exit_pending, . - pimg_exit_pending
	.type	pimg_deliver_ret, @function
pimg_deliver_ret:
	hlt
	.size	pimg_deliver_ret, . - pimg_deliver_ret

/* long pimg_call6(nr, a, b, c, d, e, f); long pimg_sys6(...) */
.macro	NATIVE_BEGIN
	push	%ebx
	.cfi_adjust_cfa_offset 4
	push	%esi
	.cfi_adjust_cfa_offset 4
	push	%edi
	.cfi_adjust_cfa_offset 4
	push	%ebp
	.cfi_adjust_cfa_offset 4
	.cfi_rel_offset ebp, 0
	.cfi_rel_offset edi, 4
	.cfi_rel_offset esi, 8
	.cfi_rel_offset ebx, 12
	mov	20(%esp), %eax
	mov	24(%esp), %ebx
	mov	28(%esp), %ecx
	mov	32(%esp), %edx
	mov	36(%esp), %esi
	mov	40(%esp), %edi
	mov	44(%esp), %ebp
.endm
.macro	NATIVE_END
	pop	%ebp
	pop	%edi
	pop	%esi
	pop	%ebx
	ret
.endm

	.globl	pimg_call6, pimg_call_begin, pimg_call_insn, pimg_call_done
	.hidden	pimg_call6, pimg_call_begin, pimg_call_insn, pimg_call_done
	.globl	pimg_call_interrupted
	.hidden	pimg_call_interrupted
	.type	pimg_call6, @function
	.p2align 4
pimg_call6:
	.cfi_startproc
	NATIVE_BEGIN
pimg_call_begin:
	cmpl	$0, %fs:T_PENDING
	jne	pimg_call_interrupted
pimg_call_insn:
	int	$0x80
pimg_call_done:
	NATIVE_END
pimg_call_interrupted:
	mov	$-512, %eax
	jmp	pimg_call_done
	.cfi_endproc
	.size	pimg_call6, . - pimg_call6

	.globl	pimg_sys6
	.hidden	pimg_sys6
	.type	pimg_sys6, @function
	.p2align 4
pimg_sys6:
	.cfi_startproc
	NATIVE_BEGIN
	int	$0x80
	NATIVE_END
	.cfi_endproc
	.size	pimg_sys6, . - pimg_sys6

/*
 * Guest memory.  Every accessor has pushed esi and edi, and nothing else,
 * where it can fault.
 */
	.globl	pimg_acc_begin, pimg_acc_end, pimg_acc_fault
	.hidden	pimg_acc_begin, pimg_acc_end, pimg_acc_fault
	.globl	pimg_copyin, pimg_copyout, pimg_zeroout, pimg_strin
	.hidden	pimg_copyin, pimg_copyout, pimg_zeroout, pimg_strin
	.type	pimg_copyin, @function
	.type	pimg_copyout, @function
	.type	pimg_zeroout, @function
	.type	pimg_strin, @function
	.p2align 4
	.cfi_startproc
pimg_copyin:
pimg_copyout:
	push	%esi
	push	%edi
	.cfi_adjust_cfa_offset 8
	mov	12(%esp), %edi
	mov	16(%esp), %esi
	mov	20(%esp), %ecx
pimg_acc_begin:
	rep movsb
	xor	%eax, %eax
	jmp	pimg_acc_return
pimg_zeroout:
	push	%esi
	push	%edi
	mov	12(%esp), %edi
	mov	16(%esp), %ecx
	xor	%eax, %eax
	rep stosb
	jmp	pimg_acc_return
pimg_strin:
	push	%esi
	push	%edi
	mov	12(%esp), %edi
	mov	16(%esp), %esi
	mov	20(%esp), %edx
	xor	%eax, %eax
1:	cmp	%edx, %eax
	jae	2f
	mov	(%esi, %eax), %cl
	mov	%cl, (%edi, %eax)
	test	%cl, %cl
	je	pimg_acc_return
	inc	%eax
	jmp	1b
2:	mov	$-ENAMETOOLONG, %eax
	jmp	pimg_acc_return
pimg_acc_end:
pimg_acc_fault:
	mov	$-EFAULT, %eax
pimg_acc_return:
	pop	%edi
	pop	%esi
	ret
	.cfi_endproc
	.size	pimg_copyin, pimg_zeroout - pimg_copyin
	.size	pimg_zeroout, pimg_strin - pimg_zeroout
	.size	pimg_strin, pimg_acc_fault - pimg_strin

/* The host's signal frames end here. */
	.globl	pimg_restorer
	.hidden	pimg_restorer
	.type	pimg_restorer, @function
	.p2align 4
	nop
pimg_restorer:
	mov	$SYS_rt_sigreturn, %eax
	int	$0x80
	.size	pimg_restorer, . - pimg_restorer

/*
 * Where a guest's handler without a restorer of its own returns to: what the
 * kernel's vDSO has there, entering the image instead of the kernel.  (The
 * vDSO's own would run past Syscall User Dispatch.)
 */
	.globl	pimg_guest_sigreturn, pimg_guest_rt_sigreturn
	.hidden	pimg_guest_sigreturn, pimg_guest_rt_sigreturn
	.type	pimg_guest_sigreturn, @function
	.type	pimg_guest_rt_sigreturn, @function
	.p2align 4
pimg_guest_sigreturn:
	pop	%eax
1:	call	2f
2:	pop	%ecx
	lea	1b + 2 - 2b(%ecx), %ecx		/* a roll-back comes to 1 */
	mov	%ecx, %fs:T_RET
	mov	$SYS_sigreturn, %eax
	jmp	pimg_enter_c
	.size	pimg_guest_sigreturn, . - pimg_guest_sigreturn
pimg_guest_rt_sigreturn:
	call	2f
2:	pop	%ecx
	lea	pimg_guest_rt_sigreturn + 2 - 2b(%ecx), %ecx
	mov	%ecx, %fs:T_RET
	mov	$SYS_rt_sigreturn, %eax
	jmp	pimg_enter_c
	.size	pimg_guest_rt_sigreturn, . - pimg_guest_rt_sigreturn

/* void pimg_sigreturn(frame): see x86_64/entry.S */
	.globl	pimg_sigreturn, pimg_sigreturn_begin, pimg_sigreturn_done
	.hidden	pimg_sigreturn, pimg_sigreturn_begin, pimg_sigreturn_done
	.globl	pimg_sigreturn_kept
	.hidden	pimg_sigreturn_kept
	.type	pimg_sigreturn, @function
pimg_sigreturn:
	.cfi_startproc
	mov	4(%esp), %ecx
	mov	%esp, %edx
	.cfi_register esp, edx
pimg_sigreturn_begin:
	cmpl	$0, %fs:T_PENDING
	jne	pimg_sigreturn_kept
	lea	4(%ecx), %esp
	mov	$SYS_rt_sigreturn, %eax
	int	$0x80
pimg_sigreturn_done:
	ud2
pimg_sigreturn_kept:
	mov	%edx, %esp
	ret
	.cfi_endproc
	.size	pimg_sigreturn, . - pimg_sigreturn

	.globl	pimg_sigreturn_kept_too
	.hidden	pimg_sigreturn_kept_too
	.type	pimg_sigreturn_kept_too, @function
pimg_sigreturn_kept_too:
	.cfi_startproc
	.cfi_undefined eip
	mov	4(%esp), %ecx
	lea	4(%ecx), %esp
	mov	$SYS_rt_sigreturn, %eax
	int	$0x80
	ud2
	.cfi_endproc
	.size	pimg_sigreturn_kept_too, . - pimg_sigreturn_kept_too

/*
 * long pimg_clone_vm(flags, stack, ptid, ctid, tls, thread): the child
 * starts in pimg_child(thread); the word at its stack's top is thread.
 */
	.globl	pimg_clone_vm
	.hidden	pimg_clone_vm
	.type	pimg_clone_vm, @function
pimg_clone_vm:
	.cfi_startproc
	push	%ebx
	push	%esi
	push	%edi
	.cfi_adjust_cfa_offset 12
	mov	16(%esp), %ebx
	mov	20(%esp), %ecx
	mov	24(%esp), %edx
	mov	32(%esp), %esi
	mov	28(%esp), %edi
	mov	$SYS_clone, %eax
	int	$0x80
	test	%eax, %eax
	jz	1f
	pop	%edi
	pop	%esi
	pop	%ebx
	ret
1:	.cfi_undefined eip
	xor	%ebp, %ebp
	mov	(%esp), %eax
	sub	$12, %esp
	push	%eax
	call	pimg_child
	ud2
	.cfi_endproc
	.size	pimg_clone_vm, . - pimg_clone_vm

/* void pimg_thread_gone(status, word, bit) */
	.globl	pimg_thread_gone
	.hidden	pimg_thread_gone
	.type	pimg_thread_gone, @function
pimg_thread_gone:
	.cfi_startproc
	.cfi_undefined eip
	mov	4(%esp), %ebx
	mov	8(%esp), %ecx
	mov	12(%esp), %edx
	not	%edx
	lock andl %edx, (%ecx)
1:	mov	$SYS_exit, %eax
	int	$0x80
	jmp	1b
	.cfi_endproc
	.size	pimg_thread_gone, . - pimg_thread_gone

	.globl	_start
	.type	_start, @function
_start:
	.cfi_startproc
	.cfi_undefined eip
	xor	%ebp, %ebp
	mov	%esp, %eax
	and	$-16, %esp
	sub	$12, %esp
	push	%eax
	call	pimg_start
	ud2
	.cfi_endproc
	.size	_start, . - _start

/*
 * Map mode; ecx is where to go on.  A program's initial registers mean
 * nothing on i386 but for edx and esp, and its stack has room.
 */
	.globl	pimg_start_hook
	.hidden	pimg_start_hook
	.type	pimg_start_hook, @function
pimg_start_hook:
	.cfi_startproc
	.cfi_undefined eip
	call	1f
1:	pop	%eax
	lea	pimg_boot - 1b(%eax), %eax
	mov	%ecx, T_IP - T_NR(%eax)
	mov	%edx, T_ARG2 - T_NR(%eax)
	mov	%esp, T_SP - T_NR(%eax)
	movl	$0x202, T_FLAGS - T_NR(%eax)
	lea	16384(%eax), %esp
	and	$-16, %esp
	sub	$12, %esp
	push	%eax
	call	pimg_start_mapped
	ud2
	.cfi_endproc
	.size	pimg_start_hook, . - pimg_start_hook

/* void pimg_call_on(stack, fn, arg) */
	.globl	pimg_call_on
	.hidden	pimg_call_on
	.type	pimg_call_on, @function
pimg_call_on:
	.cfi_startproc
	.cfi_undefined eip
	mov	8(%esp), %eax
	mov	12(%esp), %ecx
	mov	4(%esp), %esp
	sub	$12, %esp
	push	%ecx
	call	*%eax
	ud2
	.cfi_endproc
	.size	pimg_call_on, . - pimg_call_on

/* void pimg_restart_at(sp, entry, old, len) */
	.globl	pimg_restart_at, pimg_moved
	.hidden	pimg_restart_at, pimg_moved
	.type	pimg_restart_at, @function
	.type	pimg_moved, @function
pimg_restart_at:
	mov	8(%esp), %eax
	mov	12(%esp), %ebx
	mov	16(%esp), %ecx
	mov	4(%esp), %esp
	jmp	*%eax
	.size	pimg_restart_at, . - pimg_restart_at
pimg_moved:
	mov	$SYS_munmap, %eax
	int	$0x80
	jmp	_start
	.size	pimg_moved, . - pimg_moved

	.globl	pimg_gate
	.hidden	pimg_gate
	.type	pimg_gate, @function
	.p2align 4
pimg_gate:
	int	$0x80
	hlt
	.size	pimg_gate, . - pimg_gate

	.section .rodata.selector, "a", @progbits
	.globl	pimg_selector
	.hidden	pimg_selector
pimg_selector:
	.byte	1

	.section .note.GNU-stack, "", @progbits
