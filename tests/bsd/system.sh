#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Installed as SYSTEM_test: runs each case of the programs in SYSTEM/ under
# that personality.  A case is named PROGRAM__CASE; one that ends with
# "_with_traps" is run with that option.

. "$(atf_get_srcdir)/../lib/pimg.subr"

system=${0##*/}
system=${system%_test}

run_case()
{
	case $2 in
	*_with_traps)	traps=--traps;;
	*)		traps=;;
	esac
	PIMG_STORE=$PIMG_FIXTURE timeout 60 pstore exec $traps "$system" -- \
	    "$PIMG_TESTS/bsd/$system/$1" "$2" >out 2>&1
	status=$?
	cat out
	[ "$status" -eq 0 ] || atf_fail "it ends with $status: $(tail -n 1 out)"
}

atf_init_test_cases()
{
	while read -r _p _c; do
		eval "${_p}__${_c}_head() { atf_set descr '$_p: $_c'; }"
		eval "${_p}__${_c}_body() { run_case $_p $_c; }"
		atf_add_test_case "${_p}__${_c}"
	done <"$PIMG_TESTS/bsd/$system/cases"
}
