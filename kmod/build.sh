#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# build.sh TOP FOLDER RELEASE [VAR=VALUE...]: builds the module for a kernel
# whose headers are installed.  Kbuild puts objects beside sources, so the
# sources are copied first and the tree stays clean.

set -eu
top=$1
folder=$2
release=$3
shift 3
headers=/usr/src/linux-headers-$release
[ -e "$headers/Module.symvers" ] || headers=/lib/modules/$release/build
[ -e "$headers/Module.symvers" ] || {
	echo "kmod: no headers of $release; install linux-headers-$release" >&2
	exit 1
}
mkdir -p "$folder/runtime/x86_64"
cp "$top"/kmod/*.[ch] "$top/kmod/Kbuild" "$folder"
cp "$top/runtime/image.h" "$folder/runtime"
cp "$top/runtime/x86_64/thread_offsets.h" "$folder/runtime/x86_64"
exec make -s -C "$headers" M="$folder" "$@" modules
