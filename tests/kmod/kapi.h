/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Requests of /dev/pimg as functions, for the storm and the fuzzer.
 * Each returns 0 or -errno.
 */
#ifndef PIMG_TESTS_KMOD_KAPI_H
#define PIMG_TESTS_KMOD_KAPI_H

#include <sys/ioctl.h>

#include <errno.h>
#include <stdint.h>
#include <string.h>

#include "kmod/pimg.h"

static inline int
k_request(int dev, unsigned long cmd, void *arg)
{

	return (ioctl(dev, cmd, arg) == 0 ? 0 : -errno);
}

static inline void
k_name(char dst[PIMG_KNAME], const char *name)
{

	memset(dst, 0, PIMG_KNAME);
	memcpy(dst, name, strnlen(name, PIMG_KNAME - 1));
}

static inline int
k_install(int dev, const char *name, uint32_t version, int fd,
    const uint8_t digest[PIMG_KDIGEST])
{
	struct pimg_install r = { .size = sizeof(r), .fd = fd,
	    .version = version };

	k_name(r.name, name);
	memcpy(r.file, digest, sizeof(r.file));
	return (k_request(dev, PIMG_IOC_INSTALL, &r));
}

static inline int
k_select(int dev, unsigned long cmd, const char *name, uint32_t version)
{
	struct pimg_select r = { .size = sizeof(r), .version = version };

	k_name(r.name, name);
	return (k_request(dev, cmd, &r));
}

static inline int
k_choose(int dev, const char *name, uint32_t version, uint32_t flags)
{
	struct pimg_choose r = { .size = sizeof(r), .version = version,
	    .flags = flags };

	k_name(r.name, name);
	return (k_request(dev, PIMG_IOC_CHOOSE, &r));
}

#endif
