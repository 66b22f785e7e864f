/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Memory: the break, mappings, and what happens to a program that aims
 * munmap, mprotect, mremap or MAP_FIXED at mappings that it never made.
 * The last is the only part that prints, and only where the answer cannot
 * depend on whose mapping it is.
 */
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/shm.h>

#include "guest.h"

#if defined(__i386__)
#define	FREE_PLACE	0x70000000
#define	STACK_PLACE	0xffffd000
#define	BEYOND		0xfffff000
#define	TOO_MUCH	0xfffff000
#define	MMAP		SYS_mmap2
#else
#define	FREE_PLACE	0x700000000000
#define	STACK_PLACE	0x7ffffffff000
#define	BEYOND		(1UL << 56)
#define	TOO_MUCH	0x7ffffffffffff000
#define	MMAP		SYS_mmap
#endif

/* The C library's sbrk may refuse to exist. */
static void *
move_break(long by)
{
	char *p = (char *)RAW(SYS_brk, 0);

	if (by != 0 && (char *)RAW(SYS_brk, p + by) != p + by)
		return ((void *)-1);
	return (p);
}

static void
brk_grow(void)
{
	char *old, *p;
	int i;

	CHECK((old = move_break(0)) != (void *)-1);
	for (i = 0; i < 64; i++) {
		CHECK((p = move_break(65536)) != (void *)-1);
		if (i > 0)
			CHECK(p == old);
		memset(p, i + 1, 65536);
		old = p + 65536;
	}
	EQUAL(old[-1], 64);
	CHECK(move_break(0) == old);
	CHECK(move_break(-65536 * 10) == old);
	CHECK(move_break(0) == old - 65536 * 10);
	CHECK(move_break(65536) == old - 65536 * 10);
	for (i = 0; i < 65536; i++)
		EQUAL(old[-65536 * 10 + i], 0);		/* fresh again */
	/* below its start, and absurdly high: refused, unchanged */
	p = (char *)RAW(SYS_brk, 0);
	EQUAL(RAW(SYS_brk, 4096), p);
	EQUAL(RAW(SYS_brk, STACK_PLACE), p);
	EQUAL(RAW(SYS_brk, -1), p);
	EQUAL(RAW(SYS_brk, p + 1), p + 1);	/* not only whole pages */
	EQUAL(RAW(SYS_brk, p), p);
}

static void
brk_limit(void)
{
	struct rlimit rl = { 1 << 20, 1 << 20 };
	char *p = (char *)RAW(SYS_brk, 0);

	OK(setrlimit(RLIMIT_DATA, &rl));
	EQUAL(RAW(SYS_brk, p + (64 << 20)), p);
	EQUAL(RAW(SYS_brk, 0), p);
}

static void
brk_in_maps(void)
{
	char line[512], *p = move_break(1 << 20);
	unsigned long a, b;
	int found = 0;
	FILE *fp;

	CHECK(p != (void *)-1);
	CHECK((fp = fopen("/proc/self/maps", "r")) != NULL);
	while (fgets(line, sizeof(line), fp) != NULL) {
		CHECK(sscanf(line, "%lx-%lx", &a, &b) == 2);
		if ((unsigned long)p >= a && (unsigned long)p < b)
			found = 1;
	}
	fclose(fp);
	EQUAL(found, 1);
}

/* A break that other mappings stand in the way of does not grow over them. */
static void
brk_blocked(void)
{
	char *p = (char *)RAW(SYS_brk, 0), *q;
	char *above = (char *)(((unsigned long)p + 0xfffff) & ~0xfffUL);

	q = mmap(above, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
	CHECK(q == above);
	*q = 77;
	EQUAL(RAW(SYS_brk, above + 8192), p);
	EQUAL(*q, 77);
}

static void
maps(void)
{
	char *p, *q;

	p = mmap(NULL, 16384, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	CHECK(p != MAP_FAILED);
	memset(p, 3, 16384);
	OK(munmap(p + 4096, 4096));
	FAILS(msync(p + 4096, 4096, MS_ASYNC), ENOMEM);
	q = mmap(p + 4096, 4096, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED,
	    -1, 0);
	CHECK(q == p + 4096);
	EQUAL(*q, 0);
	OK(mprotect(p, 16384, PROT_READ));
	OK(madvise(p, 16384, MADV_DONTNEED));
	EQUAL(p[0], 0);
	q = mremap(p + 8192, 8192, 1 << 20, MREMAP_MAYMOVE);
	CHECK(q != MAP_FAILED);
	OK(munmap(q, 1 << 20));
	FAILS(mmap(NULL, 0, PROT_READ, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0), EINVAL);
	FAILS(mmap(NULL, 4096, PROT_READ, MAP_PRIVATE, -1, 0), EBADF);
	EQUAL(RAW(SYS_mprotect, p + 1, 4096, PROT_READ), -EINVAL);
	EQUAL(RAW(SYS_munmap, p + 1, 4096), -EINVAL);
}

static void
shared(void)
{
	int id, status;
	pid_t pid;
	char *p;

	OK(id = shmget(IPC_PRIVATE, 8192, IPC_CREAT | 0600));
	p = shmat(id, NULL, 0);
	shmctl(id, IPC_RMID, NULL);
	CHECK(p != (void *)-1);
	OK(pid = fork());
	if (pid == 0) {
		p[4096] = 99;
		_exit(0);
	}
	EQUAL(waitpid(pid, &status, 0), pid);
	EQUAL(p[4096], 99);
	OK(shmdt(p));
}

struct range {
	unsigned long	from, to;
	char		prot[5];
	int		ours;
};

/* The mappings as they are now; ours: holding this program's text, data or stack. */
static int
list(struct range *r, int max)
{
	static char data[1] = { 1 };
	char line[600], local;
	unsigned long here[4] = { (unsigned long)list, (unsigned long)data,
	    (unsigned long)&local, (unsigned long)&errno };
	int i, n = 0;
	FILE *fp;

	CHECK((fp = fopen("/proc/self/maps", "r")) != NULL);
	while (n < max && fgets(line, sizeof(line), fp) != NULL) {
		CHECK(sscanf(line, "%lx-%lx %4s", &r[n].from, &r[n].to, r[n].prot) == 3);
		r[n].ours = strstr(line, "[vsyscall]") != NULL;
		for (i = 0; i < 4; i++)
			if (here[i] >= r[n].from && here[i] < r[n].to)
				r[n].ours = 1;
		n++;
	}
	fclose(fp);
	return (n);
}

/*
 * Every executable mapping that is not ours, if there is one, either may be
 * changed (natively: the vdso) or refuses: in both cases the program goes on
 * calling the kernel, or dies of a signal.  It never runs on unseen.
 */
static struct range target;
static int attack_kind;

static void
attack(void)
{
	size_t len = target.to - target.from;
	void *at = (void *)target.from;
	long r = 0;

	switch (attack_kind) {
	case 0:
		r = RAW(SYS_munmap, at, len);
		break;
	case 1:
		r = RAW(SYS_mprotect, at, len, PROT_NONE);
		break;
	case 2:
		r = RAW(MMAP, at, len, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0);
		break;
	case 3:
		r = RAW(SYS_mremap, at, len, len, MREMAP_MAYMOVE | MREMAP_FIXED,
		    FREE_PLACE);
		break;
	case 4:
		r = RAW(SYS_munmap, at, 4096);
		break;
	case 5:
		r = RAW(SYS_mprotect, at, 4096, PROT_READ | PROT_WRITE | PROT_EXEC);
		break;
	case 6:
		r = RAW(SYS_mremap, FREE_PLACE, 4096, 4096,
		    MREMAP_MAYMOVE | MREMAP_FIXED, at);
		break;
	case 7:
		r = RAW(SYS_madvise, at, len, MADV_DONTNEED);
		break;
	}
	(void)r;
	/* Either way calls still work and reach the right kernel. */
	if (RAW(SYS_getpid) <= 0)
		RAW(SYS_exit, 3);
	if (RAW(SYS_close, 12345) != -EBADF)
		RAW(SYS_exit, 4);
	RAW(SYS_exit_group, 0);
}

static void
foreign(void)
{
	static struct range r[256];
	int i, n, status, tried = 0;

	CHECK(mmap((void *)FREE_PLACE, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0) != MAP_FAILED);
	n = list(r, 256);
	CHECK(n > 3);
	for (i = 0; i < n; i++) {
		if (r[i].ours || r[i].from == FREE_PLACE)
			continue;
		target = r[i];
		for (attack_kind = 0; attack_kind < 8; attack_kind++) {
			status = guest_child(attack);
			tried++;
			if (status != 0 && !WIFSIGNALED(status))
				FAIL("%lx-%lx %s: attack %d: wait status %#x",
				    r[i].from, r[i].to, r[i].prot, attack_kind,
				    (unsigned)status);
		}
	}
	CHECK(tried >= 0);
}

/* A wish for the whole address space is refused and changes nothing. */
static void
everything(void)
{
	EQUAL(RAW(SYS_munmap, 0x1000, -1), -EINVAL);
	EQUAL(RAW(SYS_munmap, 0, TOO_MUCH), -EINVAL);
	EQUAL(RAW(SYS_mprotect, 0, 4096, PROT_READ), -ENOMEM);
	EQUAL(RAW(MMAP, BEYOND, 4096, PROT_READ,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED, -1, 0), -ENOMEM);
}

static void
own_code(void)
{
	/* mov $99, %eax ; ret */
	static const unsigned char code[] = { 0xb8, 99, 0, 0, 0, 0xc3 };
	char *p = mmap(NULL, 4096, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	CHECK(p != MAP_FAILED);
	memcpy(p, code, sizeof(code));
	OK(mprotect(p, 4096, PROT_READ | PROT_EXEC));
	EQUAL(((int (*)(void))(uintptr_t)p)(), 99);
}

static void
large(void)
{
	size_t gb = sizeof(long) == 8 ? 1UL << 30 : 1UL << 24;
	char *p = mmap(NULL, 64 * gb, PROT_NONE,
	    MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	CHECK(p != MAP_FAILED);
	OK(mprotect(p + 32 * gb, 4096, PROT_READ | PROT_WRITE));
	p[32 * gb] = 1;
	OK(munmap(p, 64 * gb));
}

const struct guest_case guest_cases[] = {
	{ "brk_grow", brk_grow },
	{ "brk_limit", brk_limit },
	{ "brk_in_maps", brk_in_maps },
	{ "brk_blocked", brk_blocked },
	{ "maps", maps },
	{ "shared", shared },
	{ "foreign", foreign },
	{ "everything", everything },
	{ "own_code", own_code },
	{ "large", large },
	{ NULL, NULL }
};
