/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Keys: made, read, refused.
 */
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/pstore/unit.h"
#include <sodium.h>

#include "pstore/key.h"

static struct pstore_error e;

static void
write_text(const char *file, const char *text)
{
	atf_utils_create_file(file, "%s", text);
}

static void
make(const char *key, const struct pstore_passphrase *ask)
{
	struct pstore_key_paths p;
	struct pstore_pubkey pk;

	ATF_REQUIRE_EQ(0, pstore_key_paths(&p, key, &e));
	ATF_REQUIRE_EQ_MSG(0, pstore_keygen(&p, ask, &pk, &e), "%s", e.message);
}

ATF_TC_WITHOUT_HEAD(keygen__writes_a_pair);
ATF_TC_BODY(keygen__writes_a_pair, tc)
{
	struct pstore_pubkey from_file, from_secret;
	struct pstore_seckey sk;
	struct stat st;

	umask(0);
	make("a.key", NULL);
	ATF_REQUIRE_EQ(0, stat("a.key", &st));
	ATF_CHECK_EQ(0600, st.st_mode & 07777);
	ATF_REQUIRE_EQ(0, stat("a.pub", &st));
	ATF_CHECK_EQ(0644, st.st_mode & 07777);
	ATF_REQUIRE_EQ(0, pstore_seckey_load(&sk, "a.key", NULL, &e));
	ATF_REQUIRE_EQ(0, pstore_pubkey_load(&from_file, "a.pub", &e));
	pstore_pubkey_of(&from_secret, &sk);
	ATF_CHECK_EQ(0, memcmp(&from_file, &from_secret, sizeof(from_file)));
	pstore_seckey_wipe(&sk);
	ATF_CHECK(sodium_is_zero((const unsigned char *)&sk, sizeof(sk)));
}

ATF_TC_WITHOUT_HEAD(keygen__refuses_to_overwrite);
ATF_TC_BODY(keygen__refuses_to_overwrite, tc)
{
	struct pstore_key_paths p;
	struct pstore_pubkey pk;

	make("a.key", NULL);
	ATF_REQUIRE_EQ(0, pstore_key_paths(&p, "a.key", &e));
	ATF_CHECK_EQ(-1, pstore_keygen(&p, NULL, &pk, &e));
	ATF_CHECK_EQ(PSTORE_CONFLICT, e.code);
	/* Only the public one is there: no half of a pair is written. */
	ATF_REQUIRE_EQ(0, unlink("a.key"));
	ATF_CHECK_EQ(-1, pstore_keygen(&p, NULL, &pk, &e));
	ATF_CHECK_EQ(PSTORE_CONFLICT, e.code);
	ATF_CHECK_EQ(-1, access("a.key", F_OK));
	/* Nor does a dangling link lead anywhere. */
	ATF_REQUIRE_EQ(0, unlink("a.pub"));
	ATF_REQUIRE_EQ(0, symlink("elsewhere", "a.key"));
	ATF_CHECK_EQ(-1, pstore_keygen(&p, NULL, &pk, &e));
	ATF_CHECK_EQ(-1, access("elsewhere", F_OK));
}

ATF_TC_WITHOUT_HEAD(seckey__passphrase);
ATF_TC_BODY(seckey__passphrase, tc)
{
	struct pstore_passphrase good = { .file = "good" };
	struct pstore_passphrase bad = { .file = "bad" };
	struct pstore_passphrase empty = { .file = "empty" };
	struct pstore_seckey sk;

	write_text("good", "correct horse\nsecond line\n");
	write_text("bad", "correct\n");
	write_text("empty", "\n");
	make("a.key", &good);
	ATF_CHECK_EQ_MSG(0, pstore_seckey_load(&sk, "a.key", &good, &e), "%s",
	    e.message);
	ATF_CHECK_EQ(-1, pstore_seckey_load(&sk, "a.key", &bad, &e));
	ATF_CHECK_EQ(PSTORE_DENIED, e.code);
	ATF_CHECK_STREQ("a.key: decrypt: wrong passphrase", e.message);
	ATF_CHECK_EQ(-1, pstore_seckey_load(&sk, "a.key", &empty, &e));
	ATF_CHECK_EQ(PSTORE_USAGE, e.code);
}

ATF_TC_WITHOUT_HEAD(seckey__no_terminal);
ATF_TC_BODY(seckey__no_terminal, tc)
{
	struct pstore_passphrase good = { .file = "good" };
	struct pstore_seckey sk;
	pid_t pid;

	write_text("good", "x\n");
	make("a.key", &good);
	pid = atf_utils_fork();
	if (pid == 0) {
		setsid();	/* no controlling terminal: /dev/tty fails */
		if (pstore_seckey_load(&sk, "a.key", NULL, &e) == 0)
			_exit(1);
		puts(e.message);
		puts(e.hint);
		exit(e.code == PSTORE_USAGE ? 0 : 2);
	}
	atf_utils_wait(pid, 0, "a.key: passphrase: there is no terminal to ask "
	    "on\ngive --passphrase-file FILE\n", "");
}

ATF_TC_WITHOUT_HEAD(seckey__readable_by_others);
ATF_TC_BODY(seckey__readable_by_others, tc)
{
	struct pstore_seckey sk;

	make("a.key", NULL);
	ATF_REQUIRE_EQ(0, chmod("a.key", 0640));
	ATF_CHECK_EQ(-1, pstore_seckey_load(&sk, "a.key", NULL, &e));
	ATF_CHECK_EQ(PSTORE_DENIED, e.code);
	ATF_CHECK(strstr(e.hint, "chmod 600") != NULL);
}

ATF_TC_WITHOUT_HEAD(seckey__every_edit_is_seen);
ATF_TC_BODY(seckey__every_edit_is_seen, tc)
{
	char text[1024], *start;
	struct pstore_seckey sk;
	ssize_t i, n;
	int fd;

	make("a.key", NULL);
	fd = open("a.key", O_RDWR);
	n = read(fd, text, sizeof(text) - 1);
	ATF_REQUIRE(n > 200);
	text[n] = '\0';
	start = strchr(text, '\n') + 1;
	for (i = start - text; i < n; i++) {
		char was = text[i];

		/* Salt and limits are unused in an unencrypted key and only
		 * zero by custom; everything else must be noticed. */
		if (i - (start - text) >= 8 && i - (start - text) < 72)
			continue;
		text[i] = was == 'A' ? 'B' : 'A';
		ATF_REQUIRE_EQ(n, pwrite(fd, text, (size_t)n, 0));
		ATF_CHECK_MSG(pstore_seckey_load(&sk, "a.key", NULL, &e) != 0,
		    "byte %zd", i);
		text[i] = was;
	}
	close(fd);
}

ATF_TC_WITHOUT_HEAD(pubkey__strict);
ATF_TC_BODY(pubkey__strict, tc)
{
	char text[256], edited[sizeof(text) + 1];
	struct pstore_pubkey pk, again;
	size_t len;

	memset(&pk, 7, sizeof(pk));
	pstore_pubkey_format(&pk, text, sizeof(text));
	len = strlen(text);
	ATF_CHECK_EQ(0, pstore_pubkey_parse(&again, text, len, "t", &e));
	ATF_CHECK_EQ(0, memcmp(&pk, &again, sizeof(pk)));
	/* minisign writes the newline, an editor may have dropped it. */
	ATF_CHECK_EQ(0, pstore_pubkey_parse(&again, text, len - 1, "t", &e));
	ATF_CHECK_EQ(-1, pstore_pubkey_parse(&again, text, len - 2, "t", &e));
	ATF_CHECK_EQ(-1, pstore_pubkey_parse(&again, text, 20, "t", &e));
	ATF_CHECK_EQ(-1, pstore_pubkey_parse(&again, text, 0, "t", &e));
	snprintf(edited, sizeof(edited), "%sX", text);
	ATF_CHECK_EQ(-1, pstore_pubkey_parse(&again, edited, len + 1, "t", &e));
	ATF_CHECK_EQ(-1, pstore_pubkey_parse(&again, text + 1, len - 1, "t",
	    &e));
	ATF_CHECK_EQ(PSTORE_CORRUPT, e.code);
}

ATF_TC_WITHOUT_HEAD(paths__precedence);
ATF_TC_BODY(paths__precedence, tc)
{
	struct pstore_key_paths p;

	setenv("HOME", "/h", 1);
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("PIMG_KEY");
	ATF_REQUIRE_EQ(0, pstore_key_paths(&p, NULL, &e));
	ATF_CHECK_STREQ("/h/.config/pimg/pimg.key", p.secret);
	ATF_CHECK_STREQ("/h/.config/pimg/pimg.pub", p.public);
	setenv("XDG_CONFIG_HOME", "/x", 1);
	ATF_REQUIRE_EQ(0, pstore_key_paths(&p, NULL, &e));
	ATF_CHECK_STREQ("/x/pimg/pimg.key", p.secret);
	setenv("PIMG_KEY", "/k/my", 1);
	ATF_REQUIRE_EQ(0, pstore_key_paths(&p, NULL, &e));
	ATF_CHECK_STREQ("/k/my", p.secret);
	ATF_CHECK_STREQ("/k/my.pub", p.public);
	ATF_REQUIRE_EQ(0, pstore_key_paths(&p, "o.key", &e));
	ATF_CHECK_STREQ("o.key", p.secret);
	unsetenv("PIMG_KEY");
	unsetenv("XDG_CONFIG_HOME");
	unsetenv("HOME");
	ATF_CHECK_EQ(-1, pstore_key_paths(&p, NULL, &e));
	ATF_CHECK_EQ(PSTORE_NOTFOUND, e.code);
}

ATF_TP_ADD_TCS(tp)
{
	ATF_TP_ADD_TC(tp, keygen__writes_a_pair);
	ATF_TP_ADD_TC(tp, keygen__refuses_to_overwrite);
	ATF_TP_ADD_TC(tp, seckey__passphrase);
	ATF_TP_ADD_TC(tp, seckey__no_terminal);
	ATF_TP_ADD_TC(tp, seckey__readable_by_others);
	ATF_TP_ADD_TC(tp, seckey__every_edit_is_seen);
	ATF_TP_ADD_TC(tp, pubkey__strict);
	ATF_TP_ADD_TC(tp, paths__precedence);
	return (atf_no_error());
}
