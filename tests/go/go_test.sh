#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# The quick subset of the tests of Go's standard library on each system
# (gostd.sh; `bmake test-go' runs all).

. "$(atf_get_srcdir)/../lib/pimg.subr"

# The test binaries are kept from run to run where the folder can be written.
quick()
{
	src=$(atf_get_srcdir)
	out=$src
	[ -w "$out" ] || out=$PWD/out
	PIMG_STORE=$PIMG_FIXTURE
	export PIMG_STORE
	sh "$src/gostd.sh" -q -b "$PIMG_PREFIX" -o "$out" "$@" >table 2>log ||
	    { cat log table; atf_fail "fewer than 99 % of the cases pass"; }
	cat table
	! grep -E 'unfinished:|time limit' table || atf_fail "unfinished cases"
}

for system in freebsd netbsd dragonfly; do
	atf_test_case "quick_$system"
	eval "quick_${system}_head()
	{
		atf_set descr 'Go standard library, a subset, on $system'
		atf_set require.progs go
		atf_set timeout 600
	}
	quick_${system}_body() { quick -s $system; }"
	atf_test_case "container_$system"
	eval "container_${system}_head()
	{
		atf_set descr 'The same under the system call filter of containers'
		atf_set require.progs go
		atf_set timeout 600
	}
	container_${system}_body()
	{
		quick -s $system -w \"\$PIMG_TESTS/seccomp/container\"
	}"
done

atf_test_case scoring
scoring_head()
{
	atf_set descr "what counts as passed, failed, skipped and left out"
}
scoring_body()
{
	src=$(atf_get_srcdir)
	mkdir -p go/pkg go/internal/testenv
	cat >go/pkg/x_test.go <<'END'
package pkg
func TestSource(t *testing.T) {
	if runtime.GOOS == "freebsd" {
		t.Skip("not on FreeBSD")
	}
}
func TestNoExec(t *testing.T) {
	switch runtime.GOOS {
	case "ios":
		if !exec {
			t.Skip("no exec")
		}
	}
}
END
	cat >list <<-'END'
	TestA
	TestB
	TestSource
	TestNoExec
	TestNative
	TestBoth
	TestDies
	TestLast
	BenchmarkA
	END
	cat >native <<-'END'
	=== RUN   TestA
	=== RUN   TestA/one
	=== RUN   TestA/two
	--- PASS: TestA (0.00s)
	    --- PASS: TestA/one (0.00s)
	    --- PASS: TestA/two (0.00s)
	=== RUN   TestB
	noise--- PASS: TestB (0.00s)
	=== RUN   TestSource
	--- PASS: TestSource (0.00s)
	=== RUN   TestNoExec
	--- PASS: TestNoExec (0.00s)
	=== RUN   TestNative
	    x_test.go:1: it fails
	--- FAIL: TestNative (0.00s)
	=== RUN   TestBoth
	    x_test.go:1: skipped
	--- SKIP: TestBoth (0.00s)
	=== RUN   TestDies
	--- PASS: TestDies (0.00s)
	=== RUN   TestLast
	--- PASS: TestLast (0.00s)
	FAIL

	gostd: status 1
	END
	cat >foreign <<-'END'
	=== RUN   TestA
	=== RUN   TestA/one
	    x_test.go:7: "tab"	and more
	--- FAIL: TestA (0.00s)
	    --- FAIL: TestA/one (0.00s)
	=== RUN   TestB
	        --- FAIL: TestLast (0.00s)
	--- PASS: TestB (0.00s)
	=== RUN   TestSource
	    x_test.go:4: not on FreeBSD
	--- SKIP: TestSource (0.00s)
	=== RUN   TestNoExec
	    x_test.go:11: no exec
	--- SKIP: TestNoExec (0.00s)
	=== RUN   TestNative
	--- FAIL: TestNative (0.00s)
	=== RUN   TestBoth
	    x_test.go:1: skipped
	--- SKIP: TestBoth (0.00s)
	=== RUN   TestDies
	panic: oh

	gostd: status 2
	END
	for s in native foreign; do
		awk -f "$src/verdicts.awk" list $s >$s.tsv || atf_fail verdicts
	done
	awk -v goos=freebsd -v package=pkg -v round=1 -v seconds=1 \
	    -v src="$PWD/go" -v cases=cases -f "$src/goskip.awk" \
	    -f "$src/score.awk" native.tsv foreign.tsv >rows || atf_fail score
	# 9 cases and two subtests less TestNative: TestB passes, TestBoth
	# and TestSource are skipped, and the others failed.
	printf 'freebsd\tpkg\t1\t9\t1\t6\t1\t1\t1\t1 failed\t1\n' >wanted
	atf_check -o file:wanted cat rows
	awk -F'\t' '{ print $1, $4, $6 }' cases | sort >got
	cat >wanted <<-'END'
	fail TestA no message
	fail TestA/one x_test.go:7: "tab" and more
	fail TestA/two unfinished: its parent ended before
	fail TestDies unfinished: panic: oh
	fail TestLast unfinished: not begun: panic: oh
	fail TestNoExec skipped: x_test.go:11: no exec
	native TestNative x_test.go:1: it fails
	source TestSource x_test.go:4: not on FreeBSD (GOOS)
	END
	atf_check -o file:wanted cat got
	for f in txt tsv json; do
		atf_check -s exit:1 -o save:table.$f awk -v format=$f \
		    -v version=go -v systems=freebsd -v rounds=1 \
		    -f "$src/table.awk" rows cases
	done
	grep -q '^freebsd: 9 cases, 1 passed, 6 failed, .* 33.33 %' table.txt ||
	    { cat table.txt; atf_fail "the summary differs"; }
}

atf_init_test_cases()
{
	for system in freebsd netbsd dragonfly; do
		[ ! -d "$PIMG_FIXTURE/current/$system" ] ||
		    { atf_add_test_case "quick_$system"
		    atf_add_test_case "container_$system"; }
	done
	atf_add_test_case scoring
}
