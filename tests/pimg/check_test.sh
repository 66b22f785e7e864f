#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# pimg check and the command line.

. "$(atf_get_srcdir)/../lib/pimg.subr"

atf_test_case usage__errors
usage__errors_body()
{
	atf_check -s exit:2 -e match:'a command is missing' pimg
	atf_check -s exit:2 -e match:'frob: no such command' pimg frob
	atf_check -s exit:2 -e match:'check: an argument is missing' pimg check
	atf_check -s exit:2 -e match:'check: too many arguments' pimg check a b
	atf_check -s exit:2 -e match:'--protos is given twice' \
	    pimg check --protos a --protos b x
	atf_check -s exit:2 -e match:'option --frob is unknown' \
	    pimg check --frob x
	atf_check -s exit:2 -e match:'"code":"usage"' pimg check --json
	atf_check -s exit:2 -e match:'--version: .0. is no number' \
	    pimg build --version 0 linux26
	atf_check -s exit:2 -e match:'--key without --sign' \
	    pimg build --key k linux26
}

# Every command and every option of the usage text has its place in the manual.
atf_test_case usage__manual
usage__manual_body()
{
	man=$PIMG_TESTS/../share/man/man1/pimg.1
	[ -f "$man" ] || man=$PIMG_TESTS/../../man/pimg.1
	[ -f "$man" ] || man=$PIMG_TESTS/../../share/man/man1/pimg.1
	[ -f "$man" ] || atf_fail "pimg.1 is not found"
	pimg --help > help
	for v in $(sed -n 's/^  pimg \([a-z-]*\).*/\1/p' help); do
		grep -q "^\.It Xo\$\|^\.It Cm $v\|^\.Cm $v" "$man" &&
		    grep -q "Cm $v" "$man" || atf_fail "$v is not in pimg.1"
	done
	for o in $(grep -o -- '--[a-z-]*' help | sort -u); do
		grep -q "Fl Fl ${o#--}" "$man" || atf_fail "$o is not in pimg.1"
	done
}

atf_test_case names__unknown
names__unknown_body()
{
	atf_check -s exit:3 -e match:'linux99: no such personality' \
	    pimg check linux99
	atf_check -s exit:2 -e match:'not a personality' pimg check ../x
	PIMG_PROTOS=/nonexistent atf_check -s exit:3 -e match:/nonexistent \
	    pimg check linux26
}

atf_test_case shipped__clean
shipped__clean_body()
{
	for n in linux26 linux310; do
		atf_check -o match:'0 warnings' pimg check $n
	done
}

# 500 calls in at most 50 ms (ten runs, the fastest counts: others may run).
atf_test_case check__fast
check__fast_body()
{
	mkdir -p protos/many
	{
		printf 'personality many;\nconvention linux;\nrelease 9;\n'
		i=0
		while [ $i -lt 500 ]; do
			echo "$i STD { ssize_t read_$i(int fd, _Out_writes_bytes_(n) char *buf, size_t n); } -> read"
			i=$((i + 1))
		done
	} > protos/many/many.proto
	best=999
	for _ in 1 2 3 4 5 6 7 8 9 10; do
		t0=$(date +%s%N)
		pimg check --protos protos many > /dev/null || atf_fail "check"
		t=$((($(date +%s%N) - t0) / 1000000))
		[ $t -lt $best ] && best=$t
	done
	echo "fastest of ten: $best ms"
	# A build with sanitizers is slow by nature.
	grep -q __asan_init "$PIMG_PREFIX/bin/pimg" && return
	[ $best -le 50 ] || atf_fail "$best ms"
}

atf_init_test_cases()
{
	atf_add_test_case usage__errors
	atf_add_test_case usage__manual
	atf_add_test_case names__unknown
	atf_add_test_case shipped__clean
	atf_add_test_case check__fast
}
