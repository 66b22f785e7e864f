/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Opening a store, its lock, and finishing what a killed process left.
 *
 * The catalogue's commit is the commit point of every change:
 *
 *	            prepared beside            committed          in place
 *	add      versions/.new (synced)   row of the version   renamed NAME@N
 *	promote  current/.NAME.new        top of the stack     renamed NAME
 *	remove   versions/.old -> NAME@N  row is gone          folder is gone
 *
 * A process that dies in the first column leaves something that is thrown
 * away; in the second, something that is carried to the third.  settle() does
 * both, under the lock, before anything else is written.  Readers may see the
 * second state: exec then still runs the version before, whole.
 */
#include <sys/file.h>
#include <sys/stat.h>

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "pstore/db.h"
#include "pstore/impl.h"
#include "pstore/io.h"

#define	LOCK_TRIES	250
#define	LOCK_PAUSE_NS	20000000	/* 250 times 20 ms: 5 s */

/* Makes PATH's missing folders, 0755, its parents 0700 as XDG asks. */
static int
make_path(const char *path, struct pstore_error *e)
{
	char part[PATH_MAX], *p;

	snprintf(part, sizeof(part), "%s", path);
	for (p = strchr(part + 1, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(part, 0700) != 0 && errno != EEXIST)
			return (pstore_fail_os(e, errno, "%s: create", part));
		*p = '/';
	}
	if (mkdir(path, 0755) != 0 && errno != EEXIST) {
		pstore_fail_os(e, errno, "store %s: create", path);
		return (pstore_hint(e, "name a store that you may write: "
		    "--store DIR"));
	}
	if (chmod(path, 0755) != 0)
		return (pstore_fail_os(e, errno, "store %s: create", path));
	return (0);
}

static int
open_folder(struct pstore *s, const struct pstore_place *p,
    struct pstore_error *e)
{
	if (pstore_place_ok(p, e) != 0)
		return (-1);
	if (p->fd < 0 && s->mode == PSTORE_READ)
		return (pstore_fail(e, PSTORE_NOTFOUND, "store %s: open: does "
		    "not exist", p->path));
	if (p->fd < 0 && make_path(p->path, e) != 0)
		return (-1);
	s->fd = p->fd < 0 ? pstore_path_open(p->path, 0, e) :
	    fcntl(p->fd, F_DUPFD_CLOEXEC, 3);
	if (s->fd < 0 && p->fd >= 0)
		return (pstore_fail_os(e, errno, "store %s: open", p->path));
	return (s->fd < 0 ? -1 : 0);
}

static int
lock_wait(struct pstore *s, int tries, struct pstore_error *e)
{
	static const struct timespec pause = { 0, LOCK_PAUSE_NS };
	char who[32];
	ssize_t n;

	while (flock(s->lock, LOCK_EX | LOCK_NB) != 0) {
		if (errno != EWOULDBLOCK && errno != EINTR)
			return (pstore_fail_os(e, errno, "%s/lock: lock",
			    s->path));
		if (--tries <= 0)
			goto busy;
		nanosleep(&pause, NULL);
	}
	n = snprintf(who, sizeof(who), "%ld\n", (long)getpid());
	if (ftruncate(s->lock, 0) != 0 || pwrite(s->lock, who, (size_t)n, 0) < 0)
		return (0);		/* only a help for the message below */
	return (0);
busy:
	n = pread(s->lock, who, sizeof(who) - 1, 0);
	who[n < 0 ? 0 : n] = '\0';
	who[strcspn(who, "\n")] = '\0';
	pstore_fail(e, PSTORE_BUSY, "store %s: lock: process %s is writing to "
	    "it", s->path, who[0] != '\0' ? who : "?");
	return (pstore_hint(e, "try again when it has finished"));
}

static int
lock(struct pstore *s, int tries, struct pstore_error *e)
{
	s->lock = openat(s->fd, "lock",
	    O_RDWR | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (s->lock < 0) {
		pstore_fail_os(e, errno, "store %s: write", s->path);
		if (e->code == PSTORE_DENIED)
			pstore_hint(e, "name a store that you may write: "
			    "--store DIR");
		return (-1);
	}
	if (lock_wait(s, tries, e) == 0)
		return (0);
	close(s->lock);
	s->lock = -1;
	return (-1);
}

/* So that a store that is there costs no sync. */
static int
complete(const struct pstore *s)
{
	struct stat st;

	return (fstatat(s->fd, "versions", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstatat(s->fd, "current", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstatat(s->fd, "trust.d", &st, AT_SYMLINK_NOFOLLOW) == 0 &&
	    fstatat(s->fd, "log", &st, AT_SYMLINK_NOFOLLOW) == 0);
}

static int
make_folders(struct pstore *s, struct pstore_error *e)
{
	static const char *const names[] = { "versions", "current", "trust.d" };
	size_t i;
	int fd;

	if (complete(s))
		return (0);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		fd = pstore_dir_make(s->fd, names[i], s->path, 0755, e);
		if (fd < 0)
			return (-1);
		close(fd);
	}
	fd = openat(s->fd, "log", O_WRONLY | O_APPEND | O_CREAT | O_NOFOLLOW |
	    O_CLOEXEC, 0644);
	if (fd < 0)
		return (pstore_fail_os(e, errno, "%s/log: create", s->path));
	close(fd);
	return (pstore_dir_sync(s->fd, s->path, e));
}

/* The link of each personality against the top of its stack. */
static int
settle_links(struct pstore *s, int *wrong, struct pstore_error *e)
{
	sqlite3_stmt *st;
	const char *name;
	uint32_t have, want;
	int r;

	*wrong = 0;
	if (db_prepare(s, &st, e, "SELECT p.name, q.number FROM personality p "
	    "JOIN promotion q ON q.id = p.top", "") != 0)
		return (-1);
	while ((r = db_step(s, st, e)) == 1) {
		name = (const char *)sqlite3_column_text(st, 0);
		want = (uint32_t)sqlite3_column_int64(st, 1);
		if (pstore_current(&s->place, name, &have, e) != 0)
			have = 0;	/* a broken link is made anew */
		if (have == want)
			continue;
		(*wrong)++;
		if (s->lock >= 0 && (store_link_prepare(s, name, want, e) != 0 ||
		    store_link_rename(s, name, e) != 0)) {
			r = -1;
			break;
		}
	}
	sqlite3_finalize(st);
	return (r);
}

static int
settle(struct pstore *s, struct pstore_error *e)
{
	int wrong;

	if (store_settle_new(s, e) != 0 || store_settle_old(s, e) != 0)
		return (-1);
	return (settle_links(s, &wrong, e));
}

/*
 * A reader that finds something unfinished finishes it if it may and nobody
 * is at work; otherwise it reads on, the state it sees is a whole one.
 */
static void
settle_in_passing(struct pstore *s)
{
	struct pstore_error ignored;
	struct pstore *w;
	struct stat st;
	int wrong;

	if (s->db == NULL || settle_links(s, &wrong, &ignored) != 0)
		return;
	if (wrong == 0 &&
	    fstatat(s->fd, "versions/.new", &st, AT_SYMLINK_NOFOLLOW) != 0 &&
	    fstatat(s->fd, "versions/.old", &st, AT_SYMLINK_NOFOLLOW) != 0)
		return;
	if (faccessat(s->fd, "versions", W_OK, AT_EACCESS) != 0)
		return;
	if (store_open(&w, &s->place, PSTORE_WRITE, 1, &ignored) == 0)
		pstore_close(w);
}

/*
 * A journal that is not empty is a live writer's, or a dead one's that must be
 * played back by somebody who may write: opening for writing does it.
 */
static void
recover_in_passing(struct pstore *s)
{
	struct pstore_error ignored;
	struct pstore *w;
	struct stat st;

	if (fstatat(s->fd, DB_FILE "-journal", &st, AT_SYMLINK_NOFOLLOW) != 0 ||
	    st.st_size == 0 || faccessat(s->fd, DB_FILE, W_OK, AT_EACCESS) != 0)
		return;
	if (store_open(&w, &s->place, PSTORE_WRITE, 1, &ignored) == 0)
		pstore_close(w);
}

static int
open_parts(struct pstore *s, int tries, struct pstore_error *e)
{
	if (s->mode == PSTORE_READ) {
		recover_in_passing(s);
		if (db_open(s, e) != 0)
			return (-1);
		settle_in_passing(s);
		return (0);
	}
	if (lock(s, tries, e) != 0 || make_folders(s, e) != 0 ||
	    db_open(s, e) != 0)
		return (-1);
	if (s->fresh && store_adopt(s, e) != 0)
		return (-1);
	return (settle(s, e));
}

int
store_open(struct pstore **out, const struct pstore_place *p,
    enum pstore_mode mode, int tries, struct pstore_error *e)
{
	struct pstore *s;

	s = calloc(1, sizeof(*s));
	if (s == NULL)
		return (pstore_fail_os(e, ENOMEM, "store %s: open", p->path));
	s->mode = mode;
	s->fd = s->lock = -1;
	s->place = *p;
	snprintf(s->path, sizeof(s->path), "%s", p->path);
	if (open_folder(s, p, e) != 0) {
		free(s);
		return (-1);
	}
	s->place.fd = s->fd;
	if (open_parts(s, tries, e) != 0) {
		pstore_close(s);
		return (-1);
	}
	*out = s;
	return (0);
}

int
pstore_open(struct pstore **out, const struct pstore_place *p,
    enum pstore_mode mode, struct pstore_error *e)
{
	return (store_open(out, p, mode, LOCK_TRIES, e));
}

void
pstore_close(struct pstore *s)
{
	if (s == NULL)
		return;
	db_close(s);
	if (s->lock >= 0)
		close(s->lock);
	close(s->fd);
	free(s);
}

const char *
pstore_path(const struct pstore *s)
{
	return (s->path);
}

int
pstore_fd(const struct pstore *s)
{
	return (s->fd);
}

int
pstore_next(struct pstore *s, const char *name, uint32_t *n,
    struct pstore_error *e)
{
	int64_t highest;

	*n = 1;
	if (s->db == NULL)
		return (0);
	if (db_int(s, &highest, 0, e, "SELECT highest FROM personality "
	    "WHERE name = ?", "s", name) != 0)
		return (-1);
	*n = (uint32_t)highest + 1;
	return (0);
}

int
pstore_find_source(struct pstore *s, const char *name, uint32_t abi,
    const uint8_t source[PSTORE_HASH_BYTES], uint32_t *n,
    struct pstore_error *e)
{
	char hash[PSTORE_HASH_TEXT];
	int64_t found;

	*n = 0;
	if (s->db == NULL)
		return (0);
	pstore_hash_text(source, hash);
	if (db_int(s, &found, 0, e, "SELECT max(v.number) FROM version v "
	    "JOIN personality p ON p.id = v.personality "
	    "WHERE p.name = ? AND v.source = ? AND v.abi = ?", "ssi", name,
	    hash, (int64_t)abi) != 0)
		return (-1);
	*n = (uint32_t)found;
	return (0);
}
