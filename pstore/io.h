/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Files below directory descriptors.
 *
 * Reading: one open with O_NOFOLLOW, checks on that descriptor, a bound
 * before the first byte is read.  Writing: O_EXCL in the place where the file
 * is prepared, every byte and the folder synced; a rename by the caller
 * publishes it.
 */
#ifndef PSTORE_IO_H
#define PSTORE_IO_H

#include <sys/types.h>

#include <stddef.h>
#include <stdint.h>

#include "pstore/error.h"

/*
 * Whose this program's file is.  He decides what it does, so his stores are
 * as good as the caller's: in a container the caller is root, and the tools
 * are some user's of the host.
 */
uid_t	pstore_own_owner(void);
/* Owner is root, the caller or that one, and nobody else may write. */
int	pstore_fd_safe(int fd, const char *object, struct pstore_error *);

/* A regular file of at most MAX bytes.  *BUF is malloc'ed with a NUL behind. */
int	pstore_fd_read(int fd, const char *object, uint64_t max, char **buf,
	    size_t *len, struct pstore_error *);
int	pstore_file_read(int dirfd, const char *name, const char *object,
	    uint64_t max, char **buf, size_t *len, struct pstore_error *);

/* A new file, O_EXCL, synced. */
int	pstore_file_write(int dirfd, const char *name, const char *object,
	    mode_t mode, const void *buf, size_t len, struct pstore_error *);
/* The same through a temporary name and rename, replacing NAME; the folder is
 * synced. */
int	pstore_file_replace(int dirfd, const char *name, const char *object,
	    mode_t mode, const void *buf, size_t len, struct pstore_error *);

int	pstore_dir_open(int dirfd, const char *name, const char *object,
	    struct pstore_error *);
/* Made with MODE if it is absent. */
int	pstore_dir_make(int dirfd, const char *name, const char *object,
	    mode_t mode, struct pstore_error *);
/*
 * Calls FN for each entry of the folder NAME, "." and ".." left out, until it
 * returns other than 0, which is the result.  DIR is the folder's descriptor.
 */
typedef int pstore_entry_fn(void *arg, int dir, const char *entry,
    struct pstore_error *);
int	pstore_dir_each(int dirfd, const char *name, const char *object,
	    pstore_entry_fn *, void *arg, struct pstore_error *);
int	pstore_dir_sync(int dirfd, const char *object, struct pstore_error *);
/* NAME and everything below it; absent is fine. */
int	pstore_tree_remove(int dirfd, const char *name, const char *object,
	    struct pstore_error *);

/* A path, component by component, each checked: nobody but root and the
 * caller may replace a folder on the way, or write the last one.  -1 with
 * PSTORE_NOTFOUND when it does not exist.  Flags of the final open. */
int	pstore_path_open(const char *path, int foreign_owner_ok,
	    struct pstore_error *);

/* A point at which the test build kills or fails the process. */
#ifdef PSTORE_FAULTS
int	pstore_fault(const char *point);
#else
#define	pstore_fault(point)	(0)
#endif

#endif
