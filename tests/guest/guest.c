/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The harness of the guest programs; see guest.h.
 */
#include <fcntl.h>
#include <stdarg.h>
#include <time.h>

#include "guest.h"

char **guest_argv;
__attribute__((weak)) int (*guest_role)(int, char **);

void
guest_fail(const char *file, int line, const char *fmt, ...)
{
	char buf[1024];
	va_list ap;
	int n;

	n = snprintf(buf, sizeof(buf), "%s:%d: ", file, line);
	va_start(ap, fmt);
	n += vsnprintf(buf + n, sizeof(buf) - (size_t)n - 1, fmt, ap);
	va_end(ap);
	if (n > (int)sizeof(buf) - 2)
		n = (int)sizeof(buf) - 2;
	buf[n++] = '\n';
	if (write(1, buf, (size_t)n) != n)
		_exit(2);
	_exit(1);
}

#if defined(__i386__)
/* All registers but eax are somebody's. */
__asm__(
"	.text\n"
"	.globl	raw6\n"
"	.type	raw6, @function\n"
"raw6:\n"
"	push	%ebx\n"
"	push	%esi\n"
"	push	%edi\n"
"	push	%ebp\n"
"	mov	20(%esp), %eax\n"
"	mov	24(%esp), %ebx\n"
"	mov	28(%esp), %ecx\n"
"	mov	32(%esp), %edx\n"
"	mov	36(%esp), %esi\n"
"	mov	40(%esp), %edi\n"
"	mov	44(%esp), %ebp\n"
"	int	$0x80\n"
"	pop	%ebp\n"
"	pop	%edi\n"
"	pop	%esi\n"
"	pop	%ebx\n"
"	ret\n"
"	.size	raw6, . - raw6\n");
#else
long
raw6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	long ret;

	__asm__ volatile ("syscall" : "=a"(ret)
	    : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8), "r"(r9)
	    : "rcx", "r11", "memory");
	return (ret);
}
#endif

int
guest_child(void (*fn)(void))
{
	int status;
	pid_t pid;

	fflush(stdout);
	OK(pid = fork());
	if (pid == 0) {
		fn();
		fflush(stdout);
		_exit(0);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	return (status);
}

void
guest_passes(void (*fn)(void))
{
	int status = guest_child(fn);

	if (status != 0)
		FAIL("the child ended with wait status %#x", (unsigned)status);
}

void
guest_dies(void (*fn)(void), int sig)
{
	int status = guest_child(fn);

	if (!WIFSIGNALED(status) || WTERMSIG(status) != sig)
		FAIL("wait status %#x, not signal %d", (unsigned)status, sig);
}

int
guest_times(int n)
{
	return (getenv("GUEST_QUICK") != NULL && n >= 10 ? n / 10 : n);
}

int64_t
guest_ms(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ((int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000);
}

void
guest_sleep(int ms)
{
	struct timespec ts = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&ts, &ts) == -1 && errno == EINTR)
		;
}

void
guest_asleep(pid_t pid)
{
	char name[64], buf[512];
	int seen = 0;
	ssize_t n;
	char *p;
	int fd;

	snprintf(name, sizeof(name), "/proc/%d/stat", (int)pid);
	while (seen < 3) {
		OK(fd = open(name, O_RDONLY));
		OK(n = read(fd, buf, sizeof(buf) - 1));
		close(fd);
		buf[n] = '\0';
		CHECK((p = strrchr(buf, ')')) != NULL);
		seen = p[2] == 'S' ? seen + 1 : 0;
		guest_sleep(1);
	}
}

pid_t
guest_kick(int sig, int ms)
{
	pid_t kid, pid = getpid();

	OK(kid = fork());
	if (kid == 0) {
		if (ms > 0) {
			guest_asleep(pid);
			guest_sleep(ms);
		}
		kill(pid, sig);
		_exit(0);
	}
	return (kid);
}

void
guest_reap(pid_t kid)
{
	int status;

	while (waitpid(kid, &status, 0) == -1)
		EQUAL(errno, EINTR);
	EQUAL(status, 0);
}

void
guest_until(volatile int *p, int v)
{
	int64_t end = guest_ms() + 10000;

	while (*p != v) {
		if (guest_ms() > end)
			FAIL("%d where %d was awaited", *p, v);
		guest_sleep(1);
	}
}

void
guest_on(int sig, void (*fn)(int, siginfo_t *, void *), int flags)
{
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sa.sa_sigaction = fn;
	sa.sa_flags = flags | SA_SIGINFO;
	OK(sigaction(sig, &sa, NULL));
}

void
guest_block(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	OK(sigprocmask(SIG_BLOCK, &set, NULL));
}

void
guest_unblock(int sig)
{
	sigset_t set;

	sigemptyset(&set);
	sigaddset(&set, sig);
	OK(sigprocmask(SIG_UNBLOCK, &set, NULL));
}

static int
run_all(void)
{
	const struct guest_case *c;
	int failed = 0, status;

	for (c = guest_cases; c->name != NULL; c++) {
		status = guest_child(c->run);
		if (status != 0) {
			printf("%s: wait status %#x\n", c->name, (unsigned)status);
			failed++;
		}
	}
	return (failed != 0);
}

int
main(int argc, char **argv)
{
	const struct guest_case *c;
	int r;

	guest_argv = argv;
	if (guest_role != NULL && (r = guest_role(argc, argv)) != -1)
		return (r);
	if (argc < 2)
		return (run_all());
	for (c = guest_cases; c->name != NULL; c++) {
		if (strcmp(argv[1], "-l") == 0)
			puts(c->name);
		else if (strcmp(argv[1], c->name) == 0) {
			c->run();
			return (0);
		}
	}
	if (strcmp(argv[1], "-l") == 0)
		return (0);
	fprintf(stderr, "%s: %s: no such case\n", argv[0], argv[1]);
	return (2);
}
