/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A stand-in for a proxy image: it has the note, and shows how it was called.
 *
 * Freestanding.  It prints its arguments, one a line, and exits with the
 * number behind "exit=" in its last argument, or sleeps when that is "sleep".
 */
#include <elf.h>

#include "runtime/image.h"

#ifndef TEST_PERSONALITY
#define	TEST_PERSONALITY	"testabi"
#endif

#ifndef TEST_ABI
#define	TEST_ABI	PIMG_ABI_REVISION
#endif

static const struct {
	Elf64_Nhdr	head;
	char		owner[8];
	struct pimg_note note;
} test_note __attribute__((section(".note.pimg"), used, aligned(4))) = {
	{ 5, sizeof(struct pimg_note), PIMG_NOTE_TYPE },
	PIMG_NOTE_OWNER,
	{
		.format = PIMG_NOTE_FORMAT,
		.size = sizeof(struct pimg_note),
		.abi_revision = TEST_ABI,
		.machine = EM_X86_64,
		.model = PIMG_MODEL_LINUX,
		.personality = TEST_PERSONALITY,
		.brands = {
			{ .kind = PIMG_BRAND_OSABI, .osabi = 201 },
			{ .kind = PIMG_BRAND_NOTE, .note_type = 7,
			    .owner = "PimgTest" },
		},
	},
};

static long
call(long nr, long a, long b, long c)
{
	long r;

	__asm__ volatile ("syscall" : "=a" (r) : "a" (nr), "D" (a), "S" (b),
	    "d" (c) : "rcx", "r11", "memory");
	return (r);
}

static unsigned long
length(const char *s)
{
	unsigned long n;

	for (n = 0; s[n] != '\0'; n++)
		;
	return (n);
}

__attribute__((noreturn, used)) void
image_main(long *stack)
{
	const char *last, *key;
	char **argv;
	long i, status;

	argv = (char **)(stack + 1);
	last = "";
	for (i = 0; i < stack[0]; i++) {
		last = argv[i];
		call(1, 1, (long)last, (long)length(last));
		call(1, 1, (long)"\n", 1);
	}
	for (key = "sleep"; *key != '\0' && *key == *last; key++, last++)
		;
	if (*key == '\0')
		call(34, 0, 0, 0);		/* pause */
	for (key = "exit="; *key != '\0' && *key == *last; key++, last++)
		;
	for (status = 0; *key == '\0' && *last >= '0' && *last <= '9'; last++)
		status = status * 10 + *last - '0';
	for (;;)
		call(231, status, 0, 0);	/* exit_group */
}

__asm__(".globl _start\n_start:\n\tmov %rsp, %rdi\n\tand $-16, %rsp\n"
    "\tcall image_main\n");
