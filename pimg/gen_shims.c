/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * shims.c of an image: the converted calls and what they share.
 */
#include "pimg/gen.h"
#include "pimg/unit.h"

static const char prologue[] =
    "#include \"hook.h\"\n\n"
    "#define\tUNUSED\t__attribute__((__unused__))\n"
    "#define\tPAGE_UP(n)\t(((n) + 4095ul) & ~4095ul)\n\n"
    "/* Did the assignment keep the value? */\n"
    "#define\tFITS(dst, src)\t\t\t\t\t\t\\\n"
    "\t((__typeof__(src))(dst) == (src) && ((dst) < 0) == ((src) < 0))\n\n"
    "/* The largest value of so many bits; the nearest value they hold. */\n"
    "#define\tMAX(bits, is_signed)\t\t\t\t\t\\\n"
    "\t(~UINT64_C(0) >> (64 - (bits) + (is_signed)))\n"
    "#define\tCLAMP(src, bits, is_signed)\t\t\t\t\\\n"
    "\t((src) >= 0 ? (int64_t)MAX(bits, is_signed) :\t\t\\\n"
    "\t    (is_signed) ? -(int64_t)MAX(bits, 1) - 1 : 0)\n";

void
pimg_gen_shims(const struct pimg_unit *u, enum pimg_abi abi,
    struct pimg_text *t)
{
	const struct pimg_table *table = &u->tables[abi];
	size_t i;

	pimg_gen_banner(u, "Calls whose arguments or results are converted.",
	    t);
	pimg_add(t, "%s", prologue);
	pimg_gen_maps(u, t);
	pimg_gen_structs(u, abi, t);
	for (i = 0; i < table->count; i++) {
		if (table->calls[i]->cls == PIMG_CONVERTED)
			pimg_gen_call(u, table->calls[i], t);
	}
}
