/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * fuzz CALLS SEED IMAGE: hostile callers of /dev/pimg.
 *
 * Four processes, two of them root and two nobody, make random requests:
 * any command number, structures of any size with any bytes or nearly right
 * ones, at addresses good and bad, with descriptors of images, of images in
 * which bits are flipped (and the digest is right), of folders, pipes and
 * nothing; and between them choose, fork, execute and exit.  Nothing is
 * expected of any one call.  What is expected is that the kernel stays well
 * and that, when the storm is over, all images can be removed and are freed.
 */
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <err.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#include "kapi.h"
#include "sha256.h"

#define	WORKERS	4

static uint64_t state;
static int dev;
static uint8_t *image, *copy;
static size_t image_len;
static uint8_t image_digest[PIMG_KDIGEST];
static int fds[8], nfds;
static unsigned long ok[16], failed[16];

static uint64_t
rnd(void)
{

	state ^= state << 13;
	state ^= state >> 7;
	state ^= state << 17;
	return (state);
}

static uint32_t
below(uint32_t n)
{

	return ((uint32_t)(rnd() >> 16) % n);
}

static void
name(char dst[PIMG_KNAME])
{
	static const char *const names[] = { "linux26", "linux26", "linux26",
	    "linux26", "freebsd", "" };
	size_t i;

	k_name(dst, names[below(6)]);
	if (below(16) == 0)
		for (i = 0; i < PIMG_KNAME; i++)
			dst[i] = (char)rnd();
}

/* A file like the image, with a few bits flipped near its beginning. */
static int
flipped(uint8_t digest[PIMG_KDIGEST])
{
	unsigned i, n = below(4);
	int fd = memfd_create("x", 0);

	memcpy(copy, image, image_len);
	for (i = 0; i < n; i++)
		copy[below(below(2) ? 0x240 : (uint32_t)image_len)] ^=
		    1 << below(8);
	if (write(fd, copy, image_len) != (ssize_t)image_len)
		err(1, "memfd");
	sha256(copy, image_len, digest);
	return (fd);
}

static void
count(unsigned cmd, int r)
{

	if (r == 0)
		ok[cmd & 15]++;
	else
		failed[cmd & 15]++;
}

static void
install(void)
{
	struct pimg_install r = { .size = sizeof(r) };
	int fd = -1;

	r.version = below(6);
	name(r.name);
	if (below(200) == 0)
		r.fd = fd = flipped(r.file);
	else if (below(6) == 0) {
		r.fd = fds[0];
		memcpy(r.file, image_digest, sizeof(r.file));
	} else
		r.fd = below(3) ? fds[1 + below((uint32_t)nfds - 1)] :
		    (int)below(64) - 2;
	if (below(32) == 0)
		r.flags = (uint32_t)rnd();
	count(1, ioctl(dev, PIMG_IOC_INSTALL, &r));
	if (fd != -1)
		close(fd);
}

static void
nearly_right(void)
{
	static struct pimg_entry list[32];
	struct pimg_select s = { .size = sizeof(s), .version = below(6) };
	struct pimg_choose c = { .size = sizeof(c), .version = below(6) };
	struct pimg_list l = { .size = sizeof(l), .room = below(40),
	    .entries = below(8) ? (uint64_t)(uintptr_t)list : rnd() };
	struct pimg_query q = { .size = sizeof(q),
	    .pid = (int)below(300) - 2 };
	struct pimg_info i = { .size = sizeof(i) };
	struct pimg_switch w = { .size = sizeof(w), .on = below(8) != 0 };

	if (l.room > 32)
		l.room = (uint32_t)rnd(), l.entries = 4096;
	switch (below(10)) {
	case 0:
		install();
		break;
	case 1: case 2:
		name(s.name);
		count(2, ioctl(dev, PIMG_IOC_CURRENT, &s));
		break;
	case 3:
		if (below(8))
			s.version = 5;
		name(s.name);
		count(3, ioctl(dev, PIMG_IOC_REMOVE, &s));
		break;
	case 4:
		count(4, ioctl(dev, PIMG_IOC_LIST, &l));
		break;
	case 5: case 6:
		name(c.name);
		c.flags = below(4) ? 0 : below(32);
		count(5, ioctl(dev, PIMG_IOC_CHOOSE, &c));
		break;
	case 7:
		count(6, ioctl(dev, PIMG_IOC_QUERY, &q));
		break;
	case 8:
		count(7, ioctl(dev, PIMG_IOC_SWITCH, &w));
		break;
	case 9:
		count(0, ioctl(dev, PIMG_IOC_INFO, &i));
		break;
	}
}

/* Any number, any size, any bytes, any address. */
static void
nonsense(uint8_t *page)
{
	static const uint16_t sizes[] = { 0, 8, 16, 24, 0x20, 0x30, 0x50, 0x70,
	    0x80 };
	unsigned long cmd = below(4) == 0 ? rnd() : _IOC(below(4), PIMG_IOC,
	    below(10), sizes[below(9)]);
	uint32_t i, n = below(0x90);
	uint8_t *at = page;

	if (below(4) == 0) {
		static const unsigned long known[] = { PIMG_IOC_INFO,
		    PIMG_IOC_INSTALL, PIMG_IOC_CURRENT, PIMG_IOC_REMOVE,
		    PIMG_IOC_LIST, PIMG_IOC_CHOOSE, PIMG_IOC_QUERY,
		    PIMG_IOC_SWITCH };

		cmd = known[below(8)];
	}
	switch (below(6)) {
	case 0:
		at = page + 4096 - below(0x90);	/* runs into the hole */
		break;
	case 1:
		at = (uint8_t *)(uintptr_t)rnd();
		break;
	}
	if (at >= page && at < page + 4096) {
		for (i = 0; i < n && at + i < page + 4096; i++)
			at[i] = (uint8_t)rnd();
		if (at + 4 <= page + 4096 && below(4))
			memcpy(at, (uint32_t[]){ below(3) ? _IOC_SIZE(cmd) :
			    (uint32_t)rnd() }, 4);
	}
	count(8, ioctl(dev, cmd, at));
}

/* A child that chooses and executes, and may die at any time. */
static void
run(void)
{
	pid_t pid = fork();

	if (pid == 0) {
		if (below(4))
			k_choose(dev, "linux26", below(3), below(2));
		if (below(8))
			execl("/bin/busybox", "true", NULL);
		_exit(0);
	}
	if (below(8) == 0)
		kill(pid, 9);
	waitpid(pid, NULL, 0);
}

static void
work(int id, long calls, uint64_t seed)
{
	uint8_t *page = mmap(NULL, 8192, PROT_READ | PROT_WRITE,
	    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	long i;

	munmap(page + 4096, 4096);
	state = seed * 2654435761u + (uint64_t)id * 0x9e3779b97f4a7c15u + 1;
	if (id >= WORKERS / 2 && (setgid(65534) != 0 || setuid(65534) != 0))
		err(1, "setuid");
	alarm(0);
	for (i = 0; i < calls; i++) {
		if (below(2))
			nonsense(page);
		else
			nearly_right();
		if (below(1000) == 0)
			run();
	}
	printf("fuzz: worker %d: ok", id);
	for (i = 0; i < 9; i++)
		printf(" %lu/%lu", ok[i], ok[i] + failed[i]);
	printf("\n");
	exit(0);
}

/* Everything can be removed and is freed. */
static int
clean(void)
{
	static struct pimg_entry e[1024];
	struct pimg_list l;
	struct pimg_switch w = { .size = sizeof(w), .on = 1 };
	unsigned i, tries;

	ioctl(dev, PIMG_IOC_SWITCH, &w);
	for (tries = 0; tries < 100; tries++) {
		l = (struct pimg_list){ .size = sizeof(l), .room = 1024,
		    .entries = (uint64_t)(uintptr_t)e };
		if (ioctl(dev, PIMG_IOC_LIST, &l) != 0)
			err(1, "list");
		if (l.count == 0)
			return (0);
		for (i = 0; i < l.count; i++) {
			k_select(dev, PIMG_IOC_CURRENT, e[i].name, 0);
			k_select(dev, PIMG_IOC_REMOVE, e[i].name, e[i].version);
		}
		usleep(20000);
	}
	printf("fuzz: %u images are left\n", l.count);
	return (1);
}

int
main(int argc, char **argv)
{
	struct stat st;
	int i, status, bad = 0, p[2];
	long calls;

	if (argc != 4)
		errx(2, "usage: fuzz CALLS SEED IMAGE");
	calls = atol(argv[1]);
	if ((dev = open(PIMG_DEVICE, O_RDONLY | O_CLOEXEC)) == -1)
		err(1, PIMG_DEVICE);
	if ((fds[0] = open(argv[3], O_RDONLY)) == -1 || fstat(fds[0], &st) == -1)
		err(1, "%s", argv[3]);
	image_len = (size_t)st.st_size;
	image = mmap(NULL, image_len, PROT_READ, MAP_PRIVATE, fds[0], 0);
	copy = malloc(image_len);
	sha256(image, image_len, image_digest);
	nfds = 1;
	fds[nfds++] = open("/", O_RDONLY);
	fds[nfds++] = open("/proc/self/maps", O_RDONLY);
	fds[nfds++] = open("/dev/null", O_RDWR);
	fds[nfds++] = open("/bin/busybox", O_RDONLY);
	fds[nfds++] = open(argv[3], O_PATH);
	if (pipe(p) == 0)
		fds[nfds++] = p[0];
	fds[nfds++] = dev;
	for (i = 0; i < WORKERS; i++) {
		fflush(stdout);
		if (fork() == 0)
			work(i, calls / WORKERS, (uint64_t)atol(argv[2]));
	}
	while (wait(&status) > 0)
		bad |= status;
	bad |= clean();
	printf("fuzz: %ld calls, seed %s: %s\n", calls, argv[2],
	    bad ? "FAILED" : "passed");
	return (bad != 0);
}
