/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The error record of libpstore.
 *
 * A library function that fails returns -1 and fills the caller's record:
 * what kind of failure, which object, which operation, the cause, and what
 * to do next.  The library never prints and never exits; a program prints
 * the record and exits with pstore_exit_status(code).
 */
#ifndef PSTORE_ERROR_H
#define PSTORE_ERROR_H

/* The values are the exit statuses of pstore(1); never renumber them. */
enum pstore_code {
	PSTORE_OK = 0,
	PSTORE_FAILED = 1,	/* the system refused: I/O, memory, ... */
	PSTORE_USAGE = 2,	/* the request itself is wrong */
	PSTORE_NOTFOUND = 3,	/* no such image, version, key, file */
	PSTORE_UNTRUSTED = 4,	/* unsigned, or no trusted key signed it */
	PSTORE_CORRUPT = 5,	/* bytes are not what they must be */
	PSTORE_BUSY = 6,	/* another process holds it; try again */
	PSTORE_CONFLICT = 7,	/* exists with other bytes, or is in use */
	PSTORE_DENIED = 8,	/* permission, or a store others may write */
	PSTORE_FULL = 9,	/* no space left, quota */
	PSTORE_UNSUPPORTED = 10	/* made by a newer pimg, or not possible here */
};

struct pstore_error {
	enum pstore_code code;
	int	os;		/* errno behind it, or 0 */
	char	message[1024];	/* "object: operation: cause" */
	char	hint[512];	/* what to do next; may be empty */
};

/* All return -1, so that a caller may `return pstore_fail(...)`. */
int	pstore_fail(struct pstore_error *, enum pstore_code, const char *, ...)
	    __attribute__((format(printf, 3, 4)));
/* The code follows from the errno; ": strerror" is appended. */
int	pstore_fail_os(struct pstore_error *, int, const char *, ...)
	    __attribute__((format(printf, 3, 4)));
/* Sets the hint of a record that is already filled. */
int	pstore_hint(struct pstore_error *, const char *, ...)
	    __attribute__((format(printf, 2, 3)));

/* "not-found", "untrusted", ...: the word that --json uses. */
const char *pstore_code_name(enum pstore_code);
int	pstore_exit_status(enum pstore_code);

#endif
