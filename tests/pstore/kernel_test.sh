#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# pstore and the kernel module, in a virtual machine (QEMU, TCG): on top of the
# initial file system of tests/kmod, pstore, its libraries and kernel_init.sh.

. "$(atf_get_srcdir)/store.subr"

kmod=$HERE/../kmod
build=$HERE/../..

releases()
{
	for k in "$build"/vmlinuz/vmlinuz-*; do
		r=${k##*/vmlinuz-}
		[ ! -s "$build/kmod/$r-debug/pimg.ko" ] || echo "$r"
	done
}

# program FILE TARGET: and its libraries, at the same places as here.
program()
{
	mkdir -p "root$(dirname "$2")"
	cp "$1" "root$2"
	ldd "$1" 2>/dev/null | sed -n 's/.*=> \(\/[^ ]*\).*/\1/p; s/^[[:space:]]*\(\/[^ ]*\) .*/\1/p' |
	while read -r lib; do
		mkdir -p "root$(dirname "$lib")"
		cp -L "$lib" "root$lib"
	done
}

boot()
{
	[ -s "$kmod/initrd" ] || atf_skip "no $kmod/initrd: bmake test-kmod makes it"
	program "$PIMG_PREFIX/bin/pstore" /pstore/bin/pstore
	program "$PIMG_PREFIX/libexec/pimg/pstore-catalogue" \
	    /pstore/libexec/pimg/pstore-catalogue
	program "$HERE/mkversion" /pstore/mkversion
	strip root/pstore/bin/pstore root/pstore/mkversion \
	    root/pstore/libexec/pimg/pstore-catalogue
	cp "$HERE/kernel_init.sh" root/pstore/init
	chmod 755 root/pstore/init
	(cd root && find . | busybox cpio -o -H newc -R 0:0 2>/dev/null) >mine
	cat "$kmod/initrd" mine >initrd
	sh "$kmod/boot.sh" "$build/vmlinuz/vmlinuz-$1" \
	    "$build/kmod/$1-debug/pimg.ko" initrd 240 rdinit=/pstore/init \
	    >console 2>&1
	status=$?
	tr -d '\r' <console
	[ $status -eq 0 ] || atf_fail "$1: see the console's output"
	grep -q '^SUMMARY [1-9][0-9]* 0' console || atf_fail "$1: nothing was run"
}

atf_test_case none
none_head() { atf_set descr "there is a kernel and a module to test with"; }
none_body()
{
	[ -s "$kmod/initrd" ] || atf_skip "no $kmod/initrd: bmake test-kmod makes it"
	[ -n "$(releases)" ] || atf_skip "no kernel in build/vmlinuz with a module"
}

atf_init_test_cases()
{
	atf_add_test_case none
	for r in $(releases); do
		id=boot__$(echo "$r" | tr -c 'a-zA-Z0-9\n' _)
		eval "${id}_head() {
			atf_set timeout 300
			atf_set require.progs 'qemu-system-x86_64 busybox ldd'
		}
		${id}_body() { boot '$r'; }"
		atf_add_test_case "$id"
	done
}
