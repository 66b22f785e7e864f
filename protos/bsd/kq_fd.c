/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * READ, WRITE, EXCEPT and EMPTY on descriptors that epoll knows.
 *
 * The filters of a descriptor share one registration, whose mask is what they
 * want together; its number (gen) tells an event that was fetched before a
 * descriptor was closed from one of its successor.  An event that is not of
 * the current call is asked for again with poll(2).
 */
#include "kq_native.h"
#include "kqueue.h"

enum { SOCKET = 1, LISTENER, STREAM, PIPE, PLAIN, OTHER };

static uint32_t last_gen;

static uint32_t
wants(const struct knote *kn)
{

	switch (kn->ev.filter) {
	case EVFILT_READ:
		return (N_EPOLLIN);
	case EVFILT_EXCEPT:
		return (N_EPOLLPRI);
	case EVFILT_WRITE:
	case EVFILT_EMPTY:
		return (N_EPOLLOUT);
	}
	return (0);
}

/* The other knotes of kn's descriptor, one after the other. */
static struct knote *
sibling(struct knote *kn, int i)
{
	static const int filters[4] = { EVFILT_READ, EVFILT_WRITE,
	    EVFILT_EXCEPT, EVFILT_EMPTY };
	struct knote *s = kq_find(kn->kq, filters[i], kn->ev.ident);

	return (s == kn ? NULL : s);
}

/*
 * Registers what kn and its siblings want; an existing registration is
 * looked at anew, which makes an edge of what is ready already.
 */
static long
synchronise(struct knote *kn, uint32_t mask)
{
	struct knote *s;
	uint32_t gen = kn->gen;
	long r;
	int i, fd = (int)kn->ev.ident;

	for (i = 0; i < 4; i++)
		if ((s = sibling(kn, i)) != NULL && s->gen != 0) {
			mask |= wants(s);
			gen = s->gen;
		}
	if (mask == 0)
		return (kq_epoll(kn->kq, N_EPOLL_DEL, fd, 0, 0));
	mask |= N_EPOLLET | N_EPOLLRDHUP;
	r = -ENOENT;
	if (gen != 0)
		r = kq_epoll(kn->kq, N_EPOLL_MOD, fd, mask, KQ_TAG(gen, fd));
	if (r == -ENOENT) {
		gen = ++last_gen != 0 ? last_gen : ++last_gen;
		r = kq_epoll(kn->kq, N_EPOLL_ADD, fd, mask, KQ_TAG(gen, fd));
		if (r == -EEXIST)
			r = kq_epoll(kn->kq, N_EPOLL_MOD, fd, mask,
			    KQ_TAG(gen, fd));
	}
	if (r != 0)
		return (r);
	kn->gen = gen;
	for (i = 0; i < 4; i++)
		if ((s = sibling(kn, i)) != NULL && s->gen != 0)
			s->gen = gen;
	return (0);
}

static long
option(int fd, int level, int name, int32_t *value)
{
	uint32_t len = sizeof(*value);

	*value = 0;
	return (pimg_sys(__NR_getsockopt, fd, level, name, value, &len));
}

static uint32_t
kind_of(int fd)
{
	struct kq_stat st;
	int32_t v;

	if (pimg_sys(__NR_fstat, fd, &st) != 0)
		return (OTHER);
	switch (st.mode & N_S_IFMT) {
	case N_S_IFIFO:
		return (PIPE);
	case N_S_IFREG:
	case N_S_IFDIR:
	case N_S_IFBLK:
		return (PLAIN);
	case N_S_IFSOCK:
		if (option(fd, N_SOL_SOCKET, N_SO_ACCEPTCONN, &v) == 0 && v)
			return (LISTENER);
		if (option(fd, N_SOL_SOCKET, N_SO_TYPE, &v) == 0 &&
		    (v == N_SOCK_STREAM || v == N_SOCK_SEQPACKET))
			return (STREAM);
		return (SOCKET);
	}
	return (OTHER);
}

static int
is_socket(const struct knote *kn)
{

	return (kn->kind == SOCKET || kn->kind == STREAM ||
	    kn->kind == LISTENER);
}

/* Room in the buffer that a writer fills: all of it. */
static int64_t
buffer_size(struct knote *kn)
{
	int32_t v = 0;
	long r;

	if (kn->kind == PIPE) {
		r = pimg_sys(__NR_fcntl, kn->ev.ident, N_F_GETPIPE_SZ, 0);
		return (r > 0 ? r : 4096);
	}
	if (is_socket(kn) && option((int)kn->ev.ident, N_SOL_SOCKET,
	    N_SO_SNDBUF, &v) == 0)
		return (v);
	return (0);
}

long
kq_fd_attach(struct knote *kn)
{
	long r;

	kn->kind = kind_of((int)kn->ev.ident);
	if (kn->ev.filter == EVFILT_EMPTY && !is_socket(kn))
		return (-EINVAL);
	if (kn->ev.filter == EVFILT_WRITE)
		kn->fd.size = buffer_size(kn);
	if (kn->kind == PLAIN)
		return (kn->ev.filter == EVFILT_READ ?
		    kq_file_attach(kn, 0) : 0);
	r = synchronise(kn, wants(kn));
	if (r == -EPERM)		/* always ready */
		return (0);
	return (r == -ENOSPC ? -ENOMEM : r == -ELOOP ? -EINVAL : r);
}

void
kq_fd_changed(struct knote *kn)
{

	if (kn->gen != 0)
		synchronise(kn, wants(kn));
}

void
kq_fd_detach(struct knote *kn)
{

	if (kn->kind == PLAIN && kn->ev.filter == EVFILT_READ)
		kq_file_detach(kn);
	else if (kn->gen != 0)
		synchronise(kn, 0);
	kn->gen = 0;
}

void
kq_fd_event(struct kqueue *kq, const struct kq_epoll_event *ev, uint32_t call)
{
	static const int filters[4] = { EVFILT_READ, EVFILT_WRITE,
	    EVFILT_EXCEPT, EVFILT_EMPTY };
	struct knote *kn;
	uint32_t always = N_EPOLLERR | N_EPOLLHUP;
	int i;

	for (i = 0; i < 4; i++) {
		kn = kq_find(kq, filters[i], (uint32_t)ev->data);
		if (kn == NULL || kn->gen != ev->data >> 32)
			continue;
		if (kn->ev.filter == EVFILT_READ)
			always |= N_EPOLLRDHUP;
		if ((ev->events & (wants(kn) | always)) == 0)
			continue;
		kn->revents = ev->events;
		kn->call = call;
		kq_enqueue(kn);
	}
}

/* ------------------------------------------------------------------ */
/* Is there an event?                                                 */

static uint32_t
look(struct knote *kn, uint32_t call)
{
	struct kq_pollfd p = { (int32_t)kn->ev.ident,
	    (int16_t)(wants(kn) | N_EPOLLRDHUP), 0 };

	if (kn->gen == 0)
		return (wants(kn));
	if (kn->call == call)
		return (kn->revents);
	if (pimg_sys(__NR_poll, &p, 1, 0) <= 0)
		return (0);
	return ((uint16_t)p.revents);
}

/* Connections that wait to be accepted. */
static int64_t
backlog(int fd)
{
	uint32_t info[26], len = sizeof(info);

	/* tcpi_unacked, the seventh word of struct tcp_info */
	if (pimg_sys(__NR_getsockopt, fd, N_IPPROTO_TCP, N_TCP_INFO, info,
	    &len) != 0 || len < 7 * sizeof(info[0]) || info[6] == 0)
		return (1);
	return (info[6]);
}

static int64_t
amount(int fd, int request)
{
	int32_t n = 0;

	if (pimg_sys(__NR_ioctl, fd, request, &n) != 0)
		return (-1);
	return (n);
}

static void
end_of_file(struct knote *kn, uint32_t revents, struct kev *out)
{

	if (kn->kind == PIPE ? revents & (N_EPOLLHUP | N_EPOLLERR) :
	    revents & (N_EPOLLHUP | N_EPOLLRDHUP)) {
		out->flags |= EV_EOF;
		if (out->data <= 0)
			out->flags |= EV_NODATA;
		if (revents & N_EPOLLHUP)
			out->flags |= EV_HUP;
	}
}

static int
read_ready(struct knote *kn, uint32_t revents, struct kev *out)
{
	int fd = (int)kn->ev.ident;

	if (kn->gen == 0)		/* such as /dev/null */
		return (1);
	out->data = amount(fd, N_FIONREAD);
	if (kn->kind == STREAM && out->data < 0)
		kn->kind = LISTENER;	/* it listens by now */
	if (kn->kind == LISTENER)
		out->data = backlog(fd);
	end_of_file(kn, revents, out);
	if (out->flags & EV_EOF) {
		out->data = out->data < 0 ? 0 : out->data;
		return (1);
	}
	if (out->data < 0)
		out->data = 1;		/* such as a kqueue */
	else if (out->data == 0 && (kn->kind == STREAM || kn->kind == PIPE) &&
	    (revents & N_EPOLLERR) == 0)
		return (0);		/* somebody else has read it */
	if ((kn->sfflags & NOTE_LOWAT) && is_socket(kn) &&
	    out->data < kn->sdata)
		return (0);
	return ((revents & (N_EPOLLIN | N_EPOLLERR)) != 0);
}

static int
write_ready(struct knote *kn, uint32_t revents, struct kev *out)
{
	int64_t used;

	if (kn->gen == 0)
		return (1);
	used = is_socket(kn) ? amount((int)kn->ev.ident, N_TIOCOUTQ) :
	    kn->kind == PIPE ? amount((int)kn->ev.ident, N_FIONREAD) : -1;
	if (used >= 0)
		out->data = kn->fd.size > used ? kn->fd.size - used : 0;
	if (kn->kind == PIPE ? revents & N_EPOLLERR : revents & N_EPOLLHUP) {
		out->flags |= EV_EOF;
		return (1);
	}
	if (kn->ev.filter == EVFILT_EMPTY)
		return (used <= 0);
	if ((kn->sfflags & NOTE_LOWAT) && is_socket(kn) &&
	    out->data < kn->sdata)
		return (0);
	return ((revents & (N_EPOLLOUT | N_EPOLLERR)) != 0);
}

int
kq_fd_ready(struct knote *kn, uint32_t call, struct kev *out)
{
	uint32_t revents;

	if (kn->kind == PLAIN && kn->ev.filter == EVFILT_READ)
		return (kq_file_ready(kn, out));
	if ((revents = look(kn, call)) == 0)
		return (0);
	/* a stream that has never been connected: hung up, but not shut */
	if (kn->kind == STREAM && (revents & N_EPOLLHUP) != 0 &&
	    (revents & (N_EPOLLRDHUP | N_EPOLLERR)) == 0)
		return (0);
	switch (kn->ev.filter) {
	case EVFILT_READ:
		return (read_ready(kn, revents, out));
	case EVFILT_WRITE:
	case EVFILT_EMPTY:
		return (write_ready(kn, revents, out));
	}
	out->fflags = NOTE_OOB;
	return ((revents & N_EPOLLPRI) != 0);
}
