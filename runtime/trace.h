/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The call trace (pstore exec --trace).
 *
 *	program ── SUD ──► pimg_trace_entry ──► pimg_enter_c
 *	                                            │
 *	     pimg_traced_call: arguments, as they are now
 *	                       the call's own function, or the native call
 *	                       what came out, and the result ──► one write(2)
 *
 * A traced call is served in C on the private stack, as a call with a
 * conversion is, so a signal finds nothing new: what is rolled back, kept or
 * completed is decided as ever.  An image that does not trace never comes
 * here.
 *
 * What is printed comes from tables that the compiler writes (gen_trace.c):
 * numbers and offsets only, since nothing in an image is relocated.
 */
#ifndef PIMG_RUNTIME_TRACE_H
#define PIMG_RUNTIME_TRACE_H

#include <stddef.h>
#include <stdint.h>

#include "frame.h"
#include "thread.h"

#pragma GCC visibility push(hidden)

/* What a value is. */
enum {
	PIMG_TV_NONE,		/* unknown: only its address can be shown */
	PIMG_TV_SIGNED,
	PIMG_TV_UNSIGNED,
	PIMG_TV_HEX,
	PIMG_TV_OCTAL,		/* a file mode */
	PIMG_TV_POINTER,
	PIMG_TV_CHAR,		/* of arrays: text */
	PIMG_TV_FLAGS,		/* ref: pimg_trace_maps */
	PIMG_TV_ENUM,
	PIMG_TV_SIGNAL,
	PIMG_TV_SIGSET,
	PIMG_TV_FDSET,
	PIMG_TV_STRUCT,		/* ref: pimg_trace_structs */
	PIMG_TV_VOID,
	PIMG_TV_HEAD,		/* of a structure: chooses the rest by
				 * pimg_trace_variants[ref] */
	PIMG_TV_PORT,		/* network byte order */
	PIMG_TV_INET,
};

struct pimg_trace_type {
	uint8_t		kind;
	uint8_t		size;		/* bytes; 0: see the structure */
	uint16_t	ref;
};

/* How an argument is shown. */
enum {
	PIMG_TA_VALUE,
	PIMG_TA_ADDRESS,
	PIMG_TA_STRING,
	PIMG_TA_BYTES,		/* length bytes */
	PIMG_TA_ONE,		/* what it points to */
	PIMG_TA_ARRAY,		/* length elements */
	PIMG_TA_STRINGS,	/* pointers to strings, ended by NULL */
	PIMG_TA_COUNT,		/* how many such pointers there are */
	PIMG_TA_VARIANT,	/* as the value of another argument says */
	PIMG_TA_SELECTOR,	/* that value */
	PIMG_TA_NESTED,		/* a selector, if another one's choice is so */
	PIMG_TA_SIZED,		/* length bytes of one object */
};

#define	PIMG_TRACE_IN	1	/* dir */
#define	PIMG_TRACE_OUT	2

struct pimg_trace_arg {
	struct pimg_trace_type type;
	uint8_t		how, dir;
	uint8_t		selector;	/* VARIANT, NESTED: which argument */
	uint8_t		is_fd;		/* names a descriptor */
#define	PIMG_TRACE_FD_USED	1
#define	PIMG_TRACE_FD_REPLACED	2	/* dup2 */
	uint16_t	length, filled;	/* into pimg_trace_code; 0: none */
	uint16_t	variants, unused;
};

struct pimg_trace_call {
	uint32_t	name;		/* into pimg_trace_text; 0: no such call */
	uint16_t	args;		/* the first one, of pimg_trace_args */
	uint8_t		nargs;
	uint8_t		flags;
#define	PIMG_TC_MISSING	0x01		/* the foreign system has it, we do not */
#define	PIMG_TC_LEAVES	0x02		/* does not come back if it succeeds */
#define	PIMG_TC_CONSTANT 0x04		/* value is the result, not a number */
#define	PIMG_TC_SECOND	0x08		/* has a second result */
#define	PIMG_TC_LENGTH	0x10		/* the result is what came into a buffer */
	struct pimg_trace_type ret;
	int32_t		value;		/* native number, without a function */
};

struct pimg_trace_map {
	uint32_t	first;		/* of pimg_trace_items */
	uint32_t	count;
};

struct pimg_trace_item {
	uint64_t	value, mask;	/* mask 0: single bits, or an enum */
	uint64_t	name;
};

struct pimg_trace_struct {
	uint32_t	first, count;	/* of pimg_trace_fields */
	uint32_t	size;
};

struct pimg_trace_field {
	uint32_t	name, offset;
	struct pimg_trace_type type;
	uint32_t	count;		/* of an array; 0: none */
};

struct pimg_trace_variants {
	uint32_t	first, count;	/* of pimg_trace_variant */
	uint32_t	closed;		/* other values are refused here */
};

struct pimg_trace_variant {
	uint64_t	value;
	uint32_t	name;
	struct pimg_trace_arg payload;
	struct pimg_trace_type ret;	/* kind 0: as the call says */
};

/* Lengths: a small stack machine.  Operands follow their operation. */
enum {
	PIMG_TX_END,
	PIMG_TX_NUMBER,		/* four bytes, low first */
	PIMG_TX_ARG,		/* one byte: which */
	PIMG_TX_DEREF,		/* two bytes: which, and the size there */
	PIMG_TX_RESULT,
	PIMG_TX_ADD, PIMG_TX_SUB, PIMG_TX_MUL, PIMG_TX_DIV,
	PIMG_TX_AND, PIMG_TX_OR, PIMG_TX_SHL,
};

extern const char pimg_trace_text[];
extern const struct pimg_trace_call pimg_trace_calls[];	/* PIMG_NCALLS */
extern const struct pimg_trace_arg pimg_trace_args[];
extern const struct pimg_trace_map pimg_trace_maps[];
extern const struct pimg_trace_item pimg_trace_items[];
extern const struct pimg_trace_struct pimg_trace_structs[];
extern const struct pimg_trace_field pimg_trace_fields[];
extern const struct pimg_trace_variants pimg_trace_variants[];
extern const struct pimg_trace_variant pimg_trace_variant[];
extern const uint8_t pimg_trace_code[];
#define	PIMG_TRACE_ERRNOS	134	/* native errno: the foreign name */
#define	PIMG_TRACE_SIGNALS	129
extern const uint32_t pimg_trace_errnos[PIMG_TRACE_ERRNOS];
extern const uint32_t pimg_trace_signals[PIMG_TRACE_SIGNALS];	/* foreign */
extern const uint32_t pimg_trace_natives[PIMG_TRACE_SIGNALS];	/* native */
/* Numbers without a call here: names that later releases give them. */
extern const uint32_t pimg_trace_newer[], pimg_trace_nnewer;
/* Served in C: offset from the table's start, 0 for others. */
extern const int32_t pimg_functions[];

/* trace_line.c: text that is cut where its room ends. */
struct pimg_line {
	char		*p, *end;
};
void	pimg_line_char(struct pimg_line *l, char c);
void	pimg_line_text(struct pimg_line *l, const char *s);
void	pimg_line_bytes(struct pimg_line *l, const char *s, size_t len);
void	pimg_line_number(struct pimg_line *l, uint64_t v, unsigned base);
void	pimg_line_signed(struct pimg_line *l, int64_t v);
void	pimg_line_hex(struct pimg_line *l, uint64_t v);
void	pimg_line_quoted(struct pimg_line *l, const void *s, size_t len);

/* A call while it is traced: in the last page of the thread's block. */
#define	PIMG_TRACE_ARGS	10
#define	PIMG_TRACE_TEXT	3960
struct pimg_traced {
	unsigned long	arg[PIMG_TRACE_ARGS];
	long		result;
	const struct pimg_trace_call *call;	/* NULL: unknown number */
	uint16_t	piece[PIMG_TRACE_ARGS + 1];	/* arguments in text */
	uint8_t		returned, printed;
	uint8_t		told;		/* a hook has said what is missing */
	char		text[PIMG_TRACE_TEXT];
};

/* trace_value.c */
void	pimg_trace_value(struct pimg_line *l, const struct pimg_trace_type *ty,
	    uint64_t v);
void	pimg_trace_signame(struct pimg_line *l, const uint32_t *names,
	    uint64_t sig);
void	pimg_trace_object(struct pimg_line *l, const struct pimg_traced *t,
	    const struct pimg_trace_type *ty, unsigned long addr);
void	pimg_trace_sized(struct pimg_line *l, const struct pimg_trace_type *ty,
	    unsigned long addr, uint64_t len);
void	pimg_trace_array(struct pimg_line *l, const struct pimg_traced *t,
	    const struct pimg_trace_type *ty, unsigned long addr, uint64_t n);
const struct pimg_trace_variant *pimg_trace_choice(const struct pimg_traced *t,
	    const struct pimg_trace_arg *a);
uint64_t pimg_trace_eval(const struct pimg_traced *t, uint16_t code);
uint64_t pimg_trace_cut(const struct pimg_trace_type *ty, uint64_t v);
void	pimg_trace_string(struct pimg_line *l, unsigned long addr);
void	pimg_trace_buffer(struct pimg_line *l, unsigned long addr, uint64_t n);

/* trace_arg.c */
void	pimg_trace_arg_in(struct pimg_line *l, const struct pimg_traced *t,
	    const struct pimg_trace_arg *a, unsigned long v);
int	pimg_trace_unknown(const struct pimg_traced *t, unsigned long *value);
int	pimg_trace_is_absent(const struct pimg_traced *t,
	    const struct pimg_trace_arg *a);
void	pimg_trace_arg_out(struct pimg_line *l, const struct pimg_traced *t,
	    const struct pimg_trace_arg *a, unsigned long v,
	    const char *before, size_t len);

/* trace_out.c: where it goes. */
#define	PIMG_TRACE_LINES	1
#define	PIMG_TRACE_SUMMARY	2
struct pimg_summary;
struct pimg_trace {
	uint32_t	mode;		/* 0: no trace */
	int		fd;
	struct pimg_lock lock;		/* fd and what is written to it */
	struct pimg_summary *summary;
	const char	*option;	/* its number among the image's options */
};
extern struct pimg_trace pimg_trace;
long	pimg_trace_init(struct pimg_thread *t);
void	pimg_trace_begin(struct pimg_line *l, char *buf, size_t size);
void	pimg_trace_end(struct pimg_line *l, char *buf);
int	pimg_trace_guard(const struct pimg_traced *s, long *result);
void	pimg_trace_inherit(int inherit);

/* trace_hide.c */
long	pimg_trace_hide(const struct pimg_traced *s, long r,
	    long (*again)(const struct pimg_traced *));

/* trace_count.c */
long	pimg_count_map(int fd);
void	pimg_count_call(unsigned long nr, const char *name, int failed,
	    int missing);
void	pimg_count_missing(const char *what, unsigned long value);

/* trace.c */
extern const char pimg_trace_entry[];	/* x86_64/trace.S, i386/entry.S */
long	pimg_traced_call(struct pimg_frame *f);
void	pimg_trace_started(const char *path, const char *const *argv,
	    unsigned long argc, unsigned long envc);
void	pimg_trace_signal(const siginfo_t *si);

#pragma GCC visibility pop
#endif
