/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Appending to STORE/log; journal.h says what for.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "pstore/io.h"
#include "pstore/journal.h"
#include "pstore/who.h"

/* A JSON string's inside; what is not plain ASCII becomes an escape. */
static void
escape(char *out, size_t size, const char *in)
{
	size_t n;

	for (n = 0; *in != '\0' && n + 7 < size; in++) {
		if (*in == '"' || *in == '\\')
			n += (size_t)snprintf(out + n, size - n, "\\%c", *in);
		else if ((unsigned char)*in < 32 || (unsigned char)*in > 126)
			n += (size_t)snprintf(out + n, size - n, "\\u%04x",
			    (unsigned char)*in);
		else
			out[n++] = *in;
	}
	out[n] = '\0';
}

int
pstore_journal_open(const struct pstore_place *p, struct pstore_error *e)
{
	char object[PATH_MAX + 8];
	int fd;

	snprintf(object, sizeof(object), "%s/log", p->path);
	fd = openat(p->fd, "log", O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW |
	    O_CLOEXEC, 0644);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: write", object));
	if (pstore_fd_safe(fd, object, e) != 0) {
		close(fd);
		return (-1);
	}
	return (fd);
}

int
pstore_journal_add(int fd, const char *store, const char *action,
    const char *image, const char *message, struct pstore_error *e)
{
	char line[2048], text[1400], at[PSTORE_TIME], who[PSTORE_WHO];
	int len;

	pstore_time(at);
	pstore_who(who);
	escape(text, sizeof(text), message);
	len = snprintf(line, sizeof(line), "{\"at\":\"%s\",\"who\":\"%s\","
	    "\"action\":\"%s\",\"image\":\"%s\",\"message\":\"%s\"}\n", at, who,
	    action, image, text);
	if (write(fd, line, (size_t)len) != len || fdatasync(fd) != 0)
		return (pstore_fail_os(e, errno, "%s/log: write", store));
	return (0);
}
