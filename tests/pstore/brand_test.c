/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Whose program a file is, on ELF files made here: every mark in both
 * classes, each rule under each kind of personality, and damage.
 */
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pstore/unit.h"

#include "runtime/brand.h"

/* A file under construction; segments and sections lie at its front. */
static uint8_t image[8192];
static size_t used, cut;
static unsigned segments, sections, is64, reads;

#define	TABLES	2048		/* behind the headers */

static long
read_image(void *ctx, void *buf, size_t len, uint64_t off)
{
	(void)ctx;
	reads++;
	if (off >= cut)
		return (0);
	if (len > cut - off)
		len = cut - off;
	/* short reads are allowed; one byte less than asked for now and then */
	if (len > 16 && reads % 3 == 0)
		len /= 2;
	memcpy(buf, image + off, len);
	return ((long)len);
}

static void
put(size_t at, uint64_t v, unsigned bytes)
{
	while (bytes-- > 0) {
		image[at++] = (uint8_t)v;
		v >>= 8;
	}
}

static void
begin(unsigned class, uint8_t osabi)
{
	memset(image, 0, sizeof(image));
	segments = sections = reads = 0;
	is64 = class == ELFCLASS64;
	memcpy(image, ELFMAG, SELFMAG);
	image[EI_CLASS] = (uint8_t)class;
	image[EI_DATA] = ELFDATA2LSB;
	image[EI_OSABI] = osabi;
	put(16, ET_EXEC, 2);
	put(18, is64 ? EM_X86_64 : EM_386, 2);
	put(is64 ? 32 : 28, 64, is64 ? 8 : 4);		/* e_phoff */
	put(is64 ? 54 : 42, is64 ? 56 : 32, 2);
	put(is64 ? 58 : 46, is64 ? 64 : 40, 2);
	used = TABLES;
	cut = sizeof(image);
}

static void
segment(uint32_t type, uint32_t flags, uint64_t vaddr, size_t off, size_t size,
    uint64_t align)
{
	size_t at = 64 + segments++ * (is64 ? 56 : 32);
	unsigned w = is64 ? 8 : 4;

	put(at, type, 4);
	put(is64 ? at + 4 : at + 24, flags, 4);
	put(is64 ? at + 8 : at + 4, off, w);
	put(is64 ? at + 16 : at + 8, vaddr, w);
	put(is64 ? at + 32 : at + 16, size, w);
	put(is64 ? at + 40 : at + 20, size, w);
	put(is64 ? at + 48 : at + 28, align, w);
	put(is64 ? 56 : 44, segments, 2);
}

/* Section headers are at 1024; number 1 is the names'. */
static void
section(uint32_t name, size_t off, size_t size)
{
	size_t at = 1024 + (size_t)sections++ * (is64 ? 64 : 40);
	unsigned w = is64 ? 8 : 4;

	put(is64 ? 40 : 32, 1024, w);
	put(at, name, 4);
	put(at + 8 + 2 * w, off, w);
	put(at + 8 + 3 * w, size, w);
	put(is64 ? 60 : 48, sections, 2);
	put(is64 ? 62 : 50, 1, 2);
}

static size_t
data(const void *p, size_t len)
{
	size_t at = used;

	memcpy(image + at, p, len);
	used += len;
	return (at);
}

static void
note_data(const char *owner, uint32_t type, uint32_t word, unsigned size,
    unsigned align)
{
	size_t len = strlen(owner) + 1;

	put(used, len, 4);
	put(used + 4, size, 4);
	put(used + 8, type, 4);
	memcpy(image + used + 12, owner, len);
	used += (12 + len + align - 1) & ~(size_t)(align - 1);
	put(used, word, 4);
	used += (size + align - 1) & ~(align - 1);
}

static void
note(const char *owner, uint32_t type, uint32_t word, unsigned size)
{
	size_t at = used;

	note_data(owner, type, word, size, 4);
	segment(PT_NOTE, PF_R, 0, at, used - at, 4);
}

static void
interp(const char *name)
{
	size_t at = data(name, strlen(name) + 1);

	segment(PT_INTERP, PF_R, 0, at, used - at, 1);
}

static size_t
text(char *out, const char *goos, size_t filler)
{
	memset(out, 'x', filler);
	return (filler + (size_t)sprintf(out + filler, "path\thello\n"
	    "build\tGOOSE=not\nbuild\t-compiler=gc\n\nbuild\tGOOS=%s\n"
	    "build\tGOAMD64=v1\n0123456789abcdef", goos));
}

static size_t
varint(size_t at, size_t v)
{
	for (; v >= 0x80; v >>= 7)
		image[at++] = (uint8_t)(v | 0x80);
	image[at++] = (uint8_t)v;
	return (at);
}

/* Build information with strings behind it; where it begins. */
static size_t
go_inline(const char *goos, size_t filler)
{
	char buf[4096];
	size_t at, len;

	at = used = (used + 15) & ~(size_t)15;
	memcpy(image + at, "\xff Go buildinf:\x08\x02", 16);
	used = varint(at + 32, 8);
	data("go1.19.8", 8);
	len = text(buf, goos, filler);
	used = varint(used, len);
	data(buf, len);
	return (at);
}

/* The older format: addresses, here the file's offsets plus 0x10000. */
static size_t
go_pointers(const char *goos)
{
	unsigned w = is64 ? 8 : 4;
	size_t at, len, header, where;
	char buf[512];

	at = used = (used + 15) & ~(size_t)15;
	memcpy(image + at, "\xff Go buildinf:", 14);
	image[at + 14] = (uint8_t)w;
	used += 64;
	len = text(buf, goos, 0);
	where = data(buf, len);
	header = used;
	put(header, 0x10000 + where, w);
	put(header + w, len, w);
	used += 16;
	put(at + 16 + w, 0x10000 + header, w);
	segment(PT_LOAD, PF_R, 0x10000, 0, used, 4096);
	return (at);
}

static struct pimg_brand_file file;

static struct pimg_brand_facts
facts(void)
{
	struct pimg_brand_facts k;

	file.read = read_image;
	pimg_brand_facts(&file, &k);
	return (k);
}

static const struct pimg_note freebsd = {
	.model = PIMG_MODEL_BSD, .personality = "freebsd",
	.brands = {
		{ .kind = PIMG_BRAND_OSABI, .osabi = ELFOSABI_FREEBSD },
		{ .kind = PIMG_BRAND_NOTE, .note_type = 1, .owner = "FreeBSD" },
	},
};
static const struct pimg_note dragonfly = {
	.model = PIMG_MODEL_BSD, .personality = "dragonfly",
	.brands = {
		{ .kind = PIMG_BRAND_NOTE, .note_type = 1, .owner = "DragonFly" },
	},
};
static const struct pimg_note linux26 = {
	.model = PIMG_MODEL_LINUX, .personality = "linux26",
};
static const struct pimg_note own = {
	.model = PIMG_MODEL_BSD, .personality = "own",
	.brands = {
		{ .kind = PIMG_BRAND_OSABI, .osabi = 201 },
		{ .kind = PIMG_BRAND_NOTE, .note_type = 7, .owner = "Own" },
	},
};

/* "RULE where" for a child of that personality. */
static const char *
decide(const struct pimg_note *n, int native)
{
	static char out[64];
	struct pimg_brand_facts k;
	struct pimg_verdict v;

	k = facts();
	pimg_brand_decide(&file, &k, n, native, &v);
	snprintf(out, sizeof(out), "%s %s", pimg_rule_name(v.rule),
	    v.fate == PIMG_FATE_STAY ? "stay" : v.fate == PIMG_FATE_NATIVE ?
	    "native" : v.name);
	return (out);
}

#define	EACH_CLASS(c)	for (c = ELFCLASS32; c <= ELFCLASS64; c++)

ATF_TC_WITHOUT_HEAD(kinds);
ATF_TC_BODY(kinds, tc)
{
	struct pimg_brand_facts k;
	unsigned c;

	EACH_CLASS(c) {
		begin(c, 9);
		k = facts();
		ATF_CHECK_EQ(PIMG_FILE_ELF, k.kind);
		ATF_CHECK_EQ(9, k.osabi);
		ATF_CHECK_EQ(c == ELFCLASS64 ? EM_X86_64 : EM_386, k.machine);
		cut = c == ELFCLASS64 ? 63 : 51;
		ATF_CHECK_EQ(PIMG_FILE_OTHER, facts().kind);
		begin(c, 9);
		image[EI_DATA] = ELFDATA2MSB;
		ATF_CHECK_EQ(PIMG_FILE_OTHER, facts().kind);
	}
	begin(3, 0);
	ATF_CHECK_EQ(PIMG_FILE_OTHER, facts().kind);
	memcpy(image, "#!/bin/sh\n", 10);
	cut = 10;
	ATF_CHECK_EQ(PIMG_FILE_SCRIPT, facts().kind);
	cut = 1;
	ATF_CHECK_EQ(PIMG_FILE_OTHER, facts().kind);
	cut = 0;
	ATF_CHECK_EQ(PIMG_FILE_OTHER, facts().kind);
}

ATF_TC_WITHOUT_HEAD(marks);
ATF_TC_BODY(marks, tc)
{
	struct pimg_brand_facts k;
	unsigned c;

	EACH_CLASS(c) {
		begin(c, 0);
		note("Go", 4, 0, 20);
		note("NetBSD", 1, 700000000, 4);
		k = facts();
		ATF_CHECK_EQ(PIMG_SYSTEM_NETBSD, k.note);
		begin(c, 0);
		note("FreeBSD", 2, 0, 4);	/* another type */
		ATF_CHECK_EQ(PIMG_SYSTEM_NONE, facts().note);
		begin(c, 0);
		note("GNU", 1, 0, 16);
		ATF_CHECK_EQ(PIMG_SYSTEM_LINUX, facts().note);
		begin(c, 0);
		note("GNU", 1, 3, 16);		/* GNU on another kernel */
		ATF_CHECK_EQ(PIMG_SYSTEM_UNKNOWN, facts().note);
		/* Two in a segment that is aligned to 8. */
		begin(c, 0);
		note_data("GNU", 5, 0, 16, 8);
		note_data("DragonFly", 1, 0, 4, 8);
		segment(PT_NOTE, PF_R, 0, TABLES, used - TABLES, 8);
		ATF_CHECK_EQ(PIMG_SYSTEM_DRAGONFLY, facts().note);
		begin(c, 0);
		interp("/libexec/ld-elf.so.1");
		k = facts();
		ATF_CHECK_EQ(PIMG_SYSTEM_FREEBSD, k.linker);
		ATF_CHECK_STREQ("/libexec/ld-elf.so.1", k.interp);
		begin(c, 0);
		interp("/nix/store/0123456789abcdef0123456789abcdef-glibc/lib/"
		    "ld-linux-x86-64.so.2");
		k = facts();
		ATF_CHECK_EQ(sizeof(k.interp) - 1, strlen(k.interp));
	}
}

ATF_TC_WITHOUT_HEAD(goos);
ATF_TC_BODY(goos, tc)
{
	static const char names[] = "\0.shstrtab\0.text\0.go.buildinfo";
	size_t at, n;
	unsigned c;

	EACH_CLASS(c) {
		begin(c, 0);
		at = go_inline("dragonfly", 0);
		segment(PT_LOAD, PF_R | PF_X, 0, 0, 64, 4096);
		segment(PT_LOAD, PF_R | PF_W, 0x1000, TABLES, used - TABLES,
		    4096);
		ATF_CHECK_STREQ("dragonfly", facts().goos);
		/* Big endian is not for this machine. */
		image[at + 15] |= 1;
		ATF_CHECK_STREQ("", facts().goos);
		/* Split at every place by the reader's buffer. */
		for (n = 470; n < 520; n++) {
			begin(c, 0);
			go_inline("netbsd", n);
			segment(PT_LOAD, PF_R | PF_W, 0x1000, TABLES,
			    used - TABLES, 4096);
			ATF_CHECK_STREQ("netbsd", facts().goos);
		}
		begin(c, 0);
		at = go_pointers("freebsd");
		segment(PT_LOAD, PF_R | PF_W, 0x30000, at, used - at, 4096);
		ATF_CHECK_STREQ("freebsd", facts().goos);
		/* By section, in a segment that would not be searched. */
		begin(c, 0);
		at = data(names, sizeof(names));
		section(0, 0, 0);
		section(1, at, sizeof(names));
		section(11, TABLES, 10);
		section(17, go_inline("plan", 0), 32);
		ATF_CHECK_STREQ("plan", facts().goos);
		/* A value that is none. */
		begin(c, 0);
		go_inline("Dragon", 0);
		segment(PT_LOAD, PF_R | PF_W, 0, TABLES, used - TABLES, 4096);
		ATF_CHECK_STREQ("", facts().goos);
		begin(c, 0);
		go_inline("abcdefghijklmnop", 0);
		segment(PT_LOAD, PF_R | PF_W, 0, TABLES, used - TABLES, 4096);
		ATF_CHECK_STREQ("", facts().goos);
		/* It is not asked for where there is a brand. */
		begin(c, ELFOSABI_NETBSD);
		go_inline("netbsd", 0);
		segment(PT_LOAD, PF_R | PF_W, 0, TABLES, used - TABLES, 4096);
		ATF_CHECK_STREQ("", facts().goos);
	}
}

static void
go_program(uint8_t osabi, const char *name)
{
	begin(ELFCLASS64, osabi);
	go_inline(name, 0);
	segment(PT_LOAD, PF_R | PF_W, 0, TABLES, used - TABLES, 4096);
}

ATF_TC_WITHOUT_HEAD(rules_dragonfly);
ATF_TC_BODY(rules_dragonfly, tc)
{
	begin(ELFCLASS64, 0);
	ATF_CHECK_STREQ("none stay", decide(&dragonfly, 0));
	ATF_CHECK_STREQ("native native", decide(&dragonfly, 1));
	note("DragonFly", 1, 600400, 4);
	ATF_CHECK_STREQ("brand stay", decide(&dragonfly, 0));
	begin(ELFCLASS64, 3);
	ATF_CHECK_STREQ("osabi native", decide(&dragonfly, 0));
	begin(ELFCLASS64, 0);
	interp("/lib/ld-musl-x86_64.so.1");
	ATF_CHECK_STREQ("interpreter native", decide(&dragonfly, 0));
	begin(ELFCLASS64, 0);
	note("GNU", 1, 0, 16);
	ATF_CHECK_STREQ("note native", decide(&dragonfly, 0));
	go_program(0, "linux");
	ATF_CHECK_STREQ("goos native", decide(&dragonfly, 0));
	go_program(0, "android");
	ATF_CHECK_STREQ("goos native", decide(&dragonfly, 0));
	go_program(0, "dragonfly");
	ATF_CHECK_STREQ("goos stay", decide(&dragonfly, 0));
	go_program(0, "illumos");
	ATF_CHECK_STREQ("goos illumos", decide(&dragonfly, 0));
	begin(ELFCLASS64, 9);
	ATF_CHECK_STREQ("osabi freebsd", decide(&dragonfly, 0));
	begin(ELFCLASS64, 0);
	interp("/usr/libexec/ld-elf.so.2");
	ATF_CHECK_STREQ("interpreter stay", decide(&dragonfly, 0));
	begin(ELFCLASS64, 0);
	interp("/usr/libexec/ld.so");
	ATF_CHECK_STREQ("interpreter openbsd", decide(&dragonfly, 0));
}

ATF_TC_WITHOUT_HEAD(rules_freebsd);
ATF_TC_BODY(rules_freebsd, tc)
{
	begin(ELFCLASS64, 9);
	ATF_CHECK_STREQ("brand stay", decide(&freebsd, 0));
	begin(ELFCLASS64, 0);
	note("FreeBSD", 1, 1402000, 4);
	ATF_CHECK_STREQ("brand stay", decide(&freebsd, 0));
	/* Every FreeBSD program has a mark; one without is the host's. */
	begin(ELFCLASS64, 0);
	ATF_CHECK_STREQ("none native", decide(&freebsd, 0));
	begin(ELFCLASS64, 0);
	interp("/libexec/ld-elf.so.1");
	ATF_CHECK_STREQ("interpreter stay", decide(&freebsd, 0));
	begin(ELFCLASS64, 2);
	ATF_CHECK_STREQ("osabi netbsd", decide(&freebsd, 0));
	go_program(0, "dragonfly");
	ATF_CHECK_STREQ("goos dragonfly", decide(&freebsd, 0));
	/* A note is more precise than the header. */
	begin(ELFCLASS64, 3);
	note("NetBSD", 1, 1000000000, 4);
	ATF_CHECK_STREQ("note netbsd", decide(&freebsd, 0));
	/* A mark of nobody known here is for the host to judge. */
	begin(ELFCLASS64, 6);
	ATF_CHECK_STREQ("osabi native", decide(&freebsd, 0));
	interp("/lib64/ld-linux-x86-64.so.2");
	ATF_CHECK_STREQ("interpreter native", decide(&freebsd, 0));
}

ATF_TC_WITHOUT_HEAD(rules_others);
ATF_TC_BODY(rules_others, tc)
{
	begin(ELFCLASS64, 0);
	ATF_CHECK_STREQ("none stay", decide(&linux26, 0));
	begin(ELFCLASS64, 3);
	ATF_CHECK_STREQ("osabi stay", decide(&linux26, 0));
	begin(ELFCLASS64, 201);
	ATF_CHECK_STREQ("osabi stay", decide(&linux26, 0));
	ATF_CHECK_STREQ("brand stay", decide(&own, 0));
	go_program(0, "linux");
	ATF_CHECK_STREQ("goos stay", decide(&linux26, 0));
	go_program(0, "freebsd");
	ATF_CHECK_STREQ("goos freebsd", decide(&linux26, 0));
	begin(ELFCLASS64, 0);
	interp("/libexec/ld.elf_so");
	ATF_CHECK_STREQ("interpreter netbsd", decide(&linux26, 0));
	begin(ELFCLASS64, 0);
	note("Own", 7, 1, 4);
	ATF_CHECK_STREQ("brand stay", decide(&own, 0));
	begin(ELFCLASS64, 0);
	ATF_CHECK_STREQ("none native", decide(&own, 0));
}

/* Whatever a number says: no read outside, and an end. */
ATF_TC_WITHOUT_HEAD(damage);
ATF_TC_BODY(damage, tc)
{
	static const uint8_t bytes[] = { 0x00, 0x7f, 0x80, 0xff };
	uint8_t keep[sizeof(image)];
	unsigned b, c, n;

	EACH_CLASS(c) {
		begin(c, 0);
		note_data("GNU", 5, 0, 16, 4);
		note_data("GNU", 3, 0, 20, 4);
		segment(PT_NOTE, PF_R, 0, TABLES, used - TABLES, 4);
		go_pointers("freebsd");
		segment(PT_LOAD, PF_R | PF_W, 0x30000, TABLES, used - TABLES,
		    4096);
		memcpy(keep, image, sizeof(image));
		for (n = 0; n < used; n++) {
			for (b = 0; b < sizeof(bytes); b++) {
				image[n] = bytes[b];
				reads = 0;
				facts();
				decide(&own, 0);
				ATF_REQUIRE_MSG(reads < 4000, "byte %u", n);
			}
			image[n] = keep[n];
		}
		for (cut = 0; cut < used; cut++)
			facts();
	}
}

ATF_TC_WITHOUT_HEAD(globs);
ATF_TC_BODY(globs, tc)
{
	char stars[128], name[512];

	ATF_CHECK(pimg_brand_glob("/usr/bin/*", "/usr/bin/git"));
	ATF_CHECK(pimg_brand_glob("/usr/*", "/usr/bin/git"));
	ATF_CHECK(!pimg_brand_glob("/usr/bin/*", "/bin/git"));
	ATF_CHECK(pimg_brand_glob("git", "/usr/bin/git"));
	ATF_CHECK(pimg_brand_glob("g?t*", "./git-add"));
	ATF_CHECK(!pimg_brand_glob("git", "/usr/bin/git-add"));
	ATF_CHECK(pimg_brand_glob("*", ""));
	ATF_CHECK(!pimg_brand_glob("?", ""));
	/* Not exponential. */
	memset(stars, 0, sizeof(stars));
	while (strlen(stars) < 100)
		strcat(stars, "*a");
	memset(name, 'a', sizeof(name) - 2);
	name[sizeof(name) - 2] = 'b';
	name[sizeof(name) - 1] = '\0';
	ATF_CHECK(!pimg_brand_glob(stars, name));
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, kinds);
	ATF_TP_ADD_TC(tp, marks);
	ATF_TP_ADD_TC(tp, goos);
	ATF_TP_ADD_TC(tp, rules_dragonfly);
	ATF_TP_ADD_TC(tp, rules_freebsd);
	ATF_TP_ADD_TC(tp, rules_others);
	ATF_TP_ADD_TC(tp, damage);
	ATF_TP_ADD_TC(tp, globs);
	return (atf_no_error());
}
