/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Signals: actions, masks, frames and contexts.
 */
#include "signals.h"

static volatile int hits, last_signal, last_code;
static struct siginfo last;
static char alternate[65536] __attribute__((__aligned__(16)));

static void
note(int sig, struct siginfo *si, void *uc)
{

	(void)uc;
	hits++;
	last_signal = sig;
	if (si != NULL) {
		last = *si;
		last_code = si->code;
	}
}

CASE(handler_gets_number_and_sender)
{

	EQUAL(catch(SIGUSR1, note, SA_SIGINFO), 0);
	EQUAL(raise(SIGUSR1), 0);
	EQUAL(hits, 1);
	EQUAL(last_signal, SIGUSR1);
	EQUAL(last.signo, SIGUSR1);
	EQUAL(last_code, SI_USER);
	EQUAL(last.pid, sys(SYS_getpid));
}

CASE(old_action_comes_back)
{
	struct sigaction sa = { .handler = note,
	    .flags = SA_SIGINFO | SA_RESTART | SA_NODEFER }, old;

	sa.mask = set_of(SIGTERM);
	EQUAL(action(SIGUSR2, &sa, NULL), 0);
	EQUAL(action(SIGUSR2, NULL, &old), 0);
	CHECK(old.handler == note);
	EQUAL(old.flags, sa.flags);
	CHECK(memcmp(&old.mask, &sa.mask, sizeof(sa.mask)) == 0);
	EQUAL(action(SIGKILL, &sa, NULL), -EINVAL);
	EQUAL(action(SIGSTOP, &sa, NULL), -EINVAL);
	EQUAL(action(0, NULL, &old), -EINVAL);
	EQUAL(action(200, NULL, &old), -EINVAL);
	EQUAL(action(SIGUSR2, (void *)8, NULL), -EFAULT);
}

CASE(blocked_signal_is_pending)
{
	struct sigset set = set_of(SIGUSR1), old, pending;

	EQUAL(catch(SIGUSR1, note, SA_SIGINFO), 0);
	EQUAL(sys(SYS_sigprocmask, SIG_BLOCK, &set, &old), 0);
	EQUAL(raise(SIGUSR1), 0);
	EQUAL(hits, 0);
	EQUAL(sys(SYS_sigpending, &pending), 0);
	CHECK(memcmp(&pending, &set, sizeof(set)) == 0);
	EQUAL(sys(SYS_sigprocmask, SIG_SETMASK, &old, &pending), 0);
	EQUAL(hits, 1);
	CHECK(memcmp(&pending, &set, sizeof(set)) == 0);
	EQUAL(sys(SYS_sigprocmask, 0, &set, NULL), -EINVAL);
	EQUAL(sys(SYS_sigprocmask, 0, NULL, &old), 0);
}

CASE(mask_of_the_handler)
{
	struct sigaction sa = { .handler = note, .flags = SA_SIGINFO };
	struct sigset now;

	sa.mask = set_of(SIGUSR2);
	EQUAL(action(SIGUSR1, &sa, NULL), 0);
	EQUAL(raise(SIGUSR1), 0);
	EQUAL(sys(SYS_sigprocmask, SIG_BLOCK, NULL, &now), 0);
	EQUAL(now.bits[0], 0);
}

CASE(reset_after_one)
{
	struct sigaction old;

	EQUAL(catch(SIGUSR1, note, SA_SIGINFO | SA_RESETHAND), 0);
	EQUAL(raise(SIGUSR1), 0);
	EQUAL(hits, 1);
	EQUAL(action(SIGUSR1, NULL, &old), 0);
	CHECK(old.handler == NULL);
}

CASE(ignored_by_default)
{
	int pid = child();

	if (pid == 0) {
		raise(SIGINFO);
		raise(SIGIO);
		raise(SIGURG);
		raise(SIGWINCH);
		exit_process(7);
	}
	EQUAL(reap(pid), 7 << 8);
}

CASE(wait_status_of_a_signal)
{
	int pid = child();

	if (pid == 0) {
		raise(SIGUSR1);
		exit_process(0);
	}
	EQUAL(reap(pid) & 0x7f, SIGUSR1);
}

static void
fault(int sig, struct siginfo *si, void *uc)
{

	note(sig, si, uc);
	sys(SYS_mmap, 0x10000000, 4096, 3, 0x1012, -1, 0);
}

CASE(fault_address_and_code)
{

	EQUAL(catch(SIGSEGV, fault, SA_SIGINFO), 0);
	*(volatile int *)0x10000010 = 5;
	EQUAL(hits, 1);
	EQUAL(last.addr, 0x10000010);
	EQUAL(last_code, SEGV_MAPERR);
	EQUAL(*(volatile int *)0x10000010, 5);
}

static void
division(int sig, struct siginfo *si, void *uc)
{

	note(sig, si, uc);
	EQUAL(last_code, FPE_INTDIV);
	exit_process(hits == 1 ? 0 : 1);
}

CASE(division_by_zero)
{
	int zero = 0, quotient = 1, rest = 0;

	EQUAL(catch(SIGFPE, division, SA_SIGINFO), 0);
	__asm__ volatile("idivl %2" : "+a"(quotient), "+d"(rest) : "r"(zero));
	CHECK(0);
}

static struct stack in_handler;

static void
on_stack(int sig, struct siginfo *si, void *uc)
{
	char here;

	note(sig, si, uc);
	CHECK(&here >= alternate && &here < alternate + sizeof(alternate));
	EQUAL(sys(SYS_sigaltstack, NULL, &in_handler), 0);
	/* it cannot be changed while it is in use */
	EQUAL(sys(SYS_sigaltstack, &in_handler, NULL) < 0, 1);
}

CASE(alternate_stack)
{
	struct stack ss = { alternate, sizeof(alternate), 0 }, old;

	EQUAL(sys(SYS_sigaltstack, NULL, &old), 0);
	EQUAL(old.flags, SS_DISABLE);
	EQUAL(sys(SYS_sigaltstack, &ss, NULL), 0);
	EQUAL(catch(SIGUSR1, on_stack, SA_SIGINFO | SA_ONSTACK), 0);
	EQUAL(raise(SIGUSR1), 0);
	EQUAL(hits, 1);
	EQUAL(in_handler.flags, SS_ONSTACK);
	CHECK(in_handler.sp == alternate);
	EQUAL(sys(SYS_sigaltstack, NULL, &old), 0);
	EQUAL(old.flags, 0);
	EQUAL(old.size, sizeof(alternate));
	ss.size = 100;
	EQUAL(sys(SYS_sigaltstack, &ss, NULL), -ENOMEM);
	ss.flags = SS_DISABLE;
	EQUAL(sys(SYS_sigaltstack, &ss, NULL), 0);
}

/* ------------------------------------------------------------------ */
/* Registers over a signal                                            */

static void
spoil(int sig, struct siginfo *si, void *uc)
{

	note(sig, si, uc);
	__asm__ volatile("pxor %%xmm0, %%xmm0; pxor %%xmm7, %%xmm7;"
	    "pxor %%xmm15, %%xmm15; fninit" : : : "xmm0", "xmm7", "xmm15");
}

static int
has_avx(void)
{
	unsigned a = 1, b, c, d;

	__asm__ volatile("cpuid" : "+a"(a), "=b"(b), "=c"(c), "=d"(d));
	return ((c >> 27 & 3) == 3);	/* AVX, and the system saves it */
}

__attribute__((__target__("avx"))) static void
spoil_avx(int sig, struct siginfo *si, void *uc)
{

	note(sig, si, uc);
	__asm__ volatile("vzeroall" : : : "xmm0", "xmm1", "xmm9", "xmm15");
}

CASE(sse_state_is_kept)
{
	uint64_t in[2] = { 0x1122334455667788, 0x99aabbccddeeff00 }, out[2];
	long pid = sys(SYS_getpid), r;

	EQUAL(catch(SIGUSR1, spoil, SA_SIGINFO), 0);
	__asm__ volatile("movdqu %2, %%xmm15; syscall; movdqu %%xmm15, %1"
	    : "=a"(r), "=m"(out) : "m"(in), "a"(SYS_kill), "D"(pid),
	    "S"(SIGUSR1) : "rcx", "rdx", "r8", "r9", "r10", "r11", "xmm15",
	    "memory");
	EQUAL(r, 0);
	EQUAL(hits, 1);
	CHECK(memcmp(in, out, sizeof(in)) == 0);
}

__attribute__((__target__("avx"))) static void
avx_over_signal(void)
{
	uint64_t in[4] = { 1, 2, 0x1122334455667788, 0x99aabbccddeeff00 };
	uint64_t out[4] = { 0 };
	long pid = sys(SYS_getpid), r;

	__asm__ volatile("vmovdqu %2, %%ymm9; syscall; vmovdqu %%ymm9, %1"
	    : "=a"(r), "=m"(out) : "m"(in), "a"(SYS_kill), "D"(pid),
	    "S"(SIGUSR1) : "rcx", "rdx", "r8", "r9", "r10", "r11", "xmm9",
	    "memory");
	EQUAL(r, 0);
	EQUAL(hits, 1);
	CHECK(memcmp(in, out, sizeof(in)) == 0);
}

CASE(avx_state_is_kept)
{

	if (!has_avx())
		return;
	EQUAL(catch(SIGUSR1, spoil_avx, SA_SIGINFO), 0);
	avx_over_signal();
}

/* ------------------------------------------------------------------ */
/* Interrupted calls                                                  */

static int writer[2];

static void
interrupted(int flags, long want)
{
	int pid, self = (int)sys(SYS_getpid);
	char c = 0;
	long r;

	make_pipe(writer);
	EQUAL(catch(SIGUSR1, note, SA_SIGINFO | flags), 0);
	if ((pid = child()) == 0) {
		nap(50);
		sys(SYS_kill, self, SIGUSR1);
		nap(50);
		sys(SYS_write, writer[1], "x", 1);
		exit_process(0);
	}
	r = sys(SYS_read, writer[0], &c, 1);
	EQUAL(hits, 1);
	EQUAL(r, want);
	EQUAL(reap(pid), 0);
}

CASE(read_is_interrupted)
{

	interrupted(0, -EINTR);
}

CASE(read_is_restarted)
{

	interrupted(SA_RESTART, 1);
}

CASE(suspend_waits_under_its_mask)
{
	struct sigset set = set_of(SIGUSR1), none = { { 0 } }, old;

	EQUAL(catch(SIGUSR1, note, SA_SIGINFO), 0);
	EQUAL(sys(SYS_sigprocmask, SIG_BLOCK, &set, NULL), 0);
	EQUAL(raise(SIGUSR1), 0);
	EQUAL(hits, 0);
	EQUAL(sys(SYS_sigsuspend, &none), -EINTR);
	EQUAL(hits, 1);
	EQUAL(sys(SYS_sigprocmask, SIG_BLOCK, NULL, &old), 0);
	CHECK(memcmp(&old, &set, sizeof(set)) == 0);
}

CASE(timed_wait_takes_a_signal)
{
	struct sigset set = set_of(SIGUSR2);
	struct timespec ts = { 0, 20000000 };
	struct siginfo si;

	EQUAL(sys(SYS_sigprocmask, SIG_BLOCK, &set, NULL), 0);
	EQUAL(sys(SYS_sigtimedwait, &set, &si, &ts), -EAGAIN);
	EQUAL(raise(SIGUSR2), 0);
	memset(&si, 0, sizeof(si));
	EQUAL(sys(SYS_sigtimedwait, &set, &si, &ts), SIGUSR2);
	EQUAL(si.signo, SIGUSR2);
	EQUAL(si.code, SI_USER);
	EQUAL(si.pid, sys(SYS_getpid));
}

#if defined(FREEBSD)
CASE(wait_gives_an_errno)
{
	struct sigset set = set_of(SIGUSR2);
	int sig = 0;

	EQUAL(sys(SYS_sigprocmask, SIG_BLOCK, &set, NULL), 0);
	EQUAL(raise(SIGUSR2), 0);
	EQUAL(sys(SYS_sigwait, &set, &sig), 0);
	EQUAL(sig, SIGUSR2);
	EQUAL(sys(SYS_sigwait, 8, &sig), EFAULT);
}

CASE(queued_value)
{

	EQUAL(catch(SIGUSR1, note, SA_SIGINFO), 0);
	EQUAL(sys(SYS_sigqueue, sys(SYS_getpid), SIGUSR1, 0x123456789), 0);
	EQUAL(hits, 1);
	EQUAL(last_code, SI_QUEUE);
	EQUAL(last.value, 0x123456789);
	EQUAL(sys(SYS_sigqueue, sys(SYS_getpid), 999, 0), -EINVAL);
}
#endif

/* ------------------------------------------------------------------ */
/* Contexts                                                           */

static long jump_sp, jump_left;
static void (*jump_ip)(void);

static void
jump_out(int sig, struct siginfo *si, void *uc)
{

	note(sig, si, uc);
	__asm__ volatile("mov %0, %%rsp; jmp *%1" : : "r"(jump_sp),
	    "r"(jump_ip) : "memory");
	__builtin_unreachable();
}

static void
again(void)
{
	struct sigset none = { { 0 } };

	if (jump_left-- == 0)
		exit_process(hits == 20000 ? 0 : 1);
	sys(SYS_sigprocmask, SIG_SETMASK, &none, NULL);
	raise(SIGUSR1);
	exit_process(2);
}

/* A handler that never returns leaves nothing behind. */
CASE(leaving_by_a_jump)
{

	EQUAL(catch(SIGUSR1, jump_out, SA_SIGINFO), 0);
	jump_left = 20000;
	jump_ip = again;
	__asm__ volatile("mov %%rsp, %0" : "=r"(jump_sp));
	jump_sp = (jump_sp & ~15L) - 8;
	again();
}

#if !defined(DRAGONFLY)
CASE(context_is_returned_to)
{
	static char uc[1024] __attribute__((__aligned__(64)));
	static volatile int times;
	long r;

	/* here, not in a function whose frame is gone when it returns again */
	__asm__ volatile("syscall" : "=a"(r) : "a"(SYS_getcontext), "D"(uc) :
	    "rcx", "rdx", "rsi", "r8", "r9", "r10", "r11", "memory");
	EQUAL(r, 0);
	if (times++ == 0) {
		sys(SYS_setcontext, uc);
		CHECK(0);
	}
	EQUAL(times, 2);
}
#endif

#if defined(NETBSD)
static volatile int own_trampoline;

void	trampoline_used(void);
void
trampoline_used(void)
{

	own_trampoline++;
}

/* What libc's does: the ucontext is in r15. */
__asm__(".globl test_trampoline\n"
	"test_trampoline:\n\tsub $8, %rsp\n\tpush %r15\n"
	"\tcall trampoline_used\n\tpop %rdi\n"
	"\tmov $308, %eax\n\tsyscall\n\tud2\n");
extern char test_trampoline[];

CASE(trampoline_of_the_program)
{
	struct sigaction sa = { .handler = note, .flags = SA_SIGINFO };

	EQUAL(sys(SYS_sigaction, SIGUSR1, &sa, NULL, test_trampoline, 2), 0);
	EQUAL(raise(SIGUSR1), 0);
	EQUAL(hits, 1);
	EQUAL(own_trampoline, 1);
}
#endif
