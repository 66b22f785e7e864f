#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Installed as KIND_test: runs each case of the guest programs in KIND/ twice,
# natively, where it must pass, and under linux26, where it must end and print
# the same.  A case is named PROGRAM__CASE.  The carrier is pstore exec, or the
# program "drive" if one stands beside the test (tests/entry).

. "$(atf_get_srcdir)/../lib/pimg.subr"

kind()
{
	_k=${0##*/}
	echo "$PIMG_TESTS/guest/${_k%_test}"
}

carry()
{
	if [ -x "$(atf_get_srcdir)/drive" ]; then
		"$(atf_get_srcdir)/drive" \
		    "$PIMG_FIXTURE/current/linux26/x86_64" "$@"
	else
		guest "$@"
	fi
}

# Known limits of a personality; each is named in pstore(1).
limit()
{
	case $1 in
	sigwait__fd_faults)
		echo "signalfd does not report SIGSEGV, SIGBUS and SIGSYS";;
	esac
}

# By drive every call takes some 100 us, so a timer of 150 us rolls each one
# back for ever: not a case for it.
too_slow()
{
	[ -x "$(atf_get_srcdir)/drive" ] && [ "$1" = timers__sockets ]
}

in_folder()
{
	mkdir "$1" && cd "$1" || exit 99
	shift
	"$@"
}

run_case()
{
	program=$(kind)/$1
	native=0
	(in_folder native "$program" "$2") >native.out 2>&1 || native=$?
	[ "$native" -eq 0 ] || {
		cat native.out
		atf_fail "natively it ends with $native"
	}
	why=$(limit "$1__$2")
	[ -z "$why" ] || atf_expect_fail "$why"
	status=0
	(in_folder under carry "$program" "$2") >under.out 2>&1 || status=$?
	[ "$status" -eq 0 ] || {
		cat under.out
		atf_fail "under linux26 it ends with $status"
	}
	# what /proc shows of the auxiliary vector is the module's to set
	[ ! -x "$(atf_get_srcdir)/drive" ] ||
	    sed -i '/^.proc.self.auxv differs$/d' under.out
	atf_check diff native.out under.out
}

atf_init_test_cases()
{
	while read -r _p _c; do
		! too_slow "${_p}__${_c}" || continue
		eval "${_p}__${_c}_head() { atf_set descr '$_p: $_c'; }"
		eval "${_p}__${_c}_body() { run_case $_p $_c; }"
		atf_add_test_case "${_p}__${_c}"
	done <"$(kind)/cases"
}
