#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# pstore exec --trace: what a line says, that it changes nothing, and that no
# line is lost or mixed with another.  The calls are those of calls.c.
#
# shellcheck disable=SC2086

. "$(atf_get_srcdir)/../lib/pimg.subr"
. "$(atf_get_srcdir)/trace.subr"

CALLS=$(atf_get_srcdir)/calls

# $TRACED OPTION... -- PROGRAM ARG...: atf_check runs programs only
TRACED="env PIMG_STORE=$PIMG_FIXTURE pstore exec linux26"

golden()
{
	umask 022
	atf_check $TRACED --trace -o out -- "$CALLS" "$1" </dev/null
	marked out >got
	atf_check diff -u "$(atf_get_srcdir)/$1.txt" got
}

atf_test_case strings
strings_body() { golden strings; }

atf_test_case structs
structs_body() { golden structs; }

atf_test_case flags
flags_body() { golden flags; }

# A pointer that leads nowhere is shown and harms nothing.
atf_test_case wild
wild_body() { golden wild; }

atf_test_case missing
missing_body() { golden missing; }

# Stack arguments, errors and flags by their names there.
bsd()
{
	atf_check env PIMG_STORE="$PIMG_FIXTURE" pstore exec --trace -o out \
	    "$1" -- "$(atf_get_srcdir)/$1" calls
	normal out | sed -n '/getppid/,/getppid/p' >got
	atf_check diff -u "$(atf_get_srcdir)/$1.txt" got
}

atf_test_case freebsd
freebsd_body() { bsd freebsd; }

atf_test_case dragonfly
dragonfly_body() { bsd dragonfly; }

atf_test_case netbsd
netbsd_body() { bsd netbsd; }

# The C library makes calls of its own here; these lines stand in this order.
atf_test_case children
children_body()
{
	atf_check $TRACED --trace -o out -- "$CALLS" children </dev/null
	normal out >got
	for line in 'B] dup(1) = 3' 'B] exit_group(3) = ?' 'A] fork() = B' \
	    'A] wait4(B, [768], 0, NULL) = B' 'A] vfork() = C' \
	    'C] execve("/no/such/program", NULL, NULL) = -1 ENOENT' \
	    'C] exit_group(0) = ?' 'A] wait4(-1, [0], 0, NULL) = C'; do
		grep -qxF "[pid $line" got || {
			cat got
			atf_fail "no line: $line"
		}
	done
	# the program that was executed, by name, with its arguments
	grep -q '^\[pid A\] execve(".*/calls", \["'"$CALLS"'", "children"\], \[/\* [0-9]* vars \*/\]) = 0$' got ||
	    atf_fail "the first line"
	grep -q '^\[pid C\] execve(".*/calls", \["calls", "again"\], \[/\* [0-9]* vars \*/\]) = 0$' got ||
	    atf_fail "the exec"
}

atf_test_case threads
threads_body()
{
	atf_check $TRACED --trace -o out -- "$CALLS" threads </dev/null
	normal out >got
	for line in 'A] clone(.*CLONE_THREAD.*) = B' 'B] dup(1) = 3' \
	    'B] exit(0) = ?'; do
		grep -q "^\[pid $line\$" got || {
			cat got
			atf_fail "no line: $line"
		}
	done
}

# A call that is made again is shown as such, and then with its result.
signal_case()
{
	umask 022
	atf_check $TRACED --trace -o out -- "$CALLS" "$1" </dev/null
	marked out | grep '^.pid A' >got
	cat >want
	atf_check diff -u want got
}

atf_test_case restart
restart_body()
{
	signal_case restart <<'END'
[pid A] read(3, 0xN, 1) = ? (a signal came first; made again)
[pid A] --- SIGUSR1 from B ---
[pid A] getppid() = N
[pid A] rt_sigreturn() = ?
[pid A] read(3, "c", 1) = 1
END
}

atf_test_case interrupt
interrupt_body()
{
	signal_case interrupt <<'END'
[pid A] read(3, 0xN, 1) = -1 EINTR
[pid A] --- SIGUSR1 from B ---
[pid A] getppid() = N
[pid A] rt_sigreturn() = ?
END
}

# A program that is killed has lost no line of a call that was over.
atf_test_case killed
killed_body()
{
	for how in --trace --trace=summary; do
		status=0
		($TRACED "$how" -o out -- "$CALLS" killed) || status=$?
		atf_check_equal 137 "$status"
		tail -n 20 out >end
		case $how in
		--trace)
			atf_check_equal "getppid" "$(sed -n \
			    's/.*\] \(getppid\)().*/\1/p' end)"
			sed -n '$p' end | grep -q getpid || atf_fail "cut short";;
		*)
			grep -Eq '^ +1 +0  getppid$' out || atf_fail "summary";;
		esac
	done
}

atf_test_case summary
summary_body()
{
	atf_check $TRACED --trace=summary -o out -- "$CALLS" missing </dev/null
	for line in '2 +0  getsid' '2 +0  getpid' '1 +1  close' \
	    '1 +1  syscall_999' '1 +1  statx' '1 +0  execve' \
	    '1 +0  exit_group' '[0-9]+ +[0-9]+  total'; do
		grep -Eq "^ +$line\$" out || {
			cat out
			atf_fail "no line: $line"
		}
	done
	sed '1,/missing$/d' out >list
	grep -Eq '^ +1 +call syscall_999$' list || atf_fail "999 not missing"
	grep -Eq '^ +1 +call statx$' list || atf_fail "statx not missing"
	! grep -q 'getsid' list || atf_fail "getsid missing"
}

# One table for all processes, when the last one has ended; and the program's
# status is pstore's.
atf_test_case summary_tree
summary_tree_body()
{
	atf_check -s exit:3 $TRACED --trace=summary -o out -- busybox sh -c '
	    (busybox sleep 0.3; busybox true) & busybox true; exit 3'
	grep -Eq '^ +4 +0  execve$' out || {
		cat out
		atf_fail "not every process was counted"
	}
	# nothing but the table, and on standard error without -o
	atf_check -o inline:'hi\n' -e match:' total$' $TRACED \
	    --trace=summary -- busybox echo hi
}

# A script's output, status and effects are the same with and without.
atf_test_case same
same_body()
{
	cat >script <<'END'
i=0
while [ $i -lt 10 ]; do
	busybox echo $i | busybox sed 's/^/x/' | busybox cat
	i=$((i + 1))
done
busybox find /usr/share/doc -maxdepth 1 | busybox sort | busybox head -n 5
trap 'echo term' TERM
kill -TERM $$
(exec busybox ls /absent) || echo "status $?"
busybox seq 1 2000 | busybox md5sum
exit 7
END
	$TRACED -- busybox sh script >plain.out 2>plain.err || plain=$?
	for how in --trace --trace=summary; do
		status=0
		$TRACED "$how" -o out -- busybox sh script >traced.out \
		    2>traced.err || status=$?
		atf_check_equal "$plain" "$status"
		atf_check diff plain.out traced.out
		atf_check diff plain.err traced.err
	done
	# several processes wrote, and each line is whole
	$TRACED --trace -o out -- busybox sh script >/dev/null 2>&1
	! grep -v '^\[pid [0-9]*\] .* = \|^\[pid [0-9]*\] --- .* ---$' out ||
	    atf_fail "lines are mixed"
	[ "$(sed 's/\].*//' out | sort -u | wc -l)" -gt 30 ] ||
	    atf_fail "not every process is there"
}

# The program does not see the descriptor, and cannot be rid of it.
atf_test_case descriptors
descriptors_body()
{
	$TRACED -- busybox ls /proc/self/fd >plain
	$TRACED --trace -o out -- busybox ls /proc/self/fd >got
	atf_check diff plain got
	for limit in '' 300; do
		# shellcheck disable=SC3045
		[ -z "$limit" ] || ulimit -n "$limit" || atf_skip "limits"
		$TRACED -- "$CALLS" descriptors >plain </dev/null
		$TRACED --trace -o out -- "$CALLS" descriptors >got </dev/null
		atf_check diff plain got
		# where every number is taken the trace gives way
		[ -n "$limit" ] || tail -n 1 out | grep -q exit_group ||
		    atf_fail "the trace was lost"
	done
}

atf_test_case options
options_body()
{
	atf_check -s exit:125 -e match:'--trace=summary' $TRACED --trace=all \
	    -- busybox true
	atf_check -s exit:125 -e match:'twice' $TRACED --trace --trace \
	    -- busybox true
	atf_check -s exit:125 -e match:'-o is where' $TRACED -o out -- \
	    busybox true
	atf_check -s exit:125 -e match:'/absent/out: open' $TRACED --trace \
	    -o /absent/out -- busybox true
	atf_check -o inline:'hi\n' -e match:'^.pid [0-9]+. exit_group.0. = .$' \
	    $TRACED --trace -- busybox echo hi
	# standard error is the one of pstore, not what the program makes it
	atf_check -e match:'dup2.3, 2' $TRACED --trace -- busybox sh -c \
	    'exec 2>/dev/null; busybox true; :'
	# not in the program's arguments or environment
	atf_check -o not-match:--trace= $TRACED --trace -o out -- busybox sh -c \
	    'busybox env; busybox tr "\0" "\n" </proc/self/cmdline'
}

# strace sees natively what the trace shows; what 2.6.39 lacks apart.
atf_test_case strace
strace_head() { atf_set require.progs "strace"; }
strace_body()
{
	cat >script <<'END'
for i in 1 2 3; do busybox echo $i | busybox cat; done
busybox ls -l / ; busybox true; (exit 3); echo $?
END
	strace -f -o native busybox sh script >/dev/null 2>&1 ||
	    atf_skip "strace does not work here"
	$TRACED --trace -o out -- busybox sh script >/dev/null
	sed -n 's/^[0-9]* *\([a-z0-9_]*\)(.*/\1/p' native | count >a
	sed -n 's/^.pid [0-9]*. \([a-z0-9_]*\)(.*/\1/p' out | count >b
	atf_check diff a b
}

# The clock may be read without a call; names are set in other ways.
count()
{
	grep -v '^clock_gettime$\|^time$\|^prctl$\|^rt_sigreturn$\|^wait4$' |
	    sort | uniq -c
}

atf_init_test_cases()
{
	for case in strings structs flags wild missing children threads \
	    restart interrupt killed summary summary_tree same descriptors \
	    options strace freebsd dragonfly netbsd; do
		atf_add_test_case "$case"
	done
}
