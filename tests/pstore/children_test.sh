#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# Whose program a child is: programs of each system, made by Go, start programs
# of each other.

. "$(atf_get_srcdir)/../lib/pimg.subr"

# run-SYSTEM ARG... runs a program and reports; alone it says who it is.
# bare: static, with no mark at all, says that it was run by Linux if getppid
# has Linux's number.
programs()
{
	command -v go >/dev/null || atf_skip "no go here"
	PIMG_STORE=$PIMG_FIXTURE
	export PIMG_STORE
	mkdir src
	cat >src/main.go <<'END'
package main

import (
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"syscall"
)

func main() {
	if len(os.Args) == 1 {
		fmt.Println(runtime.GOOS)
		return
	}
	out, err := exec.Command(os.Args[1], os.Args[2:]...).Output()
	fmt.Print(string(out))
	if e, ok := err.(*os.PathError); ok && e.Err == syscall.ENOEXEC {
		fmt.Println("exec format error")
	} else if err != nil {
		fmt.Println(err)
	}
}
END
	printf 'module run\ngo 1.18\n' >src/go.mod
	for os in linux freebsd netbsd dragonfly openbsd; do
		(cd src && GOOS=$os CGO_ENABLED=0 GOFLAGS=-mod=mod \
		    GOCACHE=$PIMG_GOCACHE go build -o ../run-$os .) ||
		    atf_fail "go build"
	done
	cat >bare.s <<'END'
	.globl _start
_start:	mov $1, %edi			# exit(1) of the BSDs
	mov $1, %eax			# Linux: write(1, ...)
	lea text(%rip), %rsi
	mov $7, %edx
	syscall
	mov $60, %eax
	xor %edi, %edi
	syscall
text:	.ascii "native\n"
END
	cc -nostdlib -static -Wl,--build-id=none -o bare bare.s ||
	    atf_skip "no compiler here"
}

# under EXPECTED SYSTEM [OPTION...]: what becomes of each child
under()
{
	_expected=$1 _s=$2
	shift 2
	exec 3>&1 >out
	for _child in linux freebsd netbsd dragonfly openbsd; do
		printf '%s: ' $_child
		timeout 30 pstore exec "$@" "$_s" -- "./run-$_s" "./run-$_child"
	done
	printf 'bare: '
	timeout 30 pstore exec "$@" "$_s" -- "./run-$_s" ./bare
	printf 'sh: '
	timeout 30 pstore exec "$@" "$_s" -- "./run-$_s" sh -c 'uname; exit 0'
	exec >&3
	atf_check -o inline:"$_expected" cat out
}

all='linux: linux
freebsd: freebsd
netbsd: netbsd
dragonfly: dragonfly
openbsd: exec format error'

PIMG_GOCACHE=$(atf_get_srcdir)/gocache
[ -w "$(atf_get_srcdir)" ] || PIMG_GOCACHE=$PWD/gocache
export PIMG_GOCACHE

atf_test_case freebsd
freebsd_head()
{
	atf_set timeout 300
}
freebsd_body()
{
	programs
	under "$all\nbare: native\nsh: Linux\n" freebsd
	# Each starts the next one; the last is asked who it is.
	atf_check -o inline:'dragonfly\n' pstore exec freebsd -- ./run-freebsd \
	    ./run-netbsd ./run-freebsd ./run-dragonfly
}

atf_test_case netbsd
netbsd_head()
{
	atf_set timeout 300
}
netbsd_body()
{
	programs
	under "$all\nbare: native\nsh: Linux\n" netbsd
}

# What says nothing stays, unless a rule says it is native.
atf_test_case dragonfly
dragonfly_head()
{
	atf_set timeout 300
}
dragonfly_body()
{
	programs
	under "$all\nbare: exit status 1\nsh: Linux\n" dragonfly
	under "$all\nbare: native\nsh: Linux\n" dragonfly --native bare
	atf_check -o inline:"native\n" pstore exec --native "$PWD/*" \
	    dragonfly -- ./run-dragonfly ./bare
	# The rule holds for grandchildren.
	atf_check -o inline:"native\n" pstore exec --native bare \
	    dragonfly -- ./run-dragonfly ./run-dragonfly ./bare
	atf_check -o inline:"exit status 1\n" pstore exec --native other \
	    dragonfly -- ./run-dragonfly ./bare
}

atf_test_case linux26
linux26_head()
{
	atf_set timeout 300
}
linux26_body()
{
	programs
	cp run-linux run-linux26
	under "$all\nbare: native\nsh: Linux\n" linux26
}

atf_init_test_cases()
{
	atf_add_test_case freebsd
	atf_add_test_case netbsd
	atf_add_test_case dragonfly
	atf_add_test_case linux26
}
