/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The checker's parts.  Each reports into unit->diags and goes on.
 */
#ifndef PIMG_CHECK_H
#define PIMG_CHECK_H

#include "pimg/ast.h"

/* replace.c: leaves of each name the declaration that counts. */
void	pimg_replace(struct pimg_unit *);

/*
 * Reports a name that nothing declares.  A base may use what those who
 * inherit it declare: there it is no error.
 */
void	pimg_undeclared(struct pimg_unit *, struct pimg_pos,
	    const char *expected, const char *fmt, ...)
	    __attribute__((format(printf, 4, 5)));

/* take.c: `475 STD pread` gets its prototype and target */
void	pimg_take_prototype(struct pimg_unit *, struct pimg_call *);

/* mentions.c: what the hooks use */
void	pimg_check_mentions(struct pimg_unit *);

/* check_type.c */
bool	pimg_check_type(struct pimg_unit *, struct pimg_type *, bool by_value);
void	pimg_check_structs(struct pimg_unit *);
const struct pimg_scalar *pimg_find_scalar(const struct pimg_unit *,
	    const char *name);
struct pimg_struct *pimg_find_struct(const struct pimg_unit *,
	    const char *name, bool is_native);
uint32_t pimg_type_size(const struct pimg_type *, enum pimg_abi);

/* check_head.c: structures whose rest is chosen by a field, or ends early */
void	pimg_check_head(struct pimg_unit *, struct pimg_struct *,
	    struct pimg_field *);
void	pimg_check_tail(struct pimg_unit *, struct pimg_struct *,
	    struct pimg_field *);
void	pimg_check_heads(struct pimg_unit *);
bool	pimg_arg_is_sized(const struct pimg_arg *);
void	pimg_check_also(struct pimg_unit *, struct pimg_variants *);
void	pimg_check_sized(struct pimg_unit *, const struct pimg_call *,
	    const struct pimg_arg *);
void	pimg_check_nested(struct pimg_unit *, const struct pimg_call *,
	    const struct pimg_variants *);
struct pimg_variants *pimg_find_variants(const struct pimg_unit *,
	    const char *name);

/* check_map.c */
void	pimg_check_maps(struct pimg_unit *);
struct pimg_map *pimg_find_map(const struct pimg_unit *, const char *name);
struct pimg_map *pimg_find_kind(const struct pimg_unit *, enum pimg_map_kind);
void	pimg_resolve_map(struct pimg_unit *, const struct pimg_ref *,
	    struct pimg_map **);
/* A constant named on the native side of any map. */
bool	pimg_find_constant(const struct pimg_unit *, const char *, int64_t *);

/* check_call.c: arguments */
struct pimg_arg *pimg_find_arg(const struct pimg_call *, const char *name);
void	pimg_check_variants(struct pimg_unit *);
void	pimg_check_arg(struct pimg_unit *, const struct pimg_call *,
	    struct pimg_arg *);
/* Names are the call's arguments, locals, or constants. */
void	pimg_check_expr(struct pimg_unit *, const struct pimg_call *,
	    struct pimg_expr *);
/* Is there C with hook_NAME? */
void	pimg_check_hook(struct pimg_unit *, const char *name, struct pimg_pos);
/* check_target.c: the whole call, target and class */
void	pimg_check_call(struct pimg_unit *, struct pimg_call *);
/* Does the argument's value or pointee need a conversion? */
bool	pimg_arg_converts(const struct pimg_unit *, const struct pimg_arg *);

#endif
