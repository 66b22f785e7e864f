/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Who acts, and when.
 *
 * The name comes from /etc/passwd and not from the resolver, whose modules a
 * static program cannot load; without an entry there it is the number.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pstore/who.h"

void
pstore_time(char out[PSTORE_TIME])
{
	struct tm tm;
	time_t now;

	now = time(NULL);
	gmtime_r(&now, &tm);
	strftime(out, PSTORE_TIME, "%Y-%m-%dT%H:%M:%SZ", &tm);
}

static void
name_of(uid_t uid, char *out, size_t size)
{
	char line[512], *name, *number, *p;
	FILE *f;

	snprintf(out, size, "%u", (unsigned)uid);
	f = fopen("/etc/passwd", "re");
	if (f == NULL)
		return;
	while (fgets(line, sizeof(line), f) != NULL) {
		p = line;
		name = strsep(&p, ":");
		strsep(&p, ":");
		number = strsep(&p, ":");
		if (number != NULL && number[0] != '\0' &&
		    strtoul(number, NULL, 10) == uid) {
			snprintf(out, size, "%s", name);
			break;
		}
	}
	fclose(f);
}

/* The environment is the caller's word: only harmless characters pass. */
static int
plain(const char *s)
{
	return (s != NULL && s[0] != '\0' && strlen(s) <= 32 &&
	    strspn(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "0123456789._-@$+") == strlen(s));
}

void
pstore_who(char out[PSTORE_WHO])
{
	const char *sudo;
	char name[40];

	name_of(geteuid(), name, sizeof(name));
	sudo = getenv("SUDO_USER");
	if (plain(sudo))
		snprintf(out, PSTORE_WHO, "%s (sudo by %s)", name, sudo);
	else
		snprintf(out, PSTORE_WHO, "%s", name);
}
