/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * VNODE, and READ on files, which epoll does not know: one inotify instance
 * per kqueue, whose watches are on the descriptors' files themselves
 * (/proc/self/fd), so that names do not matter.
 *
 * inotify says that the attributes changed when a link is made or removed;
 * which of these it was is found by comparing the number of links.  A name
 * that is removed is NOTE_DELETE on the BSDs even if there is another one
 * (sys/kern/vfs_subr.c).
 */
#include "kq_native.h"
#include "kqueue.h"

#define	IN_ACCESS	0x001U
#define	IN_MODIFY	0x002U
#define	IN_ATTRIB	0x004U
#define	IN_CLOSE_WRITE	0x008U
#define	IN_CLOSE_NOWRITE 0x010U
#define	IN_OPEN		0x020U
#define	IN_MOVED_FROM	0x040U
#define	IN_MOVED_TO	0x080U
#define	IN_CREATE	0x100U
#define	IN_DELETE	0x200U
#define	IN_DELETE_SELF	0x400U
#define	IN_MOVE_SELF	0x800U
#define	IN_UNMOUNT	0x2000U
#define	IN_MASK_ADD	0x20000000U
#define	IN_ISDIR	0x40000000U
#define	ENTRIES		(IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO)

struct event {
	int32_t		wd;
	uint32_t	mask, cookie, len;
};

static int
status(const struct knote *kn, struct kq_stat *st)
{

	return (pimg_sys(__NR_fstat, kn->ev.ident, st) == 0);
}

static int
is_dir(const struct kq_stat *st)
{

	return ((st->mode & N_S_IFMT) == N_S_IFDIR);
}

/* What inotify must report for what kn asks. */
static uint32_t
events_of(const struct knote *kn, int vnode, int dir)
{
	uint32_t n = kn->sfflags, in = IN_DELETE_SELF;

	if (!vnode)
		return (IN_MODIFY);
	if (n & (NOTE_DELETE | NOTE_LINK | NOTE_ATTRIB))
		in |= IN_ATTRIB;
	if (n & (NOTE_WRITE | NOTE_EXTEND | NOTE_ATTRIB))
		in |= IN_MODIFY;
	if (dir && n & (NOTE_WRITE | NOTE_EXTEND | NOTE_LINK))
		in |= ENTRIES;
	if (n & NOTE_RENAME)
		in |= IN_MOVE_SELF;
	if (n & NOTE_OPEN)
		in |= IN_OPEN;
	if (n & NOTE_CLOSE)
		in |= IN_CLOSE_NOWRITE;
	if (n & NOTE_CLOSE_WRITE)
		in |= IN_CLOSE_WRITE;
	if (n & NOTE_READ)
		in |= IN_ACCESS;
	return (in);
}

static long
start(struct kqueue *kq)
{
	long r;

	if (kq->inotify >= 0)
		return (0);
	r = pimg_sys(__NR_inotify_init1, N_CLOEXEC | N_NONBLOCK);
	if (r < 0)
		return (r);
	kq->inotify = kq_hide((int)r);
	return (kq_epoll(kq, N_EPOLL_ADD, kq->inotify, N_EPOLLIN | N_EPOLLET,
	    KQ_INOTIFY));
}

static void
put_number(char *p, unsigned v)
{
	char digits[12];
	int n = 0;

	do
		digits[n++] = (char)('0' + v % 10);
	while ((v /= 10) != 0);
	while (n > 0)
		*p++ = digits[--n];
	*p = '\0';
}

static long
watch(struct knote *kn, uint32_t mask)
{
	char path[32] = "/proc/self/fd/";

	put_number(path + pimg_strlen(path), (unsigned)kn->ev.ident);
	return (pimg_sys(__NR_inotify_add_watch, kn->kq->inotify, path,
	    mask | IN_MASK_ADD));
}

/* vnode: the filter is VNODE, else READ, which needs no watch to work. */
long
kq_file_attach(struct knote *kn, int vnode)
{
	struct kq_stat st;
	long r;

	kn->file.wd = -1;
	if (!status(kn, &st))
		return (-EBADF);
	switch (st.mode & N_S_IFMT) {
	case N_S_IFREG:
	case N_S_IFDIR:
	case N_S_IFBLK:
		break;
	case N_S_IFIFO:
		if (vnode)
			break;
		/* FALLTHROUGH */
	default:
		return (-EINVAL);
	}
	kn->file.size = st.size;
	kn->file.links = (uint32_t)st.nlink;
	r = start(kn->kq);
	if (r == 0)
		r = watch(kn, events_of(kn, vnode, is_dir(&st)));
	if (r < 0)
		return (!vnode ? 0 : r == -ENOSPC ? -ENOMEM : r);
	kn->file.wd = (int32_t)r;
	kq_watch(kn);
	return (0);
}

static int
same_watch(const struct knote *kn, int wd)
{

	return ((kn->ev.filter == EVFILT_VNODE ||
	    kn->ev.filter == EVFILT_READ) && kn->file.wd == wd);
}

void
kq_file_detach(struct knote *kn)
{
	struct knote *other;
	int wd = kn->file.wd;

	kn->file.wd = -1;
	if (wd < 0)
		return;
	for (other = kn->kq->watched; other != NULL; other = other->wnext)
		if (same_watch(other, wd))
			return;
	pimg_sys(__NR_inotify_rm_watch, kn->kq->inotify, wd);
	kq_file_event(kn->kq);		/* it says that the watch is gone */
}

/* READ: what is between the offset and the end. */
int
kq_file_ready(struct knote *kn, struct kev *out)
{
	struct kq_stat st;
	long at;

	if (!status(kn, &st))
		return (0);
	at = pimg_sys(__NR_lseek, kn->ev.ident, 0, 1);
	out->data = is_dir(&st) || at < 0 ? st.size : st.size - at;
	return (out->data != 0 || (st.mode & N_S_IFMT) == N_S_IFBLK ||
	    (kn->sfflags & NOTE_FILE_POLL) != 0);
}

/* ------------------------------------------------------------------ */

static uint32_t
links_changed(struct knote *kn)
{
	uint32_t old = kn->file.links;
	struct kq_stat st;

	if (!status(kn, &st))
		return (0);
	kn->file.links = (uint32_t)st.nlink;
	return (st.nlink < old ? NOTE_DELETE : st.nlink > old ? NOTE_LINK :
	    NOTE_ATTRIB);
}

static uint32_t
contents_changed(struct knote *kn)
{
	int64_t old = kn->file.size;
	struct kq_stat st;

	if (!status(kn, &st))
		return (NOTE_WRITE);
	kn->file.size = st.size;
	return (NOTE_WRITE | (st.size > old ? NOTE_EXTEND : st.size < old ?
	    NOTE_ATTRIB : 0));
}

static uint32_t
notes_of(struct knote *kn, const struct event *e)
{
	uint32_t n = 0;

	if (e->len > 0) {		/* an entry of a directory */
		if (e->mask & ENTRIES)
			n = NOTE_WRITE | (e->mask & IN_ISDIR ? NOTE_LINK : 0);
		return (n);
	}
	if (e->mask & IN_ATTRIB)
		n |= links_changed(kn);
	if (e->mask & IN_MODIFY)
		n |= contents_changed(kn);
	if (e->mask & IN_MOVE_SELF)
		n |= NOTE_RENAME;
	if (e->mask & IN_DELETE_SELF)
		n |= NOTE_DELETE;
	if (e->mask & IN_UNMOUNT)
		n |= NOTE_REVOKE;
	if (e->mask & IN_OPEN)
		n |= NOTE_OPEN;
	if (e->mask & IN_CLOSE_NOWRITE)
		n |= NOTE_CLOSE;
	if (e->mask & IN_CLOSE_WRITE)
		n |= NOTE_CLOSE_WRITE;
	if (e->mask & IN_ACCESS)
		n |= NOTE_READ;
	return (n);
}

static void
distribute(struct kqueue *kq, const struct event *e)
{
	struct knote *kn;
	uint32_t n;

	for (kn = kq->watched; kn != NULL; kn = kn->wnext) {
		if (!same_watch(kn, e->wd))
			continue;
		if (kn->ev.filter == EVFILT_READ) {
			kq_enqueue(kn);
			continue;
		}
		if ((n = notes_of(kn, e) & kn->sfflags) != 0) {
			kn->ev.fflags |= n;
			kq_enqueue(kn);
		}
	}
}

/* Something waits in the inotify instance. */
void
kq_file_event(struct kqueue *kq)
{
	char buf[2048] __attribute__((__aligned__(8)));
	struct event *e;
	long n, at;

	while ((n = pimg_sys(__NR_read, kq->inotify, buf, sizeof(buf))) > 0)
		for (at = 0; at < n; at += (long)sizeof(*e) + e->len) {
			e = (struct event *)(buf + at);
			distribute(kq, e);
		}
}
