#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The recipes of docs/debugging.md, and what an image does when it is in the
# way or fails.

. "$(atf_get_srcdir)/../lib/pimg.subr"

here() { echo "$(atf_get_srcdir)/$1"; }

# gdb_script PROGRAM ARG...: gdb with our script, in batch mode, to gdb.out
gdb_script()
{
	_program=$1
	shift
	gdb -batch -nx -x "$(here pimg-gdb.py)" "$_program" "$@" \
	    >gdb.out 2>&1 || :
}

# Starts waits under linux26; its process is the one that the shell started.
start_waits()
{
	mkfifo in
	sleep 60 >in &
	sleeper=$!
	PIMG_STORE=$PIMG_FIXTURE pstore exec linux26 -- "$(here waits)" "$1" \
	    <in >out 2>&1 &
	pid=$!
	retry 20 grep -q waiting out || atf_fail "waits did not start"
	retry 20 grep -Eq "^State:.*S \(sleeping\)" "/proc/$pid/status"
}

stop_waits()
{
	kill -9 "$pid" "$sleeper"
	wait || :
}

program_frames='innermost middle main'

atf_test_case attach_shim
attach_shim_head()
{
	atf_set descr "gdb steps from a register-only shim into the program"
	atf_set require.progs gdb
}
attach_shim_body()
{
	start_waits read
	gdb_script "$(here waits)" -p "$pid" -ex pimg -ex bt
	stop_waits
	cat gdb.out
	grep -q "^linux26@1 at 0x" gdb.out || atf_fail "image not found"
	grep -q "^#0 .*pimg_s_read" gdb.out || atf_fail "shim not named"
	for f in $program_frames; do
		grep -q "^#.* $f (" gdb.out || atf_fail "no frame of $f"
	done
}

atf_test_case attach_c
attach_c_head()
{
	atf_set descr "gdb goes through the image's C functions"
	atf_set require.progs gdb
}
attach_c_body()
{
	start_waits ppoll
	gdb_script "$(here waits)" -p "$pid" -ex pimg -ex bt
	stop_waits
	cat gdb.out
	grep -q "^#0 .*pimg_call6" gdb.out || atf_fail "call not named"
	grep -q "signal handler called" gdb.out || atf_fail "way in not marked"
	for f in $program_frames; do
		grep -q "^#.* $f (" gdb.out || atf_fail "no frame of $f"
	done
}

atf_test_case run
run_head()
{
	atf_set descr "gdb runs a program from its start"
	atf_set require.progs gdb
}
run_body()
{
	PIMG_STORE=$PIMG_FIXTURE
	export PIMG_STORE
	gdb -batch -nx -x "$(here pimg-gdb.py)" \
	    -ex 'handle SIGSYS nostop noprint pass' \
	    -ex 'run' -ex pimg -ex "add-symbol-file $(here dies)" -ex bt \
	    --args "$(command -v pstore)" exec linux26 -- "$(here dies)" guest \
	    </dev/null >gdb.out 2>&1 || :
	cat gdb.out
	grep -q "^#0 .*store (p=" gdb.out || atf_fail "fault not shown"
	grep -q "^#1 .*main (" gdb.out || atf_fail "caller not shown"
}

can_dump()
{
	ulimit -c unlimited || atf_skip "core dumps are not allowed"
	case $(cat /proc/sys/kernel/core_pattern) in
	"|"*|*/*)	atf_skip "core dumps do not go to the working folder";;
	esac
}

core_file()
{
	for _c in core core.*; do
		[ ! -f "$_c" ] || { echo "$_c"; return; }
	done
}

atf_test_case core
core_head()
{
	atf_set descr "a crashed program leaves a core with its symbols"
	atf_set require.progs gdb
}
core_body()
{
	can_dump
	s=0
	guest "$(here dies)" guest || s=$?
	atf_check_equal 139 "$s"
	gdb_script "$(here dies)" "$(core_file)" -ex pimg -ex bt
	cat gdb.out
	grep -q "^linux26@1 at 0x" gdb.out || atf_fail "image not found"
	grep -q "^#0 .*store (p=" gdb.out || atf_fail "fault not shown"
	grep -q "^#1 .*main (" gdb.out || atf_fail "caller not shown"
}

atf_test_case image_fault
image_fault_head()
{
	atf_set descr "a fault in the image is one line and a usable core"
	atf_set require.progs gdb
}
image_fault_body()
{
	can_dump
	s=0
	guest "$(here dies)" image 2>err || s=$?
	cat err
	atf_check_equal 139 "$s"
	atf_check_equal 1 "$(grep -c "^pimg:" err)"
	digest=$(cat "$PIMG_FIXTURE/versions/linux26@1/digest")
	grep -Eq "^pimg: linux26@1: $digest: fault in the image: signal 11 at \+0x[0-9a-f]+ in call 110 \(getppid\)" err ||
	    atf_fail "the line is not as documented"
	off=$(sed -n 's/.* at +\(0x[0-9a-f]*\) .*/\1/p' err)
	addr2line -fe "$PIMG_FIXTURE/versions/linux26@1/x86_64.debug" "$off" \
	    >line
	cat line
	grep -q "^pimg_s_getppid" line || grep -q "^pimg_entry" line ||
	    atf_fail "the offset names no function of the way in"
	gdb_script "$(here dies)" "$(core_file)" -ex pimg -ex 'info symbol $pc'
	cat gdb.out
	grep -Eq "^pimg_(s_getppid|entry)" gdb.out ||
	    atf_fail "the core does not show the image"
}

atf_test_case moves_away
moves_away_head()
{
	atf_set descr "an image moves when a program claims its addresses"
	atf_set require.progs "setarch ld"
}
moves_away_body()
{
	PIMG_STORE=$PIMG_FIXTURE
	export PIMG_STORE
	setarch -R pstore exec linux26 -- /bin/cat /proc/self/maps >maps
	base=$(sed -n '/versions.linux26@1.x86_64/{s/-.*//p;q;}' maps)
	[ -n "$base" ] || atf_fail "the image is not in /proc/self/maps"
	atf_check ld -o fixed -Ttext-segment="0x$base" "$(here fixed.o)"
	atf_check -o inline:"fixed\n" setarch -R pstore exec linux26 -- ./fixed
}

atf_test_case strace
strace_head()
{
	atf_set descr "strace shows what the program asked for and what was done"
	atf_set require.progs strace
}
strace_body()
{
	PIMG_STORE=$PIMG_FIXTURE
	export PIMG_STORE
	atf_check -o ignore strace -f -o trace \
	    pstore exec linux26 -- /bin/busybox uname -r
	grep -q "SIGSYS.*si_syscall=__NR_uname" trace ||
	    atf_fail "the program's call is not shown"
	grep -q "uname({sysname=" trace || atf_fail "the native call is not shown"
}

atf_test_case perf
perf_head()
{
	atf_set descr "perf names functions of the image"
}
perf_body()
{
	command -v perf >/dev/null 2>&1 || atf_skip "perf is not installed"
	PIMG_STORE=$PIMG_FIXTURE
	export PIMG_STORE
	# shellcheck disable=SC2016
	perf record -q -F 5000 -o perf.data pstore exec linux26 -- \
	    /bin/busybox sh -c 'i=0; while [ $i -lt 20000 ]; do
	    umask >/dev/null; cd .; i=$((i+1)); done' >perf.out 2>&1 ||
	    atf_skip "perf cannot record here: $(head -1 perf.out)"
	perf report -i perf.data --stdio --sort symbol >report 2>/dev/null
	head -40 report
	grep -q "pimg_" report || atf_fail "no function of the image is named"
}

atf_init_test_cases()
{
	atf_add_test_case attach_shim
	atf_add_test_case attach_c
	atf_add_test_case run
	atf_add_test_case core
	atf_add_test_case image_fault
	atf_add_test_case moves_away
	atf_add_test_case strace
	atf_add_test_case perf
}
