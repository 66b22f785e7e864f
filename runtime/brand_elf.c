/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Headers, segments, sections and notes of an ELF file of either class,
 * read field by field.  Threat: the file is whatever the user points at.
 */
#include "brand.h"

#define	HEADER		64
#define	SEGMENTS_MAX	128
#define	SECTIONS_MAX	512
#define	NOTES_MAX	256
#define	NOTE_SIZE_MAX	16384
#define	PT_NOTE		4

/* Little endian, 2, 4 or 8 bytes. */
uint64_t
pimg_brand_number(const uint8_t *p, unsigned bytes)
{
	uint64_t v = 0;

	while (bytes-- > 0)
		v = v << 8 | p[bytes];
	return (v);
}

int
pimg_brand_same(const char *a, const char *b)
{

	for (; *a == *b && *a != '\0'; a++, b++)
		;
	return (*a == *b);
}

int
pimg_brand_get(const struct pimg_brand_file *f, void *buf, size_t len,
    uint64_t off)
{
	uint8_t *p = buf;
	long n;

	if (off < f->have && len <= f->have - off) {
		for (; len > 0; len--)
			*p++ = f->head[off++];
		return (0);
	}
	while (len > 0) {
		if (off > INT64_MAX - len)
			return (-1);
		n = f->read(f->ctx, p, len, off);
		if (n <= 0 || (size_t)n > len)
			return (-1);
		p += n;
		off += (uint64_t)n;
		len -= (size_t)n;
	}
	return (0);
}

static void
read_tables(struct pimg_brand_file *f, const uint8_t *h)
{
	unsigned at = f->is64 ? 54 : 42;	/* e_phentsize */

	f->phoff = f->is64 ? pimg_brand_number(h + 32, 8) :
	    pimg_brand_number(h + 28, 4);
	f->shoff = f->is64 ? pimg_brand_number(h + 40, 8) :
	    pimg_brand_number(h + 32, 4);
	f->phnum = (uint16_t)pimg_brand_number(h + at + 2, 2);
	f->shnum = (uint16_t)pimg_brand_number(h + at + 6, 2);
	f->shstrndx = (uint16_t)pimg_brand_number(h + at + 8, 2);
	if (pimg_brand_number(h + at, 2) != (f->is64 ? 56 : 32) ||
	    f->phnum > SEGMENTS_MAX)
		f->phnum = 0;
	if (pimg_brand_number(h + at + 4, 2) != (f->is64 ? 64 : 40) ||
	    f->shnum > SECTIONS_MAX || f->shoff == 0)
		f->shnum = 0;
}

int
pimg_brand_open(struct pimg_brand_file *f)
{
	const uint8_t *h = f->head;
	size_t n;
	long r;

	f->have = 0;
	do {
		n = sizeof(f->head) - f->have;
		r = f->read(f->ctx, f->head + f->have, n, f->have);
		f->have += r > 0 && (size_t)r <= n ? (size_t)r : 0;
	} while (r > 0 && f->have < sizeof(f->head));
	n = f->have;
	f->kind = PIMG_FILE_OTHER;
	f->is64 = f->osabi = 0;
	f->machine = f->phnum = f->shnum = f->shstrndx = 0;
	f->phoff = f->shoff = 0;
	if (n >= 2 && h[0] == '#' && h[1] == '!')
		f->kind = PIMG_FILE_SCRIPT;
	if (n < 52 || h[0] != 0x7f || h[1] != 'E' || h[2] != 'L' ||
	    h[3] != 'F' || (h[4] != 1 && h[4] != 2) ||
	    (h[4] == 2 && n < HEADER) || h[5] != 1 /* little endian */)
		return (f->kind);
	f->kind = PIMG_FILE_ELF;
	f->is64 = h[4] == 2;
	f->osabi = h[7];
	f->machine = (uint16_t)pimg_brand_number(h + 18, 2);
	read_tables(f, h);
	return (f->kind);
}

int
pimg_brand_segment(const struct pimg_brand_file *f, unsigned i,
    struct pimg_brand_segment *s)
{
	uint8_t b[56];
	unsigned size = f->is64 ? 56 : 32;

	if (i >= f->phnum || f->phoff > INT64_MAX ||
	    pimg_brand_get(f, b, size, f->phoff + (uint64_t)i * size) != 0)
		return (-1);
	s->type = (uint32_t)pimg_brand_number(b, 4);
	if (f->is64) {
		s->flags = (uint32_t)pimg_brand_number(b + 4, 4);
		s->offset = pimg_brand_number(b + 8, 8);
		s->vaddr = pimg_brand_number(b + 16, 8);
		s->filesz = pimg_brand_number(b + 32, 8);
		s->memsz = pimg_brand_number(b + 40, 8);
		s->align = pimg_brand_number(b + 48, 8);
	} else {
		s->offset = pimg_brand_number(b + 4, 4);
		s->vaddr = pimg_brand_number(b + 8, 4);
		s->filesz = pimg_brand_number(b + 16, 4);
		s->memsz = pimg_brand_number(b + 20, 4);
		s->flags = (uint32_t)pimg_brand_number(b + 24, 4);
		s->align = pimg_brand_number(b + 28, 4);
	}
	return (s->offset > INT64_MAX || s->filesz > INT64_MAX ? -1 : 0);
}

int
pimg_brand_section(const struct pimg_brand_file *f, unsigned i,
    struct pimg_brand_section *s)
{
	uint8_t b[64];
	unsigned size = f->is64 ? 64 : 40, w = f->is64 ? 8 : 4;

	if (i >= f->shnum || f->shoff > INT64_MAX ||
	    pimg_brand_get(f, b, size, f->shoff + (uint64_t)i * size) != 0)
		return (-1);
	s->name = (uint32_t)pimg_brand_number(b, 4);
	s->addr = pimg_brand_number(b + 8 + w, w);
	s->offset = pimg_brand_number(b + 8 + 2 * w, w);
	s->size = pimg_brand_number(b + 8 + 3 * w, w);
	return (s->offset > INT64_MAX || s->size > INT64_MAX ? -1 : 0);
}

/* Goes to the next segment of notes; 0: there is none. */
static int
next_segment(const struct pimg_brand_file *f, struct pimg_brand_note *n)
{
	struct pimg_brand_segment s;

	while (n->segment < f->phnum) {
		if (pimg_brand_segment(f, n->segment++, &s) != 0 ||
		    s.type != PT_NOTE)
			continue;
		n->pos = s.offset;
		n->end = s.offset + s.filesz;
		n->align = s.align == 8 ? 8 : 4;
		return (1);
	}
	return (0);
}

static uint64_t
align(uint64_t v, uint64_t to)
{

	return ((v + to - 1) & ~(to - 1));
}

/* The note at n->pos; 0: the segment is used up, or makes no sense. */
static int
read_note(const struct pimg_brand_file *f, struct pimg_brand_note *n)
{
	uint64_t name, start = n->pos;
	uint8_t h[12];
	unsigned i;

	if (n->pos > n->end || n->end - n->pos < sizeof(h) ||
	    n->count++ >= NOTES_MAX ||
	    pimg_brand_get(f, h, sizeof(h), n->pos) != 0)
		return (0);
	name = pimg_brand_number(h, 4);
	n->size = (uint32_t)pimg_brand_number(h + 4, 4);
	n->type = (uint32_t)pimg_brand_number(h + 8, 4);
	n->desc = start + align(sizeof(h) + name, n->align);
	if (name > NOTE_SIZE_MAX || n->size > NOTE_SIZE_MAX ||
	    n->desc > n->end || n->size > n->end - n->desc)
		return (0);
	n->pos = n->desc + align(n->size, n->align);
	for (i = 0; i < sizeof(n->owner); i++)
		n->owner[i] = '\0';
	if (name > 0 && name <= sizeof(n->owner) &&
	    (pimg_brand_get(f, n->owner, (size_t)name,
	    start + sizeof(h)) != 0 || n->owner[name - 1] != '\0'))
		n->owner[0] = '\0';
	return (1);
}

int
pimg_brand_next(const struct pimg_brand_file *f, struct pimg_brand_note *n)
{

	if (f->kind != PIMG_FILE_ELF)
		return (0);
	while (n->segment == 0 || !read_note(f, n)) {
		if (!next_segment(f, n))
			return (0);
	}
	return (1);
}

int
pimg_brand_image(const struct pimg_brand_file *f, struct pimg_note *note)
{
	struct pimg_brand_note n = { .count = 0 };

	while (pimg_brand_next(f, &n)) {
		if (n.type != PIMG_NOTE_TYPE || n.size != sizeof(*note) ||
		    !pimg_brand_same(n.owner, PIMG_NOTE_OWNER))
			continue;
		return (pimg_brand_get(f, note, sizeof(*note), n.desc) == 0 &&
		    note->format == PIMG_NOTE_FORMAT &&
		    note->size == sizeof(*note) &&
		    note->personality[PIMG_NAME_MAX] == '\0' ? 0 : -1);
	}
	return (-1);
}
