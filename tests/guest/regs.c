/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Registers: a system call keeps all but rax, rcx and r11, a signal keeps
 * all, and neither touches the stack: not when rsp is nonsense, and not one
 * byte of it when the handler runs elsewhere.  Vector registers to the full
 * width that the processor has, x87, MXCSR, flags.
 */
#include <pthread.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <poll.h>
#include <ucontext.h>

#include "guest.h"
#include "regs.h"

enum { RAX, RBX, RCX, RDX, RSI, RDI, RBP, RSP, R8, R9, R10, R11, R12, R13,
    R14, R15 };
static const char *const names[] = { "rax", "rbx", "rcx", "rdx", "rsi", "rdi",
    "rbp", "rsp", "r8", "r9", "r10", "r11", "r12", "r13", "r14", "r15" };

#define	FLAGS	0xcd5		/* CF PF AF ZF SF DF OF */

static volatile int hits;
static int vec;
static char *stacks;

static void
detect(void)
{
	vec = 0;
	if (__builtin_cpu_supports("avx"))
		vec = 1;
	if (__builtin_cpu_supports("avx512bw"))
		vec = 2;
}

static uint64_t
mix(uint64_t x)
{
	x ^= x >> 31;
	x *= 0x9e3779b97f4a7c15;
	x ^= x >> 29;
	return (x * 0xbf58476d1ce4e5b9 | 1);
}

static void
fill(struct regs *r, uint64_t seed)
{
	size_t i;

	memset(r, 0, sizeof(*r));
	for (i = 0; i < 16; i++)
		r->g[i] = mix(seed + i);
	for (i = 0; i < 8; i++) {
		r->st[i] = (double)(seed + i) * 1.5;
		r->k[i] = mix(seed + 100 + i);
	}
	for (i = 0; i < sizeof(r->v); i++)
		((uint8_t *)r->v)[i] = (uint8_t)mix(seed + 200 + i);
	r->flags = 0x202 | (mix(seed + 99) & FLAGS);
	r->mxcsr = 0x1f80 | (uint32_t)(seed % 4) << 13;
	r->fcw = (uint16_t)(0x37f | (seed % 4) << 10);
	r->vec = (uint32_t)vec;
	r->count = 1;
	r->call = 1;
	r->g[RAX] = SYS_getppid;
	r->g[RSP] = (uint64_t)(stacks + 65536);
}

static void
compare(const struct regs *a, const struct regs *b)
{
	static const size_t width[] = { 16, 32, 64 };
	int i, n = vec == 2 ? 32 : 16;

	for (i = 0; i < 16; i++) {
		if (i == RAX || i == RCX || (i == R11 && a->call))
			continue;
		if (a->g[i] != b->g[i])
			FAIL("%s was %#lx, is %#lx", names[i],
			    (unsigned long)a->g[i], (unsigned long)b->g[i]);
	}
	if ((a->flags & FLAGS) != (b->flags & FLAGS))
		FAIL("flags were %#lx, are %#lx", (unsigned long)a->flags,
		    (unsigned long)b->flags);
	EQUAL(a->mxcsr, b->mxcsr);
	EQUAL(a->fcw, b->fcw);
	CHECK(memcmp(a->st, b->st, sizeof(a->st)) == 0);
	for (i = 0; i < n; i++)
		if (memcmp(a->v[i], b->v[i], width[vec]) != 0)
			FAIL("vector register %d", i);
	for (i = 0; vec == 2 && i < 8; i++)
		if (a->k[i] != b->k[i])
			FAIL("k%d", i);
}

static void
run(struct regs *in, long result)
{
	static __thread struct regs out;

	memset(&out, 0, sizeof(out));
	regs_run(in, &out);
	compare(in, &out);
	if (in->call && (long)out.g[RAX] != result)
		FAIL("the call gave %ld, not %ld", (long)out.g[RAX], result);
}

static void
begin(void)
{
	detect();
	stacks = mmap(NULL, 131072, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(stacks != MAP_FAILED);
}

/* A call of each kind: answered at once, with errors, blocking, with pointers. */
static void
calls(void)
{
	static struct regs r;
	struct timespec ts = { 0, 1000000 };
	int i;

	begin();
	for (i = 0; i < 50; i++) {
		fill(&r, (uint64_t)i * 1000);
		run(&r, getppid());
		fill(&r, (uint64_t)i * 1001);
		r.g[RAX] = SYS_close;
		r.g[RDI] = 12345;
		run(&r, -EBADF);
		fill(&r, (uint64_t)i * 1002);
		r.g[RAX] = 250 + 4096;		/* no such call */
		run(&r, -ENOSYS);
		fill(&r, (uint64_t)i * 1003);
		r.g[RAX] = SYS_nanosleep;
		r.g[RDI] = (uint64_t)&ts;
		r.g[RSI] = 0;
		run(&r, 0);
		fill(&r, (uint64_t)i * 1004);
		r.g[RAX] = SYS_rt_sigprocmask;
		r.g[RDI] = 0;
		r.g[RSI] = r.g[RDX] = 0;
		r.g[R10] = 8;
		run(&r, 0);
		fill(&r, (uint64_t)i * 1005);
		r.g[RAX] = SYS_sigaltstack;
		r.g[RDI] = r.g[RSI] = 0;
		run(&r, 0);
		fill(&r, (uint64_t)i * 1006);
		r.g[RAX] = SYS_munmap;
		r.g[RDI] = 4096;
		r.g[RSI] = 4096;
		run(&r, 0);
		fill(&r, (uint64_t)i * 1007);
		r.g[RAX] = SYS_access;
		r.g[RDI] = (uint64_t)"/nowhere";
		r.g[RSI] = 0;
		run(&r, -ENOENT);
	}
}

/* Stacks that no frame fits on: a call does not touch them. */
static void
stacks_small(void)
{
	static const uint64_t odd[] = { 0, 8, 1, 0xdeadbeef, 0x7fffffffffff,
	    0x8000000000000000, (uint64_t)-8 };
	static struct regs r;
	char *p;
	size_t i;

	begin();
	for (i = 0; i < sizeof(odd) / sizeof(odd[0]); i++) {
		fill(&r, i);
		r.g[RSP] = odd[i];
		r.count = 20;
		run(&r, getppid());
		r.g[RAX] = SYS_access;
		r.g[RDI] = (uint64_t)"/nowhere";
		r.g[RSI] = 0;
		run(&r, -ENOENT);
	}
	/* 64 bytes at the start of a page, nothing below */
	p = stacks + 65536;
	OK(mprotect(stacks, 65536, PROT_NONE));
	memset(p, 0x5a, 65536);
	for (i = 0; i < 20; i++) {
		fill(&r, i);
		r.g[RSP] = (uint64_t)p + 64;
		run(&r, getppid());
	}
	for (i = 0; i < 65536; i++)
		EQUAL(p[i], 0x5a);
	/* read-only, and gone */
	OK(mprotect(p, 65536, PROT_READ));
	fill(&r, 7);
	run(&r, getppid());
	OK(munmap(p, 65536));
	run(&r, getppid());
}

static void
destroy(int sig, siginfo_t *si, void *uc)
{
	(void)sig;
	(void)si;
	(void)uc;
	regs_destroy(vec);
	hits++;
}

static void
hammer(int usec)
{
	static char alt[65536];
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) };
	struct itimerval it = { { 0, usec }, { 0, usec } };

	OK(sigaltstack(&ss, NULL));
	guest_on(SIGALRM, destroy, SA_ONSTACK | SA_RESTART);
	OK(setitimer(ITIMER_REAL, &it, NULL));
}

static void
hammered(bool call, uint64_t rsp)
{
	static struct regs r;
	uint64_t seed = 1;
	int64_t end;
	int i;

	begin();
	memset(stacks, 0x5a, 131072);
	hammer(200);
	end = guest_ms() + 15000;
	while (hits < guest_times(400)) {
		fill(&r, seed++);
		r.call = call;
		r.count = call ? 100 : 20000;
		if (rsp != 1)
			r.g[RSP] = rsp;
		run(&r, getppid());
		if (guest_ms() > end && hits < 20)
			FAIL("only %d signals in 15 s", hits);
		if (guest_ms() > end)
			break;
	}
	for (i = 0; i < 131072; i++)
		EQUAL(stacks[i], 0x5a);
}

static void
hammer_spin(void)
{
	hammered(false, 1);
}

static void
hammer_calls(void)
{
	hammered(true, 1);
}

static void
hammer_no_stack(void)
{
	hammered(true, 0);
}

/* Blocking calls interrupted and restarted keep all registers too. */
static void
hammer_blocking(void)
{
	static struct regs r;
	static struct pollfd pfd;
	int i, p[2];
	char c;

	begin();
	OK(pipe(p));
	pfd.fd = p[0];
	pfd.events = POLLIN;
	hammer(300);
	for (i = 0; i < guest_times(150); i++) {
		pid_t kid;

		fill(&r, (uint64_t)i);
		if (i % 15 == 0) {
			/* restarted until the byte comes */
			OK(kid = fork());
			if (kid == 0) {
				guest_sleep(20);
				_exit(write(p[1], "x", 1) != 1);
			}
			r.g[RAX] = SYS_read;
			r.g[RDI] = (uint64_t)p[0];
			r.g[RSI] = (uint64_t)&c;
			r.g[RDX] = 1;
			run(&r, 1);
			while (waitpid(kid, NULL, 0) == -1)
				EQUAL(errno, EINTR);
		} else {
			/* ended by the signal */
			r.g[RAX] = SYS_poll;
			r.g[RDI] = (uint64_t)&pfd;
			r.g[RSI] = 1;
			r.g[RDX] = 10000;
			run(&r, -EINTR);
		}
	}
	CHECK(hits >= guest_times(140));
}

static volatile int done;

static void *
worker(void *arg)
{
	static __thread struct regs r;
	char alt[65536];
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) };
	uint64_t seed = (uint64_t)(uintptr_t)arg << 32;

	OK(sigaltstack(&ss, NULL));
	while (!done) {
		fill(&r, seed++);
		r.call = seed & 1;
		r.count = r.call ? 50 : 2000;
		r.g[RSP] = 0;
		run(&r, getppid());
	}
	ss.ss_flags = SS_DISABLE;
	OK(sigaltstack(&ss, NULL));
	return (NULL);
}

/* Threads switch on the same processor, each with signals of its own. */
static void
threads(void)
{
	pthread_t t[4];
	int i, n;

	begin();
	guest_on(SIGUSR1, destroy, SA_ONSTACK | SA_RESTART);
	for (i = 0; i < 4; i++)
		EQUAL(pthread_create(&t[i], NULL, worker, (void *)(intptr_t)(i + 1)), 0);
	for (n = 0; n < guest_times(1200); n++) {
		EQUAL(pthread_kill(t[n % 4], SIGUSR1), 0);
		if (n % 8 == 0)
			guest_sleep(1);
	}
	done = 1;
	for (i = 0; i < 4; i++)
		EQUAL(pthread_join(t[i], NULL), 0);
	CHECK(hits > 0);
}

/* What a handler writes into the saved context is what the program gets. */
static void
rewrite(int sig, siginfo_t *si, void *arg)
{
	ucontext_t *uc = arg;

	(void)sig;
	(void)si;
	uc->uc_mcontext.gregs[REG_R12] ^= 0x1111;
	uc->uc_mcontext.gregs[REG_RBP] ^= 0x2222;
	uc->uc_mcontext.gregs[REG_RDI] ^= 0x3333;
	uc->uc_mcontext.gregs[REG_RAX] = 4444;
	hits++;
}

static void
context(void)
{
	static struct regs r, out;
	static char alt[65536];
	stack_t ss = { .ss_sp = alt, .ss_size = sizeof(alt) };

	begin();
	OK(sigaltstack(&ss, NULL));
	guest_on(SIGUSR1, rewrite, SA_ONSTACK);
	fill(&r, 5);
	r.g[RAX] = SYS_kill;
	r.g[RDI] = (uint64_t)getpid();
	r.g[RSI] = SIGUSR1;
	regs_run(&r, &out);
	EQUAL(hits, 1);
	EQUAL(out.g[RAX], 4444);
	r.g[R12] ^= 0x1111;
	r.g[RBP] ^= 0x2222;
	r.g[RDI] ^= 0x3333;
	compare(&r, &out);
}

const struct guest_case guest_cases[] = {
	{ "calls", calls },
	{ "stacks_small", stacks_small },
	{ "hammer_spin", hammer_spin },
	{ "hammer_calls", hammer_calls },
	{ "hammer_no_stack", hammer_no_stack },
	{ "hammer_blocking", hammer_blocking },
	{ "threads", threads },
	{ "context", context },
	{ NULL, NULL }
};
