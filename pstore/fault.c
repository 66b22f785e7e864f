/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Fault injection, in the test build only (PSTORE_FAULTS).
 *
 * PSTORE_FAULT=kill:N kills the process at the N-th point that it reaches,
 * fail:N lets that step fail with ENOSPC.  A test that counts N up until the
 * command succeeds has tried every step.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/io.h"

#ifdef PSTORE_FAULTS
int
pstore_fault(const char *point)
{
	static long reached;
	const char *want;

	(void)point;
	want = getenv("PSTORE_FAULT");
	if (want == NULL || strlen(want) < 6 || ++reached != atol(want + 5))
		return (0);
	if (strncmp(want, "kill:", 5) == 0)
		kill(getpid(), SIGKILL);
	errno = ENOSPC;
	return (-1);
}
#else
typedef int pstore_fault_is_off;	/* an empty file is not C */
#endif
