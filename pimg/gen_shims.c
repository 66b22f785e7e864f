/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * conv.h and shims.c of an image: the conversions, and the converted calls.
 */
#include "pimg/check.h"
#include "pimg/gen.h"
#include "pimg/unit.h"

static const char macros[] =
    "#include \"hook.h\"\n\n"
    "#define\tPIMG_UNUSED\t__attribute__((__unused__))\n\n"
    "/* Did the assignment keep the value? */\n"
    "#define\tPIMG_FITS(dst, src)\t\t\t\t\t\\\n"
    "\t((__typeof__(src))(dst) == (src) && ((dst) < 0) == ((src) < 0))\n\n"
    "/* The largest value of so many bits; the nearest value they hold. */\n"
    "#define\tPIMG_LARGEST(bits, is_signed)\t\t\t\t\\\n"
    "\t(~UINT64_C(0) >> (64 - (bits) + (is_signed)))\n"
    "#define\tPIMG_CLAMP(src, bits, is_signed)\t\t\t\t\\\n"
    "\t((src) >= 0 ? (int64_t)PIMG_LARGEST(bits, is_signed) :\t\\\n"
    "\t    (is_signed) ? -(int64_t)PIMG_LARGEST(bits, 1) - 1 : 0)\n";

void
pimg_gen_conv(const struct pimg_unit *u, enum pimg_abi abi,
    struct pimg_text *t)
{
	pimg_gen_banner(u, "Conversions, for shims.c and for hooks.", t);
	pimg_add(t, "#ifndef PIMG_CONV_H\n#define PIMG_CONV_H\n\n%s", macros);
	pimg_gen_maps(u, t);
	pimg_gen_structs(u, abi, t);
	pimg_add(t, "\n#endif\n");
}

/* The foreign number of a native errno. */
static uint64_t
errno_out(const struct pimg_map *m, uint64_t native)
{
	size_t i;

	if (m == NULL || m->identity)
		return (native);
	for (i = 0; i < m->count; i++) {
		if (m->items[i].native == native &&
		    (m->items[i].way == PIMG_BOTH ||
		    m->items[i].way == PIMG_REVERSE))
			return (m->items[i].foreign);
	}
	if (m->unknown == PIMG_REJECT && native != (uint64_t)m->unknown_error)
		return (errno_out(m, (uint64_t)m->unknown_error));
	return (native);
}

/* As bytes, which the way back of register-only shims can read. */
static void
errno_table(const struct pimg_map *m, struct pimg_text *t)
{
	int i;

	pimg_add(t, "\nextern const uint8_t pimg_errno_table[256];\n"
	    "const uint8_t pimg_errno_table[256] = {");
	for (i = 0; i < 256; i++)
		pimg_add(t, "%s%u,", i % 16 == 0 ? "\n\t" : " ",
		    (unsigned)(errno_out(m, (uint64_t)i) & 255));
	pimg_add(t, "\n};\n");
}

/*
 * What the BSD convention asks of the personality's errno and signal maps.
 * An errno that the map does not know becomes the one its policy names; a
 * signal that it does not know is 0.
 */
static void
convention(const struct pimg_unit *u, struct pimg_text *t)
{
	const struct pimg_map *e = pimg_find_kind(u, PIMG_MAP_ERRNO);
	const struct pimg_map *s = pimg_find_kind(u, PIMG_MAP_SIGNAL);
	static const char *const ways[] = { "in", "out" };
	size_t i;

	if (u->convention != PIMG_BSD)
		return;
	errno_table(e, t);
	pimg_add(t, "\nint\npimg_errno_out(int native)\n{\n"
	    "\treturn (pimg_errno_table[native & 255]);\n}\n");
	for (i = 0; i < 2; i++) {
		pimg_add(t, "\nint\npimg_signal_%s(int sig)\n{\n", ways[i]);
		if (s == NULL || s->identity)
			pimg_add(t, "\treturn (sig);\n}\n");
		else
			pimg_add(t, "\tuint64_t v;\n\n\treturn "
			    "(map_%s_%s(sig, &v) == 0 ? (int)v : 0);\n}\n",
			    s->name, ways[i]);
	}
}

void
pimg_gen_shims(const struct pimg_unit *u, enum pimg_abi abi,
    struct pimg_text *t)
{
	const struct pimg_table *table = &u->tables[abi];
	size_t i;

	pimg_gen_banner(u, "Calls whose arguments or results are converted.",
	    t);
	pimg_add(t, "#include \"conv.h\"\n\n"
	    "#define\tPAGE_UP(n)\t(((n) + 4095ul) & ~4095ul)\n");
	convention(u, t);
	for (i = 0; i < table->count; i++) {
		if (table->calls[i]->cls == PIMG_CONVERTED ||
		    pimg_is_wrapped(table->calls[i]))
			pimg_gen_call(u, table->calls[i], t);
	}
}
