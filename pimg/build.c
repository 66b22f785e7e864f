/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * A build from start to end.
 */
#include "pimg/build.h"

int
pimg_build_prepare(struct pimg_build *b, struct pstore_error *error)
{
	struct pimg_inputs in;

	if (pimg_inputs_read(b, &in, error) < 0)
		return (-1);
	pimg_inputs_digest(&in, b->source);
	return (0);
}

static int
add_tar(struct pimg_build *b, struct pstore_error *error)
{
	struct pimg_output *o = &b->outputs[b->noutputs];
	struct pimg_text t = {0};

	if (pimg_inputs_tar(b, &t, error) < 0) {
		pimg_text_free(&t);
		return (-1);
	}
	o->name = "sources.tar";
	o->data = pimg_strndup(b->unit->arena, t.data, t.len);
	o->size = t.len;
	b->noutputs++;
	pimg_text_free(&t);
	return (0);
}

int
pimg_build_run(struct pimg_build *b, struct pstore_error *error)
{
	struct pimg_inputs in;

	/* Read again only what is needed; the digest is of these bytes. */
	if (pimg_inputs_read(b, &in, error) < 0)
		return (-1);
	pimg_inputs_digest(&in, b->source);
	if (pimg_work_make(b, error) < 0)
		return (-1);
	if (pimg_compile(b, &in, error) < 0)
		return (-1);
	return (add_tar(b, error));
}

void
pimg_build_free(struct pimg_build *b)
{
	pimg_work_remove(b);
	pimg_text_free(&b->log);
}
