/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * One traced call, and the other lines of a trace: a program that was
 * executed, a signal that is delivered, something that is missing.
 *
 * Each line goes out whole, when the call is over; so a program that is
 * killed loses only the line of the call that it was killed in.  A call that
 * does not come back has its line before it is made.
 */
#include "arch.h"
#include "runtime.h"
#include "trace.h"

#define	LINE_MAX	4096	/* a pipe takes so much in one piece */

_Static_assert(sizeof(struct pimg_traced) <= PIMG_PAGE, "struct pimg_traced");
_Static_assert(sizeof(struct pimg_thread) <=
    PIMG_BLOCK_TRACE - PIMG_BLOCK_THREAD, "struct pimg_thread");

static struct pimg_traced *
traced(struct pimg_thread *t)
{

	return ((struct pimg_traced *)((unsigned long)t - PIMG_BLOCK_THREAD +
	    PIMG_BLOCK_TRACE));
}

/* Seventh and later arguments stand above the return address. */
static void
take_arguments(struct pimg_traced *s, const struct pimg_frame *f)
{
	unsigned i, n = s->call != NULL ? s->call->nargs : 6;

	for (i = 0; i < 6; i++)
		s->arg[i] = f->arg[i];
	for (; i < n; i++)
		if (pimg_copyin(&s->arg[i], f->sp + (i - 5) * sizeof(long),
		    sizeof(long)) != 0)
			s->arg[i] = 0;
}

/* A result; by its names, too, if another argument says what it is. */
static void
put_value(struct pimg_line *l, const struct pimg_traced *s)
{
	const struct pimg_trace_call *c = s->call;
	const struct pimg_trace_variant *v = NULL;
	const struct pimg_trace_arg *a;
	unsigned i;

	if (c == NULL || c->ret.kind == PIMG_TV_VOID) {
		pimg_line_signed(l, s->result);
		return;
	}
	for (i = 0; i < c->nargs && v == NULL; i++) {
		a = &pimg_trace_args[c->args + i];
		if (a->how == PIMG_TA_VARIANT)
			v = pimg_trace_choice(s, a);
	}
	if (v == NULL || v->ret.kind == PIMG_TV_NONE || s->result == 0)
		pimg_trace_value(l, &c->ret, (uint64_t)s->result);
	if (v != NULL && v->ret.kind != PIMG_TV_NONE) {
		if (s->result != 0)
			pimg_line_hex(l, (uint64_t)s->result);
		pimg_line_text(l, " (");
		pimg_trace_value(l, &v->ret, (uint64_t)s->result);
		pimg_line_char(l, ')');
	}
}

static void
put_result(struct pimg_line *l, const struct pimg_traced *s,
    const struct pimg_frame *f)
{
	const struct pimg_trace_call *c = s->call;
	long r = s->result;

	if (!s->returned)
		pimg_line_text(l, " = ?");
	else if (r == -PIMG_RESTART)
		pimg_line_text(l, " = ? (a signal came first; made again)");
	else if (pimg_failed(r)) {
		pimg_line_text(l, " = -1 ");
		if (-r < PIMG_TRACE_ERRNOS && pimg_trace_errnos[-r] != 0)
			pimg_line_text(l, pimg_trace_text +
			    pimg_trace_errnos[-r]);
		else
			pimg_line_signed(l, -r);
	} else {
		pimg_line_text(l, " = ");
		put_value(l, s);
		if (c != NULL && c->flags & PIMG_TC_SECOND) {
			pimg_line_text(l, ", ");
			pimg_trace_value(l, &c->ret, f->arg[2]);
		}
	}
	if (c == NULL || c->flags & PIMG_TC_MISSING)
		pimg_line_text(l, " (missing)");
}

/* The call's name; NULL: nobody knows one for this number. */
static const char *
name_of(const struct pimg_traced *s, unsigned long nr)
{
	uint32_t name = s->call != NULL ? s->call->name :
	    nr < pimg_trace_nnewer ? pimg_trace_newer[nr] : 0;

	return (name != 0 ? pimg_trace_text + name : NULL);
}

static void
put_name(struct pimg_line *l, const struct pimg_traced *s, unsigned long nr)
{
	const char *name = name_of(s, nr);

	if (name != NULL)
		pimg_line_text(l, name);
	else {
		pimg_line_text(l, "syscall_");
		pimg_line_number(l, nr, 10);
	}
	pimg_line_char(l, '(');
}

static void
put_arguments(struct pimg_line *l, const struct pimg_traced *s)
{
	const struct pimg_trace_call *c = s->call;
	unsigned i;

	for (i = 0; c == NULL && i < 6; i++) {
		pimg_line_text(l, i > 0 ? ", " : "");
		pimg_line_hex(l, s->arg[i]);
	}
	for (i = 0; c != NULL && i < c->nargs; i++) {
		if (pimg_trace_is_absent(s, &pimg_trace_args[c->args + i]))
			break;
		pimg_line_text(l, i > 0 ? ", " : "");
		pimg_trace_arg_out(l, s, &pimg_trace_args[c->args + i],
		    s->arg[i], s->text + s->piece[i],
		    s->piece[i + 1] - s->piece[i]);
	}
	pimg_line_char(l, ')');
}

static void __attribute__((__noinline__))
print(const struct pimg_traced *s, const struct pimg_frame *f)
{
	char buf[LINE_MAX];
	struct pimg_line l;

	pimg_trace_begin(&l, buf, sizeof(buf));
	put_name(&l, s, f->nr);
	put_arguments(&l, s);
	put_result(&l, s, f);
	pimg_trace_end(&l, buf);
}

static void
report(struct pimg_traced *s, const struct pimg_frame *f)
{
	int failed = s->returned && pimg_failed(s->result);
	unsigned long value;

	if (pimg_trace.mode == PIMG_TRACE_SUMMARY && !s->printed)
		pimg_count_call(f->nr, name_of(s, f->nr), failed,
		    s->call == NULL || s->call->flags & PIMG_TC_MISSING);
	if (pimg_trace.mode == PIMG_TRACE_LINES &&
	    (!s->printed || failed))
		print(s, f);
	s->printed = 1;
	if (failed && !s->told && s->call != NULL &&
	    pimg_trace_unknown(s, &value))
		pimg_missing(pimg_trace_text + s->call->name, value);
}

/* Before the call: what goes in is put down now. */
static void __attribute__((__noinline__))
begin(struct pimg_traced *s, const struct pimg_frame *f)
{
	const struct pimg_trace_call *c;
	struct pimg_line l = { s->text, s->text + sizeof(s->text) };
	unsigned i;

	c = f->nr < pimg_ncalls && pimg_trace_calls[f->nr].name != 0 ?
	    &pimg_trace_calls[f->nr] : NULL;
	s->call = c;
	s->returned = s->printed = s->told = 0;
	take_arguments(s, f);
	for (i = 0; c != NULL && i < c->nargs; i++) {
		s->piece[i] = (uint16_t)(l.p - s->text);
		if (pimg_trace.mode == PIMG_TRACE_LINES)
			pimg_trace_arg_in(&l, s, &pimg_trace_args[c->args + i],
			    s->arg[i]);
		s->piece[i + 1] = (uint16_t)(l.p - s->text);
	}
	if (c != NULL && c->flags & PIMG_TC_LEAVES)
		report(s, f);
}

static long
native(const struct pimg_trace_call *c, const unsigned long *a)
{

	return (pimg_call6(c->value, (long)a[0], (long)a[1], (long)a[2],
	    (long)a[3], (long)a[4], (long)a[5]));
}

static long
again(const struct pimg_traced *s)
{

	return (native(s->call, s->arg));
}

/* What the dispatch table would have done. */
static long
serve(struct pimg_frame *f, const struct pimg_trace_call *c)
{
	unsigned long functions = (unsigned long)pimg_functions;
	long (*function)(struct pimg_frame *);

	if (f->nr < pimg_ncalls && pimg_functions[f->nr] != 0) {
		function = (long (*)(struct pimg_frame *))(functions +
		    (unsigned long)(long)pimg_functions[f->nr]);
		return (function(f));
	}
	if (c == NULL)
		return (-ENOSYS);
	if (c->flags & PIMG_TC_CONSTANT)
		return (c->value);
	if (c->value == NR_close_range)
		return (pimg_close_range((unsigned)f->arg[0],
		    (unsigned)f->arg[1], (unsigned)f->arg[2]));
	return (native(c, f->arg));
}

long
pimg_traced_call(struct pimg_frame *f)
{
	struct pimg_thread *t = pimg_self();
	struct pimg_traced *s = traced(t);
	uint32_t tid = t->tid;
	long r;

	begin(s, f);
	if (!pimg_trace_guard(s, &r))
		r = pimg_trace_hide(s, serve(f, s->call), again);
	if (t->tid != tid)	/* the child of a fork: its parent reports it */
		return (r);
	s->result = r;
	s->returned = 1;
	report(s, f);
	return (r);
}

/* ------------------------------------------------------------------ */

/* The program that this image was executed for. */
void
pimg_trace_started(const char *path, const char *const *argv,
    unsigned long argc, unsigned long envc)
{
	char buf[LINE_MAX];
	struct pimg_line l;
	unsigned long i;

	if (pimg_trace.mode == PIMG_TRACE_SUMMARY)
		pimg_count_call(0, "execve", 0, 0);
	if (pimg_trace.mode != PIMG_TRACE_LINES)
		return;
	pimg_trace_begin(&l, buf, sizeof(buf));
	pimg_line_text(&l, "execve(");
	pimg_line_quoted(&l, path, pimg_strlen(path));
	pimg_line_text(&l, ", [");
	for (i = 0; i < argc && i < 16; i++) {
		pimg_line_text(&l, i > 0 ? ", " : "");
		pimg_trace_string(&l, (unsigned long)argv[i]);
	}
	pimg_line_text(&l, i < argc ? ", ...], [/* " : "], [/* ");
	pimg_line_number(&l, envc, 10);
	pimg_line_text(&l, envc == 1 ? " var */]) = 0" : " vars */]) = 0");
	pimg_trace_end(&l, buf);
}

/* A signal whose handler the program is about to enter. */
void
pimg_trace_signal(const siginfo_t *si)
{
	char buf[256];
	struct pimg_line l;

	if (pimg_trace.mode != PIMG_TRACE_LINES)
		return;
	pimg_trace_begin(&l, buf, sizeof(buf));
	pimg_line_text(&l, "--- ");
	pimg_trace_signame(&l, pimg_trace_natives, (uint64_t)si->si_signo);
	if (si->si_code <= 0 || si->si_signo == SIGCHLD) {
		pimg_line_text(&l, " from ");
		pimg_line_signed(&l, si->si_pid);
	} else if (si->si_signo == SIGSEGV || si->si_signo == SIGBUS ||
	    si->si_signo == SIGFPE || si->si_signo == SIGILL) {
		pimg_line_text(&l, " at ");
		pimg_line_hex(&l, (unsigned long)si->si_addr);
	}
	pimg_line_text(&l, " ---");
	pimg_trace_end(&l, buf);
}

void
pimg_missing(const char *what, unsigned long value)
{
	char buf[256];
	struct pimg_line l;

	if (pimg_trace.mode == 0)
		return;
	traced(pimg_self())->told = 1;
	if (pimg_trace.mode == PIMG_TRACE_SUMMARY)
		pimg_count_missing(what, value);
	if (pimg_trace.mode != PIMG_TRACE_LINES)
		return;
	pimg_trace_begin(&l, buf, sizeof(buf));
	pimg_line_text(&l, "--- missing: ");
	pimg_line_text(&l, what);
	pimg_line_char(&l, ' ');
	pimg_line_hex(&l, value);
	pimg_line_text(&l, " ---");
	pimg_trace_end(&l, buf);
}
