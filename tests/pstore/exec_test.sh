#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# pstore exec: what it checks, what it hands to the image, and that it needs
# nothing but files.  The image is a stand-in that prints its arguments.

. "$(atf_get_srcdir)/store.subr"

# In front of a command: as an ordinary user.
ordinary="setpriv --reuid=4242 --regid=4242 --clear-groups --no-new-privs"

atf_test_case protocol
protocol_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	is 7 inline:'pimg/1\n--\n/bin/true\n/bin/true\na b\n\nexit=7\n' empty \
	    pstore exec testabi -- /bin/true 'a b' '' exit=7
	is 0 inline:'pimg/1\n--pin\n--\n/bin/true\n/bin/true\n' empty \
	    pstore exec testabi@1 -- /bin/true
	digest=$(pstore show --json testabi@1 | jq -r '.images[0].digest')
	is 0 inline:'pimg/1\n--pin\n--\n/bin/true\n/bin/true\n' empty \
	    pstore exec "testabi@$digest" -- /bin/true
	# Options of the program are the program's.
	is 0 inline:"pimg/1\n--\n$(command -v ls)\nls\n--help\n--\n" empty \
	    pstore exec testabi -- ls --help --
	# Nothing is left open in the program.
	is 0 ignore empty pstore exec testabi -- /bin/true
	pstore exec testabi -- /bin/true sleep >/dev/null &
	pid=$!
	retry 5 sh -c "pstore ps | grep -q $pid" || atf_fail "it does not run"
	sleep 20 >/dev/null &
	native=$!
	retry 5 sh -c "readlink /proc/$native/exe | grep -q sleep"
	ls /proc/$native/fd >native
	kill $native
	atf_check -o file:native ls /proc/$pid/fd
	for fd in /proc/$pid/fd/*; do
		case $(readlink "$fd") in
		*/store*|*pimg*) atf_fail "$(readlink "$fd") leaked" ;;
		esac
	done
	kill $pid
}

atf_test_case path_search
path_search_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	mkdir one two
	printf 'x' >one/prog
	cp /bin/true two/prog
	cp /bin/true two/only
	P=$PATH
	# As execvp: what cannot be executed is passed over.
	is 0 match:"^$PWD/two/prog\$" empty env PATH="$PWD/one:$PWD/two:$P" \
	    pstore exec testabi -- prog
	is 0 match:'^two/only$' empty env PATH="two:$P" pstore exec testabi -- only
	pstore=$(command -v pstore)
	cd two || atf_fail "cd"
	is 0 match:'^only$' empty env PATH="" "$pstore" exec testabi -- only
	cd ..
	is 126 empty match:'pstore: prog: execute: Permission denied' \
	    env PATH="$PWD/one" "$pstore" exec testabi -- prog
	is 127 empty match:'nosuchthing: find: not in PATH' \
	    pstore exec testabi -- nosuchthing
	# Folders in PATH that may not be searched, or are called the same.
	mkdir -m 0 closed
	mkdir one/folder
	is 127 empty match:'folder: find: not in PATH' \
	    env PATH="$PWD/closed:$PWD/one" "$pstore" exec testabi -- folder
	is 127 empty match:'./nosuch: execute: No such file' \
	    pstore exec testabi -- ./nosuch
	is 127 empty ignore pstore exec testabi -- one/prog/x
	is 126 empty match:'one: execute: Permission denied' \
	    pstore exec testabi -- ./one
	is 126 empty match:'one/prog: execute: Permission denied' \
	    pstore exec testabi -- one/prog
	is 127 empty ignore pstore exec testabi -- ''
	is 127 empty save:err pstore exec --json testabi -- nosuchthing
	atf_check -o inline:'not-found\n' jq -r .error.code err
}

atf_test_case usage
usage_body()
{
	fresh_store 1
	is 125 empty inline:'pstore: exec: "--" is missing before the program
pstore: hint: pstore exec testabi -- ls -l '"'a b'"'
' pstore exec testabi ls -l 'a b'
	is 125 empty match:'hint: pstore exec -- ./prog x$' pstore exec ./prog x
	is 125 empty match:'hint: pstore exec --explain testabi@1 -- ls$' \
	    pstore exec --explain testabi@1 ls
	is 125 empty match:'hint: pstore exec -- testabi$' pstore exec testabi
	is 125 empty match:"hint: pstore exec testabi -- sh -c 'it'.''s'\$" \
	    pstore exec testabi sh -c "it's"
	is 125 empty match:'which program' pstore exec
	is 125 empty match:'no program behind "--"' pstore exec testabi --
	is 125 empty match:'no program behind "--"' pstore exec --
	is 125 empty match:'not the name of an image' pstore exec Wrong@x -- true
	is 125 empty match:'--explain is given twice' \
	    pstore exec --explain --explain testabi -- true
	is 125 empty match:'option --frob is unknown' pstore exec --frob -- true
}

atf_test_case not_found
not_found_body()
{
	fresh_store 1
	is 125 empty match:"testabi: find: no version of it is current; searched $PWD/store, $PWD/home/.local/share/pimg \(absent\), /var/lib/pimg" \
	    pstore exec testabi -- true
	is 125 empty match:"testabi@9: find: no such version; searched" \
	    pstore exec testabi@9 -- true
	is 125 empty match:'sha256:0{64}: find: no such version' pstore exec \
	    "testabi@sha256:$(printf '%064d' 0)" -- true
}

atf_test_case explain
explain_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	is 0 ignore save:err pstore exec --explain testabi -- /bin/true
	atf_check -o match:"^store: $PWD/store \(PIMG_STORE\)\$" \
	    -o match:'^version: testabi@1 sha256:[0-9a-f]{64}$' \
	    -o match:'^rule: named on the command line; each exec inside follows' \
	    -o match:'^trust: signed by my$' -o match:'^carrier: sud$' \
	    -o match:'^program: /bin/true$' cat err
	is 0 ignore match:'stay on this version' \
	    pstore exec --explain testabi@1 -- /bin/true
}

atf_test_case brand
brand_body()
{
	fresh_store 1
	cp /bin/true native
	cp "$HERE/image-other" branded
	printf '\311' | dd of=branded bs=1 seek=7 conv=notrunc 2>/dev/null
	is 125 empty match:'./branded: choose a personality: no current image claims its brand \(OSABI 201\)' \
	    pstore exec -- ./branded
	is 0 ignore empty pstore promote testabi@1
	is 0 inline:'pimg/1\n--\n./branded\n./branded\n-x\n' empty \
	    pstore exec -- ./branded -x
	is 0 ignore match:'^rule: the program.s brand \(OSABI 201\);' \
	    pstore exec --explain -- ./branded
	is 125 empty match:'./native: choose a personality: no current image claims its brand' \
	    pstore exec -- ./native
	is 125 empty match:'hint: name one: pstore exec NAME -- ./native' \
	    pstore exec -- ./native
	printf '#!/bin/sh\n' >script && chmod +x script
	is 125 empty match:'./script: choose a personality: it is a script' \
	    pstore exec -- ./script
	: >nothing && chmod +x nothing
	is 125 empty match:'it is not an ELF file' pstore exec -- ./nothing
	# Two that claim it: nobody guesses.
	mkversion bundle -o o.tar -n otherabi -k home/my.key "$HERE/image-other"
	is 0 ignore empty pstore add o.tar
	is 0 ignore empty pstore promote otherabi@1
	is 125 empty match:'(testabi and otherabi|otherabi and testabi) both claim its brand' \
	    pstore exec -- ./branded
	# Damaged headers of the program are not followed anywhere.
	n=0
	while [ $n -lt 64 ]; do
		cp branded bent
		printf '\377\377' | dd of=bent bs=1 seek=$n conv=notrunc 2>/dev/null
		pstore exec -- ./bent >/dev/null 2>err
		[ $? -eq 125 ] || atf_fail "byte $n: $(one_line err)"
		n=$((n + 1))
	done
}

atf_test_case brand_note
brand_note_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	cat >note.s <<'END'
	.section .note.brand, "a", @note
	.long 9, 4, 7
	.asciz "PimgTest"
	.balign 4
	.long 1
	.text
	.globl _start
_start:	ud2
END
	cc -nostdlib -static -Wl,--build-id=none -o noted note.s ||
	    atf_skip "no compiler here"
	is 0 ignore match:'brand \(note PimgTest type 7\)' \
	    pstore exec --explain -- ./noted
}

# A program of each system that Go makes programs for, by its marks.
atf_test_case brand_go
brand_go_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	command -v go >/dev/null || atf_skip "no go here"
	printf 'package main\nfunc main() {}\n' >main.go
	printf 'module hello\ngo 1.18\n' >go.mod
	for os in linux freebsd netbsd dragonfly openbsd; do
		env GOOS=$os CGO_ENABLED=0 GOFLAGS=-mod=mod GOCACHE="$PWD/cache" \
		    go build -o $os . >log 2>&1 || atf_fail "$(one_line log)"
		pstore exec --explain --json testabi -- ./$os >/dev/null 2>err ||
		    atf_fail "$(one_line err)"
		jq -r '.explain | [.marks.goos // "-", .child.runs, .child.rule] |
		    join(" ")' err | sed "s/^/$os: /"
	done >out
	cat >expected <<'END'
linux: linux testabi goos
freebsd: - freebsd osabi
netbsd: - netbsd note
dragonfly: dragonfly dragonfly goos
openbsd: - openbsd note
END
	atf_check -o file:expected cat out
	is 125 empty match:'^pstore: dragonfly: find: no version of it is current' \
	    pstore exec -- ./dragonfly
}

atf_test_case native_rules
native_rules_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	is 0 inline:'pimg/1\n--native=/opt/*\n--native=git\n--\n/bin/true\n/bin/true\n' \
	    empty pstore exec --native '/opt/*' --native git testabi -- /bin/true
	is 125 empty match:'--native needs a pattern' \
	    pstore exec --native '' testabi -- /bin/true
}

atf_test_case altered
altered_body()
{
	fresh_store 2
	is 0 ignore empty pstore promote testabi@1
	v=store/versions/testabi@1
	cp -a $v keep
	fresh()
	{
		rm -rf $v
		cp -a keep $v
		chmod -R u+w $v
	}
	fresh
	printf x | dd of=$v/x86_64 bs=1 seek=700 conv=notrunc 2>/dev/null
	is 125 empty match:'testabi@1/x86_64: check: not the bytes that the manifest names' \
	    pstore exec testabi -- /bin/true
	is 125 empty match:'hint: it was altered or damaged' \
	    pstore exec --allow-untrusted testabi -- /bin/true
	fresh
	echo >>$v/x86_64
	is 125 empty match:'not the size that the manifest names' \
	    pstore exec testabi -- /bin/true
	fresh
	rm $v/x86_64
	ln -s "$HERE/image" $v/x86_64
	is 125 empty match:'testabi@1/x86_64: open: Too many levels' \
	    pstore exec testabi -- /bin/true
	fresh
	rm $v/x86_64
	is 125 empty match:'testabi@1/x86_64: open: No such file' \
	    pstore exec testabi -- /bin/true
	fresh
	rm $v/manifest
	is 125 empty match:'testabi@1/manifest: open: No such file' \
	    pstore exec testabi -- /bin/true
	fresh
	sed -i 's/^version 1/version 2/' $v/manifest
	is 125 empty match:'testabi@1: manifest: it is that of testabi@2' \
	    pstore exec testabi -- /bin/true
	fresh
	sed -i 's/^abi 1/abi 2/' $v/manifest
	is 125 empty match:'verify: the signature does not fit the bytes' \
	    pstore exec testabi -- /bin/true
	fresh
	echo junk >>$v/manifest
	is 125 empty match:'testabi@1: manifest: wrong' \
	    pstore exec testabi -- /bin/true
	fresh
	cp store/versions/testabi@2/signatures/* $v/signatures/
	is 125 empty match:'the signature does not fit' \
	    pstore exec testabi -- /bin/true
	fresh
	rm -r $v/signatures
	is 125 empty match:'testabi@1: verify: not signed' \
	    pstore exec testabi -- /bin/true
	# The link may point to a version of this personality and nowhere else.
	fresh
	for target in ../../elsewhere ../versions/otherabi@1 \
	    ../versions/testabi@1/. "$PWD/keep" ../versions/testabi@01; do
		ln -sfn "$target" store/current/testabi
		is 125 empty match:'does not point to a version of testabi' \
		    pstore exec testabi -- /bin/true
	done
	ln -sfn ../versions/testabi@7 store/current/testabi
	is 125 empty match:'points to testabi@7, which is not there' \
	    pstore exec testabi -- /bin/true
}

atf_test_case untrusted
untrusted_body()
{
	fresh_store 0
	mkversion bundle -o un.tar "$HERE/image"
	is 0 ignore ignore pstore add --allow-untrusted un.tar
	is 0 ignore ignore pstore promote --allow-untrusted testabi@1
	is 125 empty match:'testabi@1: verify: not signed' \
	    pstore exec testabi -- /bin/true
	is 0 match:'^pimg/1$' match:'warning: testabi@1: verify: not signed; it runs all the same \(--allow-untrusted, logged\)' \
	    pstore exec --allow-untrusted testabi -- /bin/true
	is 0 match:'exec-untrusted testabi@1: testabi@1: verify: not signed' \
	    empty pstore log
	is 0 save:out empty pstore log --json
	atf_check -o inline:'exec-untrusted\n' jq -r '.events|last.action' out
	# The key of another store is nobody here.
	mkversion bundle -o s.tar -v 2 -k home/my.key "$HERE/image"
	is 0 ignore ignore pstore add s.tar
	is 0 ignore empty pstore exec testabi@2 -- /bin/true
	is 0 ignore empty pstore trust remove my
	is 125 empty match:'testabi@2: verify: signed by no trusted key \(but by [0-9A-F]{16}\)' \
	    pstore exec testabi@2 -- /bin/true
}

atf_test_case untrusted_without_the_log
untrusted_without_the_log_head()
{
	atf_set require.user root
}
untrusted_without_the_log_body()
{
	fresh_store 0
	mkversion bundle -o un.tar "$HERE/image"
	is 0 ignore ignore pstore add --allow-untrusted un.tar
	chmod 755 . home
	is 125 empty match:'testabi@1: --allow-untrusted is for those who may write the store.s log; and testabi@1: verify: not signed' \
	    $ordinary pstore exec --allow-untrusted testabi@1 -- /bin/true
	is 0 not-match:'exec-untrusted' empty pstore log
}

atf_test_case abi
abi_body()
{
	fresh_store 0
	mkversion bundle -o a.tar -v 1 -a 2 -k home/my.key "$HERE/image-abi2"
	mkversion bundle -o b.tar -v 2 -k home/my.key "$HERE/image-abi2"
	mkversion bundle -o c.tar -v 3 -k home/my.key "$HERE/image-other"
	mkversion bundle -o d.tar -v 4 -k home/my.key /bin/true
	for f in a b c d; do
		is 0 ignore empty pstore add $f.tar
	done
	is 125 empty match:'testabi@1/x86_64: check: ABI revision 2, this pstore knows 1' \
	    pstore exec testabi@1 -- /bin/true
	is 125 empty match:'testabi@2/x86_64: check: its note says testabi, ABI revision 2' \
	    pstore exec testabi@2 -- /bin/true
	is 125 empty match:'testabi@3/x86_64: check: its note says otherabi' \
	    pstore exec testabi@3 -- /bin/true
	is 125 empty match:'testabi@4/x86_64: check: it has no image note' \
	    pstore exec testabi@4 -- /bin/true
}

atf_test_case carrier
carrier_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	is 125 empty match:'testabi@1: carry its system calls: a seccomp filter refuses prctl\(PR_SET_SYSCALL_USER_DISPATCH\): Operation not permitted' \
	    refuse 1 pstore exec testabi -- /bin/true
	is 125 empty match:'a seccomp filter kills' \
	    refuse kill pstore exec testabi -- /bin/true
	is 125 empty match:'is older than 5.11' \
	    setarch --uname-2.6 refuse 22 pstore exec testabi -- /bin/true
}

atf_test_case owner_and_mode
owner_and_mode_head()
{
	atf_set require.user root
}
owner_and_mode_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	for what in store store/versions store/versions/testabi@1 \
	    store/versions/testabi@1/x86_64 store/trust.d store/trust.d/my.pub; do
		mode=$(stat -c %a $what)
		chmod o+w $what
		is 125 empty match:'others may write it' \
		    pstore exec testabi -- /bin/true
		chmod "$mode" $what
		chown 4242 $what
		is 125 empty match:'another user|owned by user 4242' \
		    pstore exec testabi -- /bin/true
		chown 0 $what
	done
	is 0 ignore empty pstore exec testabi -- /bin/true
}

atf_test_case ordinary_user
ordinary_user_head()
{
	atf_set require.user root
}
ordinary_user_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	chmod 755 . home
	# Not even the catalogue may be read; exec does not ask for it.
	chmod 600 store/catalogue.db
	is 3 match:'exit=3' empty $ordinary pstore exec testabi -- /bin/true exit=3
	is 0 ignore empty $ordinary env -u HOME -u XDG_DATA_HOME \
	    pstore exec testabi@1 -- /bin/true
	is 8 empty match:'catalogue.db' $ordinary pstore list
	is 0 match:testabi@1 empty $ordinary pstore current
}

atf_test_case files_only
files_only_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	command -v strace >/dev/null || atf_skip "no strace"
	strace -f -o trace pstore exec testabi -- /bin/true >/dev/null ||
	    atf_skip "no ptrace here"
	grep -E 'catalogue|sqlite|libarchive|jansson|"log"|"lock"' trace &&
	    atf_fail "exec touched more than it needs"
	# One look-up by name for the image: what is executed is the descriptor
	# that was checked.
	atf_check -o inline:'1\n' grep -c '"x86_64"' trace
	grep -q 'execveat([0-9]*, "", .*AT_EMPTY_PATH) = 0' trace ||
	    atf_fail "not executed by its descriptor"
}

atf_test_case writer_at_work
writer_at_work_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	command -v python3 >/dev/null || atf_skip "no python3"
	cat >hold.py <<'END'
import fcntl, sqlite3, sys
lock = open("store/lock")
fcntl.flock(lock, fcntl.LOCK_EX)
db = sqlite3.connect("store/catalogue.db", isolation_level=None)
db.execute("BEGIN EXCLUSIVE")
open("held", "w").close()
sys.stdin.read()
END
	mkfifo hold
	python3 hold.py <hold &
	exec 9>hold
	retry 10 test -e held || atf_fail "the writer does not start"
	is 0 match:'^pimg/1$' empty pstore exec testabi -- /bin/true
	is 0 match:testabi@1 empty pstore current
	is 6 empty match:'catalogue.db: .*another process holds it' pstore list
	exec 9>&-
	wait
	is 0 match:testabi@1 empty pstore list
}

atf_test_case read_only_mount cleanup
read_only_mount_head()
{
	atf_set require.user root
}
read_only_mount_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	mkdir ro
	mount --bind store ro && mount -o remount,ro,bind ro ||
	    atf_skip "cannot mount read-only here"
	is 0 match:'^pimg/1$' empty pstore --store ro exec testabi -- /bin/true
	is 0 match:'^pimg/1$' empty env -u HOME -u PIMG_STORE -u XDG_DATA_HOME \
	    pstore exec --store ro testabi -- /bin/true
	mount -o remount,ro,noexec,bind ro
	is 125 empty match:"hint: is $PWD/ro mounted noexec" \
	    pstore exec --store ro testabi -- /bin/true
	umount ro
}
read_only_mount_cleanup()
{
	umount -l ro 2>/dev/null || true
}

atf_test_case user_namespace
user_namespace_body()
{
	fresh_store 1
	is 0 ignore empty pstore promote testabi@1
	unshare -Ur true || atf_skip "no user namespaces here"
	is 0 match:'^pimg/1$' empty unshare -Ur pstore exec testabi -- /bin/true
	is 0 match:testabi@1 empty unshare -Ur pstore list
}

# The installation's images: trusted as the tool is, and the last to be asked.
atf_test_case installed_images
installed_images_body()
{
	fresh_store 2
	mkdir -p prefix/bin prefix/libexec prefix/lib/pimg
	cp "$PIMG_PREFIX/bin/pstore" prefix/bin/
	cp -R "$PIMG_PREFIX/libexec/pimg" prefix/libexec/
	mkversion bundle -o un.tar -v 1 -s shipped "$HERE/image"
	export PIMG_STORE
	images=$PWD/prefix/lib/pimg/images
	is 0 ignore ignore pstore --store "$images" add --allow-untrusted un.tar
	is 0 ignore ignore pstore --store "$images" promote --allow-untrusted testabi@1
	p=$PWD/prefix/bin/pstore
	is 0 ignore match:"^trust: the installation's own image" \
	    "$p" exec --explain testabi -- /bin/true
	is 0 ignore match:"^store: $images \(installation\)" \
	    "$p" exec --explain testabi -- /bin/true
	is 0 ignore empty "$p" promote testabi@2
	is 0 ignore match:'^version: testabi@2 ' \
	    "$p" exec --explain testabi -- /bin/true
	# Without a catalogue it is listed all the same.
	rm -f "$images/catalogue.db"
	chmod -R a-w "$images"
	is 0 match:"^- testabi@1 +- +sha256" empty "$p" list
	chmod -R u+w "$images"
}

atf_init_test_cases()
{
	for case in protocol path_search usage not_found explain brand \
	    brand_note altered untrusted untrusted_without_the_log abi carrier \
	    owner_and_mode ordinary_user files_only writer_at_work \
	    read_only_mount user_namespace installed_images; do
		atf_add_test_case $case
	done
}
