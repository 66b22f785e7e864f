/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The operating system in a Go program's build information (since Go 1.18;
 * the layout is that of the package debug/buildinfo).  It is found by its
 * section, or without sections by its first bytes, which are at a multiple of
 * 16 in the first writable segment:
 *
 *	0	magic "\xff Go buildinf:"
 *	14	size of a pointer
 *	15	flags: 1 big endian, 2 strings follow inline
 *	32	inline: length (varint), version, length (varint), module text
 *	16	else: addresses of two string headers (address, length), of the
 *		version and of the module text
 *
 * The module text has lines "build\tKEY=VALUE\n", at its end.
 */
#include "brand.h"

#define	PT_LOAD		1
#define	PF_W		2
#define	HEADER		32
#define	SCAN_MAX	(1 << 20)	/* looked through for the magic */
#define	TEXT_MAX	(64 << 10)	/* of the module text's end */
#define	VERSION_MAX	1024

static const char section_name[] = ".go.buildinfo";
static const char magic[] = "\xff Go buildinf:";
static const char wanted[] = "\nbuild\tGOOS=";

static int
has_magic(const uint8_t *p)
{
	unsigned i;

	for (i = 0; i < sizeof(magic) - 1; i++)
		if (p[i] != (uint8_t)magic[i])
			return (0);
	return (1);
}

/* Offset of the section, or 0. */
static uint64_t
by_section(const struct pimg_brand_file *f)
{
	struct pimg_brand_section names, s;
	char name[sizeof(section_name)];
	unsigned i;

	if (pimg_brand_section(f, f->shstrndx, &names) != 0)
		return (0);
	for (i = 1; i < f->shnum; i++) {
		if (pimg_brand_section(f, i, &s) != 0)
			return (0);
		if (s.name < names.size &&
		    names.size - s.name >= sizeof(name) &&
		    pimg_brand_get(f, name, sizeof(name),
		    names.offset + s.name) == 0 &&
		    name[sizeof(name) - 1] == '\0' &&
		    pimg_brand_same(name, section_name))
			return (s.offset);
	}
	return (0);
}

static uint64_t
scan(const struct pimg_brand_file *f, const struct pimg_brand_segment *s)
{
	uint8_t buf[2048];
	uint64_t done, size = s->filesz < SCAN_MAX ? s->filesz : SCAN_MAX;
	unsigned i, n;

	for (done = 0; done < size; done += n) {
		n = size - done < sizeof(buf) ? (unsigned)(size - done) :
		    (unsigned)sizeof(buf);
		if (pimg_brand_get(f, buf, n, s->offset + done) != 0)
			return (0);
		for (i = 0; i + 16 <= n; i += 16)
			if (has_magic(buf + i))
				return (s->offset + done + i);
	}
	return (0);
}

static uint64_t
by_magic(const struct pimg_brand_file *f)
{
	struct pimg_brand_segment s;
	unsigned i;

	for (i = 0; i < f->phnum; i++)
		if (pimg_brand_segment(f, i, &s) == 0 && s.type == PT_LOAD &&
		    (s.flags & PF_W) != 0)
			return (scan(f, &s));
	return (0);
}

/* Where the byte of that address is in the file, or 0. */
static uint64_t
offset_of(const struct pimg_brand_file *f, uint64_t addr)
{
	struct pimg_brand_segment s;
	unsigned i;

	for (i = 0; i < f->phnum; i++)
		if (pimg_brand_segment(f, i, &s) == 0 && s.type == PT_LOAD &&
		    addr >= s.vaddr && addr - s.vaddr < s.filesz)
			return (s.offset + (addr - s.vaddr));
	return (0);
}

/* A length of seven bits a byte; *off moves behind it. */
static int
read_varint(const struct pimg_brand_file *f, uint64_t *off, uint64_t *v)
{
	unsigned shift;
	uint8_t b;

	*v = 0;
	for (shift = 0; shift < 35; shift += 7) {
		if (pimg_brand_get(f, &b, 1, (*off)++) != 0)
			return (-1);
		*v |= (uint64_t)(b & 0x7f) << shift;
		if ((b & 0x80) == 0)
			return (0);
	}
	return (-1);
}

static int
inline_text(const struct pimg_brand_file *f, uint64_t info, uint64_t *off,
    uint64_t *len)
{

	*off = info + HEADER;
	if (read_varint(f, off, len) != 0 || *len > VERSION_MAX)
		return (-1);
	*off += *len;
	return (read_varint(f, off, len));
}

static int
pointed_text(const struct pimg_brand_file *f, uint64_t info, unsigned size,
    uint64_t *off, uint64_t *len)
{
	uint8_t b[16];
	uint64_t at;

	if ((size != 4 && size != 8) ||
	    pimg_brand_get(f, b, size, info + 16 + size) != 0 ||
	    (at = offset_of(f, pimg_brand_number(b, size))) == 0 ||
	    pimg_brand_get(f, b, 2 * (size_t)size, at) != 0)
		return (-1);
	*len = pimg_brand_number(b + size, size);
	*off = offset_of(f, pimg_brand_number(b, size));
	return (*off != 0 ? 0 : -1);
}

/* The value of the wanted line in [off, off + len). */
static void
find_line(const struct pimg_brand_file *f, uint64_t off, uint64_t len,
    char goos[PIMG_GOOS_MAX])
{
	unsigned matched = 0, n = 0, i, take;
	char buf[512];

	for (; len > 0; off += take, len -= take) {
		take = len < sizeof(buf) ? (unsigned)len : sizeof(buf);
		if (pimg_brand_get(f, buf, take, off) != 0)
			break;
		for (i = 0; i < take; i++) {
			if (matched < sizeof(wanted) - 1) {
				if (buf[i] != wanted[matched])
					matched = 0;
				if (buf[i] == wanted[matched])
					matched++;
			} else if (buf[i] >= 'a' && buf[i] <= 'z' &&
			    n < PIMG_GOOS_MAX - 1)
				goos[n++] = buf[i];
			else if (buf[i] == '\n') {
				goos[n] = '\0';
				return;
			} else
				matched = n = 0;
		}
	}
	goos[0] = '\0';
}

void
pimg_brand_goos(const struct pimg_brand_file *f, char goos[PIMG_GOOS_MAX])
{
	uint64_t info, off, len;
	uint8_t h[HEADER];

	goos[0] = '\0';
	if (f->kind != PIMG_FILE_ELF)
		return;
	info = f->shnum > 0 ? by_section(f) : by_magic(f);
	if (info == 0 || pimg_brand_get(f, h, sizeof(h), info) != 0 ||
	    !has_magic(h) || (h[15] & 1) != 0)
		return;
	if (((h[15] & 2) != 0 ? inline_text(f, info, &off, &len) :
	    pointed_text(f, info, h[14], &off, &len)) != 0 ||
	    len > INT64_MAX || off > INT64_MAX)
		return;
	if (len > TEXT_MAX) {
		off += len - TEXT_MAX;
		len = TEXT_MAX;
	}
	find_line(f, off, len, goos);
}
