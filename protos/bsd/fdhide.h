/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * What fdhide.c, fdclose.c and kqueue.c have between them.
 */
#ifndef BSD_FDHIDE_H
#define BSD_FDHIDE_H

#pragma GCC visibility push(hidden)

int	fd_next_hidden(int fd);
void	fd_make_way(int fd);
void	kq_closing(int fd);
void	kq_moved(int from, int to);
void	kq_forked(void);

#pragma GCC visibility pop

#endif
