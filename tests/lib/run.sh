#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# run.sh FOLDER [TEST...]: runs the tests below FOLDER with Kyua and ends
# with one line, "N passed, N failed, N skipped".  A broken case is a failed
# one; an expected failure is neither and is named in a line of its own, as
# each failed and skipped case is.  The status is 0 only if something ran
# and nothing failed.

set -eu
folder=$1
shift
results=$folder/results.db
rm -f "$results"

# Cases that ask for an ordinary user get one when root runs the tests.
user=
[ "$(id -u)" -ne 0 ] || user="-v unprivileged_user=${PIMG_TEST_USER:-nobody}"

# Two at a time or four; a test that measures is declared exclusive.
cpus=$(getconf _NPROCESSORS_ONLN 2>/dev/null || echo 1)
[ "$cpus" -le 4 ] || cpus=4

status=0
# shellcheck disable=SC2086
kyua ${user} ${KYUA_OPTIONS-} -v parallelism="${PIMG_TEST_JOBS:-$cpus}" test --kyuafile="$folder/Kyuafile" --results-file="$results" \
    "$@" || status=$?

report=$(kyua report --results-file="$results")
printf '%s\n' "$report" | sed -n '/^===> Summary/q;p'
printf '%s\n' "$report" | awk -v status="$status" '
	/^Test cases: / {
		seen = 1
		gsub(",", "")
		total = $3; skipped = $5; xfail = $7; failed = $10 + $12
	}
	END {
		if (!seen) {
			print "no summary in the report" > "/dev/stderr"
			exit 1
		}
		passed = total - skipped - xfail - failed
		if (xfail > 0)
			print xfail " expected failures"
		print passed " passed, " failed " failed, " skipped " skipped"
		if (failed > 0 || passed == 0 || status != 0)
			exit 1
	}'
