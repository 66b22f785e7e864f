/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Running other programs: the C compiler, the linker, objcopy.
 *
 * Jobs run in parallel, as many as there are processors.  What they print is
 * kept and shown only when one of them fails.
 */
#ifndef PIMG_JOBS_H
#define PIMG_JOBS_H

#include <sys/types.h>

#include <stddef.h>

#include "pimg/arena.h"
#include "pstore/error.h"

struct pimg_job {
	char	*const *argv;		/* NULL-terminated */
	const char *what;		/* for the message: "runtime/exec.c" */
	pid_t	pid;			/* filled while it runs */
};

/*
 * Runs all in the folder `cwd`, which also takes their output.  After a
 * failure no further one is started; the failed one's output is appended to
 * `log`.
 */
int	pimg_jobs_run(struct pimg_job *, size_t count, const char *cwd,
	    struct pimg_text *log, struct pstore_error *);

/* Splits a command such as "ccache gcc" at blanks; NULL-terminated. */
char	**pimg_words(struct pimg_arena *, const char *, size_t *count);

#endif
