/*
 * SPDX-License-Identifier: BSD-2-Clause
 * Copyright (c) 2026 The pimg authors
 *
 * NetBSD's sysctl nodes.  Numbers below 1024 are the system's (sys/sysctl.h
 * and the headers of the subsystems); nodes that NetBSD numbers at run time
 * have ours, from 1024 (CREATE_BASE).  Ordered by oid.
 */
#include "mib.h"

enum {
	X_OSTYPE, X_OSRELEASE, X_VERSION, X_ROOT, X_CORENAME, X_TIMER,
	X_CHOICE, X_MACHINE, X_ARCH, X_CSPATH, X_NONE,
};

const char *
pimg_mib_text(int64_t which)
{

	switch (which) {
	case X_OSTYPE: return ("NetBSD");
	case X_OSRELEASE: return ("10.0");
	case X_VERSION: return ("NetBSD 10.0 (GENERIC) #0\n");
	case X_ROOT: return ("sd0");
	case X_CORENAME: return ("%n.core");
	case X_TIMER: return ("TSC");
	case X_CHOICE: return ("TSC(q=3000, f=1000000000 Hz) "
	    "clockinterrupt(q=0, f=100 Hz)");
	case X_MACHINE: return ("amd64");
	case X_ARCH: return ("x86_64");
	case X_CSPATH: return ("/usr/bin:/bin:/usr/sbin:/sbin:/usr/pkg/bin:"
	    "/usr/pkg/sbin:/usr/local/bin:/usr/local/sbin");
	default: return ("");
	}
}

const struct pimg_mib pimg_mib[] = {
	NODE("kern", 1),
	TEXT("kern.ostype", X_OSTYPE, 1, 1),
	TEXT("kern.osrelease", X_OSRELEASE, 1, 2),
	INT("kern.osrevision", 1000000000, 1, 3),
	TEXT("kern.version", X_VERSION, 1, 4),
	INT("kern.maxvnodes", 524288, 1, 5),
	INT("kern.maxproc", 16000, 1, 6),
	FACT("kern.maxfiles", T_INT, M_NOFILE, 1, 7),
	INT("kern.argmax", 262144, 1, 8),
	INT("kern.securelevel", -1, 1, 9),
	SETTABLE("kern.hostname", M_HOSTNAME, 1, 10),
	INT("kern.hostid", 0, 1, 11),
	STRUCT("kern.clockrate", M_CLOCKRATE, 1, 12),
	INT("kern.posix1version", 200112, 1, 17),
	INT("kern.ngroups", 16, 1, 18),
	INT("kern.job_control", 1, 1, 19),
	INT("kern.saved_ids", 1, 1, 20),
	STRUCT("kern.oboottime", M_BOOTTIME, 1, 21),
	SETTABLE("kern.domainname", M_DOMAIN, 1, 22),
	INT("kern.maxpartitions", 16, 1, 23),
	INT("kern.rawpartition", 3, 1, 24),
	INT("kern.autonicetime", 0, 1, 27),
	INT("kern.autoniceval", 4, 1, 28),
	INT("kern.rtc_offset", 0, 1, 29),
	TEXT("kern.root_device", X_ROOT, 1, 30),
	INT("kern.msgbufsize", 16336, 1, 31),
	INT("kern.fsync", 1, 1, 32),
	INT("kern.synchronized_io", 1, 1, 37),
	INT("kern.iov_max", 1024, 1, 38),
	INT("kern.mapped_files", 1, 1, 40),
	INT("kern.memlock", 1, 1, 41),
	INT("kern.memlock_range", 1, 1, 42),
	INT("kern.memory_protection", 1, 1, 43),
	INT("kern.login_name_max", 17, 1, 44),
	TEXT("kern.defcorename", X_CORENAME, 1, 45),
	INT("kern.logsigexit", 0, 1, 46),
	BRANCH("kern.proc2", M_PROC2, 1, 47),
	BRANCH("kern.proc_args", M_PROCARGS, 1, 48),
	INT("kern.fscale", 2048, 1, 49),
	INT("kern.ccpu", 1948, 1, 50),
	STRUCT("kern.cp_time", M_CPTIME, 1, 51),
	INT("kern.maxptys", 992, 1, 55),
	INT("kern.maxphys", 65536, 1, 57),
	INT("kern.sbmax", 262144, 1, 58),
	INT("kern.monotonic_clock", 200112, 1, 60),
	INFILE("kern.urandom", F_RANDOM, 1, 61),
	INT("kern.labelsector", 1, 1, 62),
	INT("kern.labeloffset", 0, 1, 63),
	BRANCH("kern.lwp", M_LWP, 1, 64),
	INT("kern.forkfsleep", 0, 1, 65),
	INT("kern.posix_threads", 200112, 1, 66),
	INT("kern.posix_semaphores", 200112, 1, 67),
	INT("kern.posix_barriers", 200112, 1, 68),
	INT("kern.posix_timers", 200112, 1, 69),
	INT("kern.posix_spin_locks", 200112, 1, 70),
	INT("kern.posix_reader_writer_locks", 200112, 1, 71),
	INT("kern.dump_on_panic", 1, 1, 72),
	INT("kern.somaxkva", 16777216, 1, 73),
	INT("kern.root_partition", 0, 1, 74),
	INT("kern.hardclock_ticks", 0, 1, 80),
	STRUCT("kern.arandom", M_RANDOM, 1, 81),
	STRUCT("kern.boottime", M_BOOTTIME, 1, 83),
	INFILE("kern.somaxconn", F_SOMAXCONN, 1, 1024),
	NODE("kern.timecounter", 1, 1025),
	TEXT("kern.timecounter.choice", X_CHOICE, 1, 1025, 1024),
	TEXT("kern.timecounter.hardware", X_TIMER, 1, 1025, 1025),
	INT("kern.timecounter.timestepwarnings", 0, 1, 1025, 1026),
	INT("kern.posix_aio", 200112, 1, 1026),
	INT("kern.no_sa_support", 1, 1, 1027),
	INT("kern.maxlwp", 32768, 1, 1028),

	NODE("vm", 2),
	STRUCT("vm.loadavg", M_LOADAVG, 2, 2),
	INT("vm.maxslp", 20, 2, 9),
	INT("vm.overcommit", 0, 2, 1024),

	NODE("vfs", 3),

	NODE("net", 4),
	NODE("net.local", 4, 1),
	NODE("net.inet", 4, 2),
	NODE("net.inet.ip", 4, 2, 0),
	INFILE("net.inet.ip.forwarding", F_FORWARD, 4, 2, 0, 1),
	INFILE("net.inet.ip.ttl", F_TTL, 4, 2, 0, 3),
	INFILE("net.inet.ip.anonportmin", F_PORTFIRST, 4, 2, 0, 9),
	INFILE("net.inet.ip.anonportmax", F_PORTLAST, 4, 2, 0, 10),
	NODE("net.inet.tcp", 4, 2, 6),
	INT("net.inet.tcp.sendspace", 32768, 4, 2, 6, 2),
	INT("net.inet.tcp.recvspace", 32768, 4, 2, 6, 3),
	INT("net.inet.tcp.mssdflt", 536, 4, 2, 6, 4),
	INT("net.inet.tcp.keepidle", 14400, 4, 2, 6, 12),
	INT("net.inet.tcp.keepintvl", 150, 4, 2, 6, 13),
	INT("net.inet.tcp.keepcnt", 8, 4, 2, 6, 14),
	NODE("net.inet6", 4, 24),
	NODE("net.inet6.ip6", 4, 24, 41),
	INFILE("net.inet6.ip6.forwarding", F_FORWARD6, 4, 24, 41, 1),
	INT("net.inet6.ip6.hlim", 64, 4, 24, 41, 3),
	INT("net.inet6.ip6.v6only", 1, 4, 24, 41, 24),
	BRANCH("net.route", M_ROUTE, 4, 34),

	NODE("hw", 6),
	TEXT("hw.machine", X_MACHINE, 6, 1),
	STRING("hw.model", M_MODEL, 6, 2),
	FACT("hw.ncpu", T_INT, M_NCPU, 6, 3),
	INT("hw.byteorder", 1234, 6, 4),
	FACT("hw.physmem", T_INT, M_PHYSMEM, 6, 5),
	FACT("hw.usermem", T_INT, M_USERMEM, 6, 6),
	INT("hw.pagesize", 4096, 6, 7),
	TEXT("hw.disknames", X_NONE, 6, 8),
	TEXT("hw.machine_arch", X_ARCH, 6, 10),
	INT("hw.alignbytes", 15, 6, 11),
	FACT("hw.physmem64", T_QUAD, M_PHYSMEM, 6, 13),
	FACT("hw.usermem64", T_QUAD, M_USERMEM, 6, 14),
	FACT("hw.ncpuonline", T_INT, M_NCPU, 6, 16),

	NODE("machdep", 7),
	INT("machdep.fpu_present", 1, 7, 1024),

	NODE("user", 8),
	TEXT("user.cs_path", X_CSPATH, 8, 1),
	INT("user.bc_base_max", 2147483647, 8, 2),
	INT("user.bc_dim_max", 65535, 8, 3),
	INT("user.bc_scale_max", 2147483647, 8, 4),
	INT("user.bc_string_max", 2147483647, 8, 5),
	INT("user.coll_weights_max", 2, 8, 6),
	INT("user.expr_nest_max", 32, 8, 7),
	INT("user.line_max", 2048, 8, 8),
	INT("user.re_dup_max", 255, 8, 9),
	INT("user.posix2_version", 199212, 8, 10),
	INT("user.stream_max", 20, 8, 19),
	INT("user.tzname_max", 255, 8, 20),

	NODE("security", 13),
	NODE("security.models", 13, 1024),
};

const unsigned pimg_mib_count = sizeof(pimg_mib) / sizeof(pimg_mib[0]);
