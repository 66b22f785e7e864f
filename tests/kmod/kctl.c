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
 *	kctl bad FILE		installs it as linux26@99 with a wrong digest
 *
 * and what the tests need besides:
 *
 *	kctl bsd IN OUT		an image made to be of the BSD model, for freebsd
 *	kctl brand IN OUT	a program made to carry FreeBSD's brand
 *	kctl xattr FILE VALUE
 *	kctl nogetppid PROGRAM ARG...	under a filter: getppid(2) is EXDEV
 *	kctl user UID PROGRAM ARG...
 */
#include <sys/ioctl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/xattr.h>

#include <elf.h>
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "kmod/pimg.h"
#include "runtime/image.h"
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

/* The file's bytes; *fd stays open. */
static unsigned char *
contents(const char *path, int *fd, size_t *len)
{
	unsigned char *data;
	struct stat st;

	if ((*fd = open(path, O_RDONLY)) == -1 || fstat(*fd, &st) == -1)
		err(1, "%s", path);
	*len = (size_t)st.st_size;
	if ((data = malloc(*len + 1)) == NULL ||
	    pread(*fd, data, *len, 0) != st.st_size)
		err(1, "%s", path);
	return (data);
}

static void
write_file(const char *path, const unsigned char *data, size_t len)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0755);

	if (fd == -1 || write(fd, data, len) != (ssize_t)len)
		err(1, "%s", path);
	close(fd);
}

/* The only place in the file where the note's owner and name stand so. */
static void
do_bsd(const char *in, const char *out)
{
	static const char owner[8] = PIMG_NOTE_OWNER;
	struct pimg_note *n;
	unsigned char *data;
	size_t len, i;
	int fd;

	data = contents(in, &fd, &len);
	for (i = 0; memcmp(data + i, owner, sizeof(owner)) != 0; i++)
		if (i + sizeof(owner) + sizeof(*n) >= len)
			errx(1, "%s: no note", in);
	n = (struct pimg_note *)(void *)(data + i + sizeof(owner));
	n->model = PIMG_MODEL_BSD;
	name_of(n->personality, "freebsd", 7);
	n->brands[0].kind = PIMG_BRAND_OSABI;
	n->brands[0].osabi = ELFOSABI_FREEBSD;
	write_file(out, data, len);
}

static void
do_brand(const char *in, const char *out)
{
	unsigned char *data;
	size_t len;
	int fd;

	data = contents(in, &fd, &len);
	data[EI_OSABI] = ELFOSABI_FREEBSD;
	write_file(out, data, len);
}

static void
do_nogetppid(char **argv)
{
	struct sock_filter f[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS,
		    offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_getppid, 0, 1),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EXDEV),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
	};
	struct sock_fprog p = { .len = 4, .filter = f };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0 ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &p) != 0)
		err(1, "seccomp");
	execvp(argv[0], argv);
	err(1, "%s", argv[0]);
}

static void
do_user(const char *uid, char **argv)
{
	uid_t id = (uid_t)atoi(uid);

	if (setgroups(0, NULL) != 0 || setgid(id) != 0 || setuid(id) != 0)
		err(1, "setuid");
	execvp(argv[0], argv);
	err(1, "%s", argv[0]);
}

static void
do_install(const char *name, const char *version, const char *path, int wrong)
{
	struct pimg_install r = { .size = sizeof(r),
	    .version = (unsigned)strtoul(version, NULL, 10) };
	unsigned char *data;
	size_t len;

	data = contents(path, &r.fd, &len);
	sha256(data, len, r.file);
	r.file[31] ^= (unsigned char)wrong;
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

	if (strcmp(verb, "bsd") == 0 && argc == 4) {
		do_bsd(argv[2], argv[3]);
		return (0);
	} else if (strcmp(verb, "brand") == 0 && argc == 4) {
		do_brand(argv[2], argv[3]);
		return (0);
	} else if (strcmp(verb, "xattr") == 0 && argc == 4) {
		if (setxattr(argv[2], PIMG_XATTR, argv[3], strlen(argv[3]),
		    0) != 0)
			err(1, "%s", argv[2]);
		return (0);
	} else if (strcmp(verb, "nogetppid") == 0 && argc > 2)
		do_nogetppid(argv + 2);
	else if (strcmp(verb, "user") == 0 && argc > 3)
		do_user(argv[2], argv + 3);
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
		do_install(argv[2], argv[3], argv[4], 0);
	else if (strcmp(verb, "bad") == 0 && argc == 3)
		do_install("linux26", "99", argv[2], 1);
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
