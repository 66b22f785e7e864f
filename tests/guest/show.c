/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Prints all that a program is given when it is executed, so that two runs
 * can be compared: words, environment, auxiliary vector, signal state,
 * descriptors, and how it sees itself in /proc.  What differs from run to
 * run (addresses, random bytes, process numbers) is checked, not printed;
 * auxiliary entries that a 2.6 kernel did not have are left out.
 *
 *	show [WORD...]		the words are only shown
 */
#include <dirent.h>
#include <elf.h>
#include <fcntl.h>
#include <limits.h>
#include <link.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

extern char **environ;
extern const char __ehdr_start[];
extern void _start(void);

static void
text(const char *label, const char *s, size_t len)
{
	size_t i;

	printf("%s", label);
	for (i = 0; i < len; i++) {
		unsigned char c = (unsigned char)s[i];

		if (c >= ' ' && c < 0x7f && c != '\\')
			putchar(c);
		else
			printf("\\%03o", c);
	}
	putchar('\n');
}

static void
words(int argc, char **argv)
{
	int i;

	printf("argc %d\n", argc);
	for (i = 0; i < argc; i++)
		text("argv ", argv[i], strlen(argv[i]));
	if (argv[argc] != NULL)
		puts("argv does not end");
	for (i = 0; environ[i] != NULL; i++)
		text("env ", environ[i], strlen(environ[i]));
	if (environ != argv + argc + 1)
		puts("the environment is elsewhere");
}

static void
aux_entry(const ElfW(auxv_t) *a)
{
	unsigned long v = a->a_un.a_val;

	switch (a->a_type) {
	case AT_SYSINFO:
	case AT_SYSINFO_EHDR:
	case AT_HWCAP2:
	case 27: case 28: case 29: case 30:	/* rseq, HWCAP3, HWCAP4 */
	case 51:				/* AT_MINSIGSTKSZ */
		return;
	case AT_PHDR:
		if ((const char *)v != __ehdr_start +
		    ((const ElfW(Ehdr) *)__ehdr_start)->e_phoff)
			puts("AT_PHDR is wrong");
		v = 0;
		break;
	case AT_ENTRY:
		if (v != (unsigned long)_start)
			puts("AT_ENTRY is wrong");
		v = 0;
		break;
	case AT_BASE:
		v = v != 0;
		break;
	case AT_RANDOM:
		v = 0;
		break;
	case AT_EXECFN:
		text("aux execfn ", (char *)v, strlen((char *)v));
		return;
	case AT_PLATFORM:
		text("aux platform ", (char *)v, strlen((char *)v));
		return;
	default:
		break;
	}
	printf("aux %lu %#lx\n", (unsigned long)a->a_type, v);
}

static void
aux(void)
{
	const ElfW(auxv_t) *a;
	char **p = environ;
	char file[8192];
	ssize_t n;
	size_t len;
	int fd;

	while (*p++ != NULL)
		;
	for (a = (ElfW(auxv_t) *)p; a->a_type != AT_NULL; a++)
		aux_entry(a);
	len = (size_t)((const char *)(a + 1) - (const char *)p);
	fd = open("/proc/self/auxv", O_RDONLY);
	n = read(fd, file, sizeof(file));
	close(fd);
	if (n < (ssize_t)len || memcmp(file, p, len) != 0)
		puts("/proc/self/auxv differs");
}

static void
slurp(const char *label, const char *name)
{
	char buf[65536];
	ssize_t n, len = 0;
	int fd = open(name, O_RDONLY);

	if (fd == -1) {
		printf("%s cannot be opened\n", name);
		return;
	}
	while ((n = read(fd, buf + len, sizeof(buf) - (size_t)len)) > 0)
		len += n;
	close(fd);
	text(label, buf, (size_t)len);
}

static void
itself(const char *name)
{
	char buf[PATH_MAX];
	struct stat a, b;
	ssize_t n = readlink(name, buf, sizeof(buf) - 1);

	if (n < 0) {
		printf("%s cannot be read\n", name);
		return;
	}
	buf[n] = '\0';
	text("exe ", buf, (size_t)n);
	if (stat(name, &a) != 0 || stat(buf, &b) != 0 || a.st_ino != b.st_ino ||
	    a.st_dev != b.st_dev)
		printf("%s: not the same file\n", name);
}

static void
self(void)
{
	char name[64], comm[17] = "";

	itself("/proc/self/exe");
	snprintf(name, sizeof(name), "/proc/%d/exe", (int)getpid());
	itself(name);
	slurp("cmdline ", "/proc/self/cmdline");
	snprintf(name, sizeof(name), "/proc/%d/cmdline", (int)getpid());
	slurp("cmdline ", name);
	slurp("environ ", "/proc/self/environ");
	slurp("comm ", "/proc/self/comm");
	prctl(PR_GET_NAME, comm);
	text("name ", comm, strlen(comm));
}

static void
signals(void)
{
	struct sigaction sa;
	sigset_t set;
	stack_t ss;
	int i;

	sigprocmask(SIG_BLOCK, NULL, &set);
	for (i = 1; i < 64; i++) {
		if (i == 32 || i == 33 || i == 34)
			continue;		/* the C library's own */
		if (sigismember(&set, i) == 1)
			printf("blocked %d\n", i);
		if (sigaction(i, NULL, &sa) == 0 && sa.sa_handler != SIG_DFL)
			printf("%d is %s\n", i, sa.sa_handler == SIG_IGN ?
			    "ignored" : "handled");
	}
	sigpending(&set);
	for (i = 1; i < 64; i++)
		if (sigismember(&set, i) == 1)
			printf("pending %d\n", i);
	if (sigaltstack(NULL, &ss) != 0 || ss.ss_flags != SS_DISABLE)
		puts("an alternate stack is left");
}

static void
descriptors(void)
{
	struct dirent *e;
	DIR *d = opendir("/proc/self/fd");
	int n = 0;

	while (d != NULL && (e = readdir(d)) != NULL)
		n += e->d_name[0] != '.';
	printf("descriptors %d\n", n);
	if (d != NULL)
		closedir(d);
}

int
main(int argc, char **argv)
{
	words(argc, argv);
	aux();
	self();
	signals();
	descriptors();
	printf("umask %o\n", umask(0));
	return (0);
}
