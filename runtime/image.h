/*
 * SPDX-License-Identifier: BSD-2-Clause OR GPL-2.0-only
 * Copyright (c) 2026 The pimg authors
 *
 * The ELF note that makes a static-PIE file a proxy image.
 *
 * One note, owner "pimg", type PIMG_NOTE_TYPE, in a PT_NOTE segment that
 * lies inside the R+X segment.  Its descriptor is struct pimg_note, little
 * endian, the same layout for every machine.  Offsets are from the image's
 * first byte (the ELF header), which is also where it is mapped.
 *
 * The version number is deliberately absent: the same sources give the same
 * bytes.  It is found in the manifest, the catalogue and the file's path.
 */
#ifndef PIMG_RUNTIME_IMAGE_H
#define PIMG_RUNTIME_IMAGE_H

#define	PIMG_NOTE_OWNER		"pimg"
#define	PIMG_NOTE_TYPE		1
#define	PIMG_NOTE_FORMAT	1	/* layout of struct pimg_note */
#define	PIMG_ABI_REVISION	1	/* contract between carrier and image */

#define	PIMG_NAME_MAX		31	/* longest personality name */
#define	PIMG_BRANDS_MAX		4

/* Which native process model the image expects (struct pimg_note.model). */
#define	PIMG_MODEL_LINUX	1	/* the kernel may load the program */
#define	PIMG_MODEL_BSD		2	/* the image is the program's loader */

#define	PIMG_BRAND_NONE		0
#define	PIMG_BRAND_OSABI	1	/* e_ident[EI_OSABI] == osabi */
#define	PIMG_BRAND_NOTE		2	/* a note of this owner and type */

/*
 * One layout for the tools (C), the runtime (C) and the module; assembler
 * sees only the constants above.
 */
#ifndef __ASSEMBLER__
#ifdef __KERNEL__
#include <linux/types.h>
typedef u8 pimg_u8;
typedef u16 pimg_u16;
typedef u32 pimg_u32;
#else
#include <stdint.h>
typedef uint8_t pimg_u8;
typedef uint16_t pimg_u16;
typedef uint32_t pimg_u32;
#endif

struct pimg_brand {
	pimg_u8		kind;		/* 0x00 PIMG_BRAND_ */
	pimg_u8		osabi;		/* 0x01 */
	pimg_u16	reserved;	/* 0x02 zero */
	pimg_u32	note_type;	/* 0x04 */
	char		owner[16];	/* 0x08 NUL-padded */
};

struct pimg_note {
	pimg_u32	format;		/* 0x00 PIMG_NOTE_FORMAT */
	pimg_u32	size;		/* 0x04 bytes of this descriptor */
	pimg_u32	abi_revision;	/* 0x08 PIMG_ABI_REVISION */
	pimg_u32	machine;	/* 0x0c EM_X86_64 or EM_386 */
	pimg_u32	model;		/* 0x10 PIMG_MODEL_ */
	pimg_u32	calls;		/* 0x14 slots of the dispatch table */
	pimg_u32	entry_rcx;	/* 0x18 direct entry, return address in rcx */
	pimg_u32	entry_stack;	/* 0x1c direct entry, return address pushed; 0: none */
	pimg_u32	start;		/* 0x20 start hook of map mode */
	pimg_u32	gate;		/* 0x24 the tail gate's syscall instruction */
	pimg_u32	selector;	/* 0x28 a byte that equals 1 */
	pimg_u32	reserved;	/* 0x2c zero */
	char		personality[PIMG_NAME_MAX + 1];	/* 0x30 NUL-padded */
	pimg_u8		source[32];	/* 0x50 SHA-256 over the sources */
	struct pimg_brand brands[PIMG_BRANDS_MAX];	/* 0x70 */
};					/* 0xd0 */

#ifndef __KERNEL__
_Static_assert(sizeof(struct pimg_brand) == 24, "struct pimg_brand");
_Static_assert(sizeof(struct pimg_note) == 0xd0, "struct pimg_note");
#endif
#endif /* !__ASSEMBLER__ */
#endif
