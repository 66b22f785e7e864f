/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Maps a guest program, and its interpreter, as the kernel's ELF loader
 * would: ET_EXEC at its addresses, ET_DYN at a random place below the mmap
 * area with room for a heap behind it, the interpreter anywhere.  Nothing in
 * the file is believed before it is checked against its bounds.
 */
#include <linux/mman.h>

#include "arch.h"
#include "runtime.h"

#define	PHDRS_MAX	128
#define	ADDR_NO_RANDOMIZE 0x0040000

struct image_file {
	int		fd;
	pimg_ehdr	eh;
	pimg_phdr	ph[PHDRS_MAX];
	unsigned long	low, high;	/* pages that the segments span */
	unsigned long	align;
	unsigned long	bias;		/* added to the file's addresses */
};

/* Whether head begins an ELF file that this image can run. */
long
pimg_elf_check(const void *head, size_t len)
{
	const pimg_ehdr *eh = head;

	if (len < sizeof(*eh) || eh->e_ident[0] != 0x7f ||
	    eh->e_ident[1] != 'E' || eh->e_ident[2] != 'L' ||
	    eh->e_ident[3] != 'F' || eh->e_ident[EI_CLASS] != PIMG_ELFCLASS ||
	    eh->e_ident[EI_DATA] != ELFDATA2LSB ||
	    eh->e_machine != PIMG_EM ||
	    (eh->e_type != ET_EXEC && eh->e_type != ET_DYN) ||
	    eh->e_phentsize != sizeof(pimg_phdr) || eh->e_phnum == 0 ||
	    eh->e_phnum > PHDRS_MAX)
		return (-ENOEXEC);
	return (0);
}

/*
 * Whether head begins a program of the machine's other ABI, which the image
 * of that name beside this one runs.  The fields are at the same place in
 * both classes.
 */
int
pimg_elf_is_other(const void *head, size_t len)
{
	const pimg_ehdr *eh = head;

	return (len >= sizeof(*eh) && eh->e_ident[0] == 0x7f &&
	    eh->e_ident[1] == 'E' && eh->e_ident[2] == 'L' &&
	    eh->e_ident[3] == 'F' && eh->e_ident[EI_CLASS] == PIMG_OTHER_CLASS &&
	    eh->e_machine == PIMG_OTHER_EM);
}

/* Reads exactly len bytes at off. */
static long
read_at(int fd, void *buf, size_t len, unsigned long off)
{
	long r = pimg_read_at(fd, buf, len, off);

	if (pimg_failed(r))
		return (r);
	return ((size_t)r == len ? 0 : -ENOEXEC);
}

/* Reads and checks the headers of fd. */
static long
read_headers(int fd, struct image_file *f)
{
	const pimg_phdr *ph;
	long r;
	int i;

	f->fd = fd;
	f->low = ~0UL;
	f->high = 0;
	f->align = PIMG_PAGE;
	if ((r = read_at(fd, &f->eh, sizeof(f->eh), 0)) != 0 ||
	    (r = pimg_elf_check(&f->eh, sizeof(f->eh))) != 0 ||
	    (r = read_at(fd, f->ph, f->eh.e_phnum * sizeof(f->ph[0]),
	    f->eh.e_phoff)) != 0)
		return (r);
	for (i = 0, ph = f->ph; i < f->eh.e_phnum; i++, ph++) {
		if (ph->p_type != PT_LOAD || ph->p_memsz == 0)
			continue;
		if (ph->p_filesz > ph->p_memsz || ph->p_memsz > PIMG_TASK_SIZE ||
		    ph->p_vaddr > PIMG_TASK_SIZE - ph->p_memsz ||
		    (ph->p_vaddr - ph->p_offset) % PIMG_PAGE != 0)
			return (-ENOEXEC);
		if (PIMG_PAGE_DOWN(ph->p_vaddr) < f->low)
			f->low = PIMG_PAGE_DOWN(ph->p_vaddr);
		if (PIMG_PAGE_UP(ph->p_vaddr + ph->p_memsz) > f->high)
			f->high = PIMG_PAGE_UP(ph->p_vaddr + ph->p_memsz);
		if (ph->p_align > f->align && ph->p_align <= (1UL << 30) &&
		    (ph->p_align & (ph->p_align - 1)) == 0)
			f->align = ph->p_align;
	}
	return (f->high == 0 ? -ENOEXEC : 0);
}

/* The interpreter's name, below --root, "" if the program has none. */
static long
read_interp(const struct image_file *f, char path[PIMG_PATH_MAX])
{
	const pimg_phdr *ph;
	long r;
	int i;

	path[0] = '\0';
	for (i = 0, ph = f->ph; i < f->eh.e_phnum; i++, ph++) {
		if (ph->p_type != PT_INTERP)
			continue;
		if (ph->p_filesz < 2 || ph->p_filesz > PIMG_PATH_MAX)
			return (-ENOEXEC);
		r = read_at(f->fd, path, ph->p_filesz, ph->p_offset);
		if (r != 0)
			return (r);
		if (path[ph->p_filesz - 1] != '\0')
			return (-ENOEXEC);
		pimg_root_path(path);
		return (0);
	}
	return (0);
}

static long
reserve(unsigned long at, unsigned long size, int how)
{
	long r;

	r = pimg_mmap(at, size, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | how, -1, 0);
	if (!pimg_failed(r) && how != 0 && (unsigned long)r != at) {
		pimg_sys(__NR_munmap, r, size);
		return (-EEXIST);
	}
	return (r);
}

/* Reserves size bytes anywhere, aligned. */
static long
reserve_aligned(unsigned long size, unsigned long align)
{
	unsigned long at, extra = align > PIMG_PAGE ? align : 0;
	long r = reserve(0, size + extra, 0);

	if (pimg_failed(r) || extra == 0)
		return (r);
	at = ((unsigned long)r + align - 1) & ~(align - 1);
	if (at != (unsigned long)r)
		pimg_sys(__NR_munmap, r, at - (unsigned long)r);
	if (at != (unsigned long)r + extra)
		pimg_sys(__NR_munmap, at + size, (unsigned long)r + extra - at);
	return ((long)at);
}

/* A place for a position-independent program with a heap behind it. */
static long
reserve_program(unsigned long size, unsigned long align)
{
	unsigned long pages = 0, at;
	long r = -EEXIST, persona = pimg_sys(__NR_personality, 0xffffffffUL);
	int tries;

	for (tries = 0; tries < 8 && r == -EEXIST; tries++) {
		if ((persona & ADDR_NO_RANDOMIZE) == 0)
			pimg_sys(__NR_getrandom, &pages, sizeof(pages), 1);
		else
			pages = (unsigned long)tries << 20;
		at = PIMG_PIE_BASE + (pages & PIMG_PIE_PAGES) * PIMG_PAGE;
		r = reserve((at + align - 1) & ~(align - 1), size,
		    MAP_FIXED_NOREPLACE);
	}
	return (pimg_failed(r) ? reserve_aligned(size, align) : r);
}

static int
protection(uint32_t flags)
{

	return ((flags & PF_R ? PROT_READ : 0) | (flags & PF_W ? PROT_WRITE : 0) |
	    (flags & PF_X ? PROT_EXEC : 0));
}

/* Maps one segment over the reserved span. */
static long
map_segment(const struct image_file *f, const pimg_phdr *ph)
{
	unsigned long start = f->bias + ph->p_vaddr, page = PIMG_PAGE_DOWN(start);
	unsigned long file_end = start + ph->p_filesz, mem_end = start + ph->p_memsz;
	unsigned long anon = PIMG_PAGE_UP(file_end);
	int prot = protection(ph->p_flags);
	long r;

	if (ph->p_filesz != 0) {
		r = pimg_mmap(page, file_end - page, prot,
		    MAP_PRIVATE | MAP_FIXED, f->fd,
		    PIMG_PAGE_DOWN(ph->p_offset));
		if (pimg_failed(r))
			return (r);
		if (mem_end > file_end && (prot & PROT_WRITE) &&
		    pimg_zeroout(file_end, anon - file_end) != 0)
			return (-ENOEXEC);
	} else
		anon = page;
	if (PIMG_PAGE_UP(mem_end) > anon) {
		r = pimg_mmap(anon, PIMG_PAGE_UP(mem_end) - anon,
		    prot, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		if (pimg_failed(r))
			return (r);
	}
	return (0);
}

/* Maps all segments; is_program decides where ET_DYN goes. */
static long
map_file(struct image_file *f, int is_program)
{
	unsigned long size = f->high - f->low, end;
	long r;
	int i;

	if (f->eh.e_type == ET_EXEC)
		r = reserve(f->low, size, MAP_FIXED_NOREPLACE);
	else if (is_program)
		r = reserve_program(size, f->align);
	else
		r = reserve_aligned(size, f->align);
	if (pimg_failed(r))
		return (r);
	f->bias = (unsigned long)r - f->low;
	for (i = 0; i < f->eh.e_phnum; i++)
		if (f->ph[i].p_type == PT_LOAD && f->ph[i].p_memsz != 0 &&
		    (r = map_segment(f, &f->ph[i])) != 0)
			return (r);
	/* holes between the segments are not the program's */
	for (i = 0, end = f->low; i < f->eh.e_phnum; i++) {
		const pimg_phdr *ph = &f->ph[i];

		if (ph->p_type != PT_LOAD || ph->p_memsz == 0)
			continue;
		if (PIMG_PAGE_DOWN(ph->p_vaddr) > end)
			pimg_sys(__NR_munmap, f->bias + end,
			    PIMG_PAGE_DOWN(ph->p_vaddr) - end);
		if (PIMG_PAGE_UP(ph->p_vaddr + ph->p_memsz) > end)
			end = PIMG_PAGE_UP(ph->p_vaddr + ph->p_memsz);
	}
	return (0);
}

/* What the auxiliary vector and /proc say about the program. */
static void
describe(const struct image_file *f, struct pimg_program *p)
{
	const pimg_phdr *ph;
	unsigned long start, end;
	int i;

	p->start_code = p->start_data = ~0UL;
	for (i = 0, ph = f->ph; i < f->eh.e_phnum; i++, ph++) {
		if (ph->p_type == PT_GNU_STACK)
			p->exec_stack = (ph->p_flags & PF_X) != 0;
		if (ph->p_type == PT_PHDR)
			p->phdr = f->bias + ph->p_vaddr;
		if (ph->p_type != PT_LOAD)
			continue;
		if (p->phdr == 0 && f->eh.e_phoff >= ph->p_offset &&
		    f->eh.e_phoff < ph->p_offset + ph->p_filesz)
			p->phdr = f->bias + ph->p_vaddr +
			    (f->eh.e_phoff - ph->p_offset);
		start = f->bias + ph->p_vaddr;
		end = start + ph->p_filesz;
		if (start < p->start_code)
			p->start_code = start;
		if ((ph->p_flags & (PF_X | PF_W)) == PF_X) {
			p->text = start;
			p->text_end = end;
		}
		if ((ph->p_flags & PF_X) && end > p->end_code)
			p->end_code = end;
		if ((ph->p_flags & PF_W) && start < p->start_data)
			p->start_data = start;
		if (end > p->end_data)
			p->end_data = end;
	}
	if (p->start_data > p->end_data)
		p->start_data = p->end_data;
	if (p->end_code < p->start_code)
		p->end_code = p->start_code;
	p->phnum = f->eh.e_phnum;
	p->program_entry = f->bias + f->eh.e_entry;
	p->brk = f->bias + f->high;
}

/* The span [*low, *high) that an ET_EXEC insists on; empty for others. */
long
pimg_elf_claims(int fd, unsigned long *low, unsigned long *high)
{
	struct image_file f;
	long r;

	*low = *high = 0;
	if ((r = read_headers(fd, &f)) == 0 && f.eh.e_type == ET_EXEC) {
		*low = f.low;
		*high = f.high;
	}
	return (r);
}

/*
 * Whether the program on fd could be loaded: its headers, and that its
 * interpreter exists and can be executed.
 */
long
pimg_elf_loadable(int fd)
{
	struct image_file f;
	char interp[PIMG_PATH_MAX];
	int run;
	long r;

	if ((r = read_headers(fd, &f)) != 0 ||
	    (r = read_interp(&f, interp)) != 0 || interp[0] == '\0')
		return (r);
	if ((r = pimg_program_open(interp, &run)) < 0)
		return (r);
	fd = (int)r;
	r = read_headers(fd, &f);
	pimg_sys(__NR_close, fd);
	return (r == -ENOEXEC ? -ELIBBAD : r);
}

/*
 * Maps the program on fd and its interpreter and fills *p.  Returns 0 or a
 * negated errno; what was mapped stays, since the process ends then.
 */
long
pimg_elf_load(int fd, struct pimg_program *p)
{
	struct image_file f;
	char interp[PIMG_PATH_MAX];
	int run;
	long r;

	pimg_memset(p, 0, sizeof(*p));
	if ((r = read_headers(fd, &f)) != 0 ||
	    (r = read_interp(&f, interp)) != 0 || (r = map_file(&f, 1)) != 0)
		return (r);
	describe(&f, p);
	p->entry = p->program_entry;
	if (interp[0] == '\0')
		return (0);
	if ((r = pimg_program_open(interp, &run)) < 0)
		return (r);
	fd = (int)r;
	if ((r = read_headers(fd, &f)) == 0 && (r = map_file(&f, 0)) == 0) {
		p->entry = f.bias + f.eh.e_entry;
		p->base = f.bias + f.low;
	}
	pimg_sys(__NR_close, fd);
	return (r);
}
