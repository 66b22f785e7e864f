/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Faults of the program's own, and the signals that a personality keeps for
 * itself on the host (SIGSEGV, SIGBUS, SIGSYS): to the program they behave
 * as on any kernel, handled, ignored, blocked, or sent by kill.
 */
#include <fcntl.h>
#include <pthread.h>
#include <sys/mman.h>
#include <ucontext.h>

#include "guest.h"

static volatile int count, last_sig, last_code, last_pid, last_trap;
static void *volatile last_addr;
static void *volatile last_ip;
static char *page;

static char *
map(int prot)
{
	char *p = mmap(NULL, 4096, prot, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	return (p);
}

static void
note(int sig, siginfo_t *si, void *arg)
{
	ucontext_t *uc = arg;

	last_sig = sig;
	last_code = si->si_code;
	last_addr = si->si_addr;
	last_pid = si->si_pid;
	last_ip = (void *)uc->uc_mcontext.gregs[GREG_IP];
	last_trap = (int)uc->uc_mcontext.gregs[REG_TRAPNO];
	count++;
}

/* Makes the page usable: the faulting instruction then succeeds. */
static void
repair(int sig, siginfo_t *si, void *arg)
{
	note(sig, si, arg);
	if (mprotect(page, 4096, PROT_READ | PROT_WRITE) != 0)
		FAIL("mprotect");
}

static void
segv_repair(void)
{
	int i;

	page = map(PROT_NONE);
	guest_on(SIGSEGV, repair, 0);
	for (i = 0; i < 200; i++) {
		OK(mprotect(page, 4096, i % 2 ? PROT_NONE : PROT_READ));
		((volatile char *)page)[i] = (char)i;
		EQUAL(count, i + 1);
		EQUAL(last_sig, SIGSEGV);
		EQUAL(last_code, SEGV_ACCERR);
		EQUAL(last_trap, 14);
		CHECK(last_addr == page + i);
	}
}

static void
skip(int sig, siginfo_t *si, void *arg)
{
	ucontext_t *uc = arg;

	note(sig, si, arg);
	uc->uc_mcontext.gregs[GREG_IP] += 2;
	uc->uc_mcontext.gregs[GREG_CX] = 1234;
}

/* A handler steps over the instruction and sets a register. */
static void
segv_step(void)
{
	long rcx = 0;
	char *ip;

	page = map(PROT_READ);
	OK(munmap(page, 4096));
	guest_on(SIGSEGV, skip, 0);
#if defined(__i386__)
#define	HERE	"mov $1f, %1\n1:	"
#else
#define	HERE	"lea 1f(%%rip), %1\n1:	"
#endif
	__asm__ volatile (HERE "movb %%cl, (%2)"
	    : "+c"(rcx), "=&r"(ip) : "d"(page) : "memory");
	EQUAL(count, 1);
	EQUAL(rcx, 1234);
	EQUAL(last_code, SEGV_MAPERR);
	CHECK(last_addr == page && last_ip == ip);
}

static void
bus(void)
{
	char name[] = "bus.XXXXXX";
	int fd;

	OK(fd = mkstemp(name));
	OK(unlink(name));
	page = mmap(NULL, 4096, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	CHECK(page != MAP_FAILED);
	guest_on(SIGBUS, skip, 0);
	__asm__ volatile ("movb %%cl, (%0)" : : "d"(page + 8), "c"(1) : "memory");
	EQUAL(count, 1);
	EQUAL(last_sig, SIGBUS);
	EQUAL(last_code, BUS_ADRERR);
	CHECK(last_addr == page + 8);
}

static void
other_traps(void)
{
	guest_on(SIGILL, skip, 0);
	__asm__ volatile ("ud2" : : : "ecx");
	EQUAL(last_sig, SIGILL);
	EQUAL(last_code, ILL_ILLOPN);
	guest_on(SIGFPE, skip, 0);
	__asm__ volatile ("xor %%ecx, %%ecx; mov $1, %%eax; cltd; div %%ecx"
	    : : : "eax", "ecx", "edx", "cc");
	EQUAL(last_sig, SIGFPE);
	EQUAL(last_code, FPE_INTDIV);
	guest_on(SIGTRAP, note, 0);
	__asm__ volatile ("int3");
	EQUAL(last_sig, SIGTRAP);
	EQUAL(count, 3);
	guest_on(SIGSEGV, skip, 0);
#ifdef __x86_64__	/* a non-canonical address */
	__asm__ volatile ("movb %%cl, (%0)" : : "d"(0x8000000000000000), "c"(1) : "memory");
	EQUAL(last_sig, SIGSEGV);
	EQUAL(last_code, SI_KERNEL);
	CHECK(last_addr == NULL);
#else
	count++;
#endif
	__asm__ volatile ("hlt; nop" : : : "ecx");	/* privileged */
	EQUAL(last_sig, SIGSEGV);
	EQUAL(last_code, SI_KERNEL);
	EQUAL(count, 5);
}

static void
touch(void)
{
	*(volatile char *)page = 1;
	_exit(3);
}

static void
touch_blocked(void)
{
	guest_block(SIGSEGV);
	touch();
}

static void
touch_ignored(void)
{
	signal(SIGSEGV, SIG_IGN);
	touch();
}

static void
touch_blocked_handled(void)
{
	guest_on(SIGSEGV, note, 0);
	touch_blocked();
}

static void
faulty(int sig, siginfo_t *si, void *arg)
{
	note(sig, si, arg);
	*(volatile char *)page = 1;	/* its own signal is blocked: fatal */
	_exit(4);
}

static void
touch_in_handler(void)
{
	guest_on(SIGSEGV, faulty, 0);
	touch();
}

static void
touch_oneshot(void)
{
	guest_on(SIGSEGV, note, SA_RESETHAND);
	touch();
}

/* A fault kills if the signal is blocked or ignored, whatever the handler. */
static void
fatal(void)
{
	page = map(PROT_NONE);
	guest_dies(touch, SIGSEGV);
	guest_dies(touch_blocked, SIGSEGV);
	guest_dies(touch_ignored, SIGSEGV);
	guest_dies(touch_blocked_handled, SIGSEGV);
	guest_dies(touch_in_handler, SIGSEGV);
	guest_dies(touch_oneshot, SIGSEGV);
}

static volatile int forever = 1;

static void
overflow(void)
{
	char big[65536];

	memset(big, 1, sizeof(big));
	__asm__ volatile ("" : : "r"(big) : "memory");
	if (forever)
		overflow();
	__asm__ volatile ("" : : "r"(big) : "memory");
}

static void
on_alt(int sig, siginfo_t *si, void *arg)
{
	note(sig, si, arg);
	_exit(sig == SIGSEGV ? 21 : 22);
}

static void
overflow_alt(void)
{
	static char alt[65536];
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) };

	OK(sigaltstack(&ss, NULL));
	guest_on(SIGSEGV, on_alt, SA_ONSTACK);
	overflow();
}

static void
overflow_plain(void)
{
	guest_on(SIGSEGV, on_alt, 0);	/* no room for the frame: fatal */
	overflow();
}

static void
stack_overflow(void)
{
	guest_dies(overflow, SIGSEGV);
	EQUAL(guest_child(overflow_alt), 21 << 8);
	guest_dies(overflow_plain, SIGSEGV);
}

/* Sent by kill they are signals like any other. */
static void
sent(void)
{
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGSYS, SIGILL, SIGFPE, SIGTRAP };
	union sigval v = { .sival_int = 31 };
	sigset_t pend;
	size_t i;

	for (i = 0; i < sizeof(sigs) / sizeof(sigs[0]); i++) {
		count = 0;
		guest_on(sigs[i], note, 0);
		OK(kill(getpid(), sigs[i]));
		EQUAL(count, 1);
		EQUAL(last_code, SI_USER);
		EQUAL(last_pid, getpid());
		guest_block(sigs[i]);
		OK(sigqueue(getpid(), sigs[i], v));
		EQUAL(count, 1);
		OK(sigpending(&pend));
		EQUAL(sigismember(&pend, sigs[i]), 1);
		guest_unblock(sigs[i]);
		EQUAL(count, 2);
		EQUAL(last_code, SI_QUEUE);
		OK(sigpending(&pend));
		EQUAL(sigismember(&pend, sigs[i]), 0);
		signal(sigs[i], SIG_IGN);
		OK(kill(getpid(), sigs[i]));
		EQUAL(count, 2);
		guest_block(sigs[i]);
		OK(kill(getpid(), sigs[i]));
		OK(sigpending(&pend));
		EQUAL(sigismember(&pend, sigs[i]), 1);	/* blocked and ignored: kept */
		guest_unblock(sigs[i]);
		EQUAL(count, 2);
	}
}

static int sent_sig;

static void
send_default(void)
{
	kill(getpid(), sent_sig);
	guest_sleep(5000);
}

static void
send_blocked(void)
{
	guest_block(sent_sig);
	kill(getpid(), sent_sig);
	guest_unblock(sent_sig);
	guest_sleep(5000);
}

static void
sent_default(void)
{
	static const int sigs[] = { SIGSEGV, SIGBUS, SIGSYS };
	size_t i;

	for (i = 0; i < 3; i++) {
		sent_sig = sigs[i];
		guest_dies(send_default, sent_sig);
		guest_dies(send_blocked, sent_sig);
	}
}

/* Pending while blocked, a fault meanwhile: the fault kills. */
static void
pending_then_fault(void)
{
	guest_on(SIGSEGV, note, 0);
	guest_block(SIGSEGV);
	kill(getpid(), SIGSEGV);
	touch();
}

static void
pending_fault(void)
{
	page = map(PROT_NONE);
	guest_dies(pending_then_fault, SIGSEGV);
}

static volatile int stop;

static void *
faulter(void *arg)
{
	char *p = arg;
	int i;

	for (i = 0; i < guest_times(2000); i++)
		__asm__ volatile ("movb %%cl, (%0)" : : "d"(p), "c"(1) : "memory");
	__sync_fetch_and_add(&stop, 1);
	return (NULL);
}

static void
skip_check(int sig, siginfo_t *si, void *arg)
{
	ucontext_t *uc = arg;

	(void)sig;
	if (si->si_addr != (void *)uc->uc_mcontext.gregs[GREG_DX])
		FAIL("another thread's fault address");
	uc->uc_mcontext.gregs[GREG_IP] += 2;
	__sync_fetch_and_add(&count, 1);
}

static void
threads(void)
{
	pthread_t t[4];
	int i;

	guest_on(SIGSEGV, skip_check, 0);
	for (i = 0; i < 4; i++)
		EQUAL(pthread_create(&t[i], NULL, faulter, map(PROT_READ)), 0);
	for (i = 0; i < 4; i++)
		EQUAL(pthread_join(t[i], NULL), 0);
	EQUAL(stop, 4);
	EQUAL(count, 4 * guest_times(2000));
}

static void
jump_away(void)
{
	((void (*)(void))(uintptr_t)page)();
}

/* A jump to where nothing is, or to what may not run. */
static void
wild_jump(void)
{
	page = map(PROT_READ | PROT_WRITE);
	guest_dies(jump_away, SIGSEGV);
	OK(munmap(page, 4096));
	guest_dies(jump_away, SIGSEGV);
	page = NULL;
	guest_dies(jump_away, SIGSEGV);
}

const struct guest_case guest_cases[] = {
	{ "segv_repair", segv_repair },
	{ "segv_step", segv_step },
	{ "bus", bus },
	{ "other_traps", other_traps },
	{ "fatal", fatal },
	{ "stack_overflow", stack_overflow },
	{ "sent", sent },
	{ "sent_default", sent_default },
	{ "pending_fault", pending_fault },
	{ "threads", threads },
	{ "wild_jump", wild_jump },
	{ NULL, NULL }
};
