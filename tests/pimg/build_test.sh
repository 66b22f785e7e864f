#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# pimg build: versions, drop-ins, reproducibility, and what it refuses.

. "$(atf_get_srcdir)/../lib/pimg.subr"

# small NAME: a personality of few calls, which builds fast.
small()
{
	mkdir -p "protos/$1"
	cat > "protos/$1/$1.proto" <<-END
		personality $1 "Small";
		convention linux;
		release 2.6.39;
		inherit "base";
	END
	[ -d protos/base ] || cp -R "$PROTOS/linux26" protos/base
}

protos()
{
	for PROTOS in "$PIMG_PREFIX/share/pimg/protos" "$PIMG_PREFIX/../protos"; do
		[ ! -d "$PROTOS" ] || break
	done
	mkdir -p protos
	PIMG_PROTOS=$(pwd)/protos
	export PIMG_PROTOS
}

atf_test_case version__life
version__life_body()
{
	fresh_home
	atf_check -o save:out pimg keygen --no-passphrase
	atf_check -o match:'^linux26@1: added, unsigned' pimg build linux26
	atf_check -o match:'^linux26@1: unchanged, unsigned' pimg build linux26
	atf_check -o match:'^linux26@1: signed' pimg build linux26 --sign
	atf_check -o match:'^linux26@1: unchanged \(' pimg build linux26 --sign
	atf_check -o match:'^linux26@5: added' pimg build linux26 --version 5
	atf_check -o match:'^linux26@5: unchanged' pimg build linux26
	atf_check -o save:json pimg build --json linux26
	atf_check -o inline:'1 linux26@5 linux26 5 unchanged false\n' jq -r \
	    '"\(.schema) \(.image) \(.personality) \(.version) \(.status) \(.signed)"' json
}

atf_test_case version__dropin
version__dropin_body()
{
	fresh_home
	protos
	cp -R "$PROTOS/linux26" protos/
	atf_check -o match:'^linux26@1: added' pimg build linux26
	mkdir protos/linux26.d
	cp "$PROTOS/examples/linux26-getrandom.proto" protos/linux26.d/
	atf_check -o match:'^linux26@2: added' pimg build linux26
	atf_check -o match:'"slots":319' pimg inspect --json linux26@2
	atf_check -o match:'319 slots' \
	    pimg inspect ./store/versions/linux26@2/x86_64
	rm -r protos/linux26.d
	atf_check -o match:'^linux26@1: unchanged' pimg build linux26
}

atf_test_case bytes__reproducible
bytes__reproducible_body()
{
	fresh_home
	mkdir a 'b with a longer name' out1 out2
	TMPDIR=$(pwd)/a atf_check pimg build linux26 --image-dir out1
	cd 'b with a longer name' || exit
	protos
	cp -R "$PROTOS/linux26" protos/
	TMPDIR=$(pwd) PIMG_PROTOS=protos \
	    atf_check pimg build linux26 --image-dir ../out2
	cd ..
	for f in x86_64 x86_64.debug i386 i386.debug sources.tar; do
		atf_check cmp out1/$f out2/$f
	done
	# Nothing of the places reaches the image.
	for f in out1/x86_64 out1/x86_64.debug; do
		grep -q "$(pwd)" $f && atf_fail "$f names the work folder"
	done
	atf_check -o empty find a -mindepth 1
	# And the bundles are the same.
	atf_check -o ignore pimg build linux26 -o one
	atf_check -o ignore pimg build linux26 --version 1 -o two
	atf_check cmp one two
}

# refused NAME MESSAGE: a hook makes the image impossible.
refused()
{
	fresh_home
	protos
	small x
	cat > protos/x/hook.c
	atf_check -s exit:1 -o empty -e match:"$1" pimg build x
	[ ! -e store/versions/x@1 ] || atf_fail "a version was made"
}

atf_test_case refuse__relocation
refuse__relocation_body()
{
	refused 'section .data.rel.ro[^:]*: table holds the address of .*no relocations' <<-END
		static int f(void) { return (1); }
		static int g(void) { return (2); }
		int (*const table[])(void) = { f, g };
	END
}

atf_test_case refuse__data
refuse__data_body()
{
	refused 'section .data: counter is initialised and writable' <<-END
		int counter = 7;
	END
}

atf_test_case refuse__tls
refuse__tls_body()
{
	refused 'section .tbss.*no thread-local storage' <<-END
		__thread int mine;
	END
}

atf_test_case refuse__wx
refuse__wx_body()
{
	refused 'section .wx .*writable and executable' <<-END
		__asm__(".section .wx, \"awx\"\n\tnop\n\t.text");
	END
}

atf_test_case refuse__compile
refuse__compile_body()
{
	refused 'protos/x/hook.c: .* failed' <<-END
		int broken(void) { return (1) }
	END
}

# Native layouts and constants are held against the system's headers.
atf_test_case refuse__layout
refuse__layout_body()
{
	fresh_home
	protos
	small x
	cat >> protos/x/x.proto <<-END
		native struct timespec <time.h> { int tv_sec; long tv_nsec; }
		struct ts -> timespec { int tv_sec; long tv_nsec; }
		400 STD { int mine(_In_ struct ts *t); } -> nanosleep(t, 0)
	END
	atf_check -s exit:1 -e match:'static assertion failed.*timespec.tv_sec' \
	    pimg build x
	cat > protos/x/y.proto <<-END
		flags f <fcntl.h> { X_APPEND = 1 -> O_APPEND = 2; unknown reject EINVAL; }
		401 STD { int yours(_Flags_(f) int t); } -> dup(t)
	END
	sed -i 's/{ int tv_sec; long/{ long tv_sec; long/' protos/x/x.proto
	atf_check -s exit:1 -e match:'static assertion failed.*x/y.proto:1: O_APPEND' \
	    pimg build x
	sed -i 's/O_APPEND = 2/O_APPEND = 0x400/' protos/x/y.proto
	atf_check -o match:'x@1: added' pimg build x
}

# An ordinary program is no image, and inspect says why.
atf_test_case refuse__file
refuse__file_body()
{
	echo 'void _start(void) { for (;;) ; } int x = 3;' > a.c
	atf_check cc -nostdlib -static-pie -o a a.c
	atf_check -s exit:5 -e match:'not an image: section .*' pimg inspect ./a
	atf_check -e ignore cc -nostdlib -static -Wl,-N -o b a.c
	atf_check -s exit:5 -e match:'not an image' pimg inspect ./b
	echo 'void _start(void) { for (;;) ; }' > c.c
	atf_check cc -nostdlib -static-pie -Wl,--build-id=none -o c c.c
	atf_check -s exit:5 -e match:'not an image' pimg inspect ./c
	atf_check -s exit:5 -e match:'not a' pimg inspect ./a.c
}

# Every flipped byte of the headers and the note is noticed, or harmless.
atf_test_case refuse__altered
refuse__altered_body()
{
	fresh_home
	mkdir out
	atf_check pimg build linux26 --image-dir out
	atf_check -o ignore pimg inspect ./out/x86_64
	# The third PT_LOAD: the type of the third program header.
	cp out/x86_64 three
	printf '\001' | dd of=three bs=1 seek=$((64 + 2 * 56)) conv=notrunc 2> /dev/null
	atf_check -s exit:5 -e match:'3 PT_LOAD' pimg inspect ./three
	cp out/x86_64 wx
	printf '\007' | dd of=wx bs=1 seek=$((64 + 4)) conv=notrunc 2> /dev/null
	atf_check -s exit:5 -e match:'writable and executable' pimg inspect ./wx
	i=0
	while [ $i -lt 40 ]; do
		head -c $((i * 37)) out/x86_64 > short
		pimg inspect ./short > /dev/null 2>&1
		s=$?
		[ $s -eq 5 ] || atf_fail "$((i * 37)) bytes: status $s"
		i=$((i + 1))
	done
}

atf_test_case store__unwritable
store__unwritable_body()
{
	fresh_home
	: > file
	PIMG_STORE=$(pwd)/file
	atf_check -s not-exit:0 -e match:'pimg: ' pimg build linux26
	atf_check -s exit:3 -e match:'/nonexistent' env TMPDIR=/nonexistent \
	    PIMG_STORE="$(pwd)/s" pimg build linux26
	atf_check -s exit:3 -e match:'no-such-compiler: cannot run' \
	    env CC=no-such-compiler PIMG_STORE="$(pwd)/s" pimg build linux26
}

# From nothing, at most 3 s.
atf_test_case build__fast
build__fast_body()
{
	fresh_home
	grep -q __asan_init "$PIMG_PREFIX/bin/pimg" &&
	    atf_skip "a build with sanitizers is slow by nature"
	best=99999
	for i in 1 2 3; do
		t0=$(date +%s%N)
		pimg build linux26 --version $i > /dev/null || atf_fail "build"
		t=$((($(date +%s%N) - t0) / 1000000))
		[ $t -lt $best ] && best=$t
	done
	# On a busy machine the processor time of two cores is what counts.
	times > times.txt
	cpu=$(awk 'NR == 2 {
	    gsub(/[ms]/, " ")
	    t = $1 * 60 + $2 + $3 * 60 + $4
	    print int(t * 1000 / 3 / 2)
	}' times.txt)
	echo "fastest of three: $best ms; $cpu ms of two processors each"
	[ $best -le 3000 ] || [ "$cpu" -le 3000 ] || atf_fail "$best ms"
}

atf_init_test_cases()
{
	atf_add_test_case version__life
	atf_add_test_case version__dropin
	atf_add_test_case bytes__reproducible
	atf_add_test_case refuse__relocation
	atf_add_test_case refuse__data
	atf_add_test_case refuse__tls
	atf_add_test_case refuse__wx
	atf_add_test_case refuse__compile
	atf_add_test_case refuse__layout
	atf_add_test_case refuse__file
	atf_add_test_case refuse__altered
	atf_add_test_case store__unwritable
	atf_add_test_case build__fast
}
