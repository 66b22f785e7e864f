#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# boot.sh KERNEL MODULE INITRD SECONDS [WORD...]: boots a kernel under QEMU
# (TCG, two processors) with the initial file system and, appended to it, the
# module; WORDs go to the kernel's command line.  The console is stdout.  The
# status is 0 only if the machine says that all cases passed: a machine that
# goes down by itself, hangs or panics gives another.  With KMOD_ICOUNT set
# time is instructions: one processor, and two runs give the same figures.

set -eu
kernel=$1
module=$2
initrd=$3
seconds=$4
shift 4
work=$(mktemp -d "${TMPDIR:-/tmp}/pimg-boot.XXXXXX")
trap 'rm -rf "$work"' EXIT
cp "$module" "$work/pimg.ko"
strip -g "$work/pimg.ko"
(cd "$work" && echo pimg.ko | busybox cpio -o -H newc -R 0:0 2>/dev/null) \
    >"$work/module"
cat "$initrd" "$work/module" >"$work/initrd"

# q35 and not microvm: the latter has no clock but the TSC, which a loaded
# host makes look unstable.  TCG itself can stall a processor for a minute
# while it clears pages whose code it had translated; the kernel then reports
# a stall or soft lockup in clear_page, which is no fault of the module.
how="-M q35 -smp 2"
words=
if [ -n "${KMOD_ICOUNT:-}" ]; then
	how="-M microvm -icount shift=0,sleep=off -rtc base=2020-01-01,clock=vm -seed 1"
	KMOD_CPU=qemu64
	words="nokaslr norandmaps randomize_kstack_offset=off random.trust_cpu=off"
fi
status=0
# shellcheck disable=SC2086
timeout "$seconds" qemu-system-x86_64 -accel tcg ${KMOD_CPU:+-cpu "$KMOD_CPU"} \
    -m 512 $how ${KMOD_QEMU:-} -nodefaults -no-user-config -display none \
    -serial stdio -no-reboot -device isa-debug-exit,iobase=0xf4,iosize=4 \
    -kernel "$kernel" -initrd "$work/initrd" -append "console=ttyS0 quiet \
    panic=-1 oops=panic panic_on_warn=1 $words $*" \
    </dev/null || status=$?
# qexit 1 is status 3, qexit 2 is 5; 0 is a kernel that went down by itself
[ "$status" -eq 3 ]
