/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The way in and the way out.
 *
 *   carrier                     registers as the program had them at its
 *      |                        `syscall`; rcx = the instruction after it;
 *      v                        rsp = the program's and never touched
 *   pimg_entry_rcx --> pimg_dispatch[rax] --+--> register-only shim --> program
 *                                           |     (T_RET is its only memory)
 *                                           +--> stub --> pimg_enter_c
 *                                                            |  saves the frame,
 *                                                            |  private stack
 *                                                            v
 *                                                     function(frame)
 *                                                            |
 *                        program <-- pimg_exit <-------------+
 *
 * A signal may arrive at any instruction.  What is done about it depends on
 * where the interrupted ip is, so the labels below are ranges that signal.c
 * knows (x86_64/code.h):
 *
 *   [pimg_entry_begin, pimg_switched)   nothing has happened yet: rolled back
 *                                       to the program's `syscall`
 *   register-only shims                 by the shim's record (pimg_shims)
 *   [pimg_call_begin, pimg_call_done)   the call was not made: -PIMG_RESTART
 *   [pimg_exit_begin, pimg_exit_end)    completed from the frame
 *   [pimg_acc_begin, pimg_acc_end)      guest memory: a fault is -EFAULT
 *   pimg_deliver_frame, _ret            the boundary: a kept signal is due
 *   anything else in the image          kept until the boundary
 */
#include "gen.h"
#include "shim.h"

#define	SYS_rt_sigreturn	15
#define	SYS_exit		60
#define	SYS_munmap		11
#define	SYS_clone		56
#define	ENOSYS			38
#define	EFAULT			14
#define	ENAMETOOLONG		36
#define	EFLAGS_TF		0x100

	.section .text.entry, "ax", @progbits

	.globl	pimg_entry_begin
	.hidden	pimg_entry_begin
pimg_entry_begin:

/*
 * Direct entry.  The unwinder finds the return address in rcx for the one
 * instruction before it is saved.
 *
 * A `syscall` keeps the flags, so nothing here may change them: the number is
 * checked by moving its upper bytes into rcx and asking whether that is zero.
 * pimg_dispatch is filled up to a multiple of 256 slots.
 */
	.globl	pimg_entry_rcx, pimg_entry
	.hidden	pimg_entry_rcx, pimg_entry
	.type	pimg_entry_rcx, @function
	.p2align 4
pimg_entry_rcx:
pimg_entry:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa rsp, 0
	.cfi_register rip, rcx
	.cfi_escape 0x14, 7, 0		/* DW_CFA_val_offset rsp, 0 */
	mov	%rcx, %gs:T_RET
	.cfi_undefined rip
	mov	%rax, %rcx
	bswap	%rcx
	mov	%ecx, %ecx		/* bytes 7 to 4 of the number */
	jrcxz	1f
	jmp	pimg_s_nosys
1:	mov	%eax, %ecx
	bswap	%ecx
	movzwl	%cx, %ecx		/* bytes 3 and 2 */
	jrcxz	2f
	jmp	pimg_s_nosys
2:	movzbl	%ah, %ecx		/* byte 1: which 256 slots */
.rept	(PIMG_NCALLS - 1) / 256
	jrcxz	3f
	lea	-1(%rcx), %ecx
.endr
	jrcxz	3f
	jmp	pimg_s_nosys
3:	lea	pimg_dispatch(%rip), %rcx
	movslq	(%rcx, %rax, 4), %r11
	lea	(%rcx, %r11), %r11
	jmp	*%r11
	.cfi_endproc
	.size	pimg_entry_rcx, . - pimg_entry_rcx

/* A number that the personality does not have. */
SHIM pimg_s_nosys
	mov	$-ENOSYS, %rax
	.globl	pimg_nosys_jump
	.hidden	pimg_nosys_jump
pimg_nosys_jump:
#ifdef PIMG_CONVENTION_BSD
	jmp	pimg_bsd_return
#else
	jmp	*%gs:T_RET
#endif
SHIM_END pimg_s_nosys

/*
 * pimg_enter_c: r11 is the function.  The word at T_STACK is the thread
 * block's address, from which the unwinder reads the frame:
 *	DW_OP_breg7(rsp) 0, DW_OP_deref, DW_OP_plus_uconst OFF
 */
#define	CFI_FRAME_REG(reg, off)						\
	.cfi_escape 0x10, reg, 6, 0x77, 0, 0x06, 0x23, ((off) & 0x7f) | 0x80, (off) >> 7

	.globl	pimg_enter_c, pimg_switched
	.hidden	pimg_enter_c, pimg_switched
	.type	pimg_enter_c, @function
	.p2align 4
pimg_enter_c:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa rsp, 0
	.cfi_undefined rip
	mov	%rax, %gs:T_NR
	mov	%rdi, %gs:T_ARG0
	mov	%rsi, %gs:T_ARG1
	mov	%rdx, %gs:T_ARG2
	mov	%r10, %gs:T_ARG3
	mov	%r8, %gs:T_ARG4
	mov	%r9, %gs:T_ARG5
	mov	%rbx, %gs:T_RBX
	mov	%rbp, %gs:T_RBP
	mov	%r12, %gs:T_R12
	mov	%r13, %gs:T_R13
	mov	%r14, %gs:T_R14
	mov	%r15, %gs:T_R15
	mov	%gs:T_RET, %rcx
	mov	%rcx, %gs:T_IP
	mov	%rsp, %gs:T_SP
	mov	%gs:T_STACK, %rsp
pimg_switched:
	/* DW_CFA_def_cfa_expression: the guest's rsp, from the frame */
	.cfi_escape 0x0f, 7, 0x77, 0, 0x06, 0x23, (T_SP & 0x7f) | 0x80, T_SP >> 7, 0x06
	CFI_FRAME_REG(16, T_IP)
	CFI_FRAME_REG(3, T_RBX)
	CFI_FRAME_REG(6, T_RBP)
	CFI_FRAME_REG(12, T_R12)
	CFI_FRAME_REG(13, T_R13)
	CFI_FRAME_REG(14, T_R14)
	CFI_FRAME_REG(15, T_R15)
	pushfq
	andl	$~EFLAGS_TF, (%rsp)
	pop	%gs:T_FLAGS
	cld
	mov	%gs:T_SELF, %rdi
	add	$T_NR, %rdi
	call	*%r11
	mov	%rax, %gs:T_RESULT
	cmpq	$0, %gs:T_SCRATCH
	je	1f
	call	pimg_scratch_release
1:	cmpq	$-512, %gs:T_RESULT
#ifdef PIMG_CONVENTION_BSD
	je	2f
	mov	%gs:T_SELF, %rdi
	add	$T_NR, %rdi
	call	pimg_bsd_result
	jmp	pimg_exit
2:
#else
	jne	pimg_exit
#endif
	/* -PIMG_RESTART: back to the program's `syscall` with its own number */
	subq	$2, %gs:T_IP
	mov	%gs:T_NR, %rax
	mov	%rax, %gs:T_RESULT
	.cfi_endproc
	.size	pimg_enter_c, . - pimg_enter_c

/*
 * pimg_exit: to the program, with the frame's registers.  rcx and r11 are
 * what the kernel leaves in them.  Called with GS set, on any stack; never
 * returns.
 */
.macro	LOAD_FRAME
	mov	%gs:T_ARG0, %rdi
	mov	%gs:T_ARG1, %rsi
	mov	%gs:T_ARG2, %rdx
	mov	%gs:T_ARG3, %r10
	mov	%gs:T_ARG4, %r8
	mov	%gs:T_ARG5, %r9
	mov	%gs:T_RBX, %rbx
	mov	%gs:T_RBP, %rbp
	mov	%gs:T_R12, %r12
	mov	%gs:T_R13, %r13
	mov	%gs:T_R14, %r14
	mov	%gs:T_R15, %r15
	mov	%gs:T_RESULT, %rax
	mov	%gs:T_IP, %rcx
	mov	%gs:T_FLAGS, %r11
	mov	%gs:T_STACK, %rsp
	push	%r11
	popfq
	mov	%gs:T_SP, %rsp
.endm

	.globl	pimg_exit, pimg_exit_begin, pimg_exit_end
	.hidden	pimg_exit, pimg_exit_begin, pimg_exit_end
	.type	pimg_exit, @function
pimg_exit:
	.cfi_startproc simple
	.cfi_signal_frame
	.cfi_def_cfa rsp, 0
	.cfi_undefined rip
pimg_exit_begin:
	cmpl	$0, %gs:T_PENDING
	jne	pimg_exit_pending
	LOAD_FRAME
	jmp	*%rcx
pimg_exit_end:
	.cfi_endproc
	.size	pimg_exit, . - pimg_exit

/*
 * The boundary: the call is complete, a kept signal is due.  The privileged
 * instruction makes the carrier-independent trap (SIGSEGV) whose handler has
 * the program's whole context, vector registers included.
 */
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

/*
 * long pimg_call6(nr, a, b, c, d, e, f): a native call that may block.
 * long pimg_sys6(...): one that does not.
 */
.macro	NATIVE_ARGS
	mov	%rdi, %rax
	mov	%rsi, %rdi
	mov	%rdx, %rsi
	mov	%rcx, %rdx
	mov	%r8, %r10
	mov	%r9, %r8
	mov	8(%rsp), %r9
.endm

	.globl	pimg_call6, pimg_call_begin, pimg_call_insn, pimg_call_done
	.hidden	pimg_call6, pimg_call_begin, pimg_call_insn, pimg_call_done
	.globl	pimg_call_interrupted
	.hidden	pimg_call_interrupted
	.type	pimg_call6, @function
	.p2align 4
pimg_call6:
	.cfi_startproc
	NATIVE_ARGS
pimg_call_begin:
	cmpl	$0, %gs:T_PENDING
	jne	pimg_call_interrupted
pimg_call_insn:
	syscall
pimg_call_done:
	ret
pimg_call_interrupted:
	mov	$-512, %rax
	ret
	.cfi_endproc
	.size	pimg_call6, . - pimg_call6

	.globl	pimg_sys6
	.hidden	pimg_sys6
	.type	pimg_sys6, @function
	.p2align 4
pimg_sys6:
	.cfi_startproc
	NATIVE_ARGS
	syscall
	ret
	.cfi_endproc
	.size	pimg_sys6, . - pimg_sys6

/*
 * Guest memory.  No accessor uses the stack, so that a fault anywhere in the
 * range can be turned into a return of -EFAULT.
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
pimg_acc_begin:
	.cfi_startproc
pimg_copyin:
pimg_copyout:
	mov	%rdx, %rcx
	rep movsb
	xor	%eax, %eax
	ret
pimg_zeroout:
	mov	%rsi, %rcx
	xor	%eax, %eax
	rep stosb
	ret
pimg_strin:
	xor	%eax, %eax
1:	cmp	%rdx, %rax
	jae	2f
	mov	(%rsi, %rax), %cl
	mov	%cl, (%rdi, %rax)
	test	%cl, %cl
	je	3f
	inc	%rax
	jmp	1b
2:	mov	$-ENAMETOOLONG, %rax
3:	ret
	.globl	pimg_cas_guest
	.hidden	pimg_cas_guest
	.type	pimg_cas_guest, @function
	/* long pimg_cas_guest(addr, u32 old, u32 new): the old value or -EFAULT */
pimg_cas_guest:
	mov	%esi, %eax
	lock cmpxchg %edx, (%rdi)
	mov	%eax, %eax
	ret
	.globl	pimg_cas_guest64
	.hidden	pimg_cas_guest64
	.type	pimg_cas_guest64, @function
	/* the same for 64 bits: the old value, or anything else */
pimg_cas_guest64:
	mov	%rsi, %rax
	lock cmpxchg %rdx, (%rdi)
	ret
pimg_acc_fault:
	mov	$-EFAULT, %rax
	ret
	.cfi_endproc
pimg_acc_end:
	.size	pimg_copyin, pimg_zeroout - pimg_copyin
	.size	pimg_zeroout, pimg_strin - pimg_zeroout
	.size	pimg_strin, pimg_cas_guest - pimg_strin
	.size	pimg_cas_guest, pimg_cas_guest64 - pimg_cas_guest
	.size	pimg_cas_guest64, pimg_acc_fault - pimg_cas_guest64

/* The host's signal frames end here; it is also how they are recognised. */
	.globl	pimg_restorer
	.hidden	pimg_restorer
	.type	pimg_restorer, @function
	.p2align 4
	nop
pimg_restorer:
	mov	$SYS_rt_sigreturn, %rax
	syscall
	.size	pimg_restorer, . - pimg_restorer

/*
 * void pimg_sigreturn(frame, resume_sp): leaves through the host frame at
 * rdi, unless a signal waits: then it returns.
 */
	.globl	pimg_sigreturn, pimg_sigreturn_begin, pimg_sigreturn_done
	.hidden	pimg_sigreturn, pimg_sigreturn_begin, pimg_sigreturn_done
	.globl	pimg_sigreturn_kept
	.hidden	pimg_sigreturn_kept
	.type	pimg_sigreturn, @function
pimg_sigreturn:
	.cfi_startproc
	mov	%rsp, %rdx
	.cfi_register rsp, rdx
pimg_sigreturn_begin:
	cmpl	$0, %gs:T_PENDING
	jne	pimg_sigreturn_kept
	lea	8(%rdi), %rsp
	mov	$SYS_rt_sigreturn, %eax
	syscall
pimg_sigreturn_done:
	ud2
pimg_sigreturn_kept:
	mov	%rdx, %rsp
	ret
	.cfi_endproc
	.size	pimg_sigreturn, . - pimg_sigreturn

/* The same with a signal waiting; what is restored is the boundary. */
	.globl	pimg_sigreturn_kept_too
	.hidden	pimg_sigreturn_kept_too
	.type	pimg_sigreturn_kept_too, @function
pimg_sigreturn_kept_too:
	.cfi_startproc
	.cfi_undefined rip
	lea	8(%rdi), %rsp
	mov	$SYS_rt_sigreturn, %eax
	syscall
	ud2
	.cfi_endproc
	.size	pimg_sigreturn_kept_too, . - pimg_sigreturn_kept_too

/*
 * long pimg_clone_vm(flags, stack, ptid, ctid, tls, thread): the child
 * starts in pimg_child(thread) on its own private stack.
 */
	.globl	pimg_clone_vm
	.hidden	pimg_clone_vm
	.type	pimg_clone_vm, @function
pimg_clone_vm:
	.cfi_startproc
	mov	%rcx, %r10
	mov	$SYS_clone, %eax
	syscall
	test	%rax, %rax
	jz	1f
	ret
1:	.cfi_undefined rip
	xor	%ebp, %ebp
	mov	%r9, %rdi
	call	pimg_child
	ud2
	.cfi_endproc
	.size	pimg_clone_vm, . - pimg_clone_vm

/*
 * void pimg_thread_gone(status, word, bit): clears a bit in *word, which
 * gives this thread's block away, and ends the thread without a stack.
 * All signals are blocked.
 */
	.globl	pimg_thread_gone
	.hidden	pimg_thread_gone
	.type	pimg_thread_gone, @function
pimg_thread_gone:
	.cfi_startproc
	.cfi_undefined rip
	not	%rdx
	lock andq %rdx, (%rsi)
1:	mov	$SYS_exit, %eax
	syscall
	jmp	1b
	.cfi_endproc
	.size	pimg_thread_gone, . - pimg_thread_gone

/* Run mode: the ELF entry. */
	.globl	_start
	.type	_start, @function
_start:
	.cfi_startproc
	.cfi_undefined rip
	xor	%ebp, %ebp
	mov	%rsp, %rdi
	and	$-16, %rsp
	call	pimg_start
	ud2
	.cfi_endproc
	.size	_start, . - _start

/*
 * Map mode: pimg_boot.frame gets the registers (rip from rcx), its stack
 * serves until the thread has its own.
 */
	.globl	pimg_start_hook
	.hidden	pimg_start_hook
	.type	pimg_start_hook, @function
#define	BOOT(off)	pimg_boot + (off) - T_NR(%rip)
pimg_start_hook:
	.cfi_startproc
	.cfi_undefined rip
	mov	%rdi, BOOT(T_ARG0)
	mov	%rsi, BOOT(T_ARG1)
	mov	%rdx, BOOT(T_ARG2)
	mov	%r10, BOOT(T_ARG3)
	mov	%r8, BOOT(T_ARG4)
	mov	%r9, BOOT(T_ARG5)
	mov	%rbx, BOOT(T_RBX)
	mov	%rbp, BOOT(T_RBP)
	mov	%r12, BOOT(T_R12)
	mov	%r13, BOOT(T_R13)
	mov	%r14, BOOT(T_R14)
	mov	%r15, BOOT(T_R15)
	mov	%rsp, BOOT(T_SP)
	mov	%rcx, BOOT(T_IP)
	mov	%rax, BOOT(T_RESULT)
	movq	$0x202, BOOT(T_FLAGS)
	lea	pimg_boot(%rip), %rdi
	lea	pimg_boot + 16384 + T_SCRATCH - T_NR(%rip), %rsp
	and	$-16, %rsp
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
	.cfi_undefined rip
	mov	%rdi, %rsp
	mov	%rdx, %rdi
	call	*%rsi
	ud2
	.cfi_endproc
	.size	pimg_call_on, . - pimg_call_on

/*
 * void pimg_restart_at(sp, entry, old, len): goes on in another copy of this
 * image, at its pimg_moved, which unmaps the old one and starts.
 */
	.globl	pimg_restart_at, pimg_moved
	.hidden	pimg_restart_at, pimg_moved
	.type	pimg_restart_at, @function
	.type	pimg_moved, @function
pimg_restart_at:
	mov	%rsi, %rax
	mov	%rdi, %rsp
	mov	%rdx, %rdi
	mov	%rcx, %rsi
	jmp	*%rax
	.size	pimg_restart_at, . - pimg_restart_at
pimg_moved:
	mov	$SYS_munmap, %eax
	syscall
	jmp	_start
	.size	pimg_moved, . - pimg_moved

/*
 * The tail gate: the one address from which the module lets a call run
 * natively and return straight to the program.
 */
	.globl	pimg_gate
	.hidden	pimg_gate
	.type	pimg_gate, @function
	.p2align 4
pimg_gate:
	syscall
	hlt
	.size	pimg_gate, . - pimg_gate

	.section .rodata.selector, "a", @progbits
	.globl	pimg_selector
	.hidden	pimg_selector
pimg_selector:
	.byte	1

	.section .note.GNU-stack, "", @progbits
