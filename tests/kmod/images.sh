#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# images.sh PIMG PROTOS FOLDER: the two images of linux26 that the tests of
# the module switch between: FOLDER/odd has no getrandom(2), FOLDER/even has.

set -eu
pimg=$1
protos=$2
folder=$3
work=$(mktemp -d "${TMPDIR:-/tmp}/pimg-images.XXXXXX")
trap 'rm -rf "$work"' EXIT
mkdir "$work/odd" "$work/even"
cp -R "$protos" "$work/protos"
"$pimg" build linux26 --protos "$work/protos" --image-dir "$work/odd" >/dev/null
mkdir -p "$work/protos/linux26.d"
cp "$protos/examples/linux26-getrandom.proto" "$work/protos/linux26.d"
"$pimg" build linux26 --protos "$work/protos" --image-dir "$work/even" >/dev/null
mkdir -p "$folder"
for i in odd even; do
	install -m 755 "$work/$i/x86_64" "$folder/$i"
	[ ! -f "$work/$i/i386" ] ||
	    install -m 755 "$work/$i/i386" "$folder/$i.i386"
done
