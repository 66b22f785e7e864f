/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Asking for a passphrase: a file's first line, or the terminal without echo,
 * or an error.  Standard input is never read, so that nothing hangs in a
 * script.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include <sodium.h>

#include "pstore/key.h"

/* One line, without its newline; -1 with errno. */
static int
read_line(int fd, char *buf, size_t size)
{
	size_t n;
	ssize_t r;

	for (n = 0; n + 1 < size; n++) {
		r = read(fd, buf + n, 1);
		if (r < 0 && errno == EINTR) {
			n--;
			continue;
		}
		if (r < 0)
			return (-1);
		if (r == 0 || buf[n] == '\n')
			break;
	}
	if (n + 1 >= size) {
		errno = EMSGSIZE;
		return (-1);
	}
	buf[n] = '\0';
	return (0);
}

static int
from_file(const char *file, char *buf, size_t size, struct pstore_error *e)
{
	int fd, os, r;

	fd = open(file, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: open", file));
	r = read_line(fd, buf, size);
	os = errno;
	close(fd);
	if (r != 0)
		return (pstore_fail_os(e, os, "%s: read the passphrase", file));
	if (buf[0] == '\0')
		return (pstore_fail(e, PSTORE_USAGE,
		    "%s: read the passphrase: the first line is empty", file));
	return (0);
}

/* Signals wait until the terminal echoes again. */
static int
ask_once(int tty, const char *prompt, char *buf, size_t size)
{
	struct termios old, quiet;
	sigset_t all, before;
	int os, r;

	if (write(tty, prompt, strlen(prompt)) < 0 || tcgetattr(tty, &old) != 0)
		return (-1);
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &before);
	quiet = old;
	quiet.c_lflag &= ~(tcflag_t)(ECHO | ISIG);
	tcsetattr(tty, TCSAFLUSH, &quiet);
	r = read_line(tty, buf, size);
	os = errno;
	tcsetattr(tty, TCSAFLUSH, &old);
	sigprocmask(SIG_SETMASK, &before, NULL);
	if (write(tty, "\n", 1) < 0)
		r = -1;
	if (r == 0 && strchr(buf, 3) != NULL) {		/* control-C */
		os = EINTR;
		r = -1;
	}
	errno = os;
	return (r);
}

static int
from_terminal(int tty, const struct pstore_passphrase *how, const char *object,
    char *buf, size_t size, struct pstore_error *e)
{
	char prompt[512], again[PSTORE_PASSPHRASE_MAX];
	int same;

	snprintf(prompt, sizeof(prompt), "Passphrase for %.400s: ", object);
	if (ask_once(tty, how->prompt != NULL ? how->prompt : prompt, buf,
	    size) != 0)
		return (pstore_fail_os(e, errno, "%s: ask for the passphrase",
		    object));
	if (!how->confirm)
		return (0);
	if (buf[0] == '\0') {
		pstore_fail(e, PSTORE_USAGE, "%s: empty passphrase", object);
		return (pstore_hint(e, "a key without one: --no-passphrase"));
	}
	if (ask_once(tty, "The same again: ", again, sizeof(again)) != 0)
		return (pstore_fail_os(e, errno, "%s: ask for the passphrase",
		    object));
	same = strcmp(buf, again) == 0;
	sodium_memzero(again, sizeof(again));
	if (!same)
		return (pstore_fail(e, PSTORE_USAGE,
		    "%s: the two passphrases differ", object));
	return (0);
}

int
pstore_passphrase_read(const struct pstore_passphrase *how, const char *object,
    char *buf, size_t size, struct pstore_error *e)
{
	int r, tty;

	if (how->file != NULL)
		return (from_file(how->file, buf, size, e));
	tty = open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (tty < 0) {
		pstore_fail(e, PSTORE_USAGE, "%s: passphrase: there is no "
		    "terminal to ask on", object);
		return (pstore_hint(e, how->confirm ? "give --passphrase-file "
		    "FILE, or --no-passphrase" : "give --passphrase-file FILE"));
	}
	r = from_terminal(tty, how, object, buf, size, e);
	close(tty);
	return (r);
}
