/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * hostile CASE: run under linux26 by the module, tries to get away from the
 * image.  Exits 0 if what is promised holds: ordinary ways are refused, and
 * deliberate ones (a native call made with the image's own instructions)
 * cannot remove, change or split the image, or kill.
 */
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static uint8_t *text;			/* the image's R+X mapping */
static size_t text_len;
static long (*native)(void);		/* `syscall; ret` in it */

static void
find_image(void)
{
	unsigned long a, b;
	char line[512], perm[8];
	size_t i;
	FILE *f;

	if ((f = fopen("/proc/self/maps", "r")) == NULL)
		err(2, "maps");
	while (fgets(line, sizeof(line), f) != NULL)
		if (strstr(line, "pimg:linux26@") != NULL &&
		    sscanf(line, "%lx-%lx %7s", &a, &b, perm) == 3) {
			if (strcmp(perm, "r-xs") != 0)
				errx(1, "mapped %s", perm);
			text = (uint8_t *)a;
			text_len = b - a;
		}
	fclose(f);
	if (text == NULL)
		errx(2, "no image");
	for (i = 0; i + 2 < text_len; i++)
		if (memcmp(text + i, "\x0f\x05\xc3", 3) == 0) {
			native = (long (*)(void))(uintptr_t)(text + i);
			return;
		}
	errx(2, "no syscall; ret");
}

/* A native call from inside the image: a deliberate jump. */
static long
inside(long nr, long a, long b, long c, long d, long e)
{
	register long r9 __asm__("r9") = 0;
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	long ret;

	__asm__ volatile("sub $128, %%rsp; call *%[f]; add $128, %%rsp"
	    : "=a"(ret) : "0"(nr), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8),
	    "r"(r9), [f] "r"(native) : "rcx", "r11", "memory", "cc");
	return (ret);
}

static void
want(const char *what, long is, long should)
{

	if (is != should)
		errx(1, "%s: %ld, not %ld", what, is, should);
}

/* How a child that runs fn ends. */
static int
child(void (*fn)(void))
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		fn();
		_exit(0);
	}
	if (pid == -1 || waitpid(pid, &status, 0) != pid)
		err(2, "child");
	return (status);
}

/* ---- ordinary ways ---- */

static void
int80(void)
{
	long ret;

	__asm__ volatile("int $0x80" : "=a"(ret) : "0"(20) : "memory",
	    "r8", "r9", "r10", "r11");
	want("int 0x80", (int)ret, -ENOSYS);
	want("int 0x80, high half", ret >> 32, ret < 0 ? -1 : 0);
}

static void
x32(void)
{

	want("x32 getpid", syscall(0x40000000 | SYS_getpid) == -1 ? -errno : 0,
	    -ENOSYS);
}

/* To 32-bit mode and back by far returns, with an int 0x80 between. */
static void
mode(void)
{
	static const uint8_t code[] = {
		0xb8, 20, 0, 0, 0,		/* mov $20, %eax */
		0xcd, 0x80,			/* int $0x80 */
		0xcb				/* lret (32-bit) */
	};
	uint8_t *p = mmap(NULL, 65536, PROT_READ | PROT_WRITE | PROT_EXEC,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	uint64_t sp;
	uint32_t ret, *stack;

	if (p == MAP_FAILED)
		err(2, "mmap");
	memcpy(p, code, sizeof(code));
	/*
	 * The 32-bit stack holds where lret goes: a piece of 64-bit code in
	 * the same low page, selector 0x33.
	 */
	p[256] = 0x41; p[257] = 0xff; p[258] = 0xe7;	/* jmp *%r15 */
	stack = (uint32_t *)(void *)(p + 32768);
	stack[0] = (uint32_t)(uintptr_t)(p + 256);
	stack[1] = 0x33;
	__asm__ volatile(
	    "sub $128, %%rsp\n\t"
	    "mov %%rsp, %[sp]\n\t"
	    "mov %[sp], %%r14\n\t"
	    "lea 1f(%%rip), %%r15\n\t"
	    "mov %[stack], %%rsp\n\t"
	    "sub $8, %%rsp\n\t"
	    "movl $0x23, 4(%%rsp)\n\t"
	    "movl %k[code], (%%rsp)\n\t"
	    "lretl\n"
	    "1:\tmov %%r14, %%rsp\n\t"
	    "add $128, %%rsp\n\t"
	    : "=&a"(ret), [sp] "=&r"(sp)
	    : [stack] "r"(stack), [code] "r"(p)
	    : "rcx", "rdx", "r8", "r9", "r10", "r11", "r14", "r15", "memory",
	    "cc");
	want("int 0x80 in 32-bit mode", (int)ret, -ENOSYS);
}

static void
refused(void)
{

	want("prctl(PR_SET_SYSCALL_USER_DISPATCH)",
	    prctl(59, 0, 0, 0, 0) == -1 ? -errno : 0, -EINVAL);
	if (munmap(text, text_len) == 0 || munmap(text, 4096) == 0)
		errx(1, "munmap of the image");
	if (mprotect(text, 4096, PROT_READ | PROT_WRITE) == 0)
		errx(1, "mprotect of the image");
	if (mmap(text, 4096, PROT_READ, MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS,
	    -1, 0) != MAP_FAILED)
		errx(1, "mmap over the image");
}

static void
written(void)
{
	uint8_t byte = 0xcc;
	int fd = open("/proc/self/mem", O_RDWR), status;
	pid_t pid;

	if (fd == -1)
		err(2, "mem");
	want("write to mem", pwrite(fd, &byte, 1, (off_t)(uintptr_t)text) ==
	    -1 ? -errno : 0, -EIO);
	if ((pid = fork()) == 0) {
		ptrace(PTRACE_TRACEME, 0, 0, 0);
		raise(SIGSTOP);
		_exit(0);
	}
	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		errx(2, "no stop");
	want("poke", ptrace(PTRACE_POKETEXT, pid, text, 0) == -1 ? -errno : 0,
	    -EIO);
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
}

/* ---- deliberate ways ---- */

static void
unmap_all(void)
{

	inside(SYS_munmap, (long)text, (long)text_len, 0, 0, 0);
}

static void
replace(void)
{

	inside(SYS_mmap, (long)text, (long)text_len, PROT_READ | PROT_EXEC,
	    MAP_FIXED | MAP_PRIVATE | MAP_ANONYMOUS, -1);
}

static void
no_fork_copy(void)
{

	want("madvise", inside(SYS_madvise, (long)text, (long)text_len,
	    MADV_DONTFORK, 0, 0), 0);
	if (fork() == 0)
		_exit(0);
	wait(NULL);
}

static void
deliberate(void)
{
	long r;
	int status;

	want("native getpid", inside(SYS_getpid, 0, 0, 0, 0, 0), getpid());
	want("partial munmap", inside(SYS_munmap, (long)text, 4096, 0, 0, 0),
	    -EINVAL);
	want("mprotect", inside(SYS_mprotect, (long)text, (long)text_len,
	    PROT_READ | PROT_WRITE, 0, 0), -EACCES);
	want("mprotect of a page", inside(SYS_mprotect, (long)text + 4096, 4096,
	    PROT_READ, 0, 0), -EACCES);
	r = inside(SYS_mremap, (long)text, (long)text_len,
	    (long)text_len + 4096, MREMAP_MAYMOVE, 0);
	if (r >= 0 || r < -4095)
		errx(1, "mremap: %#lx", (unsigned long)r);
	want("prctl", inside(SYS_prctl, 59, 0, 0, 0, 0), -EINVAL);
	want("prctl on", inside(SYS_prctl, 59, 1, 4096, 4096, 0), -EINVAL);
	status = child(unmap_all);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		errx(1, "unmapped: status %#x", (unsigned)status);
	status = child(replace);
	if (!WIFSIGNALED(status) || WTERMSIG(status) != SIGKILL)
		errx(1, "replaced: status %#x", (unsigned)status);
	want("dontfork", child(no_fork_copy), 0);
}

/* An image's own crash: a jump to its gate without a thread block. */
static void
crash(void)
{

	((void (*)(void))(uintptr_t)text)();
}

static void
crashed(void)
{
	int status = child(crash);

	if (!WIFSIGNALED(status))
		errx(1, "status %#x", (unsigned)status);
}

static const struct {
	const char *name;
	void	(*fn)(void);
} cases[] = {
	{ "int80", int80 }, { "x32", x32 }, { "mode", mode },
	{ "refused", refused }, { "written", written },
	{ "deliberate", deliberate }, { "crashed", crashed },
};

int
main(int argc, char **argv)
{
	size_t i;

	find_image();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (argc == 2 && strcmp(argv[1], cases[i].name) == 0) {
			cases[i].fn();
			return (0);
		}
	errx(2, "usage: hostile CASE");
}
