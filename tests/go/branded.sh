#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# branded.sh NAME COMMAND...: the command, in a user namespace where the
# kernel starts programs with NAME's brand (`pstore binfmt'), so that native
# programs such as nohup can start foreign ones.  All ids but the last mean
# themselves (with that one pstore would take it for the whole machine); the
# command has the caller's.  Where there can be no such namespace (before
# Linux 6.7, forbidden, or for want of root to map the ids) it runs without.

set -eu
[ $# -gt 1 ] || { echo "usage: branded.sh NAME COMMAND..." >&2; exit 2; }

[ "$(id -u)" -eq 0 ] && unshare -Um true 2>/dev/null || { shift; exec "$@"; }
pipes=$(mktemp -d /tmp/branded.XXXXXX)
child=
trap 'rm -rf "$pipes"; [ -z "$child" ] || kill $child 2>/dev/null' EXIT
trap 'exit 1' HUP INT TERM
mkfifo "$pipes/pid" "$pipes/go"
unshare -Um sh -c 'pipes=$0 name=$1; shift
    echo $$ >"$pipes/pid"; read -r _ <"$pipes/go"
    pstore binfmt enable "$name" >/dev/null 2>&1 || :
    exec "$@"' "$pipes" "$@" &
child=$!
read -r pid <"$pipes/pid"
for m in uid gid; do
	awk '{ printf "%s %s %.0f\n", $1, $1, $3 - 1 }' /proc/self/${m}_map >/proc/"$pid"/${m}_map
done
echo >"$pipes/go"
status=0
wait $child || status=$?
child=
exit "$status"
