/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What the prototype files of one personality say, after parsing.
 *
 *	unit ── calls[abi] (by number) ── args ── types
 *	     ├─ templates without a number, for slots to take
 *	     ├─ maps      flags, enum, errno, signal: both directions
 *	     ├─ structs   foreign layout and how each field is converted
 *	     ├─ natives   native layouts, asserted against the headers
 *	     └─ variants  payloads chosen by a value (ioctl, fcntl, ...)
 *
 * Everything lives in the unit's arena and is immutable after check.c has
 * resolved the names.
 */
#ifndef PIMG_AST_H
#define PIMG_AST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "pimg/source.h"

enum pimg_abi { PIMG_X86_64, PIMG_I386 };
#define	PIMG_NABI	2

#define	PIMG_ARGS_MAX	10	/* of a foreign call; beyond 6: on the stack */
#define	PIMG_SLOT_MAX	1023	/* largest call number */

/* A scalar's size and sign per ABI; arrays and pointers are in the type. */
struct pimg_scalar {
	const char	*name;
	uint8_t		 size[PIMG_NABI];
	bool		 is_signed;
	struct pimg_pos	 pos;		/* typedefs only */
};

enum pimg_type_kind {
	PIMG_TYPE_VOID, PIMG_TYPE_SCALAR, PIMG_TYPE_STRUCT, PIMG_TYPE_FUNCTION,
};

struct pimg_type {
	enum pimg_type_kind	 kind;
	const char		*name;	/* "int", "stat" for struct stat */
	const struct pimg_scalar *scalar;
	struct pimg_struct	*strukt;	/* resolved, or NULL: opaque */
	unsigned		 pointers;	/* number of '*' */
	bool			 is_const, is_union;
	uint32_t		 count;		/* declared array, 0: none */
	struct pimg_pos		 pos;
};

/* A structure itself, not a pointer to one. */
static inline bool
pimg_is_struct(const struct pimg_type *t)
{
	return (t->kind == PIMG_TYPE_STRUCT && t->pointers == 0);
}

enum pimg_op {
	PIMG_NUM, PIMG_NAME, PIMG_DEREF, PIMG_INDEX,
	PIMG_ADD, PIMG_SUB, PIMG_MUL, PIMG_DIV, PIMG_OR, PIMG_AND, PIMG_SHL,
	PIMG_LO, PIMG_HI, PIMG_JOIN,
	PIMG_LOCAL,		/* out TYPE NAME[N]: room for a result */
	PIMG_RESULT,		/* return: the native call's result */
	PIMG_STRING,		/* a constant, as written */
	PIMG_WITH,		/* the result of a call before */
};

struct pimg_expr {
	enum pimg_op		 op;
	int64_t			 value;
	const char		*name;
	struct pimg_arg		*arg;		/* NAME, DEREF, LOCAL */
	struct pimg_expr	*a, *b;
	struct pimg_pos		 pos;
};

enum pimg_dir { PIMG_NODIR = 0, PIMG_IN = 1, PIMG_OUT = 2, PIMG_INOUT = 3 };
enum pimg_extent { PIMG_ONE, PIMG_ELEMENTS, PIMG_BYTES };

struct pimg_ref {			/* a name still to be resolved */
	const char	*name;
	struct pimg_pos	 pos;
};

struct pimg_arg {
	const char		*name;
	struct pimg_type	 type;
	enum pimg_dir		 dir;
	enum pimg_extent	 extent;
	struct pimg_expr	*length;	/* ELEMENTS, BYTES */
	struct pimg_expr	*filled;	/* _to_: so many came back */
	bool			 optional;	/* may be NULL */
	bool			 string;	/* NUL-terminated */
	bool			 path;		/* a file name */
	struct pimg_expr	*path_if;	/* only if this is not 0 */
	bool			 path_unless;	/* ... if it is 0 */
	bool			 foreign_signal;
	bool			 foreign_errno;
	struct pimg_ref		 map_ref;	/* _Flags_(x), _Enum_(x) */
	struct pimg_map		*map;
	struct pimg_ref		 variants_ref;	/* _Variant_(x, selector) */
	struct pimg_variants	*variants;
	struct pimg_ref		 selector_ref;
	struct pimg_arg		*selector;
	unsigned		 index;
	struct pimg_pos		 pos;
};

enum pimg_map_kind {
	PIMG_MAP_FLAGS, PIMG_MAP_ENUM, PIMG_MAP_ERRNO, PIMG_MAP_SIGNAL,
};
enum pimg_policy { PIMG_REJECT, PIMG_DROP, PIMG_PASS };
enum pimg_way {
	PIMG_BOTH,
	PIMG_FORWARD,		/* foreign to native only */
	PIMG_REVERSE,		/* native to foreign only */
	PIMG_ITEM_DROP,		/* foreign only: ignored */
	PIMG_ITEM_REJECT,	/* foreign only: an error */
	PIMG_ITEM_HOOK,		/* a variant that C serves */
};

struct pimg_item {
	const char	*name;
	uint64_t	 foreign, native;
	uint64_t	 mask;		/* flags: the field it is a value of */
	const char	*native_name;	/* asserted against the header */
	enum pimg_way	 way;
	int		 error;		/* REJECT: native errno */
	const char	*reason;
	struct pimg_pos	 pos;
};

struct pimg_map {
	enum pimg_map_kind	 kind;
	const char		*name;
	const char		*header;	/* or NULL */
	struct pimg_item	*items;
	size_t			 count;
	bool			 has_unknown;
	enum pimg_policy	 unknown;
	int			 unknown_error;
	bool			 in_c;		/* `hook`: C functions */
	bool			 used, identity, replaced;
	bool			 in_hooks;	/* a hook names it */
	struct pimg_pos		 pos;
};

enum pimg_narrow { PIMG_FAIL, PIMG_CLAMP, PIMG_TRUNCATE };

enum pimg_field_source {
	PIMG_FIELD_NATIVE,	/* a native field */
	PIMG_FIELD_CONST,	/* written on the way out; ignored coming in */
	PIMG_FIELD_RELEASE,	/* the personality's release string */
	PIMG_FIELD_SIZE,	/* the bytes of this struct */
	PIMG_FIELD_PAD,		/* zero going out, ignored coming in */
};

struct pimg_field {
	const char		*name;
	struct pimg_type	 type;
	enum pimg_field_source	 source;
	struct pimg_ref		 native_ref;	/* name of the native field */
	const struct pimg_field	*native;
	int64_t			 constant;
	struct pimg_ref		 map_ref;
	struct pimg_map		*map;
	enum pimg_narrow	 narrow;
	int			 narrow_error;
	bool			 is_signal;
	struct pimg_ref		 variants_ref;	/* what follows is chosen */
	struct pimg_variants	*variants;
	bool			 is_tail;	/* the struct may end in it */
	bool			 tail_path;	/* it is a file name */
	int			 tail_error;	/* of an empty one, or 0 */
	uint32_t		 tail_pad;	/* bytes of an empty one */
	uint32_t		 offset[PIMG_NABI], size[PIMG_NABI];
	struct pimg_pos		 pos;
};

struct pimg_struct {
	const char		*name;
	const char		*header;	/* natives */
	bool			 is_native, is_packed, is_union;
	struct pimg_ref		 native_ref;
	struct pimg_struct	*native;	/* converted to; NULL: same */
	struct pimg_field	*fields;
	size_t			 count;
	bool			 in_c;	/* hooks convert it */
	struct pimg_field	*head;	/* chooses the rest, or NULL */
	struct pimg_field	*tail;	/* the last, if it may end early */
	struct pimg_ref		*dropped;	/* native fields left out */
	size_t			 ndropped;
	uint32_t		 size[PIMG_NABI], align[PIMG_NABI];
	bool			 used, identity, laid_out, in_layout;
	bool			 damaged;	/* a field had an error */
	bool			 replaced;
	bool			 in_hooks;	/* a hook names it */
	struct pimg_pos		 pos;
};

struct pimg_variant {
	struct pimg_item	 item;		/* the selector's value */
	bool			 has_payload;
	struct pimg_arg		 payload;
	struct pimg_ref		 returns_ref;
	struct pimg_map		*returns;
};

struct pimg_variants {
	const char		*name;
	const char		*header;
	struct pimg_ref	*also;		/* blocks whose variants it has too */
	size_t		 nalso;
	struct pimg_variant	*list;
	size_t			 count;
	bool			 has_unknown;
	enum pimg_policy	 unknown;
	int			 unknown_error;
	bool			 used, replaced;
	struct pimg_pos		 pos;
};

enum pimg_status {
	PIMG_STD,		/* the foreign system has the call */
	PIMG_OBSOL,		/* it had it once */
	PIMG_UNIMPL,		/* the slot has a name and nothing else */
	PIMG_RESERVED,
};

enum pimg_target_kind {
	PIMG_TO_NATIVE, PIMG_TO_ERRNO, PIMG_TO_RETURN, PIMG_TO_HOOK,
	PIMG_TO_RUNTIME, PIMG_TO_MISSING,
};

struct pimg_on {			/* on EAGAIN return 0 */
	int		 native_errno;
	bool		 is_return;
	int64_t		 value;		/* of return, or the other errno */
};

struct pimg_guard {			/* guard addr, len errno E */
	struct pimg_expr *addr, *len;
	int		 error;
};

/* A native call before the target (with NAME = f(x)) or after it (then f(x)). */
struct pimg_step {
	const char	*name;		/* of the result, or NULL */
	const char	*native;
	int		 nr[PIMG_NABI];
	struct pimg_expr **args;
	unsigned	 nargs;
	struct pimg_pos	 pos;
};

struct pimg_target {
	enum pimg_target_kind	 kind;
	bool			 declared, has_args;
	const char		*name;
	int			 nr[PIMG_NABI];	/* native number, -1: none */
	int64_t			 value;		/* errno or result */
	struct pimg_expr	**args;
	unsigned		 nargs;
	struct pimg_expr	*result, *second;
	struct pimg_ref		 returns_ref;
	struct pimg_map		*returns;
	bool			 returns_errno;	/* and succeeds */
	struct pimg_on		*on;
	size_t			 non;
	struct pimg_guard	*guards;
	size_t			 nguards;
	struct pimg_step	*with, *then;
	size_t			 nwith, nthen;
	struct pimg_pos		 pos;
};

/* How a call is carried out; also what `pimg inspect` reports. */
enum pimg_class {
	PIMG_REGISTER_ONLY, PIMG_CONVERTED, PIMG_HOOK, PIMG_ERRNO, PIMG_MISSING,
};

struct pimg_call {
	unsigned		 number;
	size_t			 order;		/* of reading */
	enum pimg_abi		 abi;
	enum pimg_status	 status;
	const char		*status_word;
	const char		*name;
	const char		*symbol;	/* suffix of labels */
	const char		*compat;	/* prefix, or "" */
	bool			 same;		/* `STD NAME`: see `from` */
	const char		*from;		/* the call it is taken from */
	bool			 varargs;
	struct pimg_type	 ret;
	struct pimg_arg		*args;
	unsigned		 nargs;
	struct pimg_target	 target;
	uint32_t		 since, until;	/* 0: always */
	enum pimg_class		 cls;
	struct pimg_pos		 pos, name_pos;
};

enum pimg_convention { PIMG_LINUX, PIMG_BSD };

struct pimg_brand_decl {
	bool		 is_note;
	uint8_t		 osabi;
	uint32_t	 note_type;
	const char	*owner;
};

struct pimg_table {
	struct pimg_call	**calls;	/* ascending */
	size_t			  count;
	bool			  declared;	/* an `abi` statement exists */
};

struct pimg_unit {
	struct pimg_arena	*arena;
	struct pimg_diags	*diags;
	const char		*name;		/* the folder's */
	struct pimg_ref		 personality;
	int			 personality_rank;
	bool			 is_base;	/* only to be inherited */
	const char		*title;
	enum pimg_convention	 convention;
	struct pimg_pos		 convention_pos;
	const char		*release;
	int			 release_rank;
	uint32_t		 release_code;
	struct pimg_pos		 release_pos;
	struct pimg_brand_decl	*brands;
	size_t			 nbrands;
	/* Everything that was read, prototypes, C hooks and their headers, in
	 * the order of reading; the source digest covers them. */
	struct pimg_source	**sources;
	size_t			 nsources;
	struct pimg_scalar	*typedefs;
	size_t			 ntypedefs;
	struct pimg_map		**maps;
	size_t			 nmaps;
	struct pimg_struct	**structs;	/* foreign and native */
	size_t			 nstructs;
	struct pimg_variants	**variants;
	size_t			 nvariants;
	struct pimg_table	 tables[PIMG_NABI];
	struct pimg_table	 templates;
};

#define	PIMG_RELEASE_CODE(a, b, c)	((uint32_t)(a) << 16 | (b) << 8 | (c))

#endif
