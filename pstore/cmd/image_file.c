/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * An image's file, found and checked.
 *
 * Files only: the link current/NAME, the manifest, signatures, trust.d.  The
 * image is opened once; owner, mode, digest and ELF note are checked on that
 * descriptor, and that is what the caller gets.
 */
#include <sys/mman.h>
#include <sys/stat.h>

#include <elf.h>
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/request.h"
#include "pstore/io.h"
#include "pstore/journal.h"

/* Allowed on request, if the store's log can say so. */
static int
override(struct cli *c, struct request *q)
{
	struct pstore_error why;
	int fd, r;

	why = c->err;
	fd = pstore_journal_open(q->found.place, &c->err);
	if (fd < 0) {
		pstore_fail(&c->err, PSTORE_DENIED, "%s: --allow-untrusted is "
		    "for those who may write the store's log; and %s",
		    q->found.image, why.message);
		return (pstore_hint(&c->err, "%s", why.hint));
	}
	r = pstore_journal_add(fd, q->found.place->path, "exec-untrusted",
	    q->found.image, why.message, &c->err);
	close(fd);
	if (r == 0)
		cli_warn(c, "%s; it runs all the same (--allow-untrusted, "
		    "logged)", why.message);
	return (r);
}

static int
check_trust(struct cli *c, struct request *q)
{
	const struct pstore_version *v;
	char hash[PSTORE_HASH_TEXT];

	v = &q->version;
	if (q->ref.kind == PSTORE_REF_DIGEST &&
	    memcmp(v->digest, q->ref.digest, sizeof(v->digest)) != 0) {
		pstore_hash_text(v->digest, hash);
		return (pstore_fail(&c->err, PSTORE_CORRUPT,
		    "%s: check: its digest is %s", v->image, hash));
	}
	if (pstore_trust_load(&q->trust, q->found.place->fd,
	    q->found.place->path, &c->err) != 0)
		return (-1);
	q->trust.everything = q->found.place->origin == PSTORE_BY_INSTALL;
	if (pstore_trust_check(&q->trust, v->sigs, v->nsigs, v->text,
	    v->textlen, v->image, &q->signer, &c->err) == 0)
		return (0);
	if (c->err.code != PSTORE_UNTRUSTED || !q->untrusted)
		return (-1);
	return (override(c, q));
}

static int
altered(struct cli *c, const char *object, const char *what)
{
	pstore_fail(&c->err, PSTORE_CORRUPT, "%s: check: not %s that the "
	    "manifest names", object, what);
	return (pstore_hint(&c->err, "it was altered or damaged; look into it: "
	    "pstore fsck; go back: pstore rollback"));
}

static int
check_hash(struct cli *c, int fd, const struct pstore_file *f,
    const char *object)
{
	uint8_t hash[PSTORE_HASH_BYTES];
	struct stat st;
	void *map;

	if (fstat(fd, &st) != 0)
		return (pstore_fail_os(&c->err, errno, "%s: stat", object));
	if (!S_ISREG(st.st_mode) || (uint64_t)st.st_size != f->size ||
	    st.st_size == 0)
		return (altered(c, object, "the size"));
	map = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (map == MAP_FAILED)
		return (pstore_fail_os(&c->err, errno, "%s: read", object));
	pstore_hash(hash, map, (size_t)st.st_size);
	munmap(map, (size_t)st.st_size);
	if (memcmp(hash, f->hash, sizeof(hash)) != 0)
		return (altered(c, object, "the bytes"));
	return (0);
}

static int
check_note(struct cli *c, struct request *q, int fd, const char *object)
{
	struct pimg_note *note;

	note = &q->note;
	if (elf_image_note(fd, note) != 0)
		return (pstore_fail(&c->err, PSTORE_CORRUPT,
		    "%s: check: it has no image note", object));
	if (strcmp(note->personality, q->version.manifest.personality) != 0 ||
	    note->abi_revision != q->version.manifest.abi)
		return (pstore_fail(&c->err, PSTORE_CORRUPT, "%s: check: its "
		    "note says %s, ABI revision %u", object, note->personality,
		    note->abi_revision));
	if (note->abi_revision == PIMG_ABI_REVISION)
		return (0);
	pstore_fail(&c->err, PSTORE_UNSUPPORTED, "%s: check: ABI revision %u, "
	    "this pstore knows %d", object, note->abi_revision,
	    PIMG_ABI_REVISION);
	return (pstore_hint(&c->err, "build it anew: pimg build %s",
	    note->personality));
}

/* The image's descriptor, ready to be executed. */
static int
open_image(struct cli *c, struct request *q)
{
	char object[PSTORE_IMAGE_MAX + 16];
	const struct pstore_file *f;
	const char *file;
	int fd;

	file = q->program.facts.kind == PIMG_FILE_ELF &&
	    q->program.facts.machine == EM_386 ? "i386" : "x86_64";
	f = pstore_manifest_file(&q->version.manifest, file);
	snprintf(object, sizeof(object), "%s/%s", q->found.image, file);
	if (f == NULL)
		return (pstore_fail(&c->err, PSTORE_NOTFOUND, "%s: find: this "
		    "version has no image for %s programs", q->found.image,
		    file));
	fd = openat(q->found.dirfd, file, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		pstore_fail_os(&c->err, errno, "%s: open", object);
		return (pstore_hint(&c->err, "look into it: pstore fsck"));
	}
	if (pstore_fd_safe(fd, object, &c->err) == 0 &&
	    check_hash(c, fd, f, object) == 0 &&
	    check_note(c, q, fd, object) == 0)
		return (fd);
	close(fd);
	return (-1);
}

int
exec_image(struct cli *c, struct request *q)
{
	if (pstore_find(&q->found, &c->places, &q->ref, &c->err) != 0 ||
	    pstore_version_head(&q->version, q->found.dirfd, q->found.image,
	    &c->err) != 0 || check_trust(c, q) != 0)
		return (-1);
	return (open_image(c, q));
}
