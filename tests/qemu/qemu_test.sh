#! /usr/bin/env atf-sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# Boots each kernel of the folder vmlinuz/ (tests/qemu/kernels.sh fills it)
# under QEMU without hardware help, with a processor that has FSGSBASE and
# AVX and with one that has neither, and runs the guest programs and the
# busybox script there from the same image file as outside.  The virtual
# machine reports by isa-debug-exit: 3 is success, 5 failures, and 0 is a
# kernel that went down, which is a failure too.

. "$(atf_get_srcdir)/../lib/pimg.subr"

kernels()
{
	ls "${PIMG_KERNELS:-$PIMG_PREFIX/vmlinuz}"/vmlinuz-* 2>/dev/null
}

# boot KERNEL CPU [KIND]
boot()
{
	QEMU_KINDS=${3:-static musl}
	export QEMU_KINDS
	# All programs with glibc; with musl those that it makes a difference to.
	QEMU_SKIP='fd_faults|^musl (spawn|exec|signals|sigwait|faults|timers|regs|memory|pointers|misc) ' \
	    sh "$(atf_get_srcdir)/mkinitrd.sh" "$PIMG_PREFIX" "$PIMG_TESTS" \
	    "$(pwd)/initrd"
	status=0
	qemu-system-x86_64 -accel tcg -M microvm,acpi=off -cpu "$2" -m 768 \
	    -nodefaults -no-user-config -display none -serial stdio -no-reboot \
	    -device isa-debug-exit,iobase=0xf4,iosize=4 \
	    -kernel "$1" -initrd initrd \
	    -append "console=ttyS0 panic=-1 quiet pimg.verbose" \
	    </dev/null >console 2>&1 || status=$?
	tr -d '\r' <console >console.txt
	grep -E '^(KERNEL|WRONG|SECONDS|SUMMARY|    )' console.txt || :
	case $status in
	3) ;;
	0) tail -n 30 console.txt; atf_fail "the kernel went down";;
	*) tail -n 30 console.txt; atf_fail "QEMU ended with status $status";;
	esac
	# The exit is not believed alone.
	grep -Eq '^SUMMARY [1-9][0-9]* 0$' console.txt ||
	    atf_fail "no summary without failures"
}

add()
{
	eval "$1_head() {
		atf_set descr 'guest programs on $2 with -cpu $3'
		atf_set require.progs 'qemu-system-x86_64 busybox'
		atf_set timeout 900
	}"
	eval "$1_body() { boot '$2' '$3'; }"
	atf_add_test_case "$1"
}

# Programs of 32 bits, int $0x80 and the vDSO's entry; this kind of machine
# has no other way to run them.
add_i386()
{
	eval "$1_head() {
		atf_set descr '32-bit programs on $2'
		atf_set require.progs 'qemu-system-x86_64 busybox apt-get npm'
		atf_set timeout 900
	}"
	eval "$1_body() { i386 '$2'; }"
	atf_add_test_case "$1"
}

i386()
{
	[ -f "$PIMG_TESTS/guest/i386/cases" ] ||
	    atf_skip "no 32-bit C library: ./bootstrap test installs gcc-multilib"
	status=0
	sh "$(atf_get_srcdir)/fetch32.sh" "$(pwd)/fetched" || status=$?
	[ "$status" -ne 3 ] || atf_skip "a registry cannot be reached"
	[ "$status" -eq 0 ] || atf_fail "fetch32.sh ended with $status"
	QEMU_32=$(pwd)/fetched
	export QEMU_32
	boot "$1" max i386
}

no_kernel_head()
{
	atf_set descr "guest programs on Debian's kernels"
}
no_kernel_body()
{
	atf_skip "no kernel in $PIMG_PREFIX/vmlinuz: ./bootstrap test fetches them"
}

atf_init_test_cases()
{
	found=
	for k in $(kernels); do
		found=1
		name=$(basename "$k" | sed 's/^vmlinuz-//; s/[^0-9A-Za-z]/_/g')
		add "linux_${name}__qemu64" "$k" qemu64
		add "linux_${name}__max" "$k" max
		add_i386 "linux_${name}__i386" "$k"
	done
	[ -n "$found" ] || atf_add_test_case no_kernel
}
