/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The probe of the story: says what kernel it thinks it runs on and whether
 * getrandom(2), Linux 3.17, is there.
 *
 *	probe			one line: release, and "ENOSYS" or "BYTES"
 *	probe --loop FILE	calls again every 10 ms until killed; FILE holds
 *				"CALLS ENOSYS BYTES OTHER\n", counted so far
 *
 * FILE is replaced by rename: a reader always finds a whole line.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <time.h>
#include <unistd.h>

static const char *
once(void)
{
	static char other[32];
	unsigned char buf[16];
	long n;

	n = syscall(SYS_getrandom, buf, sizeof(buf), 0);
	if (n == (long)sizeof(buf))
		return ("BYTES");
	if (n == -1 && errno == ENOSYS)
		return ("ENOSYS");
	snprintf(other, sizeof(other), "%ld (errno %d)", n, errno);
	return (other);
}

static int
report(const char *file, long calls, long enosys, long bytes)
{
	char tmp[4096];
	FILE *fp;

	if (snprintf(tmp, sizeof(tmp), "%s.new", file) >= (int)sizeof(tmp) ||
	    (fp = fopen(tmp, "w")) == NULL)
		return (-1);
	fprintf(fp, "%ld %ld %ld %ld\n", calls, enosys, bytes,
	    calls - enosys - bytes);
	if (fclose(fp) != 0)
		return (-1);
	return (rename(tmp, file));
}

static int
loop(const char *file)
{
	struct timespec ts = { 0, 10000000 };
	long calls = 0, enosys = 0, bytes = 0;
	const char *s;

	for (;;) {
		s = once();
		calls++;
		enosys += strcmp(s, "ENOSYS") == 0;
		bytes += strcmp(s, "BYTES") == 0;
		if (report(file, calls, enosys, bytes) != 0) {
			fprintf(stderr, "probe: %s: %s\n", file, strerror(errno));
			return (1);
		}
		nanosleep(&ts, NULL);
	}
}

int
main(int argc, char **argv)
{
	struct utsname u;

	if (argc == 3 && strcmp(argv[1], "--loop") == 0)
		return (loop(argv[2]));
	if (argc != 1) {
		fprintf(stderr, "usage: probe [--loop FILE]\n");
		return (2);
	}
	if (uname(&u) != 0)
		return (1);
	printf("%s %s\n", u.release, once());
	return (0);
}
