/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Registers on i386: a call keeps all but eax, whichever way it is made (int
 * $0x80, or the entry in the vDSO that AT_SYSINFO names), a signal keeps all,
 * and neither touches the stack: the loop runs with esp where nothing may be
 * written.  See regs.c for x86-64.
 */
#include <sys/auxv.h>
#include <sys/mman.h>
#include <sys/time.h>

#include "guest.h"

enum { EAX, EBX, ECX, EDX, ESI, EDI, EBP, ESP, FLAGS, NREGS };
static const char *const names[] = { "eax", "ebx", "ecx", "edx", "esi",
    "edi", "ebp", "esp", "flags" };

#define	USER_FLAGS	0xcd5	/* CF PF AF ZF SF DF OF */

/* Seen by the code below, which has no register to spare. */
uint32_t regs_in[NREGS], regs_out[NREGS], regs_sp, regs_count, regs_entry;
void	regs_int80(void);
void	regs_spin(void);
void	regs_vdso(void);

#define	LOAD								\
"	push	%ebx\n	push	%esi\n	push	%edi\n	push	%ebp\n"		\
"	mov	%esp, regs_sp\n"						\
"	pushl	regs_in + 32\n	popf\n"						\
"	mov	regs_in + 4, %ebx\n	mov	regs_in + 8, %ecx\n"		\
"	mov	regs_in + 12, %edx\n	mov	regs_in + 16, %esi\n"		\
"	mov	regs_in + 20, %edi\n	mov	regs_in + 24, %ebp\n"		\
"	mov	regs_in + 28, %esp\n"
/* Counting without flags: the register is put back. */
#define	AGAIN(label)							\
"	mov	%ecx, regs_out + 8\n"						\
"	mov	regs_count, %ecx\n	lea	-1(%ecx), %ecx\n"		\
"	mov	%ecx, regs_count\n	jecxz	2f\n"				\
"	mov	regs_out + 8, %ecx\n	jmp	" label "\n"
#define	STORE								\
"2:	mov	%eax, regs_out\n	mov	%ebx, regs_out + 4\n"		\
"	mov	%edx, regs_out + 12\n	mov	%esi, regs_out + 16\n"		\
"	mov	%edi, regs_out + 20\n	mov	%ebp, regs_out + 24\n"		\
"	mov	%esp, regs_out + 28\n	mov	regs_sp, %esp\n"		\
"	pushf\n	popl	regs_out + 32\n	cld\n"				\
"	pop	%ebp\n	pop	%edi\n	pop	%esi\n	pop	%ebx\n	ret\n"

__asm__(
"	.text\n	.globl	regs_int80, regs_spin, regs_vdso\n"
"regs_int80:\n" LOAD
"1:	mov	regs_in, %eax\n	int	$0x80\n" AGAIN("1b") STORE
"regs_spin:\n" LOAD
"	mov	regs_in, %eax\n1:	pause\n" AGAIN("1b") STORE
"regs_vdso:\n" LOAD
"1:	mov	regs_in, %eax\n	call	*regs_entry\n" AGAIN("1b") STORE);

static volatile int hits;

static void
count(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)si;
	(void)uc;
	hits++;
}

static void
fill(uint32_t seed)
{
	int i;

	for (i = 0; i < FLAGS; i++)
		regs_in[i] = seed = seed * 1664525 + 1013904223;
	regs_in[FLAGS] = 0x202 | (seed >> 8 & USER_FLAGS);
}

static void
compare(const char *what, int keeps_eax)
{
	int i;

	for (i = keeps_eax ? EAX : EBX; i < FLAGS; i++)
		if (regs_in[i] != regs_out[i])
			FAIL("%s: %s is %#x, not %#x", what, names[i],
			    regs_out[i], regs_in[i]);
	if ((regs_in[FLAGS] ^ regs_out[FLAGS]) & USER_FLAGS)
		FAIL("%s: flags are %#x, not %#x", what, regs_out[FLAGS],
		    regs_in[FLAGS]);
}

/* Calls of every class: native, converted, the runtime's, none. */
static void
many(const char *way, void (*run)(void), uint32_t sp)
{
	static const struct { uint32_t nr; long result; } tries[] = {
		{ SYS_getppid, 0 }, { SYS_close, -EBADF },
		{ SYS_access, -EFAULT }, { SYS_rt_sigprocmask, -EINVAL },
		{ SYS_mprotect, -EINVAL }, { 999, -ENOSYS },
		{ 0x12345678, -ENOSYS }, { SYS_time, 0 },
	};
	uint32_t i, n;

	for (i = 0; i < sizeof(tries) / sizeof(tries[0]); i++)
		for (n = 1; n < 20; n++) {
			fill(n * 77 + i);
			regs_in[EAX] = tries[i].nr;
			regs_in[EBX] = tries[i].nr == SYS_time ? 0 : ~0U - n;
			if (tries[i].nr == SYS_access)
				regs_in[ECX] = 0;
			regs_in[ESP] = sp;
			regs_count = 3;
			run();
			compare(way, 0);
			if (tries[i].result != 0)
				EQUAL((int32_t)regs_out[EAX],
				    tries[i].result);
			else
				CHECK((int32_t)regs_out[EAX] > 0);
		}
}

/* esp may be anything: an int $0x80 does not use it. */
static void
calls(void)
{
	many("int80", regs_int80, 0x10);
}

static void
vdso(void)
{
	static char stack[65536];

	regs_entry = (uint32_t)getauxval(32);		/* AT_SYSINFO */
	if (regs_entry == 0)
		return;
	many("vdso", regs_vdso, (uint32_t)(stack + sizeof(stack)));
}

static void
hammer(const char *what, void (*run)(void), uint32_t nr, int rounds, int turns)
{
	static char alt[65536];
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) };
	struct itimerval it = { { 0, 500 }, { 0, 500 } }, none = { { 0, 0 }, { 0, 0 } };
	int i;

	OK(sigaltstack(&ss, NULL));
	guest_on(SIGALRM, count, SA_ONSTACK | SA_RESTART);
	OK(setitimer(ITIMER_REAL, &it, NULL));
	for (i = 0; i < rounds; i++) {
		fill((uint32_t)i);
		regs_in[EAX] = nr;
		regs_in[ESP] = 0x10;
		regs_count = (uint32_t)turns;
		run();
		compare(what, run == regs_spin);
	}
	OK(setitimer(ITIMER_REAL, &none, NULL));
	CHECK(hits > 0);
}

static void
hammer_spin(void)
{
	hammer("spin", regs_spin, 1234, guest_times(100), 100000);
}

static void
hammer_native(void)
{
	hammer("getppid", regs_int80, SYS_getppid, guest_times(200), 1000);
}

static void
hammer_converted(void)
{
	hammer("access", regs_int80, SYS_access, guest_times(200), 1000);
}

const struct guest_case guest_cases[] = {
	{ "calls", calls },
	{ "vdso", vdso },
	{ "hammer_spin", hammer_spin },
	{ "hammer_native", hammer_native },
	{ "hammer_converted", hammer_converted },
	{ NULL, NULL }
};
