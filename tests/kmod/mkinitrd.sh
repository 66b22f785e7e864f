#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# mkinitrd.sh TESTS OUTPUT: the initial file system (cpio, newc) for the tests
# of the module: busybox, the test programs of TESTS/kmod, two images, guest
# programs, strace where it is installed.  The module itself is appended by
# boot.sh, so that one file serves all kernels.  KMOD_SKIP (a regular
# expression) names the guest cases that are left out, or "none".

set -eu
tests=$1
output=$2
here=$tests/kmod
work=$(mktemp -d "${TMPDIR:-/tmp}/pimg-kmod.XXXXXX")
trap 'rm -rf "$work"' EXIT
umask 022
root=$work/root
mkdir -p "$root/bin" "$root/tests/guest" "$root/etc"

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
for p in sh true echo cat; do
	ln -s busybox "$root/bin/$p"
done
[ ! -x /usr/bin/strace ] || program /usr/bin/strace /bin/strace
install -m 755 "$here/init.sh" "$root/init"
for p in kctl storm fuzz hostile getrandom cost tiny qexit; do
	install -m 755 "$here/$p" "$root/tests/$p"
	strip "$root/tests/$p"
done
install -m 755 "$here/odd" "$root/odd"
install -m 755 "$here/even" "$root/even"
for f in odd.i386 even.i386; do
	[ ! -f "$here/$f" ] || install -m 755 "$here/$f" "$root/$f"
done
[ ! -f "$here/small32" ] || install -m 755 "$here/small32" "$root/tests/small32"
install -m 644 "$tests/story/script.sh" "$root/tests/script.sh"
for kind in static musl; do
	mkdir "$root/tests/guest/$kind"
	cp "$tests/guest/$kind/"* "$root/tests/guest/$kind/"
	strip "$root/tests/guest/$kind/"* 2>/dev/null || :
	sed "s/^/$kind /" "$tests/guest/$kind/cases"
done | grep -Ev "${KMOD_SKIP:-fd_faults|dynamic\$|^static (pointers|timers|sigwait|misc|memory)|^musl ([^t]|ti)}" >"$root/tests/cases"
printf 'root:x:0:0:root:/:/bin/sh\nnobody:x:65534:65534::/:/bin/sh\n' \
    >"$root/etc/passwd"
(cd "$root" && find . | LC_ALL=C sort |
    busybox cpio -o -H newc -R 0:0 2>/dev/null) >"$output"
