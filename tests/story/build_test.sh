#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The tree itself: installing and removing, make instead of bmake, bootstrap's
# refusals, and the README's commands as they are written.  Needs the source
# tree that the tests were built from; an installation has none.

. "$(atf_get_srcdir)/../lib/pimg.subr"

tree()
{
	TOP=$(cd "$PIMG_PREFIX/.." && pwd)
	[ -f "$TOP/bootstrap" ] && [ -f "$TOP/Makefile" ] ||
	    atf_skip "not run from a source tree"
}

atf_test_case install__and_back
install__and_back_head()
{
	atf_set descr "what install puts in place works, and uninstall removes it"
	atf_set require.user root
	atf_set require.progs bmake
	atf_set timeout 300
}
install__and_back_body()
{
	tree
	d=$(pwd)/dest
	mkdir -p "$d/usr/local/share/man/man1"
	echo mine >"$d/usr/local/share/man/man1/other.1"
	find "$d" | sort >before
	atf_check -o ignore -e ignore bmake -C "$TOP" install DESTDIR="$d"
	for f in bin/pimg bin/pstore share/man/man1/pimg.1 share/man/man1/pstore.1 \
	    share/man/man5/pimg-proto.5 share/pimg/protos/linux26/linux26.proto \
	    share/pimg/runtime/x86_64/entry.S share/pimg/pimg-gdb.py; do
		[ -f "$d/usr/local/$f" ] || atf_fail "$f is not installed"
	done
	find "$d" -perm -o+w ! -type l | grep . && atf_fail "writable by others"
	# The installed tools find their own prototypes and runtime.
	PATH=$d/usr/local/bin:$PATH
	fresh_home
	atf_check -o ignore pimg keygen --no-passphrase
	atf_check -o match:'linux26@1: added' pimg build linux26 --sign
	atf_check -o ignore pstore promote linux26@1
	atf_check -o inline:'2.6.39\n' pstore exec linux26 -- busybox uname -r
	# Once more changes nothing, and a file that is no longer there goes.
	echo /usr/local/share/pimg/stale >>"$d/usr/local/share/pimg/installed"
	echo old >"$d/usr/local/share/pimg/stale"
	atf_check -o ignore -e ignore bmake -C "$TOP" install DESTDIR="$d"
	[ ! -e "$d/usr/local/share/pimg/stale" ] || atf_fail "a stale file stays"
	atf_check -o ignore -e ignore bmake -C "$TOP" uninstall DESTDIR="$d"
	find "$d" | sort >after
	atf_check diff before after
	atf_check -s exit:1 -o ignore -e match:'no such installation' \
	    sh -c "exec bmake -C '$TOP' uninstall DESTDIR='$d'"
}

atf_test_case make__says_bmake
make__says_bmake_head()
{
	atf_set descr "GNU make says which make to use"
	atf_set require.progs make
}
make__says_bmake_body()
{
	tree
	atf_check -s exit:2 -o ignore -e match:'use bmake: bmake test' \
	    make -C "$TOP" test
	atf_check -s exit:2 -o ignore -e match:'use bmake: bmake' make -C "$TOP"
}

atf_test_case bootstrap__refuses
bootstrap__refuses_head()
{
	atf_set descr "bootstrap knows its words"
}
bootstrap__refuses_body()
{
	tree
	atf_check -s exit:2 -e match:'^usage: ./bootstrap' "$TOP/bootstrap" nonsense
	atf_check -s exit:2 -e match:'^usage: ./bootstrap' "$TOP/bootstrap" demo now
	# A machine that it does not know is named.
	mkdir tree
	sed 's,/etc/os-release,./os-release,g' "$TOP/bootstrap" >tree/bootstrap
	printf 'ID=slackware\nVERSION_ID=15.0\n' >tree/os-release
	atf_check -s exit:1 \
	    -e match:'slackware 15.0 is not supported: Debian 12 and 13' \
	    sh tree/bootstrap
	# What is missing is named with the command, and not installed.
	printf 'ID=debian\nVERSION_ID=12\n' >tree/os-release
	mkdir bin
	printf '#! /bin/sh\nexit 1\n' >bin/dpkg-query
	printf '#! /bin/sh\necho 1000\n' >bin/id
	chmod 755 bin/*
	atf_check -s exit:1 \
	    -e match:'only root can install them: apt-get install .* gcc .*bmake' \
	    env PATH="$(pwd)/bin:$PATH" sh tree/bootstrap
}

# The block of the README, line by line as a reader would type it.
atf_test_case readme__by_hand
readme__by_hand_head()
{
	atf_set descr "the README's commands do what it says"
	atf_set timeout 120
}
readme__by_hand_body()
{
	tree
	fresh_home
	unset PIMG_STORE
	PROTOS=$TOP/protos
	export PROTOS
	awk '/^## By hand/ { on = 1 } on && /^```$/ { exit }
	    on && code { print } on && /^```sh/ { code = 1 }' "$TOP/README.md" >block
	[ "$(wc -l <block)" -gt 10 ] || atf_fail "the README has no such block"
	sh -eu block >out 2>err || {
		cat out err
		atf_fail "a command of the README fails"
	}
	cat out
	for want in '^linux26@1: added' '^linux26: none -> 1' '^2.6.39$' \
	    '^from 2.6.39$' '^linux26@2: added' '^linux26: 1 -> 2' \
	    'promote linux26@2.*with getrandom' '^linux26: 2 -> 1' \
	    'linux26@1'; do
		grep -Eq -- "$want" out || atf_fail "not printed: $want"
	done
}

atf_test_case documents__links
documents__links_head()
{
	atf_set descr "files that the documents name exist"
}
documents__links_body()
{
	tree
	cd "$TOP" || exit 1
	bad=
	for f in $(grep -Eoh '\b(docs|tests|runtime|pimg|pstore|man|protos|bench|kmod)/[A-Za-z0-9_./-]+\.(md|c|h|S|py|sh|lds|proto)\b' \
	    README.md CONTRIBUTING.md SECURITY.md docs/*.md |
	    grep -v -e '^pimg/pimg-gdb' -e '^pimg/runtime/' -e '^protos/linux26\.d/' |
	    sed 's,/SYSTEM/,/freebsd/,' | sort -u); do
		[ -e "$f" ] || bad="$bad $f"
	done
	[ -z "$bad" ] || atf_fail "named, but not there:$bad"
}

atf_init_test_cases()
{
	atf_add_test_case install__and_back
	atf_add_test_case make__says_bmake
	atf_add_test_case bootstrap__refuses
	atf_add_test_case readme__by_hand
	atf_add_test_case documents__links
}
