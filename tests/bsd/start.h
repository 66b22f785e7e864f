/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Small programs against the raw calls of a BSD: no C library, no headers of
 * that system, own constants.  Compiled once per system with FREEBSD,
 * DRAGONFLY or NETBSD defined.
 *
 * A program is a list of cases:
 *
 *	CASE(pipe_is_ready)
 *	{
 *		CHECK(sys(SYS_close, 99) == -EBADF);
 *	}
 *
 * `program -l' lists them, `program CASE' runs one and ends with 1 if a check
 * fails, which is reported with its line and what errno() and the like gave.
 */
#ifndef TESTS_BSD_START_H
#define TESTS_BSD_START_H

#include <stddef.h>
#include <stdint.h>

#if !defined(FREEBSD) && !defined(DRAGONFLY) && !defined(NETBSD)
#error "define FREEBSD, DRAGONFLY or NETBSD"
#endif

#include "numbers.h"

/*
 * The call: its result, or its errno negated.  sys_second is the second
 * result register after the last call of any thread.
 */
long	sys6(long nr, long a, long b, long c, long d, long e, long f);
long	sys8(long nr, long a, long b, long c, long d, long e, long f, long g,
	    long h);
extern long sys_second;
#define	SYS_ARGS(nr, a, b, c, d, e, f, ...)				\
	sys6((long)(nr), (long)(a), (long)(b), (long)(c), (long)(d),	\
	    (long)(e), (long)(f))
#define	sys(...)	SYS_ARGS(__VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

struct test_case {
	const char	*name;
	void		(*run)(void);
} __attribute__((__aligned__(16)));

#define	CASE(n)								\
	static void n(void);						\
	static const struct test_case case_##n				\
	    __attribute__((__used__, __section__("cases"))) = { #n, n };\
	static void n(void)

#define	CHECK(x)	check((x) != 0, #x, __FILE__, __LINE__)
#define	EQUAL(a, b)	equal((long)(a), (long)(b), #a, #b, __FILE__, __LINE__)
void	check(int ok, const char *what, const char *file, int line);
void	equal(long a, long b, const char *as, const char *bs,
	    const char *file, int line);

void	print(const char *s);
void	print_number(long v);
void	exit_process(int status) __attribute__((__noreturn__));

void	*memset(void *, int, size_t);
void	*memcpy(void *, const void *, size_t);
int	 memcmp(const void *, const void *, size_t);
size_t	 strlen(const char *);
int	 strcmp(const char *, const char *);

struct timespec {
	int64_t		tv_sec, tv_nsec;
};
int64_t	now(void);			/* CLOCK_MONOTONIC, nanoseconds */
void	nap(int64_t ms);
void	make_pipe(int fd[2]);
int	child(void);			/* fork: 0 in the child */
int	reap(int pid);			/* its wait status */

/*
 * A thread on a stack of its own, of at most 16; join_threads waits until
 * all have returned.
 */
void	thread(void (*f)(void *), void *arg);
void	join_threads(void);
long	thread_self(void);
extern long thread_ids[16];		/* by order of creation */

/* Program arguments and environment, as the kernel left them. */
extern char **environment;

#endif
