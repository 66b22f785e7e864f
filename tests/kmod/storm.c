/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * storm LANES EXECS CHANGES ODD EVEN: many programs are executed under
 * linux26 while its current version changes all the time.
 *
 * Odd versions are the file ODD, whose personality has no getrandom(2); even
 * ones EVEN, whose has it.  Each program must find itself mapped to exactly
 * one version, behave as that one does, and still do so after the others
 * have come and gone, in a child and a thread too.  Old versions are removed
 * while they run.  At the end nothing is current, all is removed, and the
 * kernel must hold no image any more.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>
#include <unistd.h>

#include "kapi.h"
#include "sha256.h"

#define	NAME	"linux26"

struct file {
	int	fd;
	uint8_t	digest[PIMG_KDIGEST];
};

/* ---- the program under the personality ---- */

/* The one version that this process maps. */
static unsigned
mapped(void)
{
	char line[512];
	unsigned v, found = 0;
	char *p;
	FILE *f;

	if ((f = fopen("/proc/self/maps", "r")) == NULL)
		err(3, "maps");
	while (fgets(line, sizeof(line), f) != NULL) {
		if ((p = strstr(line, "pimg:" NAME "@")) == NULL)
			continue;
		v = (unsigned)strtoul(p + sizeof("pimg:" NAME), NULL, 10);
		if (found != 0 && found != v)
			errx(3, "versions %u and %u at once", found, v);
		found = v;
	}
	fclose(f);
	if (found == 0)
		errx(3, "no image is mapped");
	return (found);
}

static void
check(unsigned version, const char *where)
{
	unsigned now = mapped();
	char c;
	long r;

	if (now != version)
		errx(3, "%s: version %u has become %u", where, version, now);
	r = syscall(SYS_getrandom, &c, 1, 0);
	if (r != (version % 2 ? -1 : 1) || (r == -1 && errno != ENOSYS))
		errx(3, "%s: version %u: getrandom is %ld (errno %d)", where,
		    version, r, errno);
}

static void *
thread(void *arg)
{

	check(*(unsigned *)arg, "thread");
	return (NULL);
}

static int
program(int depth, char **argv)
{
	unsigned version = mapped();
	pthread_t t;
	pid_t pid;
	int i, status;

	check(version, "start");
	for (i = 0; i < 3; i++) {
		if ((pid = fork()) == -1)
			err(3, "fork");
		if (pid == 0) {
			check(version, "child");
			_exit(0);
		}
		if (waitpid(pid, &status, 0) != pid || status != 0)
			errx(3, "child: status %#x", (unsigned)status);
	}
	if (pthread_create(&t, NULL, thread, &version) != 0)
		errx(3, "pthread_create");
	pthread_join(t, NULL);
	check(version, "end");
	if (depth > 0) {		/* exec follows what is current */
		execl("/proc/self/exe", argv[0], "program", "0", NULL);
		err(3, "exec");
	}
	return (0);
}

/* ---- the storm ---- */

static void
lane(int dev, int execs)
{
	int i, r, status;
	pid_t pid;

	for (i = 0; i < execs; i++) {
		if ((pid = fork()) == -1)
			err(1, "fork");
		if (pid == 0) {
			if ((r = k_choose(dev, NAME, 0, 0)) != 0)
				errx(2, "choose: %s", strerror(-r));
			execl("/proc/self/exe", "storm", "program", "1", NULL);
			err(2, "exec");
		}
		if (waitpid(pid, &status, 0) != pid || status != 0)
			errx(1, "program %d: status %#x", i, (unsigned)status);
	}
	exit(0);
}

static void
open_file(const char *path, struct file *f)
{
	struct stat st;
	void *p;

	if ((f->fd = open(path, O_RDONLY | O_CLOEXEC)) == -1 ||
	    fstat(f->fd, &st) == -1 || (p = mmap(NULL, (size_t)st.st_size,
	    PROT_READ, MAP_PRIVATE, f->fd, 0)) == MAP_FAILED)
		err(1, "%s", path);
	sha256(p, (size_t)st.st_size, f->digest);
}

static void
must(int r, const char *what, unsigned version)
{

	if (r != 0)
		errx(1, "%s %u: %s", what, version, strerror(-r));
}

/* Version n comes, is current, and n - 2 goes; every third is rolled back. */
static void
change(int dev, unsigned n, const struct file files[2])
{
	const struct file *f = &files[n % 2];

	must(k_install(dev, NAME, n, f->fd, f->digest), "install", n);
	must(k_select(dev, PIMG_IOC_CURRENT, NAME, n), "promote", n);
	if (n % 3 == 0) {
		must(k_select(dev, PIMG_IOC_CURRENT, NAME, n - 1), "rollback",
		    n - 1);
		usleep(1000);
		must(k_select(dev, PIMG_IOC_CURRENT, NAME, n), "promote", n);
	}
	if (n > 2)
		must(k_select(dev, PIMG_IOC_REMOVE, NAME, n - 2), "remove",
		    n - 2);
}

static void
all_gone(int dev)
{
	struct pimg_info i = { 0 };
	int tries;

	for (tries = 0; tries < 100; tries++) {
		memset(&i, 0, sizeof(i));
		i.size = sizeof(i);
		must(k_request(dev, PIMG_IOC_INFO, &i), "info", 0);
		if (i.images == 0)
			return;
		usleep(50000);
	}
	errx(1, "%u images with %u mappings are left", i.images, i.maps);
}

int
main(int argc, char **argv)
{
	struct file files[2];
	struct timespec a, b;
	int dev, i, lanes, execs, changes, status, left, bad = 0;
	unsigned n;
	pid_t pid;

	if (argc > 2 && strcmp(argv[1], "program") == 0)
		return (program(atoi(argv[2]), argv));
	if (argc != 6)
		errx(2, "usage: storm LANES EXECS CHANGES ODD EVEN");
	lanes = atoi(argv[1]);
	execs = atoi(argv[2]);
	changes = atoi(argv[3]);
	open_file(argv[4], &files[1]);
	open_file(argv[5], &files[0]);
	if ((dev = open(PIMG_DEVICE, O_RDONLY | O_CLOEXEC)) == -1)
		err(1, PIMG_DEVICE);
	change(dev, 1, files);
	clock_gettime(CLOCK_MONOTONIC, &a);
	for (i = 0; i < lanes; i++)
		if ((pid = fork()) == 0)
			lane(dev, execs / lanes);
	left = lanes;
	for (n = 2; n <= (unsigned)changes || left > 0; n++) {
		change(dev, n, files);
		if (n % 250 == 0)
			fprintf(stderr, "storm: %u versions, %d lanes\n", n,
			    left);
		while (left > 0 && (pid = waitpid(-1, &status, WNOHANG)) > 0) {
			bad |= status;
			left--;
		}
		usleep(20000);
	}
	must(k_select(dev, PIMG_IOC_CURRENT, NAME, 0), "current", 0);
	must(k_select(dev, PIMG_IOC_REMOVE, NAME, n - 1), "remove", n - 1);
	must(k_select(dev, PIMG_IOC_REMOVE, NAME, n - 2), "remove", n - 2);
	all_gone(dev);
	clock_gettime(CLOCK_MONOTONIC, &b);
	printf("storm: %d execs in %d lanes, %u versions, %ld s, %s\n",
	    execs * 2, lanes, n - 1, b.tv_sec - a.tv_sec,
	    bad ? "FAILED" : "passed");
	return (bad != 0);
}
