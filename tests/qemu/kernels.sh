#! /bin/sh
# SPDX-License-Identifier: BSD-2-Clause
# Copyright (c) 2026 The pimg authors
#
# kernels.sh FOLDER PACKAGE...: puts the kernel that each package stands for
# into FOLDER as vmlinuz-RELEASE, without installing anything: the package is
# downloaded and its kernel taken out.  A meta package is followed to what it
# depends on.  What is there already is not fetched again.

set -eu
folder=$1
shift
mkdir -p "$folder"
cd "$folder"

# The package with the kernel in it: linux-image-RELEASE.
real()
{
	case $1 in
	linux-image-[0-9]*-*-*-*|linux-image-[0-9]*+*)
		echo "$1"
		return;;
	esac
	next=$(apt-cache depends --important "$1" |
	    sed -n 's/^ *Depends: \(linux-image-[0-9].*\)/\1/p' | head -n 1)
	[ -n "$next" ] || {
		echo "kernels: $1: no kernel package found" >&2
		exit 1
	}
	echo "$next"
}

for meta in "$@"; do
	pkg=$(real "$meta")
	release=${pkg#linux-image-}
	[ ! -s "vmlinuz-$release" ] || continue
	rm -rf "$release.new"
	mkdir "$release.new"
	(
		cd "$release.new"
		apt-get download "$pkg"
		dpkg-deb --fsys-tarfile ./*.deb |
		    tar -xf - --no-same-owner "./boot/vmlinuz-$release"
		chmod 644 "boot/vmlinuz-$release"
	)
	mv "$release.new/boot/vmlinuz-$release" "vmlinuz-$release"
	rm -rf "$release.new"
	echo "vmlinuz-$release"
done
