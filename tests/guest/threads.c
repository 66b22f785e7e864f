/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Threads: POSIX threads in every way to begin and end, raw clone threads
 * without a C library, and processes that end while threads run.
 */
#include <pthread.h>
#include <sched.h>
#include <semaphore.h>
#include <sys/mman.h>

#include "guest.h"

#ifndef FUTEX_WAIT
#define	FUTEX_WAIT	0
#endif

static volatile int counter, go;
static __thread int mine = 7;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static sem_t sem;

static void *
add(void *arg)
{
	int i;

	if (mine != 7)
		FAIL("a thread begins with another's variable");
	mine = (int)(intptr_t)arg;
	for (i = 0; i < 100; i++) {
		__sync_fetch_and_add(&counter, 1);
		if (i % 10 == 0)
			sched_yield();
		if (getpid() != RAW(SYS_getpid))
			FAIL("getpid");
	}
	if (mine != (int)(intptr_t)arg)
		FAIL("a thread sees another's variable");
	return (arg);
}

static void
create_join(void)
{
	pthread_t t[20];
	intptr_t i;
	void *ret;
	int round;

	for (round = 0; round < guest_times(20); round++) {
		for (i = 0; i < 20; i++)
			EQUAL(pthread_create(&t[i], NULL, add, (void *)i), 0);
		for (i = 0; i < 20; i++) {
			EQUAL(pthread_join(t[i], &ret), 0);
			EQUAL((intptr_t)ret, i);
		}
	}
	EQUAL(counter, guest_times(20) * 20 * 100);
	EQUAL(mine, 7);
}

static void *
post(void *arg)
{
	(void)arg;
	sem_post(&sem);
	return (NULL);
}

/* A detached thread unmaps the very stack that it ends on. */
static void
detached(void)
{
	pthread_attr_t attr;
	pthread_t t;
	int i, r;

	OK(sem_init(&sem, 0, 0));
	pthread_attr_init(&attr);
	pthread_attr_setdetachstate(&attr, PTHREAD_CREATE_DETACHED);
	for (i = 0; i < guest_times(2000); i++) {
		while ((r = pthread_create(&t, &attr, post, NULL)) == EAGAIN)
			sched_yield();
		EQUAL(r, 0);
		while (sem_wait(&sem) == -1)
			EQUAL(errno, EINTR);
	}
}

static void *
detach_self(void *arg)
{
	pthread_detach(pthread_self());
	sem_post(&sem);
	if ((intptr_t)arg & 1)
		pthread_exit(NULL);
	return (NULL);
}

static void
detached_self(void)
{
	pthread_t t;
	intptr_t i;
	int r;

	OK(sem_init(&sem, 0, 0));
	for (i = 0; i < guest_times(1000); i++) {
		while ((r = pthread_create(&t, NULL, detach_self, (void *)i)) == EAGAIN)
			sched_yield();
		EQUAL(r, 0);
	}
	for (i = 0; i < guest_times(1000); i++)
		while (sem_wait(&sem) == -1)
			EQUAL(errno, EINTR);
}

static void *
waiter(void *arg)
{
	(void)arg;
	pthread_mutex_lock(&mutex);
	counter++;
	pthread_cond_broadcast(&cond);
	while (!go)
		pthread_cond_wait(&cond, &mutex);
	counter--;
	pthread_mutex_unlock(&mutex);
	return (NULL);
}

static void
conditions(void)
{
	pthread_t t[16];
	struct timespec ts;
	int i;

	for (i = 0; i < 16; i++)
		EQUAL(pthread_create(&t[i], NULL, waiter, NULL), 0);
	pthread_mutex_lock(&mutex);
	while (counter < 16)
		pthread_cond_wait(&cond, &mutex);
	clock_gettime(CLOCK_REALTIME, &ts);
	ts.tv_nsec = (ts.tv_nsec + 10000000) % 1000000000;
	ts.tv_sec += ts.tv_nsec < 10000000;
	EQUAL(pthread_cond_timedwait(&cond, &mutex, &ts), ETIMEDOUT);
	go = 1;
	pthread_cond_broadcast(&cond);
	pthread_mutex_unlock(&mutex);
	for (i = 0; i < 16; i++)
		EQUAL(pthread_join(t[i], NULL), 0);
	EQUAL(counter, 0);
}

static void
cleanup(void *arg)
{
	(void)arg;
	__sync_fetch_and_add(&counter, 1);
}

static void *
cancelled(void *arg)
{
	int p[2];
	char c;

	(void)arg;
	pthread_cleanup_push(cleanup, NULL);
	if (pipe(p) == 0) {
		sem_post(&sem);
		(void)!read(p[0], &c, 1);
	}
	pthread_cleanup_pop(1);
	return (NULL);
}

static void
cancel(void)
{
	pthread_t t;
	void *ret;
	int i;

	OK(sem_init(&sem, 0, 0));
	for (i = 0; i < 50; i++) {
		EQUAL(pthread_create(&t, NULL, cancelled, NULL), 0);
		sem_wait(&sem);
		if (i & 1)
			sched_yield();
		EQUAL(pthread_cancel(t), 0);
		EQUAL(pthread_join(t, &ret), 0);
		CHECK(ret == PTHREAD_CANCELED);
	}
	EQUAL(counter, 50);
}

static void *
spin(void *arg)
{
	__sync_fetch_and_add(&counter, 1);
	for (;;) {
		if ((intptr_t)arg & 1)
			RAW(SYS_getppid);
		else if ((intptr_t)arg & 2)
			guest_sleep(1000);
	}
	return (NULL);
}

static void
start_spinners(int n)
{
	pthread_t t;
	intptr_t i;

	counter = 0;
	for (i = 0; i < n; i++)
		EQUAL(pthread_create(&t, NULL, spin, (void *)i), 0);
	guest_until(&counter, n);
}

static void
exit_main(void)
{
	start_spinners(6);
	exit(9);
}

static void *
exit_other(void *arg)
{
	(void)arg;
	exit(8);
}

static void
exit_thread(void)
{
	pthread_t t;

	start_spinners(4);
	EQUAL(pthread_create(&t, NULL, exit_other, NULL), 0);
	guest_sleep(10000);
}

static void
raw_exit_group(void)
{
	start_spinners(4);
	RAW(SYS_exit_group, 5);
}

static void
killed(void)
{
	start_spinners(4);
	RAW(SYS_kill, getpid(), SIGKILL);
	guest_sleep(10000);
}

static void
exit_running(void)
{
	int i;

	for (i = 0; i < guest_times(30); i++) {
		EQUAL(guest_child(exit_main), 9 << 8);
		EQUAL(guest_child(exit_thread), 8 << 8);
		EQUAL(guest_child(raw_exit_group), 5 << 8);
		guest_dies(killed, SIGKILL);
	}
}

static void *
last(void *arg)
{
	guest_sleep(20);
	exit((int)(intptr_t)arg);
}

static void
main_first(void)
{
	pthread_t t;

	EQUAL(pthread_create(&t, NULL, last, (void *)6), 0);
	pthread_exit(NULL);
}

/* The first thread ends before the others: the process lives on. */
static void
exit_main_first(void)
{
	int i;

	for (i = 0; i < guest_times(20); i++)
		EQUAL(guest_child(main_first), 6 << 8);
}

static void *
exec_true(void *arg)
{
	(void)arg;
	execl("/bin/true", "true", (char *)NULL);
	FAIL("exec: %s", strerror(errno));
}

static void
exec_in_thread(void)
{
	pthread_t t;

	start_spinners(5);
	EQUAL(pthread_create(&t, NULL, exec_true, NULL), 0);
	guest_sleep(10000);
}

static void
exec_running(void)
{
	int i;

	for (i = 0; i < guest_times(20); i++)
		guest_passes(exec_in_thread);
}

static void *
forker(void *arg)
{
	int i, status;
	pid_t pid;

	(void)arg;
	for (i = 0; i < guest_times(30); i++) {
		OK(pid = fork());
		if (pid == 0)
			_exit(RAW(SYS_getpid) == getpid() ? 4 : 5);
		EQUAL(waitpid(pid, &status, 0), pid);
		EQUAL(status, 4 << 8);
	}
	return (NULL);
}

static void
fork_in_threads(void)
{
	pthread_t t[4];
	int i;

	for (i = 0; i < 4; i++)
		EQUAL(pthread_create(&t[i], NULL, forker, NULL), 0);
	for (i = 0; i < 4; i++)
		EQUAL(pthread_join(t[i], NULL), 0);
}

/*
 * Threads that no C library knows of.  The new thread calls the kernel
 * directly, writes what it sees, unmaps its own stack and leaves by exit
 * with nothing under rsp.
 */
struct raw {
	volatile int	tid;		/* 0x00 CLONE_PARENT_SETTID */
	volatile int	alive;		/* 0x04 CLONE_CHILD_CLEARTID */
	volatile int	seen;		/* 0x08 what the thread calls itself */
	volatile int	pad;
	char		*stack;		/* 0x10 */
	void		*tls;		/* 0x18 CLONE_SETTLS */
	volatile long	word;		/* 0x20 what it read at %fs:8 */
};

#if defined(__i386__)
/* What a thread has in %gs:8 is not told by clone's number alone there. */
_Static_assert(offsetof(struct raw, stack) == 0x10,
    "spawn_raw() knows the offsets");
#else
_Static_assert(offsetof(struct raw, stack) == 0x10 &&
    offsetof(struct raw, tls) == 0x18 && offsetof(struct raw, word) == 0x20,
    "spawn_raw() knows the offsets");
#endif

long	spawn_raw(struct raw *r, long flags);
void	raw_thread(struct raw *r);

#if defined(__i386__)
__asm__(
"	.text\n"
"	.globl	spawn_raw\n"
"	.type	spawn_raw, @function\n"
"spawn_raw:\n"
"	push	%ebx\n"
"	push	%esi\n"
"	push	%edi\n"
"	push	%ebp\n"
"	mov	20(%esp), %ebp\n"
"	mov	24(%esp), %ebx\n"		/* flags */
"	mov	0x10(%ebp), %ecx\n"
"	add	$65536, %ecx\n"			/* top of its stack */
"	lea	0x00(%ebp), %edx\n"
"	xor	%esi, %esi\n"
"	lea	0x04(%ebp), %edi\n"
"	mov	$120, %eax\n"			/* clone */
"	int	$0x80\n"
"	test	%eax, %eax\n"
"	jz	1f\n"
"	pop	%ebp\n"
"	pop	%edi\n"
"	pop	%esi\n"
"	pop	%ebx\n"
"	ret\n"
"1:	push	%ebp\n"
"	call	raw_thread\n"
"	mov	0x10(%ebp), %ebx\n"
"	mov	$65536, %ecx\n"
"	mov	$91, %eax\n"			/* munmap */
"	int	$0x80\n"
"	xor	%ebx, %ebx\n"
"	mov	$1, %eax\n"			/* exit */
"	int	$0x80\n"
"	hlt\n"
"	.size	spawn_raw, . - spawn_raw\n");
#else
__asm__(
"	.text\n"
"	.globl	spawn_raw\n"
"	.type	spawn_raw, @function\n"
"spawn_raw:\n"
"	push	%r12\n"
"	mov	%rdi, %r12\n"
"	mov	%rsi, %rdi\n"			/* flags */
"	mov	0x10(%r12), %rsi\n"
"	add	$65536, %rsi\n"			/* top of its stack */
"	lea	0x00(%r12), %rdx\n"
"	lea	0x04(%r12), %r10\n"
"	mov	0x18(%r12), %r8\n"
"	mov	$56, %eax\n"			/* clone */
"	syscall\n"
"	test	%rax, %rax\n"
"	jz	1f\n"
"	pop	%r12\n"
"	ret\n"
"1:	mov	%fs:8, %rax\n"
"	mov	%rax, 0x20(%r12)\n"
"	mov	%r12, %rdi\n"
"	call	raw_thread\n"
"	mov	0x10(%r12), %rdi\n"
"	mov	$65536, %esi\n"
"	mov	$11, %eax\n"			/* munmap */
"	syscall\n"
"	xor	%edi, %edi\n"
"	mov	$60, %eax\n"			/* exit */
"	syscall\n"
"	hlt\n"
"	.size	spawn_raw, . - spawn_raw\n");
#endif

__attribute__((used)) void
raw_thread(struct raw *r)
{
	int i;

	for (i = 0; i < 10; i++)
		RAW(SYS_sched_yield);
	r->seen = (int)RAW(SYS_gettid);
}

#define	RAW_FLAGS	(CLONE_VM | CLONE_FS | CLONE_FILES | CLONE_SIGHAND | \
	CLONE_THREAD | CLONE_SYSVSEM | CLONE_PARENT_SETTID | CLONE_CHILD_CLEARTID)

static void
raw_round(struct raw *r, int n, long flags)
{
	int i;
	long tid;

	for (i = 0; i < n; i++) {
		r[i].stack = mmap(NULL, 65536, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
		CHECK(r[i].stack != MAP_FAILED);
		r[i].alive = 1;
		tid = spawn_raw(&r[i], flags);
		CHECK(tid > 0);
		EQUAL(tid, r[i].tid);
	}
	for (i = 0; i < n; i++) {
		while (r[i].alive != 0)
			RAW(SYS_futex, &r[i].alive, FUTEX_WAIT, 1, 0);
		EQUAL(r[i].seen, r[i].tid);
	}
}

static void
raw_threads(void)
{
	static struct raw r[8];
	int i;

	for (i = 0; i < guest_times(100); i++)
		raw_round(r, 8, RAW_FLAGS);
}

#ifdef __x86_64__
static void
raw_threads_tls(void)
{
	static struct raw r[4];
	static long tls[4][16];
	int i, j;

	for (j = 0; j < 4; j++) {
		tls[j][0] = (long)&tls[j][0];
		tls[j][1] = 1000 + j;
		r[j].tls = tls[j];
	}
	for (i = 0; i < guest_times(50); i++) {
		raw_round(r, 4, RAW_FLAGS | CLONE_SETTLS);
		for (j = 0; j < 4; j++)
			EQUAL(r[j].word, 1000 + j);
		EQUAL(mine, 7);		/* ours is still ours */
	}
}
#endif

/* Threads end while others begin, fork and exit around them. */
static void *
churn(void *arg)
{
	pthread_t t;
	int i;

	for (i = 0; i < guest_times(60); i++) {
		if (i % 20 == 0)
			forker(NULL);
		EQUAL(pthread_create(&t, NULL, post, NULL), 0);
		EQUAL(pthread_join(t, NULL), 0);
	}
	return (arg);
}

static void
churning(void)
{
	static struct raw r[4];
	pthread_t t[4];
	int i;

	OK(sem_init(&sem, 0, 0));
	for (i = 0; i < 4; i++)
		EQUAL(pthread_create(&t[i], NULL, churn, NULL), 0);
	for (i = 0; i < guest_times(50); i++)
		raw_round(r, 4, RAW_FLAGS);
	for (i = 0; i < 4; i++)
		EQUAL(pthread_join(t[i], NULL), 0);
}

const struct guest_case guest_cases[] = {
	{ "create_join", create_join },
	{ "detached", detached },
	{ "detached_self", detached_self },
	{ "conditions", conditions },
	{ "cancel", cancel },
	{ "exit_running", exit_running },
	{ "exit_main_first", exit_main_first },
	{ "exec_running", exec_running },
	{ "fork_in_threads", fork_in_threads },
	{ "raw_threads", raw_threads },
#ifdef __x86_64__
	{ "raw_threads_tls", raw_threads_tls },
#endif
	{ "churning", churning },
	{ NULL, NULL }
};
