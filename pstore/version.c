/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Versions in memory: made from a compiler's output, and their signatures.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "pstore/io.h"
#include "pstore/version.h"

void
pstore_version_init(struct pstore_version *v)
{
	memset(v, 0, sizeof(*v));
}

void
pstore_version_free(struct pstore_version *v)
{
	size_t i;

	for (i = 0; i < PSTORE_FILES_MAX; i++)
		free(v->content[i].data);
	memset(v, 0, sizeof(*v));
}

/* From the manifest follow its text, the digest and the image's name. */
static int
seal(struct pstore_version *v, struct pstore_error *e)
{
	if (pstore_manifest_format(&v->manifest, v->text, sizeof(v->text),
	    &v->textlen, e) != 0)
		return (-1);
	pstore_hash(v->digest, v->text, v->textlen);
	snprintf(v->image, sizeof(v->image), "%s@%u", v->manifest.personality,
	    v->manifest.version);
	return (0);
}

static int
by_input_name(const void *a, const void *b)
{
	const struct pstore_input *x = a, *y = b;

	return (strcmp(x->name, y->name));
}

static int
take(struct pstore_version *v, const struct pstore_input *in,
    struct pstore_error *e)
{
	struct pstore_content *c;
	struct pstore_file *f;

	if (!pstore_filename_valid(in->name))
		return (pstore_fail(e, PSTORE_USAGE, "%.80s: add: not a name "
		    "for a file of an image", in->name));
	f = &v->manifest.files[v->manifest.nfiles];
	c = &v->content[v->manifest.nfiles];
	c->data = malloc(in->size + 1);
	if (c->data == NULL)
		return (pstore_fail_os(e, ENOMEM, "%s: add", in->name));
	if (in->size > 0)
		memcpy(c->data, in->data, in->size);
	c->size = in->size;
	memcpy(f->name, in->name, strlen(in->name) + 1);
	f->size = in->size;
	pstore_hash(f->hash, c->data, c->size);
	v->manifest.nfiles++;
	return (0);
}

int
pstore_version_make(struct pstore_version *v, const char *personality,
    uint32_t version, uint32_t abi, const uint8_t source[PSTORE_HASH_BYTES],
    const struct pstore_input *inputs, size_t ninputs, struct pstore_error *e)
{
	struct pstore_input sorted[PSTORE_FILES_MAX];
	size_t i;

	pstore_version_free(v);
	if (!pstore_name_valid(personality))
		return (pstore_fail(e, PSTORE_USAGE,
		    "%.80s: not a name for a personality", personality));
	if (ninputs > PSTORE_FILES_MAX)
		return (pstore_fail(e, PSTORE_USAGE, "%s: add: more than %d "
		    "files", personality, PSTORE_FILES_MAX));
	memcpy(v->manifest.personality, personality, strlen(personality) + 1);
	v->manifest.version = version;
	v->manifest.abi = abi;
	memcpy(v->manifest.source, source, PSTORE_HASH_BYTES);
	memcpy(sorted, inputs, ninputs * sizeof(sorted[0]));
	qsort(sorted, ninputs, sizeof(sorted[0]), by_input_name);
	for (i = 0; i < ninputs; i++) {
		if (take(v, &sorted[i], e) != 0)
			goto fail;
	}
	if (seal(v, e) != 0)
		goto fail;
	return (0);
fail:
	pstore_version_free(v);
	return (-1);
}

int
pstore_version_make_dir(struct pstore_version *v, const char *personality,
    uint32_t version, uint32_t abi, const uint8_t source[PSTORE_HASH_BYTES],
    const char *dir, const char *const *names, size_t nnames,
    struct pstore_error *e)
{
	struct pstore_input in[PSTORE_FILES_MAX];
	char *data[PSTORE_FILES_MAX], object[PATH_MAX];
	size_t n;
	int fd, r;

	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s: open", dir));
	r = 0;
	for (n = 0; r == 0 && n < nnames && n < PSTORE_FILES_MAX; n += r == 0) {
		snprintf(object, sizeof(object), "%s/%s", dir, names[n]);
		in[n].name = names[n];
		r = pstore_file_read(fd, names[n], object,
		    PSTORE_FILE_SIZE_MAX, &data[n], &in[n].size, e);
		if (r == 0)
			in[n].data = data[n];
	}
	close(fd);
	if (r == 0)
		r = pstore_version_make(v, personality, version, abi, source,
		    in, nnames, e);
	while (n > 0)
		free(data[--n]);
	return (r);
}

int
pstore_version_add_sig(struct pstore_version *v,
    const struct pstore_signature *s, struct pstore_error *e)
{
	size_t i;
	int cmp;

	for (i = 0; i < v->nsigs; i++) {
		cmp = memcmp(v->sigs[i].id, s->id, PSTORE_KEYID_BYTES);
		if (cmp == 0) {
			v->sigs[i] = *s;
			return (0);
		}
		if (cmp > 0)
			break;
	}
	if (v->nsigs == PSTORE_SIGNATURES_MAX)
		return (pstore_fail(e, PSTORE_FAILED, "%s: sign: it has %d "
		    "signatures, which is the limit", v->image,
		    PSTORE_SIGNATURES_MAX));
	memmove(&v->sigs[i + 1], &v->sigs[i],
	    (v->nsigs - i) * sizeof(v->sigs[0]));
	v->sigs[i] = *s;
	v->nsigs++;
	return (0);
}

int
pstore_version_sign(struct pstore_version *v, const struct pstore_seckey *sk,
    struct pstore_error *e)
{
	struct pstore_signature s;

	if (pstore_sign(&s, sk, v->text, v->textlen, v->image, e) != 0)
		return (-1);
	return (pstore_version_add_sig(v, &s, e));
}

int
pstore_version_trust(const struct pstore_version *v,
    const struct pstore_trust *t, struct pstore_error *e)
{
	return (pstore_trust_check(t, v->sigs, v->nsigs, v->text, v->textlen,
	    v->image, NULL, e));
}
