/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The pieces of the image's ELF note (struct pimg_note) that the compiler
 * knows.  The linker script puts the offsets of the entry points between
 * them, where an assembler could only have written a relocation.
 */
#include "gen.h"
#include "image.h"

#if defined(__x86_64__)
#define	MACHINE	62	/* EM_X86_64 */
#elif defined(__i386__)
#define	MACHINE	3	/* EM_386 */
#endif

	.section .note.pimg.head, "a", @note
	.long	5			/* namesz: "pimg" and its NUL */
	.long	0xd0			/* descsz: sizeof(struct pimg_note) */
	.long	PIMG_NOTE_TYPE
	.asciz	PIMG_NOTE_OWNER
	.balign	4
	.long	PIMG_NOTE_FORMAT
	.long	0xd0
	.long	PIMG_ABI_REVISION
	.long	MACHINE
	.long	PIMG_MODEL
	.long	PIMG_NCALLS

	.section .note.pimg.tail, "a", @note
1:	.asciz	PIMG_PERSONALITY
	.fill	PIMG_NAME_MAX + 1 - (. - 1b), 1, 0
	.byte	PIMG_SOURCE_BYTES
2:	PIMG_BRANDS
	.fill	24 * PIMG_BRANDS_MAX - (. - 2b), 1, 0

	.section .note.GNU-stack, "", @progbits
