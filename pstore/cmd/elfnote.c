/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Reading ELF headers and notes.
 *
 * Threat: the file is whatever the user points at.  Everything is read with
 * pread into fixed buffers, every length is checked before it is used.
 */
#include <elf.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "pstore/cmd/elfnote.h"

#define	PHDRS_MAX	64
#define	NOTES_MAX	16384

struct segment {
	uint64_t offset, size;
};

struct notes {
	size_t	n;
	struct segment seg[PHDRS_MAX];
};

int
elf_brief(int fd, struct elf_brief *b)
{
	unsigned char h[20];
	ssize_t n;

	memset(b, 0, sizeof(*b));
	n = pread(fd, h, sizeof(h), 0);
	if (n < 0)
		return (-1);
	if (n >= 2 && h[0] == '#' && h[1] == '!')
		b->kind = ELF_SCRIPT;
	else if (n == sizeof(h) && memcmp(h, ELFMAG, SELFMAG) == 0) {
		b->kind = ELF_FILE;
		b->osabi = h[EI_OSABI];
		b->machine = (uint16_t)(h[18] | h[19] << 8);
	}
	return (0);
}

static int
segments64(int fd, struct notes *out)
{
	Elf64_Ehdr eh;
	Elf64_Phdr ph;
	unsigned i;

	if (pread(fd, &eh, sizeof(eh), 0) != (ssize_t)sizeof(eh) ||
	    eh.e_phentsize != sizeof(ph) || eh.e_phnum > PHDRS_MAX)
		return (-1);
	for (i = 0; i < eh.e_phnum; i++) {
		if (pread(fd, &ph, sizeof(ph), (off_t)(eh.e_phoff +
		    i * sizeof(ph))) != (ssize_t)sizeof(ph))
			return (-1);
		if (ph.p_type == PT_NOTE) {
			out->seg[out->n].offset = ph.p_offset;
			out->seg[out->n++].size = ph.p_filesz;
		}
	}
	return (0);
}

static int
segments32(int fd, struct notes *out)
{
	Elf32_Ehdr eh;
	Elf32_Phdr ph;
	unsigned i;

	if (pread(fd, &eh, sizeof(eh), 0) != (ssize_t)sizeof(eh) ||
	    eh.e_phentsize != sizeof(ph) || eh.e_phnum > PHDRS_MAX)
		return (-1);
	for (i = 0; i < eh.e_phnum; i++) {
		if (pread(fd, &ph, sizeof(ph), (off_t)(eh.e_phoff +
		    i * sizeof(ph))) != (ssize_t)sizeof(ph))
			return (-1);
		if (ph.p_type == PT_NOTE) {
			out->seg[out->n].offset = ph.p_offset;
			out->seg[out->n++].size = ph.p_filesz;
		}
	}
	return (0);
}

static int
segments(int fd, struct notes *out)
{
	unsigned char ident[EI_NIDENT];

	out->n = 0;
	if (pread(fd, ident, sizeof(ident), 0) != (ssize_t)sizeof(ident) ||
	    memcmp(ident, ELFMAG, SELFMAG) != 0 ||
	    ident[EI_DATA] != ELFDATA2LSB)
		return (-1);
	return (ident[EI_CLASS] == ELFCLASS64 ? segments64(fd, out) :
	    segments32(fd, out));
}

/* Steps through one segment; the descriptor's place, or NULL. */
static const unsigned char *
search(const unsigned char *p, size_t len, const char *owner, uint32_t type,
    size_t *size)
{
	uint32_t h[3];
	size_t desc, name, ownerlen;

	ownerlen = strlen(owner) + 1;
	while (len >= sizeof(h)) {
		memcpy(h, p, sizeof(h));
		p += sizeof(h);
		len -= sizeof(h);
		if (h[0] > NOTES_MAX || h[1] > NOTES_MAX)
			return (NULL);
		name = (h[0] + 3) & ~(size_t)3;
		desc = (h[1] + 3) & ~(size_t)3;
		if (name > len || h[1] > len - name)
			return (NULL);
		if (h[2] == type && h[0] == ownerlen &&
		    memcmp(p, owner, ownerlen) == 0) {
			*size = h[1];
			return (p + name);
		}
		if (desc > len - name)
			return (NULL);
		p += name + desc;
		len -= name + desc;
	}
	return (NULL);
}

static int
find_note(int fd, const char *owner, uint32_t type, void *out, size_t want)
{
	unsigned char buf[NOTES_MAX];
	const unsigned char *desc;
	struct notes notes;
	size_t i, len, size;
	ssize_t n;

	if (segments(fd, &notes) != 0)
		return (-1);
	for (i = 0; i < notes.n; i++) {
		len = notes.seg[i].size < sizeof(buf) ? notes.seg[i].size :
		    sizeof(buf);
		n = pread(fd, buf, len, (off_t)notes.seg[i].offset);
		if (n <= 0)
			continue;
		desc = search(buf, (size_t)n, owner, type, &size);
		if (desc == NULL)
			continue;
		if (out != NULL && size != want)
			return (-1);
		if (out != NULL)
			memcpy(out, desc, want);
		return (0);
	}
	return (-1);
}

int
elf_has_note(int fd, const char *owner, uint32_t type)
{
	return (find_note(fd, owner, type, NULL, 0) == 0);
}

int
elf_image_note(int fd, struct pimg_note *note)
{
	if (find_note(fd, PIMG_NOTE_OWNER, PIMG_NOTE_TYPE, note,
	    sizeof(*note)) != 0 || note->format != PIMG_NOTE_FORMAT ||
	    note->size != sizeof(*note) ||
	    note->personality[PIMG_NAME_MAX] != '\0')
		return (-1);
	return (0);
}
