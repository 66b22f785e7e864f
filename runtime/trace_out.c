/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Where the trace goes: a descriptor that pstore exec opened, above the
 * numbers that the program can get where limits allow that, and that stays
 * open through exec.  The program does not see it: a call that names it
 * fails with EBADF, one that would put another file there finds it moved,
 * and closing a range leaves it out.
 *
 * A line is one write(2), with all signals blocked, and what the write may
 * have raised is taken back: to the program nothing has happened.
 */
#include <linux/poll.h>
#include <linux/resource.h>

#include "arch.h"
#include "runtime.h"
#include "trace.h"

#define	F_DUPFD		0
#define	F_GETFD		1
#define	F_SETFD		2
#define	FD_CLOEXEC	1
#define	SIGSET_SIZE	8
#define	LOWEST		64	/* where a number is looked for last */
#define	ROOM		16
#define	NOWHERE		999999999	/* no descriptor */

struct pimg_trace pimg_trace;

/*
 * From the image's options, on the first thread: --trace=FD for lines,
 * --trace-summary=FD for counters.  A descriptor that an earlier program of
 * the process has crowded out is no error.  Returns 0 or a negated errno.
 */
long
pimg_trace_init(struct pimg_thread *t)
{
	struct pimg_trace *tr = &pimg_trace;
	uint32_t mode = PIMG_TRACE_LINES;
	const char *value = pimg_option_next(NULL, "--trace"), *c;
	long r;

	if (value == NULL) {
		value = pimg_option_next(NULL, "--trace-summary");
		mode = PIMG_TRACE_SUMMARY;
	}
	if (value == NULL)
		return (0);
	tr->option = value;
	tr->fd = 0;
	for (c = value; *c >= '0' && *c <= '9' && tr->fd <= NOWHERE / 10; c++)
		tr->fd = tr->fd * 10 + (*c - '0');
	if (tr->fd >= NOWHERE)
		return (0);
	if (pimg_failed(r = pimg_sys(__NR_fcntl, tr->fd, F_GETFD)) ||
	    (mode == PIMG_TRACE_SUMMARY &&
	    (r = pimg_count_map(tr->fd)) != 0))
		return (r);
	tr->mode = mode;
#ifdef __i386__
	t->traced = 1;
#endif
	(void)t;
	return (0);
}

void
pimg_trace_begin(struct pimg_line *l, char *buf, size_t size)
{

	l->p = buf;
	l->end = buf + size - 4;	/* room for the end */
	pimg_line_text(l, "[pid ");
	pimg_line_number(l, (uint64_t)pimg_sys(__NR_gettid), 10);
	pimg_line_text(l, "] ");
}

static void
wait_for_room(int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLOUT };

	pimg_sys(__NR_poll, &p, 1, -1);
}

static void
take_signal(int sig)
{
	uint64_t set = PIMG_SIGBIT(sig);
	unsigned long none[2] = { 0, 0 };

	pimg_sys(__NR_rt_sigtimedwait, &set, NULL, none, SIGSET_SIZE);
}

static void
put(int fd, const char *s, size_t len)
{
	long r;

	while (len > 0) {
		r = pimg_sys(__NR_write, fd, s, len);
		if (r == -EAGAIN)
			wait_for_room(fd);
		else if (r == -EPIPE || r == -EFBIG)
			take_signal(r == -EPIPE ? SIGPIPE : SIGXFSZ);
		if (r == -EAGAIN || r == -EINTR)
			continue;
		if (r <= 0)
			return;
		s += r;
		len -= (size_t)r;
	}
}

/* Ends the line in buf and writes it. */
void
pimg_trace_end(struct pimg_line *l, char *buf)
{
	uint64_t all = ~PIMG_VIRTUAL, old;

	if (l->p == l->end) {
		*l->p++ = '.';
		*l->p++ = '.';
		*l->p++ = '.';
	}
	*l->p++ = '\n';
	pimg_sys(__NR_rt_sigprocmask, SIG_SETMASK, &all, &old, SIGSET_SIZE);
	pimg_lock(&pimg_trace.lock);
	put(pimg_trace.fd, buf, (size_t)(l->p - buf));
	pimg_unlock(&pimg_trace.lock);
	pimg_sys(__NR_rt_sigprocmask, SIG_SETMASK, &old, NULL, SIGSET_SIZE);
}

/* ------------------------------------------------------------------ */
/* Out of the program's way                                           */

/* The option that exec hands on has room for the number (pstore exec). */
static void
renumber(void)
{
	char *p = (char *)(unsigned long)pimg_trace.option;
	size_t i = pimg_strlen(p);
	unsigned v = (unsigned)pimg_trace.fd;

	for (; i > 0; v /= 10)
		p[--i] = (char)('0' + v % 10);
}

/* A copy above what the program may open, or -1 where limits forbid. */
static long
copy_above(int fd)
{
	struct rlimit64 old, more;
	long r = -1;

	if (pimg_sys(__NR_prlimit64, 0, RLIMIT_NOFILE, NULL, &old) != 0 ||
	    old.rlim_max <= old.rlim_cur)
		return (-1);
	more = old;
	more.rlim_cur = old.rlim_max < old.rlim_cur + ROOM ? old.rlim_max :
	    old.rlim_cur + ROOM;
	if (pimg_sys(__NR_prlimit64, 0, RLIMIT_NOFILE, &more, NULL) == 0) {
		r = pimg_sys(__NR_fcntl, fd, F_DUPFD, old.rlim_cur);
		pimg_sys(__NR_prlimit64, 0, RLIMIT_NOFILE, &old, NULL);
	}
	return (r);
}

/*
 * To another number, before the program takes this one.  If there is none
 * left, the trace of this process ends: it is not the program's loss.
 */
static void
move(void)
{
	int old = pimg_trace.fd;
	long r;

	pimg_lock(&pimg_trace.lock);
	r = copy_above(old);
	if (pimg_failed(r))
		r = pimg_sys(__NR_fcntl, old, F_DUPFD, old + 1);
	if (pimg_failed(r))
		r = pimg_sys(__NR_fcntl, old, F_DUPFD, LOWEST);
	pimg_trace.fd = pimg_failed(r) ? NOWHERE : (int)r;
	renumber();
	pimg_unlock(&pimg_trace.lock);
}

/* Answers a call that names the descriptor; returns whether it has. */
int
pimg_trace_guard(const struct pimg_traced *s, long *result)
{
	const struct pimg_trace_arg *a;
	unsigned i;

	if (s->call == NULL)
		return (0);
	a = &pimg_trace_args[s->call->args];
	for (i = 0; i < 2 && i < s->call->nargs; i++) {
		if (a[i].is_fd == 0 || (int)s->arg[i] != pimg_trace.fd)
			continue;
		if (a[i].is_fd == PIMG_TRACE_FD_USED) {
			*result = -EBADF;
			return (1);
		}
		move();
	}
	return (0);
}

long
pimg_close_range(unsigned first, unsigned last, unsigned flags)
{
	unsigned fd = (unsigned)pimg_trace.fd;
	long r = 0;

	if (pimg_trace.mode == 0 || fd < first || fd > last)
		return (pimg_sys(NR_close_range, first, last, flags));
	if (fd > first)
		r = pimg_sys(NR_close_range, first, fd - 1, flags);
	if (r == 0 && fd < last)
		r = pimg_sys(NR_close_range, fd + 1, last, flags);
	return (r);
}

/* Whether the descriptor passes to what is executed next. */
void
pimg_trace_inherit(int inherit)
{

	if (pimg_trace.mode != 0)
		pimg_sys(__NR_fcntl, pimg_trace.fd, F_SETFD,
		    inherit ? 0 : FD_CLOEXEC);
}
