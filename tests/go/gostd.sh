#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# gostd.sh [options]: runs the tests of Go's own standard library under the
# BSD personalities and compares every verdict with the native one.
#
#	-b DIR		the built tree (default: build)
#	-o DIR		where results go (DIR of -b/tests/go)
#	-s SYSTEMS	"freebsd netbsd dragonfly"
#	-p PACKAGES	"os net ..."; default: the 30 of packages()
#	-q		the quick subset (file `quick'): CI's
#	-r REGEXP	only cases whose name matches, as -test.run
#	-n COUNT	run each so often and list verdicts that differ
#	-t SECONDS	at most so long for a package (600)
#	-w WORDS	a command and its options in front of pstore, as a
#			program that installs a seccomp filter
#	-1		each top-level case in a process of its own: finds all
#			failures where the first one ends the program
#	-N		run the native side anew; else its log is kept as long
#			as the test binary is
#	-J		print the table as JSON, -T as tab-separated values
#
# The rules.  A test binary is built by `go test -c' without cgo, offline,
# for Linux and for the system; both run as the same user, in the package's
# folder, with the same environment (but GOOS, which is exported for the
# foreign run, so that tests that build programs build foreign ones).  Long
# mode, but for net/http and runtime.  score.awk has the rest of the rules.
# There is no list of cases to skip.
#
# As root everything runs as an ordinary user (PIMG_TEST_USER, or nobody)
# with a home and a TMPDIR of its own: as root many cases test nothing.  It
# also runs where native programs can start foreign ones (branded.sh).
#
# Leaves DIR/table.txt, table.tsv, table.json (table.quick.* with -q,
# table.run.* with -r, ".filtered" added with -w), and the programs' output in
# DIR/log.  The status is 1 when a system is below 99 %.

set -eu
umask 022
here=$(cd "$(dirname "$0")" && pwd)
build=build out="" systems="freebsd netbsd dragonfly" packages="" quick="" run=""
count=1 limit=600 wrapper="" each="" renew="" format=txt

die() { echo "gostd: $*" >&2; exit 2; }

while getopts b:o:s:p:qr:n:t:w:1NJT opt; do
	case $opt in
	b) build=$OPTARG;;
	o) out=$OPTARG;;
	s) systems=$OPTARG;;
	p) packages=$OPTARG;;
	q) quick=1;;
	r) run=$OPTARG;;
	n) count=$OPTARG;;
	t) limit=$OPTARG;;
	w) wrapper=$OPTARG;;
	1) each=1;;
	N) renew=1;;
	J) format=json;;
	T) format=tsv;;
	*) sed -n 's/^#	//p' "$0" >&2; exit 2;;
	esac
done
shift $((OPTIND - 1))
[ $# -eq 0 ] || die "$1: what is that?"

packages()
{
	echo archive/tar bufio bytes compress/gzip context crypto/sha256 \
	    encoding/json errors fmt internal/poll io io/fs io/ioutil log \
	    math net net/http os os/exec os/signal os/user path/filepath \
	    runtime sort strconv strings sync sync/atomic syscall time
}

build=$(cd "$build" && pwd) || die "$build: no such folder"
: "${out:=$build/tests/go}"
mkdir -p "$out"
out=$(cd "$out" && pwd)
store=${PIMG_STORE:-$build/tests/fixture/store}
[ -n "$packages" ] || if [ -n "$quick" ]; then
	packages=$(awk '!/^#/ && NF { print $1 }' "$here/quick")
else
	packages=$(packages)
fi

command -v go >/dev/null || die "go is not installed (golang-go)"
unset GOOS GOARCH GOFLAGS
version=$(go version | awk '{ print $3 }')
src=$(go env GOROOT)/src
bins=$out/bin/$version

#
# The user, and a home that goes when this does.  TMPDIR is short: a Unix
# socket's name has 104 bytes on a BSD.
#
work=$(mktemp -d /tmp/gostd.XXXXXX)
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
mkdir "$work/home" "$work/t"
cache=$out/cache
user=$(id -un)
as=""
if [ "$(id -u)" -eq 0 ]; then
	user=${PIMG_TEST_USER:-nobody}
	uid=$(id -u "$user")
	gid=$(id -g "$user")
	as="setpriv --reuid=$uid --regid=$gid --clear-groups"
	chmod 755 "$work"
	chown "$uid:$gid" "$work/home" "$work/t"
	cache=$cache.$user
fi
mkdir -p "$cache"
[ -z "$as" ] || chown "$uid:$gid" "$cache"
$as test -x "$build/bin/pstore" || die "$build cannot be read by $user"

flat() { echo "$1" | tr / _; }

# compile SYSTEM PACKAGE: the test binary, once for each version of Go.
# Debian's Go comes without lib/time/zoneinfo.zip, which time's tests read
# before they begin: for them it is built in.
compile()
{
	bin=$bins/$1/$(flat "$2").test
	[ ! -x "$bin" ] || return 0
	mkdir -p "$bins/$1"
	tags=
	[ "$2" != time ] || tags=timetzdata
	echo "build $2 for $1" >&2
	(cd "$src/$2" && env CGO_ENABLED=0 GOOS="$1" GOARCH=amd64 GOPROXY=off \
	    GOCACHE="${GOCACHE:-$out/cache.build}" nice go test -c \
	    -tags "$tags" -o "$bin.new" . >&2) || die "go test -c $2 for $1 failed"
	mv "$bin.new" "$bin"
}

# inside SYSTEM PACKAGE COMMAND...: in the package's folder, as the user.
inside()
{
	goos=$1 kernel="sh $here/branded.sh"
	[ "$goos" != linux ] || goos="" kernel=""
	dir=$src/$2
	shift 2
	# shellcheck disable=SC2086
	(ulimit -c 0; cd "$dir" && exec timeout -k 10 "$limit" \
	    env PIMG_STORE="$store" PATH="$build/bin:$PATH" \
	    $kernel ${goos:+"$goos"} $as env -i \
	    PATH="$build/bin:$PATH" HOME="$work/home" TMPDIR="$work/t" \
	    USER="$user" LOGNAME="$user" PIMG_STORE="$store" CGO_ENABLED=0 \
	    GOPROXY=off GOCACHE="$cache" ${goos:+GOOS="$goos"} "$@")
}

# binary SYSTEM PACKAGE ARG...: the test binary with these arguments.
binary()
{
	bin=$bins/$1/$(flat "$2").test
	on=$1 in=$2
	shift 2
	if [ "$on" = linux ]; then
		inside "$on" "$in" "$bin" "$@"
	else
		# shellcheck disable=SC2086
		inside "$on" "$in" $wrapper pstore exec "$on" -- "$bin" "$@"
	fi
}

# filter PACKAGE: the expression that chooses its cases, "." for all.
filter()
{
	if [ -n "$run" ]; then
		echo "$run"
	elif [ -n "$quick" ]; then
		awk -v p="$1" '!/^#/ && $1 == p { r = NF > 1 ? $2 : "." }
		    END { print r }' "$here/quick"
	else
		echo .
	fi
}

# one SYSTEM PACKAGE LOG: lists, runs, notes the status at the end.  A case
# that ends the program has failed, with all that had begun; those that had
# not begun get a program of their own.
one()
{
	re=$(filter "$2")
	short=
	case $2 in net/http|runtime) short=-test.short;; esac
	status=0
	binary "$1" "$2" -test.list "$re" </dev/null >"$3.list" 2>&1 || status=$?
	if [ "$status" -ne 0 ]; then
		echo "gostd: -test.list ended with status $status" >"$3"
		tail -n 3 "$3.list" >>"$3"
		printf '\ngostd: status %s\n' "$status" >>"$3"
		# What it would have listed: everything failed.
		binary linux "$2" -test.list "$re" </dev/null >"$3.list" || :
		return 0
	fi
	if [ -n "$each" ]; then
		: >"$3"
		grep -E '^(Test|Example|Fuzz)' "$3.list" | while read -r c; do
			some "$1" "$2" "^$c\$" >>"$3"
		done
		return 0
	fi
	some "$1" "$2" "$re" >"$3"
	while rest=$(awk -f "$here/rest.awk" "$3.list" "$3") && [ -n "$rest" ]; do
		some "$1" "$2" "$rest" >>"$3"
	done
}

some()
{
	status=0
	# shellcheck disable=SC2086
	binary "$1" "$2" -test.v -test.timeout "$((limit - 5))s" $short \
	    -test.run "$3" </dev/null 2>&1 || status=$?
	printf '\ngostd: status %s\n' "$status"
	find "$work/t" -mindepth 1 -delete 2>/dev/null || :
}

variant=
[ -z "$quick" ] || variant=.quick
[ -z "$run" ] || variant=.run
of=$variant
[ -z "$wrapper" ] || of=$variant.filtered
logs=$out/log
mkdir -p "$logs"
: >"$work/cases"
: >"$work/rows"

# verdicts LOG: one line a case.
verdicts()
{
	awk -f "$here/verdicts.awk" "$1.list" "$1" >"$1.tsv"
}

for p in $packages; do
	for s in linux $systems; do
		compile "$s" "$p"
	done
	f=$(flat "$p")
	native=$logs/linux.$f$variant
	if [ -n "$renew$run" ] || [ ! -e "$native.tsv" ] ||
	    [ -n "$(find "$bins/linux/$f.test" -newer "$native.tsv")" ]; then
		echo "run $p on linux" >&2
		one linux "$p" "$native"
		verdicts "$native"
	fi
	for s in $systems; do
		i=0
		while [ "$i" -lt "$count" ]; do
			i=$((i + 1))
			log=$logs/$s.$f$of
			[ "$i" -eq 1 ] || log=$log.$i
			echo "run $p on $s${wrapper:+ (filtered)}" >&2
			begun=$(date +%s)
			one "$s" "$p" "$log"
			verdicts "$log"
			awk -v goos="$s" -v package="$p" -v round="$i" \
			    -v src="$src" -v seconds="$(($(date +%s) - begun))" \
			    -v cases="$work/cases" -f "$here/goskip.awk" \
			    -f "$here/score.awk" \
			    "$native.tsv" "$log.tsv" >>"$work/rows"
		done
	done
done

status=0
for t in json tsv txt; do
	awk -v format=$t -v version="$version" -v systems="$systems" \
	    -v rounds="$count" -f "$here/table.awk" "$work/rows" \
	    "$work/cases" >"$out/table$of.$t" || status=1
done
cat "$out/table$of.$format"
exit "$status"
