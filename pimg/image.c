/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Checking objects and images.
 */
#include <elf.h>
#include <string.h>

#include "pimg/image.h"

/* The symbol that a byte of a section belongs to, for the message. */
static const char *
symbol_at(const struct pimg_elf *e, size_t section, uint64_t offset)
{
	struct pimg_symbol sym;
	const char *best = NULL;
	size_t i, j;

	for (i = 0; i < e->nsections; i++) {
		if (e->sections[i].type != SHT_SYMTAB)
			continue;
		for (j = 0; pimg_elf_symbol(e, &e->sections[i], j, &sym); j++) {
			if (sym.shndx == section && sym.name[0] != '\0' &&
			    sym.value <= offset && (sym.size == 0 ||
			    offset - sym.value < sym.size))
				best = sym.name;
		}
	}
	return (best != NULL ? best : "(no symbol)");
}

static const char *
target_name(const struct pimg_elf *e, const struct pimg_section *rel,
    uint32_t symbol)
{
	struct pimg_symbol sym;

	if (rel->link >= e->nsections ||
	    !pimg_elf_symbol(e, &e->sections[rel->link], symbol, &sym))
		return ("?");
	if (sym.name[0] == '\0' && sym.shndx < e->nsections)
		return (e->sections[sym.shndx].name);
	return (sym.name);
}

/* Relocations that the linker resolves for good, wherever the image goes. */
static bool
harmless(const struct pimg_elf *e, uint32_t type)
{
	if (e->machine == EM_386)
		return (type == R_386_NONE || type == R_386_PC32 ||
		    type == R_386_PLT32 || type == R_386_GOTOFF ||
		    type == R_386_GOTPC || type == R_386_GOT32X);
	return (type == R_X86_64_NONE || type == R_X86_64_PC32 ||
	    type == R_X86_64_PLT32 || type == R_X86_64_PC64 ||
	    type == R_X86_64_PC8 || type == R_X86_64_PC16 ||
	    type == R_X86_64_GOTPCREL || type == R_X86_64_GOTPCRELX ||
	    type == R_X86_64_REX_GOTPCRELX);
}

static int
check_relocs(const struct pimg_elf *e, const struct pimg_section *rel,
    struct pstore_error *error)
{
	const struct pimg_section *to;
	struct pimg_reloc r;
	size_t i;

	if (rel->info >= e->nsections)
		return (0);
	to = &e->sections[rel->info];
	if ((to->flags & SHF_ALLOC) == 0)
		return (0);	/* debug information is not loaded */
	for (i = 0; pimg_elf_reloc(e, rel, i, &r); i++) {
		if (harmless(e, r.type))
			continue;
		pstore_fail(error, PSTORE_FAILED, "%s: section %s: %s holds "
		    "the address of %s (relocation type %u): an image has no "
		    "relocations", e->name, to->name,
		    symbol_at(e, rel->info, r.offset),
		    target_name(e, rel, r.symbol), r.type);
		return (pstore_hint(error, "a table of pointers cannot be "
		    "initialised in C here: use a switch, or offsets"));
	}
	return (0);
}

int
pimg_object_check(const struct pimg_elf *e, struct pstore_error *error)
{
	const struct pimg_section *s;
	size_t i;

	if (e->type != ET_REL)
		return (pstore_fail(error, PSTORE_CORRUPT,
		    "%s: not an object file", e->name));
	for (i = 0; i < e->nsections; i++) {
		s = &e->sections[i];
		if ((s->type == SHT_RELA || s->type == SHT_REL) &&
		    check_relocs(e, s, error) < 0)
			return (-1);
	}
	for (i = 0; i < e->nsections; i++) {
		s = &e->sections[i];
		if ((s->flags & SHF_ALLOC) == 0 || s->size == 0)
			continue;
		if ((s->flags & SHF_WRITE) != 0 &&
		    (s->flags & SHF_EXECINSTR) != 0)
			return (pstore_fail(error, PSTORE_FAILED,
			    "%s: section %s (%s) is writable and executable",
			    e->name, s->name, symbol_at(e, i, 0)));
		if ((s->flags & SHF_TLS) != 0)
			return (pstore_fail(error, PSTORE_FAILED,
			    "%s: section %s (%s): an image has no thread-local "
			    "storage", e->name, s->name, symbol_at(e, i, 0)));
		if ((s->flags & SHF_WRITE) != 0 && s->type != SHT_NOBITS)
			return (pstore_fail(error, PSTORE_FAILED,
			    "%s: section %s: %s is initialised and writable: "
			    "an image has no initialised data", e->name,
			    s->name, symbol_at(e, i, 0)));
	}
	return (0);
}

static int
refuse(const struct pimg_elf *e, struct pstore_error *error, const char *why)
{
	return (pstore_fail(error, PSTORE_CORRUPT, "%s: not an image: %s",
	    e->name, why));
}

/*
 * i386 counts @GOTOFF from a table that the linker makes even if nothing is
 * in it; the linker script puts it into the R+X segment.
 */
static bool
empty_got(const struct pimg_elf *e, const struct pimg_section *s)
{
	const uint8_t *p = pimg_elf_bytes(e, s);
	uint64_t i;

	if (e->machine != EM_386 || strcmp(s->name, ".got") != 0 || p == NULL)
		return (false);
	for (i = 0; i < s->size; i++) {
		if (p[i] != 0)
			return (false);
	}
	return (true);
}

static int
check_sections(const struct pimg_elf *e, struct pstore_error *error)
{
	const struct pimg_section *s;
	size_t i;

	for (i = 0; i < e->nsections; i++) {
		s = &e->sections[i];
		if ((s->flags & SHF_ALLOC) == 0 || s->size == 0)
			continue;
		if (s->type == SHT_RELA || s->type == SHT_REL ||
		    s->type == SHT_DYNAMIC)
			return (pstore_fail(error, PSTORE_CORRUPT,
			    "%s: not an image: section %s holds relocations",
			    e->name, s->name));
		if ((s->flags & SHF_WRITE) != 0 && s->type != SHT_NOBITS &&
		    !empty_got(e, s))
			return (pstore_fail(error, PSTORE_CORRUPT,
			    "%s: not an image: section %s holds %llu bytes of "
			    "initialised data", e->name, s->name,
			    (unsigned long long)s->size));
	}
	return (0);
}

static int
check_segments(const struct pimg_elf *e, const struct pimg_segment **text,
    struct pstore_error *error)
{
	const struct pimg_segment *p, *data = NULL;
	size_t i, loads = 0;

	*text = NULL;
	for (i = 0; i < e->nsegments; i++) {
		p = &e->segments[i];
		if (p->type == PT_INTERP || p->type == PT_DYNAMIC ||
		    p->type == PT_TLS)
			return (refuse(e, error, "it has PT_INTERP, PT_DYNAMIC "
			    "or PT_TLS"));
		if (p->type != PT_LOAD)
			continue;
		loads++;
		if ((p->flags & (PF_W | PF_X)) == (PF_W | PF_X))
			return (refuse(e, error, "a segment is writable and "
			    "executable"));
		if (p->flags == (PF_R | PF_X))
			*text = p;
		else if (p->flags == (PF_R | PF_W))
			data = p;
	}
	if (loads != 2 || *text == NULL || data == NULL)
		return (pstore_fail(error, PSTORE_CORRUPT, "%s: not an image: "
		    "%zu PT_LOAD segments, instead of one R+X and one R+W",
		    e->name, loads));
	if (data->filesz != 0)
		return (refuse(e, error, "its R+W segment has bytes in the "
		    "file"));
	if ((*text)->offset != 0 || (*text)->vaddr != 0 ||
	    (*text)->filesz != (*text)->memsz ||
	    (*text)->filesz > e->size)
		return (refuse(e, error, "its R+X segment does not begin with "
		    "the file"));
	return (0);
}

/* Three words, the owner padded to 4, the descriptor. */
static int
read_note(const struct pimg_elf *e, const struct pimg_segment *text,
    struct pimg_note *note, struct pstore_error *error)
{
	const struct pimg_segment *p;
	uint32_t head[3];
	size_t i;

	for (i = 0; i < e->nsegments; i++) {
		p = &e->segments[i];
		if (p->type != PT_NOTE || p->offset > e->size ||
		    e->size - p->offset < sizeof(head) + 8 + sizeof(*note))
			continue;
		memcpy(head, e->data + p->offset, sizeof(head));
		if (head[0] != 5 || head[1] != sizeof(*note) ||
		    head[2] != PIMG_NOTE_TYPE || memcmp(e->data + p->offset +
		    sizeof(head), PIMG_NOTE_OWNER "\0\0\0", 8) != 0)
			continue;
		if (p->offset + sizeof(head) + 8 + sizeof(*note) >
		    text->filesz)
			return (refuse(e, error, "its note is outside the R+X "
			    "segment"));
		memcpy(note, e->data + p->offset + sizeof(head) + 8,
		    sizeof(*note));
		return (0);
	}
	return (refuse(e, error, "no pimg note"));
}

static bool
inside(const struct pimg_segment *text, uint32_t offset)
{
	return (offset != 0 && offset < text->filesz);
}

static int
check_note(const struct pimg_elf *e, const struct pimg_segment *text,
    const struct pimg_note *n, struct pstore_error *error)
{
	if (n->format != PIMG_NOTE_FORMAT || n->size != sizeof(*n))
		return (refuse(e, error, "its note is of another format"));
	if (n->abi_revision != PIMG_ABI_REVISION)
		return (pstore_fail(error, PSTORE_UNSUPPORTED, "%s: ABI "
		    "revision %u, this pimg has %u", e->name, n->abi_revision,
		    PIMG_ABI_REVISION));
	if (n->machine != e->machine ||
	    (n->model != PIMG_MODEL_LINUX && n->model != PIMG_MODEL_BSD) ||
	    n->calls == 0 || n->calls > 4096 || n->reserved != 0)
		return (refuse(e, error, "its note contradicts itself"));
	if (memchr(n->personality, '\0', sizeof(n->personality)) == NULL ||
	    n->personality[0] == '\0')
		return (refuse(e, error, "its note names no personality"));
	/* Of the two ways in, x86-64 has the one by rcx, i386 the other. */
	if (!inside(text, n->machine == EM_386 ? n->entry_stack :
	    n->entry_rcx) ||
	    (n->entry_rcx != 0 && !inside(text, n->entry_rcx)) ||
	    (n->entry_stack != 0 && !inside(text, n->entry_stack)) ||
	    !inside(text, n->start) || !inside(text, n->gate) ||
	    !inside(text, n->selector))
		return (refuse(e, error, "an entry point of its note is "
		    "outside the R+X segment"));
	if (e->data[n->selector] != 1)
		return (refuse(e, error, "the selector byte is not 1"));
	return (0);
}

int
pimg_image_check(const struct pimg_elf *e, struct pimg_note *note,
    struct pstore_error *error)
{
	const struct pimg_segment *text;

	if (e->type != ET_DYN ||
	    (e->machine != EM_X86_64 && e->machine != EM_386))
		return (refuse(e, error, "not a position-independent x86-64 "
		    "or i386 program"));
	if (check_sections(e, error) < 0 ||
	    check_segments(e, &text, error) < 0 ||
	    read_note(e, text, note, error) < 0)
		return (-1);
	return (check_note(e, text, note, error));
}
