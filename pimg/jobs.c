/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Jobs in parallel, by posix_spawn.
 */
#include <sys/wait.h>

#include <errno.h>
#include <fcntl.h>
#include <spawn.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pimg/jobs.h"

#define	LOG_MAX		(8 * 1024)	/* of one job's output */

extern char **environ;

static char *
log_name(char *buf, size_t size, const char *cwd, size_t index)
{
	snprintf(buf, size, "%s/log.%zu", cwd, index);
	return (buf);
}

static int
start(struct pimg_job *job, size_t index, const char *cwd,
    struct pstore_error *error)
{
	posix_spawn_file_actions_t fa;
	char name[4096];
	int e;

	log_name(name, sizeof(name), cwd, index);
	posix_spawn_file_actions_init(&fa);
	posix_spawn_file_actions_addopen(&fa, 0, "/dev/null", O_RDONLY, 0);
	posix_spawn_file_actions_addopen(&fa, 1, name,
	    O_WRONLY | O_CREAT | O_TRUNC, 0600);
	posix_spawn_file_actions_adddup2(&fa, 1, 2);
	posix_spawn_file_actions_addchdir_np(&fa, cwd);
	e = posix_spawnp(&job->pid, job->argv[0], &fa, NULL, job->argv,
	    environ);
	posix_spawn_file_actions_destroy(&fa);
	if (e == 0)
		return (0);
	job->pid = 0;
	pstore_fail_os(error, e, "%s: cannot run", job->argv[0]);
	return (pstore_hint(error, "a C compiler and binutils are needed; CC "
	    "and OBJCOPY name others"));
}

static void
keep_output(const char *cwd, size_t index, struct pimg_text *log)
{
	char buf[4096];
	size_t n, total = 0;
	FILE *f;

	if ((f = fopen(log_name(buf, sizeof(buf), cwd, index), "re")) == NULL)
		return;
	while (total < LOG_MAX && (n = fread(buf, 1, sizeof(buf), f)) > 0) {
		pimg_addn(log, buf, n);
		total += n;
	}
	fclose(f);
}

static struct pimg_job *
wait_one(struct pimg_job *jobs, size_t started, int *status)
{
	size_t i;
	pid_t pid;

	for (;;) {
		if ((pid = wait(status)) < 0) {
			if (errno == EINTR)
				continue;
			return (NULL);
		}
		for (i = 0; i < started; i++) {
			if (jobs[i].pid == pid) {
				jobs[i].pid = 0;
				return (&jobs[i]);
			}
		}
	}
}

static int
finish(struct pimg_job *jobs, size_t started, const char *cwd,
    struct pimg_text *log, struct pstore_error *error, int rv)
{
	struct pimg_job *job;
	int status = 0;

	if ((job = wait_one(jobs, started, &status)) == NULL)
		return (rv < 0 ? rv :
		    pstore_fail_os(error, errno, "wait for a compiler"));
	if (status == 0)
		return (rv);
	keep_output(cwd, (size_t)(job - jobs), log);
	if (rv < 0)
		return (rv);
	if (WIFSIGNALED(status))
		return (pstore_fail(error, PSTORE_FAILED,
		    "%s: %s was killed by signal %d", job->what, job->argv[0],
		    WTERMSIG(status)));
	return (pstore_fail(error, PSTORE_FAILED, "%s: %s failed", job->what,
	    job->argv[0]));
}

int
pimg_jobs_run(struct pimg_job *jobs, size_t count, const char *cwd,
    struct pimg_text *log, struct pstore_error *error)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	size_t max = processors < 1 ? 1 : processors > 16 ? 16 :
	    (size_t)processors;
	size_t started = 0, running = 0;
	int rv = 0;

	while (running > 0 || (rv == 0 && started < count)) {
		if (rv == 0 && started < count && running < max) {
			rv = start(&jobs[started], started, cwd, error);
			started++;
			running += rv == 0;
			continue;
		}
		rv = finish(jobs, started, cwd, log, error, rv);
		running--;
	}
	return (rv);
}

char **
pimg_words(struct pimg_arena *a, const char *s, size_t *count)
{
	char **list = NULL;
	size_t n;

	*count = 0;
	for (;;) {
		s += strspn(s, " \t");
		if ((n = strcspn(s, " \t")) == 0)
			break;
		PIMG_APPEND(a, list, *count, pimg_strndup(a, s, n));
		s += n;
	}
	PIMG_APPEND(a, list, *count, NULL);
	(*count)--;
	return (list);
}
