/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Whose program a child of ours is: brand.h's rules asked of an open file,
 * with what this image's own note claims and the user's --native rules.
 */
#include "arch.h"
#include "brand.h"
#include "runtime.h"

static long
read_file(void *ctx, void *buf, size_t len, uint64_t off)
{

	return (pimg_read_at((int)(long)ctx, buf, len, (unsigned long)off));
}

/* The image's file is its R+X segment. */
static long
read_self(void *ctx, void *buf, size_t len, uint64_t off)
{
	unsigned long size = (unsigned long)(pimg_text_end - __ehdr_start);

	(void)ctx;
	if (off >= size)
		return (0);
	if (len > size - off)
		len = (size_t)(size - off);
	pimg_memcpy(buf, __ehdr_start + off, len);
	return ((long)len);
}

/* Does a --native rule fit the name, as it was given or as it is? */
static int
native_rule(int fd, const char *path)
{
	char link[40] = "/proc/self/fd/", real[PIMG_PATH_MAX];
	const char *rule = NULL;
	long n;

	if ((rule = pimg_option_next(NULL, "--native")) == NULL)
		return (0);
	pimg_utoa(link + 14, (unsigned long)fd, 10);
	n = pimg_sys(__NR_readlinkat, PIMG_AT_FDCWD, link, real,
	    sizeof(real) - 1);
	real[pimg_failed(n) ? 0 : n] = '\0';
	for (; rule != NULL; rule = pimg_option_next(rule, "--native"))
		if (pimg_brand_glob(rule, path) ||
		    pimg_brand_glob(rule, real))
			return (1);
	return (0);
}

void
pimg_program_which(int fd, const char *path, struct pimg_verdict *v)
{
	struct pimg_brand_file file = { .read = read_file,
	    .ctx = (void *)(long)fd }, self = { .read = read_self };
	struct pimg_brand_facts facts;
	struct pimg_note note;

	v->fate = PIMG_FATE_STAY;
	v->rule = PIMG_RULE_NONE;
	v->name[0] = '\0';
	pimg_brand_facts(&file, &facts);
	if (facts.kind != PIMG_FILE_ELF ||
	    pimg_brand_open(&self) != PIMG_FILE_ELF ||
	    pimg_brand_image(&self, &note) != 0)
		return;
	pimg_brand_decide(&file, &facts, &note,
	    note.model != PIMG_MODEL_LINUX && native_rule(fd, path), v);
}
