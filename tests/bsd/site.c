/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Call sites that trap often are patched (runtime/x86_64/site.c), each by the
 * way its surroundings allow, and nothing but the speed changes.
 */
#include "signals.h"

#define	MANY	64

long	by_load(void), by_stack(long *), by_padding(long), by_nothing(long);
extern const char load_site[], stack_site[], padding_site[], nothing_site[];

/*
 * by_load: the number is loaded right before.  by_stack: an address on the
 * stack is.  by_padding: neither, but there is padding.  by_nothing: the
 * bytes before belong to a longer instruction and no padding is near.
 */
__asm__(
".text\n"
".macro SITE name label\n"
"	.balign 64, 0x90\n"
"	.globl \\name, \\label\n"
"\\name:\n"
".endm\n"
"SITE by_load load_site\n"
"	mov	$39, %eax\n"		/* getppid */
"load_site:\n"
"	syscall\n"
"	ret\n"
"	.fill 200, 1, 0x90\n"
"SITE by_stack stack_site\n"
"	sub	$24, %rsp\n"
"	mov	$20, %eax\n"		/* getpid; its argument is not used */
"	lea	8(%rsp), %rsi\n"
"stack_site:\n"
"	syscall\n"
"	mov	%rsi, (%rdi)\n"
"	lea	8(%rsp), %rcx\n"
"	mov	%rcx, 8(%rdi)\n"
"	add	$24, %rsp\n"
"	ret\n"
"	.fill 200, 1, 0x90\n"
"SITE by_padding padding_site\n"
"	mov	%rdi, %rax\n"
"padding_site:\n"
"	syscall\n"
"	ret\n"
"	.fill 9, 1, 0xcc\n"
"	.fill 200, 1, 0x90\n"
"SITE by_nothing nothing_site\n"
"	mov	%rdi, %rax\n"
"nothing_site:\n"
"	syscall\n"
"	ret\n"
"	.fill 200, 1, 0x90\n");

/* The byte of the text that is n behind site: it changes. */
static int
text(const char *site, int n)
{

	return (*(volatile const uint8_t *)((uintptr_t)site + (uintptr_t)(intptr_t)n));
}

static void
repeat(int n)
{
	long pid = sys(SYS_getpid), parent = sys(SYS_getppid), at[2];

	while (n-- > 0) {
		EQUAL(by_load(), parent);
		EQUAL(by_stack(at), pid);
		EQUAL(at[0], at[1]);
		EQUAL(by_padding(SYS_getpid), pid);
		EQUAL(by_padding(SYS_getppid), parent);
		EQUAL(by_nothing(SYS_getpid), pid);
	}
}

CASE(each_way)
{

	EQUAL(text(load_site, -5), 0xb8);
	repeat(MANY);
	EQUAL(text(load_site, -5), 0xe9);
	EQUAL(text(load_site, 0), 0x0f);
	EQUAL(text(stack_site, -5), 0xe9);
	EQUAL(text(padding_site, 0), 0xeb);
	EQUAL(text(nothing_site, 0), 0x0f);
	repeat(MANY);
}

CASE(errors_pass)
{
	int i;

	for (i = 0; i < MANY; i++)
		EQUAL(sys(SYS_close, 999), -EBADF);
}

CASE(children_have_it)
{
	int pid;

	repeat(MANY);
	if ((pid = child()) == 0) {
		repeat(MANY);
		exit_process(4);
	}
	EQUAL(reap(pid), 4 << 8);
}

static void
worker(void *arg)
{

	(void)arg;
	repeat(2000);
}

CASE(threads_meet_at_a_site)
{
	int i;

	for (i = 0; i < 8; i++)
		thread(worker, NULL);
	join_threads();
	EQUAL(text(load_site, -5), 0xe9);
}

static volatile int taken;

static void
take(int sig, struct siginfo *si, void *uc)
{

	(void)sig;
	(void)si;
	(void)uc;
	taken++;
	repeat(2);
}

/* A signal that finds a thread between the program and the image. */
CASE(signals_at_a_site)
{
	int pid, self = (int)sys(SYS_getpid), i;

	EQUAL(catch(SIGUSR1, take, SA_SIGINFO | SA_RESTART), 0);
	repeat(MANY);
	if ((pid = child()) == 0) {
		for (i = 0; i < 3000; i++)
			sys(SYS_kill, self, SIGUSR1);
		exit_process(0);
	}
	repeat(20000);
	EQUAL(reap(pid), 0);
	CHECK(taken > 0);
}

CASE(slots_cannot_be_unmapped)
{
	int32_t distance;
	uintptr_t slot;

	repeat(MANY);
	memcpy(&distance, (const void *)((uintptr_t)load_site - 4),
	    sizeof(distance));
	slot = (uintptr_t)load_site + (uintptr_t)(intptr_t)distance;
	EQUAL(sys(SYS_munmap, slot & ~4095UL, 4096), -EINVAL);
	EQUAL(by_load(), sys(SYS_getppid));
}

/* Run with --traps. */
CASE(untouched_with_traps)
{

	repeat(MANY);
	EQUAL(text(load_site, -5), 0xb8);
	EQUAL(text(padding_site, 0), 0x0f);
}
