/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Reading ELF headers, sections, symbols and relocations.
 */
#include <elf.h>
#include <string.h>

#include "pimg/elf.h"

#define	HEADERS_MAX	4096	/* sections or segments of one file */

static int
corrupt(const struct pimg_elf *e, const char *what, struct pstore_error *error)
{
	return (pstore_fail(error, PSTORE_CORRUPT, "%s: not a sound ELF file: "
	    "%s", e->name, what));
}

/* Copies a structure out of the file, wherever it is aligned. */
static bool
fetch(const struct pimg_elf *e, uint64_t off, void *out, size_t n)
{
	if (off > e->size || e->size - off < n)
		return (false);
	memcpy(out, e->data + off, n);
	return (true);
}

/* A NUL-terminated string inside the table, or NULL. */
static const char *
string_at(const struct pimg_elf *e, const struct pimg_section *s, uint64_t off)
{
	const uint8_t *p = pimg_elf_bytes(e, s);

	if (p == NULL || off >= s->size ||
	    memchr(p + off, '\0', s->size - off) == NULL)
		return (NULL);
	return ((const char *)p + off);
}

const uint8_t *
pimg_elf_bytes(const struct pimg_elf *e, const struct pimg_section *s)
{
	if (s->type == SHT_NOBITS || s->offset > e->size ||
	    e->size - s->offset < s->size)
		return (NULL);
	return (e->data + s->offset);
}

static bool
read_section(const struct pimg_elf *e, uint64_t off, struct pimg_section *s,
    uint32_t *name)
{
	Elf64_Shdr h64;
	Elf32_Shdr h32;

	if (e->is64) {
		if (!fetch(e, off, &h64, sizeof(h64)))
			return (false);
		*name = h64.sh_name;
		*s = (struct pimg_section){ NULL, h64.sh_type, h64.sh_link,
		    h64.sh_info, h64.sh_flags, h64.sh_addr, h64.sh_offset,
		    h64.sh_size, h64.sh_entsize };
		return (true);
	}
	if (!fetch(e, off, &h32, sizeof(h32)))
		return (false);
	*name = h32.sh_name;
	*s = (struct pimg_section){ NULL, h32.sh_type, h32.sh_link,
	    h32.sh_info, h32.sh_flags, h32.sh_addr, h32.sh_offset,
	    h32.sh_size, h32.sh_entsize };
	return (true);
}

static bool
read_segment(const struct pimg_elf *e, uint64_t off, struct pimg_segment *p)
{
	Elf64_Phdr h64;
	Elf32_Phdr h32;

	if (e->is64) {
		if (!fetch(e, off, &h64, sizeof(h64)))
			return (false);
		*p = (struct pimg_segment){ h64.p_type, h64.p_flags,
		    h64.p_offset, h64.p_vaddr, h64.p_filesz, h64.p_memsz };
		return (true);
	}
	if (!fetch(e, off, &h32, sizeof(h32)))
		return (false);
	*p = (struct pimg_segment){ h32.p_type, h32.p_flags, h32.p_offset,
	    h32.p_vaddr, h32.p_filesz, h32.p_memsz };
	return (true);
}

struct where {
	uint64_t	shoff, phoff;
	uint16_t	shentsize, phentsize, shnum, phnum, shstrndx;
};

static bool
read_header(struct pimg_elf *e, struct where *w)
{
	Elf64_Ehdr h64;
	Elf32_Ehdr h32;

	if (e->is64) {
		if (!fetch(e, 0, &h64, sizeof(h64)))
			return (false);
		e->type = h64.e_type;
		e->machine = h64.e_machine;
		e->entry = h64.e_entry;
		*w = (struct where){ h64.e_shoff, h64.e_phoff,
		    h64.e_shentsize, h64.e_phentsize, h64.e_shnum,
		    h64.e_phnum, h64.e_shstrndx };
		return (w->shentsize == sizeof(Elf64_Shdr) || w->shnum == 0);
	}
	if (!fetch(e, 0, &h32, sizeof(h32)))
		return (false);
	e->type = h32.e_type;
	e->machine = h32.e_machine;
	e->entry = h32.e_entry;
	*w = (struct where){ h32.e_shoff, h32.e_phoff, h32.e_shentsize,
	    h32.e_phentsize, h32.e_shnum, h32.e_phnum, h32.e_shstrndx };
	return (w->shentsize == sizeof(Elf32_Shdr) || w->shnum == 0);
}

static int
read_tables(struct pimg_elf *e, struct pimg_arena *arena,
    const struct where *w, struct pstore_error *error)
{
	uint32_t *names;
	size_t i;

	if (w->shnum > HEADERS_MAX || w->phnum > HEADERS_MAX)
		return (corrupt(e, "too many headers", error));
	e->sections = pimg_alloc(arena, (w->shnum + 1u) * sizeof(*e->sections));
	e->segments = pimg_alloc(arena, (w->phnum + 1u) * sizeof(*e->segments));
	names = pimg_alloc(arena, (w->shnum + 1u) * sizeof(*names));
	e->nsections = w->shnum;
	e->nsegments = w->phnum;
	if (w->shoff > e->size || w->phoff > e->size)
		return (corrupt(e, "headers beyond the end", error));
	for (i = 0; i < w->shnum; i++) {
		if (!read_section(e, w->shoff + i * w->shentsize,
		    &e->sections[i], &names[i]))
			return (corrupt(e, "section headers", error));
	}
	for (i = 0; i < w->phnum; i++) {
		if (!read_segment(e, w->phoff + i * w->phentsize,
		    &e->segments[i]))
			return (corrupt(e, "program headers", error));
	}
	for (i = 0; i < w->shnum; i++) {
		e->sections[i].name = w->shstrndx < w->shnum ?
		    string_at(e, &e->sections[w->shstrndx], names[i]) : "";
		if (e->sections[i].name == NULL)
			return (corrupt(e, "a section's name", error));
	}
	return (0);
}

int
pimg_elf_open(struct pimg_elf *e, struct pimg_arena *arena, const char *name,
    const void *data, size_t size, struct pstore_error *error)
{
	struct where w;

	*e = (struct pimg_elf){ .name = name, .data = data, .size = size };
	if (size < EI_NIDENT || memcmp(data, ELFMAG, SELFMAG) != 0)
		return (corrupt(e, "no ELF magic", error));
	if (e->data[EI_DATA] != ELFDATA2LSB ||
	    (e->data[EI_CLASS] != ELFCLASS64 &&
	    e->data[EI_CLASS] != ELFCLASS32))
		return (corrupt(e, "not little-endian", error));
	e->is64 = e->data[EI_CLASS] == ELFCLASS64;
	if (!read_header(e, &w))
		return (corrupt(e, "the header", error));
	return (read_tables(e, arena, &w, error));
}

bool
pimg_elf_symbol(const struct pimg_elf *e, const struct pimg_section *s,
    size_t i, struct pimg_symbol *sym)
{
	size_t n = e->is64 ? sizeof(Elf64_Sym) : sizeof(Elf32_Sym);
	Elf64_Sym s64;
	Elf32_Sym s32;
	uint32_t name;

	if (i >= s->size / n || s->link >= e->nsections)
		return (false);
	if (e->is64) {
		if (!fetch(e, s->offset + i * n, &s64, n))
			return (false);
		name = s64.st_name;
		*sym = (struct pimg_symbol){ NULL, s64.st_info, s64.st_shndx,
		    s64.st_value, s64.st_size };
	} else {
		if (!fetch(e, s->offset + i * n, &s32, n))
			return (false);
		name = s32.st_name;
		*sym = (struct pimg_symbol){ NULL, s32.st_info, s32.st_shndx,
		    s32.st_value, s32.st_size };
	}
	sym->name = string_at(e, &e->sections[s->link], name);
	return (sym->name != NULL);
}

bool
pimg_elf_reloc(const struct pimg_elf *e, const struct pimg_section *s,
    size_t i, struct pimg_reloc *r)
{
	Elf64_Rela r64;
	Elf32_Rel r32;

	if (e->is64) {
		if (i >= s->size / sizeof(r64) ||
		    !fetch(e, s->offset + i * sizeof(r64), &r64, sizeof(r64)))
			return (false);
		*r = (struct pimg_reloc){ r64.r_offset,
		    ELF64_R_TYPE(r64.r_info), ELF64_R_SYM(r64.r_info) };
		return (true);
	}
	if (i >= s->size / sizeof(r32) ||
	    !fetch(e, s->offset + i * sizeof(r32), &r32, sizeof(r32)))
		return (false);
	*r = (struct pimg_reloc){ r32.r_offset, ELF32_R_TYPE(r32.r_info),
	    ELF32_R_SYM(r32.r_info) };
	return (true);
}
