/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The kernel module, asked through /dev/pimg (kmod/pimg.h).
 *
 * The module checks structure and digest of an image; whom to trust is
 * decided here, before INSTALL.  Only the system's store speaks to it.
 */
#ifndef PSTORE_KERNEL_H
#define PSTORE_KERNEL_H

#include <stddef.h>

#include "kmod/pimg.h"
#include "pstore/error.h"
#include "pstore/place.h"
#include "pstore/version.h"

/* PSTORE_NOTFOUND: no module.  PSTORE_UNSUPPORTED: one that this program does
 * not know.  INFO may be NULL. */
int	pstore_kernel_open(int *fd, struct pimg_info *info,
	    struct pstore_error *);

/* The next exec gets NAME@N, if the kernel holds exactly that x86-64 file.
 * 0, or an errno: ENOENT, ESTALE, EAGAIN mean "use another carrier". */
int	pstore_kernel_choose(int fd, const char *name, uint32_t n, int pin,
	    const uint8_t file[PSTORE_HASH_BYTES]);
void	pstore_kernel_cancel(int fd);
/* 1: PID runs in an image of the kernel's; the record is filled. */
int	pstore_kernel_query(int fd, int pid, struct pimg_query *);

/* Every image of the version in DIRFD, whose manifest is V's and trusted. */
int	pstore_kernel_install(int fd, const struct pstore_version *v, int dirfd,
	    struct pstore_error *);
int	pstore_kernel_current(int fd, const char *name, uint32_t n,
	    struct pstore_error *);
int	pstore_kernel_remove(int fd, const char *name, uint32_t n,
	    struct pstore_error *);
int	pstore_kernel_switch(int fd, int on, struct pstore_error *);
/* malloc'ed. */
int	pstore_kernel_list(int fd, struct pimg_entry **, size_t *n,
	    struct pstore_error *);

#endif
