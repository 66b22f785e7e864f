/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Every register filled, a loop run, every register stored: what regs.c and
 * regs-asm.S agree on.
 */
#ifndef REGS_H
#define REGS_H

#define	R_RAX	0x00		/* in: the call's number; out: its result */
#define	R_RBX	0x08
#define	R_RCX	0x10
#define	R_RDX	0x18
#define	R_RSI	0x20
#define	R_RDI	0x28
#define	R_RBP	0x30
#define	R_RSP	0x38
#define	R_R8	0x40
#define	R_R9	0x48
#define	R_R10	0x50
#define	R_R11	0x58
#define	R_R12	0x60
#define	R_R13	0x68
#define	R_R14	0x70
#define	R_R15	0x78
#define	R_FLAGS	0x80
#define	R_COUNT	0x88		/* how often round */
#define	R_CALL	0x90		/* the loop makes the call; else it spins */
#define	R_VEC	0x94		/* 0 SSE, 1 AVX, 2 AVX-512 */
#define	R_MXCSR	0x98
#define	R_FCW	0x9c
#define	R_ST	0xa0		/* eight doubles */
#define	R_K	0xe0		/* eight mask registers */
#define	R_V	0x140		/* 32 vector registers of 64 bytes */
#define	R_SIZE	0x940

#ifndef __ASSEMBLER__
#include <stddef.h>
#include <stdint.h>

struct regs {
	uint64_t	g[16];
	uint64_t	flags;
	uint64_t	count;
	uint32_t	call, vec;
	uint32_t	mxcsr;
	uint16_t	fcw, pad;
	double		st[8];
	uint64_t	k[8];
	uint8_t		gap[0x20];
	uint8_t		v[32][64];
};

_Static_assert(offsetof(struct regs, st) == R_ST, "st");
_Static_assert(offsetof(struct regs, k) == R_K, "k");
_Static_assert(offsetof(struct regs, v) == R_V, "v");
_Static_assert(sizeof(struct regs) == R_SIZE, "size");

void	regs_run(const struct regs *in, struct regs *out);
void	regs_destroy(int vec);		/* overwrites all vector registers */
#endif

#endif
