#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# The README's commands about the BSDs, as they are written there: each case
# runs the blocks of one language, in order, where a reader would.

. "$(atf_get_srcdir)/../lib/pimg.subr"

# A folder as the README leaves it after its first block, in ./work, and a
# small project in it.
setup()
{
	TOP=$(cd "$PIMG_PREFIX/.." && pwd)
	[ -f "$TOP/README.md" ] || atf_skip "not run from a source tree"
	file=$(ls "$PIMG_PREFIX"/pimg-*-x86_64.tar.gz 2>/dev/null)
	[ -n "$file" ] || atf_skip "no tarball"
	command -v go >/dev/null || atf_skip "no go here"
	unset PIMG_STORE
	mkdir work home
	HOME=$PWD/home
	GOCACHE=$PWD/cache GOFLAGS=-mod=mod
	export HOME GOCACHE GOFLAGS
	cd work || exit 1
	cp "$file" .
	printf 'module example.org/hello\ngo 1.18\n' >go.mod
	cat >hello.go <<'END'
package main

import (
	"fmt"
	"runtime"
)

func hello() string { return "hello from " + runtime.GOOS }

func main() { fmt.Println(hello()) }
END
	cat >hello_test.go <<'END'
package main

import (
	"os/exec"
	"testing"
)

func TestHello(t *testing.T) {
	if hello() == "hello from linux" {
		t.Fatal(hello())
	}
	if out, err := exec.Command("sh", "-c", "uname").Output(); err != nil ||
		string(out) != "Linux\n" {
		t.Fatal(string(out), err)
	}
}
END
	section <"$TOP/README.md" >section
	# Only the tarball's tools are to be found, not the tree's.
	PATH=$(echo "$PATH" | sed "s,$PIMG_PREFIX/bin:,,g")
}

section()
{
	awk '/^## FreeBSD, NetBSD and DragonFly/ { on = 1; next }
	    /^## / { on = 0 } on'
}

# block LANGUAGE N: the Nth block of it in the section.
block()
{
	awk -v start="^\`\`\`$1\$" -v want="$2" '
	    $0 ~ start { n++; on = n == want; next }
	    /^```$/ { on = 0 } on' section
}

atf_test_case shell
shell_head()
{
	atf_set timeout 300
}
shell_body()
{
	setup
	{ block sh 1; block sh 2; } >script
	[ "$(wc -l <script)" -eq 5 ] || atf_fail "the README's blocks moved"
	atf_check -o match:'^ok[[:space:]]+example.org/hello' \
	    -o match:'^hello from dragonfly$' -e ignore sh -eu script
}

atf_test_case actions
actions_head()
{
	atf_set timeout 300
}
actions_body()
{
	setup
	command -v curl >/dev/null || atf_skip "no curl here"
	block yaml 1 | sed -n 's/^          //p' >step1
	block yaml 1 | sed -n 's/^        run: \([^|]\)/\1/p' >step2
	grep -q GITHUB_PATH step1 && grep -q 'go test' step2 ||
	    atf_fail "the README's steps moved"
	mkdir temp
	export RUNNER_TEMP="$PWD/temp" GITHUB_PATH="$PWD/path"
	export PIMG_URL="file://$file"
	atf_check sh -eu step1
	PATH=$(cat path):$PATH
	atf_check -o match:'^ok[[:space:]]+example.org/hello' sh -eu step2
}

# Without Docker: the lines, in a root of their own, on this system's files and
# under Docker's filter.
atf_test_case dockerfile
dockerfile_head()
{
	atf_set timeout 300
}
dockerfile_body()
{
	setup
	unshare -rm true 2>/dev/null || atf_skip "no user namespaces here"
	block dockerfile 1 >Dockerfile
	env=$(sed -n 's/^ENV //p' Dockerfile) run=$(sed -n 's/^RUN //p' Dockerfile)
	[ -n "$env" ] && [ -n "$run" ] || atf_fail "the README's lines moved"
	mkdir -p ../root/opt ../root/src
	tar xzf "$file" -C ../root/opt
	cp go.mod ./*.go ../root/src
	cd .. || exit 1
	for f in bin dev etc lib lib64 proc sys tmp usr; do
		[ -e "/$f" ] || continue
		mkdir -p "root/$f"
		echo "mount --rbind /$f root/$f"
	done >inside
	cat >>inside <<END
cp '$PIMG_TESTS/seccomp/container' root/opt/filter
exec env -i GOCACHE=/src/.cache HOME=/src PATH='$PATH' \
    chroot root /opt/filter sh -c 'cd /src; export $env; $run'
END
	atf_check -o match:'^ok[[:space:]]+example.org/hello' unshare -rm sh -e inside
}

atf_test_case esbuild
esbuild_head()
{
	atf_set timeout 300
}
esbuild_body()
{
	setup
	command -v npm >/dev/null || atf_skip "no npm here"
	npm_config_cache=$PWD/npm
	export npm_config_cache
	npm view esbuild version >/dev/null 2>&1 ||
	    atf_skip "the npm registry cannot be reached"
	mkdir src
	echo 'import {x} from "./x"; console.log(x as number)' >src/main.ts
	echo 'export const x = 3' >src/x.ts
	{ block sh 1; block sh 3; } >script
	grep -q npm script || atf_fail "the README's blocks moved"
	atf_check -o ignore -e ignore sh -eu script
	grep -q 'console.log(x)' out.js || atf_fail "out.js is no bundle"
}

atf_test_case binfmt
binfmt_body()
{
	setup
	unshare -Urm mount -t binfmt_misc x /proc/sys/fs/binfmt_misc \
	    2>/dev/null || atf_skip "no binfmt_misc in a user namespace (Linux 6.7)"
	env GOOS=freebsd go build -o hello-freebsd . || atf_fail "go build"
	{ block sh 1; block sh 4; } >script
	grep -q binfmt script || atf_fail "the README's blocks moved"
	atf_check -o match:'^freebsd: is started by' \
	    -o match:'^hello from freebsd$' sh -eu script
}

atf_init_test_cases()
{
	atf_add_test_case shell
	atf_add_test_case actions
	atf_add_test_case dockerfile
	atf_add_test_case esbuild
	atf_add_test_case binfmt
}
