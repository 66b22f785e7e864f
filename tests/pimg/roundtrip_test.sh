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

for n in linux26 linux310 freebsd dragonfly netbsd; do
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

# Errno and signal maps, as a BSD personality declares them.
atf_test_case bsd__maps
bsd__maps_body()
{
	mkdir protos
	cp -R "$(atf_get_srcdir)/good/bsd" protos/bsd
	roundtrip bsd protos
	cat > main.c <<-END
		#define main unused
		#include "out/roundtrip.c"
		#undef main
		int
		main(void)
		{
			printf("%d %d %d %d\n", pimg_errno_out(11), pimg_errno_out(2),
			    pimg_errno_out(133), pimg_errno_out(95));
			printf("%d %d %d %d\n", pimg_signal_in(10), pimg_signal_out(7),
			    pimg_signal_in(7), pimg_signal_out(30));
			return (0);
		}
	END
	atf_check cc -w "-I$r" -o maps main.c
	# EAGAIN, ENOENT, one that BSD lacks, one of two names
	atf_check -o inline:'35 2 22 45\n7 10 0 0\n' ./maps
}

atf_init_test_cases()
{
	atf_add_test_case shipped__linux26
	atf_add_test_case shipped__linux310
	atf_add_test_case shipped__freebsd
	atf_add_test_case shipped__dragonfly
	atf_add_test_case shipped__netbsd
	atf_add_test_case demo__all
	atf_add_test_case bsd__maps
}
