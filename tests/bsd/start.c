/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Entry, calls, threads and the runner of the small programs; see start.h.
 */
#include "start.h"

/* ------------------------------------------------------------------ */
/* Brand and entry                                                    */

#if defined(FREEBSD)
#define	NOTE_NAME	"FreeBSD"
#define	NOTE_VERSION	1402000
#elif defined(DRAGONFLY)
#define	NOTE_NAME	"DragonFly"
#define	NOTE_VERSION	600400
#else
#define	NOTE_NAME	"NetBSD"
#define	NOTE_VERSION	1000000000
#endif

static const struct {
	uint32_t	namesz, descsz, type;
	char		name[(sizeof(NOTE_NAME) + 3) / 4 * 4];
	uint32_t	version;
} brand __attribute__((__used__, __section__(".note.tag"), __aligned__(4))) = {
	sizeof(NOTE_NAME), 4, 1, NOTE_NAME, NOTE_VERSION
};

void	start(long *stack) __attribute__((__noreturn__, __used__));

/* Where argc is: NetBSD's stack pointer, the others' first argument. */
__asm__(
"	.globl	_start\n"
"_start:\n"
#if defined(NETBSD)
"	mov	%rsp, %rdi\n"
#endif
"	xor	%ebp, %ebp\n"
"	and	$-16, %rsp\n"
"	call	start\n"
"	hlt\n");

/* long raw(long *args, long *second): args are number and eight arguments. */
long	raw(const long *args, long *second);
__asm__(
"	.globl	raw\n"
"raw:\n"
"	push	%rbx\n"
"	push	%rsi\n"
"	mov	%rdi, %rbx\n"
"	sub	$32, %rsp\n"
"	mov	56(%rbx), %rax\n"
"	mov	%rax, 8(%rsp)\n"
"	mov	64(%rbx), %rax\n"
"	mov	%rax, 16(%rsp)\n"
"	mov	(%rbx), %rax\n"
"	mov	8(%rbx), %rdi\n"
"	mov	16(%rbx), %rsi\n"
"	mov	24(%rbx), %rdx\n"
"	mov	32(%rbx), %r10\n"
"	mov	40(%rbx), %r8\n"
"	mov	48(%rbx), %r9\n"
"	syscall\n"
"	jnc	1f\n"
"	neg	%rax\n"
"1:	add	$32, %rsp\n"
"	pop	%rsi\n"
"	mov	%rdx, (%rsi)\n"
"	pop	%rbx\n"
"	ret\n");

long sys_second;
char **environment;

long
sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	long args[9] = { nr, a, b, c, d, e, f, 0, 0 };

	return (raw(args, &sys_second));
}

long
sys8(long nr, long a, long b, long c, long d, long e, long f, long g, long h)
{
	long args[9] = { nr, a, b, c, d, e, f, g, h };

	return (raw(args, &sys_second));
}

/* ------------------------------------------------------------------ */
/* What a C library would have                                        */

void *
memset(void *p, int c, size_t n)
{
	char *d = p;

	while (n-- > 0)
		*d++ = (char)c;
	return (p);
}

void *
memcpy(void *to, const void *from, size_t n)
{
	const char *s = from;
	char *d = to;

	while (n-- > 0)
		*d++ = *s++;
	return (to);
}

int
memcmp(const void *a, const void *b, size_t n)
{
	const unsigned char *x = a, *y = b;

	for (; n > 0; n--, x++, y++)
		if (*x != *y)
			return (*x - *y);
	return (0);
}

size_t
strlen(const char *s)
{
	size_t n = 0;

	while (s[n] != '\0')
		n++;
	return (n);
}

int
strcmp(const char *a, const char *b)
{

	for (; *a != '\0' && *a == *b; a++, b++)
		;
	return ((unsigned char)*a - (unsigned char)*b);
}

void
print(const char *s)
{

	sys(SYS_write, 1, s, strlen(s));
}

void
print_number(long v)
{
	char buf[24], *p = buf + sizeof(buf) - 1;
	unsigned long u = v < 0 ? -(unsigned long)v : (unsigned long)v;

	*p = '\0';
	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		*--p = '-';
	print(p);
}

void
exit_process(int status)
{

	for (;;)
		sys(SYS_exit, status);
}

int64_t
now(void)
{
	struct timespec ts = { 0, 0 };

	sys(SYS_clock_gettime, CLOCK_MONOTONIC, &ts);
	return (ts.tv_sec * 1000000000 + ts.tv_nsec);
}

void
nap(int64_t ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000 };

	while (sys(SYS_nanosleep, &ts, &ts) == -EINTR)
		;
}

void
make_pipe(int fd[2])
{

#if defined(DRAGONFLY)			/* in registers, as pipe(2) there */
	fd[0] = (int)sys(SYS_pipe2, 0, 0);
	fd[1] = (int)sys_second;
	CHECK(fd[0] >= 0);
#else
	EQUAL(sys(SYS_pipe2, fd, 0), 0);
#endif
}

int
child(void)
{
	long pid = sys(SYS_fork);

	CHECK(pid >= 0);
	/* FreeBSD's and DragonFly's child is told by the second result too */
	return ((int)pid);
}

int
reap(int pid)
{
	int status = -1;
	long r;

	do
		r = sys(SYS_wait4, pid, &status, 0, 0);
	while (r == -EINTR);
	EQUAL(r, pid);
	return (status);
}

/* ------------------------------------------------------------------ */
/* Threads                                                            */

#define	THREADS	16
#define	STACK	(64 * 1024)

static struct {
	void	(*f)(void *);
	void	*arg;
	uint32_t running;
} threads[THREADS];
static char stacks[THREADS][STACK] __attribute__((__aligned__(16)));
static int created;
long thread_ids[16];

static void
thread_main(void *arg)
{
	long n = (long)arg;

	threads[n].f(threads[n].arg);
	__atomic_store_n(&threads[n].running, 0, __ATOMIC_SEQ_CST);
#if defined(FREEBSD)
	sys(SYS_thr_exit, 0);
#elif defined(DRAGONFLY)
	sys(SYS_extexit, 0x10000 /* EXTEXIT_LWP */, 0, 0);
#else
	sys(SYS_lwp_exit);
#endif
	for (;;)
		;
}

#if defined(FREEBSD)
static long
make_thread(long n, char *stack)
{
	struct {
		void	(*start)(void *);
		void	*arg;
		char	*stack;
		size_t	 size;
		void	*tls;
		size_t	 tls_size;
		long	*child_tid, *parent_tid;
		int	 flags;
		void	*rtp, *spare[3];
	} p = { .start = thread_main, .arg = (void *)n, .stack = stack,
	    .size = STACK, .parent_tid = &thread_ids[n] };

	return (sys(SYS_thr_new, &p, sizeof(p)));
}
#elif defined(DRAGONFLY)
static long
make_thread(long n, char *stack)
{
	struct {
		void	(*f)(void *);
		void	*arg;
		char	*stack;
		int	*tid1, *tid2;
	} p = { .f = thread_main, .arg = (void *)n,
	    .stack = stack + STACK - 8, .tid1 = (int *)&thread_ids[n] };

	return (sys(SYS_lwp_create, &p));
}
#else
static long
make_thread(long n, char *stack)
{
	static uint64_t uc[256];	/* ucontext_t and room */
	uint64_t *gregs = uc + 7;
	int id;
	long r;

	sys(SYS_getcontext, uc);
	uc[0] = 4;			/* _UC_CPU */
	uc[1] = 0;
	gregs[0] = (uint64_t)n;				/* rdi */
	gregs[21] = (uint64_t)thread_main;		/* rip */
	gregs[24] = (uint64_t)(stack + STACK - 8);	/* rsp */
	r = sys(SYS_lwp_create, uc, 0x40 /* LWP_DETACHED */, &id);
	thread_ids[n] = id;
	return (r);
}
#endif

void
thread(void (*f)(void *), void *arg)
{
	long n = created++;

	if (n == THREADS)
		exit_process(99);
	threads[n].f = f;
	threads[n].arg = arg;
	threads[n].running = 1;
	EQUAL(make_thread(n, stacks[n]), 0);
}

void
join_threads(void)
{
	int i;

	for (i = 0; i < created; i++)
		while (__atomic_load_n(&threads[i].running, __ATOMIC_SEQ_CST))
			nap(1);
}

long
thread_self(void)
{
	long id = 0;

#if defined(FREEBSD)
	sys(SYS_thr_self, &id);
#elif defined(DRAGONFLY)
	id = sys(SYS_lwp_gettid);
#else
	id = sys(SYS_lwp_self);
#endif
	return (id);
}

/* ------------------------------------------------------------------ */
/* The runner                                                         */

static void
where(const char *file, int line)
{

	print(file);
	print(":");
	print_number(line);
	print(": ");
}

void
check(int ok, const char *what, const char *file, int line)
{

	if (ok)
		return;
	where(file, line);
	print(what);
	print(" is false\n");
	exit_process(1);
}

void
equal(long a, long b, const char *as, const char *bs, const char *file,
    int line)
{

	if (a == b)
		return;
	where(file, line);
	print(as);
	print(" is ");
	print_number(a);
	print(" and not ");
	print(bs);
	print(" (");
	print_number(b);
	print(")\n");
	exit_process(1);
}

extern const struct test_case __start_cases[], __stop_cases[];

void
start(long *stack)
{
	char **argv = (char **)(stack + 1);
	const struct test_case *c;

	environment = argv + stack[0] + 1;
	if (stack[0] < 2)
		exit_process(2);
	for (c = __start_cases; c < __stop_cases; c++) {
		if (strcmp(argv[1], "-l") == 0) {
			print(c->name);
			print("\n");
		} else if (strcmp(argv[1], c->name) == 0) {
			c->run();
			exit_process(0);
		}
	}
	exit_process(strcmp(argv[1], "-l") == 0 ? 0 : 2);
}
