/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The vDSO runs past every carrier, so a guest of an old kernel must not
 * find functions in it that its kernel did not have.  The guest is shown a
 * copy of the vDSO's ELF file in which their symbols are erased and the
 * others lead to the functions in the real one; the copy's own code is never
 * run.  (The real pages cannot be written on every kernel: some refuse
 * mprotect there.)
 *
 * A personality that has no vDSO uses the native one itself, for clocks.
 */
#include "arch.h"
#include "runtime.h"

#define	KERNEL(a, b, c)	((a) << 16 | (b) << 8 | (c))
#define	VDSO_MAX	0x10000UL

struct table {
	pimg_sym	*sym;
	const char	*str;
	uint32_t	count;
};

/* Functions of the vDSO and the kernels that brought them. */
static int
allowed(const char *name)
{
	static const struct {
		char		name[24];
		uint32_t	since;
	} functions[] = {
#if defined(__x86_64__)
		{ "gettimeofday", KERNEL(2, 6, 23) },
		{ "clock_gettime", KERNEL(2, 6, 23) },
		{ "getcpu", KERNEL(2, 6, 23) },
		{ "time", KERNEL(3, 0, 0) },
		{ "clock_getres", KERNEL(5, 3, 0) },
		{ "sgx_enter_enclave", KERNEL(5, 11, 0) },
		{ "getrandom", KERNEL(6, 11, 0) },
#elif defined(__i386__)
		{ "kernel_vsyscall", KERNEL(2, 6, 0) },
		{ "kernel_sigreturn", KERNEL(2, 6, 0) },
		{ "kernel_rt_sigreturn", KERNEL(2, 6, 0) },
		{ "gettimeofday", KERNEL(3, 15, 0) },
		{ "clock_gettime", KERNEL(3, 15, 0) },
		{ "time", KERNEL(3, 15, 0) },
		{ "clock_gettime64", KERNEL(5, 3, 0) },
		{ "clock_getres", KERNEL(5, 3, 0) },
		{ "getcpu", KERNEL(6, 4, 0) },
#endif
	};
	size_t i;
	int k;

	if (name[0] == '_' && name[1] == '_' && name[2] == 'v')
		name += 7;		/* "__vdso_" */
	else if (name[0] == '_' && name[1] == '_')
		name += 2;		/* "__kernel_vsyscall" */
	for (i = 0; i < sizeof(functions) / sizeof(functions[0]); i++) {
		for (k = 0; name[k] != '\0' &&
		    name[k] == functions[i].name[k]; k++)
			;
		if (name[k] == functions[i].name[k])
			return (pimg_release_code >= functions[i].since);
	}
	return (name[0] == 'L');	/* the version name, LINUX_2.6 */
}

/* The number of symbols by the GNU hash table at h. */
static uint32_t
gnu_hash_count(const uint32_t *h)
{
	uint32_t buckets = h[0], first = h[1], bloom = h[2], i, last = 0;
	const uint32_t *bucket = h + 4 + bloom * PIMG_BLOOM_WORDS, *chain = bucket + buckets;

	for (i = 0; i < buckets; i++)
		if (bucket[i] > last)
			last = bucket[i];
	if (last < first)
		return (first);
	while ((chain[last - first] & 1) == 0)
		last++;
	return (last + 1);
}

static int
find_table(unsigned long base, struct table *t)
{
	const pimg_ehdr *eh = (const pimg_ehdr *)base;
	const pimg_phdr *ph = (const pimg_phdr *)(base + eh->e_phoff);
	const pimg_dyn *dyn = NULL;
	int i;

	pimg_memset(t, 0, sizeof(*t));
	for (i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == PT_DYNAMIC)
			dyn = (const pimg_dyn *)(base + ph[i].p_offset);
	for (; dyn != NULL && dyn->d_tag != DT_NULL; dyn++) {
		unsigned long at = base + (dyn->d_un.d_ptr & (VDSO_MAX - 1));

		if (dyn->d_tag == DT_SYMTAB)
			t->sym = (pimg_sym *)at;
		else if (dyn->d_tag == DT_STRTAB)
			t->str = (const char *)at;
		else if (dyn->d_tag == DT_HASH)
			t->count = ((const uint32_t *)at)[1];
		else if (dyn->d_tag == 0x6ffffef5 && t->count == 0)
			t->count = gnu_hash_count((const uint32_t *)at);
	}
	return (t->sym != NULL && t->str != NULL && t->count != 0);
}

/* Bytes from the ELF header to the end of the loaded file. */
static unsigned long
file_size(unsigned long base)
{
	const pimg_ehdr *eh = (const pimg_ehdr *)base;
	const pimg_phdr *ph = (const pimg_phdr *)(base + eh->e_phoff);
	unsigned long size = 0;
	int i;

	for (i = 0; i < eh->e_phnum; i++)
		if (ph[i].p_type == PT_LOAD &&
		    ph[i].p_offset + ph[i].p_filesz > size)
			size = ph[i].p_offset + ph[i].p_filesz;
	return (size);
}

/* The copy is in the image's own memory: another mapping costs every exec. */
static char vdso[VDSO_MAX] __attribute__((__aligned__(4096)));

/*
 * Makes the guest's copy of the vDSO at base.  Returns its address, or 0 if
 * it cannot be made; the guest is then not told of a vDSO at all.
 */
unsigned long
pimg_vdso_copy(unsigned long base)
{
	unsigned long size = file_size(base), copy;
	pimg_ehdr *eh;
	struct table t;
	uint32_t i;

	if (size == 0 || size > VDSO_MAX || !find_table(base, &t))
		return (0);
	copy = (unsigned long)vdso;
	pimg_memcpy((void *)copy, (const void *)base, size);
	eh = (pimg_ehdr *)copy;		/* sections are not part of the copy */
	eh->e_shoff = 0;
	eh->e_shnum = eh->e_shstrndx = 0;
	t.sym = (pimg_sym *)((unsigned long)t.sym - base + copy);
	for (i = 1; i < t.count; i++)
		if (!allowed(t.str + t.sym[i].st_name))
			pimg_memset(&t.sym[i], 0, sizeof(t.sym[i]));
		else if (t.sym[i].st_shndx != 0 && t.sym[i].st_shndx < 0xff00)
			t.sym[i].st_value += base - copy;
	return (copy);
}

/* Where the vDSO at base has the function name, or 0. */
unsigned long
pimg_vdso_symbol(unsigned long base, const char *name)
{
	struct table t;
	uint32_t i;

	if (base == 0 || !find_table(base, &t))
		return (0);
	for (i = 1; i < t.count; i++)
		if (t.sym[i].st_shndx != 0 &&
		    pimg_strcmp(t.str + t.sym[i].st_name, name) == 0)
			return (base + t.sym[i].st_value);
	return (0);
}
