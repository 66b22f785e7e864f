/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * FreeBSD's system calls (sys/kern/syscalls.master) for freestanding programs
 * of this folder: the result, or a negated errno where the carry flag is set.
 */
#ifndef TESTS_BSDROOT_SYS_H
#define TESTS_BSDROOT_SYS_H

#define	SYS_exit	1
#define	SYS_read	3
#define	SYS_write	4
#define	SYS_open	5
#define	SYS_close	6
#define	SYS_unlink	10
#define	SYS_execve	59
#define	SYS_rmdir	137
#define	SYS_mkdir	136
#define	SYS_mprotect	74
#define	SYS_pread	475
#define	SYS_mmap	477

#define	O_RDONLY	0
#define	O_WRONLY	1
#define	O_CREAT		0x200
#define	PROT_READ	1
#define	PROT_WRITE	2
#define	PROT_EXEC	4
#define	MAP_PRIVATE	0x2
#define	MAP_FIXED	0x10
#define	MAP_ANON	0x1000

static inline long
sys6(long nr, long a, long b, long c, long d, long e, long f)
{
	register long r10 __asm__("r10") = d;
	register long r8 __asm__("r8") = e;
	register long r9 __asm__("r9") = f;
	char failed;

	__asm__ volatile("syscall" : "+a"(nr), "=@ccc"(failed), "+d"(c),
	    "+r"(r8), "+r"(r9), "+r"(r10) : "D"(a), "S"(b) :
	    "rcx", "r11", "memory");
	return (failed ? -nr : nr);
}

#define	SYS_(nr, a, b, c, d, e, f, ...)					\
	sys6((long)(nr), (long)(a), (long)(b), (long)(c), (long)(d),	\
	    (long)(e), (long)(f))
#define	sys(...)	SYS_(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

static inline unsigned long
length(const char *s)
{
	unsigned long n;

	for (n = 0; s[n] != '\0'; n++)
		__asm__("");	/* no call of a library's strlen */
	return (n);
}

static inline void
print(const char *s)
{

	sys(SYS_write, 1, s, length(s));
}

static inline void
print_number(long v)
{
	char buf[24], *p = buf + sizeof(buf);
	unsigned long u = v < 0 ? -(unsigned long)v : (unsigned long)v;

	*--p = '\0';
	do
		*--p = (char)('0' + u % 10);
	while ((u /= 10) != 0);
	if (v < 0)
		*--p = '-';
	print(p);
}

static inline int
same(const char *a, const char *b)
{

	for (; *a == *b && *a != '\0'; a++, b++)
		;
	return (*a == *b);
}

#endif
