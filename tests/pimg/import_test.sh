#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# pimg import-master: each dialect, recognised by its form and by name.

. "$(atf_get_srcdir)/../lib/pimg.subr"

# dialect NAME: the golden result, which pimg check accepts once the marked
# blanks at its head are filled in.
dialect()
{
	d=$(atf_get_srcdir)
	in=$(echo "$d/good/import/$1."*)
	atf_check -o file:"$d/golden/import/$1.proto" pimg import-master "$in"
	atf_check -o file:"$d/golden/import/$1.proto" \
	    pimg import-master --dialect "$1" "$in"
	atf_check pimg fmt --check "$d/golden/import/$1.proto"
	mkdir -p protos/mine
	sed 's/^personality NAME/personality mine/' \
	    "$d/golden/import/$1.proto" > protos/mine/mine.proto
	# A Linux table has no types to declare.
	[ "$1" != linux ] || sed -i '/^release/r /dev/stdin' \
	    protos/mine/mine.proto <<-END
		typedef unsigned int mode_t;
	END
	atf_check -o match:'mine: [0-9]* calls' pimg check --protos protos mine
}

for n in freebsd dragonfly netbsd openbsd linux; do
	atf_test_case "dialect__$n"
	eval "dialect__${n}_body() { dialect $n; }"
done

# A whole table: every number of the header, with types where they are known.
atf_test_case linux__whole
linux__whole_body()
{
	h=/usr/include/x86_64-linux-gnu/asm/unistd_64.h
	[ -f $h ] || h=/usr/include/asm/unistd_64.h
	sed -n 's/^#define __NR_\([a-z0-9_]*\) \([0-9]*\)$/\2\tcommon\t\1\tsys_\1/p' \
	    $h > whole.tbl
	atf_check -o save:out pimg import-master whole.tbl
	atf_check_equal "$(wc -l < whole.tbl)" "$(grep -c '^[0-9]' out)"
	n=$(grep -c 'types of linux310' out)
	[ "$n" -gt 280 ] || atf_fail "types of only $n calls"
}

atf_test_case errors__placed
errors__placed_body()
{
	printf '#include <x.h>\n1\tSTD\t{ void exit(int rval) }\n' > bad.master
	atf_check -s exit:1 -e match:'bad.master:2:[0-9]*: error' \
	    pimg import-master bad.master
	atf_check -s exit:2 -e match:"'minix' is no dialect" \
	    pimg import-master --dialect minix bad.master
}

atf_init_test_cases()
{
	for n in freebsd dragonfly netbsd openbsd linux; do
		atf_add_test_case "dialect__$n"
	done
	atf_add_test_case linux__whole
	atf_add_test_case errors__placed
}
