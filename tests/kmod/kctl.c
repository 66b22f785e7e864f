/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * kctl: each request of /dev/pimg from the command line, for the tests of the
 * module.  Prints what it got; the exit status is 0, or 1 with the errno's
 * name on stderr.
 *
 *	kctl info | list | query [PID] | on | off
 *	kctl install NAME VERSION FILE		with the file's real digest
 *	kctl current NAME VERSION | remove NAME VERSION
 *	kctl run [--pin] NAME[@N] PROGRAM ARG...	chooses and executes
 *	kctl native PROGRAM ARG...
 */
#include <sys/ioctl.h>
#include <sys/stat.h>

#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kmod/pimg.h"
#include "sha256.h"

static int dev = -1;

static void
request(const char *what, unsigned long cmd, void *arg)
{

	if (ioctl(dev, cmd, arg) == 0)
		return;
	fprintf(stderr, "kctl: %s: %s\n", what, strerrorname_np(errno));
	exit(1);
}

static void
name_of(char dst[PIMG_KNAME], const char *src, size_t n)
{

	memset(dst, 0, PIMG_KNAME);
	memcpy(dst, src, n < PIMG_KNAME ? n : PIMG_KNAME);
}

static void
hex(const unsigned char *p)
{
	int i;

	for (i = 0; i < PIMG_KDIGEST; i++)
		printf("%02x", p[i]);
}

static void
do_info(void)
{
	struct pimg_info i = { .size = sizeof(i) };

	request("info", PIMG_IOC_INFO, &i);
	printf("uapi %u abi %u%s%s%s images %u maps %u\n", i.uapi,
	    i.abi_revision, i.flags & PIMG_INFO_ON ? " on" : " off",
	    i.flags & PIMG_INFO_HOOK ? " hook" : "",
	    i.flags & PIMG_INFO_DEBUG ? " debug" : "", i.images, i.maps);
}

static void
do_list(void)
{
	static struct pimg_entry e[2048];
	struct pimg_list l = { .size = sizeof(l), .room = 2048,
	    .entries = (unsigned long)e };
	unsigned i;

	request("list", PIMG_IOC_LIST, &l);
	for (i = 0; i < l.count; i++)
		printf("%s@%u machine %u model %u%s%s maps %u calls %u\n",
		    e[i].name, e[i].version, e[i].machine, e[i].model,
		    e[i].flags & PIMG_ENTRY_HELD ? " held" : " removed",
		    e[i].flags & PIMG_ENTRY_CURRENT ? " current" : "",
		    e[i].maps, e[i].calls);
}

static void
do_query(const char *pid)
{
	struct pimg_query q = { .size = sizeof(q),
	    .pid = pid != NULL ? atoi(pid) : 0 };

	request("query", PIMG_IOC_QUERY, &q);
	printf("%s@%u machine %u%s file ", q.name, q.version, q.machine,
	    q.flags & PIMG_QUERY_PINNED ? " pinned" : "");
	hex(q.file);
	printf("\n");
}

static void
do_install(const char *name, const char *version, const char *path)
{
	struct pimg_install r = { .size = sizeof(r),
	    .version = (unsigned)strtoul(version, NULL, 10) };
	unsigned char *data;
	struct stat st;

	if ((r.fd = open(path, O_RDONLY)) == -1 || fstat(r.fd, &st) == -1)
		err(1, "%s", path);
	if ((data = malloc((size_t)st.st_size + 1)) == NULL ||
	    pread(r.fd, data, (size_t)st.st_size, 0) != st.st_size)
		err(1, "%s", path);
	sha256(data, (size_t)st.st_size, r.file);
	memset(r.manifest, 0xab, sizeof(r.manifest));
	name_of(r.name, name, strlen(name));
	request("install", PIMG_IOC_INSTALL, &r);
}

static void
do_select(const char *what, unsigned long cmd, const char *name,
    const char *version)
{
	struct pimg_select r = { .size = sizeof(r),
	    .version = (unsigned)strtoul(version, NULL, 10) };

	name_of(r.name, name, strlen(name));
	request(what, cmd, &r);
}

static void
do_switch(unsigned on)
{
	struct pimg_switch r = { .size = sizeof(r), .on = on };

	request("switch", PIMG_IOC_SWITCH, &r);
}

static void
do_run(char **argv)
{
	struct pimg_choose r = { .size = sizeof(r) };
	const char *at;

	if (argv[0] != NULL && strcmp(argv[0], "--pin") == 0) {
		r.flags = PIMG_CHOOSE_PIN;
		argv++;
	}
	if (argv[0] == NULL || argv[1] == NULL)
		errx(2, "run: no program");
	at = strchr(argv[0], '@');
	name_of(r.name, argv[0], at != NULL ? (size_t)(at - argv[0]) :
	    strlen(argv[0]));
	r.version = at != NULL ? (unsigned)atoi(at + 1) : 0;
	request("choose", PIMG_IOC_CHOOSE, &r);
	close(dev);
	execvp(argv[1], argv + 1);
	fprintf(stderr, "kctl: exec: %s\n", strerrorname_np(errno));
	exit(1);
}

static void
do_native(char **argv)
{
	struct pimg_choose r = { .size = sizeof(r),
	    .flags = PIMG_CHOOSE_NATIVE };

	request("choose", PIMG_IOC_CHOOSE, &r);
	execvp(argv[0], argv);
	fprintf(stderr, "kctl: exec: %s\n", strerrorname_np(errno));
	exit(1);
}

int
main(int argc, char **argv)
{
	const char *verb = argc > 1 ? argv[1] : "";

	if ((dev = open(PIMG_DEVICE, O_RDONLY | O_CLOEXEC)) == -1)
		err(1, "%s", PIMG_DEVICE);
	if (strcmp(verb, "info") == 0)
		do_info();
	else if (strcmp(verb, "list") == 0)
		do_list();
	else if (strcmp(verb, "query") == 0)
		do_query(argv[2]);
	else if (strcmp(verb, "on") == 0)
		do_switch(1);
	else if (strcmp(verb, "off") == 0)
		do_switch(0);
	else if (strcmp(verb, "install") == 0 && argc == 5)
		do_install(argv[2], argv[3], argv[4]);
	else if (strcmp(verb, "current") == 0 && argc == 4)
		do_select(verb, PIMG_IOC_CURRENT, argv[2], argv[3]);
	else if (strcmp(verb, "remove") == 0 && argc == 4)
		do_select(verb, PIMG_IOC_REMOVE, argv[2], argv[3]);
	else if (strcmp(verb, "run") == 0)
		do_run(argv + 2);
	else if (strcmp(verb, "native") == 0 && argc > 2)
		do_native(argv + 2);
	else
		errx(2, "usage: kctl info|list|query|on|off|install|current|"
		    "remove|run|native ...");
	return (0);
}
