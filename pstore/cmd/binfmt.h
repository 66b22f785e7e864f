/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The kernel's table of interpreters, binfmt_misc, as far as it is ours.
 *
 *	pimg-NAME	follows the link STORE/current/NAME/x86_64 at each exec
 *	pimg-NAME@N	holds the file of NAME@N open (flag F), for containers
 *			and chroots where the store cannot be seen
 *
 * An entry is never changed in place: the new one is registered first, and
 * the kernel asks the newest first, so that no exec falls between.  The flag
 * P is always set, C (credentials of the program) never.
 */
#ifndef PSTORE_BINFMT_H
#define PSTORE_BINFMT_H

#include <limits.h>

#include "pstore/cmd/cli.h"
#include "runtime/image.h"

#define	BINFMT_DIR	"/proc/sys/fs/binfmt_misc"
#define	BINFMT_ENTRIES	64

struct binfmt_entry {
	char	file[64];			/* "pimg-freebsd@3" */
	char	name[PIMG_NAME_MAX + 1];
	char	interpreter[PATH_MAX];
	char	flags[8];
	int	enabled, fixed;
};

struct binfmt_table {
	int	n;
	struct binfmt_entry v[BINFMT_ENTRIES];
};

/* Can entries be seen, and can they be made? */
int	binfmt_visible(void);
int	binfmt_writable(void);
/* Mounts an instance where there is none that may be written. */
int	binfmt_mount(struct pstore_error *);

/* Our entries, by name. */
int	binfmt_read(struct binfmt_table *, struct pstore_error *);
/* Makes INTERPRETER the one for programs of this OSABI, in place of whatever
 * of ours there is for NAME.  N is 0 for one that follows current.  1: it was
 * so already. */
int	binfmt_set(const char *name, unsigned osabi, const char *interpreter,
	    uint32_t n, struct pstore_error *);
/* Removes ours for NAME; how many there were. */
int	binfmt_remove(const char *name, struct pstore_error *);

/* After a promotion: entries that hold a file open get the new one. */
void	binfmt_promoted(struct cli *, const struct pstore_place *,
	    const char *name, uint32_t n);

#endif
