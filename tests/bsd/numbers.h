/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * Call numbers and constants of the three systems, as far as the tests need
 * them (each system's sys/kern/syscalls.master and sys/sys headers).
 */
#ifndef TESTS_BSD_NUMBERS_H
#define TESTS_BSD_NUMBERS_H

enum {
	SYS_exit = 1, SYS_fork = 2, SYS_read = 3, SYS_write = 4, SYS_open = 5,
	SYS_close = 6, SYS_link = 9, SYS_unlink = 10, SYS_chdir = 12,
	SYS_getpid = 20, SYS_accept = 30, SYS_kill = 37, SYS_getppid = 39,
	SYS_dup = 41, SYS_ioctl = 54, SYS_execve = 59, SYS_vfork = 66,
	SYS_munmap = 73, SYS_dup2 = 90, SYS_fcntl = 92, SYS_socket_old = 97,
	SYS_connect = 98, SYS_bind = 104, SYS_setsockopt = 105,
	SYS_listen = 106, SYS_fchmod = 124, SYS_rename = 128,
	SYS_sendto = 133, SYS_shutdown = 134, SYS_socketpair = 135,
	SYS_mkdir = 136, SYS_rmdir = 137, SYS_poll = 209,
	SYS_getsockname = 32,
#if defined(FREEBSD)
	SYS_wait4 = 7, SYS_select = 93, SYS_socket = 97,
	SYS_clock_gettime = 232, SYS_nanosleep = 240, SYS_sched_yield = 331,
	SYS_sigprocmask = 340, SYS_kqueue = 362, SYS_kevent11 = 363,
	SYS_sigaction = 416, SYS_thr_exit = 431, SYS_thr_self = 432,
	SYS_thr_kill = 433, SYS_umtx_op = 454, SYS_thr_new = 455,
	SYS_mmap = 477, SYS_lseek = 478, SYS_closefrom = 509,
	SYS_pselect = 522, SYS_pipe2 = 542, SYS_ppoll = 545,
	SYS_kevent = 560, SYS_close_range = 575,
#elif defined(DRAGONFLY)
	SYS_wait4 = 7, SYS_select = 93, SYS_socket = 97, SYS_mmap = 197,
	SYS_lseek = 199, SYS_clock_gettime = 232, SYS_nanosleep = 240,
	SYS_sched_yield = 331, SYS_sigprocmask = 340, SYS_sigaction = 342,
	SYS_kqueue = 362, SYS_kevent = 363, SYS_umtx_sleep = 469,
	SYS_umtx_wakeup = 470, SYS_closefrom = 474, SYS_extexit = 494,
	SYS_lwp_create = 495, SYS_lwp_gettid = 496, SYS_lwp_kill = 497,
	SYS_pselect = 499, SYS_pipe2 = 538, SYS_ppoll = 543,
#else
	SYS_mmap = 197, SYS_lseek = 199, SYS_sigprocmask = 293,
	SYS_getcontext = 307, SYS_lwp_create = 309, SYS_lwp_exit = 310,
	SYS_lwp_self = 311, SYS_lwp_kill = 318, SYS_lwp_unpark = 321,
	SYS_sigaction = 340, SYS_kqueue = 344, SYS_sched_yield = 350,
	SYS_socket = 394, SYS_select = 417, SYS_clock_gettime = 427,
	SYS_nanosleep = 430, SYS_kevent = 435, SYS_pselect = 436,
	SYS_ppoll = 437, SYS_wait4 = 449, SYS_pipe2 = 453,
	SYS_lwp_park = 478,
#endif
};

enum {
	EPERM = 1, ENOENT = 2, ESRCH = 3, EINTR = 4, EIO = 5, EBADF = 9,
	ECHILD = 10, EDEADLK = 11, ENOMEM = 12, EACCES = 13, EFAULT = 14,
	EBUSY = 16, EEXIST = 17, EINVAL = 22, EMFILE = 24, ENOTTY = 25,
	EPIPE = 32, EAGAIN = 35, EINPROGRESS = 36, EALREADY = 37,
	ENOTSOCK = 38, EOPNOTSUPP = 45, ECONNRESET = 54, ENOTCONN = 57,
	ETIMEDOUT = 60, ECONNREFUSED = 61, ENOSYS = 78,
};

enum {
	SIGHUP = 1, SIGINT = 2, SIGKILL = 9, SIGALRM = 14, SIGTERM = 15,
	SIGURG = 16, SIGSTOP = 17, SIGCONT = 19, SIGCHLD = 20, SIGWINCH = 28,
	SIGUSR1 = 30, SIGUSR2 = 31,
};

enum {
	O_RDONLY = 0, O_WRONLY = 1, O_RDWR = 2, O_NONBLOCK = 4,
	O_CREAT = 0x200, O_TRUNC = 0x400, O_EXCL = 0x800,
	AF_UNIX = 1, AF_INET = 2, SOCK_STREAM = 1, SOCK_DGRAM = 2,
	F_GETFD = 1, F_SETFD = 2, F_GETFL = 3, F_SETFL = 4,
};

#if defined(NETBSD)
#define	CLOCK_MONOTONIC	3
#else
#define	CLOCK_MONOTONIC	4
#endif

#endif
