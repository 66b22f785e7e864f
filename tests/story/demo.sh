#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# demo.sh PREFIX PROTOS SCRIPT PROBE: the story of this project, told by the
# commands themselves, each shown with what it prints.  Every step is checked;
# the first that does not come out as told ends the demo with status 1.
# Everything happens in a folder that is removed afterwards, as the user who
# runs it; nothing is restarted, and nobody needs to be root.

set -eu
prefix=$1
protos=$2
script=$3
probe=$4

work=$(mktemp -d "${TMPDIR:-/tmp}/pimg-demo.XXXXXX")
old=
finish()
{
	[ -z "$old" ] || kill "$old" 2>/dev/null || :
	rm -rf "$work"
}
trap finish EXIT
trap 'exit 1' HUP INT TERM

umask 022
unset PIMG_STORE PIMG_KEY PIMG_PROTOS XDG_DATA_HOME XDG_CONFIG_HOME
HOME=$work/home
PATH=$prefix/bin:$PATH
export HOME PATH
mkdir -p "$HOME" "$work/bin"
cp "$probe" "$work/bin/probe"
PATH=$work/bin:$PATH
cd "$work"

bold="" plain=""
if [ -t 1 ]; then
	bold=$(printf '\033[1m') plain=$(printf '\033[0m')
fi

step() { printf '\n%s%s%s\n' "$bold" "$*" "$plain"; }
bad() { printf 'demo: %s\n' "$*" >&2; exit 1; }

# run COMMAND...: shows it, runs it, shows and keeps what it prints.
run()
{
	printf '%s$ %s%s\n' "$bold" "$*" "$plain"
	status=0
	"$@" >last 2>&1 || status=$?
	sed 's/^/    /' last
	[ "$status" -eq 0 ] || bad "$1 ended with status $status"
}

# want TEXT: what the last command printed holds it.
want() { grep -qF -- "$1" last || bad "expected to read: $1"; }

# counts: "CALLS ENOSYS BYTES OTHER" of the old process.
counts() { read -r calls enosys bytes other <counts; }
see_enosys_only()
{
	counts
	before=$calls
	tries=0
	while [ "$calls" -lt $((before + 5)) ]; do
		tries=$((tries + 1))
		[ "$tries" -lt 200 ] || bad "the old process stands still"
		sleep 0.05
		counts
	done
	echo "    $calls calls of getrandom(2): $enosys ENOSYS, $bytes answered"
	[ "$calls" -eq "$enosys" ] && [ "$bytes" -eq 0 ] && [ "$other" -eq 0 ] ||
	    bad "the old process has seen something else than ENOSYS"
}

step "1. A key, an image of the Linux 2.6 ABI, signed, promoted"
run pimg keygen --no-passphrase
run pimg build linux26 --sign
want "linux26@1"
run pstore promote linux26@1

step "2. A real program under it: a shell script run by busybox"
mkdir native under
(cd native && busybox sh "$script") >native.out 2>&1 && status=0 || status=$?
echo "    natively: $(wc -l <native.out) lines of output, status $status"
under=0
(cd under && pstore exec linux26 -- busybox sh "$script") >under.out 2>&1 || under=$?
echo "    under linux26: $(wc -l <under.out) lines of output, status $under"
diff native.out under.out || bad "the outputs differ"
[ "$status" -eq 42 ] && [ "$under" -eq 42 ] || bad "the statuses differ"
run pstore exec linux26 -- busybox uname -r
want "2.6.39"

step "3. A process that calls getrandom(2), which came with Linux 3.17"
echo "0 0 0 0" >counts
pstore exec linux26 -- probe --loop "$work/counts" &
old=$!
see_enosys_only

step "4. One prototype is dropped in, a new image built and promoted"
mkdir -p my-protos/linux26.d
run cp "$protos/examples/linux26-getrandom.proto" my-protos/linux26.d/getrandom.proto
PIMG_PROTOS=$work/my-protos:$protos
export PIMG_PROTOS
run pimg build linux26 --sign
want "linux26@2"
run pstore promote linux26@2
run pstore exec linux26 -- probe
want "2.6.39 BYTES"
echo "    the old process, still running:"
see_enosys_only
pstore exec linux26 -- probe --loop "$work/counts.new" &
new=$!
tries=0
until [ -s counts.new ]; do
	tries=$((tries + 1))
	[ "$tries" -lt 200 ] || bad "the new process does not start"
	sleep 0.05
done
run pstore ps
grep -q "^ *$old .*linux26@1" last || bad "the old process is not shown"
grep -q "^ *$new .*linux26@2" last || bad "the new process is not shown"
kill "$new"
wait "$new" 2>/dev/null || :

step "5. And back"
run pstore rollback
want "linux26: 2 -> 1"
run pstore exec linux26 -- probe
want "2.6.39 ENOSYS"
run pstore log
want "rollback"

step "The old process has run through all of it:"
see_enosys_only
