/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A site that traps often is patched, if that can be done by one store that
 * other threads see whole.  There are two ways:
 *
 *	mov $NR,%eax	->	jmp slot		the five bytes of the
 *	syscall			syscall			instruction before it,
 *							often the number's load
 *
 *	syscall		->	jmp pad			two bytes for two; five
 *	pad: int3 ...		pad: jmp slot		bytes of padding in reach
 *
 *	slot:			mov $NR,%eax		only for the first way
 *				mov ret[i](%rip), %rcx
 *				jmp *entry(%rip)	pimg_entry_rcx
 *
 * No register but rcx is touched and no memory of the program's, as by the
 * instruction itself, so the image is entered as any carrier enters it.  What
 * cannot be reached goes on trapping.
 *
 * A site is found by its trap, so no code is scanned.  The five bytes before
 * it are taken for an instruction only if they are one of a few loads and the
 * trap's registers are what it would have left.  Only int3 counts as padding, within the program's own text:
 * compilers that pad with no-ops leave bytes that may be executed.  A page
 * that cannot be made writable (a policy against it) ends all attempts.
 */
#include <linux/mman.h>

#include "arch.h"
#include "runtime.h"
#include "site.h"

#define	SLOTS		128
#define	SLOT_SIZE	32
#define	SLOT_PLAIN	5		/* behind the instruction that was moved */
#define	OFTEN		8		/* traps before a site is patched */
#define	WATCHED		128		/* sites that are counted */
#define	REACH		128
#define	JUMP		5		/* jmp rel32, mov $imm32,%eax */
#define	LINE		64
#define	NEAR		0x10000UL	/* steps in which room is looked for */

/* What slots read: behind their page, at the same distance in each process. */
struct data {
	uint64_t	ret[SLOTS];
	uint64_t	entry;
};

static struct {
	uint32_t	busy;		/* one patches, others go on trapping */
	uint32_t	useless;
	unsigned long	code;		/* the slots' page; struct data behind it */
	uint32_t	count;
	uint64_t	from[SLOTS];	/* the jump to the slot */
	struct {
		uint64_t site;
		uint32_t traps;
	} watched[WATCHED];
} sites;

/* Whether this trap makes the site worth it. */
static int
often(unsigned long site)
{
	unsigned i = (unsigned)(site * 0x9e3779b97f4a7c15UL >> 57) % WATCHED;

	if (sites.watched[i].site != site) {
		sites.watched[i].site = site;
		sites.watched[i].traps = 0;
	}
	/* once: what could not be patched then is left alone */
	return (++sites.watched[i].traps == OFTEN);
}

static struct data *
data_of(unsigned long code)
{

	return ((struct data *)(code + PIMG_PAGE));
}

static void
put32(uint8_t *p, long v)
{
	int32_t w = (int32_t)v;

	pimg_memcpy(p, &w, sizeof(w));
}

/* Writes slot i; no thread can be in it yet, but in others of its page. */
static int
write_slot(uint32_t i, const uint8_t first[JUMP])
{
	unsigned long at = sites.code + (unsigned long)i * SLOT_SIZE;
	unsigned long data = sites.code + PIMG_PAGE;
	uint8_t *p = (uint8_t *)at;

	if (pimg_sys(__NR_mprotect, sites.code, PIMG_PAGE,
	    PROT_READ | PROT_WRITE | PROT_EXEC) != 0)
		return (0);
	pimg_memset(p, 0xcc, SLOT_SIZE);
	pimg_memcpy(p, first, JUMP);
	p[5] = 0x48;			/* mov ret[i](%rip), %rcx */
	p[6] = 0x8b;
	p[7] = 0x0d;
	put32(p + 8, (long)(data + offsetof(struct data, ret) +
	    (unsigned long)i * 8 - (at + 12)));
	p[12] = 0xff;			/* jmp *entry(%rip) */
	p[13] = 0x25;
	put32(p + 14, (long)(data + offsetof(struct data, entry) - (at + 18)));
	pimg_sys(__NR_mprotect, sites.code, PIMG_PAGE, PROT_READ | PROT_EXEC);
	return (1);
}

/* Room for the slots where a rel32 from the text reaches it. */
static unsigned long
make_slots(void)
{
	unsigned long low = PIMG_PAGE_DOWN(pimg_process.text), at, step;
	unsigned long size = PIMG_PAGE + PIMG_PAGE_UP(sizeof(struct data));
	long r;

	for (step = 1; step < 2048; step++) {
		at = low - step * NEAR;
		if (step * NEAR + NEAR >= low)
			at = PIMG_PAGE_UP(pimg_process.text_end) + step * NEAR * 64;
		r = pimg_mmap(at, size, PROT_READ | PROT_WRITE,
		    MAP_PRIVATE | MAP_ANONYMOUS | MAP_FIXED_NOREPLACE, -1, 0);
		if (pimg_failed(r))
			continue;
		if ((unsigned long)r == at)
			break;
		pimg_sys(__NR_munmap, r, size);
	}
	if (step == 2048)
		return (0);
	data_of(at)->entry = (uint64_t)pimg_entry;
	if (pimg_sys(__NR_mprotect, at, PIMG_PAGE, PROT_READ | PROT_EXEC) != 0) {
		pimg_sys(__NR_munmap, at, size);
		return (0);
	}
	return (at);
}

/* The first free padding that a short jump behind site reaches, or 0. */
static unsigned long
find_pad(unsigned long site)
{
	unsigned long low = site + 2 - REACH, high = site + 2 + REACH - 1, i;
	uint8_t text[2 * REACH + JUMP];
	unsigned run = 0;

	if (low < pimg_process.text)
		low = pimg_process.text;
	if (high + JUMP > pimg_process.text_end)
		high = pimg_process.text_end - JUMP;
	if (high <= low || high - low + JUMP > sizeof(text) ||
	    pimg_copyin(text, low, high - low + JUMP) != 0)
		return (0);
	for (i = 0; i < high - low + JUMP; i++) {
		run = text[i] == 0xcc ? run + 1 : 0;
		if (run == JUMP)
			return (low + i - (JUMP - 1));
	}
	return (0);
}

/* Exchanges the word at addr, all of it in one cache line. */
static int
exchange(unsigned long addr, uint64_t old, uint64_t new)
{

	return (pimg_cas_guest64(addr, old, new) == old);
}

/* Where the 8 bytes are that hold [from, from + len) in one cache line, or 0. */
static unsigned long
word_at(unsigned long from, unsigned long len)
{
	unsigned long at = from;

	if (from % LINE > LINE - 8)
		at = from - from % LINE + LINE - 8;
	return (from + len <= at + 8 ? at : 0);
}

/* Replaces len bytes at from by text, which must be old there. */
static int
replace(unsigned long from, const uint8_t *old, const uint8_t *text,
    unsigned long len)
{
	unsigned long at = word_at(from, len), first, size;
	uint64_t was, is;
	int ok;

	if (at == 0 || pimg_copyin(&was, at, sizeof(was)) != 0)
		return (0);
	is = was;
	pimg_memcpy((uint8_t *)&was + (from - at), old, len);
	if (was != is)
		return (0);
	pimg_memcpy((uint8_t *)&is + (from - at), text, len);
	first = PIMG_PAGE_DOWN(at);
	size = PIMG_PAGE_UP(at + 8) - first;
	if (pimg_sys(__NR_mprotect, first, size,
	    PROT_READ | PROT_WRITE | PROT_EXEC) != 0) {
		sites.useless = 1;
		return (0);
	}
	ok = exchange(at, was, is);
	pimg_sys(__NR_mprotect, first, size, PROT_READ | PROT_EXEC);
	return (ok);
}

static void
make_jump(uint8_t jump[JUMP], unsigned long from, unsigned long to)
{

	jump[0] = 0xe9;
	put32(jump + 1, (long)(to - (from + JUMP)));
}

/* A register by its number in an instruction. */
static uint64_t
reg(const struct sigcontext *mc, unsigned n)
{
	const uint64_t by_number[8] = { mc->rax, mc->rcx, mc->rdx, mc->rbx,
	    mc->rsp, mc->rbp, mc->rsi, mc->rdi };

	return (by_number[n]);
}

/*
 * Whether the five bytes behind text[0] are an instruction that left mc as
 * it is: the load of eax with a constant, or the load of a register with an
 * address on the stack or from it.  text[0] must not be a prefix of theirs.
 */
static int
is_load(const uint8_t text[JUMP + 1], const struct sigcontext *mc)
{
	const uint8_t *p = text + 1;
	uint64_t at = mc->rsp + (uint64_t)(int64_t)(int8_t)p[4], value;
	uint32_t word;

	if ((text[0] & 0xf0) == 0x40)
		return (0);
	if (p[0] == 0xb8) {
		pimg_memcpy(&word, p + 1, sizeof(word));
		return (word == mc->rax);
	}
	if (p[0] != 0x48 || (p[2] & 0xc7) != 0x44 || p[3] != 0x24 ||
	    (p[1] != 0x8b && p[1] != 0x8d))
		return (0);
	value = at;
	if (p[1] == 0x8b && pimg_copyin(&value, at, sizeof(value)) != 0)
		return (0);
	return (value == reg(mc, p[2] >> 3 & 7));
}

/* The first way.  Returns whether the site is patched. */
static int
by_move(unsigned long site, const struct sigcontext *mc, uint32_t i)
{
	unsigned long from = site - JUMP;
	uint8_t text[JUMP + 1], jump[JUMP];

	if (pimg_copyin(text, from - 1, sizeof(text)) != 0 ||
	    !is_load(text, mc) || !write_slot(i, text + 1))
		return (0);
	sites.from[i] = from;
	make_jump(jump, from, sites.code + i * SLOT_SIZE);
	return (replace(from, text + 1, jump, JUMP));
}

/* The second way: the instruction itself, and padding. */
static int
by_pad(unsigned long site, uint32_t i)
{
	static const uint8_t call[2] = { 0x0f, 0x05 }, none[JUMP] =
	    { 0xcc, 0xcc, 0xcc, 0xcc, 0xcc };
	unsigned long pad = find_pad(site);
	uint8_t jump[JUMP], hop[2] = { 0xeb, (uint8_t)(pad - (site + 2)) };

	if (pad == 0 || !write_slot(i, none))
		return (0);
	sites.from[i] = pad;
	make_jump(jump, pad, sites.code + i * SLOT_SIZE + SLOT_PLAIN);
	return (replace(pad, none, jump, JUMP) && replace(site, call, hop, 2));
}

static void
patch(unsigned long site, const struct sigcontext *mc)
{
	struct data *d;
	uint32_t i = sites.count;

	if (i == SLOTS)
		return;
	if (sites.code == 0 && (sites.code = make_slots()) == 0) {
		sites.useless = 1;
		return;
	}
	/* the slot is whole before anything leads to it */
	d = data_of(sites.code);
	d->ret[i] = site + 2;
	sites.from[i] = 0;
	__atomic_store_n(&sites.count, i + 1, __ATOMIC_RELEASE);
	if (!by_move(site, mc, i) && !by_pad(site, i))
		__atomic_store_n(&sites.count, i, __ATOMIC_RELEASE);
}

void
pimg_site_trapped(const struct ucontext *uc)
{
	unsigned long ret = uc->uc_mcontext.rip, site = ret - 2;

	if (sites.useless || site < pimg_process.text + JUMP ||
	    ret > pimg_process.text_end || !often(site))
		return;
	if (__atomic_exchange_n(&sites.busy, 1, __ATOMIC_ACQUIRE) != 0)
		return;
	patch(site, &uc->uc_mcontext);
	__atomic_store_n(&sites.busy, 0, __ATOMIC_RELEASE);
}

unsigned long
pimg_site_undo(unsigned long ip)
{
	uint32_t i, n = __atomic_load_n(&sites.count, __ATOMIC_ACQUIRE);
	const struct data *d = data_of(sites.code);
	unsigned long at = ip - sites.code;

	if (n == 0)
		return (ip);
	if (at < PIMG_PAGE && at / SLOT_SIZE < n) {
		i = (uint32_t)(at / SLOT_SIZE);
		/* before the moved instruction: again from the jump */
		return (at % SLOT_SIZE == 0 ? sites.from[i] : d->ret[i] - 2);
	}
	for (i = 0; i < n; i++)
		if (sites.from[i] == ip && d->ret[i] - 2 - JUMP != ip)
			return (d->ret[i] - 2);		/* in the padding */
	return (ip);
}

int
pimg_site_overlaps(unsigned long addr, unsigned long len)
{
	unsigned long size = PIMG_PAGE + PIMG_PAGE_UP(sizeof(struct data));

	return (sites.code != 0 && addr < sites.code + size &&
	    sites.code < addr + len);
}
