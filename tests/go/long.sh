#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# long.sh BUILD [RUNS [BUNDLES [ROUNDS]]]: `bmake test-go-long'.
#
#	- a small Go program of each system RUNS times (10000), two at a time
#	- esbuild of FreeBSD and NetBSD BUNDLES times (200), the output being
#	  the Linux build's each time
#	- os, os/exec, os/signal, net and sync ROUNDS times (20) on each
#	  system, listing cases that gave more than one verdict
#
# Each run has 60 seconds: a hang is a failure and the process's state is
# kept.  What failed is in BUILD/tests/go/long.  The status is 1 if any did.

set -eu
here=$(cd "$(dirname "$0")" && pwd)
build=$(cd "$1" && pwd)
runs=${2:-10000}
bundles=${3:-200}
rounds=${4:-20}
systems="freebsd netbsd dragonfly"
PIMG_STORE=${PIMG_STORE:-$build/tests/fixture/store}
PATH=$build/bin:$PATH
export PIMG_STORE PATH
out=$build/tests/go/long
rm -rf "$out"
mkdir -p "$out"
bad=0

report() { echo "$*" | tee -a "$out/report"; }

# many NAME COUNT SCRIPT: the script with a number as $0; one that fails
# leaves its output in NAME.N.
many()
{
	begun=$(date +%s)
	# shellcheck disable=SC2016
	seq "$2" | NAME="$out/$1" SCRIPT="$3" xargs -P 2 -n 1 sh -c '
		timeout -k 5 60 sh -c "$SCRIPT" "$0" >"$NAME.$0" 2>&1 &&
		    rm "$NAME.$0" || echo "$NAME.$0: status $?"' >"$out/$1.failed"
	n=$(wc -l <"$out/$1.failed")
	[ "$n" -eq 0 ] || bad=1
	report "$1: $2 runs, $n failed, $(($(date +%s) - begun)) s"
}

if [ "$runs" -gt 0 ]; then
	for s in $systems; do
		(cd "$here" && CGO_ENABLED=0 GOOS=$s GOPROXY=off GO111MODULE=off \
		    GOCACHE=${GOCACHE:-$build/tests/go/cache.build} \
		    go build -o "$out/small-$s" small.go)
		# shellcheck disable=SC2016
		many "$s" "$runs" 'test "$(pstore exec '"$s -- $out/small-$s"' $0)" = "ok $0"'
	done
fi

if [ "$bundles" -gt 0 ]; then
	got=$build/tests/esbuild/got
	sh "$here/../esbuild/fetch.sh" "$got"
	for s in linux freebsd netbsd; do
		run=
		[ "$s" = linux ] || run="pstore exec $s --"
		# shellcheck disable=SC2016
		bundle="cd $got/project && $run ../$s entry.ts --bundle --minify \
		    --sourcemap --log-level=warning --outdir=$out/bundle.$s.\$0"
		if [ "$s" = linux ]; then
			sh -c "$bundle" 0
		else
			# shellcheck disable=SC2016
			many "esbuild-$s" "$bundles" "$bundle"' &&
			    diff -r '"$out/bundle.linux.0 $out/bundle.$s."'$0 &&
			    rm -r '"$out/bundle.$s."'$0'
		fi
	done
fi

if [ "$rounds" -gt 0 ]; then
	sh "$here/gostd.sh" -b "$build" -n "$rounds" \
	    -p "os os/exec os/signal net sync" || bad=1
fi
exit "$bad"
