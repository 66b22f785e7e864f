// SPDX-License-Identifier: GPL-2.0-only
/*
 * Copyright (c) 2026 The pimg authors
 *
 * Is this an image?  A pure function of the bytes: every offset is bounded
 * before it is used, what an image does not have is refused, and what comes
 * out (struct pimg_shape) can be used without further checks:
 *
 *	0          filesz     text                        total
 *	|  from file  |  zero  |         zero               |
 *	+----------------------+----------------------------+
 *	          R+X                       R+W
 *
 *	note.entry_rcx, start, gate and selector lie inside filesz
 */
#include <linux/elf.h>
#include <linux/string.h>

#include "internal.h"

#define PHDRS_MAX 16
#define NOTE_HEAD 20		/* three words and "pimg", padded */

/* What both classes of ELF say, in one width. */
struct elf {
	u64 entry, phoff;
	u32 machine, phnum, phentsize, ehsize;
	bool is64;
};

struct segment {
	u32 type, flags;
	u64 offset, vaddr, filesz, memsz;
};

static int read_header(const u8 *data, size_t len, struct elf *elf)
{
	const struct elf64_hdr *h64 = (const void *)data;
	const struct elf32_hdr *h32 = (const void *)data;
	u16 type;

	if (len < sizeof(*h64) || memcmp(data, ELFMAG, SELFMAG) ||
	    data[EI_DATA] != ELFDATA2LSB || data[EI_VERSION] != EV_CURRENT)
		return -ENOEXEC;
	elf->is64 = data[EI_CLASS] == ELFCLASS64;
	if (elf->is64) {
		type = h64->e_type;
		*elf = (struct elf){ h64->e_entry, h64->e_phoff, h64->e_machine,
			h64->e_phnum, h64->e_phentsize, h64->e_ehsize, true };
	} else {
		type = h32->e_type;
		*elf = (struct elf){ h32->e_entry, h32->e_phoff, h32->e_machine,
			h32->e_phnum, h32->e_phentsize, h32->e_ehsize, false };
	}
	if (type != ET_DYN ||
	    data[EI_CLASS] != (elf->is64 ? ELFCLASS64 : ELFCLASS32) ||
	    elf->machine != (elf->is64 ? EM_X86_64 : EM_386) ||
	    elf->ehsize != (elf->is64 ? sizeof(*h64) : sizeof(*h32)) ||
	    elf->phentsize != (elf->is64 ? sizeof(struct elf64_phdr) :
			       sizeof(struct elf32_phdr)) ||
	    elf->phnum < 3 || elf->phnum > PHDRS_MAX || elf->phoff > len ||
	    elf->phoff % 4 || elf->phoff < elf->ehsize ||
	    len - elf->phoff < (size_t)elf->phnum * elf->phentsize)
		return -ENOEXEC;
	return 0;
}

static struct segment read_segment(const u8 *data, const struct elf *elf,
				   unsigned int i)
{
	const void *p = data + elf->phoff + (size_t)i * elf->phentsize;
	const struct elf64_phdr *p64 = p;
	const struct elf32_phdr *p32 = p;

	if (elf->is64)
		return (struct segment){ p64->p_type, p64->p_flags,
			p64->p_offset, p64->p_vaddr, p64->p_filesz,
			p64->p_memsz };
	return (struct segment){ p32->p_type, p32->p_flags, p32->p_offset,
		p32->p_vaddr, p32->p_filesz, p32->p_memsz };
}

/* The code: the file's beginning, readable and executable, not writable. */
static int check_text(const struct segment *s, size_t len,
		      struct pimg_shape *shape)
{
	if (shape->text || s->flags != (PF_R | PF_X) || s->offset ||
	    s->vaddr || s->filesz != s->memsz || s->filesz > len ||
	    s->filesz < SZ_1K)
		return -ENOEXEC;
	shape->filesz = s->filesz;
	shape->text = PAGE_ALIGN(s->filesz);
	return 0;
}

/* The zero-filled rest, directly behind it. */
static int check_zero(const struct segment *s, struct pimg_shape *shape)
{
	if (!shape->text || shape->total || s->flags != (PF_R | PF_W) ||
	    s->filesz || !s->memsz || s->memsz > PIMG_ZERO_MAX ||
	    s->vaddr != shape->text)
		return -ENOEXEC;
	shape->total = shape->text + PAGE_ALIGN(s->memsz);
	return 0;
}

static int check_segments(const u8 *data, size_t len, const struct elf *elf,
			  struct pimg_shape *shape, struct segment *note)
{
	unsigned int i;
	int err = 0;

	note->type = PT_NULL;
	for (i = 0; i < elf->phnum && !err; i++) {
		struct segment s = read_segment(data, elf, i);

		switch (s.type) {
		case PT_LOAD:
			err = shape->text ? check_zero(&s, shape) :
				check_text(&s, len, shape);
			break;
		case PT_NOTE:
			if (note->type != PT_NULL)
				err = -ENOEXEC;
			*note = s;
			break;
		case PT_GNU_STACK:
			if (s.flags & PF_X)
				err = -ENOEXEC;
			break;
		case PT_NULL:
		case PT_GNU_EH_FRAME:
		case PT_PHDR:
			break;
		default:	/* PT_INTERP, PT_DYNAMIC, PT_TLS, ... */
			err = -ENOEXEC;
		}
	}
	if (err)
		return err;
	return shape->total && note->type == PT_NOTE ? 0 : -ENOEXEC;
}

/* Owner and type, then a copy of the descriptor. */
static int read_note(const u8 *data, const struct segment *s,
		     struct pimg_shape *shape)
{
	const struct {
		u32 namesz, descsz, type;
		char name[8];
	} head = { 5, sizeof(shape->note), PIMG_NOTE_TYPE, PIMG_NOTE_OWNER };

	BUILD_BUG_ON(sizeof(head) != NOTE_HEAD);
	BUILD_BUG_ON(sizeof(struct pimg_note) != 0xd0);
	if (s->offset != s->vaddr || s->offset > shape->filesz ||
	    s->filesz != NOTE_HEAD + sizeof(shape->note) || s->offset % 4 ||
	    shape->filesz - s->offset < s->filesz ||
	    memcmp(data + s->offset, &head, NOTE_HEAD))
		return -ENOEXEC;
	memcpy(&shape->note, data + s->offset + NOTE_HEAD,
	       sizeof(shape->note));
	return 0;
}

bool pimg_name_ok(const char name[PIMG_KNAME])
{
	size_t i;

	if (name[0] < 'a' || name[0] > 'z')
		return false;
	for (i = 1; i < PIMG_KNAME && name[i]; i++)
		if (!(name[i] >= 'a' && name[i] <= 'z') &&
		    !(name[i] >= '0' && name[i] <= '9') &&
		    name[i] != '-' && name[i] != '_' && name[i] != '.')
			return false;
	return i < PIMG_KNAME && !memchr_inv(name + i, 0, PIMG_KNAME - i);
}

/* A brand that native programs carry would take them all: refused. */
static bool brand_ok(const struct pimg_brand *b)
{
	size_t n = strnlen(b->owner, sizeof(b->owner));

	if (b->reserved)
		return false;
	switch (b->kind) {
	case PIMG_BRAND_NONE:
		return !memchr_inv(b, 0, sizeof(*b));
	case PIMG_BRAND_OSABI:
		return b->osabi != ELFOSABI_NONE && b->osabi != ELFOSABI_LINUX &&
			!b->note_type && !n;
	case PIMG_BRAND_NOTE:
		return !b->osabi && n && n < sizeof(b->owner) &&
			strcmp(b->owner, "GNU") &&
			!memchr_inv(b->owner + n, 0, sizeof(b->owner) - n);
	}
	return false;
}

static int check_note(const u8 *data, const struct elf *elf,
		      const struct pimg_shape *shape)
{
	const struct pimg_note *n = &shape->note;
	const u32 end = shape->filesz;
	int i;

	if (n->format != PIMG_NOTE_FORMAT || n->size != sizeof(*n))
		return -EPROTONOSUPPORT;
	if (n->abi_revision != PIMG_ABI_REVISION)
		return -EPROTONOSUPPORT;
	if (n->machine != elf->machine || n->reserved ||
	    (n->model != PIMG_MODEL_LINUX && n->model != PIMG_MODEL_BSD) ||
	    !pimg_name_ok(n->personality))
		return -ENOEXEC;
	if (n->entry_rcx >= end || n->entry_stack >= end ||
	    !(elf->is64 ? n->entry_rcx : n->entry_stack) || !n->start || n->start >= end || n->selector >= end ||
	    elf->entry == 0 || elf->entry >= end ||
	    !n->gate || n->gate > end - 2 || data[n->selector] != 1)
		return -ENOEXEC;
	if (memcmp(data + n->gate, elf->is64 ? "\x0f\x05" : "\xcd\x80", 2))
		return -ENOEXEC;
	for (i = 0; i < PIMG_BRANDS_MAX; i++)
		if (!brand_ok(&n->brands[i]) ||
		    (n->model == PIMG_MODEL_LINUX && n->brands[i].kind))
			return -ENOEXEC;
	return 0;
}

/**
 * pimg_check - whether len bytes at data are an image
 * @data: the file, aligned to at least 8 bytes
 * @len: its length, at most PIMG_FILE_MAX
 * @shape: what it is like
 *
 * Return: 0; -ENOEXEC; -EPROTONOSUPPORT for an image of another revision.
 */
int pimg_check(const void *data, size_t len, struct pimg_shape *shape)
{
	struct segment note;
	struct elf elf;
	int err;

	memset(shape, 0, sizeof(*shape));
	err = read_header(data, len, &elf);
	if (!err)
		err = check_segments(data, len, &elf, shape, &note);
	if (!err)
		err = read_note(data, &note, shape);
	if (!err)
		err = check_note(data, &elf, shape);
	return err;
}
