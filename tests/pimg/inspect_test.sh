#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# pimg inspect: coverage, versions, files.

. "$(atf_get_srcdir)/../lib/pimg.subr"

atf_test_case coverage__linux26
coverage__linux26_body()
{
	atf_check -o save:json pimg inspect --json linux26
	# Every call of 2.6.39 on x86-64, in order, each of one class.
	atf_check -o inline:'307 true true\n' jq -r '
	    [.calls[] | select(.abi == "x86_64")] as $c |
	    "\($c | length) \([$c[].number] == [range(307)]) \([.calls[].class] |
	    all(. == "register-only" or . == "converted" or . == "hook" or
	    . == "errno" or . == "missing"))"' json
	# None is missing, and nine of ten need no C.
	atf_check -o inline:'0 true\n' jq -r '
	    "\(.classes.missing) \(.prototype_only_percent >= 90)"' json
	atf_check -o inline:'ENOSYS\nEPERM\n' jq -r '[.calls[] |
	    select(.class == "errno") | .target | sub("errno "; "")] |
	    unique[]' json
	# The counts are those of the calls.
	atf_check -o inline:'true true true\n' jq -r '
	    ([.calls[] | select(.target | startswith("runtime "))] | length) as $r |
	    ([.calls[] | select(.target | startswith("hook "))] | length) as $h |
	    "\(.by_runtime == $r) \(.by_hook == $h) \(
	    .prototype_only == .implemented - $r - $h)"' json
	atf_check -o match:'^implemented: [0-9]+$' \
	    -o match:'^prototype-only: [0-9]+, 9[0-9].[0-9] %' \
	    -o match:'^register-only: [0-9]+$' \
	    -o match:'^x86_64 +0 read +register-only +read' pimg inspect linux26
}

# Of the BSDs: every slot has a status, and 17 of 20 calls need no C.  NetBSD
# lacks two calls of that; what is reached is held.
atf_test_case coverage__bsd
coverage__bsd_body()
{
	for n in freebsd dragonfly netbsd; do
		least=85
		[ $n != netbsd ] || least=84.5
		atf_check -o save:json pimg inspect --json $n
		atf_check -o inline:'true true\n' jq -r --argjson least $least '
		    [.calls[].number] as $c |
		    "\($c == [range($c | length)]) \(.prototype_only_percent >= $least)"' \
		    json
	done
}

atf_test_case coverage__numbers
coverage__numbers_body()
{
	# The system's own headers agree with our tables.
	numbers x86_64 unistd_64.h 307
	numbers i386 unistd_32.h 345
}

numbers()
{
	h=/usr/include/x86_64-linux-gnu/asm/$2
	[ -f "$h" ] || h=/usr/include/asm/$2
	[ -f "$h" ] || atf_fail "no asm/$2: install linux-libc-dev"
	sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$/\2 \1/p' "$h" |
	    awk -v max="$3" '$1 < max' | sort -n > want
	pimg inspect --json linux26 | jq -r \
	    ".calls[] | select(.abi == \"$1\") | \"\(.number) \(.name)\"" |
	    sed 's/_[0-9]*$//' > got
	sed -i 's/_[0-9]*$//' want
	atf_check diff want got
}

# A later kernel differs by a release and the calls it gained.
atf_test_case coverage__linux310
coverage__linux310_body()
{
	atf_check -o save:old pimg inspect --json linux26
	atf_check -o save:new pimg inspect --json linux310
	jq -r '.calls[] | "\(.abi) \(.number) \(.name) \(.target)"' old | sort > a
	jq -r '.calls[] | "\(.abi) \(.number) \(.name) \(.target)"' new | sort > b
	atf_check -o empty comm -23 a b
	atf_check -o inline:'13\n' sh -c 'comm -13 a b | wc -l'
	atf_check -o inline:'3.10.0\n' jq -r .release new
}

atf_test_case version__files
version__files_body()
{
	fresh_home
	atf_check -o ignore pimg build linux26
	atf_check -o save:json pimg inspect --json linux26@1
	atf_check -o inline:'linux26@1 307 i386 i386.debug sources.tar x86_64 x86_64.debug\n' \
	    jq -r '"\(.image) \(.slots) \([.files[].name] | sort | join(" "))"' json
	d=$(jq -r .digest json)
	atf_check -o match:'^image: linux26@1$' pimg inspect "linux26@$d"
	atf_check -s exit:3 -e match:'linux26@9' pimg inspect linux26@9
	atf_check -o match:'image of linux26, x86_64, ABI revision 1, 307 slots' \
	    pimg inspect ./store/versions/linux26@1/x86_64
	# The source digest in the note is the manifest's.
	atf_check -o inline:"$(jq -r .source json)\n" sh -c \
	    'pimg inspect --json store/versions/linux26@1/x86_64 | jq -r .image_file.source'
	atf_check -o match:'^linux26/linux26.proto' tar tf \
	    store/versions/linux26@1/sources.tar
}

atf_init_test_cases()
{
	atf_add_test_case coverage__linux26
	atf_add_test_case coverage__bsd
	atf_add_test_case coverage__numbers
	atf_add_test_case coverage__linux310
	atf_add_test_case version__files
}
