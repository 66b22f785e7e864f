/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * dispatch.S of an x86-64 image.
 *
 *	pimg_dispatch[nr] ──► pimg_s_NAME	the native call, registers as
 *	  offset from the			they are; T_RET is the only
 *	  table's start				memory it touches
 *	                  └─► pimg_c_NAME	r11 = function(frame), then
 *						pimg_enter_c on the private
 *						stack
 *
 * Tables hold 32-bit offsets from their own start, so that nothing needs a
 * relocation when the image is loaded.
 */
#include <string.h>

#include "pimg/gen.h"
#include "pimg/unit.h"

static const char *
kind(const struct pimg_call *c)
{
	switch (c->cls) {
	case PIMG_CONVERTED:
		return ("pimg_c_");
	case PIMG_HOOK:
		return ("pimg_c_");
	default:
		return ("pimg_s_");
	}
}

static void
tables(const struct pimg_unit *u, enum pimg_abi abi, struct pimg_text *t)
{
	const struct pimg_call *c;
	unsigned nr, n = pimg_slots(u, abi);

	pimg_add(t, "\n\t.section .rodata.pimg, \"a\", @progbits\n"
	    "\t.balign 4\n\t.globl\tpimg_dispatch\n\t.hidden\tpimg_dispatch\n"
	    "pimg_dispatch:\n");
	for (nr = 0; nr < n; nr++) {
		if ((c = pimg_call_of(u, abi, nr)) != NULL)
			pimg_add(t, "\t.long\t%s%s - pimg_dispatch\t/* %u */\n",
			    kind(c), c->symbol, nr);
		else
			pimg_add(t, "\t.long\tpimg_s_nosys - pimg_dispatch"
			    "\t/* %u */\n", nr);
	}
	/* the direct entry looks at whole bytes of the number */
	if (n % 256 != 0)
		pimg_add(t, "\t.rept\t%u\n"
		    "\t.long\tpimg_s_nosys - pimg_dispatch\n\t.endr\n",
		    256 - n % 256);
	pimg_add(t, "\n\t.globl\tpimg_call_names\n"
	    "\t.hidden\tpimg_call_names\npimg_call_names:\n");
	for (nr = 0; nr < n; nr++) {
		if (pimg_call_of(u, abi, nr) != NULL)
			pimg_add(t, "\t.long\t.Lname_%u - pimg_call_names\n", nr);
		else
			pimg_add(t, "\t.long\t0\n");
	}
}

static bool
is_shim(const struct pimg_call *c)
{
	return (c->cls != PIMG_CONVERTED && c->cls != PIMG_HOOK);
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

static int64_t
constant_result(const struct pimg_call *c)
{
	if (c->target.kind == PIMG_TO_RETURN)
		return (c->target.value);
	if (c->target.kind == PIMG_TO_ERRNO)
		return (-c->target.value);
	return (-38);	/* ENOSYS: missing */
}

static void
shim(const struct pimg_call *c, struct pimg_text *t)
{
	pimg_add(t, "\nSHIM pimg_s_%s\t\t/* %u */\n", c->symbol, c->number);
	if (c->target.kind == PIMG_TO_NATIVE) {
		if (c->target.nr[c->abi] != (int)c->number)
			pimg_add(t, "\tmov\t$%d, %%eax\t/* %s */\n",
			    c->target.nr[c->abi], c->target.name);
		pimg_add(t, ".Lcall_%u:\n\tsyscall\n.Ldone_%u:\n", c->number,
		    c->number);
	} else
		pimg_add(t, "\tmov\t$%lld, %%rax\n.Lcall_%u:\n.Ldone_%u:\n",
		    (long long)constant_result(c), c->number, c->number);
	pimg_add(t, "\tjmp\t*%%gs:T_RET\nSHIM_END pimg_s_%s\n", c->symbol);
}

static void
stub(const struct pimg_call *c, struct pimg_text *t)
{
	const char *prefix = "pimg_shim_", *name = c->symbol;

	if (c->target.kind == PIMG_TO_HOOK) {
		prefix = "hook_";
		name = c->target.name;
	} else if (c->target.kind == PIMG_TO_RUNTIME) {
		prefix = "pimg_rt_";
		name = c->target.name;
	}
	pimg_add(t, "\n\t.hidden\t%s%s\nSHIM pimg_c_%s\t\t/* %u */\n"
	    "\tlea\t%s%s(%%rip), %%r11\n\tjmp\tpimg_enter_c\n"
	    "SHIM_END pimg_c_%s\n", prefix, name, c->symbol, c->number,
	    prefix, name, c->symbol);
}

void
pimg_gen_dispatch(const struct pimg_unit *u, enum pimg_abi abi,
    struct pimg_text *t)
{
	const struct pimg_table *table = &u->tables[abi];
	size_t i;

	pimg_gen_banner(u, "The dispatch table, register-only shims, and "
	    "the stubs of the others.", t);
	pimg_add(t, "#include \"x86_64/shim.h\"\n");
	tables(u, abi, t);
	restart_table(table, t);
	pimg_add(t, "\n\t.section .text.shim, \"ax\", @progbits\n");
	for (i = 0; i < table->count; i++) {
		if (is_shim(table->calls[i]))
			shim(table->calls[i], t);
	}
	pimg_add(t, "\n\t.section .text.stub, \"ax\", @progbits\n");
	for (i = 0; i < table->count; i++) {
		if (!is_shim(table->calls[i]))
			stub(table->calls[i], t);
	}
	pimg_add(t, "\n\t.section .note.GNU-stack, \"\", @progbits\n");
}
