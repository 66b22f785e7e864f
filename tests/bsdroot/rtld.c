/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A run-time linker, as small as it can be, in place of a BSD's own: it maps
 * the libraries that the program needs from /lib, relocates all of them at
 * once and jumps to the program.  It is linked so that it needs no relocation
 * itself.  Entry as on FreeBSD/amd64: rdi is the initial stack.
 */
#include <elf.h>

#include "sys.h"

#define	OBJECTS		8
#define	PAGE		4096UL

struct object {
	unsigned long	base;
	Elf64_Dyn	*dynamic;
	Elf64_Sym	*symbols;
	const char	*strings;
	Elf64_Rela	*rela, *plt;
	unsigned long	relasize, pltsize, nsymbols;
};

static struct object objects[OBJECTS];
static int nobjects;

static __attribute__((noreturn)) void
die(const char *what, const char *name, long r)
{

	print("rtld: ");
	print(what);
	print(" ");
	print(name);
	print(": ");
	print_number(r);
	print("\n");
	for (;;)
		sys(SYS_exit, 1);
}

static void
read_dynamic(struct object *o)
{
	Elf64_Dyn *d;

	for (d = o->dynamic; d->d_tag != DT_NULL; d++) {
		unsigned long at = o->base + d->d_un.d_ptr;

		if (d->d_tag == DT_SYMTAB)
			o->symbols = (Elf64_Sym *)at;
		else if (d->d_tag == DT_STRTAB)
			o->strings = (const char *)at;
		else if (d->d_tag == DT_RELA)
			o->rela = (Elf64_Rela *)at;
		else if (d->d_tag == DT_RELASZ)
			o->relasize = d->d_un.d_val;
		else if (d->d_tag == DT_JMPREL)
			o->plt = (Elf64_Rela *)at;
		else if (d->d_tag == DT_PLTRELSZ)
			o->pltsize = d->d_un.d_val;
		else if (d->d_tag == DT_HASH)
			o->nsymbols = ((Elf64_Word *)at)[1];
	}
}

static unsigned long
lookup(const char *name)
{
	unsigned long i;
	int o;

	for (o = 0; o < nobjects; o++)
		for (i = 1; i < objects[o].nsymbols; i++) {
			const Elf64_Sym *s = &objects[o].symbols[i];

			if (s->st_shndx != SHN_UNDEF &&
			    same(objects[o].strings + s->st_name, name))
				return (objects[o].base + s->st_value);
		}
	die("undefined", name, 0);
}

static void
relocate(const struct object *o, const Elf64_Rela *r, unsigned long size)
{
	const Elf64_Rela *end = r + size / sizeof(*r);

	for (; r < end; r++) {
		unsigned long *at = (unsigned long *)(o->base + r->r_offset);
		const char *name = o->strings +
		    o->symbols[ELF64_R_SYM(r->r_info)].st_name;

		if (ELF64_R_TYPE(r->r_info) == R_X86_64_RELATIVE)
			*at = o->base + (unsigned long)r->r_addend;
		else if (ELF64_R_TYPE(r->r_info) == R_X86_64_JUMP_SLOT ||
		    ELF64_R_TYPE(r->r_info) == R_X86_64_GLOB_DAT)
			*at = lookup(name);
		else if (ELF64_R_TYPE(r->r_info) == R_X86_64_64)
			*at = lookup(name) + (unsigned long)r->r_addend;
		else
			die("relocation", name, (long)r->r_info);
	}
}

static void
map_segment(int fd, unsigned long base, const Elf64_Phdr *ph)
{
	unsigned long at = (base + ph->p_vaddr) & -PAGE;
	unsigned long end = base + ph->p_vaddr + ph->p_memsz;
	long r;

	r = sys(SYS_mmap, at, end - at, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANON | MAP_FIXED, -1, 0);
	if (r < 0)
		die("mmap", "anonymous", r);
	r = sys(SYS_pread, fd, base + ph->p_vaddr, ph->p_filesz, ph->p_offset);
	if (r < 0)
		die("pread", "segment", r);
	if ((ph->p_flags & PF_X) && (r = sys(SYS_mprotect, at, end - at,
	    PROT_READ | PROT_EXEC)) < 0)
		die("mprotect", "segment", r);
}

static void
load(const char *name)
{
	char path[256] = "/lib/", head[1024];
	const Elf64_Ehdr *eh = (const Elf64_Ehdr *)head;
	const Elf64_Phdr *ph;
	struct object *o = &objects[nobjects];
	unsigned long i, span = 0;
	long fd, r;

	for (i = 0; name[i] != '\0' && i < 200; i++)
		path[5 + i] = name[i];
	if ((fd = sys(SYS_open, path, O_RDONLY)) < 0)
		die("open", path, fd);
	if ((r = sys(SYS_read, fd, head, sizeof(head))) < (long)sizeof(*eh))
		die("read", path, r);
	ph = (const Elf64_Phdr *)(head + eh->e_phoff);
	for (i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD)
			span = ph[i].p_vaddr + ph[i].p_memsz;
	/* a file of the host's would have been another one's */
	r = sys(SYS_mmap, 0, span, PROT_READ, MAP_PRIVATE, fd, 0);
	if (r < 0)
		die("mmap", path, r);
	o->base = (unsigned long)r;
	for (i = 0; i < eh->e_phnum; i++) {
		if (ph[i].p_type == PT_LOAD)
			map_segment((int)fd, o->base, &ph[i]);
		if (ph[i].p_type == PT_DYNAMIC)
			o->dynamic = (Elf64_Dyn *)(o->base + ph[i].p_vaddr);
	}
	sys(SYS_close, fd);
	read_dynamic(o);
	nobjects++;
}

static void
take_program(const Elf64_auxv_t *aux)
{
	const Elf64_Phdr *ph = 0;
	unsigned long i, n = 0;
	struct object *o = &objects[nobjects++];

	for (; aux->a_type != AT_NULL; aux++) {
		if (aux->a_type == AT_PHDR)
			ph = (const Elf64_Phdr *)aux->a_un.a_val;
		if (aux->a_type == AT_PHNUM)
			n = aux->a_un.a_val;
	}
	for (i = 0; i < n; i++)
		if (ph[i].p_type == PT_PHDR)
			o->base = (unsigned long)ph - ph[i].p_vaddr;
	for (i = 0; i < n; i++)
		if (ph[i].p_type == PT_DYNAMIC)
			o->dynamic = (Elf64_Dyn *)(o->base + ph[i].p_vaddr);
	if (o->dynamic == 0)
		die("program", "not dynamic", 0);
	read_dynamic(o);
}

unsigned long	rtld_main(unsigned long *);

/* Returns where the program begins. */
__attribute__((used)) unsigned long
rtld_main(unsigned long *stack)
{
	unsigned long *p = stack + 1 + stack[0] + 1, entry = 0;
	const Elf64_auxv_t *aux;
	Elf64_Dyn *d;
	int i;

	while (*p != 0)
		p++;
	for (aux = (const Elf64_auxv_t *)(p + 1); aux->a_type != AT_NULL; aux++)
		if (aux->a_type == AT_ENTRY)
			entry = aux->a_un.a_val;
	take_program((const Elf64_auxv_t *)(p + 1));
	for (d = objects[0].dynamic; d->d_tag != DT_NULL; d++)
		if (d->d_tag == DT_NEEDED && nobjects < OBJECTS)
			load(objects[0].strings + d->d_un.d_val);
	for (i = 0; i < nobjects; i++) {
		relocate(&objects[i], objects[i].rela, objects[i].relasize);
		relocate(&objects[i], objects[i].plt, objects[i].pltsize);
	}
	return (entry);
}

__asm__(".globl _start\n_start:\n"
    "	mov %rdi, %rbx\n	call rtld_main\n"
    "	mov %rbx, %rdi\n	jmp *%rax\n");
