/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Values of the trace: numbers, names, and what is in the program's memory.
 *
 * The program's memory is read by the accessors alone: a pointer that leads
 * nowhere is shown as an address.  Output is bounded: strings, arrays and
 * nested structures are cut short.
 */
#include "hook.h"
#include "trace.h"

#define	STRING_MAX	256	/* characters shown of a string: names, most */
#define	BUFFER_MAX	32	/* bytes of a buffer */
#define	SMALL		1024	/* a word below this is shown as decimal */
#define	ELEMENTS_MAX	16	/* of an array */
#define	FDSET_MAX	1024
#define	DEPTH_MAX	4	/* of nested structures */
#define	OBJECT_MAX	512	/* bytes of a structure that are looked at */

/* The value v as wide and as signed as its type. */
uint64_t
pimg_trace_cut(const struct pimg_trace_type *ty, uint64_t v)
{
	unsigned shift = ty->size == 0 || ty->size >= 8 ? 0 :
	    64 - 8u * ty->size;

	if (ty->kind == PIMG_TV_SIGNED || ty->kind == PIMG_TV_CHAR)
		return ((uint64_t)((int64_t)(v << shift) >> shift));
	return (v << shift >> shift);
}

static void
flags(struct pimg_line *l, const struct pimg_trace_map *m, uint64_t v)
{
	const struct pimg_trace_item *it = pimg_trace_items + m->first;
	uint64_t left = v, done = 0;
	const char *between = "";
	uint32_t i;

	for (i = 0; i < m->count; i++, it++) {
		if (it->mask != 0 ? (v & it->mask) != it->value ||
		    (done & it->mask) != 0 : it->value == 0 ||
		    (left & it->value) != it->value)
			continue;
		done |= it->mask;
		left &= ~(it->mask != 0 ? it->mask : it->value);
		pimg_line_text(l, between);
		pimg_line_text(l, pimg_trace_text + it->name);
		between = "|";
	}
	if (left != 0) {
		pimg_line_text(l, between);
		pimg_line_hex(l, left);
	} else if (*between == '\0')
		pimg_line_char(l, '0');
}

static void
enumeration(struct pimg_line *l, const struct pimg_trace_type *ty, uint64_t v)
{
	const struct pimg_trace_map *m = &pimg_trace_maps[ty->ref];
	const struct pimg_trace_item *it = pimg_trace_items + m->first;
	struct pimg_trace_type number = { PIMG_TV_SIGNED, ty->size, 0 };
	uint32_t i;

	for (i = 0; i < m->count; i++, it++)
		if (pimg_trace_cut(ty, it->value) == v) {
			pimg_line_text(l, pimg_trace_text + it->name);
			return;
		}
	v = pimg_trace_cut(&number, v);
	if ((int64_t)v > UINT16_MAX)	/* an address, or a word of bits */
		pimg_line_hex(l, v);
	else
		pimg_line_signed(l, (int64_t)v);
}

/* A signal's name, by the numbers of either side. */
void
pimg_trace_signame(struct pimg_line *l, const uint32_t *names, uint64_t sig)
{

	if (sig < PIMG_TRACE_SIGNALS && names[sig] != 0)
		pimg_line_text(l, pimg_trace_text + names[sig]);
	else
		pimg_line_signed(l, (int32_t)sig);
}

static void
inet(struct pimg_line *l, uint32_t v)
{
	int i;

	for (i = 0; i < 32; i += 8) {
		pimg_line_text(l, i > 0 ? "." : "");
		pimg_line_number(l, v >> i & 255, 10);
	}
}

void
pimg_trace_value(struct pimg_line *l, const struct pimg_trace_type *ty,
    uint64_t v)
{

	v = pimg_trace_cut(ty, v);
	switch (ty->kind) {
	case PIMG_TV_SIGNED:
	case PIMG_TV_CHAR:
		pimg_line_signed(l, (int64_t)v);
		break;
	case PIMG_TV_UNSIGNED:
		pimg_line_number(l, v, 10);
		break;
	case PIMG_TV_OCTAL:
		pimg_line_text(l, v != 0 ? "0" : "");
		pimg_line_number(l, v, 8);
		break;
	case PIMG_TV_FLAGS:
		flags(l, &pimg_trace_maps[ty->ref], v);
		break;
	case PIMG_TV_ENUM:
		enumeration(l, ty, v);
		break;
	case PIMG_TV_SIGNAL:
		pimg_trace_signame(l, pimg_trace_signals, v);
		break;
	case PIMG_TV_PORT:
		pimg_line_number(l, (v & 255) << 8 | v >> 8, 10);
		break;
	case PIMG_TV_INET:
		inet(l, (uint32_t)v);
		break;
	case PIMG_TV_HEX:	/* a count, an address, bits: who knows */
		if (v < SMALL)
			pimg_line_number(l, v, 10);
		else
			pimg_line_hex(l, v);
		break;
	default:
		if (v == 0)
			pimg_line_text(l, "NULL");
		else
			pimg_line_hex(l, v);
		break;
	}
}

static void
address(struct pimg_line *l, unsigned long addr)
{
	static const struct pimg_trace_type pointer = { PIMG_TV_POINTER, 0, 0 };

	pimg_trace_value(l, &pointer, addr);
}

/* ------------------------------------------------------------------ */
/* Memory                                                             */

/* As much of a string as can be shown; an address when there is none. */
void
pimg_trace_string(struct pimg_line *l, unsigned long addr)
{
	char buf[STRING_MAX + 1];
	size_t i;

	if (addr == 0) {
		address(l, addr);
		return;
	}
	/* byte by byte: it may end just before what cannot be read */
	for (i = 0; i <= STRING_MAX; i++) {
		if (pimg_copyin(buf + i, addr + i, 1) != 0) {
			address(l, addr);
			return;
		}
		if (buf[i] == '\0')
			break;
	}
	pimg_line_quoted(l, buf, i <= STRING_MAX ? i : STRING_MAX);
	if (i > STRING_MAX)
		pimg_line_text(l, "...");
}

void
pimg_trace_buffer(struct pimg_line *l, unsigned long addr, uint64_t n)
{
	char buf[BUFFER_MAX];
	size_t len = n < BUFFER_MAX ? (size_t)n : BUFFER_MAX;

	if (addr == 0 || pimg_copyin(buf, addr, len) != 0) {
		address(l, addr);
		return;
	}
	pimg_line_quoted(l, buf, len);
	if (n > len)
		pimg_line_text(l, "...");
}

/* Shows a set that names few signals by them, one that lacks few by those. */
static void
sigset(struct pimg_line *l, const unsigned char *set, unsigned size)
{
	unsigned sig, n = 0, max = size * 8;
	const char *between = "";
	int all;

	if (max > 64 && size >= 16)
		max = 128;
	for (sig = 0; sig < max; sig++)
		n += set[sig / 8] >> sig % 8 & 1;
	all = n > max / 2;
	pimg_line_text(l, all ? "~[" : "[");
	for (sig = 1; sig <= max; sig++) {
		if ((set[(sig - 1) / 8] >> (sig - 1) % 8 & 1) == all)
			continue;
		pimg_line_text(l, between);
		pimg_trace_signame(l, pimg_trace_signals, sig);
		between = " ";
	}
	pimg_line_char(l, ']');
}

static void
fdset(struct pimg_line *l, const struct pimg_traced *t, unsigned long addr)
{
	unsigned char set[FDSET_MAX / 8];
	int n = (int)t->arg[0], fd, shown = 0;

	if (n < 0 || n > FDSET_MAX || addr == 0 ||
	    pimg_copyin(set, addr, (size_t)(n + 7) / 8) != 0) {
		address(l, addr);
		return;
	}
	pimg_line_char(l, '[');
	for (fd = 0; fd < n; fd++) {
		if ((set[fd / 8] >> fd % 8 & 1) == 0)
			continue;
		if (shown > 0)
			pimg_line_char(l, ' ');
		if (shown++ == ELEMENTS_MAX) {
			pimg_line_text(l, "...");
			break;
		}
		pimg_line_signed(l, fd);
	}
	pimg_line_char(l, ']');
}

/* Memory that has been read: what p points to ends at end. */
struct view {
	const unsigned char *p, *end;
	unsigned	depth;
};

static void bytes_of(struct pimg_line *l, const struct pimg_trace_type *ty,
    struct view v);

static unsigned
size_of(const struct pimg_trace_type *ty)
{

	return (ty->kind == PIMG_TV_STRUCT ? pimg_trace_structs[ty->ref].size :
	    ty->kind == PIMG_TV_POINTER ? sizeof(long) : ty->size);
}

static void
text(struct pimg_line *l, struct view v, uint32_t n)
{
	uint32_t i;

	if (n > v.end - v.p)
		n = (uint32_t)(v.end - v.p);
	for (i = 0; i < n && i < STRING_MAX && v.p[i] != '\0'; i++)
		;
	pimg_line_quoted(l, v.p, i);
	if (i == STRING_MAX && i < n && v.p[i] != '\0')
		pimg_line_text(l, "...");
}

/* A field that is there: text, an array, a nested structure, a value. */
static void
field(struct pimg_line *l, const struct pimg_trace_field *f, struct view v)
{
	unsigned size = size_of(&f->type);
	uint32_t i;

	if (f->count == 0) {
		bytes_of(l, &f->type, v);
		return;
	}
	if (f->type.kind == PIMG_TV_CHAR) {
		text(l, v, f->count);
		return;
	}
	pimg_line_char(l, '[');
	for (i = 0; i < f->count && v.p + size <= v.end; i++, v.p += size) {
		pimg_line_text(l, i > 0 ? ", " : "");
		if (i == ELEMENTS_MAX) {
			pimg_line_text(l, "...");
			break;
		}
		bytes_of(l, &f->type, v);
	}
	pimg_line_char(l, ']');
}

static void fields(struct pimg_line *l, const struct pimg_trace_struct *s,
    struct view v, const char *between);

/* The head says what follows in the same object; which is shown as well. */
static void
head(struct pimg_line *l, const struct pimg_trace_field *f, struct view v,
    struct view whole)
{
	const struct pimg_trace_variants *vs =
	    &pimg_trace_variants[f->type.ref];
	const struct pimg_trace_variant *c = pimg_trace_variant + vs->first;
	uint64_t value = 0;
	uint32_t i;

	pimg_memcpy(&value, v.p, f->type.size);
	for (i = 0; i < vs->count && c->value != value; i++)
		c++;
	if (i == vs->count) {
		pimg_line_number(l, value, 10);
		return;
	}
	pimg_line_text(l, pimg_trace_text + c->name);
	if (c->payload.type.kind == PIMG_TV_STRUCT && whole.depth > 0) {
		whole.depth--;
		fields(l, &pimg_trace_structs[c->payload.type.ref], whole,
		    ", ");
	}
}

static void
fields(struct pimg_line *l, const struct pimg_trace_struct *s, struct view v,
    const char *between)
{
	const struct pimg_trace_field *f = pimg_trace_fields + s->first;
	struct view at = v;
	unsigned size;
	uint32_t i;

	for (i = 0; i < s->count; i++, f++, between = ", ") {
		size = f->count > 0 && f->type.kind == PIMG_TV_CHAR ? 0 :
		    size_of(&f->type);
		at.p = v.p + f->offset;
		if (v.depth == 0 || at.p + size > v.end) {
			pimg_line_text(l, between);
			pimg_line_text(l, "...");
			break;
		}
		pimg_line_text(l, between);
		pimg_line_text(l, pimg_trace_text + f->name);
		pimg_line_char(l, '=');
		at.depth = v.depth - 1;
		if (f->type.kind == PIMG_TV_HEAD)
			head(l, f, at, v);
		else
			field(l, f, at);
	}
}

static void
bytes_of(struct pimg_line *l, const struct pimg_trace_type *ty, struct view v)
{
	unsigned size = size_of(ty);
	uint64_t value = 0;

	if (ty->kind == PIMG_TV_STRUCT) {
		pimg_line_char(l, '{');
		fields(l, &pimg_trace_structs[ty->ref], v, "");
		pimg_line_char(l, '}');
	} else if (ty->kind == PIMG_TV_SIGSET)
		sigset(l, v.p, ty->size);
	else {
		pimg_memcpy(&value, v.p, size <= 8 ? size : 8);
		pimg_trace_value(l, ty, value);
	}
}

/* Reads len bytes of an object and shows it; 0 if it cannot be read. */
static int
object(struct pimg_line *l, const struct pimg_trace_type *ty,
    unsigned long addr, uint64_t len)
{
	unsigned char buf[OBJECT_MAX];
	struct view v = { buf, buf + (len < OBJECT_MAX ? len : OBJECT_MAX),
	    DEPTH_MAX };

	if (len == 0 || (ty->kind != PIMG_TV_STRUCT && len < size_of(ty)) ||
	    pimg_copyin(buf, addr, (size_t)(v.end - v.p)) != 0)
		return (0);
	bytes_of(l, ty, v);
	return (1);
}

/* What addr points to: [5] for a number, {...} for a structure. */
void
pimg_trace_object(struct pimg_line *l, const struct pimg_traced *t,
    const struct pimg_trace_type *ty, unsigned long addr)
{
	int bare = ty->kind == PIMG_TV_STRUCT || ty->kind == PIMG_TV_SIGSET;
	char *start = l->p;

	if (ty->kind == PIMG_TV_FDSET) {
		fdset(l, t, addr);
		return;
	}
	if (addr != 0) {
		pimg_line_text(l, bare ? "" : "[");
		if (object(l, ty, addr, size_of(ty))) {
			pimg_line_text(l, bare ? "" : "]");
			return;
		}
	}
	l->p = start;
	address(l, addr);
}

/* An object of which there are len bytes. */
void
pimg_trace_sized(struct pimg_line *l, const struct pimg_trace_type *ty,
    unsigned long addr, uint64_t len)
{

	if (addr == 0 || !object(l, ty, addr, len))
		address(l, addr);
}

void
pimg_trace_array(struct pimg_line *l, const struct pimg_traced *t,
    const struct pimg_trace_type *ty, unsigned long addr, uint64_t n)
{
	unsigned size = size_of(ty);
	char *start = l->p;
	uint64_t i;

	(void)t;
	if (addr == 0 || size == 0) {
		address(l, addr);
		return;
	}
	pimg_line_char(l, '[');
	for (i = 0; i < n; i++) {
		pimg_line_text(l, i > 0 ? ", " : "");
		if (i == ELEMENTS_MAX) {
			pimg_line_text(l, "...");
			break;
		}
		if (!object(l, ty, addr + (unsigned long)i * size, size)) {
			l->p = start;
			address(l, addr);
			return;
		}
	}
	pimg_line_char(l, ']');
}

/* ------------------------------------------------------------------ */

static uint64_t
operand(const struct pimg_traced *t, const uint8_t **code)
{
	const uint8_t *c = *code;
	uint64_t v = 0;

	switch (c[0]) {
	case PIMG_TX_NUMBER:
		v = c[1] | (uint32_t)c[2] << 8 | (uint32_t)c[3] << 16 |
		    (uint32_t)c[4] << 24;
		*code += 5;
		return ((uint64_t)(int64_t)(int32_t)v);
	case PIMG_TX_ARG:
		*code += 2;
		return (t->arg[c[1]]);
	case PIMG_TX_DEREF:
		*code += 3;
		if (pimg_copyin(&v, t->arg[c[1]], c[2]) != 0)
			v = 0;
		return (v);
	default:
		*code += 1;
		return (t->returned && t->result > 0 ? (uint64_t)t->result : 0);
	}
}

static uint64_t
apply(uint8_t op, uint64_t a, uint64_t b)
{

	switch (op) {
	case PIMG_TX_ADD:	return (a + b);
	case PIMG_TX_SUB:	return (a - b);
	case PIMG_TX_MUL:	return (a * b);
	case PIMG_TX_DIV:
		return ((uint32_t)b == 0 ? 0 : (uint32_t)a / (uint32_t)b);
	case PIMG_TX_AND:	return (a & b);
	case PIMG_TX_OR:	return (a | b);
	default:		return (b < 64 ? a << b : 0);
	}
}

/* A length; the compiler keeps expressions within eight values. */
uint64_t
pimg_trace_eval(const struct pimg_traced *t, uint16_t code)
{
	const uint8_t *c = pimg_trace_code + code;
	uint64_t stack[8];
	unsigned n = 0;

	while (*c != PIMG_TX_END) {
		if (*c <= PIMG_TX_RESULT) {
			if (n == 8)
				return (0);
			stack[n++] = operand(t, &c);
		} else if (n >= 2) {
			n--;
			stack[n - 1] = apply(*c++, stack[n - 1], stack[n]);
		} else
			return (0);
	}
	return (n == 1 ? stack[0] : 0);
}

/* The variant that the selector's value picks, or NULL. */
const struct pimg_trace_variant *
pimg_trace_choice(const struct pimg_traced *t, const struct pimg_trace_arg *a)
{
	const struct pimg_trace_variants *vs =
	    &pimg_trace_variants[a->variants];
	const struct pimg_trace_variant *v = pimg_trace_variant + vs->first;
	uint64_t value = (uint32_t)t->arg[a->selector];
	uint32_t i;

	for (i = 0; i < vs->count; i++, v++)
		if ((uint32_t)v->value == value)
			return (v);
	return (NULL);
}
