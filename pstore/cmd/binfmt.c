/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Reading and writing binfmt_misc; binfmt.h has the scheme.
 */
#include <sys/mount.h>
#include <sys/vfs.h>

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/binfmt.h"

#define	MAGIC		0x42494e4d	/* linux/magic.h, BINFMTFS_MAGIC */
#define	PREFIX		"pimg-"
#define	HEADER		20		/* bytes of an ELF header that decide */

/*
 * An ELF header of x86-64 with that OSABI, ET_EXEC or ET_DYN.  The version of
 * the ABI and the padding behind it are anything.
 */
static void
pattern(unsigned osabi, unsigned char magic[HEADER], unsigned char mask[HEADER])
{
	static const unsigned char head[HEADER] = {
		0x7f, 'E', 'L', 'F', 2, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0,
		2, 0, 62, 0
	};
	static const unsigned char all[HEADER] = {
		255, 255, 255, 255, 255, 255, 255, 255, 0, 0, 0, 0, 0, 0, 0, 0,
		254, 255, 255, 255
	};

	memcpy(magic, head, HEADER);
	memcpy(mask, all, HEADER);
	magic[7] = (unsigned char)osabi;
}

static size_t
escape(char *out, const unsigned char *p)
{
	size_t i, n;

	for (i = n = 0; i < HEADER; i++)
		n += (size_t)sprintf(out + n, "\\x%02x", p[i]);
	return (n);
}

int
binfmt_visible(void)
{
	struct statfs fs;

	return (statfs(BINFMT_DIR, &fs) == 0 && fs.f_type == MAGIC);
}

/* Another user namespace's instance can be seen and not written. */
int
binfmt_writable(void)
{
	return (binfmt_visible() && access(BINFMT_DIR "/register", W_OK) == 0);
}

int
binfmt_mount(struct pstore_error *e)
{
	if (binfmt_writable())
		return (0);
	if (mount("binfmt_misc", BINFMT_DIR, "binfmt_misc",
	    MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) == 0 && binfmt_writable())
		return (0);
	pstore_fail_os(e, errno, "binfmt_misc: mount at " BINFMT_DIR);
	if (errno == EPERM || errno == EACCES)
		e->code = PSTORE_DENIED;
	return (pstore_hint(e, "it takes root, or Linux 6.7 and an own "
	    "namespace: unshare -Urm; else: pstore exec NAME -- PROGRAM"));
}

/* "pimg-NAME", "pimg-NAME@N", "pimg-NAME+" */
static int
is_ours(const char *file, char name[PIMG_NAME_MAX + 1])
{
	size_t len;

	if (strncmp(file, PREFIX, strlen(PREFIX)) != 0)
		return (0);
	file += strlen(PREFIX);
	len = strcspn(file, "@+");
	if (len > PIMG_NAME_MAX)
		return (0);
	memcpy(name, file, len);
	name[len] = '\0';
	return (pstore_name_valid(name));
}

static int
slurp(const char *file, char *buf, size_t size)
{
	char path[sizeof(BINFMT_DIR) + NAME_MAX + 2];
	ssize_t n;
	int fd;

	snprintf(path, sizeof(path), BINFMT_DIR "/%.255s", file);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
	if (fd < 0)
		return (-1);
	n = read(fd, buf, size - 1);
	close(fd);
	buf[n < 0 ? 0 : n] = '\0';
	return (n < 0 ? -1 : 0);
}

/* The rest of the line that begins with KEY. */
static void
line(const char *text, const char *key, char *out, size_t size)
{
	const char *p;

	out[0] = '\0';
	for (p = text; p != NULL && *p != '\0'; p = strchr(p, '\n')) {
		p += *p == '\n';
		if (strncmp(p, key, strlen(key)) != 0)
			continue;
		p += strlen(key);
		snprintf(out, size, "%.*s", (int)strcspn(p, "\n"), p);
		return;
	}
}

static int
read_entry(const char *file, struct binfmt_entry *b)
{
	char text[PATH_MAX + 1024];

	if (!is_ours(file, b->name) || strlen(file) >= sizeof(b->file) ||
	    slurp(file, text, sizeof(text)) != 0)
		return (0);
	strcpy(b->file, file);
	b->enabled = strncmp(text, "enabled", 7) == 0;
	line(text, "interpreter ", b->interpreter, sizeof(b->interpreter));
	line(text, "flags: ", b->flags, sizeof(b->flags));
	b->fixed = strchr(b->flags, 'F') != NULL;
	return (1);
}

static int
by_file(const void *a, const void *b)
{
	const struct binfmt_entry *x = a, *y = b;

	return (strcmp(x->file, y->file));
}

int
binfmt_read(struct binfmt_table *t, struct pstore_error *e)
{
	struct dirent *d;
	DIR *dir;

	t->n = 0;
	if (!binfmt_visible())
		return (0);
	dir = opendir(BINFMT_DIR);
	if (dir == NULL)
		return (pstore_fail_os(e, errno, BINFMT_DIR ": list"));
	while (t->n < BINFMT_ENTRIES && (d = readdir(dir)) != NULL)
		t->n += read_entry(d->d_name, &t->v[t->n]);
	closedir(dir);
	qsort(t->v, (size_t)t->n, sizeof(t->v[0]), by_file);
	return (0);
}

static int
put(const char *file, const char *what, const char *text,
    struct pstore_error *e)
{
	char path[sizeof(BINFMT_DIR) + NAME_MAX + 2];
	int error, fd;

	snprintf(path, sizeof(path), BINFMT_DIR "/%.255s", file);
	fd = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
	error = fd < 0 ? errno : 0;
	if (fd >= 0) {
		if (write(fd, text, strlen(text)) < 0)
			error = errno;
		close(fd);
	}
	if (error == 0)
		return (0);
	pstore_fail_os(e, error, "%s: %s", what, path);
	if (error == EACCES || error == EPERM)
		pstore_hint(e, "it takes root, or an own namespace: unshare "
		    "-Urm");
	return (-1);
}

static int
take_away(const char *file, struct pstore_error *e)
{
	return (put(file, "remove", "-1", e));
}

static int
make(const char *file, unsigned osabi, const char *interpreter,
    const char *flags, struct pstore_error *e)
{
	unsigned char magic[HEADER], mask[HEADER];
	char text[1920 + PATH_MAX];
	size_t n;

	pattern(osabi, magic, mask);
	n = (size_t)sprintf(text, ":%s:M::", file);
	n += escape(text + n, magic);
	text[n++] = ':';
	n += escape(text + n, mask);
	snprintf(text + n, sizeof(text) - n, ":%s:%s", interpreter, flags);
	if (strlen(text) >= 1920 || strpbrk(interpreter, ":\n") != NULL)
		return (pstore_fail(e, PSTORE_UNSUPPORTED, "%s: register: the "
		    "kernel takes no such name; keep the store elsewhere",
		    interpreter));
	return (put("register", interpreter, text, e));
}

static int
is_wanted(const struct binfmt_entry *b, const char *file,
    const char *interpreter, unsigned osabi, const char *flags)
{
	unsigned char magic[HEADER], mask[HEADER];
	char hex[2 * HEADER + 1], text[PATH_MAX + 1024], is[64];
	int i;

	pattern(osabi, magic, mask);
	for (i = 0; i < HEADER; i++)
		sprintf(hex + 2 * i, "%02x", magic[i]);
	if (slurp(b->file, text, sizeof(text)) != 0)
		return (0);
	line(text, "magic ", is, sizeof(is));
	return (strcmp(b->file, file) == 0 && b->enabled &&
	    strcmp(b->interpreter, interpreter) == 0 &&
	    strcmp(b->flags, flags) == 0 && strcmp(hex, is) == 0);
}

int
binfmt_set(const char *name, unsigned osabi, const char *interpreter,
    uint32_t n, struct pstore_error *e)
{
	static struct binfmt_table t;
	char file[64], bridge[64];
	const char *flags;
	int i, ok, same, taken;

	if (n != 0)
		snprintf(file, sizeof(file), PREFIX "%s@%u", name, n);
	else
		snprintf(file, sizeof(file), PREFIX "%s", name);
	snprintf(bridge, sizeof(bridge), PREFIX "%s+", name);
	flags = n != 0 ? "PF" : "P";
	if (binfmt_read(&t, e) != 0)
		return (-1);
	for (ok = same = taken = i = 0; i < t.n; i++) {
		if (strcmp(t.v[i].name, name) != 0)
			continue;
		same++;
		taken |= strcmp(t.v[i].file, file) == 0;
		ok |= is_wanted(&t.v[i], file, interpreter, osabi, flags);
	}
	if (ok && same == 1)
		return (1);
	/* A name that is taken is freed under the cover of another. */
	if (!ok && taken && (make(bridge, osabi, interpreter, flags, e) != 0 ||
	    take_away(file, e) != 0))
		return (-1);
	if (!ok && make(file, osabi, interpreter, flags, e) != 0)
		return (-1);
	if (!ok && taken && take_away(bridge, e) != 0)
		return (-1);
	for (i = 0; i < t.n; i++) {
		if (strcmp(t.v[i].name, name) == 0 &&
		    strcmp(t.v[i].file, file) != 0 &&
		    take_away(t.v[i].file, e) != 0)
			return (-1);
	}
	return (0);
}

int
binfmt_remove(const char *name, struct pstore_error *e)
{
	static struct binfmt_table t;
	int i, n;

	if (binfmt_read(&t, e) != 0)
		return (-1);
	for (n = i = 0; i < t.n; i++) {
		if (strcmp(t.v[i].name, name) != 0)
			continue;
		if (take_away(t.v[i].file, e) != 0)
			return (-1);
		n++;
	}
	return (n);
}

/* The OSABI that an entry of ours is for, or 0. */
static unsigned
osabi_of(const struct binfmt_entry *b)
{
	char text[PATH_MAX + 1024], magic[64], byte[3];

	if (slurp(b->file, text, sizeof(text)) != 0)
		return (0);
	line(text, "magic ", magic, sizeof(magic));
	if (strlen(magic) != 2 * HEADER)
		return (0);
	memcpy(byte, magic + 14, 2);
	byte[2] = '\0';
	return ((unsigned)strtoul(byte, NULL, 16));
}

void
binfmt_promoted(struct cli *c, const struct pstore_place *p, const char *name,
    uint32_t n)
{
	static struct binfmt_table t;
	char ours[PATH_MAX + 16], path[PATH_MAX + 96];
	unsigned osabi;
	int i;

	snprintf(ours, sizeof(ours), "%s/versions/", p->path);
	snprintf(path, sizeof(path), "%s%s@%u/x86_64", ours, name, n);
	if (binfmt_read(&t, &c->err) != 0)
		return;
	for (i = 0; i < t.n; i++) {
		if (strcmp(t.v[i].name, name) != 0 || !t.v[i].fixed ||
		    strncmp(t.v[i].interpreter, ours, strlen(ours)) != 0)
			continue;
		osabi = osabi_of(&t.v[i]);
		if (osabi != 0 &&
		    binfmt_set(name, osabi, path, n, &c->err) >= 0)
			return;
		cli_warn(c, "%s; the store has changed, the kernel still "
		    "starts %s: pstore binfmt enable --fixed %s",
		    c->err.message, t.v[i].file + strlen(PREFIX), name);
		return;
	}
}
