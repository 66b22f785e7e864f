/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Which paths are accepted for a store.
 */
#include <sys/stat.h>

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/pstore/unit.h"

#include "pstore/io.h"
#include "pstore/place.h"

static struct pstore_error e;

/* 0 or the code of the refusal. */
static int
try(const char *path)
{
	int fd;

	fd = pstore_path_open(path, 0, &e);
	if (fd < 0)
		return ((int)e.code);
	close(fd);
	return (0);
}

static void
make(const char *path, mode_t mode)
{
	ATF_REQUIRE_EQ(0, mkdir(path, 0700));
	ATF_REQUIRE_EQ(0, chmod(path, mode));
}

ATF_TC_WITHOUT_HEAD(path__modes);
ATF_TC_BODY(path__modes, tc)
{
	make("d", 0755);
	make("d/s", 0755);
	ATF_CHECK_EQ(0, try("d/s"));
	ATF_CHECK_EQ(0, try("./d//s/"));
	ATF_CHECK_EQ(0, try("d/../d/s"));
	ATF_CHECK_EQ(PSTORE_NOTFOUND, try("d/none"));
	ATF_CHECK_EQ(PSTORE_NOTFOUND, try("none/s"));
	ATF_REQUIRE_EQ(0, chmod("d/s", 0757));
	ATF_CHECK_EQ(PSTORE_DENIED, try("d/s"));
	ATF_CHECK(strstr(e.message, "others may write it") != NULL);
	ATF_REQUIRE_EQ(0, chmod("d/s", 01777));
	ATF_CHECK_EQ_MSG(PSTORE_DENIED, try("d/s"), "sticky does not help the "
	    "store itself");
	ATF_REQUIRE_EQ(0, chmod("d/s", 0755));
	ATF_REQUIRE_EQ(0, chmod("d", 0757));
	ATF_CHECK_EQ(PSTORE_DENIED, try("d/s"));
	ATF_CHECK(strstr(e.message, "a folder above it") != NULL);
	ATF_REQUIRE_EQ(0, chmod("d", 01777));
	ATF_CHECK_EQ(0, try("d/s"));
}

ATF_TC_WITHOUT_HEAD(path__groups);
ATF_TC_BODY(path__groups, tc)
{
	make("s", 0775);
	/* A group that has its owner's number is his private one. */
	if (geteuid() == getegid())
		ATF_CHECK_EQ(0, try("s"));
	if (geteuid() != 0)
		atf_tc_skip("the rest needs root, to change the group");
	ATF_REQUIRE_EQ(0, chown("s", 0, 12345));
	ATF_REQUIRE_EQ(0, chmod("s", 0775));
	ATF_CHECK_EQ(PSTORE_DENIED, try("s"));
}

ATF_TC_WITHOUT_HEAD(path__links);
ATF_TC_BODY(path__links, tc)
{
	char cwd[PATH_MAX], target[PATH_MAX + 4];

	ATF_REQUIRE(getcwd(cwd, sizeof(cwd)) != NULL);
	make("d", 0755);
	make("d/s", 0755);
	make("open", 0777);
	make("open/s", 0755);
	ATF_REQUIRE_EQ(0, symlink("d/s", "relative"));
	snprintf(target, sizeof(target), "%s/d", cwd);
	ATF_REQUIRE_EQ(0, symlink(target, "absolute"));
	ATF_REQUIRE_EQ(0, symlink("open/s", "unsafe"));
	ATF_REQUIRE_EQ(0, symlink("loop", "loop"));
	ATF_REQUIRE_EQ(0, symlink("nowhere", "dangling"));
	ATF_CHECK_EQ(0, try("relative"));
	ATF_CHECK_EQ(0, try("absolute/s"));
	ATF_CHECK_EQ(0, try("absolute/../relative"));
	ATF_CHECK_EQ_MSG(PSTORE_DENIED, try("unsafe"), "a link may not lead "
	    "through a folder that others may write");
	ATF_CHECK_EQ(PSTORE_FAILED, try("loop"));
	ATF_CHECK_EQ(PSTORE_NOTFOUND, try("dangling"));
}

ATF_TC(path__owners);
ATF_TC_HEAD(path__owners, tc)
{
	atf_tc_set_md_var(tc, "require.user", "root");
}
ATF_TC_BODY(path__owners, tc)
{
	pid_t pid;

	make("s", 0755);
	ATF_REQUIRE_EQ(0, chown("s", 4242, 4242));
	ATF_CHECK_EQ_MSG(PSTORE_DENIED, try("s"), "root uses no other user's");
	make("t", 0755);
	make("t/s", 0755);
	ATF_REQUIRE_EQ(0, chown("t", 4242, 4242));
	ATF_CHECK_EQ(PSTORE_DENIED, try("t/s"));
	/* The owner himself, and root's by anybody. */
	make("r", 0755);
	pid = atf_utils_fork();
	if (pid == 0) {
		ATF_REQUIRE_EQ(0, setresuid(4242, 4242, 4242));
		exit(try("s") == 0 && try("t/s") == 0 && try("r") == 0 ? 0 : 1);
	}
	atf_utils_wait(pid, 0, "", "");
	/* A link that another user put into a sticky folder. */
	make("sticky", 01777);
	make("sticky/s", 0755);
	ATF_REQUIRE_EQ(0, symlink("s", "sticky/l"));
	ATF_CHECK_EQ(0, try("sticky/l"));
	ATF_REQUIRE_EQ(0, lchown("sticky/l", 4242, 4242));
	ATF_CHECK_EQ(PSTORE_DENIED, try("sticky/l"));
}

ATF_TC_WITHOUT_HEAD(places__order);
ATF_TC_BODY(places__order, tc)
{
	struct pstore_places ps;

	make("o", 0755);
	setenv("PIMG_STORE", "/nonexistent/env", 1);
	setenv("HOME", "/nonexistent/home", 1);
	unsetenv("XDG_DATA_HOME");
	ATF_REQUIRE_EQ(0, pstore_places_open(&ps, "o", &e));
	ATF_REQUIRE_EQ(5, ps.n);
	ATF_CHECK_EQ(PSTORE_BY_OPTION, ps.v[0].origin);
	ATF_CHECK(ps.v[0].path[0] == '/');
	ATF_CHECK_STREQ("/nonexistent/env", ps.v[1].path);
	ATF_CHECK_STREQ("/nonexistent/home/.local/share/pimg", ps.v[2].path);
	ATF_CHECK_STREQ(PSTORE_SYSTEM, ps.v[3].path);
	ATF_CHECK_EQ(PSTORE_BY_INSTALL, ps.v[4].origin);
	pstore_places_close(&ps);
	unsetenv("HOME");
	unsetenv("PIMG_STORE");
	ATF_REQUIRE_EQ(0, pstore_places_open(&ps, NULL, &e));
	ATF_CHECK_EQ(2, ps.n);
	pstore_places_close(&ps);
	setenv("XDG_DATA_HOME", "/nonexistent/xdg", 1);
	ATF_REQUIRE_EQ(0, pstore_places_open(&ps, NULL, &e));
	ATF_CHECK_STREQ("/nonexistent/xdg/pimg", ps.v[0].path);
	pstore_places_close(&ps);
	/* A refused one is an error only for who gets as far. */
	ATF_REQUIRE_EQ(0, chmod("o", 0777));
	ATF_REQUIRE_EQ(0, pstore_places_open(&ps, "o", &e));
	ATF_CHECK_EQ(-1, pstore_place_ok(&ps.v[0], &e));
	ATF_CHECK_EQ(PSTORE_DENIED, e.code);
	pstore_places_close(&ps);
}

ATF_TC_WITHOUT_HEAD(ref__parse);
ATF_TC_BODY(ref__parse, tc)
{
	static const char *const bad[] = {
		"", "@1", "A@1", "linux26@", "linux26@0", "linux26@01",
		"linux26@1x", "linux26@-1", "linux26@9999999999", "a/b", "../a",
		"linux26@sha256:12", "linux26@sha1:00", "linux26@1@2",
		"abcdefghijabcdefghijabcdefghijabcd",
	};
	struct pstore_ref r;
	size_t i;

	ATF_REQUIRE_EQ(0, pstore_ref_parse(&r, "linux26", &e));
	ATF_CHECK_EQ(PSTORE_REF_CURRENT, r.kind);
	ATF_REQUIRE_EQ(0, pstore_ref_parse(&r, "linux26@17", &e));
	ATF_CHECK_EQ(PSTORE_REF_NUMBER, r.kind);
	ATF_CHECK_EQ(17, r.number);
	ATF_REQUIRE_EQ(0, pstore_ref_parse(&r, "a@sha256:00112233445566778899"
	    "aabbccddeeff00112233445566778899aabbccddeeff", &e));
	ATF_CHECK_EQ(PSTORE_REF_DIGEST, r.kind);
	ATF_CHECK_EQ(0x11, r.digest[1]);
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		ATF_CHECK_EQ_MSG(-1, pstore_ref_parse(&r, bad[i], &e), "%s",
		    bad[i]);
}

ATF_TP_ADD_TCS(tp)
{
	umask(022);
	ATF_TP_ADD_TC(tp, path__modes);
	ATF_TP_ADD_TC(tp, path__groups);
	ATF_TP_ADD_TC(tp, path__links);
	ATF_TP_ADD_TC(tp, path__owners);
	ATF_TP_ADD_TC(tp, places__order);
	ATF_TP_ADD_TC(tp, ref__parse);
	return (atf_no_error());
}
