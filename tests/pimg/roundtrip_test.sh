#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Every map and structure of the shipped personalities and of the demo, sent
# through both directions with random values, under ASan and UBSan.

. "$(atf_get_srcdir)/../lib/pimg.subr"

# roundtrip NAME PROTOS
roundtrip()
{
	for r in "$PIMG_PREFIX/share/pimg/runtime" "$PIMG_PREFIX/../runtime"; do
		[ ! -d "$r" ] || break
	done
	mkdir -p out
	atf_check -o ignore pimg check "$1" --protos "$2" --tests out
	atf_check cc -g -Wall -Werror -fsanitize=address,undefined \
	    -fno-sanitize-recover=all "-I$r" -o rt out/roundtrip.c
	atf_check -o match:' 0 failures' ./rt
}

shipped()
{
	for PROTOS in "$PIMG_PREFIX/share/pimg/protos" "$PIMG_PREFIX/../protos"; do
		[ ! -d "$PROTOS" ] || break
	done
	roundtrip "$1" "$PROTOS"
}

for n in linux26 linux310; do
	atf_test_case "shipped__$n"
	eval "shipped__${n}_body() { shipped $n; }"
done

atf_test_case demo__all
demo__all_body()
{
	for PROTOS in "$PIMG_PREFIX/share/pimg/protos" "$PIMG_PREFIX/../protos"; do
		[ ! -d "$PROTOS" ] || break
	done
	roundtrip demo "$(atf_get_srcdir)/demo/protos:$PROTOS"
}

atf_init_test_cases()
{
	atf_add_test_case shipped__linux26
	atf_add_test_case shipped__linux310
	atf_add_test_case demo__all
}
