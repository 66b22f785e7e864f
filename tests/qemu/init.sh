#!/bin/busybox sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# The first process of the virtual machine.  Runs the cases of /tests/cases
# ("KIND PROGRAM CASE") natively and under linux26 and compares, as the tests
# do outside; then the busybox script.  One line for each that is wrong, then
# "SUMMARY passed failed", then the machine is switched off: qexit 1 when
# nothing is wrong, 2 otherwise.  Without either the runner sees a panic.

/bin/busybox mkdir -p /proc /sys /dev /tmp /bin
/bin/busybox mount -t devtmpfs dev /dev
exec </dev/console >/dev/console 2>&1
/bin/busybox --install -s /bin/box
PATH=/usr/bin:/bin:/bin/box
export PATH
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t tmpfs tmp /tmp
mkdir -p /dev/shm
ln -s /proc/self/fd /dev/fd
ifconfig lo 127.0.0.1 up
ulimit -c 0
PIMG_STORE=/tests/store
HOME=/tmp
GUEST_QUICK=1
export PIMG_STORE HOME GUEST_QUICK

verbose=
if grep -q pimg.verbose /proc/cmdline; then
	verbose=1
fi
passed=0 failed=0
verdict()
{
	[ -z "$verbose" ] || echo "$(cut -d' ' -f1 /proc/uptime) $1: $2"
	if [ "$2" = ok ]; then
		passed=$((passed + 1))
	else
		failed=$((failed + 1))
		echo "WRONG $1: $2"
		sed 's/^/    /' "$3" | tail -n 12
	fi
}

# both NAME WANT COMMAND...: natively and under linux26.
both()
{
	name=$1 want=$2
	shift 2
	cd /tmp || exit
	rm -rf work
	mkdir work
	cd work || exit
	status=0
	timeout 120 "$@" >/tmp/native 2>&1 || status=$?
	if [ "$status" -ne "$want" ]; then
		verdict "$name" "natively status $status" /tmp/native
		return
	fi
	cd /tmp || exit
	rm -rf work
	mkdir work
	cd work || exit
	status=0
	timeout 120 pstore exec linux26 -- "$@" >/tmp/under 2>&1 || status=$?
	if [ "$status" -ne "$want" ]; then
		verdict "$name" "status $status" /tmp/under
	elif ! diff /tmp/native /tmp/under >/tmp/diff; then
		verdict "$name" "output differs" /tmp/diff
	else
		verdict "$name" ok
	fi
}

echo "KERNEL $(uname -r)"
pstore exec linux26 -- uname -r || qexit 3
begun=$(cut -d. -f1 /proc/uptime)
while read -r kind prog case; do
	both "$kind/$prog $case" 0 "/tests/guest/$kind/$prog" "$case" </dev/null
done </tests/cases
if [ -d /tests/32 ]; then
	PATH=/tests/32/bin:$PATH
	both "32-bit busybox script" 42 /tests/32/bin/busybox sh \
	    /tests/script.sh </dev/null
	mkdir /tmp/project
	for i in 1 2 3 4 5 6 7 8 9; do
		echo "export const v$i: number = $i * ${i}_000; export type T$i = 'a' | $i"
	done >/tmp/project/values.ts
	cat >/tmp/project/entry.ts <<END
import * as values from './values';
enum Kind { Small, Large }
console.log(Object.keys(values).length, Kind[Kind.Large]);
END
	both "32-bit esbuild" 0 /tests/32/esbuild --bundle --minify \
	    --sourcemap=inline --log-level=error /tmp/project/entry.ts </dev/null
	# what the calls of a 32-bit program look like (tests/trace)
	status=0
	pstore exec --trace -o /tmp/trace linux26 -- /tests/32/bin/busybox \
	    cat /proc/self/comm >/tmp/under 2>&1 || status=$?
	if [ "$status" -eq 0 ] && [ "$(cat /tmp/under)" = busybox ] &&
	    grep -q '\] execve("/tests/32/bin/busybox", \["/tests/32/bin/busybox", "cat", ' /tmp/trace &&
	    grep -q '\] open.*"/proc/self/comm", O_RDONLY|O_LARGEFILE.*) = 3$' /tmp/trace &&
	    grep -q '\] write(1, "busybox\\n", 8) = 8$\|\] sendfile64*(1, 3, .*) = 8$' /tmp/trace &&
	    grep -q '\] exit_group(0) = ?$' /tmp/trace; then
		verdict "32-bit trace" ok
	else
		verdict "32-bit trace" "status $status" /tmp/trace
	fi
else
	both "busybox script" 42 /bin/busybox sh /tests/script.sh </dev/null
fi
echo "SECONDS $(($(cut -d. -f1 /proc/uptime) - begun))"
echo "SUMMARY $passed $failed"
sync
if [ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]; then
	qexit 1
fi
qexit 2
