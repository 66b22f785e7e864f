/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What a system call costs: one line "CALL NANOSECONDS" for each of a few
 * calls, the median of many rounds.
 *
 *	percall			by the syscall instruction: natively, or by SUD
 *				when run with `pstore exec`
 *	percall --direct IMAGE	by direct entry: maps IMAGE beside this program
 *				as the kernel module does, and enters it with
 *				the return address in rcx
 */
#include <elf.h>
#include <err.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

#include "runtime/image.h"

#define	ROUNDS	31
#define	CALLS	2000

static uint64_t	entry;		/* 0: use the instruction */
void	start_image(uint64_t hook, void *stack);
long	call_image(long nr, long a, long b, long c, long d);
long	call_kernel(long nr, long a, long b, long c, long d);

/*
 * start_image(hook, stack): enters the start hook as the module does, with
 * the program's first stack pointer; it goes on at the address in rcx.
 * call_image(): enters at `entry`, everything but rax and rcx as for the
 * instruction.  call_kernel(): the instruction, with padding behind the function
 * as Go's linker and others leave it, so that the site can be patched.
 */
__asm__(
"	.text\n"
"	.globl	start_image, call_image\n"
"start_image:\n"
"	push	%rbx\n"
"	push	%rbp\n"
"	mov	%rsp, %rbp\n"
"	mov	%rsi, %rsp\n"
"	lea	1f(%rip), %rcx\n"
"	jmp	*%rdi\n"
"1:	mov	%rbp, %rsp\n"
"	pop	%rbp\n"
"	pop	%rbx\n"
"	ret\n"
"call_image:\n"
"	mov	%rdi, %rax\n"
"	mov	%rsi, %rdi\n"
"	mov	%rdx, %rsi\n"
"	mov	%rcx, %rdx\n"
"	mov	%r8, %r10\n"
"	lea	2f(%rip), %rcx\n"
"	jmp	*entry(%rip)\n"
"2:	ret\n"
"	.globl	call_kernel\n"
"	.balign	32\n"
"call_kernel:\n"
"	mov	%rdi, %rax\n"
"	mov	%rsi, %rdi\n"
"	mov	%rdx, %rsi\n"
"	mov	%rcx, %rdx\n"
"	mov	%r8, %r10\n"
"	syscall\n"
"	ret\n"
"	.balign	32, 0xcc\n");

static long
call(long nr, long a, long b, long c, long d)
{
	return (entry != 0 ? call_image(nr, a, b, c, d) :
	    call_kernel(nr, a, b, c, d));
}

static const struct pimg_note *
find_note(const unsigned char *p, const Elf64_Ehdr *eh)
{
	const Elf64_Phdr *ph = (const Elf64_Phdr *)(const void *)(p + eh->e_phoff);
	const Elf64_Nhdr *nh;
	int i;

	for (i = 0; i < eh->e_phnum; i++) {
		if (ph[i].p_type != PT_NOTE)
			continue;
		nh = (const Elf64_Nhdr *)(const void *)(p + ph[i].p_offset);
		if (nh->n_type == PIMG_NOTE_TYPE && nh->n_namesz == 5 &&
		    strcmp((const char *)(nh + 1), PIMG_NOTE_OWNER) == 0)
			return ((const void *)((const char *)(nh + 1) + 8));
	}
	errx(1, "not an image: it has no note");
}

static void
map_image(const char *file, char **argv)
{
	const struct pimg_note *note;
	const Elf64_Ehdr *eh;
	const Elf64_Phdr *ph;
	unsigned char *p;
	size_t total = 0, end;
	struct stat st;
	int fd, i;

	if ((fd = open(file, O_RDONLY | O_CLOEXEC)) == -1 || fstat(fd, &st) == -1)
		err(1, "%s", file);
	p = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (p == MAP_FAILED)
		err(1, "%s: mmap", file);
	eh = (const Elf64_Ehdr *)(const void *)p;
	ph = (const Elf64_Phdr *)(const void *)(p + eh->e_phoff);
	for (i = 0; i < eh->e_phnum; i++) {
		end = (ph[i].p_vaddr + ph[i].p_memsz + 4095) & ~4095UL;
		if (ph[i].p_type == PT_LOAD && end > total)
			total = end;
	}
	p = mmap(NULL, total, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	if (p == MAP_FAILED)
		err(1, "%s: mmap", file);
	for (i = 0; i < eh->e_phnum; i++) {
		if (ph[i].p_type != PT_LOAD)
			continue;
		if (mmap(p + (ph[i].p_vaddr & ~4095UL),
		    ph[i].p_memsz + (ph[i].p_vaddr & 4095),
		    (ph[i].p_flags & PF_W) ? PROT_READ | PROT_WRITE :
		    PROT_READ | PROT_EXEC,
		    MAP_FIXED | MAP_PRIVATE | ((ph[i].p_flags & PF_W) ?
		    MAP_ANONYMOUS : 0), (ph[i].p_flags & PF_W) ? -1 : fd,
		    (ph[i].p_flags & PF_W) ? 0 : (off_t)ph[i].p_offset) == MAP_FAILED)
			err(1, "%s: mmap", file);
	}
	close(fd);
	note = find_note(p, (const Elf64_Ehdr *)(const void *)p);
	start_image((uint64_t)p + note->start, argv - 1);
	entry = (uint64_t)p + note->entry_rcx;
}

static int64_t
now(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec * 1000000000 + ts.tv_nsec);
}

static int
order(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return ((x > y) - (x < y));
}

static void
measure(const char *name, long want, long nr, long a, long b, long c, long d)
{
	double t[ROUNDS];
	int64_t begun;
	long r = 0;
	int i, n;

	for (i = 0; i < ROUNDS; i++) {
		begun = now();
		for (n = 0; n < CALLS; n++)
			r = call(nr, a, b, c, d);
		t[i] = (double)(now() - begun) / CALLS;
		if (r != want)
			errx(1, "%s gives %ld, not %ld", name, r, want);
	}
	qsort(t, ROUNDS, sizeof(t[0]), order);
	printf("%s %.1f\n", name, t[ROUNDS / 2]);
}

int
main(int argc, char **argv)
{
	static char buf[4096];
	static uint64_t set;
	int fd;

	if (argc == 3 && strcmp(argv[1], "--direct") == 0)
		map_image(argv[2], argv);
	else if (argc != 1)
		errx(2, "usage: percall [--direct IMAGE]");
	if ((fd = open("/dev/zero", O_RDONLY)) == -1)
		err(1, "/dev/zero");
	measure("getppid", getppid(), SYS_getppid, 0, 0, 0, 0);
	measure("none-such", -38, 600, 0, 0, 0, 0);
	measure("read", 1, SYS_read, fd, (long)buf, 1, 0);
	measure("stat", 0, SYS_stat, (long)"/", (long)buf, 0, 0);
	measure("sigprocmask", 0, SYS_rt_sigprocmask, 0, 0, (long)&set, 8);
	measure("clock_gettime", 0, SYS_clock_gettime, 1, (long)buf, 0, 0);
	return (0);
}
