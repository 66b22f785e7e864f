# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# shellcheck shell=sh disable=SC2116,SC2016,SC2005
#
# A shell script as people write them, run by a static busybox natively and
# under a personality; what it prints must not depend on which.  Run as
#	busybox sh script.sh
# in an empty folder.

set -u
bb() { busybox "$@"; }

echo "== variables and arithmetic"
n=7
echo "$((n * 6)) ${n}th ${nope:-default} ${#n}"

echo "== pipes"
bb seq 1 1000 | bb sed -n '/7$/p' | bb sort -rn | bb head -n 5
bb yes | bb head -n 1000 | bb wc -l
echo one two three | { read -r a b c; echo "$c $b $a"; }
false | true; echo "pipe status $?"

echo "== redirections"
echo first >file; echo second >>file
bb cat <file 2>/dev/null
{ echo out; echo err >&2; } >both 2>&1
bb cat both
exec 3>third; echo three >&3; exec 3>&-
bb cat third
bb cat <&- 2>/dev/null || echo "closed input"
echo lost >/nowhere/file 2>/dev/null || echo "no such folder"

echo "== here-documents"
bb cat <<END
n is $n, and $(echo nested "$(echo twice)")
END
bb tr a-z A-Z <<'END'
quoted $n
END
# one longer than a pipe holds
x=$(bb seq 1 30000)
bb wc -c <<END
$x
END

echo "== background jobs"
(bb sleep 0.05; echo slow) >slow & slow=$!
(echo quick) >quick & quick=$!
wait "$quick"; echo "quick ended with $?"
bb cat quick
wait "$slow"; echo "slow ended with $?"
bb cat slow
(exit 9) & wait $!; echo "status $?"
# The shell may or may not say that it was terminated: it depends on when.
busybox sleep 100 & sleeper=$!
kill "$sleeper"; { wait "$sleeper"; } 2>/dev/null; echo "killed: $?"

echo "== traps"
trap 'echo "got USR1"' USR1
kill -USR1 $$
sh_child='trap "echo cleaning up; exit 4" TERM; kill -TERM $$; echo not reached'
bb sh -c "$sh_child"; echo "child: $?"
bb sh -c 'trap "echo leaving" EXIT; exit 6'; echo "exit trap: $?"
trap '' USR1; kill -USR1 $$; trap - USR1
bb sh -c 'kill -SEGV $$'; echo "fault: $?"
bb sh -c 'kill -SYS $$'; echo "sys: $?"

echo "== find, sed, tar, sort"
bb mkdir -p tree/a/b tree/c
for f in tree/one tree/a/two tree/a/b/three tree/c/four; do
	echo "content of $f" >"$f"
done
bb ln -s one tree/link
bb find tree -type f | bb sort
bb find tree -name 't*' -exec busybox echo found {} \; | bb sort
bb sed -i 's/content/CONTENT/' tree/one
bb cat tree/one
bb tar cf tree.tar tree
bb tar tf tree.tar | bb sort
bb mkdir out
bb tar xf tree.tar -C out
bb diff -r tree out/tree && echo "the same after tar"
bb tar cf - tree | bb gzip -c | bb gunzip -c | bb tar tf - | bb wc -l
bb find tree -type f -print0 | bb xargs -0 busybox cat | bb sort | bb md5sum
bb du -a tree >/dev/null && echo du
bb rm -r out tree.tar

echo "== a hundred processes"
i=0
while [ "$i" -lt 100 ]; do
	bb true || echo "true failed"
	i=$((i + 1))
done
echo "$i"
i=0
while [ "$i" -lt 20 ]; do
	(echo "$i") &
	i=$((i + 1))
done >many
wait
bb sort -n many | bb tr '\n' ' '; echo

echo "== functions, case, awk"
fact() { if [ "$1" -le 1 ]; then echo 1; else echo $(($1 * $(fact $(($1 - 1))))); fi; }
fact 10
case "$(bb uname -s)" in Linux) echo linux;; *) echo other;; esac
bb awk 'BEGIN { for (i = 1; i <= 5; i++) s += i * i; print s; "echo sub" | getline x; print x }'
bb dd if=/dev/zero bs=1024 count=64 2>/dev/null | bb sha256sum
bb test -x /bin/busybox && echo executable
bb env -i A=b busybox env
bb timeout 5 busybox echo "in time"; echo $?
bb sh -c 'echo "$0" "$#" "$@"' zero one 'two three'
bb ls -l /proc/self/exe | bb sed 's/.*-> //'
exit 42
