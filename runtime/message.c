/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What an image says, always as one line on descriptor 2 in one write:
 * which image, what it was about, and the cause.
 */
#include "arch.h"
#include "runtime.h"

#define	LINE	1024

/* Appends to the line ending at p; returns its new end. */
static char *
put(char *p, char *line, const char *s)
{

	return (pimg_strlcpy(p, s, (size_t)(line + LINE - 1 - p)));
}

char *
pimg_utoa(char *dst, unsigned long v, unsigned base)
{
	char buf[24], *p = buf + sizeof(buf);

	*--p = '\0';
	do
		*--p = "0123456789abcdef"[v % base];
	while ((v /= base) != 0);
	return (pimg_strlcpy(dst, p, sizeof(buf)));
}

/* The directory part of the image's own file: .../versions/NAME@N */
static size_t
version_dir(const char *self)
{
	size_t n = pimg_strlen(self);

	while (n > 0 && self[n - 1] != '/')
		n--;
	return (n > 0 ? n - 1 : 0);
}

/*
 * Map mode: the module's mapping is named "pimg:NAME@N".  Finds the name in
 * /proc/self/maps; returns 0 if it is not there.
 */
static int
mapped_ident(char *dst, size_t size)
{
	static const char tag[] = "pimg:";
	char buf[512];
	size_t match = 0, n = 0;
	long fd, r = 0, i = 0;

	fd = pimg_sys(__NR_openat, PIMG_AT_FDCWD, "/proc/self/maps",
	    PIMG_O_RDONLY | PIMG_O_CLOEXEC);
	if (pimg_failed(fd))
		return (0);
	for (; n + 1 < size; i++) {
		if (i == r) {
			r = pimg_sys(__NR_read, fd, buf, sizeof(buf));
			if ((i = 0) >= r)
				break;
		}
		if (tag[match] == '\0') {
			if (buf[i] <= ' ')
				break;
			dst[n++] = buf[i];
		} else
			match = buf[i] == tag[match] ? match + 1 : 0;
	}
	pimg_sys(__NR_close, fd);
	dst[n] = '\0';
	return (n > 0);
}

/* NAME@N from the path of the image, or NAME@? when it tells nothing. */
void
pimg_ident(char *dst, size_t size)
{
	const char *self = pimg_process.self, *name = pimg_personality;
	static const char copy[] = "/memfd:pimg:";
	size_t end = version_dir(self), i = end, k;

	if (pimg_process.mapped && mapped_ident(dst, size))
		return;
	for (k = 0; copy[k] != '\0' && self[k] == copy[k]; k++)
		;
	if (copy[k] == '\0') {		/* a copy in memory, see exec.c */
		for (self += k, k = 0; self[k] > ' ' && k < size - 1; k++)
			dst[k] = self[k];
		dst[k] = '\0';
		return;
	}
	while (i > 0 && self[i - 1] != '/')
		i--;
	for (k = 0; name[k] != '\0' && i + k < end && self[i + k] == name[k]; k++)
		;
	if (name[k] == '\0' && i + k < end && self[i + k] == '@' &&
	    end - i < size) {
		pimg_memcpy(dst, self + i, end - i);
		dst[end - i] = '\0';
		return;
	}
	pimg_strlcpy(pimg_strlcpy(dst, name, size), "@?", 3);
}

const char *
pimg_strerror(long error)
{
	static const struct {
		short		error;
		char		text[28];
	} texts[] = {
		{ EPERM, "operation not permitted" },
		{ ENOENT, "no such file or directory" },
		{ EIO, "input/output error" },
		{ E2BIG, "argument list too long" },
		{ ENOEXEC, "not an executable format" },
		{ ENOMEM, "out of memory" },
		{ EACCES, "permission denied" },
		{ ENOTDIR, "not a directory" },
		{ EISDIR, "is a directory" },
		{ EINVAL, "invalid argument" },
		{ EMFILE, "too many open files" },
		{ ETXTBSY, "text file busy" },
		{ ENAMETOOLONG, "file name too long" },
		{ ENOSYS, "not in this kernel" },
		{ ELOOP, "too many levels" },
	};
	size_t i;

	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		if (texts[i].error == (error < 0 ? -error : error))
			return (texts[i].text);
	return ("error");
}

void
pimg_message(const char *object, const char *cause)
{
	char line[LINE], *p = line;

	p = put(p, line, "pimg: ");
	pimg_ident(p, 64);
	p += pimg_strlen(p);
	p = put(p, line, ": ");
	p = put(p, line, object);
	p = put(p, line, ": ");
	p = put(p, line, cause);
	*p++ = '\n';
	pimg_sys(__NR_write, 2, line, p - line);
}

/* The digest of this version, from the file beside the image; or "?". */
static char *
put_digest(char *p, char *line)
{
	const char *self = pimg_process.self;
	size_t n = version_dir(self), i;
	char path[PIMG_PATH_MAX], digest[80];
	long fd, r = -1;

	if (n + sizeof("/digest") <= sizeof(path)) {
		pimg_memcpy(path, self, n);
		pimg_strlcpy(path + n, "/digest", sizeof(path) - n);
		fd = pimg_sys(__NR_openat, PIMG_AT_FDCWD, path,
		    PIMG_O_RDONLY | PIMG_O_CLOEXEC);
		if (!pimg_failed(fd)) {
			r = pimg_sys(__NR_read, fd, digest, sizeof(digest) - 1);
			pimg_sys(__NR_close, fd);
		}
	}
	if (r <= 0)
		return (put(p, line, "sha256:?"));
	for (i = 0; i < (size_t)r && digest[i] > ' '; i++)
		;
	digest[i] = '\0';
	return (put(p, line, digest));
}

static char *
put_hex(char *p, char *line, const char *label, unsigned long v)
{
	char num[24];

	pimg_utoa(num, v, 16);
	return (put(put(p, line, label), line, num));
}

/*
 * "pimg: linux26@3: sha256:...: fault in the image: signal 11 at +0x1234 in
 * call 2 (open), address 0x..."
 */
void
pimg_fault_report(int sig, const siginfo_t *si, const struct ucontext *uc,
    unsigned long nr)
{
	unsigned long ip = UC_IP(uc);
	char line[LINE], num[24], *p = line;

	p = put(p, line, "pimg: ");
	pimg_ident(p, 64);
	p += pimg_strlen(p);
	p = put(p, line, ": ");
	p = put_digest(p, line);
	pimg_utoa(num, (unsigned long)sig, 10);
	p = put(put(p, line, ": fault in the image: signal "), line, num);
	p = put_hex(p, line, " at +0x", ip - (unsigned long)__ehdr_start);
	pimg_utoa(num, nr, 10);
	p = put(put(p, line, " in call "), line, num);
	if (nr < pimg_ncalls && pimg_call_names[nr] != 0) {
		p = put(p, line, " (");
		p = put(p, line, (const char *)pimg_call_names +
		    pimg_call_names[nr]);
		p = put(p, line, ")");
	}
	p = put_hex(p, line, ", address 0x", (unsigned long)si->si_addr);
	*p++ = '\n';
	pimg_sys(__NR_write, 2, line, p - line);
}
