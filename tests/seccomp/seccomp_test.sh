#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# Containers: no shim may need a call that Docker's default filter refuses.

. "$(atf_get_srcdir)/../lib/pimg.subr"

here=$(cd "$(atf_get_srcdir)" && pwd)
container=$here/container
export PIMG_STORE="$PIMG_FIXTURE"

atf_test_case filter
filter_head()
{
	atf_set descr "the filter refuses what it says"
}
filter_body()
{
	atf_check -s exit:1 -e match:'Operation not permitted' \
	    "$container" unshare -U true
	atf_check -o inline:'ok\n' "$container" sh -c 'true | cat; echo ok'
	command -v python3 >/dev/null || atf_skip "no python3"
	cat >ask.py <<'END'
import ctypes
call = ctypes.CDLL(None, use_errno=True).syscall
def ask(*a):
    r = call(*map(ctypes.c_long, a))
    return "ok" if r >= 0 else ctypes.get_errno()
print(ask(435, 0, 0), ask(425, 0, 0), ask(438, -1, -1, 0), ask(308, -1, 0),
    ask(165, 0, 0, 0, 0, 0), ask(462, 0, 0, 0), ask(135, 0xffffffff),
    ask(135, 0x0040000), ask(41, 40, 1, 0), ask(39))
END
	atf_check -o inline:'38 1 1 1 1 38 ok 1 1 ok\n' \
	    "$container" python3 ask.py
}

atf_test_case linux26
linux26_body()
{
	cat >script <<'END'
uname -r
(sleep 0.05 & wait) && echo children
seq 1 2000 | sort -n | tail -n 1
mkdir d && touch d/a && ls d && rm -r d
trap 'echo signal' USR1
kill -USR1 $$
exec busybox sh -c 'echo exec'
END
	atf_check -o inline:'2.6.39\nchildren\n2000\na\nsignal\nexec\n' \
	    "$container" pstore exec linux26 -- busybox sh script
	atf_check -o inline:'2.6.39\n' "$container" sh -c \
	    'pstore exec linux26 -- sh -c "uname -r"'
}

# go_work GOOS: the same lines with the filter and without.
go_work()
{
	command -v go >/dev/null || atf_skip "no go here"
	mkdir -p src && cd src && cp "$here/work.go" . || atf_fail "src"
	printf 'module work\ngo 1.18\n' >go.mod
	env GOOS="$1" CGO_ENABLED=0 GOCACHE="$PWD/cache" GOFLAGS=-mod=mod \
	    HOME="$PWD" go build -o work . || atf_fail "go build"
	printf 'threads\nfiles\nchild\nsignals\ntcp\nunix\n' >expected
	if [ "$1" = linux ]; then
		atf_check -o file:expected "$container" pstore exec linux26 -- ./work
		return
	fi
	atf_check -o file:expected timeout 60 pstore exec "$1" -- ./work
	atf_check -o file:expected timeout 60 "$container" pstore exec "$1" -- ./work
}

atf_test_case go_linux
go_linux_body() { go_work linux; }
atf_test_case go_freebsd
go_freebsd_body() { go_work freebsd; }
atf_test_case go_netbsd
go_netbsd_body() { go_work netbsd; }
atf_test_case go_dragonfly
go_dragonfly_body() { go_work dragonfly; }

atf_init_test_cases()
{
	atf_add_test_case filter
	atf_add_test_case linux26
	atf_add_test_case go_linux
	atf_add_test_case go_freebsd
	atf_add_test_case go_netbsd
	atf_add_test_case go_dragonfly
}
