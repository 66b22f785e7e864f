#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# The tarball: unpacked anywhere, it runs programs without root, key, compiler
# or promotion, on a machine that has nothing.

. "$(atf_get_srcdir)/../lib/pimg.subr"

# Unpacks it; DIR is where.
unpacked()
{
	file=$(ls "$PIMG_PREFIX"/pimg-*-x86_64.tar.gz 2>/dev/null)
	[ -n "$file" ] || atf_skip "an installation has no tarball"
	tar xzf "$file" || atf_fail "tar"
	DIR=$(basename "$file" .tar.gz)
	[ -x "$DIR/bin/pstore" ] || atf_fail "no bin/pstore in it"
}

atf_test_case anywhere
anywhere_body()
{
	unpacked
	clean="env -i HOME=$PWD/nowhere PATH=/usr/bin:/bin"
	atf_check -o inline:'2.6.39\n' \
	    $clean "$DIR/bin/pstore" exec linux26 -- busybox uname -r
	atf_check -o match:"^linux26@1 +$PWD/$DIR/lib/pimg/images\$" \
	    $clean "$DIR/bin/pstore" current
	mv "$DIR" elsewhere
	ln -s "$PWD/elsewhere/bin/pstore" link
	atf_check -o inline:'2.6.39\n' \
	    $clean ./link exec linux26 -- busybox uname -r
	atf_check -e match:"^store: $PWD/elsewhere/lib/pimg/images \(installation\)" \
	    -e match:"^trust: the installation's own image" -e ignore \
	    $clean ./link exec --explain linux26 -- busybox true
	# Every exec inside finds the image again.
	atf_check -o inline:'2.6.39\n' $clean ./link exec linux26 -- \
	    busybox sh -c 'exec busybox sh -c "exec busybox uname -r"'
	# It is complete: an image can be built from it, with a compiler.
	atf_check -o match:'linux26@1: added' env -i HOME="$PWD" PATH="$PATH" \
	    elsewhere/bin/pimg build linux26
	[ -f elsewhere/share/man/man1/pstore.1 ] || atf_fail "no manual"
	find elsewhere -perm /022 ! -type l | grep . && atf_fail "writable"
	:
}

# A store of the user's hides the installation's image of the same name.
atf_test_case stores_first
stores_first_body()
{
	unpacked
	fresh_home
	atf_check -o ignore pimg keygen --no-passphrase
	atf_check -o ignore pimg build linux26 --sign --version 7
	atf_check -o inline:'2.6.39\n' -e match:'^version: linux26@1 ' \
	    "$DIR/bin/pstore" exec --explain linux26 -- busybox uname -r
	atf_check -o ignore pstore promote linux26@7
	atf_check -o inline:'2.6.39\n' -e match:'^version: linux26@7 ' \
	    "$DIR/bin/pstore" exec --explain linux26 -- busybox uname -r
}

# A child of another system gets the installation's image, where the store has
# none.
atf_test_case child_of_another_system
child_of_another_system_head()
{
	atf_set timeout 300
}
child_of_another_system_body()
{
	unpacked
	command -v go >/dev/null || atf_skip "no go here"
	fresh_home
	mkdir src
	cat >src/main.go <<'END'
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
)

func main() {
	fmt.Println(runtime.GOOS)
	if len(os.Args) > 1 {
		out, err := exec.Command(os.Args[1], os.Args[2:]...).Output()
		fmt.Print(string(out))
		if err != nil {
			fmt.Println(err)
		}
	}
}
END
	printf 'module run\ngo 1.18\n' >src/go.mod
	for os in freebsd netbsd; do
		(cd src && GOOS=$os CGO_ENABLED=0 GOFLAGS=-mod=mod \
		    GOCACHE=$HOME/cache go build -o ../run-$os .) ||
		    atf_fail "go build"
	done
	cp -r "$DIR" copy
	atf_check -o ignore copy/bin/pimg keygen --no-passphrase
	atf_check -o ignore copy/bin/pimg build freebsd --sign
	atf_check -o ignore pstore promote freebsd@1
	atf_check -o inline:'freebsd\nnetbsd\nfreebsd\n' \
	    -e match:"^store: $PWD/store" "$DIR/bin/pstore" exec --explain \
	    freebsd -- ./run-freebsd ./run-netbsd ./run-freebsd
	rm -r "$DIR/lib/pimg/images"
	atf_check -o match:'exec format error' "$DIR/bin/pstore" exec \
	    freebsd -- ./run-freebsd ./run-netbsd
}

# A root folder with busybox and nothing else: no C library, no /tmp.
atf_test_case bare_machine
bare_machine_body()
{
	unpacked
	unshare -rm true 2>/dev/null || atf_skip "no user namespaces here"
	busybox=$(command -v busybox)
	mkdir -p root/bin root/proc
	cp "$busybox" root/bin/busybox
	mv "$DIR" root/pimg
	cat >inside <<'END'
mount --rbind /proc root/proc
exec chroot root /bin/busybox env -i PATH=/pimg/bin:/bin \
    pstore exec linux26 -- busybox sh -c 'busybox uname -r; exit 3'
END
	atf_check -s exit:3 -o inline:'2.6.39\n' unshare -rm sh inside
}

# Unpacked by one user and used by another, as in a container: whose the tool
# is, his images may be.
atf_test_case of_another_user
of_another_user_head()
{
	atf_set require.user root
}
of_another_user_body()
{
	unpacked
	chmod 755 .
	chown -R 4242 "$DIR"
	atf_check -o inline:'2.6.39\n' env -i HOME="$PWD" PATH=/usr/bin:/bin \
	    "$DIR/bin/pstore" exec linux26 -- busybox uname -r
	chmod o+w "$DIR/lib/pimg/images/versions"
	atf_check -s exit:125 -e match:'others may write it' env -i \
	    HOME="$PWD" PATH=/usr/bin:/bin \
	    "$DIR/bin/pstore" exec linux26 -- busybox uname -r
	chmod o-w "$DIR/lib/pimg/images/versions"
	chown -R 4243 "$DIR/lib/pimg/images/versions"
	atf_check -s exit:125 -e match:'owned by user 4243' env -i \
	    HOME="$PWD" PATH=/usr/bin:/bin \
	    "$DIR/bin/pstore" exec linux26 -- busybox uname -r
	chown -R 0 "$DIR"
	# no user namespace in a chroot, and not for everybody
	ns_list="env"
	! setpriv --reuid=4242 --regid=4242 --clear-groups unshare -Ur true ||
	    ns_list="env unshare"
	for ns in $ns_list; do
		[ "$ns" = env ] || ns="unshare -Ur"
		atf_check -o inline:'2.6.39\n' setpriv --reuid=4242 \
		    --regid=4242 --clear-groups env -i PATH=/usr/bin:/bin $ns \
		    "$DIR/bin/pstore" exec linux26 -- busybox uname -r
	done
}

# Go looks for go_GOOS_GOARCH_exec in PATH and runs it with the program.
atf_test_case go_exec
go_exec_body()
{
	unpacked
	for os in freebsd netbsd dragonfly; do
		cp "$DIR/bin/go_${os}_amd64_exec" .
		printf '#! /bin/sh\necho "$0"; printf "[%%s]" "$@"; exit 4\n' >pstore
		chmod +x pstore
		mkdir -p other
		ln -sf "../go_${os}_amd64_exec" other/
		atf_check -s exit:4 -o inline:"$PWD/pstore\n[exec][$os][--][/x/prog][-test.v][a b]" \
		    "other/go_${os}_amd64_exec" /x/prog -test.v 'a b'
		rm pstore
		atf_check -s exit:125 -e match:"/pstore: execute: No such file" \
		    "./go_${os}_amd64_exec" prog
		atf_check -s exit:125 -e match:usage "./go_${os}_amd64_exec"
	done
}

atf_init_test_cases()
{
	atf_add_test_case anywhere
	atf_add_test_case stores_first
	atf_add_test_case child_of_another_system
	atf_add_test_case bare_machine
	atf_add_test_case of_another_user
	atf_add_test_case go_exec
}
