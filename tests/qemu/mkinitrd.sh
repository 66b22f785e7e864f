#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# mkinitrd.sh PREFIX TESTS OUTPUT: an initial file system (cpio, newc) with
# the tools, the ready store, the guest programs, the busybox script, and of
# the distribution busybox, a few dynamic programs and the libraries they
# need.  Takes no privilege: device nodes come from devtmpfs.  QEMU_KINDS are
# the kinds of guest programs, QEMU_32 a folder that fetch32.sh has filled.

set -eu
prefix=$1
tests=$2
output=$3
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d "${TMPDIR:-/tmp}/pimg-initrd.XXXXXX")
trap 'rm -rf "$work"' EXIT
umask 022
root=$work/root
mkdir -p "$root/bin/box" "$root/usr/bin" "$root/tests/guest" "$root/etc"

# A program and its libraries, at the same places as here.
program()
{
	install -m 755 "$1" "$root$2"
	ldd "$1" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) .*/\1/p' |
	while read -r lib; do
		[ ! -e "$root$lib" ] || continue
		mkdir -p "$root$(dirname "$lib")"
		cp -L "$lib" "$root$lib"
	done
}

install -m 755 "$(command -v busybox)" "$root/bin/busybox"
ln -s ../../bin/busybox "$root/usr/bin/busybox"
program "$prefix/bin/pstore" /usr/bin/pstore
for p in ls cat bash true sh sleep; do
	program "/bin/$p" "/bin/$p"
done
install -m 755 "$here/qexit" "$root/bin/qexit"
install -m 755 "$here/init.sh" "$root/init"
cp -Rp "$tests/fixture/store" "$root/tests/store"
install -m 644 "$tests/story/script.sh" "$root/tests/script.sh"
for kind in ${QEMU_KINDS:-static musl}; do
	mkdir "$root/tests/guest/$kind"
	cp "$tests/guest/$kind/"* "$root/tests/guest/$kind/"
	strip "$root/tests/guest/$kind/"* 2>/dev/null || :
	sed "s/^/$kind /" "$tests/guest/$kind/cases"
done | if [ -n "${QEMU_SKIP:-}" ]; then grep -Ev "$QEMU_SKIP"; else cat; fi \
    >"$root/tests/cases"
if [ -n "${QEMU_32:-}" ]; then
	mkdir -p "$root/tests/32/bin"
	cp "$QEMU_32/busybox" "$root/tests/32/bin/busybox"
	cp "$QEMU_32/esbuild" "$root/tests/32/esbuild"
fi
echo "root:x:0:0:root:/:/bin/sh" >"$root/etc/passwd"
(cd "$root" && find . | LC_ALL=C sort |
    busybox cpio -o -H newc -R 0:0 2>/dev/null) >"$output"
