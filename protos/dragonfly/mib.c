/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * DragonFly's sysctl nodes.  Numbers below 256 are the system's (sys/sysctl.h
 * and the headers of the subsystems); nodes that DragonFly numbers at run
 * time have ours, from 256.  Ordered by oid.
 */
#include "mib.h"

enum {
	X_OSTYPE, X_OSRELEASE, X_VERSION, X_BOOTFILE, X_IDENT, X_COREFILE,
	X_TIMER, X_MACHINE, X_PLATFORM, X_CSPATH,
};

const char *
pimg_mib_text(int64_t which)
{

	switch (which) {
	case X_OSTYPE: return ("DragonFly");
	case X_OSRELEASE: return ("6.4-RELEASE");
	case X_VERSION: return ("DragonFly v6.4.0-RELEASE #0: X86_64_GENERIC\n");
	case X_BOOTFILE: return ("/boot/kernel/kernel");
	case X_IDENT: return ("X86_64_GENERIC");
	case X_COREFILE: return ("%N.core");
	case X_TIMER: return ("TSC");
	case X_MACHINE: return ("x86_64");
	case X_PLATFORM: return ("pc64");
	case X_CSPATH: return ("/usr/bin:/bin:/usr/sbin:/sbin");
	default: return ("");
	}
}

const struct pimg_mib pimg_mib[] = {
	BRANCH("sysctl", M_META, 0),

	NODE("kern", 1),
	TEXT("kern.ostype", X_OSTYPE, 1, 1),
	TEXT("kern.osrelease", X_OSRELEASE, 1, 2),
	INT("kern.osrevision", 199506, 1, 3),
	TEXT("kern.version", X_VERSION, 1, 4),
	INT("kern.maxvnodes", 524288, 1, 5),
	INT("kern.maxproc", 99999, 1, 6),
	FACT("kern.maxfiles", T_INT, M_NOFILE, 1, 7),
	INT("kern.argmax", 262144, 1, 8),
	INT("kern.securelevel", -1, 1, 9),
	SETTABLE("kern.hostname", M_HOSTNAME, 1, 10),
	UINT("kern.hostid", 0, 1, 11),
	STRUCT("kern.clockrate", M_CLOCKRATE, 1, 12),
	BRANCH("kern.proc", M_PROC, 1, 14),
	BRANCH("kern.proc.all", M_PROC, 1, 14, 0),
	BRANCH("kern.proc.pid", M_PROC, 1, 14, 1),
	BRANCH("kern.proc.pgrp", M_PROC, 1, 14, 2),
	BRANCH("kern.proc.tty", M_PROC, 1, 14, 4),
	BRANCH("kern.proc.uid", M_PROC, 1, 14, 5),
	BRANCH("kern.proc.ruid", M_PROC, 1, 14, 6),
	BRANCH("kern.proc.args", M_PROC, 1, 14, 7),
	BRANCH("kern.proc.cwd", M_PROC, 1, 14, 8),
	BRANCH("kern.proc.pathname", M_PROC, 1, 14, 9),
	INT("kern.posix1version", 200112, 1, 17),
	INT("kern.ngroups", 16, 1, 18),
	INT("kern.job_control", 1, 1, 19),
	INT("kern.saved_ids", 0, 1, 20),
	STRUCT("kern.boottime", M_BOOTTIME, 1, 21),
	SETTABLE("kern.domainname", M_DOMAIN, 1, 22),
	INT("kern.osreldate", 600400, 1, 24),
	TEXT("kern.bootfile", X_BOOTFILE, 1, 26),
	FACT("kern.maxfilesperproc", T_INT, M_NOFILE, 1, 27),
	INT("kern.maxprocperuid", 89999, 1, 28),
	NODE("kern.ipc", 1, 30),
	ULONG("kern.ipc.maxsockbuf", 2097152, 1, 30, 1),
	ULONG("kern.ipc.sockbuf_waste_factor", 8, 1, 30, 2),
	INFILE("kern.ipc.somaxconn", F_SOMAXCONN, 1, 30, 3),
	INFILE("kern.ipc.soacceptqueue", F_SOMAXCONN, 1, 30, 256),
	INT("kern.ipc.maxsockets", 1048576, 1, 30, 257),
	FACT("kern.ps_strings", T_ULONG, M_PSSTRINGS, 1, 32),
	FACT("kern.usrstack", T_ULONG, M_USRSTACK, 1, 33),
	INT("kern.logsigexit", 1, 1, 34),
	INT("kern.iov_max", 1024, 1, 35),
	INT("kern.maxposixlocksperuid", 400000, 1, 36),
	TEXT("kern.ident", X_IDENT, 1, 256),
	TEXT("kern.corefile", X_COREFILE, 1, 257),
	INT("kern.coredump", 1, 1, 258),
	NODE("kern.cputimer", 1, 260),
	TEXT("kern.cputimer.name", X_TIMER, 1, 260, 256),
	STRUCT("kern.cp_time", M_CPTIME, 1, 261),
	INT("kern.sugid_coredump", 0, 1, 262),
	STRUCT("kern.cp_times", M_CPTIMES, 1, 263),

	NODE("vm", 2),
	STRUCT("vm.loadavg", M_LOADAVG, 2, 2),
	FACT("vm.swap_size", T_LONG, M_SWAP, 2, 256),
	NODE("vm.stats", 2, 257),
	NODE("vm.stats.vm", 2, 257, 256),
	UINT("vm.stats.vm.v_page_size", 4096, 2, 257, 256, 256),
	FACT("vm.stats.vm.v_page_count", T_ULONG, M_PAGES, 2, 257, 256, 257),
	FACT("vm.stats.vm.v_free_count", T_ULONG, M_FREEPAGES, 2, 257, 256, 258),

	NODE("vfs", 3),
	INT("vfs.usermount", 0, 3, 256),

	NODE("net", 4),
	NODE("net.inet", 4, 2),
	NODE("net.inet.ip", 4, 2, 0),
	INFILE("net.inet.ip.forwarding", F_FORWARD, 4, 2, 0, 1),
	INFILE("net.inet.ip.ttl", F_TTL, 4, 2, 0, 3),
	NODE("net.inet.ip.portrange", 4, 2, 0, 256),
	INFILE("net.inet.ip.portrange.first", F_PORTFIRST, 4, 2, 0, 256, 256),
	INFILE("net.inet.ip.portrange.last", F_PORTLAST, 4, 2, 0, 256, 257),
	NODE("net.inet.tcp", 4, 2, 6),
	INT("net.inet.tcp.mssdflt", 1460, 4, 2, 6, 3),
	INT("net.inet.tcp.keepidle", 7200000, 4, 2, 6, 6),
	INT("net.inet.tcp.keepintvl", 75000, 4, 2, 6, 7),
	INT("net.inet.tcp.sendspace", 57344, 4, 2, 6, 8),
	INT("net.inet.tcp.recvspace", 57344, 4, 2, 6, 9),
	INT("net.inet.tcp.keepinit", 75000, 4, 2, 6, 10),
	BRANCH("net.routetable", M_ROUTE, 4, 17),
	NODE("net.inet6", 4, 28),
	NODE("net.inet6.ip6", 4, 28, 41),
	INFILE("net.inet6.ip6.forwarding", F_FORWARD6, 4, 28, 41, 1),
	INT("net.inet6.ip6.hlim", 64, 4, 28, 41, 3),
	INT("net.inet6.ip6.v6only", 1, 4, 28, 41, 24),

	NODE("hw", 6),
	TEXT("hw.machine", X_MACHINE, 6, 1),
	STRING("hw.model", M_MODEL, 6, 2),
	FACT("hw.ncpu", T_INT, M_NCPU, 6, 3),
	INT("hw.byteorder", 1234, 6, 4),
	FACT("hw.physmem", T_ULONG, M_PHYSMEM, 6, 5),
	FACT("hw.usermem", T_ULONG, M_USERMEM, 6, 6),
	INT("hw.pagesize", 4096, 6, 7),
	INT("hw.floatingpoint", 1, 6, 10),
	TEXT("hw.machine_arch", X_MACHINE, 6, 11),
	TEXT("hw.platform", X_PLATFORM, 6, 12),
	FACT("hw.availpages", T_LONG, M_PAGES, 6, 256),
	FACT("hw.clockrate", T_INT, M_MHZ, 6, 257),

	NODE("user", 8),
	TEXT("user.cs_path", X_CSPATH, 8, 1),
	INT("user.bc_base_max", 99, 8, 2),
	INT("user.bc_dim_max", 2048, 8, 3),
	INT("user.bc_scale_max", 99, 8, 4),
	INT("user.bc_string_max", 1000, 8, 5),
	INT("user.line_max", 2048, 8, 8),
	INT("user.re_dup_max", 255, 8, 9),
	INT("user.posix2_version", 199212, 8, 10),
	INT("user.stream_max", 20, 8, 19),
	INT("user.tzname_max", 255, 8, 20),

	NODE("p1003_1b", 9),
	INT("p1003_1b.asynchronous_io", 0, 9, 1),
	INT("p1003_1b.mapped_files", 1, 9, 2),
	INT("p1003_1b.memory_protection", 1, 9, 5),
	INT("p1003_1b.priority_scheduling", 1, 9, 8),
	INT("p1003_1b.realtime_signals", 1, 9, 9),
	INT("p1003_1b.fsync", 1, 9, 11),
	INT("p1003_1b.shared_memory_objects", 1, 9, 12),
	INT("p1003_1b.timers", 1, 9, 14),
	INT("p1003_1b.pagesize", 4096, 9, 20),

	NODE("security", 256),
	NODE("security.jail", 256, 256),
	INT("security.jail.jailed", 0, 256, 256, 256),
};

const unsigned pimg_mib_count = sizeof(pimg_mib) / sizeof(pimg_mib[0]);
