/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * NOTE_FORK, NOTE_EXEC and NOTE_TRACK of PROC.  Linux tells of these only the
 * superuser and a tracer, so a process of which they are asked is looked at
 * every 10 ms, as part of the kqueue's timer: its children are those that
 * /proc lists, and it has executed another program when its auxiliary vector
 * is another (it holds addresses that are random at each exec).
 *
 * A child that comes and is waited for between two looks is missed; so is an
 * exec in a process of somebody else's.
 */
#include "kq_native.h"
#include "kqueue.h"

#define	PERIOD		10000000LL
#define	CHILDREN	1000

struct kq_track {
	uint64_t	program;		/* 0: not known */
	uint32_t	n;
	int32_t		children[CHILDREN];
};

static char *
put_number(char *p, unsigned long v)
{
	char digits[20];
	int n = 0;

	do
		digits[n++] = (char)('0' + v % 10);
	while ((v /= 10) != 0);
	while (n > 0)
		*p++ = digits[--n];
	*p = '\0';
	return (p);
}

static char *
put_string(char *p, const char *s)
{

	while ((*p = *s++) != '\0')
		p++;
	return (p);
}

static long
read_file(const char *path, char *buf, size_t size)
{
	long fd, n;

	fd = pimg_sys(__NR_open, path, N_CLOEXEC, 0);
	if (fd < 0)
		return (fd);
	n = pimg_sys(__NR_read, fd, buf, size);
	pimg_sys(__NR_close, fd);
	return (n);
}

/* What tells the program of a process from its next one. */
static uint64_t
program_of(unsigned long pid)
{
	char path[40], buf[512];
	uint64_t h = 0xcbf29ce484222325;
	long i, n;

	put_string(put_number(put_string(path, "/proc/"), pid), "/auxv");
	n = read_file(path, buf, sizeof(buf));
	for (i = 0; i < n; i++)
		h = (h ^ (unsigned char)buf[i]) * 0x100000001b3;
	return (n > 0 ? h : 0);
}

/* Adds the children that one thread has made. */
static void
children_of_thread(struct kq_track *t, const char *path)
{
	char buf[4096];
	long i, n = read_file(path, buf, sizeof(buf));
	int32_t pid = 0;

	for (i = 0; i < n; i++) {
		if (buf[i] >= '0' && buf[i] <= '9')
			pid = pid * 10 + buf[i] - '0';
		else if (pid != 0) {
			if (t->n < CHILDREN)
				t->children[t->n++] = pid;
			pid = 0;
		}
	}
}

static void
children_of(struct kq_track *t, unsigned long pid)
{
	char path[80], buf[1024] __attribute__((__aligned__(8))), *end, *name;
	long fd, n, at;

	t->n = 0;
	end = put_string(put_number(put_string(path, "/proc/"), pid),
	    "/task/");
	fd = pimg_sys(__NR_open, path, N_CLOEXEC, 0);
	if (fd < 0)
		return;
	while ((n = pimg_sys(__NR_getdents64, fd, buf, sizeof(buf))) > 0)
		for (at = 0; at < n; at += *(uint16_t *)(buf + at + 16)) {
			name = buf + at + 19;
			if (name[0] == '.' || pimg_strlen(name) > 20)
				continue;
			put_string(put_string(end, name), "/children");
			children_of_thread(t, path);
		}
	pimg_sys(__NR_close, fd);
}

static int
known(const struct kq_track *t, int32_t pid)
{
	uint32_t i;

	for (i = 0; i < t->n; i++)
		if (t->children[i] == pid)
			return (1);
	return (0);
}

/*
 * Starts to look at kn's process.  fresh: it is a child that was just found,
 * whose own children are all new.
 */
long
kq_track_start(struct knote *kn, int fresh)
{
	struct kq_track *t;

	kn->proc.due = INT64_MAX;
	if ((kn->sfflags & (NOTE_FORK | NOTE_EXEC | NOTE_TRACK)) == 0)
		return (0);
	if ((t = pimg_map_private(sizeof(*t))) == NULL)
		return (-ENOMEM);
	kn->proc.track = t;
	t->program = program_of(kn->ev.ident);
	if (!fresh)
		children_of(t, kn->ev.ident);
	kn->proc.due = kq_now(N_CLOCK_MONOTONIC) + PERIOD;
	return (kq_timer_start(kn->kq));
}

void
kq_track_stop(struct knote *kn)
{

	if (kn->proc.track != NULL)
		pimg_unmap_private(kn->proc.track, sizeof(*kn->proc.track));
	kn->proc.track = NULL;
	kn->proc.due = INT64_MAX;
}

/* kn's process has a new child: a knote of the same kind for it. */
static void
follow(struct knote *kn, int32_t pid)
{
	struct kev kev = kn->ev;

	if (kq_find(kn->kq, EVFILT_PROC, (uint64_t)pid) != NULL)
		return;
	kev.ident = (uint64_t)pid;
	kev.flags = EV_ADD | (kn->ev.flags & ~(uint32_t)(EV_EOF | EV_ONESHOT));
	kev.fflags = kn->sfflags | NOTE_CHILD;	/* see kq_proc_attach */
	kev.data = (int64_t)kn->ev.ident;
	if (kq_register(kn->kq, &kev) != 0)
		kn->ev.fflags |= NOTE_TRACKERR;
}

/* A look. */
void
kq_track_event(struct knote *kn)
{
	struct kq_track *old = kn->proc.track, *new;
	uint64_t program = program_of(kn->ev.ident);
	uint32_t i;

	kn->proc.due = kq_now(N_CLOCK_MONOTONIC) + PERIOD;
	if ((new = pimg_map_private(sizeof(*new))) == NULL)
		return;
	new->program = program != 0 ? program : old->program;
	if (old->program != 0 && new->program != old->program)
		kn->ev.fflags |= NOTE_EXEC & kn->sfflags;
	children_of(new, kn->ev.ident);
	kn->proc.track = new;
	for (i = 0; i < new->n; i++) {
		if (known(old, new->children[i]))
			continue;
		kn->ev.fflags |= NOTE_FORK & kn->sfflags;
		if (kn->sfflags & NOTE_TRACK)
			follow(kn, new->children[i]);
	}
	pimg_unmap_private(old, sizeof(*old));
	if (kn->ev.fflags != 0)
		kq_enqueue(kn);
}
