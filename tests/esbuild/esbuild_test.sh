#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# A real program that nobody here built: npm's esbuild of FreeBSD and NetBSD
# bundles a project of more than 1000 modules, and what it writes is what the
# Linux build writes.

. "$(atf_get_srcdir)/../lib/pimg.subr"

# Fetched once, kept where the folder can be written; two cases at a time.
get()
{
	here=$(atf_get_srcdir)
	got=$here/got
	[ -w "$here" ] || got=$PWD/got
	status=0
	flock "${got%/*}" sh "$here/fetch.sh" "$got" >fetch.log 2>&1 || status=$?
	case $status in
	0) ;;
	3) atf_skip "esbuild is not here: $(tail -n 1 fetch.log)";;
	*) cat fetch.log; atf_fail "fetch.sh: status $status";;
	esac
}

# bundle OUTPUT COMMAND...: all files go to OUTPUT.
bundle()
{
	to=$PWD/$1
	shift
	(cd "$got/project" && timeout 120 "$@" entry.ts --bundle \
	    --log-level=warning --outdir="$to" $options) >bundle.out 2>&1 ||
	    { cat bundle.out; atf_fail "$* failed"; }
	[ ! -s bundle.out ] || { cat bundle.out; atf_fail "$* said something"; }
}

compare()
{
	get
	PIMG_STORE=$PIMG_FIXTURE
	export PIMG_STORE
	for options in "--sourcemap" \
	    "--minify --sourcemap --splitting --format=esm"; do
		rm -rf linux "$1"
		bundle linux "$got/linux"
		bundle "$1" pstore exec "$1" -- "$got/$1"
		atf_check diff -r linux "$1"
	done
	grep -q formatISO linux/entry.js.map || atf_fail "that is no bundle"
	# Errors, and the status of a program that fails.
	printf 'import x from "nowhere"; x(;\n' >bad.ts
	for s in linux "$1"; do
		run=
		[ "$s" = linux ] || run="pstore exec $s --"
		status=0
		$run "$got/$s" bad.ts --bundle --log-level=error \
		    --color=false >$s.out 2>$s.err || status=$?
		[ "$status" -eq 1 ] || atf_fail "status $status"
	done
	atf_check diff linux.err "$1.err"
	# The version, by the shortest run, and the service protocol's pipe.
	atf_check -o inline:"$("$got/linux" --version)\n" \
	    pstore exec "$1" -- "$got/$1" --version
	echo 'let x: number = 1' >x.ts
	atf_check -o inline:'let x = 1;\n' -x \
	    "pstore exec $1 -- $got/$1 --loader=ts <x.ts"
}

for system in freebsd netbsd; do
	atf_test_case "bundle_$system"
	eval "bundle_${system}_head()
	{
		atf_set descr 'esbuild of $system writes what that of Linux does'
		atf_set require.progs npm
		atf_set timeout 600
	}
	bundle_${system}_body() { compare $system; }"
done

atf_init_test_cases()
{
	for system in freebsd netbsd; do
		[ ! -d "$PIMG_FIXTURE/current/$system" ] ||
		    atf_add_test_case "bundle_$system"
	done
}
