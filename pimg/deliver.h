/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Building one personality and putting the result where it is wanted.
 */
#ifndef PIMG_DELIVER_H
#define PIMG_DELIVER_H

#include "pimg/cli.h"

struct pimg_build_options {
	bool		 sign, keep, all;
	const char	*key, *passphrase_file, *version, *output, *image_dir;
	uint32_t	 n;		/* of --version; 0: the next */
};

/* Builds what is prepared in *b, if it must be, delivers and reports it. */
int	pimg_deliver(struct pimg_cli *, struct pimg_build *,
	    const struct pimg_build_options *);

#endif
