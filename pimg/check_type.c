/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Types and layouts: every name is resolved, and structures are laid out by
 * C's rules for each ABI (on i386 an 8-byte scalar is aligned to 4).
 */
#include <string.h>

#include "pimg/check.h"
#include "pimg/native.h"

const struct pimg_scalar *
pimg_find_scalar(const struct pimg_unit *u, const char *name)
{
	size_t i;

	for (i = u->ntypedefs; i > 0; i--) {
		if (strcmp(u->typedefs[i - 1].name, name) == 0)
			return (&u->typedefs[i - 1]);
	}
	return (pimg_scalar(name));
}

struct pimg_struct *
pimg_find_struct(const struct pimg_unit *u, const char *name, bool is_native)
{
	size_t i;

	for (i = 0; i < u->nstructs; i++) {
		if (u->structs[i]->is_native == is_native &&
		    strcmp(u->structs[i]->name, name) == 0)
			return (u->structs[i]);
	}
	return (NULL);
}

bool
pimg_check_type(struct pimg_unit *u, struct pimg_type *t, bool by_value)
{
	if (t->kind == PIMG_TYPE_SCALAR) {
		t->scalar = pimg_find_scalar(u, t->name);
		if (t->scalar != NULL || (!by_value && t->pointers > 0))
			return (true);
		pimg_undeclared(u, t->pos,
		    "a scalar type; 'typedef' declares one",
		    "unknown type '%s'", t->name);
		return (false);
	}
	if (t->kind == PIMG_TYPE_STRUCT) {
		t->strukt = pimg_find_struct(u, t->name, false);
		if (t->pointers > 0 || !by_value)
			return (true);
		pimg_diag(u->diags, PIMG_ERROR, t->pos, "a scalar or a pointer",
		    "'struct %s' cannot be passed by value", t->name);
		return (false);
	}
	return (true);
}

static uint32_t
scalar_align(const struct pimg_scalar *s, enum pimg_abi abi)
{
	return (abi == PIMG_I386 && s->size[abi] == 8 ? 4 : s->size[abi]);
}

/* Of one element; 0 when it is not known. */
uint32_t
pimg_type_size(const struct pimg_type *t, enum pimg_abi abi)
{
	if (t->pointers > 0)
		return (abi == PIMG_I386 ? 4 : 8);
	if (t->kind == PIMG_TYPE_SCALAR && t->scalar != NULL)
		return (t->scalar->size[abi]);
	if (t->kind == PIMG_TYPE_STRUCT && t->strukt != NULL)
		return (t->strukt->size[abi]);
	return (0);
}

static uint32_t
type_align(const struct pimg_type *t, enum pimg_abi abi)
{
	if (t->pointers > 0)
		return (abi == PIMG_I386 ? 4 : 8);
	if (t->kind == PIMG_TYPE_SCALAR && t->scalar != NULL)
		return (scalar_align(t->scalar, abi));
	if (t->kind == PIMG_TYPE_STRUCT && t->strukt != NULL)
		return (t->strukt->align[abi]);
	return (1);
}

static bool lay_out(struct pimg_unit *, struct pimg_struct *);

/* A field's type must have a size, so a structure comes first. */
static bool
field_type(struct pimg_unit *u, struct pimg_struct *s, struct pimg_field *f)
{
	struct pimg_type *t = &f->type;

	if (pimg_is_struct(t)) {
		t->strukt = pimg_find_struct(u, t->name, s->is_native);
		if (t->strukt == NULL) {
			pimg_undeclared(u, t->pos, NULL,
			    "unknown %sstruct '%s'",
			    s->is_native ? "native " : "", t->name);
			return (false);
		}
		t->strukt->used = true;
		return (lay_out(u, t->strukt));
	}
	if (t->kind == PIMG_TYPE_VOID && t->pointers == 0) {
		pimg_err(u->diags, t->pos, "a field cannot be void");
		return (false);
	}
	return (pimg_check_type(u, t, t->pointers == 0));
}

static void
place(struct pimg_struct *s, struct pimg_field *f, enum pimg_abi abi)
{
	uint32_t size = pimg_type_size(&f->type, abi);
	uint32_t align = s->is_packed ? 1 : type_align(&f->type, abi);

	if (align > s->align[abi])
		s->align[abi] = align;
	if (f->type.count > 0)
		size *= f->type.count;
	f->size[abi] = size;
	f->offset[abi] = s->is_union ? 0 :
	    (s->size[abi] + align - 1) / align * align;
	if (f->offset[abi] + size > s->size[abi])
		s->size[abi] = f->offset[abi] + size;
}

static bool
lay_out(struct pimg_unit *u, struct pimg_struct *s)
{
	bool ok = true;
	size_t i;
	int abi;

	if (s->laid_out)
		return (true);
	if (s->in_layout) {
		pimg_err(u->diags, s->pos, "struct '%s' contains itself",
		    s->name);
		return (false);
	}
	s->in_layout = true;
	s->align[0] = s->align[1] = 1;
	for (i = 0; i < s->count; i++) {
		if (!field_type(u, s, &s->fields[i])) {
			/* Nothing may follow it, in circles least of all. */
			s->fields[i].type.strukt = NULL;
			s->damaged = s->damaged || u->is_base;
			ok = false;
			continue;
		}
		for (abi = 0; abi < PIMG_NABI; abi++)
			place(s, &s->fields[i], abi);
	}
	for (abi = 0; abi < PIMG_NABI; abi++)
		s->size[abi] = (s->size[abi] + s->align[abi] - 1) /
		    s->align[abi] * s->align[abi];
	s->in_layout = false;
	s->laid_out = true;
	if (s->size[0] > 65536) {
		pimg_err(u->diags, s->pos, "struct '%s' is larger than 64 KiB",
		    s->name);
		ok = false;
	}
	return (ok);
}

static struct pimg_field *
find_field(const struct pimg_struct *s, const char *name)
{
	size_t i;

	for (i = 0; i < s->count; i++) {
		if (strcmp(s->fields[i].name, name) == 0)
			return (&s->fields[i]);
	}
	return (NULL);
}

static void
pair_field(struct pimg_unit *u, struct pimg_struct *s, struct pimg_field *f)
{
	const struct pimg_field *n;

	if (f->map_ref.name != NULL)
		pimg_resolve_map(u, &f->map_ref, &f->map);
	if (f->is_signal)
		f->map = pimg_find_kind(u, PIMG_MAP_SIGNAL);
	if (f->variants_ref.name != NULL)
		pimg_check_head(u, s, f);
	if (f->is_tail)
		pimg_check_tail(u, s, f);
	if (f->source != PIMG_FIELD_NATIVE)
		return;
	n = f->native = find_field(s->native, f->native_ref.name);
	if (pimg_is_struct(&f->type) && f->type.strukt == NULL) {
		f->native = NULL;	/* unknown, and reported */
		return;
	}
	if (n == NULL) {
		pimg_diag(u->diags, PIMG_ERROR, f->native_ref.pos,
		    "'-> FIELD', '= CONSTANT' or 'pad'",
		    "native struct '%s' has no field '%s'", s->native->name,
		    f->native_ref.name);
		return;
	}
	if (pimg_is_struct(&f->type) != pimg_is_struct(&n->type) ||
	    (f->type.count == 0) != (n->type.count == 0)) {
		pimg_err(u->diags, f->pos, "field '%s' and native field '%s' "
		    "are of different kinds", f->name, n->name);
		pimg_note(u->diags, n->pos, "the native field is here");
		f->native = NULL;
	} else if (pimg_is_struct(&f->type) &&
	    f->type.strukt->native != n->type.strukt &&
	    strcmp(f->type.name, n->type.name) != 0) {
		pimg_err(u->diags, f->pos,
		    "struct '%s' does not convert to native struct '%s'",
		    f->type.name, n->type.name);
		f->native = NULL;
	}
}

/* Each native field is converted, or dropped with a reason. */
static void
check_covered(struct pimg_unit *u, const struct pimg_struct *s)
{
	const struct pimg_struct *n = s->native;
	size_t i, j;
	bool found;

	for (i = 0; i < s->ndropped; i++) {
		if (find_field(n, s->dropped[i].name) == NULL)
			pimg_err(u->diags, s->dropped[i].pos,
			    "native struct '%s' has no field '%s'", n->name,
			    s->dropped[i].name);
	}
	for (i = 0; i < n->count; i++) {
		found = n->fields[i].source == PIMG_FIELD_PAD;
		for (j = 0; j < s->count && !found; j++)
			found = s->fields[j].native == &n->fields[i];
		for (j = 0; j < s->ndropped && !found; j++)
			found = strcmp(s->dropped[j].name,
			    n->fields[i].name) == 0;
		if (found)
			continue;
		pimg_diag(u->diags, PIMG_ERROR, s->pos,
		    "a field for it, or 'drop FIELD \"reason\";'",
		    "struct '%s' says nothing of the native field '%s'",
		    s->name, n->fields[i].name);
	}
}

/* The same bytes on both sides: passed on, not converted. */
static bool
is_identity(const struct pimg_struct *s)
{
	const struct pimg_field *f;
	size_t i;

	if (s->native == NULL)
		return (true);
	if (s->head != NULL || s->in_c)
		return (false);
	if (memcmp(s->size, s->native->size, sizeof(s->size)) != 0)
		return (false);
	for (i = 0; i < s->count; i++) {
		f = &s->fields[i];
		if (f->source == PIMG_FIELD_PAD)
			continue;
		if (f->source != PIMG_FIELD_NATIVE || f->native == NULL ||
		    (f->map != NULL && !f->map->identity) ||
		    memcmp(f->offset, f->native->offset,
		    sizeof(f->offset)) != 0 ||
		    memcmp(f->size, f->native->size, sizeof(f->size)) != 0 ||
		    (pimg_is_struct(&f->type) && (f->type.strukt == NULL ||
		    !is_identity(f->type.strukt))))
			return (false);
	}
	return (true);
}

static void
check_names(struct pimg_unit *u, const struct pimg_struct *s)
{
	size_t i, j;

	for (i = 0; i < s->count; i++) {
		for (j = 0; j < i; j++) {
			if (strcmp(s->fields[i].name, s->fields[j].name) != 0)
				continue;
			pimg_err(u->diags, s->fields[i].pos,
			    "field '%s' is declared twice", s->fields[i].name);
			pimg_note(u->diags, s->fields[j].pos,
			    "first declared here");
		}
	}
}

static void
check_struct(struct pimg_unit *u, size_t index)
{
	struct pimg_struct *s = u->structs[index];
	size_t i;

	for (i = 0; i < index; i++) {
		if (u->structs[i]->is_native == s->is_native &&
		    strcmp(u->structs[i]->name, s->name) == 0) {
			pimg_err(u->diags, s->pos,
			    "struct '%s' is declared twice", s->name);
			pimg_note(u->diags, u->structs[i]->pos,
			    "first declared here");
		}
	}
	check_names(u, s);
	lay_out(u, s);
	if (s->native_ref.name == NULL)
		return;
	s->native = pimg_find_struct(u, s->native_ref.name, true);
	if (s->native == NULL) {
		pimg_undeclared(u, s->native_ref.pos, NULL,
		    "unknown native struct '%s'", s->native_ref.name);
		return;
	}
	s->native->used = true;
}

/* A structure that passes unchanged: its maps give names to a trace. */
static void
name_fields(struct pimg_unit *u, struct pimg_struct *s)
{
	struct pimg_field *f;
	size_t i;

	for (i = 0; i < s->count; i++) {
		f = &s->fields[i];
		if (f->map_ref.name != NULL)
			pimg_resolve_map(u, &f->map_ref, &f->map);
		if (f->variants_ref.name != NULL && (f->variants =
		    pimg_find_variants(u, f->variants_ref.name)) != NULL)
			f->variants->used = true;
		if (f->map != NULL && !f->map->identity &&
		    s->native_ref.name == NULL)
			pimg_diag(u->diags, PIMG_ERROR, f->map_ref.pos,
			    "'-> NATIVE' behind the structure's tag",
			    "struct '%s' passes unchanged, and map '%s' "
			    "converts", s->name, f->map->name);
	}
}

/* Its fields are the business of the C that converts it. */
static void
check_in_c(struct pimg_unit *u, const struct pimg_struct *s)
{
	if (!s->in_hooks)
		pimg_undeclared(u, s->pos, "a C file in the personality's "
		    "folder that defines them",
		    "no C file mentions 'in_%s' or 'out_%s'", s->name,
		    s->name);
}

void
pimg_check_structs(struct pimg_unit *u)
{
	struct pimg_struct *s;
	size_t i, j;

	for (i = 0; i < u->nstructs; i++)
		check_struct(u, i);
	for (i = 0; i < u->nstructs; i++) {
		s = u->structs[i];
		if (!s->is_native && s->native == NULL)
			name_fields(u, s);
		if (s->is_native || s->native == NULL)
			continue;
		lay_out(u, s->native);
		if (s->in_c) {
			check_in_c(u, s);
			continue;
		}
		for (j = 0; j < s->count; j++)
			pair_field(u, s, &s->fields[j]);
		if (!s->damaged)
			check_covered(u, s);
	}
	for (i = 0; i < u->nstructs; i++)
		u->structs[i]->identity = is_identity(u->structs[i]);
}
