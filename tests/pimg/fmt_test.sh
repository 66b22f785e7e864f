#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# pimg fmt: canonical, idempotent, and the meaning and the comments stay.

. "$(atf_get_srcdir)/../lib/pimg.subr"

protos_folder()
{
	for PROTOS in "$PIMG_PREFIX/share/pimg/protos" "$PIMG_PREFIX/../protos"; do
		[ ! -d "$PROTOS" ] || break
	done
}

# Blanks removed, two versions of a file are the same text.
squeeze()
{
	tr -d ' \t\n\\' < "$1"
}

atf_test_case shipped__canonical
shipped__canonical_body()
{
	protos_folder
	atf_check pimg fmt --check "$PROTOS"/*/*.proto
}

atf_test_case any__idempotent
any__idempotent_body()
{
	protos_folder
	d=$(atf_get_srcdir)
	for f in "$PROTOS"/*/*.proto "$d"/demo/protos/demo/*.proto \
	    "$d"/good/*/*.proto; do
		pimg fmt "$f" > one || atf_fail "$f"
		atf_check -o file:one pimg fmt one
		squeeze "$f" > want
		squeeze one > got
		atf_check cmp want got
	done
	# However it was broken into lines.
	grep -v UNIMPL "$d/good/golden/golden.proto" | sed '1,/\*\//d' > in
	sed 's/[^ \t]*[ \t]/&\n/g; s/{/\n&\n/g' in > odd
	pimg fmt in | grep -v '^$' > want
	atf_check -o file:want sh -c 'pimg fmt odd | grep -v "^\$"'
}

atf_test_case comments__kept
comments__kept_body()
{
	cp "$(atf_get_srcdir)/good/fmt/fmt.proto" in.proto
	cp "$(atf_get_srcdir)/golden/fmt.proto" want.proto
	chmod 600 in.proto
	atf_check -o file:want.proto pimg fmt in.proto
	atf_check -o file:want.proto pimg fmt want.proto
	atf_check -s exit:1 -o inline:'in.proto\n' -e match:'1 file is not' \
	    pimg fmt --check in.proto want.proto
	chmod 640 in.proto
	atf_check pimg fmt --write in.proto
	atf_check cmp in.proto want.proto
	atf_check -o inline:'640\n' stat -c %a in.proto
}

atf_test_case errors__refused
errors__refused_body()
{
	echo '3 STD { int close(int fd) }' > bad.proto
	cp bad.proto before
	atf_check -s exit:1 -e match:'bad.proto:1:27: error' \
	    pimg fmt --write bad.proto
	atf_check cmp before bad.proto
	atf_check -s exit:3 -e match:nothing pimg fmt nothing
	atf_check -s exit:2 -e match:exclude pimg fmt --write --check x
}

atf_init_test_cases()
{
	atf_add_test_case shipped__canonical
	atf_add_test_case any__idempotent
	atf_add_test_case comments__kept
	atf_add_test_case errors__refused
}
