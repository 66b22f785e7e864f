/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Filling the error record.  Nothing is printed here and the record never
 * overflows: an overlong message is cut.
 */
#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "pstore/error.h"

static const char *const codes[] = {
	[PSTORE_OK] = "ok",
	[PSTORE_FAILED] = "failed",
	[PSTORE_USAGE] = "usage",
	[PSTORE_NOTFOUND] = "not-found",
	[PSTORE_UNTRUSTED] = "untrusted",
	[PSTORE_CORRUPT] = "corrupt",
	[PSTORE_BUSY] = "busy",
	[PSTORE_CONFLICT] = "conflict",
	[PSTORE_DENIED] = "denied",
	[PSTORE_FULL] = "full",
	[PSTORE_UNSUPPORTED] = "unsupported",
};

static enum pstore_code
code_of(int os)
{
	switch (os) {
	case ENOENT:
	case ENOTDIR:
		return (PSTORE_NOTFOUND);
	case EACCES:
	case EPERM:
	case EROFS:
		return (PSTORE_DENIED);
	case ENOSPC:
	case EDQUOT:
		return (PSTORE_FULL);
	case EEXIST:
		return (PSTORE_CONFLICT);
	default:
		return (PSTORE_FAILED);
	}
}

static void
fill(struct pstore_error *e, enum pstore_code code, const char *fmt, va_list ap)
{
	e->code = code;
	e->os = 0;
	e->hint[0] = '\0';
	vsnprintf(e->message, sizeof(e->message), fmt, ap);
}

int
pstore_fail(struct pstore_error *e, enum pstore_code code, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	fill(e, code, fmt, ap);
	va_end(ap);
	return (-1);
}

int
pstore_fail_os(struct pstore_error *e, int os, const char *fmt, ...)
{
	va_list ap;
	size_t used;

	va_start(ap, fmt);
	fill(e, code_of(os), fmt, ap);
	va_end(ap);
	e->os = os;
	used = strlen(e->message);
	snprintf(e->message + used, sizeof(e->message) - used, ": %s",
	    strerror(os));
	return (-1);
}

int
pstore_hint(struct pstore_error *e, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(e->hint, sizeof(e->hint), fmt, ap);
	va_end(ap);
	return (-1);
}

const char *
pstore_code_name(enum pstore_code code)
{
	if ((size_t)code >= sizeof(codes) / sizeof(codes[0]))
		return ("failed");
	return (codes[code]);
}

int
pstore_exit_status(enum pstore_code code)
{
	return ((int)code);
}
