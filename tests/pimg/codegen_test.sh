#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Generated code: what a register-only shim is, to the instruction, and what
# converted calls do when a program makes them.

. "$(atf_get_srcdir)/../lib/pimg.subr"

# disassemble NAME: NAME's image, before its symbols were split off.
disassemble()
{
	mkdir -p tmp out
	TMPDIR=$(pwd)/tmp pimg build "$1" --image-dir out --keep-work 2> err ||
	    atf_fail "build: $(cat err)"
	objdump -d --no-show-raw-insn "tmp/"pimg.*/"${2:-x86_64}.full" > all.s
}

# Addresses out, one instruction a line.
normal()
{
	sed -n 's/^ *[0-9a-f]*:\t//p; s/^[0-9a-f]* <\(.*\)>:$/\1:/p' |
	    sed 's/[ \t][ \t]*/ /g; s/lea .*# [0-9a-f]* </lea </; s/ [0-9a-f]* </ </; s/# .*//; s/ *$//'
}

atf_test_case shims__golden
shims__golden_body()
{
	mkdir protos
	cp -R "$(atf_get_srcdir)/good/golden" protos/golden
	cp -R "$(atf_get_srcdir)/../../protos/linux26" protos/ 2> /dev/null ||
	    cp -R "$PIMG_PREFIX/share/pimg/protos/linux26" protos/ 2> /dev/null ||
	    cp -R "$PIMG_PREFIX/../protos/linux26" protos/
	PIMG_PROTOS=$(pwd)/protos
	export PIMG_PROTOS
	disassemble golden
	normal < all.s | awk '
	    /^[a-z_0-9]*:$/ { on = /^pimg_[sc]_g_/ }
	    on && !/^(nop|xchg|cs nop|data16)/' > got
	atf_check diff "$(atf_get_srcdir)/golden/shims.txt" got
}

# By the BSD convention.  The object has its relocations: a symbol's name
# stands in the line behind the instruction.
atf_test_case shims__golden_bsd
shims__golden_bsd_body()
{
	mkdir protos tmp out
	cp -R "$(atf_get_srcdir)/good/goldenbsd" protos/goldenbsd
	TMPDIR=$(pwd)/tmp pimg build goldenbsd --protos protos --image-dir out \
	    --keep-work > log 2>&1 || :
	objdump -dr --no-show-raw-insn \
	    tmp/pimg.*/obj/x86_64-gen-x86_64-dispatch.S.o > all.s ||
	    atf_fail "$(cat log)"
	awk '/>:$/ { gsub(/[<>]/, "", $2); name = $2; op = ""; next }
	    /R_X86_64_P/ { sub(/[-+]0x[0-9a-f]*$/, "", $NF)
		op = op " " $NF; out(); next }
	    /^ *[0-9a-f]+:\t/ { out(); op = $2
		if ($0 !~ /(lea|jmp) .*(rip|<)/) for (i = 3; i <= NF; i++) op = op " " $i }
	    END { out() }
	    function out() {
		if (op != "" && op !~ /^(nop|xchg|cs|data16)/) {
			if (name != last) print name
			last = name; print op
		}
		op = ""
	    }' all.s | sed 's/,%r11//; s/ *$//' > got
	atf_check diff "$(atf_get_srcdir)/golden/shims-bsd.txt" got
}

# In all of linux26: at most a number, the call, and the way out.
atf_test_case shims__register_only
shims__register_only_body()
{
	disassemble linux26
	normal < all.s | awk '
	    /^[a-z_0-9]*:$/ { on = /^pimg_s_/; if (on) n++; next }
	    on && !/^nop/ && !/^xchg/ && !/^cs nop/ && !/^data16/' > body
	grep -v -x -e syscall -e 'jmp \*%gs:0x0' -e 'mov \$0x[0-9a-f]*,%eax' \
	    -e 'mov \$0x[0-9a-f]*,%rax' body > other
	atf_check -o empty cat other
	# One way out for each; that of pimg_s_nosys has a label of its own.
	n=$(pimg inspect --json linux26 | jq '[.calls[] |
	    select(.abi == "x86_64" and (.class == "register-only" or .class == "errno"))] |
	    length')
	atf_check_equal "$n" "$(grep -c 'jmp \*%gs:0x0' body)"
}

# The same of i386: the number, the call, and the way out.
atf_test_case shims__i386
shims__i386_body()
{
	disassemble linux26 i386
	normal < all.s | awk '
	    /^[a-z_0-9]*:$/ { on = /^pimg_s_/ && !/nosys:/; next }
	    on && !/^nop/ && !/^xchg/ && !/^lea 0x0\(%esi/ && !/^cs nop/ && !/^data16/' |
	    grep -v -x -e 'int \$0x80' -e 'jmp \*%fs:0x0' \
	    -e 'mov \$0x[0-9a-f]*,%eax' > other
	atf_check -o empty cat other
}

# The manual's example: lines of a prototype file are all it takes.
atf_test_case manual__example
manual__example_body()
{
	for man in "$PIMG_PREFIX/share/man/man5/pimg-proto.5" \
	    "$PIMG_PREFIX/../man/pimg-proto.5"; do
		[ ! -f "$man" ] || break
	done
	mkdir -p protos/linux26.d out
	sed -n '/example begin/,/example end/{/^\.\\"/d;/^\.[BE]d/d;p}' "$man" \
	    > protos/linux26.d/nap.proto
	for p in "$PIMG_PREFIX/share/pimg/protos" "$PIMG_PREFIX/../protos"; do
		[ ! -d "$p/linux26" ] || cp -R "$p/linux26" protos/
		[ ! -d protos/linux26 ] || break
	done
	atf_check pimg build linux26 --protos protos --image-dir out
	cat > prog.c <<-END
		#include <errno.h>
		#include <stdio.h>
		#include <time.h>
		#include <unistd.h>
		int main(void)
		{
			struct timespec now;
			int t[2] = { 1000000, 0 };	/* nsec, sec */
			printf("%ld\n", syscall(400, 0, t));
			clock_gettime(CLOCK_MONOTONIC, &now);
			t[0] = 0; t[1] = now.tv_sec + 1;
			printf("%ld\n", syscall(400, 0x10, t));
			clock_gettime(CLOCK_MONOTONIC, &now);
			printf("%d\n", now.tv_sec >= t[1]);
			printf("%ld", syscall(400, 1, t));
			printf(" %d\n", errno == EINVAL);
			return (0);
		}
	END
	atf_check cc -w -o prog prog.c
	atf_check -o inline:'0\n0\n1\n-1 1\n' ./out/x86_64 ./prog
}

# No function of the generated file recurses or needs a large stack.
atf_test_case shims__stack
shims__stack_body()
{
	disassemble linux26
	awk '/>:$/ { name = $2 } /sub +\$0x[0-9a-f]+,%rsp/ {
	    split($0, a, /[$,]/); print name, a[2] }' all.s |
	    grep pimg_shim_ | while read -r name size; do
		[ $((size)) -le 24576 ] || echo "$name $size"
	done > large
	atf_check -o empty cat large
}

# A flag set, an enumeration, structures both ways, variants, an errno: a
# personality that declares them, and a program that makes the calls.
atf_test_case demo__runs
demo__runs_body()
{
	fresh_home
	mkdir protos out
	cp -R "$(atf_get_srcdir)/demo/protos/demo" protos/demo
	for p in "$PIMG_PREFIX/share/pimg/protos" "$PIMG_PREFIX/../protos"; do
		[ ! -d "$p/linux26" ] || cp -R "$p/linux26" protos/
		[ ! -d protos/linux26 ] || break
	done
	PIMG_PROTOS=$(pwd)/protos
	export PIMG_PROTOS
	atf_check pimg build demo --image-dir out
	atf_check cc -O1 -w -o prog "$(atf_get_srcdir)/demo/prog.c"
	atf_check -o file:"$(atf_get_srcdir)/demo/expected.txt" ./out/x86_64 ./prog
}

atf_init_test_cases()
{
	atf_add_test_case shims__golden
	atf_add_test_case shims__golden_bsd
	atf_add_test_case shims__register_only
	atf_add_test_case shims__i386
	atf_add_test_case shims__stack
	atf_add_test_case manual__example
	atf_add_test_case demo__runs
}
