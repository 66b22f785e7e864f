/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * The manifest: one text for one meaning.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tests/pstore/unit.h"

#include "pstore/manifest.h"

static struct pstore_error e;

#define	H0	"sha256:000000000000000000000000000000000000000000000000" \
		"0000000000000000"
#define	HEAD	"pimg-manifest 1\npersonality linux26\nversion 3\nabi 1\n" \
		"source " H0 "\n"
static const char sample[] = HEAD "files 2\nfile sources.tar 10 " H0 "\n"
    "file x86_64 4096 " H0 "\n";

static int
parse(const char *text)
{
	struct pstore_manifest m;

	return (pstore_manifest_parse(&m, text, strlen(text), "t", &e));
}

ATF_TC_WITHOUT_HEAD(parse__sample);
ATF_TC_BODY(parse__sample, tc)
{
	char again[PSTORE_MANIFEST_MAX];
	struct pstore_manifest m;
	size_t len;

	ATF_REQUIRE_EQ_MSG(0, pstore_manifest_parse(&m, sample, strlen(sample),
	    "t", &e), "%s", e.message);
	ATF_CHECK_STREQ("linux26", m.personality);
	ATF_CHECK_EQ(3, m.version);
	ATF_CHECK_EQ(1, m.abi);
	ATF_CHECK_EQ(2, m.nfiles);
	ATF_CHECK_EQ(4096, pstore_manifest_file(&m, "x86_64")->size);
	ATF_CHECK_EQ(NULL, pstore_manifest_file(&m, "i386"));
	ATF_REQUIRE_EQ(0, pstore_manifest_format(&m, again, sizeof(again), &len,
	    &e));
	ATF_CHECK_STREQ(sample, again);
}

/* Whatever one byte becomes: refused, or another manifest that is canonical
 * again (a digit for a digit). */
ATF_TC_WITHOUT_HEAD(parse__every_edit);
ATF_TC_BODY(parse__every_edit, tc)
{
	char again[PSTORE_MANIFEST_MAX], text[sizeof(sample)];
	struct pstore_manifest m;
	size_t i, len, n;
	int c;

	n = strlen(sample);
	for (i = 0; i < n; i++) {
		for (c = 0; c < 256; c++) {
			memcpy(text, sample, sizeof(sample));
			text[i] = (char)c;
			if (pstore_manifest_parse(&m, text, n, "t", &e) != 0)
				continue;
			ATF_REQUIRE_EQ(0, pstore_manifest_format(&m, again,
			    sizeof(again), &len, &e));
			ATF_REQUIRE_EQ(n, len);
			ATF_REQUIRE_EQ(0, memcmp(text, again, n));
		}
	}
}

ATF_TC_WITHOUT_HEAD(parse__truncated_and_longer);
ATF_TC_BODY(parse__truncated_and_longer, tc)
{
	struct pstore_manifest m;
	char text[sizeof(sample) + 1];
	size_t i;
	int c;

	for (i = 0; i < strlen(sample); i++)
		ATF_CHECK_MSG(pstore_manifest_parse(&m, sample, i, "t", &e) != 0,
		    "%zu bytes", i);
	for (c = 0; c < 256; c++) {
		memcpy(text, sample, sizeof(sample));
		text[sizeof(sample) - 1] = (char)c;
		ATF_CHECK(pstore_manifest_parse(&m, text, sizeof(sample), "t",
		    &e) != 0);
	}
}

ATF_TC_WITHOUT_HEAD(parse__refused);
ATF_TC_BODY(parse__refused, tc)
{
	static const char *const bad[] = {
		"",
		"pimg-manifest 1\n",
		HEAD "files 0\n",
		HEAD "files 1\n",
		HEAD "files 01\nfile a 1 " H0 "\n",
		HEAD "files 2\nfile b 1 " H0 "\nfile a 1 " H0 "\n",
		HEAD "files 2\nfile a 1 " H0 "\nfile a 1 " H0 "\n",
		HEAD "files 1\nfile ../a 1 " H0 "\n",
		HEAD "files 1\nfile .a 1 " H0 "\n",
		HEAD "files 1\nfile manifest 1 " H0 "\n",
		HEAD "files 1\nfile digest 1 " H0 "\n",
		HEAD "files 1\nfile signatures 1 " H0 "\n",
		HEAD "files 1\nfile a -1 " H0 "\n",
		HEAD "files 1\nfile a 99999999999999999999 " H0 "\n",
		HEAD "files 1\nfile a 1  " H0 "\n",
		HEAD "files 1\nfile a 1 " H0 " \n",
		HEAD "files 1\nfile a 1 " H0 "\r\n",
		HEAD "files 1\nfile a 1 " H0 "\nextra 1\n",
		HEAD "files 33\n",
		HEAD "files 1\nfile "
		    "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
		    "aaaaaa 1 " H0 "\n",
	};
	size_t i;

	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		ATF_CHECK_MSG(parse(bad[i]) != 0, "%s", bad[i]);
		ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
	}
	ATF_CHECK_EQ(0, parse(HEAD "files 1\nfile a 1 " H0 "\n"));
}

ATF_TC_WITHOUT_HEAD(parse__newer_format_is_named);
ATF_TC_BODY(parse__newer_format_is_named, tc)
{
	ATF_CHECK_EQ(-1, parse("pimg-manifest 2\nwhatever\n"));
	ATF_CHECK_EQ(PSTORE_UNSUPPORTED, e.code);
	ATF_CHECK_EQ(-1, parse("pimg-manifest 10\nwhatever\n"));
	ATF_CHECK_EQ(PSTORE_UNSUPPORTED, e.code);
}

ATF_TC_WITHOUT_HEAD(format__sorts_and_checks);
ATF_TC_BODY(format__sorts_and_checks, tc)
{
	char text[PSTORE_MANIFEST_MAX];
	struct pstore_manifest m;
	size_t len;

	memset(&m, 0, sizeof(m));
	strcpy(m.personality, "freebsd");
	m.version = m.abi = 1;
	m.nfiles = 2;
	strcpy(m.files[0].name, "x86_64");
	strcpy(m.files[1].name, "i386");
	ATF_REQUIRE_EQ(0, pstore_manifest_format(&m, text, sizeof(text), &len,
	    &e));
	ATF_CHECK_STREQ("i386", m.files[0].name);
	ATF_CHECK_EQ(0, parse(text));
	strcpy(m.files[1].name, "i386");
	ATF_CHECK_EQ(-1, pstore_manifest_format(&m, text, sizeof(text), &len,
	    &e));
	m.nfiles = 1;
	strcpy(m.personality, "Free");
	ATF_CHECK_EQ(-1, pstore_manifest_format(&m, text, sizeof(text), &len,
	    &e));
	strcpy(m.personality, "freebsd");
	m.version = 0;
	ATF_CHECK_EQ(-1, pstore_manifest_format(&m, text, sizeof(text), &len,
	    &e));
	m.version = PSTORE_VERSION_MAX + 1;
	ATF_CHECK_EQ(-1, pstore_manifest_format(&m, text, sizeof(text), &len,
	    &e));
}

/* The largest manifest that may be made can be read. */
ATF_TC_WITHOUT_HEAD(format__largest);
ATF_TC_BODY(format__largest, tc)
{
	char text[PSTORE_MANIFEST_MAX + 1];
	struct pstore_manifest m;
	size_t i, len;

	memset(&m, 0, sizeof(m));
	memset(m.personality, 'a', PIMG_NAME_MAX);
	m.version = m.abi = PSTORE_VERSION_MAX;
	m.nfiles = PSTORE_FILES_MAX;
	for (i = 0; i < m.nfiles; i++) {
		memset(m.files[i].name, 'x', PSTORE_FILENAME_MAX);
		m.files[i].name[0] = (char)('A' + i % 26);
		m.files[i].name[1] = (char)('a' + i / 26);
		m.files[i].size = PSTORE_FILE_SIZE_MAX;
	}
	ATF_REQUIRE_EQ_MSG(0, pstore_manifest_format(&m, text, sizeof(text),
	    &len, &e), "%s", e.message);
	ATF_CHECK_EQ_MSG(0, pstore_manifest_parse(&m, text, len, "t", &e), "%s",
	    e.message);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, parse__sample);
	ATF_TP_ADD_TC(tp, parse__every_edit);
	ATF_TP_ADD_TC(tp, parse__truncated_and_longer);
	ATF_TP_ADD_TC(tp, parse__refused);
	ATF_TP_ADD_TC(tp, parse__newer_format_is_named);
	ATF_TP_ADD_TC(tp, format__sorts_and_checks);
	ATF_TP_ADD_TC(tp, format__largest);
	return (atf_no_error());
}
