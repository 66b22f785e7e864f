#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh
#
# The store and a real image of linux26 together: statuses, which version an
# exec inside takes, what ps says.

. "$(atf_get_srcdir)/store.subr"

# linux26@1 and @2 in a store of this case's own, the same image twice.
real_store()
{
	fresh_store 0
	image=$PIMG_FIXTURE/versions/linux26@1/x86_64
	[ -f "$image" ] || atf_fail "no image: build the fixture first"
	abi=$(sed -n 's/^abi //p' "$PIMG_FIXTURE/versions/linux26@1/manifest")
	for i in 1 2; do
		mkversion bundle -o r$i.tar -n linux26 -v $i -a "$abi" -s "$i" \
		    -k home/my.key "$image" || atf_fail "mkversion"
		is 0 ignore empty pstore add r$i.tar
	done
	is 0 ignore empty pstore promote linux26@1
}

atf_test_case status_passes_through
status_passes_through_body()
{
	real_store
	is 0 inline:'2.6.39\n' empty pstore exec linux26 -- busybox uname -r
	is 42 inline:'out\n' inline:'err\n' pstore exec linux26 -- \
	    busybox sh -c 'echo out; echo err >&2; exit 42'
	is 125 empty empty pstore exec linux26 -- busybox sh -c 'exit 125'
	atf_check -s signal:term -o empty -e empty pstore exec linux26 -- \
	    busybox sh -c 'kill -TERM $$'
	echo hello >in
	is 0 inline:'HELLO\n' empty sh -c \
	    'pstore exec linux26 -- busybox tr a-z A-Z <in'
	# A dynamic one, by way of PT_INTERP.
	is 0 inline:'in\n' empty pstore exec linux26 -- ls in
}

atf_test_case cannot_run
cannot_run_body()
{
	real_store
	is 127 empty match:'^pstore: nosuch: find: not in PATH' \
	    pstore exec linux26 -- nosuch
	printf 'neither ELF nor script' >junk
	chmod +x junk
	is 126 empty match:'linux26@1: ./junk: ' pstore exec linux26 -- ./junk
	printf '#!/no/such/interpreter\n' >script
	chmod +x script
	pstore exec linux26 -- ./script >out 2>err
	status=$?
	[ $status -eq 126 ] || [ $status -eq 127 ] ||
	    atf_fail "status $status: $(one_line err)"
	atf_check -o match:'^pimg: linux26@1: .*no/such/interpreter' cat err
}

# sees PID IMAGE PROGRAM: ps has this line.
sees()
{
	pstore ps | awk -v p="$1" -v i="$2" -v g="$3" \
	    '$1 == p && $2 == i && $4 == g { found = 1 } END { exit !found }'
}

# child PID: its only child.
child()
{
	cat "/proc/$1/task/$1/children" | tr -d ' '
}

inner='while [ ! -e go ]; do /bin/busybox sleep 0.1; done; /bin/busybox sleep 60 & wait'

atf_test_case exec_follows_current
exec_follows_current_body()
{
	real_store
	pstore exec linux26 -- busybox sh -c "$inner" >/dev/null 2>&1 &
	sh=$!
	retry 10 sees $sh linux26@1 busybox || atf_fail "$(pstore ps | tr "\n" " ")"
	is 0 ignore empty pstore promote linux26@2
	touch go
	retry 10 eval 'sees "$(child '$sh')" linux26@2 /bin/busybox' ||
	    atf_fail "$(pstore ps | tr "\n" " ")"
	# The old process keeps what it was started with.
	sees $sh linux26@1 busybox || atf_fail "$(pstore ps | tr "\n" " ")"
	atf_check -o inline:'1\n' sh -c 'pstore ps linux26@2 | grep -c busybox'
	kill "$(child $sh)" $sh
}

atf_test_case pinned_stays
pinned_stays_body()
{
	real_store
	pstore exec linux26@1 -- busybox sh -c "$inner" >/dev/null 2>&1 &
	sh=$!
	retry 10 sees $sh linux26@1 busybox || atf_fail "$(pstore ps | tr "\n" " ")"
	is 0 ignore empty pstore promote linux26@2
	touch go
	retry 10 eval 'sees "$(child '$sh')" linux26@1 /bin/busybox' ||
	    atf_fail "$(pstore ps | tr "\n" " ")"
	is 6 empty match:'processes run in it' pstore remove linux26@1
	kill "$(child $sh)" $sh
}

# In a rollback and a promotion that go on all the time, every exec inside
# finds a version.
atf_test_case promotions_under_load
promotions_under_load_head()
{
	atf_set timeout 300
}
promotions_under_load_body()
{
	real_store
	pstore exec linux26 -- busybox sh -c 'i=0
	    while [ $i -lt 200 ]; do
		/bin/busybox true || exit 1
		i=$((i + 1))
	    done; echo done' >out 2>err &
	loop=$!
	while kill -0 $loop 2>/dev/null; do
		pstore promote linux26@2 >/dev/null && pstore rollback >/dev/null ||
		    atf_fail "promote"
	done
	wait $loop || atf_fail "$(one_line err)"
	atf_check -o inline:'done\n' cat out
	is 0 match:'all is well' empty pstore fsck
}

atf_init_test_cases()
{
	for case in status_passes_through cannot_run exec_follows_current \
	    pinned_stays promotions_under_load; do
		atf_add_test_case $case
	done
}
