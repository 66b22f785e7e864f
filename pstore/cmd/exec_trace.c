/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * pstore exec --trace[=summary] [-o FILE]: the descriptor that the image
 * gets, and the summary.
 *
 * Lines go from the traced processes straight to the file: pstore becomes
 * the program and is gone.  For a summary it stays, as the program's parent:
 *
 *	pstore ──fork──► the program, its children ...
 *	   │                 │ count in a file in memory, which they map
 *	   │ wait(program)   │
 *	   │ flock ◄─────────┘ held by an open file that they all share: the
 *	   ▼                   kernel lets go of it when the last one has ended,
 *	prints, and ends       in whatever way
 *	as the program did
 */
#include <sys/file.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/cli.h"
#include "pstore/cmd/request.h"
#include "runtime/summary.h"

#define	HIGH		1000		/* numbers that programs seldom reach */
#define	LIMIT_MAX	4096		/* the kernel's tables grow with it */

static volatile sig_atomic_t child, asked;

/*
 * Moves a descriptor out of the program's way: above what it may open, if
 * the limit leaves room there, else as high as is usual.  It stays open in
 * what is executed.
 */
static int
out_of_the_way(int fd)
{
	struct rlimit old, more;
	int to = -1;

	if (getrlimit(RLIMIT_NOFILE, &old) == 0 && old.rlim_cur <= LIMIT_MAX &&
	    old.rlim_max > old.rlim_cur) {
		more = old;
		more.rlim_cur = old.rlim_max < old.rlim_cur + 16 ?
		    old.rlim_max : old.rlim_cur + 16;
		if (setrlimit(RLIMIT_NOFILE, &more) == 0) {
			to = fcntl(fd, F_DUPFD, (int)old.rlim_cur);
			setrlimit(RLIMIT_NOFILE, &old);
		}
	}
	if (to < 0)
		to = fcntl(fd, F_DUPFD, HIGH);
	if (to < 0)
		to = fcntl(fd, F_DUPFD, 10);
	if (to < 0)
		to = dup(fd);
	close(fd);
	return (to);
}

static int
open_output(struct cli *c, const struct request *q)
{
	int fd;

	if (q->output == NULL)
		fd = dup(STDERR_FILENO);
	else
		fd = open(q->output, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND |
		    O_NOCTTY, 0666);
	if (fd < 0)
		return (pstore_fail_os(&c->err, errno, "%s: open",
		    q->output != NULL ? q->output : "standard error"));
	return (fd);
}

/* ------------------------------------------------------------------ */
/* The summary                                                        */

static int
by_calls(const void *a, const void *b)
{
	const struct pimg_summary_entry *x = a, *y = b;

	if (x->state != y->state)
		return (x->state < y->state ? -1 : 1);
	if (x->calls != y->calls)
		return (x->calls > y->calls ? -1 : 1);
	return (strncmp(x->name, y->name, sizeof(x->name)));
}

static void
print_missing(FILE *out, const struct pimg_summary_entry *e)
{
	fprintf(out, "%10llu            %s%.*s\n",
	    (unsigned long long)e->calls,
	    e->state == PIMG_SUMMARY_MISSING ? "call " : "",
	    PIMG_SUMMARY_NAME, e->name);
}

static void
print_summary(FILE *out, struct pimg_summary *s)
{
	unsigned long long calls = 0, errors = 0;
	const struct pimg_summary_entry *e = s->entry;
	size_t i = 0, n;

	qsort(s->entry, PIMG_SUMMARY_ENTRIES, sizeof(*e), by_calls);
	while (i < PIMG_SUMMARY_ENTRIES && e[i].state < PIMG_SUMMARY_CALL)
		i++;
	if (i == PIMG_SUMMARY_ENTRIES)
		return;
	fprintf(out, "     calls    errors  call\n");
	for (; i < PIMG_SUMMARY_ENTRIES && e[i].state == PIMG_SUMMARY_CALL;
	    i++) {
		fprintf(out, "%10llu%10llu  %.*s\n",
		    (unsigned long long)e[i].calls,
		    (unsigned long long)e[i].errors, PIMG_SUMMARY_NAME,
		    e[i].name);
		calls += e[i].calls;
		errors += e[i].errors;
	}
	fprintf(out, "%10llu%10llu  total\n", calls, errors);
	for (n = i; i < PIMG_SUMMARY_ENTRIES; i++) {
		if (i == n)
			fprintf(out, "\n      used            missing\n");
		print_missing(out, &e[i]);
	}
	if (s->lost > 0)
		fprintf(out, "%10llu            not counted: too many names\n",
		    (unsigned long long)s->lost);
}

static void
pass_on(int sig)
{
	if (child > 0)
		kill((pid_t)child, sig);
	else
		asked = 1;
}

/* A terminal's signals reach the program without us. */
static void
signals(void)
{
	static const int ignored[] = { SIGINT, SIGQUIT };
	static const int passed[] = { SIGTERM, SIGHUP, SIGUSR1, SIGUSR2 };
	struct sigaction sa = { .sa_handler = SIG_IGN };
	size_t i;

	sigemptyset(&sa.sa_mask);
	for (i = 0; i < sizeof(ignored) / sizeof(ignored[0]); i++)
		sigaction(ignored[i], &sa, NULL);
	sa.sa_handler = pass_on;
	for (i = 0; i < sizeof(passed) / sizeof(passed[0]); i++)
		sigaction(passed[i], &sa, NULL);
}

/* Waits for the program, then for all that it has left behind. */
static int
wait_for_tree(int lock)
{
	struct sigaction sa = { .sa_handler = pass_on };
	int status;

	while (waitpid((pid_t)child, &status, 0) < 0 && errno == EINTR)
		;
	child = 0;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGINT, &sa, NULL);
	while (!asked && flock(lock, LOCK_EX) != 0 && errno == EINTR)
		;
	return (status);
}

static void end_like(int status) __attribute__((__noreturn__));

static void
end_like(int status)
{
	struct rlimit none = { 0, 0 };
	sigset_t set;

	if (WIFSIGNALED(status)) {
		setrlimit(RLIMIT_CORE, &none);
		signal(WTERMSIG(status), SIG_DFL);
		sigemptyset(&set);
		sigaddset(&set, WTERMSIG(status));
		sigprocmask(SIG_UNBLOCK, &set, NULL);
		raise(WTERMSIG(status));
	}
	_exit(WIFEXITED(status) ? WEXITSTATUS(status) : 128);
}

static void
stay(int output, int lock, struct pimg_summary *s)
{
	FILE *out;
	int status;

	status = wait_for_tree(lock);
	out = fdopen(output, "a");
	if (out != NULL) {
		print_summary(out, s);
		fclose(out);
	}
	end_like(status);
}

/* The counters' file and, in *lock, another open file of it. */
static int
make_counters(int *lock, struct pimg_summary **s)
{
	char path[40];
	int fd;

	fd = memfd_create("pimg-summary", 0);
	if (fd < 0)
		return (-1);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	if (ftruncate(fd, sizeof(**s)) != 0 || flock(fd, LOCK_EX) != 0 ||
	    (*lock = open(path, O_RDWR | O_CLOEXEC)) < 0)
		return (-1);
	/* a mapping keeps its open file: this one must not keep the lock */
	*s = mmap(NULL, sizeof(**s), PROT_READ | PROT_WRITE, MAP_SHARED,
	    *lock, 0);
	if (*s == MAP_FAILED)
		return (-1);
	(*s)->magic = PIMG_SUMMARY_MAGIC;
	(*s)->entries = PIMG_SUMMARY_ENTRIES;
	return (fd);
}

/* Returns in the program's process only; the other one has the summary. */
static int
summary(struct cli *c, int output)
{
	struct pimg_summary *s;
	sigset_t all, old;
	int fd, lock;
	pid_t pid;

	fd = make_counters(&lock, &s);
	if (fd < 0)
		return (pstore_fail_os(&c->err, errno, "summary: make"));
	sigfillset(&all);
	sigprocmask(SIG_SETMASK, &all, &old);
	pid = fork();
	if (pid < 0)
		return (pstore_fail_os(&c->err, errno, "summary: fork"));
	if (pid > 0) {
		close(fd);
		child = pid;
		signals();
		sigprocmask(SIG_SETMASK, &old, NULL);
		stay(output, lock, s);
	}
	sigprocmask(SIG_SETMASK, &old, NULL);
	close(lock);
	close(output);
	return (fd);
}

int
exec_trace(struct cli *c, struct request *q)
{
	int fd;

	fd = open_output(c, q);
	if (fd >= 0 && q->trace == TRACE_SUMMARY)
		fd = summary(c, fd);
	if (fd < 0)
		return (-1);
	fd = out_of_the_way(fd);
	if (fd < 0)
		return (pstore_fail_os(&c->err, errno, "trace: dup"));
	/* the image writes another number over it if it must move */
	snprintf(q->trace_option, sizeof(q->trace_option), "--trace%s=%010d",
	    q->trace == TRACE_SUMMARY ? "-summary" : "", fd);
	return (0);
}
