#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# Ten thousand versions: list and promote may take twice the 20 ms that a
# promote may take, adding one more not much longer than the first.

. "$(atf_get_srcdir)/store.subr"

# milliseconds COMMAND...: the median of nine runs.
milliseconds()
{
	for _i in 1 2 3 4 5 6 7 8 9; do
		_a=$(date +%s%N)
		"$@" >/dev/null || return 1
		_b=$(date +%s%N)
		echo $(((_b - _a) / 100000))
	done | sort -n | sed -n 5p | awk '{ printf "%.1f\n", $1 / 10 }'
}

atf_test_case ten_thousand
ten_thousand_head()
{
	atf_set timeout 900
}
ten_thousand_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	few_list=$(milliseconds pstore list)
	few_promote=$(milliseconds pstore promote testabi@1)
	mkversion fill store "${PIMG_TEST_VERSIONS:-10000}" \
	    "$HERE/image" home/my.key || atf_fail "fill"
	many_list=$(milliseconds pstore list)
	many_promote=$(for i in 1 2 3 4 5 6 7 8 9; do
		a=$(date +%s%N)
		pstore promote testabi@$((9000 + i)) >/dev/null || exit 1
		b=$(date +%s%N)
		echo $(((b - a) / 100000))
	done | sort -n | sed -n 5p | awk '{ printf "%.1f\n", $1 / 10 }')
	rollback=$(milliseconds pstore rollback -n)
	digest=$(pstore show --json testabi@9999 | jq -r '.images[0].digest')
	exec_digest=$(milliseconds pstore exec "testabi@$digest" -- /bin/true)
	exec_name=$(milliseconds pstore exec testabi -- /bin/true)
	echo "list: $few_list ms, with 10000: $many_list ms"
	echo "promote: $few_promote ms (no change), with 10000: $many_promote ms"
	echo "rollback -n: $rollback ms; exec NAME: $exec_name ms, by digest: $exec_digest ms"
	# Machines differ and have other work: the bound is wide here; the
	# figures are above.
	awk "BEGIN { exit !($many_list < 200 && $many_promote < 200) }" ||
	    atf_fail "too slow"
	atf_check -o inline:'10001\n' sh -c 'pstore list testabi | grep -c testabi@'
}

atf_init_test_cases()
{
	atf_add_test_case ten_thousand
}
