/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Building an image: from prototypes to the bytes of its files.
 *
 *	prototypes ─┐
 *	C hooks ────┼─► work folder ─► cc, in parallel ─► objects checked ─►
 *	runtime ────┘   gen/ runtime/ protos/              link ─► image checked
 *	                                                   ─► symbols split off
 *
 * Every input is read once, hashed and copied into the work folder; only the
 * copies are compiled, with names relative to it, so that the bytes depend
 * on the inputs and the compiler alone.
 */
#ifndef PIMG_BUILD_H
#define PIMG_BUILD_H

#include "pimg/ast.h"
#include "pstore/manifest.h"

#define	PIMG_OUTPUTS_MAX	6

struct pimg_output {
	const char	*name;		/* "x86_64", "x86_64.debug", ... */
	const void	*data;
	size_t		 size;
};

struct pimg_build {
	struct pimg_unit	*unit;		/* checked, without errors */
	const char		*runtime;	/* folder of its sources */
	bool			 keep;		/* leave the work folder */
	struct pimg_objects	*objects;	/* of this run, or NULL */
	/* Results, in the unit's arena. */
	char			*work;		/* the folder, if kept */
	uint8_t			 source[PSTORE_HASH_BYTES];
	struct pimg_output	 outputs[PIMG_OUTPUTS_MAX];
	size_t			 noutputs;
	struct pimg_text	 log;		/* of a failed compiler */
};

/* Reads the runtime's sources and computes the digest: enough to find out
 * whether this image exists already. */
int	pimg_build_prepare(struct pimg_build *, struct pstore_error *);
int	pimg_build_run(struct pimg_build *, struct pstore_error *);
void	pimg_build_free(struct pimg_build *);

/* inputs.c: the runtime's sources, appended to the unit's. */
struct pimg_inputs {
	struct pimg_source	**list;	/* names: runtime/..., protos/... */
	size_t			  count;
};
int	pimg_inputs_read(const struct pimg_build *, struct pimg_inputs *,
	    struct pstore_error *);
void	pimg_inputs_digest(const struct pimg_inputs *,
	    uint8_t [PSTORE_HASH_BYTES]);
/* A ustar archive of the prototypes and hooks, for the bundle. */
int	pimg_inputs_tar(const struct pimg_build *, struct pimg_text *,
	    struct pstore_error *);

/* hookpath.c: the folders where a hook's #include "..." looks, in order. */
size_t	pimg_hook_folders(const struct pimg_unit *, const char ***folders);
/* Is the header one that a folder before it replaces? */
bool	pimg_header_replaced(const struct pimg_unit *, const char *input);

/* compile.c: the images of all ABIs in the work folder. */
int	pimg_compile(struct pimg_build *, const struct pimg_inputs *,
	    struct pstore_error *);

/* work.c */
int	pimg_work_make(struct pimg_build *, struct pstore_error *);
int	pimg_work_write(struct pimg_build *, const char *name, const void *,
	    size_t, struct pstore_error *);
int	pimg_work_folder(struct pimg_build *, const char *name,
	    struct pstore_error *);
int	pimg_work_read(struct pimg_build *, const char *name,
	    struct pimg_text *, struct pstore_error *);
void	pimg_work_remove(struct pimg_build *);

#endif
