/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Labels of entry.S, of the linker script and of the generated dispatch.S,
 * as C sees them, the same on every machine.  They are addresses of code; nothing is read through them
 * except the tables.
 */
#ifndef PIMG_RUNTIME_CODE_H
#define PIMG_RUNTIME_CODE_H

#include <stdint.h>

#pragma GCC visibility push(hidden)

extern const char __ehdr_start[], pimg_image_end[], pimg_text_end[];
extern const char pimg_entry_begin[], pimg_entry[], pimg_switched[];
extern const char pimg_stub_begin[], pimg_stub_end[];
extern const char pimg_shim_begin[], pimg_shim_end[];
extern const char pimg_exit_begin[], pimg_exit_end[];
extern const char pimg_deliver_frame[], pimg_deliver_ret[];
extern const char pimg_call_begin[], pimg_call_insn[], pimg_call_done[];
extern const char pimg_call_interrupted[];
extern const char pimg_acc_begin[], pimg_acc_end[], pimg_acc_fault[];
extern const char pimg_sigreturn_begin[], pimg_sigreturn_done[];
extern const char pimg_sigreturn_kept[];
extern const char pimg_restorer[], pimg_nosys_jump[];

/* bsd: where register-only shims end, and the way out of a call in uc */
struct ucontext;
extern const char pimg_bsd_return[], pimg_bsd_return_end[];
void	pimg_result_context(struct ucontext *uc);
/* bsd: a call that the vDSO makes for a shim */
void	pimg_clock_trap(struct ucontext *uc);

/* A register-only shim: offsets from pimg_shims. */
struct pimg_shim {
	int32_t		start;	/* first instruction */
	int32_t		call;	/* its syscall instruction, or == done */
	int32_t		done;	/* the instruction after it */
	uint32_t	nr;	/* the guest's call number */
};
extern const struct pimg_shim pimg_shims[], pimg_shims_end[];
extern const int32_t pimg_dispatch[];

/* facts.c: the number of slots; the release, as in PIMG_RELEASE_CODE. */
extern const uint32_t pimg_ncalls, pimg_release_code;

/* Names of the calls: offsets from the table's start, 0 for none. */
extern const int32_t pimg_call_names[];

void	pimg_exit(void) __attribute__((__noreturn__));
void	pimg_sigreturn(void *frame);
void	pimg_sigreturn_kept_too(void *frame) __attribute__((__noreturn__));
long	pimg_clone_vm(unsigned long flags, unsigned long stack,
	    unsigned long ptid, unsigned long ctid, unsigned long tls,
	    void *thread);
void	pimg_thread_gone(unsigned long status, unsigned long *word,
	    unsigned long bit) __attribute__((__noreturn__));
extern const char pimg_moved[];
void	pimg_restart_at(unsigned long sp, unsigned long entry,
	    unsigned long old, unsigned long len) __attribute__((__noreturn__));

#pragma GCC visibility pop
#endif
