/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * dispatch.S of an image.
 *
 *	pimg_dispatch[nr] ──► pimg_s_NAME	the native call, registers as
 *	  offset from the			they are; T_RET is the only
 *	  table's start				memory it touches; by the BSD
 *						convention it leaves through
 *						pimg_bsd_return
 *	                  └─► pimg_c_NAME	r11 = function(frame), then
 *						pimg_enter_c on the private
 *						stack
 *
 * i386 has no register free for a stub: there the entry of each call in C is
 * pimg_enter_c itself, which finds the function in pimg_functions[nr].  So does
 * the trace, on both.
 *
 * Tables hold 32-bit offsets from their own start, so that nothing needs a
 * relocation when the image is loaded.
 */
#include <string.h>

#include "pimg/gen.h"
#include "pimg/unit.h"

/* What differs between the two instruction sets. */
static const struct {
	const char	*header, *call, *leave;
} isa[PIMG_NABI] = {
	[PIMG_X86_64] = { "x86_64/shim.h", "syscall", "*%gs:T_RET" },
	[PIMG_I386] = { "i386/shim.h", "int\t$0x80", "*%fs:T_RET" },
};

/* By the BSD convention the result, native so far, is in flags and rax. */
static const char *
leave(const struct pimg_unit *u, const struct pimg_call *c)
{
	return (u->convention == PIMG_BSD ? "pimg_bsd_return" :
	    isa[c->abi].leave);
}

static bool
is_shim(const struct pimg_call *c)
{
	return (c->cls != PIMG_CONVERTED && c->cls != PIMG_HOOK);
}

static void
entry(const struct pimg_call *c, struct pimg_text *t)
{
	if (is_shim(c))
		pimg_add(t, "pimg_s_%s", c->symbol);
	else if (c->abi == PIMG_I386)
		pimg_add(t, "pimg_enter_c");
	else
		pimg_add(t, "pimg_c_%s", c->symbol);
}

/* The C function of a call that has one. */
static void
function(const struct pimg_call *c, struct pimg_text *t)
{
	if (pimg_is_wrapped(c))
		pimg_add(t, "pimg_shim_%s", c->symbol);
	else if (c->target.kind == PIMG_TO_HOOK)
		pimg_add(t, "hook_%s", c->target.name);
	else if (c->target.kind == PIMG_TO_RUNTIME)
		pimg_add(t, "pimg_rt_%s", c->target.name);
	else
		pimg_add(t, "pimg_shim_%s", c->symbol);
}

static void
table_head(const char *name, struct pimg_text *t)
{
	pimg_add(t, "\n\t.globl\t%s\n\t.hidden\t%s\n%s:\n", name, name,
	    name);
}

static void
functions(const struct pimg_unit *u, enum pimg_abi abi, struct pimg_text *t)
{
	const struct pimg_call *c;
	unsigned nr, n = pimg_slots(u, abi);

	table_head("pimg_functions", t);
	for (nr = 0; nr < n; nr++) {
		c = pimg_call_of(u, abi, nr);
		pimg_add(t, "\t.long\t");
		if (c != NULL && !is_shim(c)) {
			function(c, t);
			pimg_add(t, " - pimg_functions");
		} else
			pimg_add(t, "0");
		pimg_add(t, "\t/* %u */\n", nr);
	}
}

static int64_t
constant_result(const struct pimg_call *c)
{
	if (c->target.kind == PIMG_TO_RETURN)
		return (c->target.value);
	if (c->target.kind == PIMG_TO_ERRNO)
		return (-c->target.value);
	return (-38);	/* ENOSYS: missing */
}

/* The native number of a register-only shim, or its constant result. */
static void
natives(const struct pimg_unit *u, enum pimg_abi abi, struct pimg_text *t)
{
	const struct pimg_call *c;
	unsigned nr, n = pimg_slots(u, abi);
	long long v;

	table_head("pimg_natives", t);
	for (nr = 0; nr < n; nr++) {
		c = pimg_call_of(u, abi, nr);
		v = c == NULL ? -38 : !is_shim(c) ? 0 :
		    c->target.kind == PIMG_TO_NATIVE ? c->target.nr[c->abi] :
		    constant_result(c);
		pimg_add(t, "\t.long\t%lld\t/* %u */\n", v, nr);
	}
}

static void
tables(const struct pimg_unit *u, enum pimg_abi abi, struct pimg_text *t)
{
	const struct pimg_call *c;
	unsigned nr, n = pimg_slots(u, abi);

	pimg_add(t, "\n\t.section .rodata.pimg, \"a\", @progbits\n"
	    "\t.balign 4\n");
	table_head("pimg_dispatch", t);
	for (nr = 0; nr < n; nr++) {
		pimg_add(t, "\t.long\t");
		if ((c = pimg_call_of(u, abi, nr)) != NULL)
			entry(c, t);
		else
			pimg_add(t, "pimg_s_nosys");
		pimg_add(t, " - pimg_dispatch\t/* %u */\n", nr);
	}
	/* the direct entry looks at whole bytes of the number */
	if (n % 256 != 0)
		pimg_add(t, "\t.rept\t%u\n"
		    "\t.long\tpimg_s_nosys - pimg_dispatch\n\t.endr\n",
		    256 - n % 256);
	functions(u, abi, t);
	if (u->convention == PIMG_BSD)
		natives(u, abi, t);
	table_head("pimg_call_names", t);
	for (nr = 0; nr < n; nr++) {
		if (pimg_call_of(u, abi, nr) != NULL)
			pimg_add(t, "\t.long\t.Lname_%u - pimg_call_names\n",
			    nr);
		else
			pimg_add(t, "\t.long\t0\n");
	}
}

/* What a signal handler needs to know of each register-only shim. */
static void
restart_table(const struct pimg_table *table, struct pimg_text *t)
{
	const struct pimg_call *c;
	size_t i;

	pimg_add(t, "\n\t.globl\tpimg_shims, pimg_shims_end\n"
	    "\t.hidden\tpimg_shims, pimg_shims_end\npimg_shims:\n");
	for (i = 0; i < table->count; i++) {
		c = table->calls[i];
		if (is_shim(c))
			pimg_add(t, "\t.long\tpimg_s_%s - pimg_shims, "
			    ".Lcall_%u - pimg_shims, .Ldone_%u - pimg_shims, "
			    "%u\n", c->symbol, c->number, c->number,
			    c->number);
	}
	pimg_add(t, "pimg_shims_end:\n\n");
	for (i = 0; i < table->count; i++)
		pimg_add(t, ".Lname_%u:\t.asciz\t\"%s\"\n",
		    table->calls[i]->number, table->calls[i]->symbol);
}

static void
shim(const struct pimg_unit *u, const struct pimg_call *c,
    struct pimg_text *t)
{
	pimg_add(t, "\nSHIM pimg_s_%s\t\t/* %u */\n", c->symbol, c->number);
	if (c->target.kind == PIMG_TO_NATIVE) {
		if (c->target.nr[c->abi] != (int)c->number)
			pimg_add(t, "\tmov\t$%d, %%eax\t/* %s */\n",
			    c->target.nr[c->abi], c->target.name);
		pimg_add(t, ".Lcall_%u:\n\t%s\n", c->number,
		    isa[c->abi].call);
	} else {
		pimg_add(t, "\tmov\t$%lld, %%%s\n.Lcall_%u:\n",
		    (long long)constant_result(c),
		    c->abi == PIMG_I386 ? "eax" : "rax", c->number);
	}
	pimg_add(t, ".Ldone_%u:\n\tjmp\t%s\nSHIM_END pimg_s_%s\n",
	    c->number, leave(u, c), c->symbol);
}

static void
stub(const struct pimg_call *c, struct pimg_text *t)
{
	pimg_add(t, "\nSHIM pimg_c_%s\t\t/* %u */\n\tlea\t", c->symbol,
	    c->number);
	function(c, t);
	pimg_add(t, "(%%rip), %%r11\n\tjmp\tpimg_enter_c\n"
	    "SHIM_END pimg_c_%s\n", c->symbol);
}

/* The linker must not look for them in a dynamic table. */
static void
hide_functions(const struct pimg_unit *u, const struct pimg_table *table,
    struct pimg_text *t)
{
	size_t i;

	for (i = 0; i < table->count; i++) {
		if (is_shim(table->calls[i]))
			continue;
		pimg_add(t, "\t.hidden\t");
		function(table->calls[i], t);
		pimg_add(t, "\n");
	}
	pimg_add(t, "\t.hidden\tpimg_enter_c, pimg_s_nosys%s\n",
	    u->convention == PIMG_BSD ? ", pimg_bsd_return" : "");
}

void
pimg_gen_dispatch(const struct pimg_unit *u, enum pimg_abi abi,
    struct pimg_text *t)
{
	const struct pimg_table *table = &u->tables[abi];
	size_t i;

	pimg_gen_banner(u, "The dispatch table, register-only shims, and "
	    "the stubs of the others.", t);
	pimg_add(t, "#include \"%s\"\n\n", isa[abi].header);
	hide_functions(u, table, t);
	tables(u, abi, t);
	restart_table(table, t);
	pimg_add(t, "\n\t.section .text.shim, \"ax\", @progbits\n");
	for (i = 0; i < table->count; i++) {
		if (is_shim(table->calls[i]))
			shim(u, table->calls[i], t);
	}
	pimg_add(t, "\n\t.section .text.stub, \"ax\", @progbits\n");
	for (i = 0; i < table->count && abi == PIMG_X86_64; i++) {
		if (!is_shim(table->calls[i]))
			stub(table->calls[i], t);
	}
	pimg_add(t, "\n\t.section .note.GNU-stack, \"\", @progbits\n");
}
