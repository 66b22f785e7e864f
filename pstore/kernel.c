/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Requests to the kernel module; kernel.h says what they promise.
 */
#include <sys/ioctl.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/io.h"
#include "pstore/kernel.h"

#define	LIST_MAX	65536

static void
put_name(char out[PIMG_KNAME], const char *name)
{
	memset(out, 0, PIMG_KNAME);
	memcpy(out, name, strnlen(name, PIMG_KNAME - 1));
}

int
pstore_kernel_open(int *fd, struct pimg_info *info, struct pstore_error *e)
{
	struct pimg_info i = { .size = sizeof(i) };

	*fd = open(PIMG_DEVICE, O_RDONLY | O_CLOEXEC);
	if (*fd < 0) {
		pstore_fail_os(e, errno, PIMG_DEVICE ": open");
		if (e->os == ENOENT || e->os == ENXIO || e->os == ENODEV)
			e->code = PSTORE_NOTFOUND;
		return (pstore_hint(e, "load the module: modprobe pimg"));
	}
	if (ioctl(*fd, PIMG_IOC_INFO, &i) != 0)
		pstore_fail_os(e, errno, PIMG_DEVICE ": ask");
	else if (i.uapi != PIMG_UAPI_VERSION ||
	    i.abi_revision != PIMG_ABI_REVISION) {
		pstore_fail(e, PSTORE_UNSUPPORTED, PIMG_DEVICE ": ask: its "
		    "interface is %u for images of ABI revision %u, this pstore "
		    "knows %d and %d", i.uapi, i.abi_revision,
		    PIMG_UAPI_VERSION, PIMG_ABI_REVISION);
		pstore_hint(e, "tools and module are of different releases; "
		    "install them together and reboot");
	} else {
		if (info != NULL)
			*info = i;
		return (0);
	}
	close(*fd);
	*fd = -1;
	return (-1);
}

int
pstore_kernel_choose(int fd, const char *name, uint32_t n, int pin,
    const uint8_t file[PSTORE_HASH_BYTES])
{
	struct pimg_choose r = { .size = sizeof(r), .version = n };

	r.flags = PIMG_CHOOSE_DIGEST | (pin ? PIMG_CHOOSE_PIN : 0);
	put_name(r.name, name);
	memcpy(r.file, file, sizeof(r.file));
	return (ioctl(fd, PIMG_IOC_CHOOSE, &r) == 0 ? 0 : errno);
}

void
pstore_kernel_cancel(int fd)
{
	struct pimg_choose r = { .size = sizeof(r),
	    .flags = PIMG_CHOOSE_CANCEL };

	ioctl(fd, PIMG_IOC_CHOOSE, &r);
}

int
pstore_kernel_query(int fd, int pid, struct pimg_query *q)
{
	memset(q, 0, sizeof(*q));
	q->size = sizeof(*q);
	q->pid = pid;
	if (ioctl(fd, PIMG_IOC_QUERY, q) != 0)
		return (0);
	q->name[PIMG_KNAME - 1] = '\0';
	return (1);
}

static int
install_file(int fd, const struct pstore_version *v,
    const struct pstore_file *f, int dirfd, struct pstore_error *e)
{
	struct pimg_install r = { .size = sizeof(r) };
	int image;

	image = openat(dirfd, f->name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (image < 0)
		return (pstore_fail_os(e, errno, "%s/%s: open", v->image,
		    f->name));
	r.fd = image;
	r.version = v->manifest.version;
	put_name(r.name, v->manifest.personality);
	memcpy(r.file, f->hash, sizeof(r.file));
	memcpy(r.manifest, v->digest, sizeof(r.manifest));
	if (ioctl(fd, PIMG_IOC_INSTALL, &r) == 0) {
		close(image);
		return (0);
	}
	pstore_fail_os(e, errno, "%s/%s: give to the kernel", v->image,
	    f->name);
	if (e->os == EBADMSG || e->os == ENOEXEC)
		e->code = PSTORE_CORRUPT;
	else if (e->os == EPROTONOSUPPORT)
		e->code = PSTORE_UNSUPPORTED;
	close(image);
	return (-1);
}

int
pstore_kernel_install(int fd, const struct pstore_version *v, int dirfd,
    struct pstore_error *e)
{
	static const char *const names[] = { "x86_64", "i386" };
	const struct pstore_file *f;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		f = pstore_manifest_file(&v->manifest, names[i]);
		if (f != NULL && install_file(fd, v, f, dirfd, e) != 0)
			return (-1);
	}
	return (0);
}

static int
choose_version(int fd, unsigned long request, const char *what,
    const char *name, uint32_t n, struct pstore_error *e)
{
	struct pimg_select r = { .size = sizeof(r), .version = n };

	put_name(r.name, name);
	if (ioctl(fd, request, &r) == 0)
		return (0);
	return (pstore_fail_os(e, errno, "%s@%u: %s in the kernel", name, n,
	    what));
}

int
pstore_kernel_current(int fd, const char *name, uint32_t n,
    struct pstore_error *e)
{
	return (choose_version(fd, PIMG_IOC_CURRENT, "make current", name, n,
	    e));
}

int
pstore_kernel_remove(int fd, const char *name, uint32_t n,
    struct pstore_error *e)
{
	return (choose_version(fd, PIMG_IOC_REMOVE, "remove", name, n, e));
}

int
pstore_kernel_switch(int fd, int on, struct pstore_error *e)
{
	struct pimg_switch r = { .size = sizeof(r), .on = (uint32_t)on };

	if (ioctl(fd, PIMG_IOC_SWITCH, &r) == 0)
		return (0);
	return (pstore_fail_os(e, errno, PIMG_DEVICE ": switch %s",
	    on ? "on" : "off"));
}

int
pstore_kernel_list(int fd, struct pimg_entry **out, size_t *n,
    struct pstore_error *e)
{
	struct pimg_list r = { .size = sizeof(r), .room = 16 };

	*out = NULL;
	for (;;) {
		free(*out);
		*out = calloc(r.room, sizeof(**out));
		if (*out == NULL)
			return (pstore_fail_os(e, ENOMEM, PIMG_DEVICE ": list"));
		r.entries = (uint64_t)(uintptr_t)*out;
		if (ioctl(fd, PIMG_IOC_LIST, &r) != 0) {
			free(*out);
			return (pstore_fail_os(e, errno, PIMG_DEVICE ": list"));
		}
		if (r.count <= r.room || r.count > LIST_MAX)
			break;
		r.room = r.count + 16;
	}
	*n = r.count < r.room ? r.count : r.room;
	return (0);
}
