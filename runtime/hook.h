/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What generated shims and a personality's C hooks may use.  This is the
 * whole interface: code in protos/NAME/ includes this header and nothing
 * else of the runtime.
 *
 * A shim runs on the thread's private stack (60 KiB), with the guest's
 * signal mask in force, after the guest's registers have been saved in the
 * frame.  It has no TLS, no vector registers and no C library.  Signals
 * that arrive while it runs are kept until it returns.
 *
 * Results are Linux results: a value, or a negated errno in [-4095, -1]
 * (the native numbering; the personality's convention is applied on the way
 * out).
 */
#ifndef PIMG_RUNTIME_HOOK_H
#define PIMG_RUNTIME_HOOK_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"

#pragma GCC visibility push(hidden)

typedef unsigned long pimg_addr;	/* an address in the guest's memory */

/*
 * Native calls.  pimg_call() may block: if a signal is waiting it returns
 * -PIMG_RESTART without making the call, and the shim must pass that value
 * on; the guest's call is then rolled back and made again after the handler
 * (or ends with EINTR, as the kernel decides).  pimg_sys() is for calls that
 * do not block; it is never refused.
 */
#define	PIMG_RESTART	512

long	pimg_call6(long nr, long a, long b, long c, long d, long e, long f);
long	pimg_sys6(long nr, long a, long b, long c, long d, long e, long f);

#define	PIMG_ARGS_(fn, nr, a, b, c, d, e, f, ...)			\
	fn((long)(nr), (long)(a), (long)(b), (long)(c), (long)(d),	\
	    (long)(e), (long)(f))
#define	pimg_call(...)	PIMG_ARGS_(pimg_call6, __VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)
#define	pimg_sys(...)	PIMG_ARGS_(pimg_sys6, __VA_ARGS__, 0, 0, 0, 0, 0, 0, 0)

/*
 * Guest memory.  Return 0, or -EFAULT with as much copied as could be.
 * Sizes in bytes.  These are the only ways to touch guest memory.
 */
long	pimg_copyin(void *dst, pimg_addr src, size_t len);
long	pimg_copyout(pimg_addr dst, const void *src, size_t len);
long	pimg_zeroout(pimg_addr dst, size_t len);

/*
 * Copies a string with its NUL.  Returns its length without the NUL,
 * -EFAULT, or -ENAMETOOLONG when no NUL is found within max bytes.
 */
long	pimg_strin(char *dst, pimg_addr src, size_t max);

/*
 * Copies a path name, as pimg_strin with PATH_MAX, and replaces a name of
 * the process's own executable (/proc/self/exe and its synonyms) by the
 * guest program's, an absolute one by what it means under --root.  dst has PIMG_PATH_MAX bytes.  Returns the length or a
 * negated errno; an empty path is not an error here.
 */
#define	PIMG_PATH_MAX	4096
long	pimg_pathin(char *dst, pimg_addr src);

/*
 * A file name of at most size bytes, copied in already, becomes the one that
 * it means (below the root, if the image runs with one), in place.  Returns 0
 * if nothing changed, its new length, or -ENAMETOOLONG.
 */
long	pimg_name_in(char *name, size_t size);

/*
 * Whether [addr, addr + len) touches memory of the image's own, which a guest
 * may not unmap, protect or replace.
 */
int	pimg_guarded(pimg_addr addr, unsigned long len);

/*
 * Compares the aligned word at addr with old and, if they are equal, replaces
 * it by new, atomically.  Returns the value found, or -EFAULT.
 */
long	pimg_cas_guest(pimg_addr addr, uint32_t old, uint32_t new);
#ifdef __x86_64__
uint64_t pimg_cas_guest64(pimg_addr addr, uint64_t old, uint64_t new);
#endif

/*
 * State that hooks keep between calls is in zero-initialised variables and
 * in mapped memory (zeroed; NULL if there is none).  A lock's section is
 * short, makes no call that blocks and touches no guest memory.
 */
struct pimg_lock {
	uint32_t	owner;		/* a thread id, so that a dead one can be told */
};
void	pimg_lock(struct pimg_lock *l);
void	pimg_unlock(struct pimg_lock *l);
void	*pimg_map_private(size_t len);
void	pimg_unmap_private(void *p, size_t len);

/*
 * Room on the private stack for conversions of variable size is bounded;
 * beyond it a shim maps memory.  pimg_scratch returns len bytes of zeroed
 * memory that stay valid until the current call ends, or NULL (ENOMEM).
 */
void	*pimg_scratch(size_t len);

void	*pimg_memset(void *dst, int c, size_t len);
void	*pimg_memcpy(void *dst, const void *src, size_t len);
size_t	pimg_strlen(const char *s);
int	pimg_strcmp(const char *a, const char *b);
char	*pimg_strlcpy(char *dst, const char *src, size_t size);

/*
 * Numbers of a personality of the BSD convention, by its errno and signal
 * maps; others have neither.  The foreign errno of a native one (both
 * positive; never 0: what the map does not know becomes the errno that its
 * policy names); a native signal of a foreign one and the reverse (0 where
 * there is none).
 */
int	pimg_errno_out(int native);
int	pimg_signal_in(int foreign);
int	pimg_signal_out(int native);

/*
 * The same for whole masks, 128 bits there and 64 here: from and to guest
 * memory; 0 or -EFAULT.
 */
long	pimg_sigset_copyin(uint64_t *native, pimg_addr src);
long	pimg_sigset_copyout(pimg_addr dst, uint64_t native);

/*
 * A call that may block, under the guest's mask set (native numbering) while
 * it does.  *host, to which one of the arguments a leads the kernel, gets the
 * part of the mask that is the kernel's.  As pimg_call() otherwise.
 */
long	pimg_mask_call(long nr, const pimg_reg a[6], uint64_t set,
	    uint64_t *host);

/* mmap(2) with native arguments; refuses to replace what is the image's. */
long	pimg_guest_mmap(const unsigned long a[6]);

/* The guest program's file, an absolute name; "" if it is not known. */
const char *pimg_program_path(void);

/* The guest's stack: the first address above it; its struct ps_strings. */
unsigned long pimg_stack_base(void);
unsigned long pimg_ps_strings(void);

/*
 * BSD: seconds and nanoseconds of a native clock, of most without a call.
 * 0 or a negated errno.
 */
long	pimg_clock_gettime(int clock, int64_t t[2]);

/*
 * What a hook may define to be told: in the child of a fork that copied
 * memory, before guest code runs; in a thread before it exits.
 */
void	bsd_forked(void);
void	bsd_thread_exit(void);

/*
 * Every arrival of a watched signal (native number) is counted, whatever the
 * guest does with it, and bsd_signal_seen(), which a hook may define, is
 * called in the handler: it may take no lock.
 */
long	pimg_signal_watch(int sig, int on);
uint32_t pimg_signal_count(int sig);
void	bsd_signal_seen(int sig);

/*
 * close_range(2), which is also how a personality's closefrom is served: the
 * image's own descriptors are left open.
 */
long	pimg_close_range(unsigned first, unsigned last, unsigned flags);

/*
 * Tells the trace that the program used something that the foreign system has
 * and the personality does not: pimg_missing("ioctl", cmd).  Does nothing
 * unless the program is traced; the call then fails as it does anyway.
 */
void	pimg_missing(const char *what, unsigned long value);

/* Facts of the image, generated from the personality's statement. */
extern const char pimg_personality[];	/* "linux26" */
extern const char pimg_release[];	/* "2.6.39" */

#pragma GCC visibility pop

#endif
