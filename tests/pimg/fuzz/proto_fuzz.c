/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Fuzzes the lexer, the parser, the checker, the generators and the
 * formatter: a text either has errors, or it compiles to C and its canonical
 * form is a fixed point.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "pimg/fmt.h"
#include "pimg/gen.h"
#include "pimg/unit.h"

int	LLVMFuzzerTestOneInput(const uint8_t *, size_t);

static void
generate(struct pimg_unit *u)
{
	uint8_t digest[PIMG_SHA256_BYTES] = {0};
	struct pimg_text t = {0};
	size_t i;
	int abi;

	for (abi = 0; abi < PIMG_NABI; abi++) {
		if (u->tables[abi].count == 0)
			continue;
		pimg_gen_header(u, (enum pimg_abi)abi, digest, &t);
		pimg_gen_dispatch(u, (enum pimg_abi)abi, &t);
		pimg_gen_conv(u, (enum pimg_abi)abi, &t);
		pimg_gen_shims(u, (enum pimg_abi)abi, &t);
		pimg_gen_trace(u, (enum pimg_abi)abi, &t);
		pimg_gen_roundtrip(u, (enum pimg_abi)abi, &t);
		for (i = 0; pimg_gen_assert(u, (enum pimg_abi)abi, i, &t); i++)
			;
		pimg_text_free(&t);
	}
}

static void
format(const struct pimg_source *s)
{
	struct pimg_arena arena = {0};
	struct pimg_diags d1 = { .arena = &arena }, d2 = { .arena = &arena };
	struct pimg_text once = {0}, twice = {0};
	struct pimg_source again = *s;

	if (pimg_fmt(s, &d1, &once) == 0) {
		again.text = once.len > 0 ? once.data : "";
		again.len = once.len;
		if (pimg_fmt(&again, &d2, &twice) != 0 ||
		    once.len != twice.len || (once.len > 0 &&
		    memcmp(once.data, twice.data, once.len) != 0))
			abort();
	}
	pimg_text_free(&once);
	pimg_text_free(&twice);
	pimg_arena_free(&arena);
}

int
LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct pimg_source s = { .name = "fuzz", .folder = "fuzz" };
	struct pimg_unit u;
	char *text;

	if (size > 65536 || memchr(data, '\0', size) != NULL)
		return (0);
	if ((text = malloc(size + 1)) == NULL)
		abort();
	memcpy(text, data, size);
	text[size] = '\0';
	s.text = text;
	s.len = size;
	pimg_unit_init(&u);
	pimg_unit_parse(&u, &s);
	pimg_check(&u);
	if (u.diags->errors == 0 && !u.is_base && u.personality.name != NULL &&
	    u.release != NULL)
		generate(&u);
	pimg_unit_free(&u);
	format(&s);
	free(text);
	return (0);
}
